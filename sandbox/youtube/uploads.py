"""Uploads: resumable sessions, multipart, plain media. Videos and thumbnails come in the same three ways.

https://developers.google.com/youtube/v3/guides/using_resumable_upload_protocol
A session is a document of kind `session` (id = upload_id; its bytes lie under the same id in the files).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.network import Network
from sandbox.store import Doc
from sandbox.youtube import captions, thumbnails
from sandbox.youtube.answers import JSON_TYPE, Refusal
from sandbox.youtube.ask import Ask
from sandbox.youtube.calls import INSERT_CAPTIONS, INSERT_VIDEO, SET_THUMBNAIL, Call, admit, authenticated, json_body
from sandbox.youtube.library import add_video
from sandbox.youtube.metadata import SNIPPET, check_localizations, written
from sandbox.youtube.videos import PARTS, shown

GRAIN = 256 * 1024
LIFETIME = 7 * 86400
RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")


@dataclass(frozen=True, slots=True)
class Target:
    """What is uploaded: `before` checks the metadata and gives what the session keeps, `after` makes the thing of the bytes."""

    call: Call
    path: str
    types: tuple[str, ...]
    largest: int
    before: Callable[[Ask], dict[str, Any]]
    after: Callable[[Ask, Doc], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Span:
    """A Content-Range: bytes `first` to `last` (-1 for a probe) of `total` (None while unknown)."""

    first: int
    last: int
    total: int | None

    @property
    def is_final(self) -> bool:
        """Whether these are the file's last bytes."""
        return self.total is not None and self.last + 1 == self.total


def _check_video(ask: Ask) -> dict[str, Any]:
    ask.check_parts(PARTS)
    ask.channel()
    parts = written(ask, inserting=True)
    check_localizations({"snippet": parts.get("snippet", SNIPPET), **parts})
    return parts


def _make_video(ask: Ask, session: Doc) -> dict[str, Any]:
    done = session.get("done")
    video = ask.net.docs.get("post", done) if done else None
    if done and video is None:  # uploaded, and deleted since
        raise gone(404)
    if video is None:
        file = {"id": session.id, "name": session["name"], "mime": session["mime"]}
        video = add_video(ask.net, ask.channel(), session["parts"], file)
        ask.net.docs.change("session", session.id, done=video.id)
    return shown(ask, video)


VIDEOS = Target(INSERT_VIDEO, "videos", ("video/", "application/octet-stream"), 274_877_906_944, _check_video, _make_video)
THUMBNAILS = Target(
    SET_THUMBNAIL,
    "thumbnails/set",
    ("image/jpeg", "image/png", "application/octet-stream"),
    52_428_800,
    thumbnails.check,
    thumbnails.keep,
)
CAPTIONS = Target(
    INSERT_CAPTIONS, "captions", ("text/xml", "application/octet-stream"), 104_857_600, captions.check, captions.keep
)
TARGETS = {target.path: target for target in (VIDEOS, THUMBNAILS, CAPTIONS)}


async def upload(net: Network, request: Request) -> Response:
    """POST begins an upload (or does it whole), PUT to a session URI sends bytes or asks how far it got."""
    try:
        target = TARGETS.get(request.path_params["method"])
        if target is None:
            raise Refusal(404, "notFound", "The requested URL was not found on this server.")
        if "upload_id" in request.query_params:
            return await _continue(net, request, target)
        if request.method != "POST":
            raise Refusal(400, "badRequest", "An upload begins with POST.")
        return await _begin(net, request, target)
    except Refusal as refusal:
        return refusal.response()


async def _begin(net: Network, request: Request, target: Target) -> Response:
    way = request.query_params.get("uploadType", "")
    ask = admit(net, request, target.call, list(request.query_params.multi_items()))
    kind = request.headers.get("content-type", "")
    if way == "resumable":
        body = await request.body()
        ask.body = json_body(body, kind) if body else {}
        return _open(ask, request, target)
    if way == "multipart":
        ask.body, media_type, content = _related(await request.body(), kind)
    elif way == "media":
        media_type, content = kind, await request.body()
    else:
        raise Refusal(400, "mediaBodyRequired", "The request does not include the media content.", f"youtube.{target.path[:5]}")
    session = _new_session(ask, target, media_type, len(content), "")
    net.files.write(session.id, content)
    return JSONResponse(target.after(ask, session), media_type=JSON_TYPE)


def _open(ask: Ask, request: Request, target: Target) -> Response:
    headers = request.headers
    size = headers.get("x-upload-content-length", "")
    if size and not size.isdigit():
        raise Refusal(400, "badRequest", "Invalid X-Upload-Content-Length header.")
    media_type = headers.get("x-upload-content-type", "application/octet-stream")
    session = _new_session(ask, target, media_type, int(size) if size else None, headers.get("slug", ""))
    query = [(name, value) for name, value in request.query_params.multi_items() if name != "access_token"]
    location = f"{ask.net.url}/upload/youtube/v3/{target.path}?{urlencode([*query, ('upload_id', session.id)])}"
    return Response(status_code=200, headers={"Location": location, "X-GUploader-UploadID": session.id, "Content-Length": "0"})


def _new_session(ask: Ask, target: Target, media_type: str, size: int | None, name: str) -> Doc:
    mime = media_type.partition(";")[0].strip().lower()
    if not mime.startswith(target.types):
        valid = ", ".join(f"{kind}*" if kind.endswith("/") else kind for kind in target.types)
        raise Refusal(400, "badContent", f"Media type '{mime}' is not supported. Valid media types: [{valid}]")
    if size is not None and size > target.largest:
        raise Refusal(413, "uploadTooLarge", "Request entity is too large.")
    kept = {"target": target.path, "values": ask.values, "token": ask.token.id, "parts": target.before(ask)}
    upload_id = f"AB{secrets.token_urlsafe(40)}"
    return ask.net.docs.put("session", {**kept, "mime": mime, "size": size, "name": name}, doc_id=upload_id, owner=ask.caller)


async def _continue(net: Network, request: Request, target: Target) -> Response:
    session = session_of(net, request.query_params["upload_id"])
    if session["target"] != target.path or request.method not in ("PUT", "POST"):
        raise gone(404)
    if "authorization" in request.headers:  # the session URI opens by itself; a token that is sent must be good, though
        authenticated(net, request)
    ask = Ask(net, net.tokens.get(session["token"]) or Doc("", owner=session.owner), dict(session["values"]))
    if not session.get("done"):
        span = _span(request, session)
        await _store(net, request, session, span)
        session = session_of(net, session.id)
        if net.files.size(session.id) != session["size"]:
            return _unfinished(net, session)
    return JSONResponse(target.after(ask, session), media_type=JSON_TYPE)


def session_of(net: Network, upload_id: str) -> Doc:
    """The upload session; 404 when it never was, 410 when its week is over."""
    session = net.docs.get("session", upload_id)
    if session is None:
        raise gone(404)
    if session.created_at + LIFETIME < net.now():
        raise gone(410)
    return session


def gone(status: int) -> Refusal:
    """The session URI leads nowhere any more: start anew."""
    return Refusal(status, "notFound", "Requested upload session was not found.")


def completes(headers: dict[str, str]) -> bool:
    """Whether a PUT with these headers brings an upload's last bytes."""
    found = RANGE.fullmatch(headers.get("content-range", "bytes 0-0/1"))
    return bool(found and found[2] and found[3] != "*" and int(found[2]) + 1 == int(found[3]))


def _unfinished(net: Network, session: Doc) -> Response:
    stored = net.files.size(session.id)
    span = {"Range": f"bytes=0-{stored - 1}"} if stored else {}
    return Response(status_code=308, headers={**span, "X-GUploader-UploadID": session.id, "Content-Length": "0"})


def _span(request: Request, session: Doc) -> Span:
    length, text = int(request.headers.get("content-length", "0")), request.headers.get("content-range", "")
    if not text:
        return Span(0, length - 1, length)
    found = RANGE.fullmatch(text)
    if found is None:
        raise Refusal(400, "badRequest", "Failed to parse Content-Range header.")
    total = session["size"] if found[3] == "*" else int(found[3])
    if session["size"] not in (None, total):
        message = f"Invalid request. The upload's size was announced as {session['size']}, not {total}."
        raise Refusal(400, "badRequest", message)
    if found[1] is None:
        return Span(0, -1, total)
    span = Span(int(found[1]), int(found[2]), total)
    if span.last < span.first or (total is not None and span.last >= total) or span.last - span.first + 1 != length:
        raise Refusal(400, "badRequest", "Invalid request. The Content-Range header doesn't fit the request's content.")
    if not span.is_final and length < GRAIN:
        message = (
            f"Invalid request. The number of bytes uploaded is required to be equal or greater than {GRAIN}, except for the "
            f"final request (it's recommended to be the exact multiple of {GRAIN}). The received request contained {length} "
            "bytes, which does not meet this requirement."
        )
        raise Refusal(400, "badRequest", message)
    return span


async def _store(net: Network, request: Request, session: Doc, span: Span) -> None:
    """Write what is new. Of a chunk that isn't the last only a multiple of 256 KiB is kept: the Range answer tells."""
    if session["size"] is None and span.total is not None:
        net.docs.change("session", session.id, size=span.total)
    stored = net.files.size(session.id)
    if span.first > stored:
        raise Refusal(
            400,
            "badRequest",
            f"Invalid request. According to the Content-Range header, the upload offset is {span.first} byte(s), which "
            f"exceeds already uploaded size of {stored} byte(s).",
        )
    end = span.last + 1 if span.is_final else (span.last + 1) // GRAIN * GRAIN
    at = span.first
    with net.files.path(session.id).open("r+b" if net.files.path(session.id).exists() else "wb") as file:
        async for piece in request.stream():
            fresh = piece[max(stored - at, 0) : max(end - at, 0)]
            if fresh:
                file.seek(max(at, stored))
                file.write(fresh)
            at += len(piece)


def _related(body: bytes, content_type: str) -> tuple[dict[str, Any], str, bytes]:
    """multipart/related: the JSON part and the media part (its type, its bytes)."""
    found = re.search(r'boundary="?([^";]+)', content_type)
    pieces = body.split(b"--" + found[1].encode())[1:-1] if found and "multipart/related" in content_type else []
    if len(pieces) != 2:
        raise Refusal(400, "badContent", "A multipart upload needs exactly two parts: metadata and media.")
    (kind, metadata), (media_type, content) = (_part(piece) for piece in pieces)
    return json_body(metadata, kind), media_type, content


def _part(piece: bytes) -> tuple[str, bytes]:
    # Clients end lines with CRLF or LF (Python's email package, which googleapiclient uses, writes LF).
    head, gap, content = re.split(rb"(\r?\n\r?\n)", piece, maxsplit=1)
    line_end = b"\r\n" if b"\r" in gap else b"\n"
    found = re.search(rb"(?im)^content-type:\s*([^\r\n]+)", head)
    return found[1].decode("latin-1").strip() if found else "", content.removesuffix(line_end)
