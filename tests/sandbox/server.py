"""Starts the practice networks as a process of their own, for every test that needs them."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.sandbox.waiting import PAUSE

ROOT = Path(__file__).parents[2]
START_WITHIN = 30.0


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_sandbox(store_dir: Path, port: int | None = None) -> Iterator[str]:
    """The base address (`http://127.0.0.1:PORT`) of a practice server that lives as long as the block."""
    port = port or free_port()
    base_url = f"http://127.0.0.1:{port}"
    with serving([sys.executable, "-m", "sandbox", "--port", str(port), "--store", str(store_dir)], base_url):
        yield base_url


@contextmanager
def serving(command: list[str], base_url: str, environment: dict[str, str] | None = None) -> Iterator[None]:
    """A server of ours, answering at `base_url` for as long as the block."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        _wait_until_it_answers(base_url, process)
        yield
    finally:
        process.terminate()
        process.wait(10)


def _wait_until_it_answers(base_url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with status {process.returncode}")
        try:
            if requests.get(f"{base_url}/healthz", timeout=1).ok:
                return
        except (requests.ConnectionError, requests.Timeout):
            PAUSE.wait(0.05)
    raise RuntimeError(f"the server didn't answer within {START_WITHIN:.0f} s")
