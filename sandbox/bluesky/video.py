"""The video service: upload whole or in parts, processing, the blob that comes out of it. https://docs.bsky.app/docs/tutorials/video

Documents: kind `job`: owner the account, key the SHA-256 of the finished file; data state, blob, error; kind `upload`: an open
upload in parts: size, mime, parts, job.
"""

from __future__ import annotations

import hashlib
import math
import secrets
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from sandbox import clock
from sandbox.bluesky.calls import SERVICE, Call, Method, XrpcError, invalid
from sandbox.bluesky.files import sniff
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.bluesky.network import Bluesky

SERVICE_DID = "did:web:video.bsky.app"
UPLOAD_BLOB, GET_LIMITS = "com.atproto.repo.uploadBlob", "app.bsky.video.getUploadLimits"
LARGEST = 300_000_000
A_DAY = 25, 10_000_000_000  # videos, bytes: what the service told in 2025; not in its documentation
PROCESSING = 0.5  # seconds that a video takes when no fault says otherwise
PART = 5 * 1024 * 1024
UPLOAD_LIFE = 86_400.0
DONE, FAILED = "JOB_STATE_COMPLETED", "JOB_STATE_FAILED"


class VideoService:
    """video.bsky.app"""

    def __init__(self, network: Bluesky) -> None:
        self.network = network

    def methods(self) -> list[Method]:
        """Rows of the API."""
        video = "app.bsky.video."
        return [
            Method("GET", f"{video}getUploadLimits", self.get_limits, SERVICE),
            Method("POST", f"{video}uploadVideo", self.upload, SERVICE),
            Method("GET", f"{video}getJobStatus", self.get_job, SERVICE),
            Method("POST", f"{video}startUpload", self.start, SERVICE),
            Method("POST", f"{video}uploadPart", self.part, SERVICE),
            Method("POST", f"{video}finishUpload", self.finish, SERVICE),
            Method("GET", f"{video}getUploadStatus", self.status, SERVICE),
            Method("POST", f"{video}abortUpload", self.abort, SERVICE),
        ]

    async def get_limits(self, call: Call) -> dict[str, Any]:
        """What may still be uploaded today."""
        self._for(call, SERVICE_DID, GET_LIMITS)
        if not call.account.get("email_confirmed", True):
            message = "Please confirm your email address before uploading videos."
            return {"canUpload": False, "error": "unconfirmed_email", "message": message}
        videos, size = self._left(call.account)
        left = {"remainingDailyVideos": videos, "remainingDailyBytes": size}
        if not videos or not size:
            return {"canUpload": False, **left, "error": "daily_limit", "message": "User has reached the daily upload limit."}
        return {"canUpload": True, **left}

    async def upload(self, call: Call) -> Response:
        """A video in one request. One that was uploaded before is answered with 409 and the job that made it."""
        self._for(call, self.network.did, UPLOAD_BLOB)
        if call.query.get("did") != call.account.id or not call.query.get("name", "").strip():
            raise invalid("did and name are required")
        if call.request.headers.get("content-type", "").partition(";")[0] != "video/mp4":
            raise XrpcError("UnsupportedContentType", "Content-Type must be video/mp4", 415)
        content = await call.request.body()
        self._room_for(call.account, len(content))
        if known := self._known(call.account, content):
            about = {"jobId": known.id, "did": known.owner, "state": DONE, "blob": known["blob"]}
            return JSONResponse({**about, "error": "already_exists", "message": "Video already processed"}, 409)
        return JSONResponse({"jobStatus": self._shown(self._process(call.account, content))})

    async def get_job(self, call: Call) -> dict[str, Any]:
        """How far a job is."""
        job = self.network.docs.get("job", call.parameter("jobId"))
        if job is None or job.owner != call.account.id:
            raise XrpcError("JobNotFound", "Job not found", 404)
        return {"jobStatus": self._shown(job)}

    # -- in parts (August 2026) ----------------------------------------------------------------------------------------

    async def start(self, call: Call) -> dict[str, Any]:
        """Announce size and type."""
        self._for(call, self.network.did, UPLOAD_BLOB)
        body = await call.json("sizeBytes", "mimeType")
        if body["mimeType"] != "video/mp4":
            raise XrpcError("UnsupportedContentType", "The declared MIME type is not supported.")
        if not isinstance(body["sizeBytes"], int) or body["sizeBytes"] < 1:
            raise invalid("Input/sizeBytes can not be less than 1")
        self._room_for(call.account, body["sizeBytes"])
        data = {"size": body["sizeBytes"], "parts": [], "job": "", "expires_at": self.network.now() + UPLOAD_LIFE}
        return self._told(self.network.docs.put("upload", data, doc_id=secrets.token_hex(12), owner=call.account.id))

    async def part(self, call: Call) -> dict[str, Any]:
        """One part of exactly its size; it may be sent again."""
        self._for(call, self.network.did, UPLOAD_BLOB)
        upload, given = self._upload(call, call.parameter("jobId")), call.parameter("partNumber")
        count = self._count(upload)
        if upload["job"]:
            raise XrpcError("UploadAlreadyCompleted", "The session is known to have already completed.")
        if not given.isdigit() or not 1 <= int(given) <= count:
            raise XrpcError("InvalidPartNumber", f"partNumber must be between 1 and {count}")
        content = await call.request.body()
        expected = PART if int(given) < count else upload["size"] - PART * (count - 1)
        if call.request.headers.get("content-type") != "application/octet-stream":
            raise invalid("Wrong request encoding (Content-Type)")
        if len(content) != expected:
            raise XrpcError("PartSizeMismatch", f"expected {expected} bytes, got {len(content)}")
        self.network.files.write(f"{upload.id}-{given}", content)
        self.network.docs.change("upload", upload.id, parts=sorted({*upload["parts"], int(given)}))
        return {"partNumber": int(given), "sizeBytes": len(content)}

    async def finish(self, call: Call) -> dict[str, Any]:
        """Put the parts together; repeating it gives the same job."""
        self._for(call, self.network.did, UPLOAD_BLOB)
        upload = self._upload(call, (await call.json("jobId"))["jobId"])
        missing = set(range(1, self._count(upload) + 1)) - set(upload["parts"])
        if missing:
            raise XrpcError("MissingParts", f"Missing parts: {', '.join(map(str, sorted(missing)))}")
        if not upload["job"]:
            content = b"".join(self.network.files.read(f"{upload.id}-{part}") for part in upload["parts"])
            job = self._known(call.account, content) or self._process(call.account, content)
            upload = self.network.docs.change("upload", upload.id, job=job.id)
        job = self.network.docs.many("job", [upload["job"]])[0]
        return {"completedJobId": job.id, "jobStatus": self._shown(job)}

    async def status(self, call: Call) -> dict[str, Any]:
        """Which parts have arrived."""
        upload = self._upload(call, call.parameter("jobId"))
        known = {"completedJobId": upload["job"]} if upload["job"] else {}
        state = "completed" if upload["job"] else "created"
        return {**self._told(upload), "receivedParts": upload["parts"], "state": state, **known}

    async def abort(self, call: Call) -> dict[str, Any]:
        """Give an upload up."""
        upload = self._upload(call, (await call.json("jobId"))["jobId"])
        self.network.docs.delete("upload", upload.id)
        return {}

    def _upload(self, call: Call, upload_id: str) -> Doc:
        upload = self.network.docs.get("upload", upload_id)
        if upload is None or upload.owner != call.account.id:
            raise XrpcError("UploadNotFound", "The job ID is unknown or aged out of retention.")
        if upload["expires_at"] <= self.network.now():
            raise XrpcError("UploadExpired", "The upload session expired before completion.")
        return upload

    def _told(self, upload: Doc) -> dict[str, Any]:
        ends = clock.utc(upload["expires_at"]).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        return {"jobId": upload.id, "partSizeBytes": PART, "partCount": self._count(upload), "expiresAt": ends}

    def _count(self, upload: Doc) -> int:
        return math.ceil(int(upload["size"]) / PART)

    # -- jobs ----------------------------------------------------------------------------------------------------------

    def _for(self, call: Call, audience: str, method: str) -> None:
        """The token must be made for this. An account with `video_service` off stands for a server that has none."""
        token = call.token
        if not call.account.get("video_service", True):
            raise XrpcError("MethodNotImplemented", "Method Not Implemented", 501)
        if token is None or token.get("aud") != audience or token.get("lxm") != method:
            raise XrpcError("BadJwtAudience", f"jwt audience or lxm does not match: expected {audience} {method}", 401)

    def _left(self, account: Doc) -> tuple[int, int]:
        jobs = self.network.docs.find("job", owner=account.id, since=self.network.now() - 86_400)
        if not self.network.enforces_limits:
            return A_DAY
        return max(0, A_DAY[0] - len(jobs)), max(0, A_DAY[1] - sum(job["size"] for job in jobs))

    def _room_for(self, account: Doc, size: int) -> None:
        videos, left = self._left(account)
        if not videos:
            raise XrpcError("DailyLimitExceeded", "The daily video or byte allowance is exhausted.")
        if size > min(LARGEST, left):
            raise XrpcError("VideoTooLarge", f"The video is larger than {min(LARGEST, left)} bytes.")

    def _known(self, account: Doc, content: bytes) -> Doc | None:
        """The finished job of the same file, while its blob is still there."""
        for job in self.network.docs.find("job", owner=account.id, key=hashlib.sha256(content).hexdigest()):
            if self._state(job) == DONE and self.network.repo.blob(account.id, job["blob"]["ref"]["$link"]):
                return job
        return None

    def _process(self, account: Doc, content: bytes) -> Doc:
        slow = self.network.faults.take("slow_processing", self.network.slug, account.id)
        failing = self.network.faults.take("fail_processing", self.network.slug, account.id)
        lasts = slow.seconds if slow and slow.seconds is not None else PROCESSING
        now = self.network.now()
        data: dict[str, Any] = {"size": len(content), "began_at": now, "ready_at": now + lasts, "failure": ""}
        if failing:
            data["failure"] = "encoding_failure"
        elif sniff(content) != "video/mp4":
            data["failure"] = "validation_failure"
        else:
            data["blob"] = self.network.repo.keep_blob(account.id, content, "video/mp4")
        key = hashlib.sha256(content).hexdigest()
        return self.network.docs.put("job", data, doc_id=secrets.token_hex(12), owner=account.id, key=key)

    def _state(self, job: Doc) -> str:
        if self.network.now() < job["ready_at"]:
            return "JOB_STATE_ENCODING"
        return FAILED if job["failure"] else DONE

    def _shown(self, job: Doc) -> dict[str, Any]:
        state = self._state(job)
        about = {"jobId": job.id, "did": job.owner, "state": state}
        if state == FAILED:
            return {**about, "error": "failed", "failureCode": job["failure"], "message": "The video could not be processed."}
        if state == DONE:
            return {**about, "progress": 100, "blob": job["blob"]}
        whole = max(job["ready_at"] - job["began_at"], 0.001)
        return {**about, "progress": int(100 * (self.network.now() - job["began_at"]) / whole)}
