"""What every API call of X goes through: token, scopes, rate limit, known query parameters, X's error shape."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.store import Doc
from sandbox.x import problems
from sandbox.x.problems import Problem

if TYPE_CHECKING:
    from sandbox.x.network import X

USER, APP, EITHER = "user", "app", "either"
NAMES = {USER: "OAuth 1.0a User Context, OAuth 2.0 User Context", APP: "OAuth 2.0 Application-Only"}


@dataclass(slots=True)
class Call:
    """One authenticated call: `me` is the account (None for an app-only token)."""

    request: Request
    token: Doc
    me: Doc | None

    @property
    def query(self) -> dict[str, str]:
        """Query parameters."""
        return dict(self.request.query_params)

    @property
    def account(self) -> Doc:
        """The acting account."""
        if self.me is None:
            raise problems.wrong_token_kind(NAMES[APP], NAMES[USER])
        return self.me

    async def json(self) -> dict[str, Any]:
        """The JSON object sent. Problem 400 when it is none."""
        try:
            found = json.loads(await self.request.body())
        except ValueError as error:
            raise problems.invalid("body", "", "The request body is not valid JSON.") from error
        if not isinstance(found, dict):
            raise problems.invalid("body", "", "The request body must be a JSON object.")
        return found


Handler = Callable[[Call], Awaitable[tuple[int, dict[str, Any] | None]]]


@dataclass(slots=True)
class Endpoint:
    """A row of the API: `limit` names its rate limit, `query` its query parameters, `who` the kinds of token it takes."""

    method: str
    path: str
    handler: Handler
    limit: str
    scopes: Sequence[str] = ("tweet.read", "users.read")
    query: Sequence[str] = ()
    who: str = USER


def route(x: X, endpoint: Endpoint) -> Route:
    """The endpoint as a Starlette route."""

    async def answer(request: Request) -> Response:
        headers: dict[str, str] = {}
        try:
            call = authenticate(x, request, endpoint)
            app = call.token.parent
            headers, refused = x.limits.count(endpoint.limit, call.token.owner or app, app, x.enforces_limits)
            if refused:
                raise problems.too_many()
            _only_known(call, endpoint.query)
            _in_good_standing(call)
            status, body = await endpoint.handler(call)
        except Problem as error:
            error.headers |= headers
            return error.response()
        return Response(status_code=status, headers=headers) if body is None else JSONResponse(body, status, headers)

    return Route(endpoint.path, answer, methods=[endpoint.method])


def authenticate(x: X, request: Request, endpoint: Endpoint) -> Call:
    """The caller. Problem 401 for a dead token, 403 for the wrong kind or a missing scope."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    token = x.tokens.alive(value.strip()) if scheme.lower() == "bearer" else None
    if token is None or token["kind"] == "refresh":
        raise problems.unauthorized()
    kind = APP if token["kind"] == "app" else USER
    if endpoint.who not in (kind, EITHER):
        used = "OAuth 2.0 Application-Only" if kind == APP else "OAuth 2.0 User Context"
        raise problems.wrong_token_kind(used, NAMES[endpoint.who])
    if kind == USER and not set(endpoint.scopes) <= set(token["scopes"]):
        raise problems.forbidden("Forbidden")
    return Call(request, token, x.docs.get("account", token.owner) if token.owner else None)


def _only_known(call: Call, known: Sequence[str]) -> None:
    for name, value in call.query.items():
        if name not in known:
            raise problems.invalid(name, value, f"The query parameter [{name}] is not one of [{','.join(known)}]")


def _in_good_standing(call: Call) -> None:
    """Accounts made by the control API with `suspended` or `out_of_credits` are refused as X would."""
    if call.me and call.me.get("suspended"):
        raise problems.forbidden("Your account is suspended and is not permitted to access this feature.")
    if call.me and call.me.get("out_of_credits"):
        raise problems.out_of_credits()
