"""Celery's side: doorbells. No logic here."""

import logging
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import redis
from celery import Task, shared_task
from django.conf import settings
from kombu.exceptions import OperationalError

from scheduler import publishing
from scheduler.bulk import working
from scheduler.library import renditions, tidying
from scheduler.machine import crew, gate, ringing
from scheduler.watching import ends, rechecks, states

log = logging.getLogger("smo.tasks")
WAITING = 4  # messages that may wait in the publishing queue before the bell pauses: a newcomer must not queue behind a burst


@shared_task
def ring() -> None:
    """Ring for what is due, and once more at the very moment when something becomes due before the next beat.

    Not when the next ring waits already: there was nobody to ring for a while.
    """
    if gate.waiting("bell"):
        return
    if not _ring() and (wait := ringing.next_due(settings.RING_SECONDS)) is not None:
        time.sleep(wait)
        _ring()


@shared_task
def ring_again() -> None:
    """More was due than one ring takes, and the messages of that ring are taken."""
    _ring()


def _ring() -> bool:
    """Lease what is due and send its bells, unless the workers have not answered the last ones yet. False: nothing was due."""
    if gate.waiting("publish") > WAITING:
        return True
    bells = ringing.lease_due()
    media = [bell for bell in bells if bell.for_media_workers]
    quick = [bell for bell in bells if not bell.for_media_workers]
    put(publish, [(bundle,) for bundle in ringing.bundles(quick)])
    put(advance, [(bundle,) for bundle in ringing.bundles(media, size=1)])
    if len(bells) == settings.RING_ROWS:
        put(ring_again, [()])
    return bool(bells)


def put(task: "Task[..., None]", messages: Sequence[tuple[Any, ...]]) -> None:
    """Queue messages over one connection. A lost one costs the bell's lease, nothing else."""
    if not messages:
        return
    try:
        with ring.app.producer_pool.acquire(block=True) as producer:
            for message in messages:
                task.apply_async(message, producer=producer)
    except (OperationalError, redis.RedisError) as error:
        log.warning("bells lost count=%s error=%s", len(messages), type(error).__name__)


@shared_task
def publish(bells: ringing.Bells) -> None:
    """Hand out a bundle of bells."""
    crew.hand_out(bells)


@shared_task
def advance(bells: ringing.Bells) -> None:
    """Answer bells whose next step moves files: it may take minutes."""
    publishing.advance(bells)


@shared_task
def transcode(pk: str) -> None:
    """Bring a file into a network's limits: it may take long."""
    renditions.make(UUID(pk))


@shared_task
def recall() -> None:
    """Look for files that nobody makes any more, and imports that nobody works on."""
    renditions.recall()
    working.recall()


@shared_task
def run_import(pk: str) -> None:
    """Go on with an import."""
    working.work(UUID(pk))


@shared_task
def watch() -> None:
    """Tell people what has just gone wrong."""
    ends.tell()
    states.look_at_channels()


@shared_task
def look_ahead() -> None:
    """Look once more at what goes out soon."""
    rechecks.look()


@shared_task
def look_around() -> None:
    """Tell people of what goes wrong slowly."""
    states.look_around()


@shared_task
def tidy() -> None:
    """Free the disk of what nobody needs any more."""
    tidying.tidy()
