"""`python -m bench [NAME ...]`: all measurements, or the named ones; a table, and bench/latest.json."""

import json
import platform
import sys
from importlib import import_module
from os import cpu_count
from pathlib import Path

import django
from django.core.management import call_command

from bench.rig import rig


def main(names: list[str]) -> None:
    """Measure and tell."""
    with rig() as here:
        django.setup()
        call_command("migrate", verbosity=0)
        measures = import_module("bench.measures").ALL | {"calendar": import_module("bench.calendar").calendar}
        rows = []
        for name in names or list(measures):
            for row in measures[name](here):
                print(f"{row.name:60} {row.value:10.2f} {row.unit:8} {row.sought:22} {_verdict(row.holds)}", flush=True)
                rows.append(row.as_dict())
    about = {"machine": platform.machine(), "cores": cpu_count(), "python": platform.python_version(), "rows": rows}
    Path(__file__).with_name("latest.json").write_text(json.dumps(about, indent=1) + "\n")


def _verdict(holds: bool | None) -> str:
    return "" if holds is None else "holds" if holds else "MISSED"


if __name__ == "__main__":
    main(sys.argv[1:])
