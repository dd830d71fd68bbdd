"""What has just changed, told to open browsers: Redis publish and subscribe. A lost message costs nothing but freshness."""

import logging
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from queue import Empty, SimpleQueue
from threading import Thread
from uuid import UUID

import redis
from django.conf import settings

log = logging.getLogger("smo.live")
_said: SimpleQueue[tuple[str, str]] = SimpleQueue()


def line(workspace: UUID | str) -> str:
    """The Redis channel of a workspace."""
    return f"smo:live:{workspace}"


@lru_cache(maxsize=1)
def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1, decode_responses=True)


def tell(workspace: UUID | str, topic: str) -> None:
    """Tell open pages what changed: `topic` is publication:<id>, inbox:<id>, presence:<id> or channels. Returns at once:
    whoever publishes has the next post to send. Never raises for Redis."""
    _said.put((line(workspace), topic))
    _speaker()


@lru_cache(maxsize=1)
def _speaker() -> Thread:
    speaker = Thread(target=_speak, name="live", daemon=True)
    speaker.start()
    return speaker


def _speak() -> None:
    """Pass on what was said, all that has come meanwhile in one round trip."""
    while True:
        messages = dict.fromkeys([_said.get(), *_waiting()])
        try:
            with _redis().pipeline(transaction=False) as pipe:
                for message in messages:
                    pipe.publish(*message)
                pipe.execute()
        except redis.RedisError as error:
            log.warning("live updates lost count=%s error=%s", len(messages), type(error).__name__)


def _waiting() -> Iterator[tuple[str, str]]:
    with suppress(Empty):
        while True:
            yield _said.get_nowait()
