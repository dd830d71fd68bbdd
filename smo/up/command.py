"""`make up`: from a checkout with its packages installed to an SMO that answers, and back to nothing at Ctrl-C."""

import signal
import sys
import time
from types import FrameType

from smo.up.child import CannotStart, Child
from smo.up.environment import Environment
from smo.up.install import Step, done
from smo.up.processes import Process, processes
from smo.up.services import Services
from smo.up.supervisor import Supervisor

SERVICES_RANK = 9  # the last to stop


def say(line: str) -> None:
    """One line for the person at the terminal, with the time of day."""
    print(f"{time.strftime('%H:%M:%S')}  {line}", flush=True)


def start_services(here: Environment, supervisor: Supervisor) -> Services:
    """PostgreSQL and Redis, unless the environment names others."""
    services = Services(here.var, database_url=here.database_url, redis_url=here.redis_url)
    for child in services.children:
        supervisor.watch(child, SERVICES_RANK)
    if services.children:
        with Step(" and ".join(child.name for child in services.children)):
            services.start()
    return services


def prepare(here: Environment, environment: dict[str, str]) -> None:
    """Checks, migrations, static files and the demo's data, in one process."""
    with Step("database, static files, demo"):
        command = [sys.executable, "-m", "smo.up.prepare"]
        Child("preparing the database", command, here.var / "log" / "prepare.log", environment).run(600)


def start_process(process: Process, here: Environment, environment: dict[str, str], supervisor: Supervisor) -> Child:
    """Start one of SMO's own processes under the supervisor's care."""
    own = environment | {"CELERY_SKIP_CHECKS": "1"}  # `prepare` has run them, and each worker would load every view for it
    if process.heartbeat:
        process.heartbeat.unlink(missing_ok=True)
        own["SMO_HEARTBEAT"] = str(process.heartbeat)
    child = Child(process.name, process.command, here.var / "log" / f"{process.name.replace(' ', '-')}.log", own)
    child.start()
    supervisor.watch(child, process.rank)
    return child


def greet(here: Environment, started: float) -> None:
    """Where to go, and who can sign in there."""
    print(f"\nSMO is ready after {time.monotonic() - started:.1f} s:  {here.url}")
    print(f"Practice networks:  {here.sandbox_url}")
    logins = here.var / "run" / "logins"
    if logins.exists():
        print("\n" + logins.read_text().rstrip())
    print(f"\nLogs are in {here.var / 'log'}. Ctrl-C stops everything; the data stays.\n", flush=True)


def start(here: Environment, supervisor: Supervisor) -> None:
    """Everything in order: services, database, then all processes at once; the practice networks earlier, for the demo."""
    started = time.monotonic()
    environment = here.for_children(start_services(here, supervisor))
    early, rest = ([one for one in processes(here) if one.early is wanted] for wanted in (True, False))
    waiting = [(start_process(one, here, environment, supervisor), one.ready) for one in early]
    prepare(here, environment)
    supervisor.wait_until_ready(waiting, lambda child: None)
    waiting = [(start_process(one, here, environment, supervisor), one.ready) for one in rest]
    supervisor.wait_until_ready(waiting, lambda child: done(child.name, child.started))
    greet(here, started)


def run(here: Environment) -> None:
    """Start, then look after the processes until interrupted; whatever happens, nothing is left running."""
    supervisor = Supervisor(say)
    try:
        start(here, supervisor)
        while True:
            supervisor.check()
            time.sleep(0.2)
    finally:
        for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(one, signal.SIG_IGN)  # the stop is on its way and bounded in time
        stopping = time.monotonic()
        supervisor.stop()
        if sys.exc_info()[0] is KeyboardInterrupt:
            print(f"\nStopped in {time.monotonic() - stopping:.1f} s. The data is in {here.var}.", flush=True)


def interrupt(number: int, frame: FrameType | None) -> None:
    """SIGTERM and SIGHUP end us as Ctrl-C does."""
    raise KeyboardInterrupt


def main() -> int:
    """Run until interrupted (exit code 0), or say in one line why not (1)."""
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, interrupt)
    try:
        here = Environment.read()
        with here.locked():
            here.check()
            run(here)
    except CannotStart as problem:
        print(f"SMO does not start: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0
