"""Before the first request: checks, migrations, static files, and in a demo its data. `python -m smo.up.prepare`.

One process, because each start of Django costs most of a second. May be repeated at will; the image runs it too.
"""

import hashlib
import sys
import time
from pathlib import Path

import django
import redis
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core import checks
from django.core.management import call_command, get_commands
from django.db import OperationalError, connection

from smo.up.processes import answers


def check() -> None:
    """End with one line per error of the system checks, such as a missing or weak secret."""
    errors = [message for message in checks.run_checks(include_deployment_checks=not settings.DEMO) if message.is_serious()]
    if errors:
        sys.exit("\n".join(f"{error.id}: {error.msg} {error.hint or ''}".strip() for error in errors))


def reach_services() -> None:
    """End with one line when PostgreSQL or Redis cannot be reached."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        sys.exit(f"The database (DATABASE_URL) cannot be reached: {str(error).splitlines()[0]}")
    try:
        redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=5).ping()
    except redis.RedisError as error:
        sys.exit(f"Redis (REDIS_URL) cannot be reached: {error}")


def collect_static() -> None:
    """collectstatic, when a file changed since the last time: hashing and compressing all of them takes seconds.

    Not where files are served under their own names from where they lie (SMO_PLAIN_STATIC).
    """
    if settings.WHITENOISE_USE_FINDERS:
        return
    total = hashlib.sha256(repr((django.VERSION, settings.STORAGES)).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            total.update(f"{name} {storage.size(name)} {storage.get_modified_time(name)}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    if not stamp.exists() or stamp.read_text() != total.hexdigest():
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(total.hexdigest())


def wait_for(url: str) -> None:
    """Wait at most 30 s for an answer: that of the practice networks, which start while we migrate."""
    ready, deadline = answers(url), time.monotonic() + 30
    while not ready() and time.monotonic() < deadline:
        time.sleep(0.05)


def fill_demo() -> None:
    """The demo's workspace, once the practice networks answer, and its log-ins in `run/logins` for `up` to show."""
    if "demo" in get_commands():
        wait_for(f"{settings.SANDBOX_URL}/healthz")
        call_command("demo")
        logins = Path(settings.VAR) / "run" / "logins"
        logins.parent.mkdir(parents=True, exist_ok=True)
        with logins.open("w") as file:
            call_command("demo", "--logins", stdout=file)


def main() -> None:
    """Everything in order; the name of each step goes to standard output."""
    django.setup()
    check()
    reach_services()
    print("migrations", flush=True)
    call_command("migrate", interactive=False, verbosity=1)
    print("static files", flush=True)
    collect_static()
    if settings.DEMO:
        print("demo", flush=True)
        fill_demo()


if __name__ == "__main__":
    main()
