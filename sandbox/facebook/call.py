"""One request to the Graph API as its handlers see it: path, parameters of any encoding, files, the token, typed reading.
https://developers.facebook.com/docs/graph-api/overview"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.requests import Request

from sandbox.facebook.errors import GraphError, invalid
from sandbox.store import Doc

BRACKETS = re.compile(r"^(\w+)\[(\w+)\]$")
LARGEST_FIELD = 64 * 1024 * 1024  # a chunk of a video may come as a multipart field without a file name


@dataclass(slots=True)
class Call:
    """`params` holds strings (query, form) or JSON values (JSON bodies); `files` the multipart files' bytes."""

    method: str
    version: str
    path: list[str]
    params: dict[str, Any]
    files: dict[str, bytes]
    headers: dict[str, str]
    token_value: str
    token_in_query: bool
    request: Request
    token: Doc | None = None
    served: dict[str, Any] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # of the files

    @property
    def is_user(self) -> bool:
        """Whether a person's own token is used, not a Page's."""
        return self.token is not None and self.token["kind"] == "user"

    @property
    def page(self) -> str:
        """The id of the Page whose token is used, "" for other tokens."""
        return self.token.owner if self.token and self.token["kind"] == "page" else ""

    def text(self, *names: str) -> str:
        """The first of these parameters that is there, as text."""
        for name in names:
            value = self.params.get(name)
            if value is not None:
                if not isinstance(value, (str, int, float)) or isinstance(value, bool):
                    raise invalid(f"Param {name} must be a string")
                return str(value)
        return ""

    def flag(self, name: str, default: bool) -> bool:
        """A boolean: true, false, 1, 0. Python's `True` is none: the real parser knows JSON, not Python."""
        value = self.params.get(name)
        if value is None or value == "":
            return default
        if value in (True, "true", "1", 1):
            return True
        if value in (False, "false", "0", 0):
            return False
        raise invalid(f"Param {name} must be a boolean")

    def choice(self, name: str, values: Iterable[str], default: str = "") -> str:
        """One of an enum's values."""
        value = self.text(name)
        if value and value not in (allowed := list(values)):
            raise invalid(f"Param {name} must be one of {{{', '.join(sorted(allowed))}}} - got {json.dumps(value)}.")
        return value or default

    def moment(self, name: str) -> float | None:
        """Unix seconds, given as such or as a date that strtotime understands (here: ISO 8601)."""
        value = self.text(name)
        if not value:
            return None
        if re.fullmatch(r"\d{1,12}(\.0)?", value):
            return float(value)
        try:
            found = datetime.fromisoformat(value)
        except ValueError as error:
            raise invalid(f"Param {name} must be a datetime, like a unix timestamp or 2026-11-22T15:00:00+0000") from error
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()

    def number(self, name: str, default: int = 0) -> int:
        """An unsigned integer."""
        value = self.text(name)
        if value and not value.isdigit():
            raise invalid(f"Param {name} must be an integer")
        return int(value) if value else default

    def object(self, name: str) -> dict[str, Any] | None:
        """A JSON object: in form encoding a JSON string."""
        value = self._nested(name)
        if value is not None and not isinstance(value, dict):
            raise invalid(f"Param {name} must be a JSON object (serialized)")
        return value

    def array(self, name: str) -> list[Any] | None:
        """A JSON array, or `name[0]=...&name[1]=...`; the latter's values are JSON strings or words."""
        value = self._nested(name)
        if isinstance(value, dict) and all(key.isdigit() for key in value):
            value = [_json_or_text(value[key]) for key in sorted(value, key=int)]
        if value is not None and not isinstance(value, list):
            raise invalid(f"Param {name} must be an array.")
        return value

    def words(self, name: str) -> list[str]:
        """A list of words: JSON array or separated by commas."""
        value = self.params.get(name)
        if isinstance(value, str) and not value.lstrip().startswith("["):
            return [word.strip() for word in value.split(",") if word.strip()]
        return [str(word) for word in self.array(name) or []]

    def _nested(self, name: str) -> Any:
        value = self.params.get(name)
        if isinstance(value, str):
            if not value:
                return None
            try:
                return json.loads(value)
            except ValueError as error:
                raise invalid(f"Param {name} must be valid JSON: nested values are sent as JSON strings") from error
        return value


async def read(request: Request, version: str, path: str) -> Call:
    """The call of a request. The bodies of raw uploads are left for their handler to stream."""
    params: dict[str, Any] = dict(request.query_params)
    in_query = "access_token" in params
    given, files, names = await _body(request)
    params = _unbracket({**params, **given})
    method = str(params.pop("method", "") or request.method).upper()
    token = str(params.pop("access_token", "") or _header_token(request))
    parts = [part for part in path.split("/") if part]
    return Call(method, version, parts, params, files, dict(request.headers), token, in_query, request, names=names)


async def _body(request: Request) -> tuple[dict[str, Any], dict[str, bytes], dict[str, str]]:
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if request.method == "GET":
        return {}, {}, {}
    if kind == "application/json":
        return _json_object(await request.body()), {}, {}
    if kind == "application/x-www-form-urlencoded":
        return dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)), {}, {}
    if kind != "multipart/form-data":
        return {}, {}, {}
    async with request.form(max_fields=2000, max_part_size=LARGEST_FIELD) as form:
        parts = form.multi_items()
        files = {name: await part.read() for name, part in parts if isinstance(part, UploadFile)}
        names = {name: part.filename or "" for name, part in parts if isinstance(part, UploadFile)}
        return {name: part for name, part in parts if isinstance(part, str)}, files, names


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body) if body.strip() else {}
    except ValueError as error:
        raise GraphError(100, "(#100) The request body is not valid JSON") from error
    return found if isinstance(found, dict) else {}


def _header_token(request: Request) -> str:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() in ("bearer", "oauth") else ""


def _unbracket(params: dict[str, Any]) -> dict[str, Any]:
    """`a[0]=x&a[1]=y` as PHP reads it: one parameter `a` with numbered values."""
    found: dict[str, Any] = {}
    for name, value in params.items():
        match = BRACKETS.match(name)
        if match is None:
            found[name] = value
            continue
        group = found.setdefault(match[1], {})
        if isinstance(group, dict):
            group[match[2]] = value
    return found


def _json_or_text(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value
