"""Everything that SMO says: strings in Python and templates, and what the connectors' data say of themselves."""

import ast
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.extract import extract
from django.utils.translation.template import templatize

from connectors import NETWORKS, connector
from connectors.options import Choice, Number, Option

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("accounts", "analytics", "connectors", "inbox", "scheduler", "smo")
RECORDERS = ("record", "_changed")  # the functions that write into the audit log
Spec = tuple[int | tuple[int, str], ...] | None
KEYWORDS: dict[str, Spec] = {
    "_": None,
    "mark": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


@dataclass(frozen=True, order=True)
class Said:
    """One thing to say: its English, its plural where it counts something, its context where the English means two things."""

    english: str
    plural: str = ""
    context: str = ""


@cache
def everything() -> frozenset[Said]:
    """All of it, each once; read once a process."""
    return frozenset({*_in_python(), *_in_records(), *_in_templates(), *_in_data()})


def _in_python() -> Iterator[Said]:
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            if "migrations" not in path.parts:
                yield from _calls(path.read_text())


def _in_records() -> Iterator[Said]:
    """What the audit log says that somebody did: `record(by, "invited", ...)`."""
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RECORDERS:
                    said = (one for argument in node.args for one in ast.walk(argument) if isinstance(one, ast.Constant))
                    yield from (Said(one.value, context="audit") for one in said if isinstance(one.value, str))


def _in_templates() -> Iterator[Said]:
    for path in (ROOT / "templates").rglob("*.*"):
        # What is left of the text around the tags must not look like Python's indentation.
        lines = templatize(path.read_text(), origin=str(path)).splitlines()
        yield from _calls("\n".join(line.strip() for line in lines))


def _calls(source: str) -> Iterator[Said]:
    found = extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"})
    for _line, message, _comments, context in found:
        english, plural = message if isinstance(message, tuple) else (message, "")
        if english:
            yield Said(english, plural, context or "")


def _in_data() -> Iterator[Said]:
    """What the networks' options, rules and permissions say: templates show them as they stand in the connectors' classes."""
    for slug in NETWORKS:
        network = connector(slug)
        sentences = [network.limits.unit, *network.rules, *network.scopes.values(), *filter(None, [network.no_inbox])]
        for option in (*network.options, *network.sign_in_fields):
            sentences += _of_option(option)
        yield from (Said(sentence) for sentence in sentences if sentence)


def _of_option(option: Option) -> list[str]:
    labels = [label for _value, label in option.values] if isinstance(option, Choice) else []
    return [option.label, option.help, *labels, *([option.unit] if isinstance(option, Number) else [])]
