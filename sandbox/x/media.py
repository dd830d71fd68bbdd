"""Media upload, version 2: in one request, or initialize, append, finalize, status. https://docs.x.com/x-api/media/introduction"""

from __future__ import annotations

import base64
import io
import json
import math
import re
from typing import TYPE_CHECKING, Any

from PIL import Image, UnidentifiedImageError
from starlette.datastructures import UploadFile

from sandbox.store import Doc
from sandbox.x import problems
from sandbox.x.calls import Call, Endpoint
from sandbox.x.schema import INITIALIZE, check

if TYPE_CHECKING:
    from sandbox.x.network import X

DAY = 86400
MEGABYTE = 1024 * 1024
IMAGES = {"image/jpeg", "image/png", "image/webp", "image/bmp", "image/tiff", "image/pjpeg"}
VIDEOS = {"video/mp4", "video/webm", "video/mp2t", "video/quicktime"}
CATEGORIES = {
    "tweet_image": (IMAGES | {"image/gif"}, 5 * MEGABYTE),
    "dm_image": (IMAGES, 5 * MEGABYTE),
    "tweet_gif": ({"image/gif"}, 15 * MEGABYTE),
    "dm_gif": ({"image/gif"}, 15 * MEGABYTE),
    "tweet_video": (VIDEOS, 512 * MEGABYTE),
    "dm_video": (VIDEOS, 512 * MEGABYTE),
    "amplify_video": (VIDEOS, 512 * MEGABYTE),
    "subtitles": ({"text/srt", "text/vtt"}, MEGABYTE),
}
CHUNK = 5 * MEGABYTE
PROCESSING = 0.5  # seconds that a video takes when no fault says otherwise
KEYS = {"image": "3", "gif": "16", "video": "13"}
SCOPE = ("media.write",)
BAD_IDS = "Your media IDs are invalid."
NOT_VIDEO = {"code": 1, "name": "InvalidMedia", "message": "InvalidContent: The media could not be processed."}

SUBTITLES: dict[str, Any] = {
    "id*": ("string", None),
    "media_category": ("string", None),
    "subtitles*": {"id*": ("string", None), "language_code*": ("string", None), "display_name": ("string", None)},
}
# Taken and forgotten: what else metadata may hold.
OTHER: dict[str, dict[str, Any]] = {
    name: {}
    for name in (
        *("allow_download_status", "audience_policy", "content_expiration", "domain_restrictions", "found_media_origin"),
        *("geo_restrictions", "management_info", "preview_image", "sensitive_media_warning", "shared_info"),
        *("sticker_info", "upload_source"),
    )
}


class MediaUpload:
    """A `media` document's data: mime, category, size, state (open, processing, succeeded, failed), ready_at, w, h, alt."""

    def __init__(self, x: X) -> None:
        self.x = x

    def endpoints(self) -> list[Endpoint]:
        """Rows of the API."""
        return [
            Endpoint("POST", "/2/media/upload", self.one_shot, "upload", SCOPE),
            Endpoint("GET", "/2/media/upload", self.status, "upload_status", SCOPE, ("media_id", "command")),
            Endpoint("POST", "/2/media/upload/initialize", self.initialize, "chunk", SCOPE),
            Endpoint("POST", "/2/media/upload/{id}/append", self.append, "chunk", SCOPE),
            Endpoint("POST", "/2/media/upload/{id}/finalize", self.finalize, "chunk", SCOPE),
            Endpoint("POST", "/2/media/metadata", self.metadata, "metadata", SCOPE),
            Endpoint("POST", "/2/media/subtitles", self.subtitles, "metadata", SCOPE),
        ]

    async def one_shot(self, call: Call) -> tuple[int, dict[str, Any]]:
        """An image (or small GIF) in one request."""
        fields, content = await _file(call, {"media", "media_category", "media_type", "additional_owners", "shared"})
        category = fields.get("media_category", "")
        if category not in CATEGORIES or category.endswith("video"):
            raise problems.invalid("media_category", category, "$.media_category: does not have a value in the enumeration")
        mime = sniff(content)
        self._acceptable(mime, category, len(content))
        media = self._new(call.account, mime, category, len(content))
        self.x.files.write(media.id, content)
        self._finish(media, content)
        return 200, {"data": self._progress(media)}

    async def initialize(self, call: Call) -> tuple[int, dict[str, Any]]:
        """Announce an upload in parts."""
        body = await call.json()
        check(body, INITIALIZE)
        category = body.get("media_category", "tweet_image" if body["media_type"].startswith("image/") else "tweet_video")
        if category not in CATEGORIES:
            raise problems.invalid("media_category", category, "$.media_category: does not have a value in the enumeration")
        self._acceptable(body["media_type"], category, body["total_bytes"])
        media = self._new(call.account, body["media_type"], category, body["total_bytes"])
        return 200, {"data": {"id": media.id, "media_key": self.key(media), "expires_after_secs": DAY}}

    async def append(self, call: Call) -> tuple[int, dict[str, Any]]:
        """One part; the same part may be sent again."""
        media = self._open(call)
        fields, content = await _file(call, {"media", "segment_index"})
        index = str(fields.get("segment_index", ""))
        if not index.isdigit() or int(index) > 999:
            raise problems.invalid("segment_index", index, "$.segment_index: must be between 0 and 999")
        if len(content) > CHUNK:
            raise problems.problem(413, "Request Entity Too Large", "The chunk is larger than 5 MB.")
        if self.x.docs.get("media", media.id) is None or not content:
            raise problems.invalid("media", "", "$.media: is missing but it is required")
        self.x.files.write(f"{media.id}-{int(index)}", content)
        parts = sorted({*media["parts"], int(index)})
        self.x.docs.change("media", media.id, parts=parts)
        return 200, {"data": {"expires_at": int(media["expires_at"])}}

    async def finalize(self, call: Call) -> tuple[int, dict[str, Any]]:
        """Put the parts together; videos and GIFs are processed afterwards."""
        media = self._open(call)
        parts = media["parts"]
        content = b"".join(self.x.files.read(f"{media.id}-{part}") for part in parts)
        if parts != list(range(len(parts))) or len(content) != media["size"]:
            raise problems.invalid("id", media.id, f"Invalid upload: {len(content)} of {media['size']} bytes, segments {parts}")
        self.x.files.write(media.id, content)
        for part in parts:
            self.x.files.path(f"{media.id}-{part}").unlink(missing_ok=True)
        self._finish(media, content)
        return 200, {"data": self._progress(media)}

    async def status(self, call: Call) -> tuple[int, dict[str, Any]]:
        """How far processing is."""
        if call.query.get("command", "STATUS") != "STATUS":
            raise problems.invalid(
                "command", call.query["command"], "The `command` query parameter value is not one of [STATUS]"
            )
        return 200, {"data": self._progress(self._mine(call, call.query.get("media_id", "")))}

    async def metadata(self, call: Call) -> tuple[int, dict[str, Any]]:
        """Alt text, at most 1,000 characters."""
        body = await call.json()
        check(body, {"id*": ("string", None), "metadata*": {"alt_text": {"text*": ("string", None)}, **OTHER}})
        media = self._mine(call, body["id"])
        alt = body["metadata"].get("alt_text", {}).get("text", "")
        if len(alt) > 1000:
            raise problems.invalid("metadata.alt_text.text", alt[:50], "Alt text must be at most 1000 characters.")
        self.x.docs.change("media", media.id, alt=alt)
        return 200, {"data": {"id": media.id, "associated_metadata": {"alt_text": {"text": alt}}}}

    async def subtitles(self, call: Call) -> tuple[int, dict[str, Any]]:
        """Captions for a video; those of the same language are replaced. https://docs.x.com/x-api/media/create-media-subtitles"""
        body = await call.json()
        check(body, SUBTITLES)
        video, track = self._mine(call, body["id"]), self._mine(call, body["subtitles"]["id"])
        code = body["subtitles"]["language_code"]
        if not re.fullmatch(r"[A-Z]{2}", code):
            raise problems.invalid("subtitles.language_code", code, "$.subtitles.language_code: does not match ^[A-Z]{2}$")
        if _kind(video) != "video" or track["category"] != "subtitles" or b"-->" not in self.x.files.read(track.id):
            raise problems.invalid("subtitles.id", track.id, BAD_IDS)
        tracks = {**(video.get("subtitles") or {}), code: track.id}
        self.x.docs.change("media", video.id, subtitles=tracks)
        return 200, {"data": {"id": video.id, "media_category": "TweetVideo", "associated_subtitles": body["subtitles"]}}

    def check_for_post(self, me: Doc, ids: list[str]) -> None:
        """Problem 400 unless these are own, ready, fresh media that may stand together."""
        found = self.x.docs.many("media", ids)
        usable = [
            media for media in found if media.owner == me.id and self.state(media) == "succeeded" and not self._old(media)
        ]
        if len(set(ids)) != len(ids) or len(usable) != len(ids):
            raise problems.invalid("media.media_ids", ",".join(ids), BAD_IDS)
        kinds = [_kind(media) for media in usable]
        if len(kinds) > 1 and set(kinds) != {"image"}:
            raise problems.invalid(
                "media.media_ids", ",".join(ids), "You may attach up to 4 photos, 1 animated GIF or 1 video."
            )
        if any(media["category"].startswith(("dm_", "subtitles")) for media in usable):
            raise problems.invalid("media.media_ids", ",".join(ids), BAD_IDS)

    def check_for_message(self, me: Doc, ids: list[str]) -> None:
        """Problem 400 unless these are own, ready, fresh media that were uploaded for direct messages."""
        for media in (self.x.docs.get("media", one) for one in ids):
            known = media is not None and media.owner == me.id and media["category"].startswith("dm_")
            if media is None or not known or self.state(media) != "succeeded" or self._old(media):
                raise problems.invalid("attachments.media_id", ",".join(ids), BAD_IDS)

    def state(self, media: Doc) -> str:
        """open, in_progress, succeeded, failed."""
        if media["state"] == "processing" and media["ready_at"] <= self.x.now():
            return "failed" if media.get("error") else "succeeded"
        return "in_progress" if media["state"] == "processing" else str(media["state"])

    def key(self, media: Doc) -> str:
        """The media key: 3_… for photos, 13_… for videos, 16_… for GIFs."""
        return f"{KEYS[_kind(media)]}_{media.id}"

    def shown(self, media: Doc, fields: set[str]) -> dict[str, Any]:
        """The media object of `includes`."""
        kind = {"image": "photo", "gif": "animated_gif", "video": "video"}[_kind(media)]
        url = {"url": self.x.media_url(media.id)} if kind == "photo" else {"preview_image_url": self.x.media_url(media.id)}
        every = {
            **url,
            "variants": [{"bit_rate": 832_000, "content_type": media["mime"], "url": self.x.media_url(media.id)}]
            if kind != "photo"
            else None,
            "alt_text": media.get("alt"),
            "width": media.get("w"),
            "height": media.get("h"),
            "public_metrics": {"view_count": 0},
        }
        chosen = {name: value for name, value in every.items() if name in fields and value}
        return {"media_key": self.key(media), "type": kind, **chosen}

    def _new(self, me: Doc, mime: str, category: str, size: int) -> Doc:
        data = {"mime": mime, "category": category, "size": size, "state": "open", "parts": [], "alt": ""}
        return self.x.docs.put("media", {**data, "expires_at": self.x.now() + DAY}, owner=me.id)

    def _acceptable(self, mime: str, category: str, size: int) -> None:
        mimes, largest = CATEGORIES[category]
        if mime not in mimes:
            raise problems.invalid(
                "media_type", mime, f"The media type {mime or 'unrecognized'} is not accepted for {category}."
            )
        if size > largest:
            raise problems.invalid("total_bytes", size, f"File size exceeds {largest} bytes.")

    def _finish(self, media: Doc, content: bytes) -> None:
        """Photos are ready at once. Videos and GIFs take their time, or fail."""
        mime = media["mime"]
        media.data.update(_size(content) if mime.startswith("image/") else {}, state="succeeded")
        if mime.startswith("image/") and not media.get("w"):
            raise problems.invalid("media", media.id, "The media could not be decoded.")
        if _kind(media) != "image":
            self._begin_processing(media, content)
        self.x.docs.save("media", media)

    def _begin_processing(self, media: Doc, content: bytes) -> None:
        slow = self.x.faults.take("slow_processing", "x", media.owner)
        failing = self.x.faults.take("fail_processing", "x", media.owner)
        lasts = slow.seconds if slow and slow.seconds is not None else PROCESSING
        media.data.update(state="processing", began_at=self.x.now(), ready_at=self.x.now() + lasts)
        if failing or (media["mime"].startswith("video/") and not sniff(content).startswith("video/")):
            media.data["error"] = NOT_VIDEO

    def _progress(self, media: Doc) -> dict[str, Any]:
        left = max(0.0, media["expires_at"] - self.x.now())
        found = {"id": media.id, "media_key": self.key(media), "size": media["size"], "expires_after_secs": int(left)}
        if _kind(media) == "image" and media.get("w"):
            return {**found, "image": {"w": media["w"], "h": media["h"], "image_type": media["mime"]}}
        return {**found, "processing_info": self._processing(media)} if media["state"] == "processing" else found

    def _processing(self, media: Doc) -> dict[str, Any]:
        state, now = self.state(media), self.x.now()
        if state == "failed":
            return {"state": state, "progress_percent": 100, "error": media["error"]}
        if state == "succeeded":
            return {"state": state, "progress_percent": 100}
        whole = max(media["ready_at"] - media["began_at"], 0.001)
        percent = int(100 * (now - media["began_at"]) / whole)
        wait = min(5, max(1, math.ceil(media["ready_at"] - now)))
        if percent < 5:
            return {"state": "pending", "check_after_secs": wait}
        return {"state": "in_progress", "check_after_secs": wait, "progress_percent": percent}

    def _mine(self, call: Call, media_id: str) -> Doc:
        media = self.x.docs.get("media", media_id) if media_id.isdigit() else None
        if media is None or media.owner != call.account.id or self._old(media):
            raise problems.invalid("media_id", media_id, f"Media id {media_id} is not found or has expired.")
        return media

    def _open(self, call: Call) -> Doc:
        media = self._mine(call, call.request.path_params["id"])
        if media["state"] != "open":
            raise problems.invalid("id", media.id, "The media has been finalized already.")
        return media

    def _old(self, media: Doc) -> bool:
        return bool(media["expires_at"] <= self.x.now())


def sniff(content: bytes) -> str:
    """The type of a file by its first bytes, "" when unknown."""
    if content[4:8] == b"ftyp":
        return "video/quicktime" if content[8:10] == b"qt" else "video/mp4"
    starts = {
        b"\xff\xd8\xff": "image/jpeg",
        b"\x89PNG\r\n": "image/png",
        b"GIF8": "image/gif",
        b"BM": "image/bmp",
        b"II*\0": "image/tiff",
        b"MM\0*": "image/tiff",
        b"\x1aE\xdf\xa3": "video/webm",
        b"G@": "video/mp2t",
    }
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((mime for start, mime in starts.items() if content.startswith(start)), "")


def _size(content: bytes) -> dict[str, int]:
    try:
        with Image.open(io.BytesIO(content)) as image:
            return {"w": image.width, "h": image.height}
    except (UnidentifiedImageError, OSError):
        return {}


def _kind(media: Doc) -> str:
    if media["mime"].startswith("video/"):
        return "video"
    return "gif" if media["category"].endswith("gif") else "image"


async def _file(call: Call, known: set[str]) -> tuple[dict[str, Any], bytes]:
    """The fields and the bytes of an upload: multipart with a file, or JSON with base64."""
    if "json" in call.request.headers.get("content-type", ""):
        fields = await call.json()
        content = _decoded(fields.get("media"))
    else:
        form = await call.request.form()
        fields = dict(form)
        upload = form.get("media")
        content = await upload.read() if isinstance(upload, UploadFile) else _decoded(upload)
    if unknown := set(fields) - known:
        raise problems.invalid(min(unknown), json.dumps(min(unknown)), f"$.{min(unknown)}: is not defined in the schema")
    return fields, content


def _decoded(value: Any) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (TypeError, ValueError) as error:
        raise problems.invalid("media", str(value)[:40], "$.media: is missing or not base64") from error
