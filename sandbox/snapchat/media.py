"""Encrypted media: announce with key and IV, add parts, finalize; then they are decrypted and looked at.
https://developers.snap.com/api/marketing-api/Public-Profile-API/ProfileAssetManagement"""

from __future__ import annotations

import base64
import secrets
import uuid
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from PIL import Image, UnidentifiedImageError
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response
from starlette.routing import BaseRoute

from sandbox.clips import look
from sandbox.snapchat import envelope
from sandbox.snapchat.calls import Call, route
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.snapchat.network import Snapchat

DAY = 86_400.0
MEBIBYTE = 1024 * 1024
PARTS = 35
PART = 32 * MEBIBYTE  # "up to 32 MiB" in the documentation; exactly 32 MiB is refused
TOTAL = 1024 * MEBIBYTE
IMAGE = 20 * MEBIBYTE
PROCESSING = 0.3  # seconds that a video takes when no fault says otherwise
KEY, IV = 32, 16
UPLOAD = "/{region}/v1/public_profiles/{pid}/media/{mid}/multipart-upload"
UNREADABLE = "The media could not be processed"


class MediaUpload:
    """A `media` document's data: type, name, key, iv, ticket, state (open, final), parts {number: size}, mime, width, height,
    seconds, ready_at, failed."""

    def __init__(self, snapchat: Snapchat) -> None:
        self.snapchat = snapchat

    def routes(self) -> list[BaseRoute]:
        """Rows of the API. Videos are sent to another address than pictures, so that a client takes what it is given."""
        return [
            route(self.snapchat, "POST", "/v1/public_profiles/{pid}/media", self.create),
            route(self.snapchat, "POST", UPLOAD, self.upload),
            route(self.snapchat, "POST", f"{UPLOAD}-v2", self.upload),
        ]

    async def create(self, call: Call) -> Response:
        """Announce a file."""
        body = await call.json(type=True, name=True, key=True, iv=True)
        if body["type"] not in ("VIDEO", "IMAGE"):
            raise envelope.invalid("type must be VIDEO or IMAGE")
        if not isinstance(body["name"], str) or not body["name"].strip():
            raise envelope.invalid("name must not be empty")
        kept = {**body, "key": _secret("key", body["key"], KEY), "iv": _secret("iv", body["iv"], IV)}
        data = {**kept, "state": "open", "parts": {}, "mime": "", "ticket": secrets.token_hex(4)}
        media = self.snapchat.docs.put("media", data, doc_id=str(uuid.uuid4()), owner=call.profile.id)
        add, finalize = self._paths(media)
        return envelope.success(media_id=media.id, add_path=add, finalize_path=finalize)

    def _paths(self, media: Doc) -> tuple[str, str]:
        path = UPLOAD.format(region="us", pid=media.owner, mid=media.id)
        if media["type"] == "IMAGE":
            return path, path
        actions = (f"{path}-v2?ticket={media['ticket']}&action={action}" for action in ("ADD", "FINALIZE"))
        return next(actions), next(actions)

    async def upload(self, call: Call) -> Response:
        """A part, or the end."""
        if "multipart/form-data" not in call.request.headers.get("content-type", ""):
            raise envelope.invalid("The body must be multipart/form-data")
        media = self.usable(call.profile, call.request.path_params["mid"])
        query = call.request.query_params
        if media["type"] == "VIDEO" and query.get("ticket") != media["ticket"]:
            raise envelope.not_found("upload")
        async with call.request.form() as form:
            action = form.get("action")
            if action not in ("ADD", "FINALIZE") or query.get("action", action) != action:
                raise envelope.invalid("action must be ADD or FINALIZE, as in the path given")
            if media["state"] != "open":
                raise envelope.invalid("The upload was finalized before", "MEDIA_ALREADY_FINALIZED")
            return await self._add(media, form) if action == "ADD" else self._finalize(media)

    async def _add(self, media: Doc, form: FormData) -> Response:
        """The same part may come again, and in any order."""
        number, part = str(form.get("part_number", "")), form.get("file")
        if not number.isdigit() or not 1 <= int(number) <= PARTS:
            raise envelope.invalid(f"part_number must be from 1 to {PARTS}")
        if not isinstance(part, UploadFile) or not part.size:
            raise envelope.invalid("file is missing")
        sizes = {**media["parts"], number: part.size}
        if part.size >= PART or sum(sizes.values()) > TOTAL:
            raise envelope.invalid("Media size is too large", "MEDIA_SIZE_TOO_LARGE")
        self.snapchat.files.write(f"{media.id}-{int(number)}", await part.read())
        self.snapchat.docs.change("media", media.id, parts=sizes)
        return envelope.success()

    def _finalize(self, media: Doc) -> Response:
        """Put the parts together, decrypt, look."""
        numbers = sorted(int(number) for number in media["parts"])
        if not numbers or numbers != list(range(1, len(numbers) + 1)):
            raise envelope.invalid(f"Parts are missing: there are {numbers}")
        self._decrypt(media, numbers)
        for number in numbers:
            self.snapchat.files.path(f"{media.id}-{number}").unlink()
        found = self._measures(media)
        now, account = self.snapchat.now(), media.owner
        slow = self.snapchat.faults.take("slow_processing", self.snapchat.slug, account)
        failed = self.snapchat.faults.take("fail_processing", self.snapchat.slug, account) is not None
        usual = PROCESSING if media["type"] == "VIDEO" else 0.0
        lasts = slow.seconds if slow and slow.seconds is not None else usual
        self.snapchat.docs.change("media", media.id, **found, state="final", ready_at=now + lasts, failed=failed)
        return envelope.success()

    def _decrypt(self, media: Doc, numbers: list[int]) -> None:
        key, iv = (base64.b64decode(media[name]) for name in ("key", "iv"))
        decryptor, unpadder = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor(), PKCS7(128).unpadder()
        try:
            with self.snapchat.files.path(media.id).open("wb") as plain:
                for number in numbers:
                    plain.write(unpadder.update(decryptor.update(self.snapchat.files.read(f"{media.id}-{number}"))))
                plain.write(unpadder.update(decryptor.finalize()) + unpadder.finalize())
        except ValueError as error:  # not a whole number of blocks, or no PKCS7 padding
            raise envelope.invalid("The media could not be decrypted", "MEDIA_DECRYPTION_FAILED") from error

    def _measures(self, media: Doc) -> dict[str, Any]:
        """What the file says of itself. Refused when it is not what was announced."""
        path = self.snapchat.files.path(media.id)
        if media["type"] == "VIDEO":
            clip = look(path)
            if clip.container != "mp4":
                raise envelope.invalid(UNREADABLE, "MEDIA_INVALID")
            return {"mime": "video/mp4", "width": clip.width, "height": clip.height, "seconds": clip.seconds}
        try:
            with Image.open(path, formats=("JPEG", "PNG")) as image:
                mime, (width, height) = f"image/{str(image.format).lower()}", image.size
        except (UnidentifiedImageError, OSError) as error:
            raise envelope.invalid(UNREADABLE, "MEDIA_INVALID") from error
        if path.stat().st_size > IMAGE:
            raise envelope.invalid("Media size is too large", "MEDIA_SIZE_TOO_LARGE")
        return {"mime": mime, "width": width, "height": height, "seconds": 0.0}

    def usable(self, profile: Doc, media_id: str) -> Doc:
        """The profile's media. Refused when there is none, or it is more than a day old."""
        media = self.snapchat.docs.get("media", media_id)
        if media is None or media.owner != profile.id:
            raise envelope.not_found("media")
        if media.created_at + DAY <= self.snapchat.now():
            raise envelope.invalid("The media has expired", "MEDIA_EXPIRED")
        return media

    def ready(self, profile: Doc, media_id: str) -> Doc:
        """Media that may be posted now."""
        media = self.usable(profile, media_id)
        if media["state"] != "final":
            raise envelope.invalid("The upload was not finalized", "MEDIA_NOT_FINALIZED")
        if media["ready_at"] > self.snapchat.now():
            raise envelope.invalid("Media is still being processed", "MEDIA_PROCESSING")
        if media["failed"]:
            raise envelope.invalid(UNREADABLE, "MEDIA_PROCESSING_FAILED")
        return media


def _secret(name: str, value: Any, length: int) -> str:
    """Standard base64 of so many bytes."""
    try:
        content = base64.b64decode(str(value), validate=True)
    except ValueError as error:
        raise envelope.invalid(f"{name} is not base64") from error
    if len(content) != length:
        raise envelope.invalid(f"{name} must have {length} bytes, it has {len(content)}")
    return str(value)
