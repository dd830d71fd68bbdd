"""Accounts: one's own, and looking for others. https://docs.joinmastodon.org/methods/accounts/"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox import people
from sandbox.mastodon import errors
from sandbox.mastodon.calls import Answer, Call, Endpoint

if TYPE_CHECKING:
    from sandbox.mastodon.network import Mastodon

WHO = ("profile", "read:accounts")
MOST = 80


class Accounts:
    """GET endpoints."""

    def __init__(self, server: Mastodon) -> None:
        self.server = server

    def endpoints(self) -> list[Endpoint]:
        """Rows of the API."""
        return [
            Endpoint("GET", "/api/v1/accounts/verify_credentials", self.own, WHO),
            Endpoint("GET", "/api/v1/accounts/search", self.search, ("read:accounts",)),
        ]

    async def own(self, call: Call) -> Answer:
        """Who the token belongs to."""
        return Answer(self.server.shapes.account(call.me, own=True))

    async def search(self, call: Call) -> Answer:
        """By username or display name; `q` is asked for, of `limit` more than 80 are not given."""
        words = call.query.get("q", "").strip().removeprefix("@")
        if not words:
            raise errors.invalid("q is missing")
        limit = call.query.get("limit", "40")
        most = min(int(limit), MOST) if limit.isdigit() else 40
        return Answer([self.server.shapes.account(one) for one in people.beginning(self.server.docs, words)[:most]])
