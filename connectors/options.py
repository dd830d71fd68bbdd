"""A network's settings for a post, as typed data from which a composer draws its fields.

Each option knows its name (the key in `Outgoing.options`), its label, an optional help text, and how to
check a value: `problem(value)` gives a sentence or an empty string.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


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
            return f"{self.label} is missing: fill it in."
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
        return dict(self.values).get(value, str(value))

    def problem(self, value: Any) -> str:
        if value not in {known for known, _ in self.values}:
            return f"{self.label}: choose one of {', '.join(label for _, label in self.values)}."
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
            return f"{self.label} has {len(value)} characters, {self.max_length} are allowed: shorten it."
        size = len(str(value).encode())
        if self.max_bytes and size > self.max_bytes:
            return f"{self.label} has {size} bytes, {self.max_bytes} are allowed: shorten it."
        return ""


@dataclass(frozen=True, kw_only=True)
class Secret(Text):
    """A password or a key: typed unseen, never shown again."""

    kind: ClassVar[str] = "secret"

    def shown(self, value: Any) -> str:
        return "set" if value else ""


@dataclass(frozen=True, kw_only=True)
class Flag(Option):
    """Yes or no."""

    default: bool = False
    kind: ClassVar[str] = "flag"

    def empty(self) -> bool:
        return self.default

    def shown(self, value: Any) -> str:
        return "yes" if value else "no"

    def problem(self, value: Any) -> str:
        return "" if isinstance(value, bool) else f"{self.label}: choose yes or no."


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
        return f"{value} {self.unit}".strip()

    def problem(self, value: Any) -> str:
        if not isinstance(value, int) or isinstance(value, bool) or not self.least <= value <= self.most:
            return (
                f"{self.label} must be a whole number from {self.least} to {self.most}{' ' + self.unit if self.unit else ''}."
            )
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
            return f"{self.label}: write one a line."
        if value and not self.least <= len(value) <= self.most:
            return f"{self.label}: write {self.least} to {self.most}, one a line; there are {len(value)}."
        if self.max_length and (long := [item for item in value if len(item) > self.max_length]):
            return f"{self.label}: \u201c{long[0]}\u201d is longer than {self.max_length} characters: shorten it."
        return ""


@dataclass(frozen=True, kw_only=True)
class File(Option):
    """One file beside the post's media (a thumbnail, captions): the value is an asset's id; the connector gets a Media."""

    mime_types: Sequence[str] = ()
    max_bytes: int = 0
    kind: ClassVar[str] = "file"

    def shown(self, value: Any) -> str:
        return "chosen"
