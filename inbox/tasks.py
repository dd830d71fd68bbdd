"""Celery's side of the inbox: doorbells. No logic here."""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import redis
from celery import Task, shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from inbox import (
    clocks,
    delivering,
    enclosing,
    errands,
    goals,
    handling,
    history,
    moods,
    ringing,
    rulebook,
    ruling,
    sync,
    webhooks,
)
from inbox.models import Event, Message
from inbox.trouble import watching

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
    """Send bells over one connection, without a second try: a lost one costs its lease, nothing else."""
    bells = list(bells)
    if not bells:
        return
    try:
        with task.app.producer_pool.acquire(block=True) as producer:
            for key, ticket in bells:
                task.apply_async((str(key), ticket.isoformat()), queue="sync", producer=producer, retry=False)
    except (OperationalError, redis.RedisError) as error:
        log.warning("bells lost count=%s error=%s", len(bells), type(error).__name__)


def knock_for(row: Message | Event) -> None:
    """Ring at once for a row that is due and committed."""
    if row.due_at is not None:
        knock(answer if isinstance(row, Message) else work_event, [(row.pk, row.due_at)])
