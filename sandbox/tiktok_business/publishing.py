"""Videos and photos of a business: what may be posted, how far a post is. TikTok loads the files itself.
https://business-api.tiktok.com/portal/docs

A `publication` document is one post on its way. Its id is the share_id; data: kind (video, photo), draft, info (post_info),
urls, cover (index), media (ids), reason (why it failed), ready_at (None while files are being loaded), post (its id).
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from typing import TYPE_CHECKING, Any

from sandbox.store import Doc
from sandbox.tiktok import checks
from sandbox.tiktok_business.calls import FORBIDDEN, TOO_MANY, Call, Endpoint, Problem, absent, shape, wrong

if TYPE_CHECKING:
    from sandbox.tiktok_business.network import TikTokBusiness

DAY, MINUTE = 86400.0, 60.0
A_DAY, A_MINUTE = 15, 6
MOST_MENTIONS = 30
MENTION = re.compile(r"(?<!\w)@[\w.]+")
SCOPE = "video.publish"
SWITCHES = ("is_brand_organic", "is_branded_content", "disable_comment", "disable_duet", "disable_stitch", "is_ai_generated")
VIDEO_POST: dict[str, type] = {
    **dict.fromkeys((*SWITCHES, "upload_to_draft", "is_ads_only"), bool),
    "caption": str,
    "thumbnail_offset": int,
    "location_id": str,
    "music_sound_info": dict,
}
PHOTO_POST: dict[str, type] = {
    **dict.fromkeys((*SWITCHES, "auto_add_music", "is_draft"), bool),
    "title": str,
    "caption": str,
    "privacy_level": str,
}


class Publishing:
    """Rows of the API under /business/ that post."""

    def __init__(self, network: TikTokBusiness) -> None:
        self.network = network
        self.calls: dict[str, deque[float]] = defaultdict(deque)  # account -> moments of its posts; over in a minute

    def endpoints(self) -> list[Endpoint]:
        """Rows of the API."""
        video = {"video_url": str, "custom_thumbnail_url": str, "post_info": dict}
        photo = {"photo_images": list, "photo_cover_index": int, "post_info": dict}
        status = "/business/publish/status/"
        return [
            Endpoint("POST", "/business/video/publish/", self.video, SCOPE, video, ["video_url"]),
            Endpoint("POST", "/business/photo/publish/", self.photo, SCOPE, photo, ["photo_images"]),
            Endpoint("GET", status, self.status, SCOPE, {"publish_id": str}, ["publish_id"]),
            Endpoint("GET", "/business/video/settings/", self.settings, SCOPE),
        ]

    async def settings(self, call: Call) -> dict[str, Any]:
        """What the account's settings allow at this moment. The fields are taken to be those of creator_info."""
        account = call.account
        return {
            "privacy_level_options": checks.privacy_levels(account),
            "comment_disabled": bool(account.get("comment_disabled")),
            "duet_disabled": bool(account.get("duet_disabled")),
            "stitch_disabled": bool(account.get("stitch_disabled")),
            "max_video_post_duration_sec": account.get("max_seconds", 600),
        }

    async def video(self, call: Call) -> dict[str, Any]:
        """A video, public unless it is a draft. Sent twice it is posted twice."""
        info = call.given.get("post_info", {})
        shape(info, VIDEO_POST, [])
        _caption(info.get("caption", ""), checks.CAPTION)
        if info.get("thumbnail_offset", 0) < 0:
            raise wrong("thumbnail_offset is negative")
        urls = [call.text("video_url")]
        for url in [*urls, *([call.text("custom_thumbnail_url")] if call.text("custom_thumbnail_url") else [])]:
            _address(call.account, url)
        data = {"kind": "video", "draft": bool(info.get("upload_to_draft")), "info": info, "urls": urls, "cover": 0}
        return self._begin(call.account, "v_pub_url~v2-1.", data)

    async def photo(self, call: Call) -> dict[str, Any]:
        """Photos, up to 35."""
        info, urls = call.given.get("post_info", {}), call.given["photo_images"]
        shape(info, PHOTO_POST, [])
        _caption(info.get("caption", ""), checks.DESCRIPTION)
        if checks.units(info.get("title", "")) > checks.TITLE:
            raise wrong(f"title exceeds {checks.TITLE} UTF-16 code units")
        if len(urls) > checks.MOST_PHOTOS or not all(isinstance(url, str) for url in urls):
            raise wrong(f"photo_images must be 1 to {checks.MOST_PHOTOS} addresses")
        if not 0 <= call.given.get("photo_cover_index", 0) < len(urls):
            raise wrong("photo_cover_index is out of range")
        if info.get("privacy_level", checks.PUBLIC) not in checks.privacy_levels(call.account):
            raise wrong("privacy_level is not one of the account's options")
        for url in urls:
            _address(call.account, url)
        data = {"kind": "photo", "draft": bool(info.get("is_draft")), "info": info, "urls": urls}
        return self._begin(call.account, "p_pub_url~v2.", {**data, "cover": call.given.get("photo_cover_index", 0)})

    async def status(self, call: Call) -> dict[str, Any]:
        """How far a post is."""
        publication = self.network.docs.get("publication", call.text("publish_id"))
        if publication is None or publication.owner != call.account.id:
            raise absent("publish_id")
        return self.network.processing.shown(publication)

    def _begin(self, account: Doc, stem: str, data: dict[str, Any]) -> dict[str, Any]:
        if self.network.enforces_limits:
            self._count(account)
        fresh: dict[str, Any] = {"media": [], "reason": "", "ready_at": None, "post": ""}
        name = f"{stem}{self.network.store.next_id()}"
        publication = self.network.docs.put("publication", fresh | data, doc_id=name, owner=account.id)
        self.network.processing.begin(publication)
        return {"share_id": publication.id}

    def _count(self, account: Doc) -> None:
        """Six in a sliding minute, fifteen in 24 hours. Moments of the future are of a practice clock that was put back."""
        now, moments = self.network.now(), self.calls[account.id]
        while moments and not now - MINUTE < moments[0] <= now:
            moments.popleft()
        if len(moments) >= A_MINUTE:
            raise Problem(TOO_MANY, "Too many requests. Please retry in some time.")
        moments.append(now)
        recent = self.network.docs.find("publication", owner=account.id, since=now - DAY)
        if sum(not one["reason"] for one in recent) >= A_DAY:
            raise Problem(TOO_MANY, "The account has reached its number of posts in 24 hours.")


def _caption(text: str, most: int) -> None:
    if checks.units(text) > most:
        raise wrong(f"caption exceeds {most} UTF-16 code units")
    if len(MENTION.findall(text)) > MOST_MENTIONS:
        raise wrong(f"caption has more than {MOST_MENTIONS} mentions")


def _address(account: Doc, url: str) -> None:
    if not checks.loadable(url):
        raise wrong(f"The address is not https: {url[:100]}")
    if not checks.verified(account, url):
        raise Problem(FORBIDDEN, "Please verify the ownership of the URL property first.")
