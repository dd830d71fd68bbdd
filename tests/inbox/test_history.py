"""A new channel is read back thirty days, step by step, and nobody is alarmed by what is past."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Channel, Workspace
from accounts.networks import bound
from connectors.base import ReadsBack
from connectors.data import Outgoing, Progress
from connectors.talk import Span
from inbox import history, past, ringing, ruling, sync
from inbox.models import Arrival, Clock, Conversation, Message, Past
from inbox.trouble import watching
from tests import cast
from tests.inbox import talk
from tests.inbox.desk import Desk, Fans, Workers
from tests.sandbox.conftest import Practice

DAY = timedelta(days=1)


def days_ago(practice: Practice, days: int) -> None:
    practice.control("POST", "clock", offset=-days * DAY.total_seconds())


def steps_back(most: int = 20) -> list[int]:
    """Each step that is due is taken; how many days have been read after each."""
    days: list[int] = []
    while len(days) < most and (bells := ringing.due_pasts()):
        for key, ticket in bells:
            history.read_back(key, ticket)
            days.append(Past.objects.get(channel=key).days)
    return days


@pytest.fixture
def lively(brand_page: Channel, practice: Practice, fans: Fans) -> Channel:
    """A Page on which people spoke before it was connected, below a post that went out elsewhere too."""
    days_ago(practice, 40)
    fans.write(brand_page, "Long gone", "Old Ed")
    days_ago(practice, 20)
    post = bound(brand_page).publish(Outgoing("elsewhere", "Our summer"), Progress())
    days_ago(practice, 12)
    target = {"network": "facebook", "kind": "comment", "post": getattr(post, "remote_id", "")}
    practice.control("POST", "fan", name="Ana", text="Is it vegan?", **target)
    fans.write(brand_page, "Where can I buy it?", "Lea")
    practice.control("POST", "calm")
    return brand_page


def test_thirty_days_are_read_in_steps_and_twice_is_once(lively: Channel, workers: Workers, desk: Desk) -> None:
    workers.reads()
    assert not Message.objects.exists()
    assert "Reading back: 0 of 30 days" in desk.get("inbox").content.decode()

    assert steps_back() == [1, 3, 7, 14, 22, 30]

    assert {str(one) for one in Message.objects.all()} == {"Is it vegan?", "Where can I buy it?"}
    assert {(one.state, one.unread) for one in Conversation.objects.all()} == {("open", True)}
    assert "Reading back" not in desk.get("inbox-past").content.decode()
    before = list(Message.objects.values())
    Past.objects.update(reached_at=Past.objects.get().began_at, due_at=timezone.now())
    assert len(steps_back()) == 6
    assert list(Message.objects.values()) == before


def test_a_step_that_fails_says_why_and_is_taken_again(
    lively: Channel, workers: Workers, practice: Practice, desk: Desk
) -> None:
    workers.reads()
    practice.fault("refuse", {"id": lively.remote_id}, operation="read", seconds=1800, times=1)

    assert steps_back() == [0]

    row = Past.objects.get()
    assert (row.tries, row.why != "") == (1, True)
    assert row.due_at
    assert row.due_at > timezone.now() + timedelta(minutes=20)
    assert row.why in desk.get("channels").context["channels"][0].past.why
    assert "tries again by itself" in desk.get("channels").content.decode()
    Past.objects.update(due_at=timezone.now())
    assert steps_back()[-1] == 30

    Past.objects.update(reached_at=row.began_at, due_at=timezone.now(), tries=history.MOST_TRIES - 1)
    practice.fault("fail", {"id": lively.remote_id}, operation="read", times=1)
    steps_back()
    assert "Read back 0 of 30 days, then it failed" in desk.get("inbox").content.decode()


def test_a_worker_that_dies_leaves_its_step_to_the_next(lively: Channel, workers: Workers) -> None:
    workers.reads()
    [(key, ticket)] = ringing.due_pasts()
    row = Past.objects.get()
    span, posts = history.next_step(row)
    assert (row.began_at - span.since, posts) == (DAY, [])
    assert ringing.due_pasts() == []  # it is leased

    Past.objects.update(due_at=timezone.now())
    history.read_back(key, ticket)

    assert Past.objects.get().days == 0, "a stale bell is nobody's"
    assert steps_back()[-1] == 30


@pytest.mark.parametrize("network", ["instagram", "x", "bluesky", "mastodon"])
def test_each_network_shows_a_part_of_its_past(network: str, shop: Workspace, practice: Practice, fans: Fans) -> None:
    channel = cast.channel(shop, practice, network)
    kind = "comment" if network == "x" else "mention"
    for days, words in ((20, "Look, old!"), (5, "Look, newer!")):
        days_ago(practice, days)
        target = {"network": network, "account": channel.remote_id}
        if network == "instagram":
            fans.write(channel, words, f"Jo {days}")
        else:
            practice.control("POST", "fan", kind=kind, name="Jo", text=f"{words} @{channel.username}", **target)
        if network in ("bluesky", "mastodon"):
            fans.write(channel, f"{words} (private)", f"Lea {days}")
    practice.control("POST", "calm")
    reader: Any = bound(channel)
    now = timezone.now()

    assert isinstance(reader, ReadsBack)
    told = list(reader.past(Span(now - 22 * DAY, now - 14 * DAY, now - 30 * DAY), []))

    assert {"Look, old!" in one.text for one in told} == {True}
    assert len(told) == (2 if network in ("bluesky", "mastodon") else 1)


# -- news to nobody ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def boss(shop: Workspace) -> Desk:
    return Desk(cast.member(shop, "owner"))


@pytest.fixture
def channel(shop: Workspace) -> Channel:
    made = talk.channel(shop)
    Channel.objects.filter(pk=made.pk).update(connected_at=timezone.now() - timedelta(minutes=2))
    made.refresh_from_db()
    past.begin([made])
    return made


def test_no_rule_clock_or_alarm_hears_of_what_is_past(boss: Desk, channel: Channel) -> None:
    talk.rule(boss, {"mark": "done"})
    talk.rule(boss, {"mark": "done"}, when="waiting", minutes=1)
    for number in range(3):
        talk.says(channel, "This is awful, I hate it!", thread=str(number), ago=timedelta(minutes=4))

    assert not Arrival.objects.exists()
    assert not Clock.objects.exists()
    assert ruling.look_at_waiting(timezone.now()) == 0
    assert watching.heard(timezone.now()) == {}

    asked = talk.says(channel, "Hello?", thread="1")

    assert sum(len(found) for found in watching.heard(timezone.now()).values()) == 1
    assert Arrival.objects.get().message == asked
    assert {clock.began_at for clock in Clock.objects.all()} == {asked.sent_at}
    talk.says(channel, "This is awful", thread="1", ago=timedelta(minutes=9))
    assert {clock.began_at for clock in Clock.objects.all()} == {asked.sent_at}


def test_what_was_answered_before_is_done_and_work_of_colleagues_stays(desk: Desk, channel: Channel) -> None:
    asked = talk.says(channel, "Is it vegan?", ago=2 * DAY)
    assert talk.talk(asked).state == "open"
    talk.says(channel, "Yes!", ago=DAY, mine=True)
    assert (talk.talk(asked).state, talk.talk(asked).unread) == ("done", False)

    desk.post("reopen", asked.conversation_id)
    talk.says(channel, "Thank you!", ago=DAY / 2, mine=True)
    assert talk.talk(asked).state == "open"


def test_a_step_with_many_posts_is_a_smaller_one(
    brand_page: Channel, marketer: cast.Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync.begin_cursors()
    row = Past.objects.get()
    for days in range(1, 5):
        made = marketer.schedules(f"Day {days}", brand_page, timezone.now() + DAY)
        rows = type(made).objects.filter(pk=made.pk)
        rows.update(status="published", remote_id=str(days), due_at=None, published_at=row.began_at - days * DAY / 10)
    monkeypatch.setattr(history, "POSTS", 3)

    span, posts = history.next_step(row)

    assert posts == ["1", "2", "3"]
    assert span.since == row.began_at - 3 * DAY / 10
