"""A network's settings for a post, as typed data from which a composer draws its fields.

Each option knows its name (the key in `Outgoing.options`), its label, an optional help text, and how to
check a value: `problem(value)` gives a sentence or an empty string.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from connectors.words import _


@dataclass(frozen=True, kw_only=True)
class Option:
    """What all options share. `kind` names the widget that a composer draws."""

    name: str
    label: str
    help: str = ""
    required: bool = False
    kind: ClassVar[str]

    def empty(self) -> Any:
        """The value that stands for 'not set'."""
        return ""

    def shown(self, value: Any) -> str:
        """The value in words for the user."""
        return str(value)

    def problem(self, value: Any) -> str:
        """A sentence saying what is wrong with `value` and what to do, or an empty string."""
        if self.required and value in ("", None, [], ()):
            return _("%(label)s is missing: fill it in.") % {"label": _(self.label)}
        return ""


@dataclass(frozen=True, kw_only=True)
class Choice(Option):
    """One of several values; each is (value, label)."""

    values: tuple[tuple[str, str], ...]
    default: str = ""
    kind: ClassVar[str] = "choice"

    def empty(self) -> str:
        return self.default

    def shown(self, value: Any) -> str:
        return _(dict(self.values).get(value, str(value)))

    def problem(self, value: Any) -> str:
        if value not in {known for known, _label in self.values}:
            known = ", ".join(_(label) for _value, label in self.values)
            return _("%(label)s: choose one of %(known)s.") % {"label": _(self.label), "known": known}
        return ""


@dataclass(frozen=True, kw_only=True)
class Text(Option):
    """A line or, with `lines` above 1, a paragraph. `max_length` counts characters, `max_bytes` UTF-8 bytes."""

    max_length: int = 0
    max_bytes: int = 0
    lines: int = 1
    kind: ClassVar[str] = "text"

    def problem(self, value: Any) -> str:
        if found := super().problem(value):
            return found
        if self.max_length and len(value) > self.max_length:
            sentence = _("%(label)s has %(number)s characters, %(most)s are allowed: shorten it.")
            return sentence % {"label": _(self.label), "number": len(value), "most": self.max_length}
        size = len(str(value).encode())
        if self.max_bytes and size > self.max_bytes:
            sentence = _("%(label)s has %(size)s bytes, %(most)s are allowed: shorten it.")
            return sentence % {"label": _(self.label), "size": size, "most": self.max_bytes}
        return ""


@dataclass(frozen=True, kw_only=True)
class Secret(Text):
    """A password or a key: typed unseen, never shown again."""

    kind: ClassVar[str] = "secret"

    def shown(self, value: Any) -> str:
        return _("set") if value else ""


@dataclass(frozen=True, kw_only=True)
class Flag(Option):
    """Yes or no."""

    default: bool = False
    kind: ClassVar[str] = "flag"

    def empty(self) -> bool:
        return self.default

    def shown(self, value: Any) -> str:
        return _("yes") if value else _("no")

    def problem(self, value: Any) -> str:
        return "" if isinstance(value, bool) else _("%(label)s: choose yes or no.") % {"label": _(self.label)}


@dataclass(frozen=True, kw_only=True)
class Number(Option):
    """A whole number from `least` to `most`, in `unit`."""

    least: int
    most: int
    default: int
    unit: str = ""
    kind: ClassVar[str] = "number"

    def empty(self) -> int:
        return self.default

    def shown(self, value: Any) -> str:
        return f"{value} {_(self.unit) if self.unit else ''}".strip()

    def problem(self, value: Any) -> str:
        if not isinstance(value, int) or isinstance(value, bool) or not self.least <= value <= self.most:
            told = {"label": _(self.label), "least": self.least, "most": self.shown(self.most)}
            return _("%(label)s must be a whole number from %(least)s to %(most)s.") % told
        return ""


@dataclass(frozen=True, kw_only=True)
class Texts(Option):
    """A list of short texts, one a line (poll answers, tags)."""

    least: int = 0
    most: int = 100
    max_length: int = 0
    kind: ClassVar[str] = "texts"

    def empty(self) -> list[str]:
        return []

    def shown(self, value: Any) -> str:
        return ", ".join(value)

    def problem(self, value: Any) -> str:
        if not isinstance(value, list | tuple):
            return _("%(label)s: write one a line.") % {"label": _(self.label)}
        if value and not self.least <= len(value) <= self.most:
            sentence = _("%(label)s: write %(least)s to %(most)s, one a line; there are %(number)s.")
            return sentence % {"label": _(self.label), "least": self.least, "most": self.most, "number": len(value)}
        if self.max_length and (long := [item for item in value if len(item) > self.max_length]):
            sentence = _("%(label)s: \u201c%(text)s\u201d is longer than %(most)s characters: shorten it.")
            return sentence % {"label": _(self.label), "text": long[0], "most": self.max_length}
        return ""


@dataclass(frozen=True, kw_only=True)
class File(Option):
    """One file beside the post's media (a thumbnail, captions): the value is an asset's id; the connector gets a Media."""

    mime_types: Sequence[str] = ()
    max_bytes: int = 0
    kind: ClassVar[str] = "file"

    def shown(self, value: Any) -> str:
        return _("chosen")
