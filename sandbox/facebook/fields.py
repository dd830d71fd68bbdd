"""`fields=id,comments.limit(5){id,from}`: reading it, choosing from values, paging lists.
https://developers.facebook.com/docs/graph-api/guides/field-expansion"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from sandbox import clock
from sandbox.facebook.call import Call
from sandbox.facebook.errors import GraphError, invalid
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.facebook.network import Facebook

TOKEN = re.compile(r"\s*([\w:]+|[.,(){}])")
ARGUMENT = re.compile(r"([^()]*)\)")
MOST = 100  # results of one page


@dataclass(slots=True)
class Want:
    """One field asked for, with its arguments and the fields below it (`raw` is their text)."""

    name: str
    args: dict[str, str] = field(default_factory=dict)
    wants: list[Want] = field(default_factory=list)
    raw: str = ""


class Reader:
    """Recursive descent over the text of `fields`."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def all(self) -> list[Want]:
        """Every field, up to the end or a closing brace."""
        found: list[Want] = []
        while (word := self.peek()) not in ("", "}"):
            if word == ",":
                self.take()
                continue
            found.append(self.one())
        return found

    def one(self) -> Want:
        """`name.arg(value).arg(value){...}`"""
        want = Want(self.word())
        while self.peek() == ".":
            self.take()
            name = self.word()
            want.args[name] = self.argument()
        if self.peek() == "{":
            self.take()
            began = self.at
            want.wants = self.all()
            want.raw = self.text[began : self.at]
            self.expect("}")
        return want

    def argument(self) -> str:
        """`(value)`"""
        self.expect("(")
        match = ARGUMENT.match(self.text, self.at)
        if match is None:
            raise self.error(")")
        self.at = match.end()
        return match[1].strip()

    def word(self) -> str:
        """A name."""
        word = self.take()
        if not word or not re.match(r"\w", word):
            raise self.error("a field name")
        return word

    def expect(self, sign: str) -> None:
        """This sign, or a syntax error."""
        if self.take() != sign:
            raise self.error(sign)

    def peek(self) -> str:
        """The next word or sign, "" at the end."""
        match = TOKEN.match(self.text, self.at)
        if match is None and self.text[self.at :].strip():
            raise self.error("end of string")
        return match[1] if match else ""

    def take(self) -> str:
        """The next word or sign, and step behind it."""
        word = self.peek()
        match = TOKEN.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return word

    def error(self, wanted: str) -> GraphError:
        """2500, as the real parser says it."""
        return GraphError(2500, f'Syntax error "Expected {wanted}." at character {self.at}: {self.text}')


def parse(text: str) -> list[Want]:
    """The fields of a `fields` parameter."""
    reader = Reader(text)
    wants = reader.all()
    if reader.peek():
        raise reader.error("end of string")
    return wants


def pick(value: Any, wants: Sequence[Want]) -> Any:
    """Only the wanted keys of an object (its id stays), of a list's objects, of a `{"data": ...}`."""
    if not wants:
        return value
    if isinstance(value, list):
        return [pick(item, wants) for item in value]
    if not isinstance(value, dict):
        return value
    if "data" in value:
        return {**value, "data": pick(value["data"], wants)}
    below = {want.name: want.wants for want in wants}
    return {name: pick(item, below.get(name, ())) for name, item in value.items() if name in below or name == "id"}


def time(moment: float) -> str:
    """`2026-11-22T15:00:00+0000`"""
    return clock.utc(moment).strftime("%Y-%m-%dT%H:%M:%S+0000")


def listing(net: Facebook, call: Call, docs: Sequence[Doc], show: Callable[[Doc], dict[str, Any]]) -> dict[str, Any]:
    """One page of a list by cursors, `next` and `previous` only where there is more."""
    limit = min(call.number("limit", 25), MOST)
    ids = [doc.id for doc in docs]
    start = _place(ids, call.text("after")) + 1
    if call.text("before"):
        start = max(_place(ids, call.text("before")) - limit, 0)
    shown = docs[start : start + limit]
    answer: dict[str, Any] = {"data": [show(doc) for doc in shown]}
    if not shown:
        return answer
    first, last = _cursor(shown[0].id), _cursor(shown[-1].id)
    answer["paging"] = {"cursors": {"before": first, "after": last}}
    if start + limit < len(docs):
        answer["paging"]["next"] = _address(net, call, after=last)
    if start:
        answer["paging"]["previous"] = _address(net, call, before=first)
    return answer


def _place(ids: list[str], cursor: str) -> int:
    if not cursor:
        return -1
    try:
        return ids.index(base64.urlsafe_b64decode(cursor).decode())
    except ValueError as error:
        raise invalid("Invalid cursors values provided") from error


def _cursor(name: str) -> str:
    return base64.urlsafe_b64encode(name.encode()).decode()


def _address(net: Facebook, call: Call, **cursor: str) -> str:
    kept = {name: str(value) for name, value in call.params.items() if name not in ("after", "before", "appsecret_proof")}
    # The token is repeated only when it came in the query: facebook-sdk's get_all_connections stumbles over its absence.
    token = {"access_token": call.token_value} if call.token_in_query else {}
    return f"{net.url}/{call.version}/{'/'.join(call.path)}?{urlencode({**token, **kept, **cursor})}"
