"""A worker's sign of life, for `up` and for container health checks: `celery -A smo worker --include smo.up.heartbeat`.

While the worker consumes, it touches the file named by SMO_HEARTBEAT every 10 s; without that variable, nothing happens.
Asking workers by `celery inspect ping` instead would cost a Python start with Django at every check.
"""

import os
from pathlib import Path
from typing import Any

from celery.signals import worker_ready

SECONDS = 10


@worker_ready.connect
def start_heartbeat(sender: Any, **_: Any) -> None:
    """`sender` is Celery's consumer, which is ready to take tasks; its timer runs in a thread of its own."""
    if name := os.environ.get("SMO_HEARTBEAT"):
        Path(name).touch()
        sender.timer.call_repeatedly(SECONDS, Path(name).touch)
