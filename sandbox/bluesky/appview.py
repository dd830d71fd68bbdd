"""What the AppView makes of the records: profiles and posts with their counts. https://docs.bsky.app/docs/api/app-bsky-feed-get-posts"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox import clock, people
from sandbox.bluesky.calls import NOBODY, Call, Method, XrpcError, invalid
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.bluesky.network import Bluesky

FEED = "app.bsky.feed.defs"


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
            Method("GET", "app.bsky.feed.getPostThread", self.thread),
            Method("GET", "app.bsky.feed.getAuthorFeed", self.feed),
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
        return {**self.basic(found), "description": found.get("bio", ""), **counts}

    async def typeahead(self, call: Call) -> dict[str, Any]:
        """Actors whose handle, or a word of whose name, begins so. An unknown parameter is ignored, as by the real server."""
        limit = call.query.get("limit", "10")
        if not (limit.isdigit() and 1 <= int(limit) <= 100):
            raise invalid("Error: limit can not be less than 1 or greater than 100")
        words = (call.query.get("q") or call.query.get("term") or "").strip().lower().removeprefix("@")
        found = people.beginning(self.network.docs, words) if words else []
        return {"actors": [self.basic(one) for one in found[: int(limit)]]}

    async def posts(self, call: Call) -> dict[str, Any]:
        """Up to 25 posts; those that are not there, or of somebody whom a block keeps apart, are left out."""
        uris, me = call.request.query_params.getlist("uris"), call.account.id
        if not uris or len(uris) > 25:
            raise XrpcError("InvalidRequest", "Error: uris must not have more than 25 elements")
        found = self.network.docs.many("post", uris)
        return {"posts": [self._post(post, me) for post in found if not self.network.apart(me, post.owner)]}

    async def thread(self, call: Call) -> dict[str, Any]:
        """A post with what is below it, `depth` levels deep."""
        post = self.network.docs.get("post", call.parameter("uri"))
        depth = call.query.get("depth", "6")
        if not (depth.isdigit() and int(depth) <= 1000):
            raise invalid("Error: depth can not be greater than 1000")
        if post is None:
            raise XrpcError("NotFound", f"Post not found: {call.query['uri']}")
        return {"thread": self._node(post, call.account.id, int(depth))}

    async def feed(self, call: Call) -> dict[str, Any]:
        """An actor's posts and answers, newest first."""
        actor = self.network.actor(call.parameter("actor"))
        limit, start = call.query.get("limit", "50"), call.query.get("cursor", "0")
        if actor is None:
            raise invalid("Profile not found")
        if not (limit.isdigit() and 1 <= int(limit) <= 100 and start.isdigit()):
            raise invalid("Error: limit can not be less than 1 or greater than 100")
        found = self.network.docs.find("post", owner=actor.id, limit=100_000)
        end = int(start) + int(limit)
        shown = [{"post": self._post(post, call.account.id)} for post in found[int(start) : end]]
        return {"feed": shown, **({"cursor": str(end)} if len(found) > end else {})}

    def _node(self, post: Doc, me: str, depth: int) -> dict[str, Any]:
        if self.network.apart(me, post.owner):
            return {"$type": f"{FEED}#blockedPost", "uri": post.id, "blocked": True, "author": {"did": post.owner}}
        node: dict[str, Any] = {"$type": f"{FEED}#threadViewPost", "post": self._post(post, me)}
        if depth:
            below = self.network.docs.find("post", parent=post.id, oldest_first=True)
            node["replies"] = [self._node(one, me, depth - 1) for one in below]
        return node

    def basic(self, actor: Doc) -> dict[str, Any]:
        """What is always told of somebody."""
        return {
            "did": actor.id,
            "handle": actor["handle"],
            "displayName": actor["name"],
            "avatar": self.network.avatar_url(actor),
        }

    def author(self, post: Doc) -> dict[str, Any]:
        """Who wrote a post."""
        found = self.network.actor(post.owner)
        return self.basic(found) if found else {"did": post.owner, "handle": "handle.invalid"}

    def _embedded(self, post: Doc) -> dict[str, Any]:
        """Pictures with the addresses where everybody can load them; nothing for what else may hang on a post."""
        embed = post["record"].get("embed") or {}
        whole = embed if embed.get("$type") != "app.bsky.embed.recordWithMedia" else embed["media"]
        if whole.get("$type") != "app.bsky.embed.images":
            return {}
        found = [(self.network.repo.blob(post.owner, one["image"]["ref"]["$link"]), one["alt"]) for one in whole["images"]]
        urls = [(self.network.media_url(blob.id), alt) for blob, alt in found if blob]
        images = {
            "$type": "app.bsky.embed.images#view",
            "images": [{"thumb": url, "fullsize": url, "alt": alt} for url, alt in urls],
        }
        if whole is embed:
            return {"embed": images}
        return {"embed": {"$type": "app.bsky.embed.recordWithMedia#view", "record": {}, "media": images}}

    def _post(self, post: Doc, me: str) -> dict[str, Any]:
        count = self.network.docs.count
        mine = next((like.id for like in self.network.docs.find("like", owner=me, parent=post.id)), "")
        return {
            "uri": post.id,
            "cid": post["cid"],
            "author": self.author(post),
            "record": post["record"],
            **self._embedded(post),
            "replyCount": count("post", parent=post.id),
            "repostCount": 0,
            "likeCount": count("like", parent=post.id),
            "quoteCount": 0,
            "bookmarkCount": 0,
            "viewer": ({"like": mine} if mine else {}) | ({} if self.network.may_answer(me, post) else {"replyDisabled": True}),
            "indexedAt": clock.iso_millis(post.created_at),
        }
