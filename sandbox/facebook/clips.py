"""Calls that make posts of videos: simple and resumable upload, reels, video stories.
https://developers.facebook.com/docs/video-api/guides/publishing
https://developers.facebook.com/documentation/video-api/guides/reels-publishing"""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any

from sandbox.facebook import nodes, posts, targeting, uploads, videos
from sandbox.facebook.call import Call
from sandbox.facebook.edges import POSTING, READING, edge
from sandbox.facebook.errors import GraphError, invalid, spam_block
from sandbox.facebook.versions import NEWEST
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.facebook.network import Facebook

CHUNK = 1_048_576
REELS_A_DAY = 30
STATES = ("PUBLISHED", "DRAFT", "SCHEDULED")
CATEGORIES = (
    *("BEAUTY_FASHION", "BUSINESS", "CARS_TRUCKS", "COMEDY", "CUTE_ANIMALS", "ENTERTAINMENT", "FAMILY", "FOOD_HEALTH", "HOME"),
    *("LIFESTYLE", "MUSIC", "NEWS", "OTHER", "POLITICS", "SCIENCE", "SPORTS", "TECHNOLOGY", "VIDEO_GAMING"),
)


@edge("POST", "page", "videos", POSTING, page_token=True)
async def add(net: Facebook, call: Call, page: Doc) -> dict[str, Any]:
    """One call with the whole file, or the phases start, transfer, finish, cancel."""
    phase = call.choice("upload_phase", ("start", "transfer", "finish", "cancel"))
    if not phase:
        return await _simple(net, call, page)
    if phase == "start":
        return _start(net, call, page)
    session = net.docs.get("session", call.text("upload_session_id"))
    if session is None or session.owner != page.id:
        raise invalid("Param upload_session_id names no upload session of this Page")
    if phase == "transfer":
        return _transfer(net, call, session)
    return _finish(net, call, page, session) if phase == "finish" else _cancel(net, session)


async def _simple(net: Facebook, call: Call, page: Doc) -> dict[str, Any]:
    when, about = _plan(net, call)
    video = videos.new(net, page.id, "video")
    if "source" in call.files:
        net.files.write(video.id, call.files["source"])
    elif handle := call.text("fbuploader_video_file_chunk"):
        shutil.copyfile(net.files.path(uploads.by_handle(net, handle)["file"]), net.files.path(video.id))
    elif url := call.text("file_url"):
        net.files.write(video.id, await uploads.fetch(net, url))
    else:
        net.docs.delete("media", video.id)
        raise invalid("One of source, file_url, fbuploader_video_file_chunk is required", 2069019)
    _post(net, call, video, when, about)
    return {"id": video.id}


def _plan(net: Facebook, call: Call) -> tuple[posts.Plan, dict[str, Any]]:
    """The plan, and what belongs to the post; wrong values are refused before any byte is kept."""
    about = targeting.read(call)
    call.choice("content_category", CATEGORIES)
    call.flag("embeddable", True)
    return posts.plan(net, call), about


def _post(net: Facebook, call: Call, video: Doc, when: posts.Plan, about: dict[str, Any]) -> Doc:
    """Process the video and let its post wait for it."""
    text = call.text("description")
    told = {"title": call.text("title"), "text": text, "content_category": call.text("content_category")}
    if thumb := call.files.get("thumb"):
        net.files.write(f"{video.id}-thumb", thumb)
        told["thumb"] = f"{video.id}-thumb"
    net.docs.change("media", video.id, **told, content_tags=call.words("content_tags"))
    video = videos.process(net, video)
    content = posts.Content(video["kind"], text, "", [video.id], {**about, "title": told["title"]})
    return posts.create(net, call, video.owner, content, when, video["ready_at"])


# --- phases --------------------------------------------------------------------------------------------------


def _start(net: Facebook, call: Call, page: Doc) -> dict[str, Any]:
    size = call.number("file_size")
    if not size:
        raise invalid("Param file_size is required")
    video = videos.new(net, page.id, "video")
    session = net.docs.put("session", {"video": video.id, "size": size}, owner=page.id)
    return {"upload_session_id": session.id, "video_id": video.id, **_window(0, size)}


def _window(received: int, size: int) -> dict[str, str]:
    """What to send next, as strings; both ends equal when nothing is left."""
    return {"start_offset": str(received), "end_offset": str(min(received + CHUNK, size))}


def _transfer(net: Facebook, call: Call, session: Doc) -> dict[str, Any]:
    received, size = net.files.size(session["video"]), session["size"]
    chunk = call.files.get("video_file_chunk")
    if chunk is None:
        raise invalid("Param video_file_chunk is required as a multipart file")
    window = _window(received, size)
    if call.number("start_offset") != received or received + len(chunk) > size:
        raise GraphError(
            6001, "There was a problem uploading your video file. Please try again.", 1363037, transient=True, data=window
        )
    return _window(net.files.write(session["video"], chunk, received), size)


def _finish(net: Facebook, call: Call, page: Doc, session: Doc) -> dict[str, Any]:
    video = net.docs.get("media", session["video"])
    if video is None or video["done"]:
        raise invalid("The upload session is finished already")
    if net.files.size(video.id) != session["size"]:
        raise invalid("The upload is not complete", 1363037)
    when, about = _plan(net, call)
    _post(net, call, video, when, about)
    return {"success": True}


def _cancel(net: Facebook, session: Doc) -> dict[str, Any]:
    net.docs.delete("media", session["video"])
    net.docs.delete("session", session.id)
    return {"success": True}


# --- reels and stories ---------------------------------------------------------------------------------------


@edge("POST", "page", "video_reels video_stories", POSTING, page_token=True)
async def clip(net: Facebook, call: Call, page: Doc) -> dict[str, Any]:
    """`upload_phase=start` gives the address for the bytes, `finish` makes the post."""
    kind = "reel" if call.path[-1] == "video_reels" else "story"
    # The enum spells START and FINISH, the guides write them in lower case: both are taken.
    phase = call.choice("upload_phase", ("start", "finish", "START", "FINISH")).lower()
    if not phase:
        raise invalid("Param upload_phase is required")
    if phase == "start":
        video = videos.new(net, page.id, kind)
        return {"video_id": video.id, "upload_url": f"{net.url}/video-upload/v{NEWEST}.0/{video.id}"}
    return _finish_clip(net, call, page, kind)


def _finish_clip(net: Facebook, call: Call, page: Doc, kind: str) -> dict[str, Any]:
    video = net.docs.get("media", call.text("video_id"))
    if video is None or video.owner != page.id or video.get("kind") != kind:
        raise invalid("Param video_id names no upload of this Page")
    if video.get("post_id"):
        raise invalid("The video was already used in a post")
    if not video["done"]:
        raise GraphError(6000, "The video is not uploaded yet", 1363037, transient=True)
    when, about = _clip_plan(net, call), targeting.read(call)
    if kind == "reel":
        _check_daily(net, page)
    post = _post(net, call, video, when, about)
    # The documentation's example carries post_id, live answers not always: only what is to come out at once has it here.
    return {"success": True, "post_id": post.id} if when.state == "published" else {"success": True}


def _clip_plan(net: Facebook, call: Call) -> posts.Plan:
    state = call.choice("video_state", STATES, "PUBLISHED")
    at = call.moment("scheduled_publish_time")
    if state == "SCHEDULED":
        if at is None:
            raise invalid("Param scheduled_publish_time is required with video_state SCHEDULED")
        return posts.planned(net, at)
    return posts.Plan("published" if state == "PUBLISHED" else "draft")


def _check_daily(net: Facebook, page: Doc) -> None:
    if not net.enforces_limits:
        return
    today = net.docs.find("post", owner=page.id, since=net.now() - 86400, limit=2000)
    if sum(post["kind"] == "reel" for post in today) >= REELS_A_DAY:
        raise spam_block()


# --- captions ------------------------------------------------------------------------------------------------


@edge("POST", "video", "captions", POSTING, page_token=True)
def add_captions(net: Facebook, call: Call, video: Doc) -> dict[str, Any]:
    """A .srt whose name tells the locale. https://developers.facebook.com/docs/graph-api/reference/video/captions"""
    name, content = call.names.get("captions_file", ""), call.files.get("captions_file", b"")
    found = re.fullmatch(r".+\.([a-z]{2}_[A-Z]{2})\.srt", name)
    if not found or b"-->" not in content:
        raise invalid("Param captions_file must be a SubRip file whose name ends with its locale, like captions.en_US.srt")
    tracks = dict.fromkeys([*(video.get("captions") or []), found[1]])
    net.docs.change("media", video.id, captions=list(tracks), default_locale=call.text("default_locale"))
    return {"success": True, "id": video.id}


@edge("GET", "video", "captions", READING)
def listed_captions(net: Facebook, call: Call, video: Doc) -> dict[str, Any]:
    """The languages that there are."""
    default = video.get("default_locale", "")
    return {"data": [{"locale": one, "is_default": one == default} for one in video.get("captions") or []]}


# --- reading -------------------------------------------------------------------------------------------------


@edge("GET", "page", "videos video_reels", READING)
def listed(net: Facebook, call: Call, page: Doc) -> dict[str, Any]:
    """The Page's videos, or only its reels."""
    call.choice("type", ("uploaded", "tagged", "UPLOADED", "TAGGED"))
    kinds = ("reel",) if call.path[-1] == "video_reels" else ("video", "reel")
    found = net.docs.find("media", owner=page.id, since=call.moment("since"), until=call.moment("until"))
    return nodes.nodes(net, call, "video", [media for media in found if media.get("kind") in kinds and media["done"]])


@edge("GET", "video", "", READING)
def show(net: Facebook, call: Call, video: Doc) -> dict[str, Any]:
    """A video's fields."""
    return nodes.node(net, call, "video", video)


@edge("POST", "video", "collaborators", POSTING, page_token=True)
def collaborate(net: Facebook, call: Call, video: Doc) -> dict[str, Any]:
    """Invite another Page as author of a reel."""
    if not call.text("target_id"):
        raise invalid("Param target_id is required")
    return {"success": True}
