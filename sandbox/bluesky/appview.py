"""What the AppView makes of the records: profiles and posts with their counts. https://docs.bsky.app/docs/api/app-bsky-feed-get-posts"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox import clock, people
from sandbox.bluesky.calls import NOBODY, Call, Method, XrpcError, invalid
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.bluesky.network import Bluesky


class AppView:
    """Reads of app.bsky.*; the data server passes them on."""

    def __init__(self, network: Bluesky) -> None:
        self.network = network

    def methods(self) -> list[Method]:
        """Rows of the API."""
        return [
            Method("GET", "app.bsky.actor.getProfile", self.profile),
            Method("GET", "app.bsky.actor.searchActorsTypeahead", self.typeahead, NOBODY),
            Method("GET", "app.bsky.feed.getPosts", self.posts),
            Method("GET", "com.atproto.identity.resolveHandle", self.resolve, NOBODY),
        ]

    async def resolve(self, call: Call) -> dict[str, Any]:
        """Handle to DID."""
        handle = call.parameter("handle")
        if "." not in handle:
            raise invalid("Error: handle must be a valid handle")
        found = self.network.actor(handle)
        if found is None:
            raise invalid("Unable to resolve handle")
        return {"did": found.id}

    async def profile(self, call: Call) -> dict[str, Any]:
        """One actor."""
        found = self.network.actor(call.parameter("actor"))
        if found is None:
            raise invalid("Profile not found")
        counts = {"followersCount": 0, "followsCount": 0, "postsCount": self.network.docs.count("post", owner=found.id)}
        return {**self._basic(found), "description": found.get("bio", ""), **counts}

    async def typeahead(self, call: Call) -> dict[str, Any]:
        """Actors whose handle, or a word of whose name, begins so. An unknown parameter is ignored, as by the real server."""
        limit = call.query.get("limit", "10")
        if not (limit.isdigit() and 1 <= int(limit) <= 100):
            raise invalid("Error: limit can not be less than 1 or greater than 100")
        words = (call.query.get("q") or call.query.get("term") or "").strip().lower().removeprefix("@")
        found = people.beginning(self.network.docs, words) if words else []
        return {"actors": [self._basic(one) for one in found[: int(limit)]]}

    async def posts(self, call: Call) -> dict[str, Any]:
        """Up to 25 posts; those that are not there are left out."""
        uris = call.request.query_params.getlist("uris")
        if not uris or len(uris) > 25:
            raise XrpcError("InvalidRequest", "Error: uris must not have more than 25 elements")
        return {"posts": [self._post(post) for post in self.network.docs.many("post", uris)]}

    def _basic(self, actor: Doc) -> dict[str, Any]:
        return {
            "did": actor.id,
            "handle": actor["handle"],
            "displayName": actor["name"],
            "avatar": self.network.avatar_url(actor),
        }

    def _post(self, post: Doc) -> dict[str, Any]:
        author = self.network.actor(post.owner)
        count = self.network.docs.count
        return {
            "uri": post.id,
            "cid": post["cid"],
            "author": self._basic(author) if author else {"did": post.owner, "handle": "handle.invalid"},
            "record": post["record"],
            "replyCount": count("post", parent=post.id),
            "repostCount": 0,
            "likeCount": count("like", parent=post.id),
            "quoteCount": 0,
            "bookmarkCount": 0,
            "indexedAt": clock.utc(post.created_at).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        }
