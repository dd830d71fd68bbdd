"""The processes that an SMO consists of, as data: `make up`, docker-compose.yml, the bench and the README speak of this set."""

import sys
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

from smo.up.environment import Environment

WEB = ("uvicorn", "smo.asgi:application", "--no-access-log", "--timeout-graceful-shutdown", "3")
QUIET = ("--without-gossip", "--without-mingle", "--without-heartbeat")  # workers need nothing of each other


@dataclass(frozen=True)
class Worker:
    """A kind of Celery worker: the queues it serves, its threads, and how many processes of it one machine starts."""

    name: str
    queues: tuple[str, ...]
    threads: int
    processes: int = 1

    def command(self, node: str) -> tuple[str, ...]:
        """The command line; `node` must differ between the processes that share a host name."""
        pool = ("-P", "threads", "-c", str(self.threads), "-Q", ",".join(self.queues))
        include = ("--include", "smo.up.heartbeat")
        return ("celery", "-A", "smo", "worker", *pool, "-n", f"{node}@%h", *QUIET, *include)


# Queues of their own, so that a slow upload, a long video or a long sync never delays a post that is due.
WORKERS = (
    Worker("publish", ("publish",), threads=1, processes=2),  # the threads that wait for networks: scheduler.machine.crew
    Worker("bell", ("bell",), threads=2),
    Worker("media", ("media",), threads=2),
    Worker("transcode", ("transcode",), threads=2),  # a picture need not wait for a video
    Worker("rest", ("sync", "rest"), threads=8),
)


def web(host: str, port: int) -> tuple[str, ...]:
    return (*WEB, "--host", host, "--port", str(port))


def beat(schedule: Path) -> tuple[str, ...]:
    return ("celery", "-A", "smo", "beat", "-s", str(schedule))


@dataclass(frozen=True)
class Process:
    """One process of one machine: `rank` orders the stop (lowest first), `ready` tells whether it answers, `early` starts
    it before the database is prepared."""

    name: str
    command: Sequence[str]
    rank: int
    ready: Callable[[], bool]
    heartbeat: Path | None = None
    early: bool = False


def processes(here: Environment) -> list[Process]:
    """All that run beside the services: web, workers, beat, practice networks. Beat and web stop first, so that
    workers get no new work; then the workers; the practice networks last, so that no call of a worker ends in doubt."""
    sandbox = ("sandbox", "--port", str(here.sandbox_port), "--store", str(here.var / "sandbox"))
    schedule = here.var / "beat" / "schedule"
    schedule.parent.mkdir(parents=True, exist_ok=True)
    return [
        Process("web", _python(web("127.0.0.1", here.port)), 0, answers(f"http://127.0.0.1:{here.port}/healthz")),
        *(_worker(here, worker, number) for worker in WORKERS for number in range(1, worker.processes + 1)),
        Process("beat", _python(beat(schedule)), 0, lambda: True),
        Process("sandbox", _python(sandbox), 2, answers(f"{here.sandbox_url}/healthz"), early=True),
    ]


def _worker(here: Environment, worker: Worker, number: int) -> Process:
    name = worker.name if worker.processes == 1 else f"{worker.name}-{number}"
    heartbeat = here.var / "run" / f"{name}.heartbeat"
    return Process(f"worker {name}", _python(worker.command(name)), 1, heartbeat.exists, heartbeat)


def _python(command: Sequence[str]) -> tuple[str, ...]:
    return (sys.executable, "-m", *command)


def answers(url: str) -> Callable[[], bool]:
    """A question to ask again and again: does this address answer 200?"""

    def ready() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own loopback address
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    return ready
