"""The Content Posting API: what the creator may do, beginning a post, how far it is.
https://developers.tiktok.com/doc/content-posting-api-reference-direct-post

A `publication` document is one post on its way. Its id is the publish_id; data: mode (direct, inbox), kind (video, photo),
source (file, url), info (post_info), media (ids), size, chunk, chunks, received (bytes so far), secret and until of the
upload address, state (open until all bytes are there, then taken), reason (why it failed), ready_at, post (its id).
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from sandbox.store import Doc
from sandbox.tiktok import checks
from sandbox.tiktok.calls import Call, Endpoint, Problem, invalid

if TYPE_CHECKING:
    from sandbox.tiktok.network import TikTok

DAY = 86400.0
LINK_LIFE = 3600.0
POSTS_A_DAY, DRAFTS_A_DAY = 15, 5
PUBLISH, UPLOAD = "video.publish", "video.upload"


class Posting:
    """Rows of the API under /v2/post/publish/."""

    def __init__(self, tiktok: TikTok) -> None:
        self.tiktok = tiktok

    def endpoints(self) -> list[Endpoint]:
        """Rows of the API."""
        base = "/v2/post/publish"
        return [
            Endpoint("POST", f"{base}/status/fetch/", self.status, "status"),
            Endpoint("POST", f"{base}/creator_info/query/", self.creator_info, "creator_info", (PUBLISH,)),
            Endpoint("POST", f"{base}/video/init/", self.direct_video, "init", (PUBLISH,)),
            Endpoint("POST", f"{base}/inbox/video/init/", self.draft_video, "init", (UPLOAD,)),
            Endpoint("POST", f"{base}/content/init/", self.photos, "init"),
        ]

    async def creator_info(self, call: Call) -> dict[str, Any]:
        """What the creator's settings allow at this moment."""
        account = call.account
        return {
            "creator_avatar_url": self.tiktok.avatar_url(account),
            "creator_username": account["username"],
            "creator_nickname": account["name"],
            "privacy_level_options": checks.privacy_levels(account),
            "comment_disabled": bool(account.get("comment_disabled")),
            "duet_disabled": bool(account.get("duet_disabled")),
            "stitch_disabled": bool(account.get("stitch_disabled")),
            "max_video_post_duration_sec": account.get("max_seconds", 600),
        }

    async def direct_video(self, call: Call) -> dict[str, Any]:
        """A video that goes out by itself."""
        body = await call.json()
        checks.names(body, "post_info", "source_info")
        info = checks.part(body, "post_info")
        checks.video_info(info)
        checks.direct_post(call.account, info)
        self._may_post(call.account)
        return self._video(call.account, "direct", info, checks.part(body, "source_info"))

    async def draft_video(self, call: Call) -> dict[str, Any]:
        """A video for the inbox, where the person finishes it."""
        body = await call.json()
        checks.names(body, "source_info")
        self._may_draft(call.account)
        return self._video(call.account, "inbox", {}, checks.part(body, "source_info"))

    async def photos(self, call: Call) -> dict[str, Any]:
        """Photos, which TikTok fetches itself."""
        body = await call.json()
        checks.names(body, "media_type", "post_mode", "post_info", "source_info")
        if body.get("media_type") != "PHOTO":
            raise invalid("media_type must be PHOTO")
        info, source = checks.part(body, "post_info"), checks.part(body, "source_info")
        checks.photo_info(info)
        mode = self._photo_mode(call, body.get("post_mode"), info)
        checks.photo_source(call.account, source)
        cover = source.get("photo_cover_index", 0)
        data = {"kind": "photo", "source": "url", "info": info, "mode": mode, "cover": cover}
        publication = self._new(call.account, "p_pub_url~v2.", data)
        self.tiktok.processing.fetch(publication, source["photo_images"])
        return {"publish_id": publication.id}

    def _photo_mode(self, call: Call, mode: Any, info: dict[str, Any]) -> str:
        if mode == "DIRECT_POST":
            call.needs(PUBLISH)
            checks.direct_post(call.account, info)
            self._may_post(call.account)
            return "direct"
        if mode == "MEDIA_UPLOAD":
            call.needs(UPLOAD)
            self._may_draft(call.account)
            return "inbox"
        raise invalid("post_mode must be DIRECT_POST or MEDIA_UPLOAD")

    async def status(self, call: Call) -> dict[str, Any]:
        """How far a post is."""
        body = await call.json()
        publication = self.tiktok.docs.get("publication", str(body.get("publish_id", "")))
        if publication is None:
            raise Problem(400, "invalid_publish_id", "The publish_id does not exist.")
        if publication.owner != call.account.id:
            raise Problem(400, "token_not_authorized_for_specified_publish_id")
        return self.tiktok.processing.shown(publication)

    def _video(self, account: Doc, mode: str, info: dict[str, Any], source: dict[str, Any]) -> dict[str, Any]:
        stem = "v_pub" if mode == "direct" else "v_inbox"
        data = {"kind": "video", "info": info, "mode": mode}
        if source.get("source") == "PULL_FROM_URL":
            checks.video_url_source(account, source)
            publication = self._new(account, f"{stem}_url~v2-1.", {**data, "source": "url"})
            self.tiktok.processing.fetch(publication, [source["video_url"]])
            return {"publish_id": publication.id}
        if source.get("source") != "FILE_UPLOAD":
            raise invalid("source_info.source must be FILE_UPLOAD or PULL_FROM_URL")
        checks.file_source(source)
        sizes = {"size": source["video_size"], "chunk": source["chunk_size"], "chunks": source["total_chunk_count"]}
        link = {"secret": secrets.token_urlsafe(24), "until": self.tiktok.now() + LINK_LIFE}
        publication = self._new(account, f"{stem}_file~v2-1.", {**data, **sizes, **link, "source": "file"})
        return {"publish_id": publication.id, "upload_url": self.tiktok.upload.address(publication)}

    def _new(self, account: Doc, stem: str, data: dict[str, Any]) -> Doc:
        number = self.tiktok.store.next_id()
        fresh = {"state": "open", "received": 0, "media": [], "reason": "", "post": ""}
        return self.tiktok.docs.put("publication", fresh | data, doc_id=f"{stem}{number}", owner=account.id, key=number)

    def _may_post(self, account: Doc) -> None:
        """Bans, then about 15 posts in 24 hours. What was begun and never got its bytes is not counted."""
        if account.get("banned"):
            raise Problem(403, "spam_risk_user_banned_from_posting", "The user is banned from making new posts.")
        if account.get("app_too_old"):
            raise Problem(403, "app_version_check_failed", "The app version of the target user is too old.")
        if account.get("user_cap"):
            raise Problem(403, "reached_active_user_cap", "The daily quota for active publishing users is reached.")
        if self.tiktok.enforces_limits and self._recent(account, "direct") >= POSTS_A_DAY:
            raise Problem(403, "spam_risk_too_many_posts", "The daily post cap from the API is reached.")

    def _may_draft(self, account: Doc) -> None:
        if self.tiktok.enforces_limits and self._recent(account, "inbox") >= DRAFTS_A_DAY:
            raise Problem(403, "spam_risk_too_many_pending_share", "There may be at most 5 pending shares in 24 hours.")

    def _recent(self, account: Doc, mode: str) -> int:
        found = self.tiktok.docs.find("publication", owner=account.id, since=self.tiktok.now() - DAY)
        return sum(one["mode"] == mode and one["state"] == "taken" and not one["reason"] for one in found)
