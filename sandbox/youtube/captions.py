"""captions.list, insert and delete: https://developers.google.com/youtube/v3/docs/captions"""

from __future__ import annotations

import re
import secrets
from typing import Any

from sandbox.store import Doc
from sandbox.youtube import bodies
from sandbox.youtube.answers import Refusal, etag, moment
from sandbox.youtube.ask import Ask
from sandbox.youtube.library import own_video

DOMAIN = "youtube.caption"
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*")
CUE = re.compile(rb"\d\d:\d\d[.,]\d{3} *-->")


def check(ask: Ask) -> dict[str, Any]:
    """The caller's own video, and a track that it has not yet."""
    ask.check_parts(("id", "snippet"))
    bodies.check(bodies.CAPTION, ask.body)
    snippet = ask.body.get("snippet", {})
    for name in ("videoId", "language", "name"):
        if name not in snippet:
            raise Refusal(400, "required", f"Required field: snippet.{name}", DOMAIN, f"snippet.{name}")
    if not LANGUAGE.fullmatch(snippet["language"]):
        raise Refusal(400, "invalidMetadata", "The request contains invalid metadata values.", DOMAIN)
    video = own_video(ask.net, snippet["videoId"], ask.caller, "set captions for", "snippet.videoId")
    if any((one["language"], one["name"]) == (snippet["language"], snippet["name"]) for one in video.get("captions") or []):
        raise Refusal(409, "captionExists", "The specified video track already has a caption track of this language.", DOMAIN)
    return dict(snippet)


def keep(ask: Ask, session: Doc) -> dict[str, Any]:
    """The bytes become a track of the video."""
    net, said = ask.net, session["parts"]
    content = net.files.read(session.id) if net.files.size(session.id) else b""
    if not content:
        raise Refusal(400, "contentRequired", "The request does not contain the caption track contents.", DOMAIN)
    video = own_video(net, said["videoId"], ask.caller, "set captions for", "snippet.videoId")
    fine = bool(CUE.search(content))
    track = {"id": secrets.token_urlsafe(24), "language": said["language"], "name": said["name"], "at": net.now(), "fine": fine}
    net.docs.change("post", video.id, captions=[*(video.get("captions") or []), track])
    return shown(video.id, track)


def shown(video: str, track: dict[str, Any]) -> dict[str, Any]:
    """The Caption resource."""
    failed = {} if track["fine"] else {"failureReason": "unknownFormat"}
    snippet = {
        "videoId": video,
        "lastUpdated": moment(track["at"]),
        "trackKind": "standard",
        "language": track["language"],
        "name": track["name"],
        "audioTrackType": "unknown",
        **dict.fromkeys(("isCC", "isLarge", "isEasyReader", "isDraft", "isAutoSynced"), False),
        "status": "serving" if track["fine"] else "failed",
        **failed,
    }
    return {"kind": "youtube#caption", "etag": etag(snippet), "id": track["id"], "snippet": snippet}


def list_captions(ask: Ask) -> dict[str, Any]:
    """A video's tracks."""
    ask.check_parts(("id", "snippet"))
    video = own_video(ask.net, ask["videoId"], ask.caller, "get captions of", "videoId")
    items = [shown(video.id, track) for track in video.get("captions") or []]
    return {"kind": "youtube#captionListResponse", "etag": etag(items), "items": items}


def delete_captions(ask: Ask) -> None:
    """One of the caller's tracks."""
    for video in ask.net.docs.find("post", owner=ask.caller, limit=1_000_000):
        tracks = video.get("captions") or []
        if any(track["id"] == ask["id"] for track in tracks):
            ask.net.docs.change("post", video.id, captions=[track for track in tracks if track["id"] != ask["id"]])
            return
    raise Refusal(404, "captionNotFound", "The caption track could not be found.", DOMAIN, "id")
