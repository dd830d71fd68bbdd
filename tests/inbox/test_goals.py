"""Service levels: clocks, what is late, who hears of it, and the report."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Channel, Notice, Workspace
from inbox import clocks, delivering, goals, handling, replying, tasks
from inbox.models import Clock, Conversation, Goal, Hours
from tests import cast
from tests.inbox import talk
from tests.inbox.desk import Desk

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def channel(shop: Workspace) -> Channel:
    return talk.channel(shop)


@pytest.fixture
def goal(shop: Workspace) -> Goal:
    """An answer within an hour, the end within a day."""
    return Goal.objects.create(workspace=shop, answer_minutes=60, resolve_minutes=1440)


@pytest.fixture
def boss(shop: Workspace) -> Desk:
    return Desk(cast.member(shop, "admin"))


def clock(of: Conversation, aim: str = "answer") -> Clock:
    return Clock.objects.get(conversation=of, aim=aim)


def in_list(desk: Desk, **query: str) -> list[str]:
    return [one.person_name for one in desk.get("inbox-rows", **query).context["page"].conversations]


# -- clocks ---------------------------------------------------------------------------------------------------------------


def test_a_clock_runs_from_the_question_to_the_answer(desk: Desk, channel: Channel, goal: Goal) -> None:
    asked = talk.says(channel, "Do you ship?", ago=20 * MINUTE)
    running = clock(asked.conversation)
    assert running.due_at == asked.sent_at + HOUR
    talk.says(channel, "Hello?", ago=5 * MINUTE)
    assert clock(asked.conversation).began_at == asked.sent_at

    replying.answer(asked.conversation, "Yes.", 10_000_000, desk.member)

    ended = clock(asked.conversation)
    assert ended.by == desk.member.user
    assert 1199 <= (ended.seconds or 0) < 1260
    assert clock(asked.conversation, "resolve").ended_at is None
    handling.finish(talk.talk(asked), desk.member)
    assert clock(asked.conversation, "resolve").by == desk.member.user


def test_an_answer_that_did_not_go_out_lets_the_clock_go_on(desk: Desk, channel: Channel, goal: Goal) -> None:
    asked = talk.says(channel, "Do you ship?", ago=20 * MINUTE)
    answer = replying.answer(asked.conversation, "Yes.", 10_000_000, desk.member)
    delivering.fail(answer, "Too long.")

    assert (clock(asked.conversation).ended_at, clock(asked.conversation).seconds) == (None, None)
    assert talk.talk(asked).waits_since == asked.sent_at


def test_what_was_no_question_is_never_late(desk: Desk, channel: Channel, goal: Goal) -> None:
    thanks, junk = talk.says(channel, "Thanks!"), talk.says(channel, "Buy now", thread="2")

    handling.finish(talk.talk(thanks), desk.member)
    handling.spam(talk.talk(junk), desk.member)

    assert list(Clock.objects.values_list("aim", "conversation")) == [("resolve", thanks.conversation_id)]
    talk.says(channel, "And now?")
    assert clock(thanks.conversation).ended_at is None


def test_the_most_particular_goal_holds(shop: Workspace, channel: Channel, goal: Goal) -> None:
    other = talk.channel(shop, "x", "Fizz")
    Goal.objects.create(workspace=shop, channel=channel, answer_minutes=30)
    Goal.objects.create(workspace=shop, kind="message", answer_minutes=10)
    Goal.objects.create(workspace=shop, channel=channel, kind="message", resolve_minutes=5)
    level = goals.Level.of(shop)

    found = [level.minutes("answer", one.pk, kind) for one in (channel, other) for kind in ("comment", "message")]
    assert found == [30, 30, 60, 10]
    assert level.minutes("resolve", channel.pk, "message") == 5
    assert level.minutes("resolve", other.pk, "message") == 1440


# -- setting goals and hours ------------------------------------------------------------------------------------------------


def hours(**more: str) -> dict[str, str]:
    """Mondays from nine to five, as the page sends it."""
    return {"do": "hours", "hours-open-0": "on", "hours-from-0": "09:00", "hours-until-0": "17:00"} | more


def test_running_clocks_follow_goals_hours_and_the_time_zone(boss: Desk, shop: Workspace, channel: Channel) -> None:
    now = timezone.now().astimezone(shop.zone)
    monday = (now - timedelta(days=now.weekday() + 7)).replace(hour=10, minute=0)  # in New York they are asleep then
    asked = talk.says(channel, "Do you ship?", ago=now - monday)
    assert clock(asked.conversation).due_at is None

    boss.post("goals", **{"do": "goal", "new-answer_minutes": "60"})
    assert clock(asked.conversation).due_at == asked.sent_at + HOUR
    boss.post("goals", **hours())
    in_warsaw = clock(asked.conversation).due_at
    assert in_warsaw is not None
    assert in_warsaw.astimezone(shop.zone).weekday() == 0
    Workspace.objects.update(time_zone="America/New_York")
    tasks.watch()
    assert clock(asked.conversation).due_at != in_warsaw

    goal = Goal.objects.get()
    boss.post("goals", do="delete", goal=goal.pk)
    assert clock(asked.conversation).due_at is None


def test_goals_and_hours_that_make_no_sense_are_refused(boss: Desk, shop: Workspace, goal: Goal, desk: Desk) -> None:
    def refused(**sent: str) -> str:
        answer = boss.post("goals", **sent)
        assert answer.status_code == 422
        return str(answer.content.decode())

    assert "how many minutes" in refused(do="goal")
    assert "already" in refused(**{"do": "goal", "new-answer_minutes": "5"})
    assert "at least one day" in refused(do="hours")
    assert "after the beginning" in refused(**hours(**{"hours-until-0": "08:00"}))
    assert "year-month-day" in refused(**hours(**{"hours-holidays": "Christmas"}))
    assert desk.post("goals", **hours()).status_code == 403
    theirs = Goal.objects.create(workspace=cast.workspace("Somebody else"), answer_minutes=5)
    assert boss.post("goals", do="delete", goal=theirs.pk).status_code == 404
    assert not Hours.objects.exists()


def test_hours_are_kept_as_they_were_typed(boss: Desk, shop: Workspace) -> None:
    boss.post("goals", **hours(**{"hours-until-0": "00:00", "hours-holidays": "2030-12-25\n2030-12-25\n"}))

    kept = Hours.objects.get()
    assert kept.week == [[540, 1440], None, None, None, None, None, None]
    assert [day.isoformat() for day in kept.holidays] == ["2030-12-25"]
    assert 'value="00:00"' in boss.get("goals").content.decode()
    boss.post("goals", **hours(**{"hours-around": "on"}))
    assert not Hours.objects.exists()


# -- what is late -------------------------------------------------------------------------------------------------------------


def test_what_is_late_comes_first_and_says_so(desk: Desk, channel: Channel, goal: Goal) -> None:
    talk.says(channel, "One", thread="1", who="Late", ago=3 * HOUR)
    soon = talk.says(channel, "Two", thread="2", who="Soon", ago=50 * MINUTE)
    talk.says(channel, "Three", thread="3", who="Fresh")
    talk.says(channel, "Four", thread="4", who="Later", ago=2 * HOUR)

    assert in_list(desk, waiting="late") == ["Late", "Later", "Soon"]
    rows = desk.get("inbox-rows").content.decode()
    assert "answer late by 2 h" in rows
    assert "answer within 9 min" in rows
    head = desk.get("conversation", soon.conversation_id).content.decode()
    assert "answer within 9 min" in head
    assert "finish within 23 h" in head


def test_the_late_ones_are_reached_page_by_page(
    desk: Desk, shop: Workspace, channel: Channel, django_assert_max_num_queries: Any
) -> None:
    now = timezone.now()
    rows = [
        Conversation(workspace=shop, channel=channel, kind="comment", thread=str(n), person_name=f"Fan {n:02}")
        for n in range(70)
    ]
    Conversation.objects.bulk_create(rows)
    late = [
        Clock(workspace=shop, conversation=one, aim="answer", began_at=now, warns_at=now, due_at=now + (n // 3) * MINUTE)
        for n, one in enumerate(rows)
    ]
    Clock.objects.bulk_create(late)

    with django_assert_max_num_queries(10):
        answer = desk.get("inbox", waiting="late")
    found = [one.person_name for one in answer.context["page"].conversations]
    while cursor := answer.context["page"].next:
        answer = desk.get("inbox-rows", waiting="late", after=cursor)
        found += [one.person_name for one in answer.context["page"].conversations]
    assert sorted(found) == [one.person_name for one in rows]
    assert found[:3] != found[-3:]
    assert in_list(desk, waiting="late", after="nonsense") == []


def told() -> list[tuple[str, str]]:
    return [(one.member.role, one.sentence) for one in Notice.objects.order_by("pk")]


def test_people_hear_of_it_before_and_at_the_breach_once_each(
    desk: Desk, marketer: cast.Person, shop: Workspace, channel: Channel, goal: Goal
) -> None:
    cast.member(shop, "viewer")
    asked = talk.says(channel, "Do you ship?")
    handling.assign(talk.talk(asked), desk.member, desk.member)
    start = asked.sent_at

    assert clocks.tell(start + 44 * MINUTE) == 0
    assert clocks.tell(start + 46 * MINUTE) == 1
    assert clocks.tell(start + 47 * MINUTE) == 0
    assert told() == [("responder", "soon-late")]
    assert clocks.tell(start + 61 * MINUTE) == 1
    assert clocks.tell(start + 62 * MINUTE) == 0
    assert told() == [("responder", "soon-late"), ("responder", "late-talk")]
    assert "is late: the goal was" in desk.get("notices").content.decode()

    Notice.objects.all().delete()
    for thread in ("2", "3"):
        talk.says(channel, "Hello?", thread=thread)
    assert clocks.tell(timezone.now() + 70 * MINUTE) == 2
    assert sorted(told()) == [("editor", "late-talk"), ("responder", "late-talk")]
    assert "2 conversations are late" in desk.get("notices").content.decode()


def test_nobody_hears_of_what_was_late_long_ago_or_is_put_off(desk: Desk, channel: Channel, goal: Goal) -> None:
    talk.says(channel, "Old", ago=timedelta(days=5))
    asleep = talk.says(channel, "Later, please", thread="2", ago=2 * HOUR)
    handling.snooze(talk.talk(asleep), timezone.now() + HOUR, desk.member)

    assert clocks.tell(timezone.now()) == 0


# -- the report ---------------------------------------------------------------------------------------------------------------


def ended(shop: Workspace, channel: Channel, minutes: int, at: datetime, **more: Any) -> None:
    thread = str(Conversation.objects.count())
    found = Conversation.objects.create(workspace=shop, channel=channel, kind="comment", thread=thread)
    began = at - minutes * MINUTE
    values: dict[str, Any] = {"aim": "answer", "due_at": began + HOUR, "seconds": minutes * 60} | more
    Clock.objects.create(workspace=shop, conversation=found, began_at=began, ended_at=at, **values)


def test_the_report_tells_how_soon_people_were_answered(
    desk: Desk, shop: Workspace, channel: Channel, django_assert_max_num_queries: Any
) -> None:
    now = timezone.now()
    for minutes in (10, 20, 30, 70):
        ended(shop, channel, minutes, now, by=desk.member.user)
    ended(shop, channel, 120, now, aim="resolve", by=desk.member.user)
    ended(shop, channel, 10, now - timedelta(days=40))
    ended(cast.workspace("Somebody else"), channel, 10, now)

    with django_assert_max_num_queries(12):
        report = desk.get("inbox-report").context["report"]

    total = report.total
    assert (total.answered, total.median, total.most, total.within, total.resolved) == (4, "25 min", "58 min", "75 %", 1)
    assert [line.name for line in report.members] == ["Responder"]
    assert [line.name for line in report.channels] == ["Polar Fizz · Facebook"]
    assert len(report.days) == 1
    assert desk.get("inbox-report", days="90").context["report"].total.answered == 5
    assert desk.get("inbox-report", days="nonsense").status_code == 200
