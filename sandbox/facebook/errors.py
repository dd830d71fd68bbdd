"""The Graph API's error envelope and the refusals that several calls share.
https://developers.facebook.com/docs/graph-api/guides/error-handling"""

from __future__ import annotations

import secrets
from typing import Any

from starlette.responses import JSONResponse, Response

from sandbox import clock
from sandbox.store import Doc

JSON = "application/json; charset=UTF-8"
STATUS = {1: 500, 2: 500, 3: 403, 10: 403, 190: 401, 200: 403}  # every other code is answered with 400

# Why a token no longer works: the word in the store -> (subcode, what is said after "Error validating access token: ").
DEATHS = {
    "revoked": (458, "The user has not authorized application {app}."),
    "checkpoint": (459, "You cannot access the app till you log in to www.facebook.com and follow the instructions given."),
    "password": (460, "The session has been invalidated because the user changed their password or for security reasons."),
    "expired": (463, "Session has expired on {expired}. The current time is {now}."),
    "unconfirmed": (464, "Sessions for the user are not allowed because the user is not a confirmed user."),
    "logged_out": (467, "The session is invalid because the user logged out."),
    "role_lost": (492, "The user must be an administrator, editor, or moderator of the page in order to impersonate it."),
}


class GraphError(Exception):
    """An answer of the form `{"error": {...}}`. The HTTP status follows from the code unless given."""

    def __init__(
        self,
        code: int,
        message: str,
        subcode: int | None = None,
        *,
        status: int | None = None,
        kind: str = "OAuthException",
        transient: bool | None = None,
        title: str = "",
        advice: str = "",
        data: Any = None,
    ) -> None:
        super().__init__(message)
        self.code, self.subcode = code, subcode
        self.status = status or STATUS.get(code, 400)
        optional = {
            "error_data": data,
            "error_subcode": subcode,
            "is_transient": transient,
            "error_user_title": title or None,
            "error_user_msg": advice or None,
        }
        given = {name: value for name, value in optional.items() if value is not None}
        self.error = {"message": message, "type": kind, "code": code, **given, "fbtrace_id": "A" + secrets.token_urlsafe(16)}

    def response(self) -> Response:
        """The answer."""
        headers = {"www-authenticate": f'OAuth "Facebook Platform" "invalid_token" "{self.error["message"]}"'}
        return JSONResponse({"error": self.error}, self.status, headers if self.code == 190 else None, media_type=JSON)


def invalid(message: str, subcode: int | None = None, **more: Any) -> GraphError:
    """Code 100: a parameter is wrong."""
    return GraphError(100, f"(#100) {message}", subcode, **more)


def missing(method: str, name: str) -> GraphError:
    """100/33: no such object, or not for this token; Graph does not tell which."""
    return GraphError(
        100,
        f"Unsupported {method.lower()} request. Object with ID '{name}' does not exist, cannot be loaded due to missing "
        "permissions, or does not support this operation. Please read the Graph API documentation at "
        "https://developers.facebook.com/docs/graph-api",
        33,
        kind="GraphMethodException",
    )


def forbidden(method: str, scopes: tuple[str, ...]) -> GraphError:
    """A scope is not granted: code 10 for reading, 200 for acting."""
    named = "' and '".join(scopes)
    if method == "GET":
        return GraphError(
            10, f"(#10) This endpoint requires the '{named}' permission or the 'Page Public Content Access' feature."
        )
    return GraphError(200, f"(#200) The permission(s) '{named}' are not available. They could be unticked, or need review.")


def dead(state: str, token: Doc | None) -> GraphError:
    """Code 190 with the subcode of the token's end; `state` as `Tokens.state` tells it."""
    if token is None:
        return GraphError(190, "Invalid OAuth access token - Cannot parse access token")
    subcode, words = DEATHS.get(state, DEATHS["revoked"])
    times = {"expired": _pacific(token["expires_at"] or 0), "now": _pacific(clock.now())}
    return GraphError(190, "Error validating access token: " + words.format(app=token.parent, **times), subcode)


def duplicate_post() -> GraphError:
    """506: the same post twice in a row."""
    return GraphError(
        506,
        "(#506) Duplicate status message",
        1455006,
        title="Duplicate Status Update",
        advice="This status update is identical to the last one you posted. "
        "Try posting something different, or delete your previous update.",
    )


def too_many_calls(page: str, minutes: int) -> GraphError:
    """80001 for a Page's business-use-case limit, 4 for the app's own."""
    if page:
        words = "(#80001) There have been too many calls to this Page account. Wait a bit and try again."
        return GraphError(80001, words, 2446079, advice=f"Wait about {minutes} minutes.")
    return GraphError(4, "(#4) Application request limit reached", 1349174, transient=True)


def spam_block() -> GraphError:
    """368: posting too fast, or taken for abuse."""
    return GraphError(
        368,
        "(#368) The action attempted has been deemed abusive or is otherwise disallowed",
        1390008,
        title="You're temporarily blocked",
        advice="We limit how often you can post or do other things in a given amount of time. You can try again later.",
    )


def _pacific(moment: float) -> str:
    return clock.utc(moment - 8 * 3600).strftime("%A, %d-%b-%y %H:%M:%S PST")
