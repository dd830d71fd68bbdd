"""Videos: registered with the API, sent as a form to a storage address, processed, then used by one pin.
https://developers.pinterest.com/docs/api-features/creating-video-pins/
https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html"""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox import clock
from sandbox.pinterest import answers
from sandbox.pinterest.calls import PAGING, Call, Endpoint, paged
from sandbox.pinterest.films import look
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.pinterest.network import Pinterest

SCOPES = ("pins:read", "pins:write")
STORAGE = "/_storage/"
POLICY_LIFE = 3600.0  # how long the signed form is good for; not documented
PROCESSING = 0.2  # seconds that a video takes when no fault says otherwise
LARGEST = 2_000_000_000


class StorageRefusal(Exception):
    """The storage's own answer: XML, not JSON."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message

    def response(self) -> Response:
        """As HTTP."""
        body = f"<Error><Code>{self.code}</Code><Message>{self.message}</Message></Error>"
        return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n{body}', self.status, media_type="application/xml")


class Media:
    """An `upload` document: owner the account, data state (registered, processing, failed), form, ready_at, pin. Its bytes and
    the `media` document for showing have the same id."""

    def __init__(self, pinterest: Pinterest) -> None:
        self.pinterest, self.docs, self.files = pinterest, pinterest.docs, pinterest.files

    def endpoints(self) -> list[Endpoint]:
        """Rows of the API."""
        return [
            Endpoint("POST", "/media", self.register, SCOPES),
            Endpoint("GET", "/media", self.list, SCOPES[:1], PAGING),
            Endpoint("GET", "/media/{media}", self.get, SCOPES[:1]),
        ]

    def routes(self) -> list[BaseRoute]:
        """The storage, which is another host in the real world and knows no tokens."""
        return [Route(STORAGE, self.store, methods=["POST", "PUT"])]

    async def register(self, call: Call) -> tuple[int, Any]:
        """Where and with which signed fields to send the file."""
        if (await call.json()).get("media_type") != "video":
            raise answers.invalid("media_type must be 'video'.")
        upload = self.docs.put("upload", {"state": "registered", "pin": ""}, owner=call.me.id)
        form = _form(call.me.id, upload.id)
        self.docs.change("upload", upload.id, form=form, until=self.pinterest.now() + POLICY_LIFE)
        address = {"upload_url": f"{self.pinterest.url}{STORAGE}", "upload_parameters": form}
        return 201, {"media_id": upload.id, "media_type": "video", **address}

    async def list(self, call: Call) -> tuple[int, Any]:
        """The account's uploads."""
        return 200, paged(call, self.docs.find("upload", owner=call.me.id), self.shown)

    async def get(self, call: Call) -> tuple[int, Any]:
        """How far one is."""
        upload = self.docs.get("upload", call.at["media"])
        if upload is None or upload.owner != call.me.id:
            raise answers.Refusal(404, 404, "Media upload not found.")
        return 200, self.shown(upload)

    async def store(self, request: Request) -> Response:
        """The form: all signed fields as they were given, then the file and nothing after it."""
        try:
            if request.method != "POST":
                raise StorageRefusal(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
            if "authorization" in request.headers:
                raise StorageRefusal(400, "InvalidArgument", "Only one auth mechanism allowed.")
            async with request.form() as form:
                self._take(form)
        except StorageRefusal as refusal:
            return refusal.response()
        return Response(status_code=204)

    def usable(self, call: Call, media_id: Any) -> Doc:
        """A processed upload that no pin has yet. Refusal 400."""
        upload = self.docs.get("upload", str(media_id))
        if upload is None or upload.owner != call.me.id:
            raise answers.invalid(f"media_id {media_id!r} is not known.")
        if self.state(upload) != "succeeded":
            raise answers.invalid(f"The media upload is {self.state(upload)}, not succeeded.")
        if upload["pin"]:
            raise answers.invalid(answers.DUPLICATE_MEDIA)
        return upload

    def state(self, upload: Doc) -> str:
        """registered, processing, succeeded, failed."""
        if upload["state"] == "processing" and upload["ready_at"] <= self.pinterest.now():
            return "failed" if upload["wrong"] else "succeeded"
        return str(upload["state"])

    def shown(self, upload: Doc) -> dict[str, Any]:
        """As the API gives it."""
        return {"media_id": upload.id, "media_type": "video", "status": self.state(upload)}

    def _take(self, form: FormData) -> None:
        fields = form.multi_items()
        upload, file = self._signed(dict(fields)), _last(fields)
        if file.size is None or file.size > LARGEST:
            raise StorageRefusal(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
        path = self.files.path(upload.id)
        with path.open("wb") as target:
            shutil.copyfileobj(file.file, target)
        self._process(upload, path)

    def _signed(self, fields: dict[str, Any]) -> Doc:
        """The upload that the fields were signed for."""
        upload = self.docs.get("upload", str(fields.get("key", "")).rpartition(":")[2])
        if upload is None:
            raise StorageRefusal(403, "AccessDenied", "Access Denied")
        if upload["until"] < self.pinterest.now():
            raise StorageRefusal(403, "AccessDenied", "Invalid according to Policy: Policy expired.")
        sent = {name: value for name, value in fields.items() if name != "file"}
        if sent != upload["form"]:
            raise StorageRefusal(403, "SignatureDoesNotMatch", "The fields are not those that were signed.")
        return upload

    def _process(self, upload: Doc, path: Path) -> None:
        slow = self.pinterest.faults.take("slow_processing", "pinterest", upload.owner)
        failing = self.pinterest.faults.take("fail_processing", "pinterest", upload.owner)
        lasts = slow.seconds if slow and slow.seconds is not None else PROCESSING
        film = look(path)
        wrong = "could not be processed" if failing else film.wrong()
        ready_at = self.pinterest.now() + lasts
        self.docs.put("media", {"mime": "video/mp4", "alt": ""}, doc_id=upload.id, owner=upload.owner)
        size = {"seconds": film.seconds, "width": film.width, "height": film.height}
        self.docs.change("upload", upload.id, state="processing", ready_at=ready_at, wrong=wrong, **size)


def _form(account: str, upload: str) -> dict[str, str]:
    today = clock.utc()
    return {
        "x-amz-date": today.strftime("%Y%m%dT%H%M%SZ"),
        "x-amz-signature": secrets.token_hex(32),
        "x-amz-security-token": secrets.token_urlsafe(200),
        "x-amz-algorithm": "AWS4-HMAC-SHA256",
        "key": f"uploads/11/aa/22/3:video:{account}:{upload}",
        "policy": secrets.token_urlsafe(100),
        "x-amz-credential": f"ASIAPRACTICE/{today:%Y%m%d}/us-east-1/s3/aws4_request",
        "Content-Type": "multipart/form-data",
    }


def _last(fields: list[tuple[str, Any]]) -> UploadFile:
    """The one file, as the last field."""
    names = [name for name, _ in fields]
    if names.count("file") != 1 or not isinstance(dict(fields)["file"], UploadFile):
        raise StorageRefusal(400, "InvalidArgument", "POST requires exactly one file upload per request.")
    if names[-1] != "file":
        raise StorageRefusal(400, "InvalidArgument", "Fields must come before the file.")
    found: UploadFile = fields[-1][1]
    return found
