"""X's media upload in steps: initialise, append, finalise, wait. https://docs.x.com/x-api/media/quickstart/media-upload-chunked

tweepy 4.17 knows only the upload of API 1.1, which is being retired, so these calls are our own on its session.
"""

import hashlib
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import tweepy

from connectors.data import GIF, VTT, Media, Progress
from connectors.errors import NotNow, Rejected, Working
from connectors.words import _
from connectors.x_answers import UnknownMedia

API = "https://api.x.com"
CHUNK = 2 * 1024 * 1024  # at most 5 MB and 1,000 of them; small enough to pass well within the seam's deadline
LIFE = 24 * 3600.0
RESERVE = 3600.0  # an upload that ends sooner than this is made anew while there is time
PATIENCE = 3.0  # seconds to wait for processing here and now; beyond that somebody comes back later
SENDING, PROCESSING, READY, DESCRIBED = "sending", "processing", "ready", "described"


@dataclass(frozen=True)
class Upload:
    """One upload as it is kept in Progress. `until`: unix seconds at which X forgets it; `segments`: how many arrived."""

    id: str
    file: str
    until: float
    step: str = SENDING
    segments: int = 0

    def __str__(self) -> str:
        return f"{self.id} {self.file} {self.until:.0f} {self.step} {self.segments}"

    @classmethod
    def parse(cls, kept: str) -> "Upload | None":
        if not kept:
            return None
        media_id, file, until, step, segments = kept.split()
        return cls(media_id, file, float(until), step, int(segments))


class Uploads:
    """The uploads of one post, or of one direct message (`use` is dm). Every step reached is kept at once, so that a crash goes
    on where it was."""

    def __init__(self, client: tweepy.Client, progress: Progress, use: str = "tweet") -> None:
        self.client, self.progress, self.use = client, progress, use

    def prepare(self, files: tuple[Media, ...]) -> None:
        """Bring all files to where they can be posted. Raises NotNow while X is still processing one."""
        for slot, media in enumerate(files):
            self._prepare(slot, media)

    def one(self, slot: int, media: Media) -> str:
        """Bring a file beside the post's media to where it can be used; its media id."""
        self._prepare(slot, media)
        upload = self._kept(slot, media, reserve=60.0)
        return upload.id if upload else ""

    def ids(self, files: tuple[Media, ...]) -> list[str]:
        """The media ids in the order of the files. Raises NotNow when one is missing or has run out meanwhile."""
        kept = [self._kept(slot, media, reserve=60.0) for slot, media in enumerate(files)]
        if any(upload is None or upload.step not in (READY, DESCRIBED) for upload in kept):
            raise NotNow(_("The uploaded media have run out at X; SMO uploads them again."), retry_in=timedelta())
        return [upload.id for upload in kept if upload]

    def ever(self) -> frozenset[str]:
        """All media ids that this post ever had, also those that ran out and were replaced."""
        return frozenset(self.progress.get("media_ids").split())

    @contextmanager
    def used(self, files: tuple[Media, ...]) -> Iterator[None]:
        """Around the call that uses them. Where X no longer knows them, they are uploaded anew next time, once."""
        try:
            yield
        except UnknownMedia as error:
            if self.progress.get("media_again"):
                raise
            self.progress.forget(*(f"media{slot}" for slot, _media in enumerate(files)))
            self.progress.keep(media_again="1")
            raise NotNow(_("X no longer knew the uploaded media; SMO uploads them again."), error.said) from error

    def _prepare(self, slot: int, media: Media) -> None:
        kept = self._kept(slot, media, RESERVE)
        try:
            upload, info = self._advance(slot, media, kept or self._begin(slot, media))
        except Rejected:
            if kept is None:
                raise
            upload, info = self._advance(slot, media, self._begin(slot, media))  # X no longer knew what we had kept
        if upload.step == PROCESSING:
            self._wait(slot, media, upload, info)
            upload = self._keep(slot, replace(upload, step=READY))
        if upload.step == READY and media.alt:
            self._post("/2/media/metadata", {"id": upload.id, "metadata": {"alt_text": {"text": media.alt}}})
            self._keep(slot, replace(upload, step=DESCRIBED))

    def _begin(self, slot: int, media: Media) -> Upload:
        category = _category(media, self.use)
        body = {"media_type": media.mime_type, "total_bytes": media.size, "media_category": category, "shared": False}
        data = self._post("/2/media/upload/initialize", body)
        life = float(data.get("expires_after_secs") or LIFE)
        upload = Upload(str(data["id"]), _fingerprint(media), time.time() + life)
        self.progress.keep(media_ids=" ".join([*self.progress.get("media_ids").split(), upload.id]))
        return self._keep(slot, upload)

    def _advance(self, slot: int, media: Media, upload: Upload) -> tuple[Upload, Mapping[str, Any]]:
        """Send what is missing, or ask how far an earlier one is: with X's processing_info, empty when there is none."""
        if upload.step == PROCESSING:
            return upload, self._status(upload)
        if upload.step != SENDING:
            return upload, {}
        upload = self._append(slot, media, upload)
        info = self._post(f"/2/media/upload/{upload.id}/finalize").get("processing_info") or {}
        return self._keep(slot, replace(upload, step=PROCESSING if info else READY)), info

    def _append(self, slot: int, media: Media, upload: Upload) -> Upload:
        address = f"{API}/2/media/upload/{upload.id}/append"
        bearer = {"Authorization": f"Bearer {self.client.bearer_token}"}
        with open(media.path, "rb") as file:
            file.seek(upload.segments * CHUNK)
            while chunk := file.read(CHUNK):
                segment = {"segment_index": str(upload.segments)}
                self.client.session.post(address, data=segment, files={"media": ("media", chunk)}, headers=bearer)
                upload = self._keep(slot, replace(upload, segments=upload.segments + 1))
                self.progress.report(min(upload.segments * CHUNK, media.size), media.size)
        return upload

    def _wait(self, slot: int, media: Media, upload: Upload, info: Mapping[str, Any]) -> None:
        patience = PATIENCE
        while info and info.get("state") != "succeeded":
            if info.get("state") == "failed":
                self.progress.forget(f"media{slot}")
                raise Rejected(_failure(media, info.get("error") or {}), str(info.get("error") or ""))
            pause = max(float(info.get("check_after_secs") or 1), 0.1)
            patience -= pause
            if patience < 0:
                raise Working(_("X is still processing %(name)s.") % {"name": media.name}, retry_in=timedelta(seconds=pause))
            time.sleep(pause)
            info = self._status(upload)

    def _status(self, upload: Upload) -> Mapping[str, Any]:
        query = {"command": "STATUS", "media_id": upload.id}
        data = self.client.request("GET", "/2/media/upload", params=query).json()["data"]
        return data.get("processing_info") or {}

    def _post(self, route: str, body: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        data: Mapping[str, Any] = self.client.request("POST", route, json=body).json()["data"]
        return data

    def _keep(self, slot: int, upload: Upload) -> Upload:
        self.progress.keep(**{f"media{slot}": str(upload)})
        return upload

    def _kept(self, slot: int, media: Media, reserve: float) -> Upload | None:
        """What an earlier attempt reached, unless it was another file or X forgets it within `reserve` seconds."""
        upload = Upload.parse(self.progress.get(f"media{slot}"))
        if upload is None or upload.file != _fingerprint(media) or upload.until < time.time() + reserve:
            return None
        return upload


def _category(media: Media, use: str) -> str:
    if media.is_video:
        return f"{use}_video"
    if media.mime_type == VTT:
        return "subtitles"
    return f"{use}_gif" if media.mime_type == GIF else f"{use}_image"


def _fingerprint(media: Media) -> str:
    return (media.sha256 or hashlib.sha256(f"{media.path}:{media.size}".encode()).hexdigest())[:16]


def _failure(media: Media, error: Mapping[str, Any]) -> str:
    said = str(error.get("message") or error.get("name") or _("it does not say why")).rstrip(".")
    return _("X could not process %(name)s (%(said)s): convert it to MP4 with H.264 and AAC, or shorten it, and try again.") % {
        "name": media.name,
        "said": said,
    }
