"""Statements that PostgreSQL plans once a connection: for a move and for the bell, planning took longer than doing."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from django.db.backends.utils import CursorWrapper

PLACE = re.compile(r"%s|%\((\w+)\)s")
_names: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()  # of each connection: statement -> its name there


def execute(cursor: CursorWrapper, statement: str, values: Sequence[Any] | Mapping[str, Any]) -> None:
    """As `cursor.execute`, for statements that are few and whose texts are fixed: each stays with its connection.
    A value whose type does not follow from its place needs a cast in the text."""
    names = _names.setdefault(cursor.connection, {})
    numbered, keys = _numbered(statement)
    if statement not in names:
        name = f"smo_{len(names)}"
        cursor.execute(f"PREPARE {name} AS {numbered}")
        names[statement] = name
    given = [values[key] for key in keys] if isinstance(values, Mapping) else values
    cursor.execute(f"EXECUTE {names[statement]} ({', '.join(['%s'] * len(given))})", given)


@cache
def _numbered(statement: str) -> tuple[str, list[str]]:
    """The statement with $1, $2, ... for its places, and the names of those that have one."""
    places: list[str] = []

    def number(found: re.Match[str]) -> str:
        name = found[1]
        if not name or name not in places:
            places.append(name or "")
        return f"${places.index(name) + 1 if name else len(places)}"

    numbered = PLACE.sub(number, statement)
    return numbered, [name for name in places if name]
