"""What every API call goes through: token, scopes, rate limit, known query parameters; and Pinterest's paging."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.pinterest import answers
from sandbox.pinterest.answers import Refusal
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.pinterest.network import Pinterest

PAGING = ("page_size", "bookmark")
PAGE_SIZE, MOST = 25, 250


@dataclass(slots=True)
class Call:
    """One authenticated call of `me`, an account."""

    request: Request
    token: Doc
    me: Doc

    @property
    def query(self) -> Mapping[str, str]:
        """Query parameters."""
        return self.request.query_params

    @property
    def at(self) -> Mapping[str, str]:
        """Parameters in the path."""
        return self.request.path_params

    async def json(self) -> dict[str, Any]:
        """The JSON object sent. Refusal 400 when it is none."""
        if "application/json" not in self.request.headers.get("content-type", ""):
            raise answers.invalid("The content type must be application/json.")
        try:
            found = json.loads(await self.request.body())
        except ValueError as error:
            raise answers.invalid("The body is not valid JSON.") from error
        if not isinstance(found, dict):
            raise answers.invalid("The body must be a JSON object.")
        return found


Handler = Callable[[Call], Awaitable[tuple[int, Any]]]


@dataclass(slots=True)
class Endpoint:
    """A row of the API: `category` names its rate limit, `query` its query parameters. A body of None is an empty answer."""

    method: str
    path: str
    handler: Handler
    scopes: Sequence[str]
    query: Sequence[str] = ()

    @property
    def category(self) -> str:
        """As the specification names it."""
        return "org_read" if self.method == "GET" else "org_write"


def route(pinterest: Pinterest, endpoint: Endpoint) -> Route:
    """The endpoint as a Starlette route."""

    async def answer(request: Request) -> Response:
        headers: dict[str, str] = {}
        try:
            call = authenticate(pinterest, request)
            trial, app = bool(call.me.get("trial")), call.token.parent
            headers, refused = pinterest.limits.count(endpoint.category, call.me.id, app, trial, pinterest.enforces_limits)
            if refused:
                raise answers.too_many()
            _permitted(call, endpoint)
            status, body = await endpoint.handler(call)
        except Refusal as refusal:
            return refusal.response(headers)
        return Response(status_code=status, headers=headers) if body is None else JSONResponse(body, status, headers)

    return Route(f"/v5{endpoint.path}", answer, methods=[endpoint.method])


def authenticate(pinterest: Pinterest, request: Request) -> Call:
    """The caller. Refusal 401 for a dead token; 1104 is what clients saw for one that ran out."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    token = pinterest.tokens.get(value.strip()) if scheme.lower() == "bearer" else None
    state = pinterest.tokens.state(token)
    me = pinterest.docs.get("account", token.owner) if token and state == "alive" and token["kind"] == "access" else None
    if token is None or me is None:
        raise answers.unauthenticated(1104 if state == "expired" else 2)
    return Call(request, token, me)


def _permitted(call: Call, endpoint: Endpoint) -> None:
    if missing := [scope for scope in endpoint.scopes if scope not in call.token["scopes"]]:
        raise answers.lacks_scopes(missing)
    if call.me.get("disapproved"):
        raise Refusal(403, 2625, "This account has been disapproved.")
    if call.me.get("under_review"):
        raise Refusal(403, 2626, "This account is under review.")
    if unknown := [name for name in call.query if name not in endpoint.query]:
        raise answers.invalid(f"unknown query parameter {unknown[0]!r}.")


def paged(call: Call, docs: Sequence[Doc], show: Callable[[Doc], Any]) -> dict[str, Any]:
    """One page: `bookmark` leads to the next and is null on the last."""
    size = call.query.get("page_size", str(PAGE_SIZE))
    if not size.isdigit() or not 1 <= int(size) <= MOST:
        raise answers.invalid(f"page_size {size!r} must be from 1 to {MOST}.")
    after = call.query.get("bookmark", "")
    ids = [doc.id for doc in docs]
    if after and after not in ids:
        raise answers.invalid("bookmark is not known.")
    start = ids.index(after) + 1 if after else 0
    found = docs[start : start + int(size)]
    more = start + int(size) < len(docs)
    return {"items": [show(doc) for doc in found], "bookmark": found[-1].id if more else None}
