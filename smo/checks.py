"""System checks: what is missing, weak or contradictory in the settings stops the start, with the variable and the remedy.

A demo (SMO_DEMO=1) is one machine for trying out: it may do without HTTPS and a name of its own, never without secrets.
"""

import os
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, register, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host

from connectors import http

KEY_LENGTH = 50
KEY_LETTERS = 10  # different ones; fewer is a key that somebody typed
NEW_KEY = 'python3 -c "import secrets; print(secrets.token_urlsafe(50))"'
NEW_FIELD_KEY = 'python3 -c "import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())"'
POSTGRES = {"postgres", "postgresql", "psql", "pgsql"}
REDIS = {"redis", "rediss", "unix"}

Found = Iterator[CheckMessage]  # Django takes any iterable


def _error(number: int, message: str, hint: str) -> Error:
    return Error(message, hint=hint, id=f"smo.E{number:03}")


# -- secrets --------------------------------------------------------------------------------------------------------------


@register()
def secret_key(**_: Any) -> Found:
    """Sessions and links are signed with it."""
    try:
        key = settings.SECRET_KEY
    except ImproperlyConfigured:  # Django's answer to an empty one
        key = ""
    if not key:
        yield _error(1, "SMO_SECRET_KEY is not set.", f"Set it to the output of: {NEW_KEY}")
    elif not settings.DEMO and (len(key) < KEY_LENGTH or len(set(key)) < KEY_LETTERS):
        text = f"SMO_SECRET_KEY is weak: it has {len(key)} characters, {len(set(key))} different ones."
        yield _error(2, text, f"It needs {KEY_LENGTH} random ones. Set it to the output of: {NEW_KEY}")


@register()
def field_keys(**_: Any) -> Found:
    """Tokens are encrypted with them; without the right ones every channel would have to be connected again."""
    if not settings.FIELD_KEYS:
        yield _error(3, "SMO_FIELD_KEYS is not set.", f"Set it to the output of: {NEW_FIELD_KEY}")
    for number, key in enumerate(settings.FIELD_KEYS, 1):
        try:
            Fernet(key)
        except ValueError:
            hint = f"A key is 32 bytes in URL-safe base64, several have commas between them. Make one: {NEW_FIELD_KEY}"
            yield _error(4, f"SMO_FIELD_KEYS: key {number} is not a Fernet key.", hint)


# -- addresses ------------------------------------------------------------------------------------------------------------


@register()
def hosts(**_: Any) -> Found:
    """Every request for the address that people type must be answered."""
    host = urlsplit(settings.BASE_URL).hostname or ""
    if not settings.ALLOWED_HOSTS:
        yield _error(
            5,
            "SMO_HOSTS is empty: no request would be answered.",
            f"Set it to the host names, e.g. {host or 'smo.example.com'}",
        )
    elif not validate_host(host, settings.ALLOWED_HOSTS):
        yield _error(
            6,
            f"SMO_HOSTS does not hold the host of SMO_BASE_URL ({host or 'none'}): its requests would be refused.",
            f"Add it: SMO_HOSTS={','.join([*settings.ALLOWED_HOSTS, host])}",
        )


@register()
def https(**_: Any) -> Found:
    """Passwords and the networks' codes travel to this address."""
    if not settings.DEMO and not settings.BASE_URL.startswith("https://"):
        hint = (
            "Put a proxy that speaks TLS before SMO and give the address that people type: SMO_BASE_URL=https://smo.example.com"
        )
        yield _error(7, f"SMO_BASE_URL is {settings.BASE_URL}: production needs https://.", hint)


@register()
def debug(**_: Any) -> Found:
    """Error pages with settings and variables are for developers' machines."""
    if settings.DEBUG and not settings.DEMO:
        yield _error(
            8, "SMO_DEBUG is on: error pages would show settings and data to everybody.", "Set SMO_DEBUG=0 or leave it out."
        )


# -- services -------------------------------------------------------------------------------------------------------------


@register()
def services(**_: Any) -> Found:
    """SMO's rows are leased and locked by PostgreSQL; another database would not hold the promises."""
    scheme = urlsplit(os.environ.get("DATABASE_URL") or "postgres:").scheme
    if scheme not in POSTGRES or not settings.DATABASES["default"].get("NAME"):
        hint = "Give one like postgres://smo:password@127.0.0.1:5432/smo"
        yield _error(9, f"DATABASE_URL is not the address of a PostgreSQL database (it begins with {scheme}:).", hint)
    scheme = urlsplit(settings.REDIS_URL).scheme
    if scheme not in REDIS:
        hint = "Give one like redis://127.0.0.1:6379/0"
        yield _error(10, f"REDIS_URL is not the address of a Redis (it begins with {scheme}:).", hint)


# -- the workers ----------------------------------------------------------------------------------------------------------


@register()
def time_limits(**_: Any) -> Found:
    """One HTTP call < one task < the lease: else a second worker takes a post whose first call still runs."""
    if not http.DEADLINE < settings.TASK_SECONDS < settings.LEASE_SECONDS:
        told = f"{http.DEADLINE:g} < SMO_TASK_SECONDS={settings.TASK_SECONDS} < SMO_LEASE_SECONDS={settings.LEASE_SECONDS}"
        hint = "Set both higher, the lease longer than the task, or leave both out: 90 and 180."
        yield _error(11, f"The chain of time limits is broken (one call < one task < the lease): {told} does not hold.", hint)


@register()
def pool(**_: Any) -> Found:
    """A thread without a connection waits for another's post to go out."""
    connections = settings.DATABASES["default"].get("POOL_OPTIONS", {}).get("POOL_SIZE", 0)
    if connections < settings.PUBLISH_THREADS:
        text = f"SMO_DATABASE_POOL={connections} is less than SMO_PUBLISH_THREADS={settings.PUBLISH_THREADS}."
        hint = f"Each thread needs a connection: set SMO_DATABASE_POOL to {settings.PUBLISH_THREADS + 2} or more."
        yield _error(12, text, hint)


# -- when they run --------------------------------------------------------------------------------------------------------


def lines(messages: list[CheckMessage]) -> str:
    """One line per error, with the remedy."""
    serious = sorted((one for one in messages if one.is_serious()), key=lambda one: str(one.id))
    return "\n".join(f"{one.id}: {one.msg} {one.hint or ''}".strip() for one in serious)


def stop_on_errors(**_: Any) -> None:
    """End a Celery worker or beat that would run with wrong settings (CELERY_SKIP_CHECKS=1: they were just checked)."""
    if not os.environ.get("CELERY_SKIP_CHECKS") and (errors := lines(run_checks())):
        sys.exit(errors)
