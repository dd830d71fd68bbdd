"""Containers: made from an address or for an upload, processed, published once, dead after a day.
https://developers.facebook.com/docs/instagram-platform/content-publishing

A container is a document of kind `container`: `media` (the bytes' id), `ready_at` when its processing ends (None as long as
bytes are missing), `error` what its status will say then, `published` the id of the media it became.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from sandbox.facebook.call import Call
from sandbox.facebook.errors import invalid
from sandbox.facebook.versions import NEWEST
from sandbox.instagram import asked as asking
from sandbox.instagram import pull
from sandbox.instagram.asked import Asked
from sandbox.instagram.errors import refusal
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.instagram.network import Instagram

DAY = 86_400.0
A_DAY = 400  # containers of one account
ITEMS = (2, 10)
PROCESSING = 0.3  # seconds that a video takes, unless the fault slow_processing says otherwise
FAILED = "Error: Media upload has failed with error code 2207076"
WORDS = {
    "FINISHED": "Finished: Media has been uploaded and it is ready to be published.",
    "IN_PROGRESS": "In Progress: Media is still being processed.",
    "PUBLISHED": "Published: Media has been successfully published.",
    "EXPIRED": "Expired: The container was not published within 24 hours and has expired.",
}


async def create(net: Instagram, call: Call, account: Doc) -> dict[str, Any]:
    """POST /{ig}/media"""
    if net.enforces_limits and len(net.docs.find("container", owner=account.id, since=net.now() - DAY, limit=A_DAY)) >= A_DAY:
        raise refusal(2207042, "At most 400 containers in 24 hours")
    asked = asking.read(call, account)
    if asked.kind == "CAROUSEL":
        return {"id": _carousel(net, call, account, asked).id}
    if call.choice("upload_type", ("resumable",)):
        return _for_upload(net, call, account, asked)
    return {"id": (await _fetched(net, call, account, asked)).id}


async def _fetched(net: Instagram, call: Call, account: Doc, asked: Asked) -> Doc:
    """The file behind image_url or video_url, loaded now."""
    image, video = call.text("image_url"), call.text("video_url")
    if bool(image) == bool(video) or (image and asked.kind in ("VIDEO", "REELS")):
        raise refusal(2207023, "One of image_url and video_url is needed, and it must fit media_type")
    content, kind = await pull.fetch(net, image or video)
    if image:
        pull.check_image(content, kind, asked.is_story)
    await _check_cover(net, call)
    container = _store(net, account, asked, "image/jpeg" if image else "video/mp4")
    net.files.write(container["media"], content)
    return process(net, container)


async def _check_cover(net: Instagram, call: Call) -> None:
    if cover := call.text("cover_url"):
        pull.check_image(*(await pull.fetch(net, cover)), is_story=True)


def _for_upload(net: Instagram, call: Call, account: Doc, asked: Asked) -> dict[str, Any]:
    """A container that waits for bytes, and the address to send them to."""
    if asked.kind == "IMAGE" or call.text("image_url") or call.text("video_url"):
        raise invalid("upload_type=resumable is for videos without an address")
    container = _store(net, account, asked, "video/mp4")
    net.docs.change("container", container.id, cover=call.text("cover_url"))
    return {"id": container.id, "uri": f"{net.url}/ig-api-upload/v{NEWEST}.0/{container.id}"}


def _store(net: Instagram, account: Doc, asked: Asked, mime: str) -> Doc:
    data = {"mime": mime, "alt": asked.told.get("alt", "")}
    media = net.docs.put("media", data, owner=account.id).id if mime else ""
    told = {"kind": asked.kind, "item": asked.is_item, "caption": asked.caption, "told": asked.told, "media": media}
    fresh: dict[str, Any] = {"children": [], "ready_at": None, "error": "", "published": ""}
    return net.docs.put("container", told | fresh, owner=account.id)


def _carousel(net: Instagram, call: Call, account: Doc, asked: Asked) -> Doc:
    """Two to ten children, each an item of its own that is used nowhere else; videos must be processed."""
    names = call.words("children")
    if not ITEMS[0] <= len(names) <= ITEMS[1]:
        raise refusal(2207028)
    children = [_child(net, account, name) for name in names]
    container = _store(net, account, asked, "")
    ready = max(float(child["ready_at"] or net.now()) for child in children)
    error = next((str(child["error"]) for child in children if child["error"]), "")
    return net.docs.change("container", container.id, children=names, ready_at=max(ready, net.now()), error=error)


def _child(net: Instagram, account: Doc, name: str) -> Doc:
    child = net.docs.get("container", name)
    if child is None or child.owner != account.id or not child["item"]:
        raise refusal(2207008, f"{name} is no carousel item of this account")
    if state(net, child) == "EXPIRED":
        raise refusal(2207020)
    if child["kind"] == "VIDEO" and state(net, child) == "IN_PROGRESS":
        raise refusal(2207027, f"The video {name} is not ready")
    return child


# --- states --------------------------------------------------------------------------------------------------


def process(net: Instagram, container: Doc) -> Doc:
    """Every byte is there. What will come of it is settled now, so that nothing has to tick."""
    mime = (net.docs.get("media", container["media"]) or container).get("mime", "")
    is_video = str(mime).startswith("video/")
    slow = net.faults.take("slow_processing", net.slug, container.owner)
    takes = (slow.seconds or 60.0) if slow else PROCESSING if is_video else 0.0
    error = FAILED if net.faults.take("fail_processing", net.slug, container.owner) else ""
    error = error or (_video_error(net, container) if is_video else "")
    return net.docs.change("container", container.id, ready_at=net.now() + takes, error=error)


def _video_error(net: Instagram, container: Doc) -> str:
    offset = container["told"].get("offset", 0) / 1000
    if offset and (length := pull.seconds(net, container["media"])) and offset > length:
        return "Error: Media upload has failed with error code 2207057"
    return pull.video_fault(net, container["media"], container["kind"])


def state(net: Instagram, container: Doc) -> str:
    """The container's status_code."""
    if container["published"]:
        return "PUBLISHED"
    if net.now() > container.created_at + DAY:
        return "EXPIRED"
    if container["ready_at"] is None or net.now() < container["ready_at"]:
        return "IN_PROGRESS"
    return "ERROR" if container["error"] else "FINISHED"


def shown(net: Instagram, container: Doc) -> dict[str, Any]:
    """The node of a container."""
    code = state(net, container)
    node: dict[str, Any] = {"id": container.id, "status_code": code, "status": WORDS.get(code) or container["error"]}
    if container["media"]:
        sent = {"status": "in_progress" if container["ready_at"] is None else "complete"}
        sent["bytes_transferred"] = str(net.files.size(container["media"]))
        node["video_status"] = {"uploading_phase": sent, "processing_phase": {"status": code.lower()}}
    return node


# --- rupload: https://developers.facebook.com/docs/instagram-platform/content-publishing/resumable-uploads --------------------


async def rupload(net: Instagram, request: Request) -> Response:
    """POST /ig-api-upload/v26.0/{container}: `Authorization: OAuth <token>`, `offset` and `file_size`, or `file_url`."""
    container = net.docs.get("container", request.path_params["id"])
    token = net.tokens.alive(request.headers.get("authorization", "").partition("OAuth ")[2].strip())
    if container is None or token is None or container.owner not in (token.owner, *token.get("pages", [])):
        return _refused(401, "NotAuthorizedError", "Send Authorization: OAuth <token> of this account")
    if container["ready_at"] is not None or not container["media"] or state(net, container) == "EXPIRED":
        return _refused(400, "ProcessingFailedError", "This container takes no bytes")
    offset, length = request.headers.get("offset", ""), request.headers.get("file_size", "")
    have = net.files.size(container["media"])
    if not offset.isdigit() or not length.isdigit():
        return _refused(400, "HeaderError", "The headers offset and file_size are required")
    if int(offset) != have:
        return _refused(400, "OffsetInvalidError", f"Request starts at offset {offset}, but {have} bytes are here", True)
    have = await _stream(net, request, container["media"], have)
    if have != int(length):
        return _refused(400, "PartialRequestError", f"Got {have} of {length} bytes", True)
    process(net, container)
    return JSONResponse({"success": True, "message": "Upload successful."})


def _refused(status: int, kind: str, words: str, retriable: bool = False) -> Response:
    return JSONResponse({"debug_info": {"retriable": retriable, "type": kind, "message": words}}, status)


async def _stream(net: Instagram, request: Request, name: str, size: int) -> int:
    """Write what comes, as it comes, so that a broken connection loses nothing; gives the file's size."""
    try:
        async for piece in request.stream():
            if piece:
                size = net.files.write(name, piece, size)
    except ClientDisconnect:
        return size
    return size
