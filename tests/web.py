"""The web server as a process of its own, on the tests' database: for streams and for browsers."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from django.conf import settings
from django.test import Client

from accounts.models import Member
from tests.sandbox.server import free_port

ROOT = Path(__file__).parents[1]
START_WITHIN = 30.0


@contextmanager
def running_web(sandbox_url: str) -> Iterator[str]:
    """The base address of a web server that lives as long as the block and sees the tests' rows."""
    port = free_port()
    base_url = f"http://127.0.0.1:{port}"
    database = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + "/" + settings.DATABASES["default"]["NAME"]
    environment = {**os.environ, "DATABASE_URL": database, "SMO_BASE_URL": base_url, "SMO_SANDBOX_URL": sandbox_url}
    command = [sys.executable, "-m", "uvicorn", "smo.asgi:application", "--port", str(port), "--log-level", "warning"]
    process = subprocess.Popen([*command, "--timeout-graceful-shutdown", "1"], cwd=ROOT, env=environment)
    try:
        _wait_until_it_answers(base_url, process)
        yield base_url
    finally:
        process.terminate()
        process.wait(10)


def _wait_until_it_answers(base_url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the web server ended with status {process.returncode}")
        try:
            if requests.get(f"{base_url}/healthz", timeout=1).ok:
                return
        except (requests.ConnectionError, requests.Timeout):
            pass
    raise RuntimeError(f"the web server didn't answer within {START_WITHIN:.0f} s")


def session_of(member: Member) -> str:
    """The session cookie's value of a member who has signed in."""
    client = Client()
    client.force_login(member.user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value
