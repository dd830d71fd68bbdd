"""The threads of a publishing worker: they wait for the networks, while Celery's own only hand out the work.

A message brings the rows of many channels and is read at once; each channel's rows go to one thread, so that what
hangs holds that thread and nothing else. When all are busy, handing out waits, and further messages stay in the queue
for the other workers.
"""

import logging
from collections import defaultdict
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore
from uuid import UUID

from django.conf import settings

from scheduler import publishing
from scheduler.machine.ringing import Bells
from scheduler.models import Publication

WAITING = settings.PUBLISH_THREADS // 2  # channels that may wait here, so that no thread has to wait for a message

log = logging.getLogger("smo.crew")
_crew = ThreadPoolExecutor(settings.PUBLISH_THREADS, thread_name_prefix="crew")
_room = BoundedSemaphore(settings.PUBLISH_THREADS + WAITING)


def hand_out(bells: Bells) -> None:
    """Have a bundle of bells answered. Returns when the last of it has found room, not when it is done."""
    channels: dict[UUID, list[Publication]] = defaultdict(list)
    for publication in publishing.rung(bells):
        channels[publication.channel_id].append(publication)
    for rows in channels.values():
        _room.acquire()
        _crew.submit(publishing.answer, rows).add_done_callback(_done)


def _done(work: Future[None]) -> None:
    _room.release()
    if error := work.exception():
        log.error("step broke error=%s", type(error).__name__, exc_info=error)
