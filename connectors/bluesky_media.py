"""Bluesky's uploads: pictures as blobs of the account's server, videos through the video service, which makes the blob.

https://docs.bsky.app/docs/api/com-atproto-repo-upload-blob, https://docs.bsky.app/docs/tutorials/video. A blob is swept away
within minutes to hours unless a record refers to it, so what was kept is used for a short time only.
"""

import hashlib
import json
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from connectors import captions
from connectors.bluesky_answers import NoService, UploadGone
from connectors.bluesky_session import BlueskySession, bearer
from connectors.data import VTT, Media, Outgoing, Progress
from connectors.errors import NotNow, Rejected, Working
from connectors.words import _

VIDEO = "https://video.bsky.app/xrpc/app.bsky.video."
VIDEO_DID = "did:web:video.bsky.app"
LIFE = 20 * 60.0  # seconds for which a kept blob is trusted; "minutes to hours", says the documentation
RESERVE = 5 * 60.0  # an upload that ends sooner than this is made anew while there is time
TOKEN_LIFE = 1800
PATIENCE, PAUSE = 3.0, 0.5  # seconds to wait for processing here and now, and between two looks; then somebody comes back
LARGE = 10_000_000  # bytes for which another second passes between two looks
FAILED = "JOB_STATE_FAILED"
UPLOADING_FAILED = ("pds_upload_failure", "generic_failure")  # the service's own trouble, not the file's
THUMB, CAPTIONS = "thumb", "captions"

Blob = Mapping[str, Any]


def files(post: Outgoing) -> dict[str, Media]:
    """What a post uploads, by slot."""
    found = {f"media{slot}": media for slot, media in enumerate(post.media)}
    for slot, option in ((THUMB, "link_thumb"), (CAPTIONS, "captions")):
        if isinstance(media := post.options.get(option), Media):
            found[slot] = media
    return found


class Uploads:
    """The uploads of one post. Every step reached is kept at once, so that a crash goes on where it was."""

    def __init__(self, bluesky: BlueskySession, progress: Progress) -> None:
        self.bluesky, self.progress = bluesky, progress

    def prepare(self, post: Outgoing) -> None:
        """Bring all files to where they can be posted. Raises NotNow while a video is still being processed."""
        for slot, media in files(post).items():
            if self._kept(slot, media, RESERVE) is None:
                blob = self._blob(slot, media)
                kept = {"file": _fingerprint(media), "until": time.time() + LIFE, "blob": blob}
                self.progress.keep(**{slot: json.dumps(kept)})

    def blobs(self, post: Outgoing) -> dict[str, Blob]:
        """By slot. Raises NotNow when one is missing or may have been swept away meanwhile."""
        found = {slot: self._kept(slot, media, 0) for slot, media in files(post).items()}
        if None in found.values():
            raise NotNow(_("The uploaded media may be gone; SMO uploads them again."), retry_in=timedelta())
        return {slot: blob for slot, blob in found.items() if blob}

    def forget(self, post: Outgoing) -> None:
        """Begin anew next time."""
        self.progress.forget(*files(post))

    def _kept(self, slot: str, media: Media, reserve: float) -> Blob | None:
        kept = json.loads(self.progress.get(slot) or "{}")
        if kept.get("file") != _fingerprint(media) or kept["until"] < time.time() + reserve:
            return None
        blob: Blob = kept["blob"]
        return blob

    def _blob(self, slot: str, media: Media) -> Blob:
        if media.is_video:
            return self._video(slot, media)
        return self._captions(media) if slot == CAPTIONS else self._picture(media)

    def _picture(self, media: Media) -> Blob:
        with open(media.path, "rb") as file:
            answer = self.bluesky.send("com.atproto.repo.uploadBlob", file.read(), media.mime_type)
        blob: Blob = answer["blob"]
        return blob

    def _captions(self, media: Media) -> Blob:
        """WebVTT is the only kind that the lexicon takes (app.bsky.embed.video)."""
        try:
            content = captions.written(media, VTT)
        except captions.Broken as error:
            raise Rejected(_("%(name)s: %(why)s.") % {"name": media.name, "why": error}) from error
        blob: Blob = self.bluesky.send("com.atproto.repo.uploadBlob", content, VTT)["blob"]
        return blob

    def _video(self, slot: str, media: Media) -> Blob:
        """By the video service; where there is none the server takes the file as it is, and viewers wait a little."""
        job = f"{slot}_job"
        try:
            blob = Video(self.bluesky, self.progress, job, media).blob()
        except UploadGone:
            self.progress.forget(job)
            blob = Video(self.bluesky, self.progress, job, media).blob()
        except NoService:
            blob = self._picture(media)
        self.progress.forget(job)  # a blob that is swept away later needs an upload of its own
        return blob


class Video:
    """One video on its way through the service: announce, send the parts, finish, wait for the blob.

    What is reached is kept as JSON: file, job, part (bytes), parts, sent, and done (the processing job's id).
    """

    def __init__(self, bluesky: BlueskySession, progress: Progress, name: str, media: Media) -> None:
        self.bluesky, self.progress, self.name, self.media = bluesky, progress, name, media
        kept = json.loads(progress.get(name) or "{}")
        self.reached: dict[str, Any] = kept if kept.get("file") == _fingerprint(media) else {}
        self._token = ""

    def blob(self) -> Blob:
        if not self.reached:
            self._begin()
        if not self.reached["done"]:
            self._send_parts()
            answer = self._post("finishUpload", json={"jobId": self.reached["job"]})
            self._keep(done=answer["completedJobId"])
        return self._wait(self.reached["done"])

    def _begin(self) -> None:
        self._check_allowance()
        about = {"sizeBytes": self.media.size, "mimeType": self.media.mime_type, "name": self.media.name or "video.mp4"}
        measures = {"durationMs": round(self.media.seconds * 1000), "width": self.media.width, "height": self.media.height}
        upload = self._post("startUpload", json=about | {name: value for name, value in measures.items() if value})
        sizes = {"part": int(upload["partSizeBytes"]), "parts": int(upload["partCount"])}
        self._keep(file=_fingerprint(self.media), job=str(upload["jobId"]), **sizes, sent=0, done="")

    def _check_allowance(self) -> None:
        """The service says in its own words why it takes no video (an unconfirmed e-mail address, a day's allowance)."""
        token = self._service_token(VIDEO_DID, "app.bsky.video.getUploadLimits")
        told = self.bluesky.http.get(f"{VIDEO}getUploadLimits", headers=bearer(token))
        if told.get("canUpload", True):
            return
        why = str(told.get("message") or told.get("error") or _("it does not say why")).rstrip(".")
        if told.get("remainingDailyVideos") == 0 or told.get("remainingDailyBytes") == 0:
            raise NotNow(
                _("Bluesky takes no more videos today (%(why)s); SMO tries again.") % {"why": why}, why, timedelta(hours=1)
            )
        raise Rejected(_("Bluesky lets this account upload no videos: %(why)s.") % {"why": why}, why)

    def _send_parts(self) -> None:
        with open(self.media.path, "rb") as file:
            file.seek(self.reached["sent"] * self.reached["part"])
            while self.reached["sent"] < self.reached["parts"]:
                query = {"jobId": self.reached["job"], "partNumber": self.reached["sent"] + 1}
                part = file.read(self.reached["part"])
                self._post("uploadPart", params=query, data=part, content_type="application/octet-stream")
                self._keep(sent=self.reached["sent"] + 1)
                self.progress.report(min(self.reached["sent"] * self.reached["part"], self.media.size), self.media.size)

    def _wait(self, job: str) -> Blob:
        ends = time.monotonic() + PATIENCE
        while True:
            answer = self.bluesky.http.get(f"{VIDEO}getJobStatus", params={"jobId": job}, headers=self._headers())
            status = answer.get("jobStatus") or answer
            if blob := status.get("blob"):  # also when the service had the same file already
                found: Blob = blob
                return found
            if status.get("state") == FAILED:
                raise self._failure(status)
            if time.monotonic() + PAUSE > ends:
                later = timedelta(seconds=10 + self.media.size // LARGE)  # looks are counted: a large film gets more time
                raise Working(_("Bluesky is still processing %(name)s.") % {"name": self.media.name}, retry_in=later)
            time.sleep(PAUSE)

    def _failure(self, status: Mapping[str, Any]) -> NotNow | Rejected:
        self.progress.forget(self.name)
        code = str(status.get("failureCode") or status.get("error") or "")
        words = str(status.get("message") or code or _("it does not say why")).rstrip(".")
        if code in UPLOADING_FAILED:
            return NotNow(
                _("Bluesky could not store %(name)s; SMO tries again.") % {"name": self.media.name}, words, timedelta(minutes=1)
            )
        if code == "pds_upload_unsupported_blob_size":
            return Rejected(
                _("%(name)s is too large for this account's server: make it smaller.") % {"name": self.media.name}, words
            )
        return Rejected(
            _("Bluesky could not process %(name)s (%(words)s): convert it to MP4 with H.264 and AAC.")
            % {"name": self.media.name, "words": words},
            words,
        )

    def _keep(self, **reached: Any) -> None:
        self.reached |= reached
        self.progress.keep(**{self.name: json.dumps(self.reached)})

    # -- calling ---------------------------------------------------------------------------------------------------

    def _post(self, method: str, content_type: str = "", **how: Any) -> Any:
        headers = {**self._headers(), "Content-Type": content_type} if content_type else self._headers()
        return self.bluesky.http.post(f"{VIDEO}{method}", headers=headers, **how)

    def _headers(self) -> dict[str, str]:
        """The service stores the blob for us, so its token is one for uploading to the account's own server.

        That is documented for the upload in one request; for the parts no other token is named. A service that wants
        another one answers 401, which means NoService.
        """
        if not self._token:
            session = self.bluesky.ask("com.atproto.server.getSession")
            self._token = self._service_token(server_did(session, self.bluesky.http.base_url), "com.atproto.repo.uploadBlob")
        return bearer(self._token)

    def _service_token(self, audience: str, method: str) -> str:
        query: dict[str, Any] = {"aud": audience, "lxm": method, "exp": int(time.time()) + TOKEN_LIFE}
        return str(self.bluesky.ask("com.atproto.server.getServiceAuth", **query)["token"])


def server_did(session: Mapping[str, Any], base_url: str) -> str:
    """The DID of the account's own server, from the account's document; without one, the server that we speak to."""
    services = (session.get("didDoc") or {}).get("service") or ()
    address = next((one["serviceEndpoint"] for one in services if str(one.get("id", "")).endswith("#atproto_pds")), "")
    host = urlsplit(address or base_url or BlueskySession.home).netloc
    return f"did:web:{quote(host, safe='.')}"


def _fingerprint(media: Media) -> str:
    return (media.sha256 or hashlib.sha256(f"{media.path}:{media.size}".encode()).hexdigest())[:16]
