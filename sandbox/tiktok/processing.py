"""What TikTok does with a post after it has taken it: fetch, check, publish or fail, and show the post's id some time later."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests
from PIL import Image, UnidentifiedImageError

from sandbox.clips import look
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.tiktok.network import TikTok

PROCESSING = 0.2  # seconds, when no fault says otherwise
MODERATION = 0.2  # from PUBLISH_COMPLETE to the post's id; on TikTok mostly under a minute, at times hours
FETCH_TIMEOUT = 10.0
LARGEST_PHOTO = 20_000_000
LONGER_SIDE, SHORTER_SIDE = 1920, 1080  # "up to 1080p", read as either way round
LEAST_SIDE, MOST_SIDE = 360, 4096
PHOTOS = {"JPEG": "image/jpeg", "WEBP": "image/webp"}
VIDEOS = {"mp4": "video/mp4", "webm": "video/webm"}


class Failed(Exception):
    """TikTok gives up; the text is the fail_reason."""


class Processing:
    """From `open` to `taken`; from then on the time of asking tells the status, so that a restart loses nothing but fetches."""

    def __init__(self, tiktok: TikTok) -> None:
        self.tiktok = tiktok
        self.fetching: set[asyncio.Task[None]] = set()

    def complete_upload(self, publication: Doc) -> None:
        """All bytes are there."""
        account = self.tiktok.docs.get("account", publication.owner)
        try:
            check_video(self.tiktok.files.path(publication.key), account.get("max_seconds", 600) if account else 600)
        except Failed as failed:
            return self._end(publication, [], str(failed))
        self.tiktok.docs.put("media", {"mime": publication["mime"], "alt": ""}, doc_id=publication.key, owner=publication.owner)
        return self._end(publication, [publication.key], "")

    def fetch(self, publication: Doc, urls: list[str]) -> None:
        """Load the files in the background."""
        self.tiktok.docs.change("publication", publication.id, state="taken", ready_at=None)
        task = asyncio.get_running_loop().create_task(self._fetch(publication.id, urls))
        self.fetching.add(task)
        task.add_done_callback(self.fetching.discard)

    def shown(self, publication: Doc) -> dict[str, Any]:
        """The data of status/fetch."""
        status = self._status(publication)
        found: dict[str, Any] = {"status": status}
        if publication["source"] == "file":
            found["uploaded_bytes"] = publication["received"]
        if status == "FAILED":
            found["fail_reason"] = publication["reason"]
        post = self.tiktok.docs.get("post", publication["post"]) if publication["post"] else None
        if status == "PUBLISH_COMPLETE" and post and self.tiktok.is_public(post):
            found["publicaly_available_post_id"] = [int(post.id)]  # sic, and a bare int64 each
        return found

    def _status(self, publication: Doc) -> str:
        ready_at = publication.get("ready_at")
        if ready_at is None or ready_at > self.tiktok.now():
            return "PROCESSING_UPLOAD" if publication["source"] == "file" else "PROCESSING_DOWNLOAD"
        if publication["reason"]:
            return "FAILED"
        return "SEND_TO_USER_INBOX" if publication["mode"] == "inbox" else "PUBLISH_COMPLETE"

    async def _fetch(self, publish_id: str, urls: list[str]) -> None:
        publication = self.tiktok.docs.get("publication", publish_id)
        if publication is None:
            return
        media, reason = [], ""
        try:
            for url in urls:
                content = await asyncio.to_thread(load, url, publication["kind"])
                media.append(self._keep(publication, content))
        except Failed as failed:
            reason = str(failed)
        self._end(publication, media, reason)

    def _keep(self, publication: Doc, content: bytes) -> str:
        mime = PHOTOS[photo_format(content)] if publication["kind"] == "photo" else "video/mp4"
        media = self.tiktok.docs.put("media", {"mime": mime, "alt": ""}, owner=publication.owner)
        self.tiktok.files.write(media.id, content)
        if publication["kind"] == "video":
            check_video(self.tiktok.files.path(media.id), 600)
        return media.id

    def _end(self, publication: Doc, media: list[str], reason: str) -> None:
        slow = self.tiktok.faults.take("slow_processing", "tiktok", publication.owner)
        if self.tiktok.faults.take("fail_processing", "tiktok", publication.owner):
            reason = "file_format_check_failed"
        lasts = slow.seconds if slow and slow.seconds is not None else PROCESSING
        ready_at = self.tiktok.now() + lasts
        publication.data.update(state="taken", media=media, reason=reason, ready_at=ready_at)
        if publication["mode"] == "direct" and not reason:
            publication.data["post"] = self._post(publication, ready_at).id
        self.tiktok.docs.save("publication", publication)

    def _post(self, publication: Doc, ready_at: float) -> Doc:
        info = publication["info"]
        photo = publication["kind"] == "photo"
        data = {
            "text": info.get("description" if photo else "title", ""),
            "title": info.get("title", "") if photo else "",
            "kind": publication["kind"],
            "media": publication["media"],
            "cover": publication.get("cover", 0),
            "info": info,
            "public_at": ready_at + MODERATION,
        }
        return self.tiktok.docs.put("post", data, owner=publication.owner, created_at=ready_at)


def check_video(path: Path, most_seconds: float, least_seconds: float = 0.0) -> None:
    """Failed for what is no video, or is too long, too short or too small; what can't be told is let pass."""
    clip = look(path)
    if clip.container not in VIDEOS:
        raise Failed("file_format_check_failed")
    if clip.seconds > most_seconds or 0 < clip.seconds < least_seconds:
        raise Failed("duration_check_failed")
    sides = (clip.width, clip.height)
    if any(sides) and (min(sides) < LEAST_SIDE or max(sides) > MOST_SIDE):
        raise Failed("picture_size_check_failed")


def load(url: str, kind: str) -> bytes:
    """A file from somewhere else (`kind` video or photo): no redirects, the right kind, not too large. Failed otherwise."""
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(url, timeout=FETCH_TIMEOUT, allow_redirects=False)
    except requests.RequestException as error:
        raise Failed(f"{kind}_pull_failed") from error
    if answer.status_code != 200:
        raise Failed(f"{kind}_pull_failed")
    if kind == "photo":
        _check_photo(answer.content)
    return answer.content


def _check_photo(content: bytes) -> None:
    if photo_format(content) not in PHOTOS:
        raise Failed("file_format_check_failed")
    with Image.open(io.BytesIO(content)) as image:
        sides = sorted(image.size)
    if len(content) > LARGEST_PHOTO or sides[0] > SHORTER_SIDE or sides[1] > LONGER_SIDE:
        raise Failed("picture_size_check_failed")


def photo_format(content: bytes) -> str:
    """Pillow's word for it (`JPEG`), "" when it is no picture."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            return image.format or ""
    except (UnidentifiedImageError, OSError):
        return ""
