"""A warm process that forks Celery workers: `python -m tests.chaos.nursery`.

A cold worker spends a second of CPU on imports; hundreds of kills need the next one at once. What is forked runs the
command lines of `smo.up.processes`, in a process group of its own that ends with the nursery, which ends with its stdin.

One JSON object a line. In: {"run": name, "kind": "publish" | "bell" | "media" | "beat", "env": {...}, "log": path} or
{"reap": pid}. Out: the process id, or the status of the one that has ended.
"""

import json
import os
import random
import signal
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any

import django
from celery.__main__ import main as celery

from connectors.google import service
from smo.celery import app
from smo.up.launch import die_with
from smo.up.processes import WORKERS, beat

OURS = ("tests.chaos.clock", "tests.chaos.hurry", "tests.chaos.mutants")  # read settings, so not before Django is up
WARM = (
    *("celery.apps.beat", "celery.apps.worker", "kombu.transport.redis", "smo.up.heartbeat"),
    *OURS,
    *("inbox.tasks", "scheduler.tasks", "connectors.facebook", "connectors.x", "connectors.youtube"),
)


def main() -> None:
    """Warm up, then fork and reap as asked."""
    _warm_up()
    print(os.getpid(), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        answer = _run(order) if "run" in order else os.waitpid(order["reap"], 0)[1]
        print(answer, flush=True)


def _warm_up() -> None:
    django.setup()
    for name in WARM:
        import_module(name)
    app.finalize()
    service("youtube", "v3")


def _run(order: dict[str, Any]) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        try:
            _become(order, parent)
        finally:
            traceback.print_exc()
            os._exit(1)
    return pid


def _become(order: dict[str, Any], parent: int) -> None:
    os.setsid()
    die_with(parent, signal.SIGKILL)
    _redirect(Path(order["log"]))
    os.environ.update(order["env"])
    random.seed()
    clock, hurry, mutants = (import_module(name) for name in OURS)
    hurry.shorten()
    clock.shift(float(order["env"].get("CHAOS_SHIFT", "0")))
    if mutant := order["env"].get("CHAOS_MUTANT"):
        mutants.MUTANTS[mutant].take_out()
    sys.argv = list(command(order["kind"], order["run"]))
    celery()


def _redirect(log: Path) -> None:
    nothing, words = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for source, target in ((nothing, 0), (words, 1), (words, 2)):
        os.dup2(source, target)


def command(kind: str, name: str) -> tuple[str, ...]:
    """The command line of a process as shipped."""
    if kind == "beat":
        return beat(Path(os.environ["SMO_VAR"]) / f"{name}.schedule")
    return next(worker for worker in WORKERS if worker.name == kind).command(name)


if __name__ == "__main__":
    main()
