"""What the connectors really send: every request on the seam, as bytes on the wire, under the network's own address."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from requests import PreparedRequest

from connectors.http import Session


@dataclass(frozen=True)
class Part:
    """One part of a multipart body. `filename` empty: a plain value."""

    name: str
    content: bytes
    filename: str = ""
    mime_type: str = ""


@dataclass(frozen=True)
class Call:
    """One request. `kind` says what `body` is.

    json: the decoded value; form: pairs; multipart: Parts; bytes: raw; none: None. `host` is empty where an address of
    the network's own answer was used (an upload session), because the practice network's stands in its place.
    """

    network: str
    method: str
    host: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    kind: str = "none"
    body: Any = None

    def __str__(self) -> str:
        return f"{self.method} {self.host}{self.path}"

    def values(self) -> list[tuple[str, str]]:
        """Query and form together; a file counts with its content left out."""
        if self.kind == "multipart":
            return [*self.query, *((part.name, "" if part.filename else part.content.decode()) for part in self.body)]
        return [*self.query, *(self.body if self.kind == "form" else ())]

    def files(self) -> set[str]:
        """Names of the files of a multipart body."""
        return {part.name for part in self.body if part.filename} if self.kind == "multipart" else set()

    def but(self, **changes: Any) -> "Call":
        """The same with something else in it."""
        return replace(self, **changes)


def call_of(request: PreparedRequest, wanted: str, base_url: str) -> Call:
    """The call that `request` is; `wanted` is the address that the connector named."""
    address = str(request.url)
    host = urlsplit(wanted).netloc
    if base_url:
        address = address.removeprefix(base_url)
        host = "" if wanted.startswith(base_url) else host
    parts = urlsplit(address if base_url else address.partition("://")[2].partition("/")[2])
    headers = {str(name).lower(): str(value) for name, value in request.headers.items()}
    kind, body = _body(request.body, headers.get("content-type", ""))
    query = tuple(parse_qsl(parts.query, keep_blank_values=True))
    network = urlsplit(base_url).path.strip("/")
    return Call(network, str(request.method), host, f"/{parts.path.lstrip('/')}", query, headers, kind, body)


def _body(content: Any, content_type: str) -> tuple[str, Any]:
    if not content:
        return "none", None
    if not isinstance(content, bytes | str):
        return "bytes", content  # a file that is streamed
    raw = content.encode() if isinstance(content, str) else content
    if "json" in content_type:
        return "json", json.loads(raw)
    if "x-www-form-urlencoded" in content_type:
        return "form", tuple(parse_qsl(raw.decode(), keep_blank_values=True))
    if content_type.startswith("multipart/form-data"):
        return "multipart", tuple(_parts(raw, content_type))
    return "bytes", raw


def _parts(raw: bytes, content_type: str) -> Iterator[Part]:
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + raw)
    for part in message.iter_parts():
        content = part.get_payload(decode=True)
        filename, mime_type = part.get_filename() or "", part.get_content_type()
        yield Part(str(part.get_param("name", header="content-disposition")), bytes(content or b""), filename, mime_type)


@contextmanager
def recorded() -> Iterator[list[Call]]:
    """All calls that go through the seam while the block runs, also those that are never answered."""
    calls: list[Call] = []
    request_of, send_of = Session.request, requests.Session.send
    wanted: list[str] = []

    def request(self: Session, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        wanted.append(str(url))
        try:
            return request_of(self, method, url, *args, **kwargs)
        finally:
            wanted.pop()

    def send(self: Session, prepared: PreparedRequest, **kwargs: Any) -> requests.Response:
        calls.append(call_of(prepared, wanted[-1], self.http.base_url))
        return send_of(self, prepared, **kwargs)

    Session.request, Session.send = request, send  # type: ignore[method-assign,assignment]
    try:
        yield calls
    finally:
        Session.request = request_of  # type: ignore[method-assign]
        del Session.send  # inherited again
