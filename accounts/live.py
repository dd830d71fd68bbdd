"""What has just changed, told to open browsers: Redis publish and subscribe. A lost message costs nothing but freshness."""

import logging
from functools import lru_cache
from uuid import UUID

import redis
from django.conf import settings

log = logging.getLogger("smo.live")


def line(workspace: UUID | str) -> str:
    """The Redis channel of a workspace."""
    return f"smo:live:{workspace}"


@lru_cache(maxsize=1)
def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1, decode_responses=True)


def tell(workspace: UUID | str, topic: str) -> None:
    """Tell open pages what changed: `topic` is publication:<id>, inbox or channels. Never raises for Redis."""
    try:
        _redis().publish(line(workspace), topic)
    except redis.RedisError as error:
        log.warning("live update lost: %s", type(error).__name__)
