"""Accounts: one's own, and looking for others. https://docs.joinmastodon.org/methods/accounts/"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox import people
from sandbox.mastodon import errors
from sandbox.mastodon.calls import Answer, Call, Endpoint
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.mastodon.network import Mastodon

WHO = ("profile", "read:accounts")
BLOCKS = ("write:blocks", "follow")
MOST = 80


class Accounts:
    """Reading accounts, and blocking them: a `block` document has the one as owner and the other as parent."""

    def __init__(self, server: Mastodon) -> None:
        self.server = server

    def endpoints(self) -> list[Endpoint]:
        """Rows of the API."""
        return [
            Endpoint("GET", "/api/v1/accounts/verify_credentials", self.own, WHO),
            Endpoint("GET", "/api/v1/accounts/search", self.search, ("read:accounts",)),
            Endpoint("POST", "/api/v1/accounts/{id}/block", self.block, BLOCKS),
            Endpoint("POST", "/api/v1/accounts/{id}/unblock", self.unblock, BLOCKS),
        ]

    async def own(self, call: Call) -> Answer:
        """Who the token belongs to."""
        return Answer(self.server.shapes.account(call.me, own=True))

    async def block(self, call: Call) -> Answer:
        """See somebody no more, and be seen no more."""
        other = self._other(call)
        block(self.server, call.me.id, other.id)
        return Answer(self._relationship(call.me, other))

    async def unblock(self, call: Call) -> Answer:
        """Also fine when there is no block."""
        other = self._other(call)
        self.server.docs.delete("block", f"{call.me.id}:{other.id}")
        return Answer(self._relationship(call.me, other))

    def _other(self, call: Call) -> Doc:
        other = self.server.user(call.wanted)
        if other is None:
            raise errors.not_found()
        if other.id == call.me.id:
            raise errors.not_allowed()
        return other

    def _relationship(self, me: Doc, other: Doc) -> dict[str, Any]:
        blocks = self.server.blocks
        others = ("following", "followed_by", "muting", "requested", "domain_blocking", "endorsed", "notifying")
        told = {"id": other.id, "blocking": blocks(me.id, other.id), "blocked_by": blocks(other.id, me.id)}
        return {**told, **dict.fromkeys(others, False), "note": ""}

    async def search(self, call: Call) -> Answer:
        """By username or display name; `q` is asked for, of `limit` more than 80 are not given."""
        words = call.query.get("q", "").strip().removeprefix("@")
        if not words:
            raise errors.invalid("q is missing")
        limit = call.query.get("limit", "40")
        most = min(int(limit), MOST) if limit.isdigit() else 40
        return Answer([self.server.shapes.account(one) for one in people.beginning(self.server.docs, words)[:most]])


def block(server: Mastodon, one: str, other: str) -> Doc:
    """The one sees the other no more; done twice is done once."""
    return server.docs.put("block", {}, doc_id=f"{one}:{other}", owner=one, parent=other)
