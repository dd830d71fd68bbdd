"""A video's way to TikTok: begun with `init`, then chunks in order. The last chunk publishes it, and nothing before does.
https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide"""

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from connectors.data import Media, Progress
from connectors.errors import NotNow, Rejected
from connectors.tiktok_answers import OutOfOrder, UnknownPost, UploadGone
from connectors.tiktok_login import Api
from connectors.words import _

# Between 5 and 64 MB, whichever megabyte is meant. As small as may be, so that one passes well within the seam's deadline;
# 4 GB make 762 of them, of at most 1,000.
LEAST_CHUNK = 5 * 1024 * 1024
LIFE = 3600.0  # of the upload address, in seconds
RESERVE = 600.0  # an upload that ends sooner than this is begun anew while there is time
PROCESSING_UPLOAD, FAILED = "PROCESSING_UPLOAD", "FAILED"


@dataclass(frozen=True)
class State:
    """What status/fetch says. `uploaded`: bytes that arrived, -1 when it does not tell. `post`: the public id, if any yet."""

    status: str
    uploaded: int
    reason: str
    post: str

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "State":
        # The ids' name is misspelt in the API; the right spelling is read as well, should it ever be put right.
        ids = data.get("publicaly_available_post_id") or data.get("publicly_available_post_id") or [""]
        uploaded = data.get("uploaded_bytes")
        return cls(
            status=str(data.get("status", "")),
            uploaded=-1 if uploaded is None else int(uploaded),
            reason=str(data.get("fail_reason") or ""),
            post=str(ids[0]),
        )


@dataclass(frozen=True)
class Upload:
    """One upload as it is kept in Progress. `mark` stands for file and settings, `until` is in unix seconds."""

    publish_id: str
    url: str
    mark: str
    until: float
    size: int
    chunk: int

    def __str__(self) -> str:
        return f"{self.publish_id} {self.url} {self.mark} {self.until:.0f} {self.size} {self.chunk}"

    @classmethod
    def parse(cls, kept: str) -> "Upload | None":
        if not kept:
            return None
        publish_id, url, mark, until, size, chunk = kept.split()
        return cls(publish_id, url, mark, float(until), int(size), int(chunk))

    @property
    def count(self) -> int:
        """TikTok rounds down: the rest goes into the last chunk."""
        return self.size // self.chunk

    @property
    def last(self) -> int:
        """Where the last chunk begins."""
        return (self.count - 1) * self.chunk


class Uploads:
    """The upload of one post's video: `bring` all but the last chunk, then `complete` it."""

    def __init__(self, api: Api, progress: Progress) -> None:
        self.api, self.progress = api, progress

    @property
    def kept(self) -> Upload | None:
        return Upload.parse(self.progress.get("upload"))

    def state(self, publish_id: str) -> State:
        return State.read(self.api.post("/post/publish/status/fetch/", {"publish_id": publish_id}))

    def bring(self, media: Media, path: str, body: Mapping[str, Any]) -> None:
        """Everything up to the last chunk. What an earlier attempt brought is asked for and gone on from."""
        mark = marked(media, body)
        upload, sent = self._resumed(mark) or (self._begin(media, mark, path, body), 0)
        try:
            while sent < upload.last:
                self._put(upload, media, sent, sent + upload.chunk)
                sent += upload.chunk
                self.progress.report(sent, upload.size)
        except UploadGone as error:
            self.progress.forget("upload")
            raise NotNow(str(error), error.said) from error
        except OutOfOrder as error:  # the next attempt asks what TikTok has
            raise NotNow(str(error), error.said) from error
        except Rejected:  # what was refused once is not gone on from
            self.progress.forget("upload")
            raise

    def complete(self, upload: Upload, media: Media) -> None:
        """The last chunk: with it TikTok has the whole video and publishes it."""
        self._put(upload, media, upload.last, upload.size)

    def _begin(self, media: Media, mark: str, path: str, body: Mapping[str, Any]) -> Upload:
        size = media.size
        chunk = size // max(size // LEAST_CHUNK, 1)
        source = {"source": "FILE_UPLOAD", "video_size": size, "chunk_size": chunk, "total_chunk_count": size // chunk}
        data = self.api.post(path, {**body, "source_info": source})
        upload = Upload(str(data["publish_id"]), str(data["upload_url"]), mark, time.time() + LIFE, size, chunk)
        self.progress.keep(upload=str(upload), arrived="")
        return upload

    def _resumed(self, mark: str) -> tuple[Upload, int] | None:
        """The kept upload and how many bytes of it TikTok has; None: begin anew. It has all of them when a doubtful earlier
        attempt did arrive: that is kept as `arrived`, and then nothing may be sent again."""
        upload = self.kept
        if upload is None or upload.mark != mark:
            return None
        try:
            state = self.state(upload.publish_id)
        except UnknownPost:
            return None
        if state.status == FAILED:
            return None
        if state.status != PROCESSING_UPLOAD or state.uploaded >= upload.size:
            self.progress.keep(arrived=upload.publish_id)
            return upload, upload.size
        fresh = upload.until > time.time() + RESERVE
        whole = state.uploaded >= 0 and state.uploaded % upload.chunk == 0
        return (upload, state.uploaded) if fresh and whole else None

    def _put(self, upload: Upload, media: Media, start: int, end: int) -> None:
        host = urlsplit(upload.url).hostname or ""
        if host.endswith(".tiktokapis.com"):  # the pages show open-upload; regional ones would be no surprise
            self.api.http.hosts |= {host}
        with open(media.path, "rb") as file:
            file.seek(start)
            content = file.read(end - start)
        headers = {"Content-Type": media.mime_type, "Content-Range": f"bytes {start}-{end - 1}/{upload.size}"}
        self.api.http.session.put(upload.url, data=content, headers=headers)


def marked(media: Media, body: Mapping[str, Any]) -> str:
    """A word for file and settings: `init` takes both at once, so with others it must be done again."""
    file = media.sha256 or f"{media.path}:{media.size}"
    return hashlib.sha256(f"{file} {json.dumps(body, sort_keys=True)}".encode()).hexdigest()[:16]


def address(image: Media) -> str:
    """Where TikTok fetches a photo from."""
    if not image.url:
        raise Rejected(_("TikTok fetches photos itself, so SMO must be reachable from the internet: set SMO_BASE_URL."))
    return image.url
