"""Bytes of a video: PUT to the upload address, chunk after chunk, in order.
https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox.network import Seen
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.tiktok.network import TikTok

PATH = "/video/"
RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
TYPES = ("video/mp4", "video/quicktime", "video/webm")


class Upload:
    """The upload host."""

    def __init__(self, tiktok: TikTok) -> None:
        self.tiktok = tiktok

    def routes(self) -> list[BaseRoute]:
        """On TikTok this is a host of its own, open-upload.tiktokapis.com."""
        return [Route(PATH, self.put, methods=["PUT"])]

    def address(self, publication: Doc) -> str:
        """Where the bytes go; the address itself is the permission."""
        query = urlencode({"upload_id": publication.key, "upload_token": publication["secret"]}, quote_via=quote)
        return f"{self.tiktok.url}{PATH}?{query}"

    def publication(self, upload_id: str) -> Doc | None:
        """The post that an upload belongs to."""
        return self.tiktok.docs.one("publication", key=upload_id) if upload_id else None

    def is_last(self, seen: Seen) -> bool:
        """Whether this chunk completes the file, and so publishes it."""
        found = RANGE.fullmatch(seen.headers.get("content-range", ""))
        return found is not None and int(found[2]) + 1 == int(found[3])

    async def put(self, request: Request) -> Response:
        """206 for a chunk, 201 for the last; 400, 403, 404, 416 with a word of explanation."""
        publication = self.publication(request.query_params.get("upload_id", ""))
        if publication is None:
            return _refused(404, "upload not found")
        if request.query_params.get("upload_token") != publication["secret"] or publication["until"] <= self.tiktok.now():
            return _refused(403, "upload link expired")
        found = RANGE.fullmatch(request.headers.get("content-range", ""))
        if found is None:
            return _refused(400, "Content-Range is missing or malformed")
        first, last, total = (int(number) for number in found.groups())
        if wrong := _wrong_with(publication, request, first, last, total):
            return _refused(400, wrong)
        if publication["state"] != "open" or first != publication["received"]:
            return _refused(416, f"the range does not follow: {publication['received']} bytes were received")
        return await self._take(publication, request, first, last)

    async def _take(self, publication: Doc, request: Request, first: int, last: int) -> Response:
        content = bytearray()
        async for piece in request.stream():
            content += piece
        if len(content) != last - first + 1:
            return _refused(400, "the body is not as long as its range")
        again = self.tiktok.docs.get("publication", publication.id)
        if again is None or again["received"] != first:  # another request was quicker while this body came in
            return _refused(416, "the range does not follow")
        self.tiktok.files.write(publication.key, bytes(content), first)
        again.data.update(received=last + 1, mime=request.headers["content-type"])
        self.tiktok.docs.save("publication", again)
        headers = {"Content-Range": f"bytes 0-{last}/{again['size']}"}
        if last + 1 < again["size"]:
            return Response(status_code=206, headers=headers)
        self.tiktok.processing.complete_upload(again)
        return Response(status_code=201, headers=headers)


def _wrong_with(publication: Doc, request: Request, first: int, last: int, total: int) -> str:
    size, chunk, chunks = publication["size"], publication["chunk"], publication["chunks"]
    if request.headers.get("content-type") not in TYPES:
        return "Content-Type must be video/mp4, video/quicktime or video/webm"
    if request.headers.get("content-length") != str(last - first + 1):
        return "Content-Length does not match Content-Range"
    if total != size or last >= size or last < first:
        return "the range does not fit the file"
    if last + 1 < size and last - first + 1 != chunk:
        return "the chunk has not the size that was announced"
    if last + 1 == size and first > (chunks - 1) * chunk:
        return "there are more chunks than were announced"
    return ""


def _refused(status: int, message: str) -> Response:
    return Response(message, status, media_type="text/plain")
