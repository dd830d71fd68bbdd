"""What state a video is in. https://developers.facebook.com/docs/graph-api/reference/video-status

A video is a `media` document with type `video`: `done` when every byte is there, `ready_at` when its processing ends (None as
long as nobody asked for it), `error` what that end will be. Its bytes lie in `net.files` under the same id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.facebook import fields
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.facebook.network import Facebook

PROCESSING = 1.5  # seconds that a video takes, unless the fault slow_processing says otherwise
LENGTHS = {"reel": (3.0, 90.0), "story": (3.0, 60.0)}  # seconds
BROKEN = 1363030  # the code that the documentation's example of a failed phase carries


def new(net: Facebook, page: str, kind: str) -> Doc:
    """An empty video of kind video, reel or story."""
    data = {"type": "video", "kind": kind, "mime": "video/mp4", "done": False, "ready_at": None, "error": None, "takes": 0.0}
    return net.docs.put("media", data, owner=page)


def state(net: Facebook, video: Doc) -> str:
    """uploading, upload_complete, processing, ready or error."""
    if not video["done"]:
        return "uploading"
    if video["ready_at"] is None:
        return "upload_complete"
    if net.now() < video["ready_at"]:
        return "processing"
    return "error" if video["error"] else "ready"


def status(net: Facebook, video: Doc) -> dict[str, Any]:
    """The node VideoStatus: three phases and the whole."""
    now = state(net, video)
    sent = {"status": "complete" if video["done"] else "in_progress", "bytes_transferred": net.files.size(video.id)}
    whole: dict[str, Any] = {"video_status": now, "uploading_phase": sent, "processing_phase": _processing(now, video)}
    if now == "processing":
        began = video["ready_at"] - video["takes"]
        whole["processing_progress"] = min(99, int(100 * (net.now() - began) / (video["takes"] or 1)))
    return {**whole, "publishing_phase": _publishing(net, video), "copyright_check_status": {"status": "complete"}}


def _processing(now: str, video: Doc) -> dict[str, Any]:
    words = {"processing": "in_progress", "ready": "complete", "error": "error"}
    phase: dict[str, Any] = {"status": words.get(now, "not_started")}
    return {**phase, "errors": [video["error"]]} if now == "error" else phase


def _publishing(net: Facebook, video: Doc) -> dict[str, Any]:
    post = net.docs.get("post", video.get("post_id") or "")
    if post is None or post.key == "failed":
        return {"status": "not_started"}
    if post.key == "published":
        return {"status": "complete", "publish_status": "published", "publish_time": fields.time(post.created_at)}
    planned = "scheduled" if post.get("scheduled_at") else "draft" if post.key == "draft" else "published"
    return {"status": "not_started", "publish_status": planned, "publish_time": fields.time(post.created_at)}


def post_id(net: Facebook, video: Doc) -> str | None:
    """The post that the video became, once it is out."""
    post = net.docs.get("post", video.get("post_id") or "")
    return post.id if post and post.key == "published" else None


def process(net: Facebook, video: Doc) -> Doc:
    """Every byte is there: begin. What will come of it is settled now, so that nothing has to tick."""
    slow = net.faults.take("slow_processing", net.slug, video.owner)
    takes = PROCESSING if slow is None else (slow.seconds or 60.0)
    content = net.files.read(video.id) if net.files.size(video.id) else b""
    seconds = length(content)
    words = "The video could not be processed." if net.faults.take("fail_processing", net.slug, video.owner) else ""
    words = words or _fault_of(content, seconds, video["kind"])
    error = {"code": BROKEN, "message": words} if words else None
    progress = {"done": True, "ready_at": net.now() + takes, "takes": takes, "error": error, "seconds": seconds}
    return net.docs.change("media", video.id, **progress)


def _fault_of(content: bytes, seconds: float, kind: str) -> str:
    """Why the file is no good, "" when it is."""
    if content[4:8] != b"ftyp":
        return "The video file is in a format that isn't supported."
    shortest, longest = LENGTHS.get(kind, (0.0, 14_400.0))
    if seconds and not shortest <= seconds <= longest:
        return f"The video must be between {shortest:g} and {longest:g} seconds long."
    return ""


def length(content: bytes) -> float:
    """Seconds that an mp4's movie header (ISO/IEC 14496-12, box `mvhd`) tells, 0 without one."""
    at = content.find(b"mvhd") + 4
    if at < 4 or len(content) < at + 32:
        return 0.0
    wide = content[at] == 1
    scale_at, size = (at + 20, 8) if wide else (at + 12, 4)
    scale = int.from_bytes(content[scale_at : scale_at + 4], "big")
    ticks = int.from_bytes(content[scale_at + 4 : scale_at + 4 + size], "big")
    return ticks / scale if scale else 0.0
