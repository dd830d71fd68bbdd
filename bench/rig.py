"""What the measurements run in: services of their own, the double, and the worker processes as shipped."""

import os
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.fernet import Fernet

from smo.up.child import Child
from smo.up.processes import WORKERS, beat, web
from smo.up.services import Services, free_port

QUEUES = ("publish", "media", "sync", "rest", "bell")


class Rig:
    """Started once for all measurements. `var` holds everything that it writes."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.services = Services(var)
        self.port = free_port()
        self.children: dict[str, Child] = {}

    def start(self) -> None:
        """PostgreSQL (durable, as shipped), Redis, the double; then Django in this process."""
        self.services.start()
        os.environ |= {
            "DATABASE_URL": self.services.database_url,
            "REDIS_URL": self.services.redis_url,
            "SMO_SECRET_KEY": "only-for-the-bench-" + "x" * 50,
            "SMO_FIELD_KEYS": Fernet.generate_key().decode(),
            "SMO_SANDBOX_URL": f"http://127.0.0.1:{self.port}",
            "SMO_VAR": str(self.var),
            "SMO_DEMO": "1",
            "SMO_LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "smo.settings",
        }
        self.run("double", [sys.executable, "-m", "bench.double", str(self.port)])

    def delay(self, milliseconds: int) -> None:
        """How long the double takes for an answer from now on."""
        address = f"http://127.0.0.1:{self.port}/delay"
        _until_it_answers(urllib.request.Request(address, str(milliseconds).encode(), method="PUT"))

    @contextmanager
    def workers(self, *names: str) -> Iterator[list[Child]]:
        """The worker processes of these kinds, as many and as large as shipped, and beat; until the block ends."""
        started = [
            self.run(f"{worker.name}-{number}", [sys.executable, "-m", *worker.command(f"{worker.name}-{number}"), *EXTRA])
            for worker in WORKERS
            if worker.name in names
            for number in range(worker.processes)
        ]
        (self.var / "beat").mkdir(exist_ok=True)
        started.append(self.run("beat", [sys.executable, "-m", *beat(self.var / "beat" / "schedule")]))
        try:
            yield started
        finally:
            for child in started:
                child.stop()

    @contextmanager
    def web(self) -> Iterator[str]:
        """The address of the web server, as shipped, until the block ends."""
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        os.environ["SMO_BASE_URL"] = address
        child = self.run("web", [sys.executable, "-m", *web("127.0.0.1", port)])
        try:
            _until_it_answers(f"{address}/healthz")
            yield address
        finally:
            child.stop()

    def publishers(self) -> list[Child]:
        """The running publishing workers."""
        return [child for name, child in self.children.items() if name.startswith("publish") and child.running]

    def run(self, name: str, command: list[str]) -> Child:
        """Start a process that ends with the rig, at the latest."""
        child = Child(name=name, command=command, log=self.var / "log" / f"{name}.log", env=dict(os.environ))
        child.start()
        self.children[name] = child
        return child

    def stop(self) -> None:
        for child in self.children.values():
            child.stop()
        self.services.stop()


def _until_it_answers(request: str | urllib.request.Request) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(request, timeout=5).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"no answer from {request}")


EXTRA = ("--include", "bench.slow")


@contextmanager
def rig() -> Iterator[Rig]:
    """A rig in a temporary folder, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="smo-bench-", ignore_cleanup_errors=True) as folder:
        made = Rig(Path(folder))
        made.start()
        try:
            yield made
        finally:
            made.stop()


def cpu_seconds(child: Child) -> float:
    """User and system time that a process has used so far."""
    fields = Path(f"/proc/{child.pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def megabytes(child: Child) -> float:
    """Resident memory."""
    for line in Path(f"/proc/{child.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0
