"""Bytes on their way: upload handles of the app, the rupload host, media fetched from an address.
https://developers.facebook.com/docs/graph-api/guides/upload"""

from __future__ import annotations

import asyncio
import base64
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from sandbox.facebook.call import Call
from sandbox.facebook.edges import edge
from sandbox.facebook.errors import GraphError, invalid
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.facebook.network import Facebook

FILE_TYPES = ("video/mp4", "application/pdf", "image/jpeg", "image/jpg", "image/png")
LONGEST_FETCH = 30.0


async def fetch(net: Facebook, url: str) -> bytes:
    """The bytes behind an address, as the network's own crawler would load them."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise invalid("Invalid URL: only http and https can be loaded", 2061006)
    try:
        reply = await asyncio.to_thread(net.hooks.http.get, url, timeout=LONGEST_FETCH)
    except requests.RequestException as error:
        raise GraphError(324, "(#324) Missing or invalid image file: the URL can't be loaded", 2061006) from error
    if reply.status_code != 200:
        raise GraphError(324, f"(#324) Missing or invalid image file: the URL answered {reply.status_code}", 2061006)
    return bytes(reply.content)


# --- handles: POST /{app}/uploads, then POST /upload:... -----------------------------------------------------


@edge("POST", "app", "uploads")
async def begin(net: Facebook, call: Call, app: Doc) -> dict[str, Any]:
    """An upload session for a file of known length and type."""
    if not call.token or call.token.parent != app.id:
        raise GraphError(200, "(#200) The token belongs to another application")
    length = call.number("file_length")
    kind = call.choice("file_type", FILE_TYPES)
    if not length or not kind:
        raise invalid("Params file_length and file_type are required")
    name = "upload:" + base64.urlsafe_b64encode(f"1:{secrets.token_hex(12)}".encode()).decode().rstrip("=")
    data = {"length": length, "mime": kind, "file": net.store.next_id(), "handle": ""}
    return {"id": net.docs.put("upload", data, doc_id=name, owner=call.token.owner).id}


@edge("GET", "upload", "")
def progress(net: Facebook, call: Call, upload: Doc) -> dict[str, Any]:
    """Where to go on."""
    return {"id": upload.id, "file_offset": net.files.size(upload["file"])}


@edge("POST", "upload", "")
async def receive(net: Facebook, call: Call, upload: Doc) -> dict[str, Any]:
    """Raw bytes from the header `file_offset` on; the handle when all are there."""
    size = net.files.size(upload["file"])
    offset = call.headers.get("file_offset", "")
    if not offset.isdigit() or int(offset) != size:
        raise invalid(f"The header file_offset must be {size}")
    size = await _stream(net, call.request, upload["file"], size)
    if size > upload["length"]:
        raise invalid("More bytes were sent than file_length says")
    if size < upload["length"]:
        return {"id": upload.id, "file_offset": size}
    handle = upload["handle"] or "2:" + base64.b64encode(upload["file"].encode()).decode()
    upload.key = upload.data["handle"] = handle
    net.docs.save("upload", upload)
    return {"h": handle}


def by_handle(net: Facebook, handle: str) -> Doc:
    """The finished upload of a handle."""
    upload = net.docs.one("upload", key=handle)
    if upload is None:
        raise invalid("Invalid upload handle")
    return upload


# --- rupload: the bytes of reels and stories -----------------------------------------------------------------


async def rupload(net: Facebook, request: Request) -> Response:
    """POST /video-upload/v26.0/{video}: `Authorization: OAuth <page token>`, `offset` and `file_size`, or `file_url`."""
    video = net.docs.get("media", request.path_params["id"])
    token = net.tokens.alive(request.headers.get("authorization", "").partition("OAuth ")[2].strip())
    if video is None or video["type"] != "video" or token is None or token.owner != video.owner:
        return _refused(
            401, "NotAuthorizedError", "The token can't be used for this upload: send Authorization: OAuth <page token>"
        )
    if url := request.headers.get("file_url"):
        return await _take_from(net, video, url)
    return await _take(net, video, request)


async def _take_from(net: Facebook, video: Doc, url: str) -> Response:
    try:
        net.files.write(video.id, await fetch(net, url))
    except GraphError as error:
        return _refused(400, "FetchError", str(error))
    net.docs.change("media", video.id, done=True)
    return JSONResponse({"success": True})


async def _take(net: Facebook, video: Doc, request: Request) -> Response:
    offset, length = request.headers.get("offset", ""), request.headers.get("file_size", "")
    size = net.files.size(video.id)
    if not offset.isdigit() or not length.isdigit():
        return _refused(400, "HeaderError", "The headers offset and file_size are required")
    if int(offset) != size or video["done"]:
        return _refused(400, "OffsetInvalidError", f"Request starts at offset {offset}, but {size} bytes are here", True)
    size = await _stream(net, request, video.id, size)
    if size != int(length):
        return _refused(400, "PartialRequestError", f"Got {size} of {length} bytes", True)
    net.docs.change("media", video.id, done=True)
    return JSONResponse({"success": True})


def _refused(status: int, kind: str, words: str, retriable: bool = False) -> Response:
    return JSONResponse({"debug_info": {"retriable": retriable, "type": kind, "message": words}}, status)


async def _stream(net: Facebook, request: Request, name: str, size: int) -> int:
    """Write what comes, as it comes, so that a broken connection loses nothing; gives the file's size."""
    try:
        async for piece in request.stream():
            if piece:
                size = net.files.write(name, piece, size)
    except ClientDisconnect as error:
        raise GraphError(1, "The upload broke off", status=400, transient=True) from error
    return size
