"""A call as its handler sees it, and how Google reads parameters: unknown names and wrong values are refused, not ignored."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sandbox.network import Network
from sandbox.store import Doc
from sandbox.youtube.answers import Refusal, words

# https://developers.google.com/youtube/v3/docs/standard_parameters
EVERYWHERE = words("$.xgafv access_token alt callback fields key oauth_token prettyPrint quotaUser uploadType upload_protocol")


@dataclass(frozen=True, slots=True)
class Param:
    """A query parameter. `kind` is text, flag, whole, or many (comma-separated or repeated; at most `high` values if set)."""

    kind: str = "text"
    choices: tuple[str, ...] = ()
    low: int = 0
    high: int = 0
    default: Any = None
    required: bool = False

    def read(self, name: str, values: list[str]) -> Any:
        """The value in its own type. Refusal for a wrong one."""
        if self.kind == "many":
            return self._many(name, values)
        value = values[-1]
        if self.choices and value not in self.choices:
            raise wrong_value(name, self.kind, value)
        if self.kind == "flag":
            return self._flag(name, value)
        return self._whole(name, value) if self.kind == "whole" else value

    def _many(self, name: str, values: list[str]) -> list[str]:
        found = [piece.strip() for value in values for piece in value.split(",") if piece.strip()]
        if self.high and len(found) > self.high:
            message = f"The request specifies too many values for the {name} parameter (at most {self.high})."
            raise Refusal(400, "invalidParameter", message, "youtube.parameter", name)
        return found

    def _flag(self, name: str, value: str) -> bool:
        if value not in ("true", "false"):
            raise wrong_value(name, "TYPE_BOOL", value)
        return value == "true"

    def _whole(self, name: str, value: str) -> int:
        if not value.isdigit():
            raise wrong_value(name, "TYPE_UINT32", value)
        if not self.low <= int(value) <= self.high:
            message = f"Invalid value '{value}'. Values must be within the range: [{self.low}, {self.high}]"
            raise Refusal(400, "invalidParameter", message, "global", name)
        return int(value)


@dataclass(slots=True)
class Ask:
    """One call: the network, the caller's token (its owner is a channel id) and what was sent."""

    net: Network
    token: Doc
    values: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)

    @property
    def parts(self) -> list[str]:
        """The `part` parameter."""
        return list(self.values["part"])

    @property
    def caller(self) -> str:
        """The caller's channel id."""
        return self.token.owner

    def channel(self) -> Doc:
        """The caller's channel. A Google account that never opened one gets `youtubeSignupRequired`."""
        found = self.net.docs.get("account", self.caller)
        if found is None or found.get("no_channel"):
            raise Refusal(401, "youtubeSignupRequired", "Unauthorized", "youtube.header", "Authorization")
        return found

    def one_of(self, *names: str) -> str:
        """Which one of these filters the request uses."""
        given = [name for name in names if self.values.get(name)]
        if not given:
            message = f"No filter selected. Expected one of: {', '.join(names)}"
            raise Refusal(400, "missingRequiredParameter", message, "youtube.parameter", "parameters.")
        if len(given) > 1:
            raise incompatible(given)
        return given[0]

    def check_parts(self, known: Iterable[str]) -> None:
        """Refuse part names that the resource does not have."""
        unknown = [part for part in self.parts if part not in known]
        if unknown:
            raise Refusal(400, "unknownPart", f"'{unknown[0]}'", "youtube.part", "part")


Handler = Callable[[Ask], dict[str, Any] | None]


def read_params(given: list[tuple[str, str]], known: dict[str, Param]) -> dict[str, Any]:
    """Query (or form) parameters in their types; the absent ones with their defaults."""
    collected: dict[str, list[str]] = {}
    for name, value in given:
        if name not in known and name not in EVERYWHERE:
            raise unknown_parameter(name)
        collected.setdefault(name, []).append(value)
    if collected.get("alt", ["json"])[-1] not in ("json", "media", "proto"):
        raise wrong_value("alt", "text", collected["alt"][-1])
    for name, param in known.items():
        if param.required and not any(collected.get(name, [])):
            raise Refusal(400, "required", f"Required parameter: {name}", "global", name)
    return {name: param.read(name, collected[name]) if name in collected else param.default for name, param in known.items()}


def unknown_parameter(name: str) -> Refusal:
    """Google's refusal of a parameter that the method does not have."""
    cause = f"Cannot bind query parameter. Field '{name}' could not be found in request message."
    return malformed(f'Invalid JSON payload received. Unknown name "{name}": {cause}')


def wrong_value(name: str, kind: str, value: Any) -> Refusal:
    """Google's refusal of a value of the wrong type, or outside of an enum."""
    return malformed(f"Invalid value at '{name}' ({kind}), \"{value}\"")


def malformed(message: str) -> Refusal:
    """A request that Google's front end refuses before YouTube sees it."""
    violation = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [{"description": message}]}
    return Refusal(400, "invalid", message, details=[violation])


def incompatible(names: Iterable[str]) -> Refusal:
    """Parameters that must not stand together."""
    message = f"Incompatible parameters specified in the request: {', '.join(names)}"
    return Refusal(400, "incompatibleParameters", message, "youtube.parameter", "parameters.")
