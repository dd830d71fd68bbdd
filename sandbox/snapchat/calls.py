"""One API call: who calls, what they may do, how often."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.snapchat import envelope
from sandbox.snapchat.envelope import Refused
from sandbox.store import Doc
from sandbox.tokens import PRACTICE_APP

if TYPE_CHECKING:
    from sandbox.snapchat.network import Snapchat

SCOPE = "snapchat-profile-api"
PER_TOKEN, PER_APP = 10, 20  # requests a second; both are averages
AVERAGED_OVER = 10.0  # seconds; over how long Snapchat averages is not said


@dataclass(slots=True)
class Call:
    """A request with a living token. `profile`: the one that the path names, else the token's own."""

    request: Request
    token: Doc
    profile: Doc

    async def json(self, **known: bool) -> dict[str, Any]:
        """The JSON object sent. `known`: field -> whether it must be there. Refused 400 for others."""
        try:
            found = json.loads(await self.request.body())
        except ValueError as error:
            raise envelope.invalid("The body is not JSON") from error
        if not isinstance(found, dict):
            raise envelope.invalid("The body is not a JSON object")
        if unknown := set(found) - set(known):
            raise envelope.invalid(f"Unknown field: {min(unknown)}")
        if missing := [name for name, needed in known.items() if needed and name not in found]:
            raise envelope.invalid(f"Missing field: {missing[0]}")
        return found


Handler = Callable[[Call], Awaitable[Response]]


class Meter:
    """Counts requests over a short while, in memory."""

    def __init__(self) -> None:
        self.seen: dict[str, deque[float]] = {}

    def full(self, who: str, per_second: int) -> bool:
        """Count one request of `who`: is it one too many?"""
        times, now = self.seen.setdefault(who, deque()), time.monotonic()
        while times and times[0] < now - AVERAGED_OVER:
            times.popleft()
        if len(times) >= per_second * AVERAGED_OVER:
            return True
        times.append(now)
        return False


def route(snapchat: Snapchat, method: str, path: str, handler: Handler) -> Route:
    """A row of the API."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(_call(snapchat, request))
        except Refused as refused:
            return refused.response()

    return Route(path, answer, methods=[method])


def _call(snapchat: Snapchat, request: Request) -> Call:
    """The caller. Refused 401 for a dead token, 403 for an app, scope or profile that is not theirs, 429 for haste."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    token = snapchat.tokens.alive(value.strip()) if scheme.lower() == "bearer" else None
    own = snapchat.docs.get("account", token.owner) if token else None
    if token is None or own is None or token["kind"] != "access":
        raise envelope.unauthorized()
    if not snapchat.is_listed(token.parent):
        raise envelope.NotListed
    if SCOPE not in token["scopes"]:
        raise envelope.denied()
    if snapchat.enforces_limits and _hasty(snapchat.meter, token):
        raise envelope.too_many()
    return Call(request, token, _profile(snapchat, request.path_params.get("pid", own.id), own))


def _hasty(meter: Meter, token: Doc) -> bool:
    """The practice app stands for the apps of all who practise here at once, so only each token of it is counted."""
    app_is_full = token.parent != PRACTICE_APP and meter.full(f"app {token.parent}", PER_APP)
    return app_is_full or meter.full(token.id, PER_TOKEN)


def _profile(snapchat: Snapchat, profile_id: str, own: Doc) -> Doc:
    """Somebody may act for the profiles of their organisation, unless the account was made with `no_role`."""
    profile = snapchat.docs.get("account", profile_id)
    if profile is None:
        raise envelope.not_found("public profile")
    if profile["organization_id"] != own["organization_id"] or profile.get("no_role"):
        raise envelope.denied()
    return profile
