"""X's error answers. https://docs.x.com/x-api/fundamentals/response-codes-and-errors"""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse

TYPES = "https://api.x.com/2/problems"
INVALID = "One or more parameters to your request was invalid."
NOT_PERMITTED = "You are not permitted to perform this action."
# The sentences of the duplicate and the reply rule are as clients reported them from X in February 2026.
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
REPLY_REFUSED = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author."
)


class Problem(Exception):
    """An answer that is no success: status, body and headers in X's shape."""

    def __init__(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        super().__init__(body)
        self.status, self.body, self.headers = status, body, headers or {}

    def response(self) -> JSONResponse:
        """As HTTP."""
        return JSONResponse(self.body, self.status, self.headers, media_type="application/problem+json")


def problem(status: int, title: str, detail: str, kind: str = "about:blank", **more: Any) -> Problem:
    """The general shape; `kind` is the last part of the type, or about:blank."""
    address = kind if kind == "about:blank" else f"{TYPES}/{kind}"
    return Problem(status, {"title": title, "detail": detail, "type": address, "status": status, **more})


def invalid(parameter: str, value: Any, message: str) -> Problem:
    """400 with the parameter that is wrong."""
    error = {"parameters": {parameter: [str(value)]}, "message": message}
    return Problem(400, {"errors": [error], "title": "Invalid Request", "detail": INVALID, "type": f"{TYPES}/invalid-request"})


def unauthorized() -> Problem:
    """401: dead or missing token."""
    return problem(401, "Unauthorized", "Unauthorized")


def forbidden(detail: str = NOT_PERMITTED) -> Problem:
    """403 with a sentence."""
    return problem(403, "Forbidden", detail)


def wrong_token_kind(used: str, supported: str) -> Problem:
    """403: this endpoint wants another kind of token."""
    detail = f"Authenticating with {used} is forbidden for this endpoint.  Supported authentication types are [{supported}]."
    return problem(403, "Unsupported Authentication", detail, "unsupported-authentication")


def not_found(kind: str, parameter: str, value: str) -> dict[str, Any]:
    """The entry of `errors[]` (and the body of a 404) for a thing that isn't there."""
    return {
        "value": value,
        "detail": f"Could not find {kind} with {parameter}: [{value}].",
        "title": "Not Found Error",
        "resource_type": kind,
        "parameter": parameter,
        "resource_id": value,
        "type": f"{TYPES}/resource-not-found",
    }


def too_many() -> Problem:
    """429."""
    return problem(429, "Too Many Requests", "Too Many Requests")


def out_of_credits() -> Problem:
    """402: the app's owner has no credit left (pay per use, since February 2026)."""
    detail = "Your enrolled account does not have any credits to fulfill this request."
    return problem(402, "CreditsDepleted", detail, "credits")
