"""Allowances: kept for all workers together, answered with a time to wait."""

from datetime import timedelta
from typing import Any

import pytest
import redis
from django.utils import timezone

from accounts.models import Channel
from connectors.data import Pause, Quota
from connectors.x import X
from scheduler.machine import gate
from scheduler.models import Status
from tests.cast import Person, Worker, channel, said
from tests.sandbox.conftest import Practice
from tests.sandbox.waiting import until


def test_a_channels_allowance_is_its_own(
    x_channel: Channel, shop: Any, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(X, "quotas", (Quota(2, 900),))
    other = channel(shop, practice, "x", "Tea House")

    waits = [gate.take(x_channel) for _ in range(3)]

    assert waits[:2] == [None, None]
    assert waits[2] is not None
    assert gate.take(other) is None


def test_an_apps_allowance_is_shared_by_its_channels(
    x_channel: Channel, shop: Any, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(X, "quotas", (Quota(1, 900, scope="app"),))
    other = channel(shop, practice, "x", "Tea House")
    assert gate.take(x_channel) is None
    assert gate.take(other) is not None


def test_a_refused_call_takes_from_no_allowance(
    x_channel: Channel, shop: Any, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = (Quota(1, 900), Quota(1, 900, scope="app"))
    monkeypatch.setattr(X, "quotas", both)
    assert gate.take(channel(shop, practice, "x", "Tea House")) is None
    assert gate.take(x_channel) is not None, "the app's allowance is used up"

    monkeypatch.setattr(X, "quotas", both[:1])

    assert gate.take(x_channel) is None


def test_there_is_room_when_the_wait_is_over(x_channel: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(X, "quotas", (Quota(2, 1),))
    until(lambda: gate.take(x_channel) is not None)
    wait = gate.take(x_channel)
    assert wait is not None
    assert wait < timedelta(seconds=2)
    until(lambda: gate.take(x_channel) is None)


def test_what_the_headers_said_holds_until_the_time_is_over(x_channel: Channel) -> None:
    gate.pause(x_channel, Pause(timedelta(seconds=90)))
    wait = gate.take(x_channel)
    assert wait is not None
    assert timedelta(seconds=80) < wait <= timedelta(seconds=90)


def test_a_full_allowance_puts_the_post_off_and_never_sleeps(
    marketer: Person, x_channel: Channel, practice: Practice, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(X, "quotas", (Quota(1, 900),))
    worker.finishes(marketer.publishes("First", x_channel))
    second = marketer.publishes("Second", x_channel)

    worker.rings()

    second.refresh_from_db()
    assert (second.status, second.attempt) == (Status.SCHEDULED, 0)
    assert second.due_at is not None
    assert second.due_at > timezone.now() + timedelta(seconds=30)
    assert said(practice, x_channel) == ["First"]


def test_the_gate_stands_open_when_redis_is_away(x_channel: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = redis.Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.2)
    monkeypatch.setattr(gate, "_redis", lambda: nobody)
    assert gate.take(x_channel) is None
    gate.pause(x_channel, Pause(timedelta(seconds=5)))
