"""What every API call goes through: token, scope, rate limit, parameters as JSON or as a form, the server's error shape."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.mastodon import errors
from sandbox.mastodon.errors import Problem
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.mastodon.network import Mastodon

NESTED = re.compile(r"\[(\w*)\]")


@dataclass(slots=True)
class Call:
    """One authenticated call of the account `me`."""

    request: Request
    token: Doc
    me: Doc

    @property
    def query(self) -> dict[str, str]:
        """Query parameters."""
        return dict(self.request.query_params)

    @property
    def wanted(self) -> str:
        """The id in the path."""
        return str(self.request.path_params["id"])

    async def params(self) -> dict[str, Any]:
        """The body's parameters; `a[b][]` of a form becomes nested as Rails reads it. Files stay UploadFile."""
        return await parameters(self.request)


@dataclass(slots=True)
class Answer:
    """What an endpoint gives."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Handler = Callable[[Call], Awaitable[Answer]]


@dataclass(slots=True)
class Endpoint:
    """A row of the API. `limit` names a budget beside the general ones; one of `scopes` must be granted."""

    method: str
    path: str
    handler: Handler
    scopes: tuple[str, ...]
    limit: str = ""


def route(server: Mastodon, endpoint: Endpoint) -> Route:
    """The endpoint as a Starlette route."""

    async def answer(request: Request) -> Response:
        headers: dict[str, str] = {}
        try:
            call = authenticate(server, request, endpoint)
            headers, refused = server.limits.count(call.me.id, call.token.id, endpoint.limit, server.enforces_limits)
            if refused:
                raise Problem(429, errors.TOO_MANY)
            given = await endpoint.handler(call)
        except Problem as problem:
            return problem.response(headers)
        return JSONResponse(given.body, given.status, headers | given.headers)

    return Route(endpoint.path, answer, methods=[endpoint.method])


def authenticate(server: Mastodon, request: Request, endpoint: Endpoint) -> Call:
    """The caller. 401 for a dead token, 403 for a missing scope or an account that may not act."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    token = server.tokens.get(value.strip()) if scheme.lower() == "bearer" else None
    state = server.tokens.state(token)
    if token is None or state != "alive":
        raise errors.dead_token(state)
    me = server.docs.get("account", token.owner)
    if me is None:
        raise Problem(422, "This method requires an authenticated user")
    if me.get("disabled"):  # made so by the control API; the wording is not documented
        raise Problem(403, "Your login is currently disabled")
    if not any(allows(token["scopes"], scope) for scope in endpoint.scopes):
        raise errors.scope_missing()
    return Call(request, token, me)


def allows(granted: list[str], scope: str) -> bool:
    """`write` allows `write:statuses`; the other way round it does not."""
    return scope in granted or scope.partition(":")[0] in granted


async def parameters(request: Request) -> dict[str, Any]:
    """JSON object, form or multipart. 400 for a body that is none of them."""
    if "json" in request.headers.get("content-type", ""):
        try:
            found = json.loads(await request.body() or b"{}")
        except ValueError as error:
            raise Problem(400, "There was a problem parsing the JSON you submitted") from error
        return found if isinstance(found, dict) else {}
    made: dict[str, Any] = {}
    for name, value in (await request.form()).multi_items():
        _put(made, name, value)
    return made


def _put(made: dict[str, Any], name: str, value: str | UploadFile) -> None:
    first, *rest = [name.split("[")[0], *NESTED.findall(name)]
    if rest and rest[0]:
        inner = made.setdefault(first, {})
        tail = "".join(f"[{part}]" for part in rest[1:])
        _put(inner, rest[0] + tail, value)
    elif rest:
        made.setdefault(first, []).append(value)
    else:
        made[first] = value
