"""The entities as JSON. https://docs.joinmastodon.org/entities/"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox import clock
from sandbox.mastodon import text
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.mastodon.network import Mastodon

VERSION = "4.7.0"
IMAGES = ("image/jpeg", "image/png", "image/gif", "image/heic", "image/heif", "image/webp", "image/avif")
VIDEOS = ("video/webm", "video/mp4", "video/quicktime", "video/x-m4v")
AUDIO = ("audio/mpeg", "audio/ogg", "audio/wav", "audio/flac", "audio/opus", "audio/aac", "audio/m4a", "video/3gpp")
MOST = {"characters": 500, "media": 4, "description": 1500, "options": 4, "option": 50}
IMAGE_BYTES, IMAGE_PIXELS, VIDEO_BYTES = 16_777_216, 33_177_600, 103_809_024
POLL_SECONDS = (300, 2_629_746)


class Shapes:
    """Documents as the API gives them."""

    def __init__(self, server: Mastodon) -> None:
        self.server = server

    def account(self, user: Doc, own: bool = False) -> dict[str, Any]:
        """Account; with `source` for oneself."""
        posts = [post for post in self.server.docs.find("post", owner=user.id) if post["visibility"] != "direct"]
        picture = self.server.avatar_url(user)
        shown: dict[str, Any] = {
            "id": user.id,
            "username": user["username"],
            "acct": user["username"],
            "display_name": user["name"],
            "locked": False,
            "bot": False,
            "created_at": clock.iso_millis(user.created_at),
            "note": text.to_html(user.get("bio", ""), self.server.url),
            "url": f"{self.server.url}/@{user['username']}",
            "uri": f"{self.server.url}/users/{user['username']}",
            "avatar": picture,
            "avatar_static": picture,
            "header": picture,
            "header_static": picture,
            "followers_count": 0,
            "following_count": 0,
            "statuses_count": len(posts),
            "emojis": [],
            "fields": [],
        }
        if own:
            source = {"privacy": "public", "sensitive": False, "language": None, "note": user.get("bio", ""), "fields": []}
            shown["source"] = source
        return shown

    def status(self, post: Doc, me: Doc | None = None) -> dict[str, Any]:
        """Status; `me` is who asks."""
        docs, author = self.server.docs, self.server.user(post.owner)
        parent = docs.get("post", post.parent) if post.parent else None
        return {
            "id": post.id,
            "created_at": clock.iso_millis(post.created_at),
            "in_reply_to_id": post.parent or None,
            "in_reply_to_account_id": parent.owner if parent else None,
            "sensitive": post["sensitive"],
            "spoiler_text": post["spoiler_text"],
            "visibility": post["visibility"],
            "language": post["language"],
            "uri": f"{self.server.url}/statuses/{post.id}",
            "url": self.server.permalink(post),
            "replies_count": docs.count("post", parent=post.id),
            "reblogs_count": 0,
            "favourites_count": docs.count("like", parent=post.id),
            "quotes_count": 0,
            "edited_at": clock.iso_millis(post["edited_at"]) if post.get("edited_at") else None,
            "favourited": me is not None and docs.get("like", f"{post.id}:{me.id}") is not None,
            "content": self._content(post),
            "reblog": None,
            "application": {"name": "SMO", "website": None},
            "account": self.account(author) if author else None,
            "media_attachments": [self.attachment(media) for media in docs.many("media", post["media"])],
            "mentions": [self._mention(user) for user in map(self.server.user, post.get("mentions", [])) if user],
            "tags": [],
            "emojis": [],
            "card": None,
            "poll": self._poll(post),
            "quote": self._quote(post),
            "quote_approval": {"automatic": [post["quote_policy"]], "manual": [], "current_user": "automatic"},
        }

    def _mention(self, user: Doc) -> dict[str, Any]:
        name = user["username"]
        return {"id": user.id, "username": name, "acct": name, "url": f"{self.server.url}/@{name}"}

    def attachment(self, media: Doc) -> dict[str, Any]:
        """MediaAttachment; without address while it is being processed."""
        ready = self.server.media.state(media) == "ready"
        url = self.server.media_url(media.id) if ready else None
        return {
            "id": media.id,
            "type": media["type"],
            "url": url,
            "preview_url": url,
            "remote_url": None,
            "meta": {"original": {"width": media.get("w", 0), "height": media.get("h", 0)}},
            "description": media["alt"] or None,
            "blurhash": None,
        }

    def _content(self, post: Doc) -> str:
        quoted = self.server.docs.get("post", post["quotes"]) if post.get("quotes") else None
        link = self.server.permalink(quoted) if quoted else ""
        before = f'<p class="quote-inline">RE: <a href="{link}">{link}</a></p>' if link and link not in post["text"] else ""
        return before + text.to_html(post["text"], self.server.url)

    def _quote(self, post: Doc) -> dict[str, Any] | None:
        return {"state": "accepted", "quoted_status_id": post["quotes"]} if post.get("quotes") else None

    def _poll(self, post: Doc) -> dict[str, Any] | None:
        poll = post.get("poll")
        if not poll:
            return None
        ends = post.created_at + poll["expires_in"]
        return {
            "id": post.id,
            "expires_at": clock.iso_millis(ends),
            "expired": ends <= self.server.now(),
            "multiple": poll["multiple"],
            "votes_count": 0,
            "options": [{"title": title, "votes_count": None if poll["hide_totals"] else 0} for title in poll["options"]],
            "emojis": [],
        }

    def instance(self) -> dict[str, Any]:
        """Instance of version 2, with the server's limits."""
        host = self.server.url.partition("://")[2]
        pictures = {"image_size_limit": IMAGE_BYTES, "image_matrix_limit": IMAGE_PIXELS}
        films = {"video_size_limit": VIDEO_BYTES, "video_matrix_limit": 8_294_400, "video_frame_rate_limit": 120}
        return {
            "domain": host,
            "title": "Practice Mastodon",
            "version": VERSION,
            "api_versions": {"mastodon": 7},
            "configuration": {
                "urls": {},
                "statuses": {
                    "max_characters": MOST["characters"],
                    "max_media_attachments": MOST["media"],
                    "characters_reserved_per_url": text.LINK_LENGTH,
                },
                "media_attachments": {
                    "description_limit": MOST["description"],
                    "supported_mime_types": [*IMAGES, *VIDEOS, *AUDIO],
                    **pictures,
                    **films,
                },
                "polls": {
                    "max_options": MOST["options"],
                    "max_characters_per_option": MOST["option"],
                    "min_expiration": POLL_SECONDS[0],
                    "max_expiration": POLL_SECONDS[1],
                },
            },
        }
