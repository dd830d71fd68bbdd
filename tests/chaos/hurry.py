"""Short waits for the workers of the chaos tests, so that leases, looks and back-offs pass in seconds.

Their order stays as shipped: one HTTP call < one task < the lease; the second look comes after the longest call. Only
lengths are changed here, no step of the machine.
"""

import random
from datetime import timedelta
from unittest.mock import patch

from accounts.models import Channel
from connectors import http
from connectors.data import Pause, Quota
from connectors.youtube import YouTube
from inbox import delivering
from inbox import ringing as inbox_ringing
from scheduler import publishing
from scheduler.machine import endings, gate, ringing
from scheduler.machine.moving import After

CALL = 1.0  # seconds; SMO_TASK_SECONDS and SMO_LEASE_SECONDS are set beside it in stage.py
TASK, LEASE = 3, 4
BELL_LEASE = timedelta(seconds=2)
LONGEST = timedelta(seconds=1.5)
PAUSE = timedelta(seconds=1)
ANSWER_LEASE = timedelta(seconds=2)


def shorten() -> None:
    """Set the waits of this process; for good."""
    http.DEADLINE = CALL
    ringing.BELL_LEASE = BELL_LEASE
    publishing.SOON = timedelta(seconds=0.3)
    publishing.SECOND_LOOK = timedelta(seconds=1.5)
    YouTube.quotas = (Quota(1_000_000, 86_400, scope="app"),)  # of the real 100 a day nothing would be left
    YouTube.chunk_size = 256 * 1024
    for name, short in (("BELL_LEASE", BELL_LEASE), ("back_off", _back_off), ("After", _after)):
        for module in (publishing, endings):
            patch.object(module, name, short).start()
    patch.object(gate, "pause", _pause).start()
    _shorten_the_inbox()


def _shorten_the_inbox() -> None:
    delivering.LEASE = ANSWER_LEASE
    delivering.SOON = timedelta(seconds=0.3)
    delivering.SECOND_LOOK = timedelta(seconds=1.5)
    delivering.MOST_LOOKS = 7
    delivering.back_off = _back_off
    for lease in ("REPLY_LEASE", "EVENT_LEASE", "ARRIVAL_LEASE", "CURSOR_LEASE"):
        patch.object(inbox_ringing, lease, BELL_LEASE).start()


def _back_off(tries: int) -> timedelta:
    return timedelta(seconds=random.uniform(0.2, 0.5))


def _after(delay: timedelta = timedelta(), promised: bool = False) -> After:
    """A lease, or a wait: some networks ask for a quarter of an hour."""
    return After(delay if delay == publishing.LEASE else min(delay, LONGEST), promised)


_real_pause = gate.pause


def _pause(channel: Channel, found: Pause) -> None:
    _real_pause(channel, Pause(min(found.retry_in, PAUSE), found.scope))
