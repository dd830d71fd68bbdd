"""A process that ends is started again, and the person at the terminal reads so."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from smo.up.child import CannotStart, Child
from smo.up.supervisor import Supervisor
from tests.up.waiting import alive, wait_until

SLEEP = [sys.executable, "-S", "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-S",
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)",
]
FAIL = [sys.executable, "-S", "-c", "raise SystemExit('no drinks left')"]


@pytest.fixture
def lines() -> list[str]:
    """What was said to the person at the terminal."""
    return []


@pytest.fixture
def supervisor(lines: list[str]) -> Iterator[Supervisor]:
    supervisor = Supervisor(lines.append)
    yield supervisor
    supervisor.stop()


def watched(supervisor: Supervisor, tmp_path: Path, command: list[str], rank: int = 0) -> Child:
    child = Child("web", command, tmp_path / "log" / "web.log", env={"PYTHONUNBUFFERED": "1"})
    child.start()
    supervisor.watch(child, rank)
    return child


def test_a_killed_process_is_started_again_and_that_is_said(supervisor: Supervisor, lines: list[str], tmp_path: Path) -> None:
    child = watched(supervisor, tmp_path, SLEEP)
    first = child.pid
    child.started -= 60  # it has served for a minute
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: not child.running)

    supervisor.check()

    assert child.running
    assert child.pid != first
    assert lines == ["web ended after 60 s (killed by SIGKILL); starting it again", "web runs again"]


def test_a_process_that_ends_at_once_waits_longer_each_time(supervisor: Supervisor, lines: list[str], tmp_path: Path) -> None:
    child = watched(supervisor, tmp_path, FAIL)
    for _restart in range(3):
        wait_until(lambda: not child.running)
        supervisor.check()
        assert not child.running
        supervisor.watched[0].restart_at = 0.0  # its time has come
        supervisor.check()
    assert [line for line in lines if "ended" in line] == [
        f"web ended after 0 s (exit code 1: no drinks left); starting it again in {seconds} s" for seconds in (1, 2, 4)
    ]


def test_a_process_that_ends_before_it_answers_stops_the_start_with_its_last_words(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    child = watched(supervisor, tmp_path, FAIL)
    with pytest.raises(CannotStart, match=r"^web does not start: no drinks left \(see .*web\.log\)$"):
        supervisor.wait_until_ready([(child, lambda: False)], lambda child: None)


def test_the_stop_leaves_no_process_not_even_a_stubborn_one(supervisor: Supervisor, tmp_path: Path) -> None:
    child = watched(supervisor, tmp_path, STUBBORN)
    child.patience = 0.2
    wait_until(lambda: "up" in child.log.read_text())
    supervisor.stop()
    assert not alive(child.pid)


def test_children_die_with_their_parent_even_by_kill_9(tmp_path: Path) -> None:
    script = (  # the child says that it is up; its parent has said the child's id before
        "import sys, time; from pathlib import Path; from smo.up.child import Child\n"
        f"child = Child('web', {STUBBORN!r}, Path(sys.argv[1])); child.start(); print(child.pid, flush=True); time.sleep(60)"
    )
    parent = Child("up", [sys.executable, "-c", script, str(tmp_path / "web.log")], tmp_path / "up.log", os.environ)
    parent.start()
    log = tmp_path / "web.log"
    wait_until(lambda: log.exists() and "up" in log.read_text())
    pid = int(parent.log.read_text())
    assert alive(pid)
    os.kill(parent.pid, signal.SIGKILL)
    parent.kill()
    wait_until(lambda: not alive(pid))
