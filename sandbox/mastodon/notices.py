"""Notifications: who is named or quoted in a status is told. https://docs.joinmastodon.org/methods/notifications/"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox import clock
from sandbox.mastodon.calls import Answer, Call, Endpoint
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.mastodon.network import Mastodon

USUAL, MOST = 40, 80


class Notices:
    """A `notice` document: owner the account that is told, parent the status; data type, from."""

    def __init__(self, server: Mastodon) -> None:
        self.server = server

    def endpoints(self) -> list[Endpoint]:
        """Rows of the API."""
        return [Endpoint("GET", "/api/v1/notifications", self.listed, ("read:notifications",))]

    def tell(self, post: Doc) -> None:
        """Once for a status, unless one of the two has blocked the other."""
        quoted = self.server.docs.get("post", post["quotes"]) if post["quotes"] else None
        told = dict.fromkeys(post.get("mentions", []), "mention") | ({quoted.owner: "quote"} if quoted else {})
        for who, kind in told.items():
            if who != post.owner and self.server.docs.get("account", who) and not self.server.apart(who, post.owner):
                self.server.docs.put("notice", {"type": kind, "from": post.owner}, owner=who, parent=post.id)

    async def listed(self, call: Call) -> Answer:
        """Newest first, with the next page in a Link header; types that the server does not know are ignored."""
        query = call.request.query_params
        limit = min(int(query.get("limit", USUAL)), MOST)
        older = query.get("max_id", "")
        found = [
            notice
            for notice in self.server.docs.find("notice", owner=call.me.id, limit=100_000)
            if (not older or int(notice.id) < int(older)) and self._fits(call, notice)
        ][:limit]
        headers = {}
        if len(found) == limit:
            kept = "".join(f"&{name}={value}" for name, value in query.multi_items() if name != "max_id")
            address = f"{self.server.url}/api/v1/notifications?max_id={found[-1].id}{kept}"
            headers = {"Link": f'<{address}>; rel="next"'}
        return Answer([self._shown(notice) for notice in found], headers=headers)

    def _fits(self, call: Call, notice: Doc) -> bool:
        types = call.request.query_params.getlist("types[]")
        there = self.server.docs.get("post", notice.parent) is not None
        return there and (not types or notice["type"] in types) and not self.server.apart(call.me.id, notice["from"])

    def _shown(self, notice: Doc) -> dict[str, Any]:
        author = self.server.user(notice["from"])
        (post,) = self.server.docs.many("post", [notice.parent])
        return {
            "id": notice.id,
            "type": notice["type"],
            "created_at": clock.iso_millis(notice.created_at),
            "group_key": f"ungrouped-{notice.id}",
            "account": self.server.shapes.account(author) if author else None,
            "status": self.server.shapes.status(post),
        }
