"""Notifications: who is told of a post. https://docs.bsky.app/docs/api/app-bsky-notification-list-notifications"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sandbox import clock
from sandbox.bluesky.calls import Call, Method, invalid
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.bluesky.network import Bluesky


class Notices:
    """A `notice` document: owner the account that is told, parent the post; data reason, subject."""

    def __init__(self, network: Bluesky) -> None:
        self.network = network

    def methods(self) -> list[Method]:
        """Rows of the API."""
        return [Method("GET", "app.bsky.notification.listNotifications", self.listed)]

    def tell(self, post: Doc) -> None:
        """Everybody who has an account here and is named, quoted or answered, once for a post."""
        told = {post.owner}
        for reason, who, subject in _reasons(post["record"]):
            if who not in told and self.network.docs.get("account", who):
                told.add(who)
                self.network.docs.put("notice", {"reason": reason, "subject": subject}, owner=who, parent=post.id)

    async def listed(self, call: Call) -> dict[str, Any]:
        """Newest first, without what is gone and whom the account has blocked."""
        limit = call.query.get("limit", "50")
        if not (limit.isdigit() and 1 <= int(limit) <= 100):
            raise invalid("Error: limit can not be less than 1 or greater than 100")
        before = int(call.query.get("cursor") or 0)
        found = [
            notice
            for notice in self.network.docs.find("notice", owner=call.account.id, limit=100_000)
            if (not before or int(notice.id) < before) and self._fits(call, notice)
        ]
        shown = [self._shown(notice) for notice in found[: int(limit)]]
        return {"notifications": shown, **({"cursor": found[int(limit) - 1].id} if len(found) > int(limit) else {})}

    def _fits(self, call: Call, notice: Doc) -> bool:
        reasons = call.request.query_params.getlist("reasons")
        post = self.network.docs.get("post", notice.parent)
        wanted = not reasons or notice["reason"] in reasons
        return post is not None and wanted and not self.network.apart(call.account.id, post.owner)

    def _shown(self, notice: Doc) -> dict[str, Any]:
        post = self.network.docs.many("post", [notice.parent])[0]
        subject = {"reasonSubject": notice["subject"]} if notice["subject"] else {}
        return {
            "uri": post.id,
            "cid": post["cid"],
            "author": self.network.appview.author(post),
            "reason": notice["reason"],
            **subject,
            "record": post["record"],
            "isRead": False,
            "indexedAt": clock.iso_millis(notice.created_at),
        }


def _reasons(record: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(reason, DID, subject), in the order in which the real service thinks of them."""
    for facet in record.get("facets", []):
        for feature in facet["features"]:
            if "did" in feature:
                yield "mention", feature["did"], ""
    hanging = (record.get("embed") or {}).get("record") or {}
    if quoted := hanging.get("uri") or (hanging.get("record") or {}).get("uri"):
        yield "quote", _owner(quoted), quoted
    for end in ("parent", "root"):
        if uri := (record.get("reply") or {}).get(end, {}).get("uri"):
            yield "reply", _owner(uri), uri


def _owner(uri: str) -> str:
    return str(uri.removeprefix("at://").split("/")[0])
