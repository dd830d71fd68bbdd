"""The doorbells: they reach the queue at once, and whoever answers one does the work."""

from typing import Any

import pytest
import redis
from django.utils import timezone
from kombu.exceptions import OperationalError

from inbox import ringing, tasks
from inbox.models import Conversation, Cursor, Event, Message
from scheduler.models import Publication
from smo.celery import app
from tests.inbox.deliveries import deliver, told
from tests.inbox.desk import Desk, Fans, Workers


@pytest.fixture
def queue(settings: Any) -> Any:
    """How many bells wait, of those that were sent since now."""
    waiting = redis.Redis.from_url(settings.REDIS_URL)
    waiting.delete("sync")
    return lambda: waiting.llen("sync")


@pytest.fixture
def no_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """No bell can be sent."""

    def refuses(*_: Any, **__: Any) -> None:
        raise OperationalError("Connection refused")

    monkeypatch.setattr(app.producer_pool, "acquire", refuses)


def ring(task: Any, row: Any, pk: Any) -> None:
    task(str(pk), row.due_at.isoformat())


def test_a_webhook_rings_at_once(post: Publication, queue: Any) -> None:
    deliver(told(post.channel, "1_1", "Is it vegan?"))
    assert queue() == 1

    event = Event.objects.get()
    assert event.due_at
    tasks.work_events([(str(event.pk), event.due_at.isoformat())])

    assert Message.objects.get().text == "Is it vegan?"


def test_a_burst_rings_a_few_times(queue: Any) -> None:
    tasks.knock_for_events([(number, timezone.now()) for number in range(41)])
    assert queue() == 3


def test_an_answer_rings_as_soon_as_it_is_no_more_to_be_taken_back(
    desk: Desk, question: Conversation, post: Publication, fans: Fans, queue: Any
) -> None:
    desk.answers(question, "Yes.")
    assert queue() == 0
    tasks.ring_replies()
    assert queue() == 1

    reply = Message.objects.get(mine=True)
    ring(tasks.answer, reply, reply.pk)

    assert fans.read(post)[-1] == "Yes."


def test_without_redis_the_answer_waits_for_the_next_ring(
    desk: Desk, question: Conversation, workers: Workers, no_redis: None, monkeypatch: pytest.MonkeyPatch, queue: Any
) -> None:
    assert desk.answers(question, "Yes.").status_code == 200
    tasks.ring_replies()
    assert queue() == 0

    monkeypatch.undo()
    workers.time_passes(ringing.REPLY_LEASE)
    tasks.ring_replies()

    assert queue() == 1


def test_beat_finds_channels_that_are_due_and_webhooks_whose_bell_was_lost(
    post: Publication, fans: Fans, no_redis: None, monkeypatch: pytest.MonkeyPatch, queue: Any
) -> None:
    deliver(told(post.channel, "1_1", "Is it vegan?"))
    monkeypatch.undo()

    tasks.sync_due()
    assert queue() == 3, "the webhook, the channel's news and its past"

    cursor = Cursor.objects.get()
    assert cursor.due_at > timezone.now()
    ring(tasks.poll, cursor, cursor.channel_id)
    assert Cursor.objects.get().read_until
