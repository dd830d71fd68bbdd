"""The channel's videos as stored documents of kind `post`: states that change with time, who may see what, new ids.

A video's data: `snippet`, `status`, `localizations`, ... as written through the API, beside `state` (uploadStatus), `outcome`
(what processing will end with, and why), `ready_at`, `published_at` (0 while never public), `file`, `views`, `thumbnail`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

from sandbox import clips
from sandbox.network import Network
from sandbox.store import Doc
from sandbox.youtube.answers import Refusal
from sandbox.youtube.metadata import SNIPPET, STATUS, instant

PROCESSING = 1.5  # seconds; the real one takes minutes
LONGEST_UNVERIFIED = 15 * 60
NOT_FOUND = "The video that you are trying to {verb} cannot be found. Check the value of <code>{where}</code>."


def new_channel_id() -> str:
    """`UC` and 22 characters; the uploads playlist has the same with `UU`."""
    return "UC" + secrets.token_urlsafe(17)[:22]


def uploads_of(channel: str) -> str:
    """The id of the channel's uploads playlist."""
    return "UU" + channel.removeprefix("UC")


def add_video(net: Network, channel: Doc, parts: dict[str, Any], file: dict[str, Any]) -> Doc:
    """A complete upload becomes a video. `file`: id (of its bytes), name, mime."""
    clip = clips.look(net.files.path(file["id"])) if net.files.size(file["id"]) else clips.Clip()
    size = net.files.size(file["id"])
    outcome = _outcome(net, channel, size, clip)
    slow = net.faults.take("slow_processing", net.slug, channel.id)
    wait = (slow.seconds or 60.0) if slow else PROCESSING
    details = {"size": size, "container": clip.container, "seconds": clip.seconds, "width": clip.width, "height": clip.height}
    data = {
        "localizations": {},
        **parts,
        "snippet": parts.get("snippet") or dict(SNIPPET),
        "status": parts.get("status") or dict(STATUS),
        "state": "uploaded",
        "outcome": outcome,
        "ready_at": net.now() + wait,
        "wait": wait,
        "published_at": 0.0,
        "file": {**file, **details},
        "short": clip.is_short,
        "views": 0,
        "thumbnail": "",
    }
    video = net.docs.put("post", data, doc_id=secrets.token_urlsafe(8)[:11], owner=channel.id)
    net.docs.put("media", {"mime": file["mime"], "alt": data["snippet"]["title"]}, doc_id=file["id"], owner=channel.id)
    return settled(net, video)


def _outcome(net: Network, channel: Doc, size: int, clip: clips.Clip) -> list[str]:
    """[uploadStatus, reason] that processing ends with."""
    if net.docs.delete("doom", channel.id):  # left by a `duplicate` fault
        return ["rejected", "duplicate"]
    if net.faults.take("fail_processing", net.slug, channel.id):
        return ["failed", "conversion"]
    if not size:
        return ["failed", "emptyFile"]
    if not clip.container:
        return ["failed", "invalidFile"]
    if clip.seconds > LONGEST_UNVERIFIED and channel.get("long_uploads", "allowed") != "allowed":
        return ["rejected", "length"]
    return ["processed", ""]


def settled(net: Network, video: Doc) -> Doc:
    """The video as it is now: processing may have ended, its publishing time may have come."""
    data, now = video.data, net.now()
    status, changed = data["status"], False
    if data["state"] == "uploaded" and data["ready_at"] <= now:
        data["state"], changed = data["outcome"][0], True
    if status.get("publishAt") and instant(status["publishAt"], "publish_at") <= now:
        due = instant(status.pop("publishAt"), "publish_at")
        status["privacyStatus"], data["published_at"], changed = "public", max(due, video.created_at), True
    if status["privacyStatus"] == "public" and not data["published_at"]:
        data["published_at"], changed = now, True
    return net.docs.save("post", video) if changed else video


def all_videos(net: Network, channel: str) -> list[Doc]:
    """The channel's uploads, newest first."""
    return [settled(net, video) for video in net.docs.find("post", owner=channel, limit=100_000)]


def public_videos(net: Network, channel: str) -> list[Doc]:
    """What everybody finds, newest publication first."""
    found = [video for video in all_videos(net, channel) if is_public(video)]
    return sorted(found, key=lambda video: video["published_at"], reverse=True)


def is_public(video: Doc) -> bool:
    """Listed for everybody."""
    return bool(video["status"]["privacyStatus"] == "public" and video["state"] == "processed")


def may_see(video: Doc, viewer: str) -> bool:
    """Owners see everything; others what is public, or unlisted when they know its id."""
    return video.owner == viewer or (video["status"]["privacyStatus"] != "private" and video["state"] == "processed")


def video_of(net: Network, video_id: str, viewer: str = "") -> Doc | None:
    """The video, if this channel ("" for a stranger) may see it."""
    video = net.docs.get("post", video_id)
    video = settled(net, video) if video else None
    return video if video and may_see(video, viewer) else None


def videos_of(net: Network, ids: Iterable[str], viewer: str) -> list[Doc]:
    """Those of the ids that the viewer may see, in the order asked."""
    return [video for video in (video_of(net, video_id, viewer) for video_id in ids) if video]


def own_video(net: Network, video_id: str, owner: str, verb: str, where: str = "id") -> Doc:
    """The caller's own video; 404 `videoNotFound` when there is none, 403 `forbidden` when it is somebody else's."""
    video = video_of(net, video_id, owner)
    if video is None:
        raise Refusal(404, "videoNotFound", NOT_FOUND.format(verb=verb, where=where), "youtube.video", where)
    if video.owner != owner:
        raise Refusal(403, "forbidden", "The request is not properly authorized to perform this operation.", "youtube.common")
    return video


def has_comments(video: Doc) -> bool:
    """Videos made for kids have their comments switched off."""
    return not video["status"].get("selfDeclaredMadeForKids")


def drop_video(net: Network, video: Doc) -> None:
    """Delete a video with its bytes, comments and places in playlists."""
    for comment in net.docs.find("comment", parent=video.id, limit=100_000):
        net.docs.delete("comment", comment.id)
    for item in net.docs.find("playlistItem", key=video.id, limit=100_000):
        net.docs.delete("playlistItem", item.id)
    for media in (video["file"]["id"], video["thumbnail"]):
        if media:
            net.docs.delete("media", media)
            net.files.path(media).unlink(missing_ok=True)
    net.docs.delete("post", video.id)
