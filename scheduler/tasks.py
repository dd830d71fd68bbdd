"""Celery's side: doorbells. No logic here."""

import logging

import redis
from celery import shared_task
from django.conf import settings
from kombu.exceptions import OperationalError

from scheduler import gate, publishing, ringing

log = logging.getLogger("smo.tasks")
WAITING = 32  # messages that may wait in the publishing queue before the bell pauses: a newcomer must not queue behind a burst


@shared_task
def ring() -> None:
    """Lease what is due and send its bells, unless the next ring waits already (there was nobody to ring for a while)
    or the workers have not answered the last ones yet."""
    if gate.waiting("bell") or gate.waiting("publish") > WAITING:
        return
    bells = ringing.lease_due()
    media = [bell for bell in bells if bell.for_media_workers]
    quick = [bell for bell in bells if not bell.for_media_workers]
    send(ringing.bundles(quick, 2 * settings.PUBLISH_THREADS), "publish")
    send(ringing.bundles(media, max(1, len(media))), "media")


def send(bundles: list[ringing.Bells], queue: str) -> None:
    """Put bundles into a queue over one connection. A lost message costs the bell's lease, nothing else."""
    if not bundles:
        return
    try:
        with ring.app.producer_pool.acquire(block=True) as producer:
            for bells in bundles:
                advance.apply_async((bells,), queue=queue, producer=producer)
    except (OperationalError, redis.RedisError) as error:
        log.warning("bells lost count=%s error=%s", len(bundles), type(error).__name__)


@shared_task
def advance(bells: ringing.Bells) -> None:
    """Answer a bundle of bells."""
    publishing.advance(bells)
