"""Signing in, slowly enough that nobody guesses a password; and the people of the demo."""

import logging
from dataclasses import dataclass
from functools import lru_cache

import redis
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from limits import RateLimitItemPerMinute
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from accounts.models import User
from accounts.roles import Role
from accounts.verbs import Problem

TRIES = RateLimitItemPerMinute(10, 10)  # for one e-mail address from one network address
DEMO_PASSWORD = "cold-when-hot"  # noqa: S105  # shown on the sign-in page of a demo, where everybody may know it

log = logging.getLogger("smo.accounts")


@dataclass(frozen=True)
class LogIn:
    """One person of the demo, as the sign-in page offers them."""

    email: str
    name: str
    role: Role
    does: str
    password: str = DEMO_PASSWORD

    @property
    def fill(self) -> dict[str, str]:
        return {"email": self.email, "password": self.password}


DEMO_LOG_INS = (
    LogIn("maja@polarfizz.example", "Maja Lind", Role.EDITOR, gettext_noop("plans and writes posts")),
    LogIn("sam@polarfizz.example", "Sam Ortiz", Role.RESPONDER, gettext_noop("answers people")),
    LogIn("vera@polarfizz.example", "Vera Stone", Role.VIEWER, gettext_noop("looks and changes nothing")),
    LogIn("ada@polarfizz.example", "Ada Nowak", Role.OWNER, gettext_noop("runs channels and team")),
)


@lru_cache(maxsize=1)
def _limiter() -> FixedWindowRateLimiter:
    return FixedWindowRateLimiter(storage_from_string(settings.REDIS_URL))


def who_is(request: HttpRequest, email: str, password: str) -> User:
    """The user behind an e-mail address and password. Raises Problem; the same one whatever was wrong."""
    keys = ("sign-in", email.lower(), request.META.get("REMOTE_ADDR", ""))
    if not _may_try(*keys):
        raise Problem(_("Too many tries. Wait ten minutes, then try again."))
    user = authenticate(request, username=email.lower(), password=password)
    if not isinstance(user, User):
        raise Problem(_("E-mail address and password do not fit together. Check both and try again."))
    _forget(*keys)
    return user


def _may_try(*keys: str) -> bool:
    try:
        return bool(_limiter().hit(TRIES, *keys))
    except redis.RedisError as error:
        log.warning("sign-in tries not counted, redis is away: %s", type(error).__name__)
        return True


def _forget(*keys: str) -> None:
    try:
        _limiter().clear(TRIES, *keys)
    except redis.RedisError as error:
        log.warning("sign-in tries not cleared, redis is away: %s", type(error).__name__)
