"""`python -m bench [NAME ...]`: all measurements, or the named ones; a table, and bench/latest.json."""

import json
import platform
import sys
from importlib import import_module
from os import cpu_count
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command

from bench.rig import rig

LATEST = Path(__file__).with_name("latest.json")
SCREENS = ("calendar", "pages", "inbox")


def main(names: list[str]) -> None:
    """Measure and tell."""
    with rig() as here:
        django.setup()
        call_command("migrate", verbosity=0)
        measures = import_module("bench.measures").ALL | {
            name: getattr(import_module(f"bench.{name}"), name) for name in SCREENS
        }
        rows = []
        for name in names or list(measures):
            for row in measures[name](here):
                print(f"{row.name:60} {row.value:10.2f} {row.unit:8} {row.sought:22} {_verdict(row.holds)}", flush=True)
                rows.append(row.as_dict())
    about = {"machine": platform.machine(), "cores": cpu_count(), "python": platform.python_version()}
    LATEST.write_text(json.dumps(about | {"rows": [*_others(rows), *rows]}, indent=1) + "\n")


def _others(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was measured before and is not measured now."""
    known = {row["name"] for row in rows}
    before = json.loads(LATEST.read_text())["rows"] if LATEST.exists() else []
    return [row for row in before if row["name"] not in known]


def _verdict(holds: bool | None) -> str:
    return "" if holds is None else "holds" if holds else "MISSED"


if __name__ == "__main__":
    main(sys.argv[1:])
