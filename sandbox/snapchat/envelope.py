"""Snapchat's answers: every one in an envelope with a request id and a status.
https://developers.snap.com/api/marketing-api/Public-Profile-API/ProfileAssetManagement"""

from __future__ import annotations

import uuid
from typing import Any

from starlette.responses import JSONResponse, Response


class Refused(Exception):
    """An answer that is no success. Of the codes only MEDIA_PROCESSING, MEDIA_EXPIRED, MEDIA_POSTING_ALREADY_IN_PROGRESS and
    AUTHORIZATION_PERMISSION_DENIED are known from outside; the rest are this practice network's own words."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message

    def response(self) -> Response:
        """As HTTP."""
        body = {"error_code": self.code, "debug_message": self.message, "display_message": "Please try again"}
        return JSONResponse({**_envelope("ERROR"), **body}, self.status)


class NotListed(Refused):
    """The app is not on Snapchat's allow-list: 403 with an empty body."""

    def __init__(self) -> None:
        super().__init__(403, "", "")

    def response(self) -> Response:
        """Nothing at all."""
        return Response(status_code=403)


def success(**found: Any) -> Response:
    """200 with what was found."""
    return JSONResponse({**_envelope("SUCCESS"), **found})


def wrapped(name: str, found: dict[str, Any]) -> dict[str, Any]:
    """An entry of a list in an answer."""
    return {"sub_request_status": "SUCCESS", name: found}


def invalid(message: str, code: str = "INVALID_PARAMETER") -> Refused:
    """400 with a sentence."""
    return Refused(400, code, message)


def unauthorized() -> Refused:
    """401: dead or missing token."""
    return Refused(401, "AUTHENTICATION_FAILED", "The access token is missing, expired or revoked")


def denied() -> Refused:
    """403: no scope, or no role on this profile."""
    return Refused(403, "AUTHORIZATION_PERMISSION_DENIED", "The user has no permission on this profile")


def not_found(what: str) -> Refused:
    """404."""
    return Refused(404, "NOT_FOUND", f"There is no such {what}")


def too_many() -> Refused:
    """429. Snapchat documents neither rate headers nor Retry-After."""
    return Refused(429, "RATE_LIMIT_EXCEEDED", "Too many requests")


def broken() -> Refused:
    """500."""
    return Refused(500, "INTERNAL_ERROR", "Something went wrong")


def in_progress() -> Refused:
    """400: this media was given to this place before."""
    return Refused(400, "MEDIA_POSTING_ALREADY_IN_PROGRESS", "The media is already being posted")


def _envelope(status: str) -> dict[str, Any]:
    return {"request_id": uuid.uuid4().hex, "request_status": status}
