"""What every XRPC call goes through: token, rate limit, error shape. https://atproto.com/specs/xrpc"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.bluesky.network import Bluesky

NOBODY, ACCESS, REFRESH, SERVICE = "nobody", "access", "refresh", "service"


class XrpcError(Exception):
    """A refusal as it is sent: `{"error": name, "message": message}`."""

    def __init__(self, name: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.name, self.message, self.status = name, message, status

    def response(self, headers: dict[str, str] | None = None) -> Response:
        return JSONResponse({"error": self.name, "message": self.message}, self.status, headers)


def invalid(message: str) -> XrpcError:
    return XrpcError("InvalidRequest", message)


@dataclass(slots=True)
class Call:
    """One call: `token` and `me` are None where the method asks for no log-in."""

    request: Request
    token: Doc | None
    me: Doc | None

    @property
    def account(self) -> Doc:
        if self.me is None:
            raise XrpcError("AuthMissing", "Authentication Required", 401)
        return self.me

    @property
    def query(self) -> dict[str, str]:
        return dict(self.request.query_params)

    def parameter(self, name: str) -> str:
        """A required query parameter."""
        value = self.request.query_params.get(name, "")
        if not value:
            raise invalid(f'Error: Params must have the property "{name}"')
        return value

    async def json(self, *required: str) -> dict[str, Any]:
        """The JSON object sent, with these keys in it."""
        if not self.request.headers.get("content-type", "").startswith("application/json"):
            raise invalid("Request encoding (Content-Type) required but not provided")
        try:
            found = json.loads(await self.request.body())
        except ValueError as error:
            raise invalid("Input could not be parsed as JSON") from error
        if not isinstance(found, dict):
            raise invalid("Input must be an object")
        for name in required:
            if name not in found:
                raise invalid(f'Input must have the property "{name}"')
        return found


Handler = Callable[[Call], Awaitable[Any]]


@dataclass(slots=True)
class Method:
    """A row of the API. `points`: names a bucket of limits.py that a call empties by its weight before it is carried out."""

    verb: str
    nsid: str
    handler: Handler
    who: str = ACCESS
    bucket: str = ""


def route(network: Bluesky, method: Method) -> Route:
    """The method as a Starlette route."""

    async def answer(request: Request) -> Response:
        try:
            call = authenticate(network, request, method.who)
            account = call.me.id if call.me else ""
            network.limits.count(method.bucket, account, _caller(request), network.enforces_limits)
            found = await method.handler(call)
        except XrpcError as error:
            return error.response()
        return found if isinstance(found, Response) else JSONResponse(found)

    return Route(f"/xrpc/{method.nsid}", answer, methods=[method.verb])


def _caller(request: Request) -> str:
    return request.client.host if request.client else ""


def authenticate(network: Bluesky, request: Request, who: str) -> Call:
    """The caller. A dead token is answered with 400, not 401, as the reference server does."""
    if who == NOBODY:
        return Call(request, None, None)
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not value.strip():
        raise XrpcError("AuthMissing", "Authentication Required", 401)
    token = network.tokens.get(value.strip())
    state = network.tokens.state(token)
    if token is None or token["kind"] != who:
        raise XrpcError("InvalidToken", "Bad token scope" if token else "Token could not be verified")
    if state == "expired":
        raise XrpcError("ExpiredToken", "Token has expired")
    if state != "alive":
        raise XrpcError("ExpiredToken", "Token has been revoked")
    me = network.docs.get("account", token.owner)
    in_good_standing(me)
    return Call(request, token, me)


def in_good_standing(account: Doc | None) -> None:
    """Accounts made by the control API with `takendown` or `deactivated` are refused as the reference server does."""
    if account is None or account.get("takendown"):
        raise XrpcError("AccountTakedown", "Account has been taken down", 401)
    if account.get("deactivated"):
        raise XrpcError("AccountDeactivated", "Account is deactivated", 401)
