"""The Celery application: doorbells, never facts. Early acknowledgement, no ETA, no retries, no result backend."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready
from django.conf import settings

from smo import memory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smo.settings")

app = Celery("smo")
app.conf.update(
    broker_url=settings.REDIS_URL,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"visibility_timeout": 86_400, "socket_timeout": 10, "socket_connect_timeout": 5},
    task_ignore_result=True,
    task_acks_late=False,
    task_store_errors_even_if_ignored=False,
    task_default_queue="rest",
    task_routes={
        "scheduler.tasks.ring": {"queue": "bell"},
        "scheduler.tasks.publish": {"queue": "publish"},
        "scheduler.tasks.ring_again": {"queue": "publish"},  # behind the messages that it waits for
        "scheduler.tasks.advance": {"queue": "media"},
        "scheduler.tasks.transcode": {"queue": "transcode"},
        "inbox.tasks.*": {"queue": "sync"},
    },
    task_create_missing_queues=True,
    worker_prefetch_multiplier=1,
    worker_send_task_events=False,
    beat_scheduler="smo.beat:SteadyScheduler",
    worker_hijack_root_logger=False,
    timezone="UTC",
    beat_schedule={
        # No "expires": it would hold the beat's clock against the worker's, and a few seconds apart no post would go out.
        "ring": {"task": "scheduler.tasks.ring", "schedule": settings.RING_SECONDS},
        "reply-ring": {"task": "inbox.tasks.ring_replies", "schedule": 1, "options": {"expires": 3600}},
        "recall": {"task": "scheduler.tasks.recall", "schedule": 60, "options": {"expires": 3600}},
        "tidy": {"task": "scheduler.tasks.tidy", "schedule": 3600, "options": {"expires": 3600}},
        "watch": {"task": "scheduler.tasks.watch", "schedule": 10, "options": {"expires": 3600}},
        "look-ahead": {"task": "scheduler.tasks.look_ahead", "schedule": 60, "options": {"expires": 3600}},
        "look-around": {"task": "scheduler.tasks.look_around", "schedule": 600, "options": {"expires": 3600}},
        "mails": {"task": "accounts.tasks.send_mails", "schedule": 60, "options": {"expires": 3600}},
        "tidy-notices": {"task": "accounts.tasks.tidy_notices", "schedule": 3600, "options": {"expires": 3600}},
        "trouble": {"task": "inbox.tasks.look_for_trouble", "schedule": 60, "options": {"expires": 3600}},
        "sync": {"task": "inbox.tasks.sync_due", "schedule": 30, "options": {"expires": 3600}},
        "tidy-inbox": {"task": "inbox.tasks.tidy", "schedule": 3600, "options": {"expires": 3600}},
        "watch-inbox": {"task": "inbox.tasks.watch", "schedule": 60, "options": {"expires": 3600}},
    },
)
app.autodiscover_tasks(["accounts", "scheduler", "inbox"])


@worker_ready.connect
def settle(**_: Any) -> None:
    """Once everything is loaded."""
    memory.settle()
