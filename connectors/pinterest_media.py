"""Pinterest's video upload: register, send as a form to the storage, wait until it is processed.
https://developers.pinterest.com/docs/api-features/creating-video-pins/"""

import hashlib
import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from connectors.data import MOV, Media, Progress
from connectors.errors import NotNow, Rejected
from connectors.http import Http
from connectors.pinterest_answers import Gone
from connectors.pinterest_boards import Api
from connectors.words import _

SLOWEST = 200_000  # bytes a second: with less the upload is given up
PIECE = 65_536
REPORTED = 32  # pieces between two reports, each of which renews the lease
PATIENCE = (0.25, 1.0, 2.0)  # seconds between looks here and now; beyond that somebody comes back later
COME_BACK = timedelta(seconds=10)  # Pinterest advises to ask every 5 to 10 seconds
UNNOTICED = 1800.0  # after so many seconds a form that was taken but still counts as registered is lost


@dataclass(frozen=True)
class Upload:
    """One upload as it is kept in Progress. `sent`: unix seconds at which the storage took the whole file, 0 before."""

    id: str
    file: str
    sent: float = 0

    def __str__(self) -> str:
        return f"{self.id} {self.file} {self.sent:.0f}"

    @classmethod
    def parse(cls, kept: str) -> "Upload | None":
        if not kept:
            return None
        media_id, file, sent = kept.split()
        return cls(media_id, file, float(sent))


class Form:
    """A multipart body that is read from disk as it goes out, the file last, as the storage wants it.

    Sized and readable, so that requests sends it with a Content-Length, which the storage demands.
    """

    def __init__(self, fields: Mapping[str, Any], media: Media, progress: Progress) -> None:
        self.boundary = secrets.token_hex(16)
        self.media, self.progress = media, progress
        self._start = "".join(self._part(name) + f"{value}\r\n" for name, value in fields.items()).encode() + self._head()
        self._end = f"\r\n--{self.boundary}--\r\n".encode()
        self._bytes = self._pieces()
        self._left = b""

    @property
    def headers(self) -> dict[str, str]:
        return {"Content-Type": f"multipart/form-data; boundary={self.boundary}"}

    def __len__(self) -> int:
        return len(self._start) + self.media.size + len(self._end)

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces()

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._left) < size:
            piece = next(self._bytes, b"")
            if not piece:
                break
            self._left += piece
        size = len(self._left) if size < 0 else size
        given, self._left = self._left[:size], self._left[size:]
        return given

    def _part(self, name: str, more: str = "") -> str:
        return f'--{self.boundary}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'

    def _head(self) -> bytes:
        ending = "mov" if self.media.mime_type == MOV else "mp4"
        kind = f'; filename="video.{ending}"\r\nContent-Type: {self.media.mime_type}'
        return self._part("file", kind).encode()

    def _pieces(self) -> Iterator[bytes]:
        yield self._start
        with open(self.media.path, "rb") as file:
            for number, piece in enumerate(iter(lambda: file.read(PIECE), b""), 1):
                yield piece
                if number % REPORTED == 0:
                    self.progress.report(number * PIECE, self.media.size)
        yield self._end


class Uploads:
    """The upload of one video. What is reached is kept, so that a crash does not send a processed file again."""

    def __init__(self, api: Api, progress: Progress) -> None:
        self.api, self.progress = api, progress

    def prepare(self, media: Media) -> None:
        """Bring the file to where a pin can show it. Raises NotNow while Pinterest is still processing it."""
        upload = self._kept(media)
        status = self._status(upload) if upload else ""
        if upload is None or not status or (status == "registered" and upload.sent < time.time() - UNNOTICED):
            upload = self._send(media)
            status = self._status(upload)
        elif not upload.sent:
            upload = self._keep(replace(upload, sent=time.time()))  # it arrived, only the storage's answer was lost
        self._wait(media, upload, status)

    def id(self, media: Media) -> str:
        """What a pin names the video by."""
        upload = self._kept(media)
        if upload is None or not upload.sent:
            raise NotNow(_("The video is not at Pinterest any more; SMO uploads it again."), retry_in=timedelta())
        return upload.id

    def forget(self) -> None:
        """Begin anew next time."""
        self.progress.forget("media")

    def _send(self, media: Media) -> Upload:
        """A form cannot be continued: what did not arrive whole is registered and sent again."""
        made = self.api.post("/media", {"media_type": "video"})
        upload = self._keep(Upload(str(made["media_id"]), fingerprint(media)))
        form = Form(made.get("upload_parameters") or {}, media, self.progress)
        # The signed fields are the permission; our token must not leave for the storage.
        address = str(made["upload_url"])
        _patient(self.api.http, address, media.size).session.request("POST", address, data=form, headers=form.headers)
        return self._keep(replace(upload, sent=time.time()))

    def _wait(self, media: Media, upload: Upload, status: str) -> None:
        for pause in PATIENCE:
            if status in ("succeeded", "failed"):
                break
            time.sleep(pause)
            status = self._status(upload)
        if status == "failed":
            self.forget()
            raise Rejected(
                _("Pinterest could not process %(name)s: convert it to MP4 with H.264, 4 seconds to 15 minutes long.")
                % {"name": media.name}
            )
        if status != "succeeded":
            raise NotNow(_("Pinterest is still processing %(name)s.") % {"name": media.name}, retry_in=COME_BACK)

    def _status(self, upload: Upload) -> str:
        """registered, processing, succeeded, failed; empty when Pinterest does not know it."""
        try:
            return str(self.api.get(f"/media/{upload.id}").get("status") or "processing")
        except Gone:
            return ""

    def _keep(self, upload: Upload) -> Upload:
        self.progress.keep(media=str(upload))
        return upload

    def _kept(self, media: Media) -> Upload | None:
        upload = Upload.parse(self.progress.get("media"))
        return upload if upload and upload.file == fingerprint(media) else None


def _patient(http: Http, address: str, size: int) -> Http:
    """A seam like `http` with time for so many bytes. What it carries shows nothing in public and may be repeated.

    An API at a base address may use the real storage (Pinterest's own api-sandbox does): then that is meant.
    """
    base_url = http.base_url if address.startswith(f"{http.base_url}/") else ""
    made = Http(tuple(http.hosts), base_url, http.judge, deadline=http.deadline + size / SLOWEST, guarded=http.guarded)
    made.exchanges = http.exchanges
    return made


def fingerprint(media: Media) -> str:
    return (media.sha256 or hashlib.sha256(f"{media.path}:{media.size}".encode()).hexdigest())[:16]
