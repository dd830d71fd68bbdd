"""The Display API: the profile and the public videos of the account. https://developers.tiktok.com/doc/tiktok-api-v2-video-list"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.store import Doc
from sandbox.tiktok.calls import Call, Endpoint, invalid

if TYPE_CHECKING:
    from sandbox.tiktok.network import TikTok

USER_FIELDS = {
    **dict.fromkeys(("open_id", "union_id", "avatar_url", "avatar_url_100", "avatar_large_url", "display_name"), "basic"),
    **dict.fromkeys(("bio_description", "profile_deep_link", "is_verified", "username"), "profile"),
    **dict.fromkeys(("follower_count", "following_count", "likes_count", "video_count"), "stats"),
}
VIDEO_FIELDS = (
    *("id", "title", "video_description", "create_time", "cover_image_url", "share_url", "embed_link", "embed_html"),
    *("duration", "height", "width", "like_count", "comment_count", "share_count", "view_count"),
)
PAGE = 20


class Display:
    """Rows of the API."""

    def __init__(self, tiktok: TikTok) -> None:
        self.tiktok = tiktok

    def endpoints(self) -> list[Endpoint]:
        """Rows of the API."""
        return [
            Endpoint("GET", "/v2/user/info/", self.user, "display", ("user.info.basic",)),
            Endpoint("POST", "/v2/video/list/", self.videos, "display", ("video.list",)),
            Endpoint("POST", "/v2/video/query/", self.query, "display", ("video.list",)),
        ]

    async def user(self, call: Call) -> dict[str, Any]:
        """The fields asked for, each with the scope that it needs."""
        fields = _fields(call, tuple(USER_FIELDS))
        for field in fields:
            call.needs(f"user.info.{USER_FIELDS[field]}")
        every = self._profile(call.account)
        return {"user": {field: every[field] for field in fields}}

    async def videos(self, call: Call) -> dict[str, Any]:
        """Newest first; the cursor is a time in milliseconds."""
        fields, body = _fields(call, VIDEO_FIELDS), await call.json()
        count = body.get("max_count", 10)
        if not isinstance(count, int) or not 1 <= count <= PAGE:
            raise invalid(f"max_count must be 1 to {PAGE}")
        before = body.get("cursor")
        posts = self.tiktok.docs.find("post", owner=call.account.id, until=before / 1000 if before else None, limit=10_000)
        found = [post for post in posts if self.tiktok.is_public(post)]
        shown, more = found[:count], len(found) > count
        cursor = int(shown[-1].created_at * 1000) if shown else int(self.tiktok.now() * 1000)
        return {"videos": [self._video(post, fields) for post in shown], "cursor": cursor, "has_more": more}

    async def query(self, call: Call) -> dict[str, Any]:
        """Own videos by id."""
        fields, body = _fields(call, VIDEO_FIELDS), await call.json()
        ids = (body.get("filters") or {}).get("video_ids")
        if not isinstance(ids, list) or not 1 <= len(ids) <= PAGE:
            raise invalid(f"filters.video_ids must be 1 to {PAGE} ids")
        found = self.tiktok.docs.many("post", [str(video) for video in ids])
        mine = [post for post in found if post.owner == call.account.id and self.tiktok.is_public(post)]
        return {"videos": [self._video(post, fields) for post in mine]}

    def _profile(self, account: Doc) -> dict[str, Any]:
        avatar = self.tiktok.avatar_url(account)
        posts = self.tiktok.public_posts(account)
        return {
            "open_id": account.id,
            "union_id": f"u{account.id}",
            "avatar_url": avatar,
            "avatar_url_100": avatar,
            "avatar_large_url": avatar,
            "display_name": account["name"],
            "bio_description": account.get("bio", ""),
            "profile_deep_link": self.tiktok.public_account(account).url,
            "is_verified": False,
            "username": account["username"],
            "follower_count": account.get("followers", 0),
            "following_count": 0,
            "likes_count": sum(post.likes for post in posts),
            "video_count": len(posts),
        }

    def _video(self, post: Doc, fields: list[str]) -> dict[str, Any]:
        address = self.tiktok.permalink(post)
        every = {
            "id": post.id,
            "title": post["title"] or post["text"],
            "video_description": post["text"],
            "create_time": int(post.created_at),
            "cover_image_url": self.tiktok.media_url(post["media"][0]),
            "share_url": address,
            "embed_link": address,
            "embed_html": "",
            "duration": 0,
            "height": 0,
            "width": 0,
            "like_count": self.tiktok.docs.count("like", parent=post.id),
            "comment_count": self.tiktok.docs.count("comment", parent=post.id),
            "share_count": 0,
            "view_count": 0,
        }
        return {field: every[field] for field in fields}


def _fields(call: Call, known: tuple[str, ...]) -> list[str]:
    fields = [field for field in call.request.query_params.get("fields", "").split(",") if field]
    if not fields or not set(fields) <= set(known):
        raise invalid("fields is required, and all must be known")
    return fields
