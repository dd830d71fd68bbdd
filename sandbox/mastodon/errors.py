"""A Mastodon server's error answers: `{"error": "text"}`, with a description more at the OAuth endpoints."""

from __future__ import annotations

from starlette.responses import JSONResponse

TOO_MANY = "Too many requests"
BROKEN = "Something went wrong on our end"
UNFINISHED = "Cannot attach files that have not finished processing. Try again in a moment!"


class Problem(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, error: str, description: str = "") -> None:
        super().__init__(error)
        self.status = status
        self.body = {"error": error, "error_description": description} if description else {"error": error}

    def response(self, headers: dict[str, str] | None = None) -> JSONResponse:
        """As HTTP."""
        return JSONResponse(self.body, self.status, headers or {})


def invalid(words: str) -> Problem:
    """422 from a record that did not pass its validations."""
    return Problem(422, f"Validation failed: {words}")


def not_found() -> Problem:
    """404; also for what the caller may not see."""
    return Problem(404, "Record not found")


def not_allowed() -> Problem:
    """403: not for this account."""
    return Problem(403, "This action is not allowed")


def dead_token(state: str) -> Problem:
    """401 for a token that is unknown, expired or revoked."""
    words = {"revoked": "The access token was revoked", "expired": "The access token expired"}
    return Problem(401, words.get(state, "The access token is invalid"))


def scope_missing() -> Problem:
    """403: the person did not allow this."""
    return Problem(403, "This action is outside the authorized scopes")


def refused(error: str, description: str, status: int = 400) -> Problem:
    """At the OAuth endpoints (RFC 6749, section 5.2)."""
    return Problem(status, error, description)
