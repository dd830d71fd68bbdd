"""Pinterest's error answers: `{"code": int, "message": str}`. https://developers.pinterest.com/docs/reference/response-codes/

Codes are documented, most sentences are not: these are ours, in the manner of those that are.
"""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

DUPLICATE_MEDIA = "The media upload is already used by another Pin."


class Refusal(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message

    def response(self, headers: dict[str, str] | None = None) -> Response:
        """As HTTP."""
        return JSONResponse({"code": self.code, "message": self.message}, self.status, headers)


def invalid(message: str) -> Refusal:
    """400: a parameter is wrong."""
    return Refusal(400, 1, f"Invalid request: {message}")


def unauthenticated(code: int = 2) -> Refusal:
    """401: no token, a dead one, or an unknown client. 1104 has been seen for tokens that ran out."""
    return Refusal(401, code, "Authentication failed.")


def lacks_scopes(scopes: list[str]) -> Refusal:
    """403: the token is alive but was not given what this call needs."""
    return Refusal(403, 3, f"Your token lacks the required scopes: {', '.join(scopes)}.")


def not_permitted() -> Refusal:
    """403: not this account's."""
    return Refusal(403, 29, "You are not permitted to access that resource.")


def no_board() -> Refusal:
    """404."""
    return Refusal(404, 40, "Board not found.")


def no_pin() -> Refusal:
    """404."""
    return Refusal(404, 50, "Pin not found.")


def no_section() -> Refusal:
    """404."""
    return Refusal(404, 2031, "Board section not found.")


def too_many() -> Refusal:
    """429."""
    return Refusal(429, 8, "You have exceeded your rate limit. Try again later.")


def broken() -> Refusal:
    """500."""
    return Refusal(500, 500, "Something went wrong on our end. Sorry about that.")
