"""What has just changed, told to open browsers: Redis publish and subscribe. A lost message costs nothing but freshness.

A page comes before its stream: what was told between the two is caught up on. A stamp that changes with all that is told says
whether that is needed: as a rule it is not, and the page that has just come is not asked for again piece by piece.
"""

import logging
from functools import lru_cache
from uuid import UUID, uuid4

import redis
from django.conf import settings
from django.db import transaction

from accounts.aside import Aside

log = logging.getLogger("smo.live")
KEPT = 24 * 60 * 60  # seconds for which a stamp is known
PASSING = "presence:"  # is told again and again: no stamp changes for it


def line(workspace: UUID | str) -> str:
    """The Redis channel of a workspace."""
    return f"smo:live:{workspace}"


def stamp_key(name: str) -> str:
    """Where the stamp of a line lies."""
    return f"{name}:stamp"


@lru_cache(maxsize=1)
def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1, decode_responses=True)


def tell(workspace: UUID | str, topic: str) -> None:
    """Tell open pages what changed, as soon as it is committed: `topic` is publication:<id>, inbox:<id>, presence:<id>,
    notices or channels. Returns at once: whoever publishes has the next post to send. Never raises for Redis."""
    transaction.on_commit(lambda: _speaker.hand((line(workspace), topic)))


def stamp(workspace: UUID | str) -> str:
    """Stays the same as long as nothing is told. Empty: nobody can say. To be asked for before what a page shows is read."""
    key = stamp_key(line(workspace))
    try:
        with _redis().pipeline(transaction=False) as pipe:
            pipe.set(key, uuid4().hex, nx=True, ex=KEPT)
            pipe.get(key)
            return str(pipe.execute()[-1] or "")
    except redis.RedisError:
        return ""


def _speak(said: list[tuple[str, str]]) -> None:
    """Pass it on, each once, in one round trip. The stamps first: who hears the old one is listening already."""
    messages = dict.fromkeys(said)
    stamped = dict.fromkeys(name for name, topic in messages if not topic.startswith(PASSING))
    try:
        with _redis().pipeline(transaction=False) as pipe:
            for name in stamped:
                pipe.set(stamp_key(name), uuid4().hex, ex=KEPT)
            for message in messages:
                pipe.publish(*message)
            pipe.execute()
    except redis.RedisError as error:
        log.warning("live updates lost count=%s error=%s", len(messages), type(error).__name__)


_speaker = Aside("live", _speak)
