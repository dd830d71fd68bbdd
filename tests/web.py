"""The web server as a process of its own, on the tests' database: for streams and for browsers."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.test import Client

from accounts.models import Member
from tests.sandbox.server import free_port, serving


@contextmanager
def running_web(sandbox_url: str) -> Iterator[str]:
    """The base address of a web server that lives as long as the block and sees the tests' rows."""
    port = free_port()
    base_url = f"http://127.0.0.1:{port}"
    database = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + "/" + settings.DATABASES["default"]["NAME"]
    environment = {**os.environ, "DATABASE_URL": database, "SMO_BASE_URL": base_url, "SMO_SANDBOX_URL": sandbox_url}
    command = [sys.executable, "-m", "uvicorn", "smo.asgi:application", "--port", str(port), "--log-level", "warning"]
    with serving([*command, "--timeout-graceful-shutdown", "1"], base_url, environment):
        yield base_url


def session_of(member: Member) -> str:
    """The session cookie's value of a member who has signed in."""
    client = Client()
    client.force_login(member.user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value
