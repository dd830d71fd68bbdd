"""What has just changed, told to open browsers: Redis publish and subscribe. A lost message costs nothing but freshness."""

import logging
from functools import lru_cache
from uuid import UUID

import redis
from django.conf import settings

from accounts.aside import Aside

log = logging.getLogger("smo.live")


def line(workspace: UUID | str) -> str:
    """The Redis channel of a workspace."""
    return f"smo:live:{workspace}"


@lru_cache(maxsize=1)
def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1, decode_responses=True)


def tell(workspace: UUID | str, topic: str) -> None:
    """Tell open pages what changed: `topic` is publication:<id>, inbox:<id>, presence:<id> or channels. Returns at once:
    whoever publishes has the next post to send. Never raises for Redis."""
    _speaker.hand((line(workspace), topic))


def _speak(said: list[tuple[str, str]]) -> None:
    """Pass it on, each once, in one round trip."""
    messages = dict.fromkeys(said)
    try:
        with _redis().pipeline(transaction=False) as pipe:
            for message in messages:
                pipe.publish(*message)
            pipe.execute()
    except redis.RedisError as error:
        log.warning("live updates lost count=%s error=%s", len(messages), type(error).__name__)


_speaker = Aside("live", _speak)
