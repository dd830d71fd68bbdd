"""Mastodon's media: one upload a file, then waiting until it is processed. https://docs.joinmastodon.org/methods/media/"""

import hashlib
import mimetypes
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from connectors.data import Media, Progress
from connectors.errors import Doubt, NotNow, Rejected, Working
from connectors.http import Http
from connectors.mastodon_answers import Gone, Unprocessed, identity
from connectors.words import _

API = "https://mastodon.social"
PIECE = 1024 * 1024  # bytes between two signs of life
SLOWEST = 128 * 1024  # bytes a second; an upload slower than this ends at the deadline
PATIENCE = 3.0  # seconds to wait for processing here and now; beyond that somebody comes back later
LOOK_AGAIN = timedelta(seconds=5)
PROCESSING, READY = "processing", "ready"


@dataclass(frozen=True)
class Upload:
    """One upload as it is kept in Progress."""

    id: str
    file: str
    step: str

    def __str__(self) -> str:
        return f"{self.id} {self.file} {self.step}"


class Uploads:
    """The uploads of one post. Every step reached is kept at once, so that a crash goes on where it was."""

    def __init__(self, http: Http, token: str, progress: Progress) -> None:
        self.http, self.progress = http, progress
        self.headers = {"Authorization": f"Bearer {token}"}

    def prepare(self, files: tuple[Media, ...]) -> None:
        """Bring all files to where they can be posted. NotNow while the server is still processing one."""
        for slot, media in enumerate(files):
            upload = self._kept(slot, media) or self._send(slot, media)
            if upload.step == PROCESSING:
                self._wait(slot, media, upload)

    def complete(self, files: tuple[Media, ...]) -> bool:
        """Whether all files are there and processed."""
        kept = [self._kept(slot, media) for slot, media in enumerate(files)]
        return all(upload and upload.step == READY for upload in kept)

    def ids(self, files: tuple[Media, ...]) -> list[str]:
        """The media ids in the order of the files. NotNow when one is missing."""
        if not self.complete(files):
            raise NotNow(_("The media are not uploaded yet; SMO does it first."), retry_in=timedelta())
        return [upload.id for slot, media in enumerate(files) if (upload := self._kept(slot, media))]

    def ever(self) -> frozenset[str]:
        """All media ids that this post ever had, also those that were replaced."""
        return frozenset(self.progress.get("media_ids").split())

    def check(self, files: tuple[Media, ...], doubted: bool) -> None:
        """After a refused post: NotNow when it was the media's fault and they can be brought in order.

        The refusal's words are in the server's language, so the media themselves are asked. A server shows only those that
        are in no post: when they are not there after an earlier attempt that ended in doubt, that one may have used them.
        """
        for slot, media in enumerate(files):
            upload = self._kept(slot, media)
            try:
                state = self._state(upload.id) if upload else READY
            except Gone as error:
                if doubted:
                    raise Doubt(
                        _("The uploaded media are used up: an earlier attempt may have arrived."), error.said
                    ) from error
                self._again(slot, error)
            else:
                if upload and state == PROCESSING:
                    self._keep(slot, replace(upload, step=PROCESSING))
                    raise Working(_("The server is still processing %(name)s.") % {"name": media.name}, retry_in=LOOK_AGAIN)

    def _again(self, slot: int, error: Gone) -> None:
        """Uploads that nobody posted are cleaned up in time: once, they are made anew."""
        if not self.progress.get("media_again"):
            self.progress.forget(f"media{slot}")
            self.progress.keep(media_again="1")
            raise NotNow(_("The server no longer had the uploaded media; SMO uploads them again."), error.said) from error

    def _send(self, slot: int, media: Media) -> Upload:
        """200: ready; 202: to be processed."""
        form = Form(media, self.progress)
        headers = {**self.headers, "Content-Type": form.content_type}
        try:
            with longer(self.http, media.size / SLOWEST):
                response = self.http.session.request("POST", f"{API}/api/v2/media", data=form, headers=headers)
        except Unprocessed as error:
            if self.progress.get(f"broken{slot}"):
                sentence = _("The account's server cannot process %(name)s: convert it and try again.") % {"name": media.name}
                raise Rejected(sentence, error.said) from error
            self.progress.keep(**{f"broken{slot}": "1"})
            raise
        answer = identity(response)
        self.progress.keep(media_ids=" ".join([*self.progress.get("media_ids").split(), answer]))
        step = PROCESSING if response.status_code == 202 else READY
        return self._keep(slot, Upload(answer, fingerprint(media), step))

    def _wait(self, slot: int, media: Media, upload: Upload) -> None:
        patience, pause = PATIENCE, 0.2
        while self._asked(slot, media, upload) == PROCESSING:
            patience -= pause
            if patience < 0:
                raise Working(_("The server is still processing %(name)s.") % {"name": media.name}, retry_in=LOOK_AGAIN)
            time.sleep(pause)
            pause = min(2 * pause, 1.0)
        self._keep(slot, replace(upload, step=READY))

    def _asked(self, slot: int, media: Media, upload: Upload) -> str:
        """How far it is. Rejected when it failed, NotNow when the server lost it; both begin anew next time."""
        try:
            return self._state(upload.id)
        except Gone as error:
            self.progress.forget(f"media{slot}")
            raise NotNow(
                _("The server no longer had %(name)s; SMO uploads it again.") % {"name": media.name}, error.said
            ) from error
        except Rejected as error:
            self.progress.forget(f"media{slot}")
            sentence = _("The account's server could not process %(name)s: convert it and try again.") % {"name": media.name}
            raise Rejected(sentence, error.said) from error

    def _state(self, media_id: str) -> str:
        """206: still processing, 200: ready, 422 raises Rejected, 404 Gone."""
        response = self.http.session.request("GET", f"{API}/api/v1/media/{media_id}", headers=self.headers)
        identity(response)  # a page in place of the answer proves nothing
        return PROCESSING if response.status_code == 206 else READY

    def _keep(self, slot: int, upload: Upload) -> Upload:
        self.progress.keep(**{f"media{slot}": str(upload)})
        return upload

    def _kept(self, slot: int, media: Media) -> Upload | None:
        """What an earlier attempt reached, unless it was another file or another description."""
        kept = self.progress.get(f"media{slot}").split()
        upload = Upload(*kept) if len(kept) == 3 else None
        return upload if upload and upload.file == fingerprint(media) else None


class Form:
    """A multipart body with the file and its description, sent piece by piece: a video is never whole in memory."""

    def __init__(self, media: Media, progress: Progress) -> None:
        self.media, self.progress, self.size = media, progress, os.path.getsize(media.path)
        boundary = secrets.token_hex(16)
        self.content_type = f"multipart/form-data; boundary={boundary}"
        suffix = mimetypes.guess_extension(media.mime_type) or ""  # a user's file name may hold anything
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="description"\r\n\r\n{media.alt}\r\n' if media.alt else ""
        head += f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="media{suffix}"\r\n'
        self.head = f"{head}Content-Type: {media.mime_type}\r\n\r\n".encode()
        self.tail = f"\r\n--{boundary}--\r\n".encode()

    def __len__(self) -> int:
        return len(self.head) + self.size + len(self.tail)

    def __iter__(self) -> Iterator[bytes]:
        yield self.head
        with open(self.media.path, "rb") as file:
            while piece := file.read(PIECE):
                yield piece
                if self.size > PIECE:
                    self.progress.report(file.tell(), self.size)
        yield self.tail


@contextmanager
def longer(http: Http, seconds: float) -> Iterator[None]:
    """Mastodon knows no upload in parts, so the one call may take as long as the file needs; it renews the lease itself."""
    usual = http.deadline
    http.deadline = usual + seconds
    try:
        yield
    finally:
        http.deadline = usual


def fingerprint(media: Media) -> str:
    """The file and what is said about it."""
    whole = f"{media.sha256 or f'{media.path}:{media.size}'}:{media.alt}"
    return hashlib.sha256(whole.encode()).hexdigest()[:16]
