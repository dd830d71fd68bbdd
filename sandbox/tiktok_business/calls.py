"""What every call of the API for Business goes through: the token's header, the business, scopes, parameters, the envelope."""

from __future__ import annotations

import json
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.tiktok_business.network import TikTokBusiness

API = "/open_api/v1.3"
OK, FORBIDDEN, WRONG, ABSENT, TOO_MANY, TOKEN, FILE_TYPE, SYSTEM = 0, 40001, 40002, 40007, 40100, 40105, 40908, 50000


class Problem(Exception):
    """A refusal: a code of the API for Business and its words."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message

    def response(self) -> Response:
        """The envelope without data."""
        return envelope({}, self.code, self.message)


def wrong(message: str) -> Problem:
    """40002, a bad parameter."""
    return Problem(WRONG, message)


def absent(what: str) -> Problem:
    """40007."""
    return Problem(ABSENT, f"{what} doesn't exist")


def envelope(data: dict[str, Any], code: int = OK, message: str = "OK") -> Response:
    """Every answer looks like this, good or bad, with HTTP 200."""
    return JSONResponse({"code": code, "message": message, "request_id": secrets.token_hex(16), "data": data})


@dataclass(slots=True)
class Call:
    """One call: what was sent, and for calls with a token the account that it belongs to."""

    given: dict[str, Any]
    account: Doc
    app: str

    def text(self, name: str, otherwise: str = "") -> str:
        """A string."""
        return str(self.given.get(name, otherwise))

    def one_of(self, name: str, *known: str) -> str:
        """One of the words of an enumeration, the first when it was left out."""
        found = self.text(name, known[0])
        if found not in known:
            raise wrong(f"{name} must be one of {', '.join(known)}")
        return found

    def number(self, name: str, otherwise: int, least: int, most: int) -> int:
        """A whole number."""
        found = self.text(name, str(otherwise))
        if not found.isdecimal() or not least <= int(found) <= most:
            raise wrong(f"{name} must be a number from {least} to {most}")
        return int(found)

    def texts(self, name: str, most: int) -> list[str]:
        """An array of strings, which a query carries as JSON text."""
        found = _json(self.text(name), name) if name in self.given else []
        if not isinstance(found, list) or len(found) > most or not all(isinstance(one, str) for one in found):
            raise wrong(f"{name} must be a JSON array of at most {most} strings")
        return found

    def objects(self, name: str) -> dict[str, Any]:
        """An object, which a query carries as JSON text."""
        found = _json(self.text(name), name) if name in self.given else {}
        if not isinstance(found, dict):
            raise wrong(f"{name} must be a JSON object")
        return found


Handler = Callable[[Call], Awaitable[dict[str, Any]]]


@dataclass(slots=True)
class Endpoint:
    """A row of the API. `takes` are all its parameters beside business_id, `needs` those that it can't do without."""

    method: str
    path: str
    handler: Handler
    scope: str = ""
    takes: Mapping[str, type] = field(default_factory=dict)
    needs: Sequence[str] = ()
    with_token: bool = True


def route(network: TikTokBusiness, endpoint: Endpoint) -> Route:
    """The endpoint as a Starlette route."""

    async def answer(request: Request) -> Response:
        try:
            given = await _given(request)
            call = _authenticated(network, request, endpoint, given) if endpoint.with_token else Call(given, Doc(""), "")
            shape(call.given, endpoint.takes, endpoint.needs, request.method == "GET")
            return envelope(await endpoint.handler(call))
        except Problem as problem:
            return problem.response()

    return Route(f"{API}{endpoint.path}", answer, methods=[endpoint.method])


def shape(given: dict[str, Any], takes: Mapping[str, type], needs: Sequence[str], as_text: bool = False) -> None:
    """Only known names with values of their type, and none left out. TikTok overlooks unknown names; practice does not, so
    that typos show."""
    for name in needs:
        if given.get(name) in (None, "", []):
            raise wrong(f"{name}: Missing data for required field.")
    for name, value in given.items():
        if name not in takes:
            raise wrong(f"{name} is unknown")
        kind = str if as_text else takes[name]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise wrong(f"{name}: Not a valid {kind.__name__}.")


async def _given(request: Request) -> dict[str, Any]:
    if request.method == "GET":
        return dict(request.query_params)
    kind = request.headers.get("content-type", "").lower()
    if kind.startswith("multipart/form-data"):
        return dict(await request.form())
    if not kind.startswith("application/json"):
        raise wrong("Content-Type must be application/json")
    found = _json((await request.body()).decode("utf-8", "replace"), "The body")
    if not isinstance(found, dict):
        raise wrong("The body must be a JSON object")
    return found


def _json(text: str, what: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise wrong(f"{what} is not valid JSON") from error


def _authenticated(network: TikTokBusiness, request: Request, endpoint: Endpoint, given: dict[str, Any]) -> Call:
    """The names of scopes are known from third parties only; a token without the one that is needed has no permission."""
    token = network.tokens.alive(request.headers.get("access-token", ""))
    account = network.docs.get("account", token.owner) if token and token["kind"] == "access" else None
    if token is None or account is None:
        raise Problem(TOKEN, "Access token is incorrect or has been revoked.")
    if endpoint.scope not in token["scopes"]:
        raise Problem(FORBIDDEN, f"The user has not granted the permission {endpoint.scope}.")
    business = given.get("business_id")
    if not business or not isinstance(business, str):
        raise wrong("business_id: Missing data for required field.")
    if business != account.id:
        raise Problem(FORBIDDEN, "No permission to operate this business account.")
    return Call({name: value for name, value in given.items() if name != "business_id"}, account, token.parent)
