"""Who looks at a conversation and who writes an answer at this moment. Redis alone carries it, so nothing else is lost with it.

A conversation's key is a sorted set: `looks:<member>` and `types:<member>`, each with the second at which it ends.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from uuid import UUID

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from accounts.live import tell
from accounts.models import Member
from inbox.models import Conversation

LOOKS, TYPES = (
    timedelta(seconds=70),
    timedelta(seconds=15),
)  # pages tell it every 30 and, while somebody types, every 10 seconds

log = logging.getLogger("smo.live")


@dataclass(frozen=True)
class Here:
    """A colleague before the same conversation."""

    member: Member
    types: bool


@lru_cache(maxsize=1)
def _redis() -> redis.Redis:
    never = Retry(NoBackoff(), 0)  # a request must not wait for what is only news
    limits = {"socket_timeout": 1, "socket_connect_timeout": 1, "retry": never}
    return redis.Redis.from_url(settings.REDIS_URL, decode_responses=True, **limits)


def beat(conversation: Conversation, by: Member, types: bool) -> None:
    """The member has it before their eyes; `types`: and writes. Open pages hear of it when that is news."""
    now, key = time.time(), _key(conversation)
    ends = {f"looks:{by.pk}": now + LOOKS.total_seconds()}
    if types:
        ends[f"types:{by.pk}"] = now + TYPES.total_seconds()
    try:
        with _redis().pipeline(transaction=False) as pipe:
            pipe.zremrangebyscore(key, "-inf", now)
            pipe.zadd(key, ends)
            pipe.expire(key, LOOKS)
            _over, new, _kept = pipe.execute()
    except redis.RedisError as error:
        return _lost(error)
    if new:
        _tell(conversation)
    return None


def leave(conversation: Conversation, by: Member) -> None:
    """The member looks elsewhere."""
    _forget(conversation, f"looks:{by.pk}", f"types:{by.pk}")


def rest(conversation: Conversation, by: Member) -> None:
    """The member has stopped writing: the answer is sent."""
    _forget(conversation, f"types:{by.pk}")


def others(conversation: Conversation, by: Member) -> list[Here]:
    """Who else has it before their eyes."""
    try:
        found = [str(one) for one in _redis().zrangebyscore(_key(conversation), f"({time.time()}", "+inf")]
    except redis.RedisError as error:
        _lost(error)
        return []
    ids = {one.partition(":")[2] for one in found}
    members = by.workspace.members.filter(pk__in=ids).exclude(pk=by.pk).select_related("user") if ids else []
    return [Here(one, f"types:{one.pk}" in found) for one in members]


def typing(conversations: Sequence[Conversation], by: Member) -> dict[UUID, list[Member]]:
    """Who else writes an answer in these conversations, by conversation."""
    try:
        with _redis().pipeline(transaction=False) as pipe:
            for one in conversations:
                pipe.zrangebyscore(_key(one), f"({time.time()}", "+inf")
            answers: list[list[str]] = pipe.execute()
    except redis.RedisError as error:
        _lost(error)
        return {}
    types = [{said[6:] for said in who if said.startswith("types:")} for who in answers]
    found = {one.pk: who for one, who in zip(conversations, types, strict=True)}
    ids = set().union(*found.values())
    members = list(by.workspace.members.filter(pk__in=ids).exclude(pk=by.pk).select_related("user")) if ids else []
    some = {pk: [member for member in members if str(member.pk) in who] for pk, who in found.items()}
    return {pk: who for pk, who in some.items() if who}


def _forget(conversation: Conversation, *what: str) -> None:
    try:
        gone = _redis().zrem(_key(conversation), *what)
    except redis.RedisError as error:
        return _lost(error)
    if gone:
        _tell(conversation)
    return None


def _key(conversation: Conversation) -> str:
    return f"smo:here:{conversation.pk}"


def _tell(conversation: Conversation) -> None:
    tell(conversation.workspace_id, f"presence:{conversation.pk}")


def _lost(error: redis.RedisError) -> None:
    log.warning("presence lost error=%s", type(error).__name__)
