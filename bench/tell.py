"""`python -m bench.tell`: the screens' figures of bench/latest.json as the README's table, one line per page."""

import json
from collections import defaultdict
from typing import Any

from bench.__main__ import LATEST

COLUMNS = ("queries", "server", "first visit", "with a warm cache", "LCP", "CLS")


def table() -> str:
    """Markdown. What misses its budget is bold."""
    pages: dict[str, dict[str, str]] = defaultdict(dict)
    for row in json.loads(LATEST.read_text())["rows"]:
        if row["name"].startswith("g: "):
            page, _, figure = row["name"].removeprefix("g: ").rpartition(", ")
            pages[page.removesuffix(", server")][figure.replace("median of 9", "server")] = _cell(row)
    head = f"| page | {' | '.join(COLUMNS)} |\n|{'---|' * (len(COLUMNS) + 1)}"
    lines = [f"| {page} | {' | '.join(found.get(name, '') for name in COLUMNS)} |" for page, found in pages.items()]
    return "\n".join([head, *lines])


def _cell(row: dict[str, Any]) -> str:
    said = f"{row['value']:.2f}" if row["name"].endswith("CLS") else f"{row['value']:.0f} {row['unit']}".strip()
    return f"**{said}**" if row["holds"] is False else said


if __name__ == "__main__":
    print(table())
