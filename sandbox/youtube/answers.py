"""How the Data API answers: resources with etags, pages of them, and errors in Google's shape.

https://developers.google.com/youtube/v3/docs/errors
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox import clock

WORDS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    410: "NOT_FOUND",
    413: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
}
JSON_TYPE = "application/json; charset=UTF-8"


class Refusal(Exception):
    """The network says no. Clients decide on `reason`; `domain` is `global`, `youtube.video`, `youtube.quota`, ..."""

    def __init__(
        self, status: int, reason: str, message: str, domain: str = "global", location: str = "", details: Any = None
    ) -> None:
        super().__init__(f"{status} {reason}: {message}")
        self.status, self.reason, self.message, self.domain = status, reason, message, domain
        self.location, self.details = location, details

    def response(self) -> Response:
        """`{"error": {"code", "message", "errors": [{"message", "domain", "reason"}], "status"}}`"""
        entry = {"message": self.message, "domain": self.domain, "reason": self.reason}
        if self.location:
            header, parameter = self.location == "Authorization", "." not in self.location
            kind = "header" if header else "parameter" if parameter else "other"
            entry |= {"location": self.location, "locationType": kind}
        error: dict[str, Any] = {"code": self.status, "message": self.message, "errors": [entry]}
        if self.status in WORDS:
            error["status"] = WORDS[self.status]
        if self.details:
            error["details"] = self.details
        challenge = {"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"'}
        return JSONResponse({"error": error}, self.status, challenge if self.status == 401 else None, JSON_TYPE)


def etag(content: Any) -> str:
    """A tag that changes with the content."""
    digest = hashlib.sha1(json.dumps(content, sort_keys=True).encode(), usedforsecurity=False).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def resource(kind: str, resource_id: str, parts: dict[str, Any], wanted: list[str]) -> dict[str, Any]:
    """One resource with the parts that were asked for (and that it has)."""
    shown = {name: parts[name] for name in wanted if parts.get(name) is not None}
    return {"kind": f"youtube#{kind}", "etag": etag([resource_id, shown]), "id": resource_id, **shown}


def answer(request: Request, content: dict[str, Any] | None) -> Response:
    """200 with JSON and its ETag, 304 when the caller has that one already, 204 for nothing."""
    if content is None:
        return Response(status_code=204)
    tag = f'"{content.get("etag", "")}"'
    if request.method == "GET" and request.headers.get("if-none-match", "").strip('"') == tag.strip('"'):
        return Response(status_code=304, headers={"ETag": tag})
    return JSONResponse(content, headers={"ETag": tag, "Cache-Control": "private"}, media_type=JSON_TYPE)


def listed(kind: str, items: list[dict[str, Any]], size: int, token: str, whole: bool = True) -> dict[str, Any]:
    """One page of `items`; the caller's `token` says where it begins. `whole`: totalResults counts everything, not the page."""
    start = _offset(token)
    page = items[start : start + size]
    found: dict[str, Any] = {"kind": f"youtube#{kind}ListResponse", "etag": etag([item["etag"] for item in page])}
    if start + size < len(items) and size:
        found["nextPageToken"] = _token(start + size)
    if start and kind not in ("commentThread", "comment"):
        found["prevPageToken"] = _token(max(start - size, 0))
    found["pageInfo"] = {"totalResults": len(items) if whole else len(page), "resultsPerPage": size}
    return {**found, "items": page}


def words(text: str) -> tuple[str, ...]:
    """Names written in one line."""
    return tuple(text.split())


def moment(seconds: float) -> str:
    """`2026-11-22T10:00:00Z`"""
    return clock.iso(seconds)


def _token(offset: int) -> str:
    return base64.urlsafe_b64encode(f"from:{offset}".encode()).decode().rstrip("=")


def _offset(token: str) -> int:
    if not token:
        return 0
    try:
        word, _, number = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().partition(":")
        if word == "from":
            return int(number)
    except ValueError:
        pass
    message = "The request specifies an invalid page token."
    raise Refusal(400, "invalidPageToken", message, "youtube.parameter", "pageToken")
