"""Allowances: what the networks document and what their headers say, kept in Redis for all workers together.

Nobody sleeps here: a full allowance is answered with the time to wait. When Redis is away the gate stands open; the
network's own 429 is still there, and it proves that nothing was created.
"""

import logging
import time
from datetime import timedelta
from functools import lru_cache

import redis
from django.conf import settings
from limits import RateLimitItemPerSecond
from limits.storage import storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

from accounts.models import Channel
from connectors import connector
from connectors.data import Pause

log = logging.getLogger("smo.gate")


@lru_cache(maxsize=1)
def _limiter() -> SlidingWindowCounterRateLimiter:
    return SlidingWindowCounterRateLimiter(storage_from_string(settings.REDIS_URL))


@lru_cache(maxsize=1)
def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, decode_responses=True, socket_timeout=2, socket_connect_timeout=2)


def _who(channel: Channel, scope: str) -> str:
    """Whose allowance it is: the channel's, or the app's on that network (practice apart from the real one)."""
    return str(channel.pk) if scope == "channel" else f"{channel.network}:{'practice' if channel.practice else 'real'}"


def take(channel: Channel) -> timedelta | None:
    """Take one publishing call out of the channel's and the app's allowances. Not None: one is used up, wait so long."""
    try:
        return _paused(channel) or _take(channel)
    except redis.RedisError as error:
        log.warning("gate open, redis is away: %s", type(error).__name__)
        return None


def _paused(channel: Channel) -> timedelta | None:
    keys = [f"smo:pause:{_who(channel, scope)}" for scope in ("channel", "app")]
    ends = [float(value) for value in _redis().mget(keys) if value]
    left = max(ends, default=0.0) - time.time()
    return timedelta(seconds=left) if left > 0 else None


def _take(channel: Channel) -> timedelta | None:
    quotas = connector(channel.network).quotas
    items = [(RateLimitItemPerSecond(q.calls, q.seconds), f"{channel.network}:{_who(channel, q.scope)}") for q in quotas]
    for item, who in items:
        if not _limiter().hit(item, who):
            return timedelta(seconds=max(1.0, _limiter().get_window_stats(item, who).reset_time - time.time()))
    return None


def pause(channel: Channel, found: Pause) -> None:
    """Remember what a network's headers said: no call of this scope before the time is over."""
    seconds = found.retry_in.total_seconds()
    if seconds <= 0:
        return
    try:
        _redis().set(f"smo:pause:{_who(channel, found.scope)}", time.time() + seconds, px=max(1, int(seconds * 1000)))
    except redis.RedisError as error:
        log.warning("pause not kept, redis is away: %s", type(error).__name__)


def waiting(queue: str) -> int:
    """How many messages wait in a Celery queue (a Redis list of that name). Raises redis.RedisError."""
    return int(_redis().llen(queue))
