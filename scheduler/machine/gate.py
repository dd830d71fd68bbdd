"""Allowances: what the networks document and what their headers say, kept in Redis for all workers together.

Nobody sleeps here: a full allowance is answered with the time to wait. When Redis is away the gate stands open; the
network's own 429 is still there, and it proves that nothing was created.
"""

import logging
from datetime import timedelta
from functools import lru_cache

import redis
from django.conf import settings
from redis.commands.core import Script

from accounts.models import Channel
from connectors import connector
from connectors.data import Pause

log = logging.getLogger("smo.gate")

# One call takes from all allowances of a post or from none, by Redis' clock (the package `limits` takes from one at a time, in
# a round trip each, and gives nothing back when the next one is used up). An allowance counts sliding windows: those of
# the window before this one count for the share of it that is not over yet.
# KEYS: the pauses of channel and app, then the quotas. ARGV: calls and milliseconds of each quota.
# Gives 0 when taken, else the milliseconds until there is room.
TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wait = math.max(0, redis.call('PTTL', KEYS[1]), redis.call('PTTL', KEYS[2]))
local counted = {}
for i = 3, #KEYS do
    local calls, span = tonumber(ARGV[2 * i - 5]), tonumber(ARGV[2 * i - 4])
    local window, gone = math.floor(now / span), now % span
    local kept = redis.call('HMGET', KEYS[i], 'window', 'count', 'before')
    local count, before = 0, 0
    if tonumber(kept[1]) == window then
        count, before = tonumber(kept[2]), tonumber(kept[3])
    elseif tonumber(kept[1]) == window - 1 then
        before = tonumber(kept[2])
    end
    if count >= calls then
        wait = math.max(wait, span - gone + span * (1 - (calls - 1) / count))
    elseif before * (span - gone) / span + count + 1 > calls then
        wait = math.max(wait, span * (1 - (calls - 1 - count) / before) - gone)
    end
    counted[i] = {window, count + 1, before, 2 * span}
end
if wait == 0 then
    for i, one in pairs(counted) do
        redis.call('HSET', KEYS[i], 'window', one[1], 'count', one[2], 'before', one[3])
        redis.call('PEXPIRE', KEYS[i], one[4])
    end
end
return math.ceil(wait)
"""


@lru_cache(maxsize=1)
def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, decode_responses=True, socket_timeout=2, socket_connect_timeout=2)


@lru_cache(maxsize=1)
def _script() -> Script:
    return _redis().register_script(TAKE)


def _who(channel: Channel, scope: str) -> str:
    """Whose allowance it is: the channel's, or the app's on that network (practice apart from the real one)."""
    return str(channel.pk) if scope == "channel" else f"{channel.network}:{'practice' if channel.practice else 'real'}"


def take(channel: Channel) -> timedelta | None:
    """Take one publishing call out of the channel's and the app's allowances. Not None: one is used up, wait so long."""
    quotas = connector(channel.network).quotas
    pauses = [f"smo:pause:{_who(channel, scope)}" for scope in ("channel", "app")]
    keys = [f"smo:allowance:{channel.network}:{_who(channel, quota.scope)}:{quota.seconds}" for quota in quotas]
    numbers = [number for quota in quotas for number in (quota.calls, quota.seconds * 1000)]
    try:
        wait = _script()(keys=[*pauses, *keys], args=numbers, client=_redis())
    except redis.RedisError as error:
        log.warning("gate open, redis is away: %s", type(error).__name__)
        return None
    return timedelta(milliseconds=wait) if wait else None


def pause(channel: Channel, found: Pause) -> None:
    """Remember what a network's headers said: no call of this scope before the time is over."""
    milliseconds = round(found.retry_in.total_seconds() * 1000)
    if milliseconds <= 0:
        return
    try:
        _redis().set(f"smo:pause:{_who(channel, found.scope)}", 1, px=milliseconds)
    except redis.RedisError as error:
        log.warning("pause not kept, redis is away: %s", type(error).__name__)


def waiting(queue: str) -> int:
    """How many messages wait in a Celery queue (a Redis list of that name). Raises redis.RedisError."""
    return int(_redis().llen(queue))
