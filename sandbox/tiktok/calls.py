"""What every API call of TikTok goes through: token, scopes, allowance of the minute, the envelope of data and error."""

from __future__ import annotations

import json
import secrets
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.tiktok.network import TikTok

MINUTE = 60.0
# https://developers.tiktok.com/doc/tiktok-api-v2-rate-limit and the pages of the endpoints: calls in a sliding minute
PER_MINUTE = {"creator_info": 20, "init": 6, "status": 30, "display": 600}


class Problem(Exception):
    """A refusal in TikTok's words."""

    def __init__(self, status: int, code: str, message: str = "") -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message

    def response(self) -> Response:
        """The envelope without data."""
        return envelope({}, self.code, self.message or self.code.replace("_", " "), self.status)


def invalid(message: str) -> Problem:
    """400 invalid_params."""
    return Problem(400, "invalid_params", message)


def envelope(data: dict[str, Any], code: str = "ok", message: str = "", status: int = 200) -> Response:
    """Every answer looks like this, good or bad."""
    return JSONResponse({"data": data, "error": {"code": code, "message": message, "log_id": secrets.token_hex(16)}}, status)


@dataclass(slots=True)
class Call:
    """One authenticated call."""

    request: Request
    token: Doc
    account: Doc

    def needs(self, scope: str) -> None:
        """Problem 401 unless the person granted it."""
        if scope not in self.token["scopes"]:
            raise Problem(401, "scope_not_authorized", f"The user did not authorize the scope required: {scope}.")

    async def json(self) -> dict[str, Any]:
        """The JSON object sent; an empty body is an empty object. Problem 400 for anything else."""
        body = await self.request.body()
        if not self.request.headers.get("content-type", "").lower().startswith("application/json"):
            raise invalid("Content-Type must be application/json; charset=UTF-8")
        try:
            found = json.loads(body) if body else {}
        except ValueError as error:
            raise invalid("The request body is not valid JSON.") from error
        if not isinstance(found, dict):
            raise invalid("The request body must be a JSON object.")
        return found


Handler = Callable[[Call], Awaitable[dict[str, Any]]]


@dataclass(slots=True)
class Endpoint:
    """A row of the API: `limit` names its allowance, `scopes` are all needed."""

    method: str
    path: str
    handler: Handler
    limit: str
    scopes: Sequence[str] = ()


class Allowance:
    """Counts calls in sliding minutes; in memory, as they are over in a minute."""

    def __init__(self) -> None:
        self.calls: dict[tuple[str, str], deque[float]] = defaultdict(deque)

    def count(self, limit: str, who: str, now: float) -> None:
        """Problem 429 when the minute is used up. Calls of the future are of a practice clock that was put back."""
        calls = self.calls[limit, who]
        while calls and not now - MINUTE < calls[0] <= now:
            calls.popleft()
        if len(calls) >= PER_MINUTE[limit]:
            raise too_many()
        calls.append(now)


def too_many() -> Problem:
    """429; TikTok sends no headers with it."""
    return Problem(429, "rate_limit_exceeded", "The API rate limit was exceeded. Please try again later.")


def route(tiktok: TikTok, endpoint: Endpoint) -> Route:
    """The endpoint as a Starlette route."""

    async def answer(request: Request) -> Response:
        try:
            call = _authenticated(tiktok, request)
            for scope in endpoint.scopes:
                call.needs(scope)
            if tiktok.enforces_limits:
                who = call.token.parent if endpoint.limit == "display" else call.account.id
                tiktok.allowance.count(endpoint.limit, who, tiktok.now())
            return envelope(await endpoint.handler(call))
        except Problem as problem:
            return problem.response()

    return Route(endpoint.path, answer, methods=[endpoint.method])


def _authenticated(tiktok: TikTok, request: Request) -> Call:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    token = tiktok.tokens.alive(value.strip()) if scheme.lower() == "bearer" else None
    account = tiktok.docs.get("account", token.owner) if token and token["kind"] == "access" else None
    if token is None or account is None:
        raise Problem(401, "access_token_invalid", "The access token is invalid or not found in the request.")
    return Call(request, token, account)
