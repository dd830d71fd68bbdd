"""`make up` as a person meets it: one line for what is in the way, and a whole SMO that leaves nothing behind."""

import fcntl
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from smo.up.child import CannotStart
from smo.up.environment import Environment
from smo.up.install import ROOT
from smo.up.processes import WORKERS
from smo.up.services import free_port
from tests.up.waiting import wait_until


def environment(var: Path, **more: str) -> dict[str, str]:
    """A terminal's environment, without what the tests' own settings put there."""
    clean = {name: value for name, value in os.environ.items() if not re.match("SMO_|DJANGO_|DATABASE_URL|REDIS_URL", name)}
    ports = {"SMO_PORT": str(free_port()), "SMO_SANDBOX_PORT": str(free_port())}
    return clean | {"SMO_VAR": str(var), "SMO_PLAIN_STATIC": "1"} | ports | more  # compressing static files takes seconds


def refused(var: Path, **more: str) -> str:
    """What `up` says when it refuses to start."""
    command = [sys.executable, "manage.py", "up"]
    answer = subprocess.run(command, cwd=ROOT, env=environment(var, **more), capture_output=True, text=True, timeout=90)
    assert answer.returncode == 1
    return answer.stdout + answer.stderr


@contextmanager
def running(var: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """`up` and the file that takes what it prints, once it is ready."""
    printed = var.with_name(f"{var.name}.txt")
    with printed.open("w") as file:
        command = [sys.executable, "manage.py", "up"]
        up = subprocess.Popen(command, cwd=ROOT, env=environment(var), stdout=file, stderr=file, text=True)
    try:
        wait_until(lambda: up.poll() is not None or "SMO is ready" in printed.read_text(), seconds=240)
        assert up.poll() is None, printed.read_text()
        yield up, printed
    finally:
        up.kill()
        up.wait()


def processes_of(var: Path) -> dict[int, str]:
    """The living processes that carry this folder in their environment, by id, with their command lines."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if f"SMO_VAR={var}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                found[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
    return found


def test_a_port_in_use_is_one_line_that_names_the_way_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        line = f"SMO does not start: Port {port} (web) is in use: choose another, e.g. SMO_PORT={int(port) + 100} make up.\n"
        assert refused(tmp_path, SMO_PORT=port) == line
        assert f"Port {port} (sandbox) is in use" in refused(tmp_path, SMO_SANDBOX_PORT=port)


def test_a_second_start_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "up.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("4711")
        lock.flush()
        assert refused(tmp_path).startswith(f"SMO does not start: SMO already runs in {tmp_path} (process 4711): stop it")


def test_a_port_that_is_no_number_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, SMO_PORT="web") == "SMO does not start: SMO_PORT is 'web'; it must be a number from 1 to 65535.\n"


def test_a_database_that_cannot_be_reached_is_one_line(tmp_path: Path) -> None:
    nowhere = f"127.0.0.1:{free_port()}"
    said = refused(tmp_path, DATABASE_URL=f"postgres://smo@{nowhere}/smo", REDIS_URL=f"redis://{nowhere}/0")
    assert said.startswith("SMO does not start: preparing the database failed: The database (DATABASE_URL) cannot be reached")
    assert said.count("\n") == 1


def test_a_full_disk_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=12_000_000))
    with pytest.raises(CannotStart, match=r"^Only 12 MB are free in .+, 500 are needed: make room or move SMO_VAR\.$"):
        Environment(tmp_path, free_port(), free_port(), "", "").check()


def test_secrets_are_generated_once_and_for_us_alone(tmp_path: Path) -> None:
    here = Environment(tmp_path, 8000, 8001, "", "")
    first = here.secrets()
    assert len(first["SMO_SECRET_KEY"]) >= 50
    assert here.secrets() == first
    assert (tmp_path / "secret.env").stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_up_restarts_what_dies_and_nothing_outlives_it(tmp_path: Path) -> None:
    var = tmp_path / "var"
    with running(var) as (up, printed):
        ids = {command: pid for pid, command in processes_of(var).items()}
        assert sum("celery" in command for command in ids) == 1 + sum(worker.processes for worker in WORKERS)
        bell = next(pid for command, pid in ids.items() if "-Q bell" in command)
        os.kill(bell, signal.SIGKILL)
        wait_until(lambda: "worker bell runs again" in printed.read_text())
        assert "worker bell ended after" in printed.read_text()
        up.kill()
    wait_until(lambda: not processes_of(var))
    assert not (var / "postgres" / "postmaster.pid").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_ctrl_c_during_the_start_leaves_no_process(tmp_path: Path) -> None:
    var = tmp_path / "var"
    printed = tmp_path / "printed.txt"
    with printed.open("w") as file:
        up = subprocess.Popen([sys.executable, "manage.py", "up"], cwd=ROOT, env=environment(var), stdout=file, stderr=file)
    wait_until(lambda: "PostgreSQL and Redis" in printed.read_text())
    up.send_signal(signal.SIGINT)
    assert up.wait(20) == 0
    assert "Stopped in" in printed.read_text()
    assert not processes_of(var)
