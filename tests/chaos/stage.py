"""What the chaos tests break: services, practice networks and workers of their own, as real processes."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import environ
from django.core.management import call_command
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper

from smo.up.services import Services
from tests.chaos import hurry
from tests.sandbox.conftest import Practice
from tests.sandbox.server import ROOT, running_sandbox
from tests.sandbox.waiting import until

CREW = {"publish-1": "publish", "publish-2": "publish", "bell": "bell", "media": "media", "beat": "beat"}
THREADS = 8


class Stage:
    """Started once. `crew` are the processes that run now: name -> process id."""

    def __init__(self, var: Path, practice: Practice) -> None:
        self.var, self.practice = var, practice
        self.services = Services(var, durable=False)
        self.crew: dict[str, int] = {}
        self.kills = 0
        self._nursery: subprocess.Popen[str] | None = None

    # -- the stage itself ------------------------------------------------------------------------------------------

    @classmethod
    @contextmanager
    def built(cls, var: Path) -> Iterator[Self]:
        """Everything that stands still: PostgreSQL with its tables, Redis, practice networks, the nursery."""
        with running_sandbox(var / "sandbox") as url:
            stage = cls(var, Practice(url))
            (var / "log").mkdir(exist_ok=True)
            try:
                stage._start_nursery()
                with stage.services:
                    with stage.database():
                        call_command("migrate", verbosity=0)
                        _keep_what_is_committed()
                    assert int(stage._said())  # the nursery is warm
                    yield stage
            finally:
                stage._stop_nursery()

    def _start_nursery(self) -> None:
        ours = {
            "DATABASE_URL": self.services.database_url,
            "REDIS_URL": self.services.redis_url,
            "SMO_SANDBOX_URL": self.practice.url,
            "SMO_VAR": str(self.var),
            "SMO_LEASE_SECONDS": str(hurry.LEASE),
            "SMO_TASK_SECONDS": str(hurry.TASK),
            "SMO_RING_SECONDS": "0.2",
            "SMO_PUBLISH_THREADS": str(THREADS),
            "SMO_DATABASE_POOL": str(THREADS + 2),
            "SMO_LOG_LEVEL": "WARNING",
            "CELERY_SKIP_CHECKS": "1",  # they know the shipped deadline of a call, not the one of hurry.py
            "PYTHONPATH": str(ROOT),
        }
        command = [sys.executable, "-W", "ignore", "-m", "tests.chaos.nursery"]
        with (self.var / "log" / "nursery.log").open("ab") as log:
            self._nursery = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, env={**os.environ, **ours}
            )

    def _stop_nursery(self) -> None:
        if self._nursery is not None:
            self._nursery.kill()  # the kernel ends with it whatever it forked
            self._nursery.communicate()

    @contextmanager
    def database(self) -> Iterator[None]:
        """Let this process's ORM speak to the stage's PostgreSQL, without a pool that would outlive its restarts."""
        outside = connections["default"]
        address = environ.Env.db_url_config(self.services.database_url)
        inside = {**outside.settings_dict, **address, "ENGINE": "django.db.backends.postgresql", "OPTIONS": {}}
        connections["default"] = DatabaseWrapper(inside, alias="default")
        try:
            yield
        finally:
            connections["default"].close()
            connections["default"] = outside

    # -- who runs --------------------------------------------------------------------------------------------------

    def runs(self, name: str, *, kind: str = "", **env: str) -> None:
        """Start a process of the crew (or another of the same `kind`), without waiting until it is of use."""
        heartbeat = self._heartbeat(name)
        heartbeat.unlink(missing_ok=True)
        order = {
            "run": name,
            "kind": kind or CREW[name],
            "env": {"SMO_HEARTBEAT": str(heartbeat), **env},
            "log": str(self.var / "log" / f"{name}.log"),
        }
        self.crew[name] = self._ask(order)

    def all_run(self, env: Mapping[str, str] | None = None) -> None:
        """Start who of the crew is missing, and wait until the workers take work. With `env`, all start anew."""
        if env:
            self.nobody_runs()
        for name in CREW.keys() - self.crew.keys():
            self.runs(name, **(env or {}))
        until(lambda: all(self._heartbeat(name).exists() for name in CREW if name != "beat"), within=60)

    def dies(self, name: str) -> None:
        """kill -9."""
        pid = self.crew.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        self._ask({"reap": pid})
        self.kills += 1

    def is_killed(self, name: str, **env: str) -> None:
        """kill -9, and started again at once, as a supervisor does."""
        self.dies(name)
        self.runs(name, **env)

    def gets(self, name: str, what: signal.Signals) -> None:
        """A signal for one process: SIGSTOP, SIGCONT, SIGUSR2 (see clock.py)."""
        os.kill(self.crew[name], what)

    def nobody_runs(self) -> None:
        for name in list(self.crew):
            self.dies(name)

    # -- what breaks -----------------------------------------------------------------------------------------------

    def redis_loses_everything(self) -> None:
        self.services.kill_redis()
        self.services.start_redis(empty=True)

    def postgres_restarts(self) -> None:
        self.services.restart_postgres()
        connections["default"].close()

    def postgres_crashes(self) -> None:
        self.services.kill_postgres()
        self.services.start_postgres()
        connections["default"].close()

    # -- help ------------------------------------------------------------------------------------------------------

    def _heartbeat(self, name: str) -> Path:
        return self.var / f"{name}.heartbeat"

    def _ask(self, order: Mapping[str, Any]) -> int:
        assert self._nursery is not None
        assert self._nursery.stdin is not None
        self._nursery.stdin.write(json.dumps(order) + "\n")
        self._nursery.stdin.flush()
        return int(self._said())

    def _said(self) -> str:
        assert self._nursery is not None
        assert self._nursery.stdout is not None
        return self._nursery.stdout.readline()


def _keep_what_is_committed() -> None:
    """A crash of PostgreSQL may cost nothing that was committed; of a power cut (fsync) there is none here."""
    with connections["default"].cursor() as cursor:
        cursor.execute("ALTER DATABASE smo SET synchronous_commit = on")
