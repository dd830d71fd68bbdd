"""Loaded by pytest before Django: gives the tests a PostgreSQL and a Redis of their own, unless the environment names some.

With pytest-xdist the first process starts them and the others inherit the addresses; each has its own Redis database.
"""

import gc
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from smo.up.services import Services
from smo.words.compiling import compile_all

OWN = "SMO_TEST_VAR" not in os.environ
if OWN:
    os.environ["SMO_TEST_VAR"] = tempfile.mkdtemp(prefix="smo-test-")
SCRATCH = Path(os.environ["SMO_TEST_VAR"])

os.environ.setdefault("SMO_SECRET_KEY", "only-for-tests-" + "x" * 50)
os.environ.setdefault("SMO_FIELD_KEYS", Fernet.generate_key().decode())
os.environ["SMO_VAR"] = str(SCRATCH / os.environ.get("PYTEST_XDIST_WORKER", "main"))
Path(os.environ["SMO_VAR"], "static").mkdir(parents=True, exist_ok=True)
os.environ["SMO_PLAIN_STATIC"] = "1"
os.environ["SMO_DEMO"] = "1"
os.environ["SMO_LOG_LEVEL"] = os.environ.get("SMO_LOG_LEVEL", "ERROR")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright keeps an event loop in the thread that also uses the ORM

if "PYTEST_XDIST_WORKER" not in os.environ:
    compile_all()  # a pull may have brought words that the last set-up did not know

_services: Services | None = None
if "PYTEST_XDIST_WORKER" in os.environ:
    number = int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw")) + 1
    os.environ["REDIS_URL"] = f"{os.environ['REDIS_URL'].rstrip('/').removesuffix('/0')}/{number}"
elif "DATABASE_URL" not in os.environ or "REDIS_URL" not in os.environ:
    _services = Services(SCRATCH, durable=False)
    _services.start()
    os.environ.setdefault("DATABASE_URL", _services.database_url)
    os.environ.setdefault("REDIS_URL", _services.redis_url)


_migrating: list[subprocess.Popen[bytes]] = []


def pytest_configure(config: pytest.Config) -> None:
    """While several processes collect the tests, the database that theirs are copied from is migrated."""
    if _services is not None and config.getoption("numprocesses", None):
        command = [sys.executable, "-m", "tests.emptying"]
        _migrating.append(subprocess.Popen(command, env=os.environ, cwd=config.rootpath, start_new_session=True))


def pytest_sessionstart(session: pytest.Session) -> None:
    """Every process reads all tests. What pytest makes of a file it keeps, so each begins with a share of its own: making it
    takes longer than all else that is done while tests are collected."""
    worker, number_of_workers = os.environ.get("PYTEST_XDIST_WORKER"), int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if worker is None or sys.dont_write_bytecode:
        return
    files = sorted(Path(__file__).parent.rglob("test_*.py"))
    for file in files[int(worker.removeprefix("gw")) :: number_of_workers]:
        with suppress(Exception):  # it is told when the file is collected
            import_module(".".join(file.relative_to(session.config.rootpath).with_suffix("").parts))


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was collected stays to the end: the collector of garbage need not go through it again and again, nor come often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """pytest looks five times for errors that come out with the garbage: all but the first look at nothing then."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    for process in _migrating:
        if process.poll() is None:  # the run was stopped early
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if _services is not None:
        _services.stop()
    if OWN:
        shutil.rmtree(SCRATCH, ignore_errors=True)  # hundreds of megabytes; a worker may still be writing its last file
