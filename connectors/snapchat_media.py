"""Snapchat's media upload in steps: announce, add the parts, finalize; only then a post can name it.
https://developers.snap.com/api/marketing-api/Public-Profile-API/ProfileAssetManagement"""

import hashlib
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

from connectors.data import Media, Progress
from connectors.errors import NotNow, Rejected
from connectors.http import Http
from connectors.snapchat_answers import AlreadyFinal
from connectors.snapchat_cipher import BLOCK, Secret, encrypted, encrypted_size
from connectors.words import _

API = "https://businessapi.snapchat.com"
MIB = 1024 * 1024
PARTS = 35
# Documented are parts of up to 32 MiB, but exactly 32 MiB is refused ("Media size is too large"). Small parts pass within the
# seam's deadline also over slow lines; below S3's 5 MiB nothing is known, so we stay above.
LEAST_PART, MOST_PART = 8 * MIB, 31 * MIB
LIFE = 24 * 3600.0
RESERVE = 3600.0  # an upload that ends sooner than this is made anew while there is time
SLOT = "upload"


@dataclass(frozen=True)
class Upload:
    """One upload as it is kept in Progress. `until`: unix seconds at which Snapchat drops it.

    `part`: bytes of each part, settled at the beginning; `parts`: how many arrived.
    """

    id: str
    file: str
    until: float
    add_path: str
    finalize_path: str
    key: str = field(repr=False)
    iv: str = field(repr=False)
    part: int
    parts: int = 0
    final: bool = False

    def __str__(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def parse(cls, kept: str) -> "Upload | None":
        return cls(**json.loads(kept)) if kept else None


class Uploads:
    """The upload of one post's file. Every step reached is kept at once, so that a crash goes on where it was."""

    def __init__(self, http: Http, profile: str, headers: Mapping[str, str], progress: Progress) -> None:
        self.http, self.profile, self.headers, self.progress = http, profile, headers, progress

    def prepare(self, media: Media) -> None:
        """Bring the file to where it can be posted."""
        kept = self._kept(media, RESERVE)
        try:
            self._advance(media, kept or self._begin(media))
        except Rejected:
            self.forget()
            if kept is None:
                raise
            self._advance(media, self._begin(media))  # Snapchat no longer knew what we had kept

    def ready(self, media: Media) -> str:
        """The media id. Raises NotNow when the upload is missing or has run out meanwhile."""
        upload = self._kept(media, reserve=60.0)
        if upload is None or not upload.final:
            raise NotNow(_("The uploaded file has run out at Snapchat; SMO uploads it again."), retry_in=timedelta())
        return upload.id

    def forget(self) -> None:
        """Begin anew next time."""
        self.progress.forget(SLOT)

    def _begin(self, media: Media) -> Upload:
        secret = Secret.new()
        kind = "VIDEO" if media.is_video else "IMAGE"
        name = media.name or "video.mp4" if media.is_video else media.name or "image"
        body = {"type": kind, "name": name, "key": secret.key, "iv": secret.iv}
        until = time.time() + LIFE
        found = self.http.post(f"{API}/v1/public_profiles/{self.profile}/media", json=body, headers=self.headers)
        paths, size = (str(found["add_path"]), str(found["finalize_path"])), part_size(encrypted_size(media.size))
        return self._keep(Upload(str(found["media_id"]), fingerprint(media), until, *paths, secret.key, secret.iv, size))

    def _advance(self, media: Media, upload: Upload) -> None:
        if upload.final:
            return
        total = encrypted_size(media.size)
        for number, part in enumerate(encrypted(media.path, Secret(upload.key, upload.iv), upload.part), 1):
            if number <= upload.parts:
                continue
            fields = {"action": "ADD", "part_number": str(number)}
            self._send(upload.add_path, data=fields, files={"file": ("part", part, "application/octet-stream")})
            upload = self._keep(replace(upload, parts=number))
            self.progress.report(min(number * upload.part, total), total)
        self._finalize(upload)

    def _finalize(self, upload: Upload) -> None:
        with suppress(AlreadyFinal):  # then an earlier answer was lost
            self._send(upload.finalize_path, files={"action": (None, "FINALIZE")})  # multipart, though there is no file
        self._keep(replace(upload, final=True))

    def _send(self, path: str, **fields: Any) -> None:
        """The paths are Snapchat's (with a region, sometimes with a query) and used as they were given."""
        self.http.post(urljoin(API, path), headers=self.headers, **fields)

    def _keep(self, upload: Upload) -> Upload:
        self.progress.keep(**{SLOT: str(upload)})
        return upload

    def _kept(self, media: Media, reserve: float) -> Upload | None:
        """What an earlier attempt reached, unless it was another file or Snapchat forgets it within `reserve` seconds."""
        upload = Upload.parse(self.progress.get(SLOT))
        if upload is None or upload.file != fingerprint(media) or upload.until < time.time() + reserve:
            return None
        return upload


def part_size(total: int) -> int:
    """As small as the number of parts allows, in whole blocks."""
    fewest = -(-total // PARTS)
    return min(max(LEAST_PART, -(-fewest // BLOCK) * BLOCK), MOST_PART)


def fingerprint(media: Media) -> str:
    """Of which file an upload is."""
    return (media.sha256 or hashlib.sha256(f"{media.path}:{media.size}".encode()).hexdigest())[:16]
