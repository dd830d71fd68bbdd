"""Uploading, describing and asking after media. https://docs.joinmastodon.org/methods/media/"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from PIL import Image, UnidentifiedImageError
from starlette.datastructures import UploadFile

from sandbox.mastodon import errors
from sandbox.mastodon.calls import Answer, Call, Endpoint
from sandbox.mastodon.errors import Problem
from sandbox.mastodon.limits import UPLOADS
from sandbox.mastodon.shapes import AUDIO, IMAGE_BYTES, IMAGE_PIXELS, MOST, VIDEO_BYTES
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.mastodon.network import Mastodon

PROCESSING = 0.5  # seconds that a video takes when no fault says otherwise
ORPHANS_LIVE = 24 * 3600.0  # unattached uploads are cleaned up; how soon is not documented: after a day here
FOCUS = re.compile(r"-?[01](\.\d+)?,-?[01](\.\d+)?")
BAD_TYPE = "File content type is invalid, File is invalid"
WRITE = ("write:media",)


class MediaUpload:
    """A `media` document's data: mime, type (image, gifv, video, audio), alt, w, h, ready_at, failed, attached (post id)."""

    def __init__(self, server: Mastodon) -> None:
        self.server = server

    def endpoints(self) -> list[Endpoint]:
        """Rows of the API."""
        return [
            Endpoint("POST", "/api/v2/media", self.upload, WRITE, UPLOADS),
            Endpoint("POST", "/api/v1/media", self.upload, WRITE, UPLOADS),
            Endpoint("GET", "/api/v1/media/{id}", self.show, WRITE),
            Endpoint("PUT", "/api/v1/media/{id}", self.update, WRITE),
            Endpoint("DELETE", "/api/v1/media/{id}", self.delete, WRITE),
        ]

    async def upload(self, call: Call) -> Answer:
        """200 when it is ready, 202 when it still has to be processed."""
        given = await call.params()
        file = given.get("file")
        if not isinstance(file, UploadFile):
            raise errors.invalid("File can't be blank")
        alt = self._details(given)
        content = await file.read()
        mime = sniff(content)
        measures = _checked(mime, content)
        kind = kind_of(mime, content)
        data = {"mime": mime, "type": kind, "alt": alt, "attached": "", **measures, **self._processing(call.me, kind)}
        media = self.server.docs.put("media", data, owner=call.me.id)
        self.server.files.write(media.id, content)
        return Answer(self.server.shapes.attachment(media), 200 if self.state(media) == "ready" else 202)

    async def show(self, call: Call) -> Answer:
        """206 while it is being processed, 422 when that failed."""
        media = self._mine(call)
        if self.state(media) == "failed":
            raise Problem(422, "Error processing thumbnail for uploaded media")
        return Answer(self.server.shapes.attachment(media), 200 if self.state(media) == "ready" else 206)

    async def update(self, call: Call) -> Answer:
        """Another description or focus, as long as it is not posted."""
        media = self._mine(call)
        given = await call.params()
        media.data["alt"] = self._details(given) if "description" in given else media["alt"]
        return Answer(self.server.shapes.attachment(self.server.docs.save("media", media)))

    async def delete(self, call: Call) -> Answer:
        """Away with it, as long as it is not posted."""
        self.server.docs.delete("media", self._mine(call).id)
        return Answer({})

    def state(self, media: Doc) -> str:
        """processing, ready or failed."""
        if media["ready_at"] > self.server.now():
            return "processing"
        return "failed" if media["failed"] else "ready"

    def for_post(self, me: Doc, ids: list[str]) -> list[Doc]:
        """The media to attach. 422 unless they are own, unused, processed, and may stand together."""
        if len(ids) > MOST["media"]:
            raise errors.invalid("Cannot attach more than 4 files")
        found = [media for media in self.server.docs.many("media", ids) if media.owner == me.id and self._usable(media)]
        if len(set(ids)) != len(ids) or len(found) != len(ids):
            raise errors.invalid(f"Media {', '.join(ids)} not found or already attached to another post")
        if len(found) > 1 and any(media["type"] != "image" for media in found):
            raise errors.invalid("Cannot attach a video to a post that already contains images")
        if any(self.state(media) != "ready" for media in found):
            raise errors.invalid(errors.UNFINISHED)
        return found

    def _details(self, given: dict[str, Any]) -> str:
        alt = str(given.get("description") or "")
        if len(alt) > MOST["description"]:
            raise errors.invalid(f"Description is too long (maximum is {MOST['description']} characters)")
        if given.get("focus") and not FOCUS.fullmatch(str(given["focus"])):
            raise errors.invalid("Focus is invalid")
        return alt

    def _processing(self, me: Doc, kind: str) -> dict[str, Any]:
        slow = self.server.faults.take("slow_processing", "mastodon", me.id)
        failing = self.server.faults.take("fail_processing", "mastodon", me.id)
        usual = 0.0 if kind == "image" and not failing else PROCESSING
        lasts = slow.seconds if slow and slow.seconds is not None else usual
        return {"ready_at": self.server.now() + lasts, "failed": failing is not None}

    def _usable(self, media: Doc) -> bool:
        return not media["attached"] and media.created_at + ORPHANS_LIVE > self.server.now()

    def _mine(self, call: Call) -> Doc:
        media = self.server.docs.get("media", call.wanted)
        if media is None or media.owner != call.me.id or not self._usable(media):
            raise errors.not_found()
        return media


def _checked(mime: str, content: bytes) -> dict[str, int]:
    """Width and height where they are known. 422 for what the server does not take."""
    if not mime:
        raise errors.invalid(BAD_TYPE)
    if not mime.startswith("image/"):
        if len(content) > VIDEO_BYTES:
            raise errors.invalid("File file size must be less than 99 MB")
        return {}
    if len(content) > IMAGE_BYTES:
        raise errors.invalid("File file size must be less than 16 MB")
    if mime in ("image/heic", "image/avif"):
        return {}  # Pillow does not read these here
    try:
        with Image.open(io.BytesIO(content)) as image:
            width, height = image.size
    except (UnidentifiedImageError, OSError) as error:
        raise errors.invalid(BAD_TYPE) from error
    if width * height > IMAGE_PIXELS:
        raise errors.invalid(f"File {width}x{height} images are not supported, must be below {IMAGE_PIXELS} pixels")
    return {"w": width, "h": height}


def kind_of(mime: str, content: bytes) -> str:
    """image, gifv (a GIF that moves), video or audio."""
    if mime in AUDIO:
        return "audio"
    if mime.startswith("video/"):
        return "video"
    if mime != "image/gif":
        return "image"
    with Image.open(io.BytesIO(content)) as image:
        return "gifv" if getattr(image, "is_animated", False) else "image"


BRANDS = {
    b"qt  ": "video/quicktime",
    b"M4V ": "video/x-m4v",
    b"M4A ": "audio/m4a",
    b"heic": "image/heic",
    b"avif": "image/avif",
}
STARTS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n": "image/png",
    b"GIF8": "image/gif",
    b"\x1aE\xdf\xa3": "video/webm",
    b"ID3": "audio/mpeg",
    b"\xff\xfb": "audio/mpeg",
    b"OggS": "audio/ogg",
    b"fLaC": "audio/flac",
}


def sniff(content: bytes) -> str:
    """The type of a file by its first bytes, "" when the server does not take it."""
    if content[4:8] == b"ftyp":
        brand = content[8:12]
        return "video/3gpp" if brand.startswith(b"3gp") else BRANDS.get(brand, "video/mp4")
    if content[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(content[8:12], "")
    return next((mime for start, mime in STARTS.items() if content.startswith(start)), "")
