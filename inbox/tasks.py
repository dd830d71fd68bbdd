"""Celery's side of the inbox: doorbells. No logic here."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import redis
from celery import Task, shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts.aside import Aside
from inbox import (
    clocks,
    delivering,
    enclosing,
    errands,
    goals,
    handling,
    history,
    moods,
    reacting,
    ringing,
    rulebook,
    ruling,
    sync,
    webhooks,
)
from inbox.models import Event, Message
from inbox.trouble import watching

TOGETHER = 20  # deliveries of a burst that one message rings for

log = logging.getLogger("smo.tasks")


@shared_task
def ring_replies() -> None:
    """Ring for the replies that are due."""
    knock(answer, ringing.due_replies())


@shared_task
def sync_due() -> None:
    """Ring for channels that are to be read, and for what lost its bell; carry out the rules for what waits."""
    webhooks.forget_old()
    moods.catch_up()
    handling.wake()
    knock(work_event, ringing.due_events())
    sync.begin_cursors()
    knock(poll, ringing.due_cursors())
    knock(read_back, ringing.due_pasts())
    knock_for_news()
    ruling.look_at_waiting(timezone.now())
    knock(run_errand, ringing.due_errands())


@shared_task
def watch() -> None:
    """Tell people of conversations that are late, or soon will be."""
    goals.follow_zones()
    clocks.tell(timezone.now())
    rulebook.tidy()


@shared_task
def tidy() -> None:
    enclosing.tidy()
    reacting.tidy()


@shared_task
def look_for_trouble() -> None:
    watching.look(timezone.now())


@shared_task
def answer(pk: str, ticket: str) -> None:
    delivering.advance(int(pk), datetime.fromisoformat(ticket))


@shared_task
def work_event(pk: str, ticket: str) -> None:
    webhooks.work(int(pk), datetime.fromisoformat(ticket))
    knock_for_news()


@shared_task
def work_events(bells: list[tuple[str, str]]) -> None:
    """Several, of a burst. Should one of them fail, the others' bells are rung again, each for itself."""
    for pk, ticket in bells:
        webhooks.work(int(pk), datetime.fromisoformat(ticket))
    knock_for_news()


@shared_task
def poll(channel: str, ticket: str) -> None:
    sync.poll(UUID(channel), datetime.fromisoformat(ticket))
    knock_for_news()


@shared_task
def read_back(channel: str, ticket: str) -> None:
    history.read_back(UUID(channel), datetime.fromisoformat(ticket))
    knock(read_back, ringing.due_pasts())  # the next step, behind what waits already
    knock_for_news()


@shared_task
def judge(pk: str, ticket: str) -> None:
    ruling.judge(int(pk), datetime.fromisoformat(ticket))
    knock(run_errand, ringing.due_errands())


@shared_task
def run_errand(pk: str, ticket: str) -> None:
    errands.run(int(pk), datetime.fromisoformat(ticket))


@shared_task
def fetch(attachment: str, ticket: str) -> None:
    enclosing.fetch(attachment, datetime.fromisoformat(ticket))


def knock_for_news() -> None:
    """Ring for what was just taken in: the rules judge it, and what hangs on it is fetched."""
    knock(judge, ringing.due_arrivals())
    knock(fetch, ringing.due_attachments())


def knock(task: "Task[..., Any]", bells: Iterable[ringing.Bell]) -> None:
    """Send bells, each as a message."""
    _send(task, [_told(bell) for bell in bells])


def knock_for(row: Message | Event) -> None:
    """Ring at once for a row that is due and committed; for a delivery without waiting for Redis."""
    if row.due_at is None:
        return
    if isinstance(row, Event):
        events.hand((row.pk, row.due_at))
    else:
        knock(answer, [(row.pk, row.due_at)])


def knock_for_events(bells: Iterable[ringing.Bell]) -> None:
    """Ring for deliveries, several with a message: in a burst, messages would cost the web process more than their rows."""
    told = [_told(bell) for bell in bells]
    _send(work_events, [(told[first : first + TOGETHER],) for first in range(0, len(told), TOGETHER)])


events = Aside("bells", knock_for_events)


def _told(bell: ringing.Bell) -> tuple[str, str]:
    return str(bell[0]), bell[1].isoformat()


def _send(task: "Task[..., Any]", messages: Sequence[tuple[Any, ...]]) -> None:
    """Over one connection, without a second try: a lost bell costs its lease, nothing else."""
    if not messages:
        return
    try:
        with task.app.producer_pool.acquire(block=True) as producer:
            for message in messages:
                task.apply_async(message, queue="sync", producer=producer, retry=False)
    except (OperationalError, redis.RedisError) as error:
        log.warning("bells lost messages=%s error=%s", len(messages), type(error).__name__)
