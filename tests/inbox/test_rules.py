"""Rules at work: what they find, what they do, and that they do it once."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AuditEntry, Channel, Notice, Workspace
from connectors.talk import Incoming, Person
from inbox import actions, handling, replying, rulebook, ruling, sync, tasks
from inbox.conditions import Names
from inbox.models import Act, Arrival, Clock, Hours, Message, Rule
from tests import cast
from tests.inbox import talk
from tests.inbox.deliveries import deliver, told
from tests.inbox.desk import Desk, Workers
from tests.inbox.talk import rule, trail

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def channel(shop: Workspace) -> Channel:
    return talk.channel(shop)


@pytest.fixture
def boss(shop: Workspace) -> Desk:
    return Desk(cast.member(shop, "admin"))


# -- new items --------------------------------------------------------------------------------------------------------------


def test_a_rule_acts_on_what_comes_in_and_writes_it_into_the_trail(boss: Desk, desk: Desk, channel: Channel) -> None:
    rule(boss, {"assign": str(desk.member.pk), "mark": "read", "notify": "owner"}, {"words": "refund, money back"})

    hit, miss = talk.says(channel, "I want my MONEY  back!".replace("  ", " ")), talk.says(channel, "Ice cold!", thread="2")
    assert (talk.judged(), talk.judged()) == (2, 0)

    found = talk.talk(hit)
    assert (found.assignee, found.unread) == (desk.member, False)
    assert trail(hit) == ["“A rule”: gave it to Responder; marked it as read; told Responder"]
    assert trail(miss) == []
    notice = Notice.objects.get()
    assert (notice.member, notice.address) == (desk.member, f"/inbox/{found.pk}/")
    assert "rule “A rule”: gave it to Responder" in desk.get("conversation", found.pk).content.decode()
    assert "tells you of Ann on Polar Fizz" in desk.get("notices").content.decode()


def test_a_webhook_only_writes_down_what_is_to_be_judged(boss: Desk, channel: Channel, workers: Workers) -> None:
    rule(boss, {"mark": "done"})
    deliver(told(channel, "1_1", "Is it vegan?"))
    assert not Arrival.objects.exists()

    workers.works()

    message = Message.objects.get()
    assert talk.talk(message).state == "open"
    talk.judged()
    assert talk.talk(message).state == "done"
    assert not Arrival.objects.exists()


def test_rules_of_others_switched_off_and_deleted_ones_do_nothing(boss: Desk, channel: Channel) -> None:
    theirs = Desk(cast.member(cast.workspace("Somebody else"), "owner"))
    rule(theirs, {"mark": "done"})
    rule(boss, {"mark": "done"}, is_on=False)
    rule(boss, {"mark": "done"}, since=timezone.now() + HOUR)
    gone = rule(boss, {"mark": "done"})
    asked = talk.says(channel, "Hello?")
    Rule.objects.filter(pk=gone.pk).update(deleted_at=timezone.now())

    talk.judged()

    assert talk.talk(asked).state == "open"


def test_what_is_read_when_a_channel_is_new_is_history(boss: Desk, channel: Channel) -> None:
    rule(boss, {"mark": "done"})
    sync.begin_cursors()
    item = Incoming("old", "comment", "old", Person("ann", "Ann"), "Hello?", channel.connected_at - HOUR)

    sync.take(channel, item, polled=True)

    assert not Arrival.objects.exists()


# -- conditions ---------------------------------------------------------------------------------------------------------------


def test_conditions_find_what_they_say(boss: Desk, shop: Workspace, channel: Channel) -> None:
    other = talk.channel(shop, "x", "Fizz")
    wordy = talk.says(channel, "What a *scam*! (really)", thread="1")
    talk.says(channel, "scampi, please", thread="2", kind="message")
    talk.says(other, "Hello (sic)", thread="3")

    def found(**conditions: Any) -> list[str]:
        rows = Message.objects.filter(ruling.matching(Rule(conditions=conditions), shop))
        return sorted(rows.values_list("conversation__thread", flat=True))

    assert found() == ["1", "2", "3"]
    assert found(words="scam") == ["1", "2"]
    assert found(words="(sic), *scam*") == ["1", "3"]
    assert found(words="camp") == found(words=" , ") == []
    assert found(kinds=["message", "review"]) == ["2"]
    assert found(networks=["x"]) == found(channels=[str(other.pk)]) == ["3"]
    assert found(words="scam", networks=["x"]) == []
    Message.objects.filter(pk=wordy.pk).update(deleted=True)
    assert found(words="*scam*") == []


def test_moods_languages_ratings_and_labels_are_asked_for(boss: Desk, shop: Workspace, channel: Channel) -> None:
    talk.says(channel, "Terrible aftertaste, it is awful", thread="cross")
    talk.says(channel, "Świetna obsługa, dziękuję, polecam", thread="kind")
    talk.says(channel, "👍", thread="two", kind="review", stars=2)
    talk.says(channel, "?!", thread="five", kind="review", stars=5)
    talk.says(channel, "?!", thread="against", kind="review", recommends=False)
    urgent = shop.labels.create(name="urgent")
    labelled = talk.says(channel, "?!", thread="labelled", recommends=True)
    labelled.conversation.labels.add(urgent, shop.labels.create(name="later"))

    def found(**conditions: Any) -> set[str]:
        rule = Rule(conditions=conditions)
        rows = rulebook.tried(rule, shop, timezone.now()).values_list("conversation__thread", flat=True)
        judged = Message.objects.filter(ruling.matching(rule, shop)).values_list("conversation__thread", flat=True)
        assert sorted(rows) == sorted(judged), "the dry run asks the same"
        return set(judged)

    assert found(mood=["negative"]) == found(mood=["negative"], language=["en"]) == {"cross"}
    assert found(language=["pl"]) == {"kind"}
    assert found(mood=["negative"], language=["pl"]) == set()
    assert found(rating="no") == {"against"}
    assert found(rating="1") == {"against"}
    assert found(rating="4") == {"against", "two"}
    assert found(labels=[str(label.pk) for label in shop.labels.all()]) == {"labelled"}
    conditions: dict[str, Any] = {
        "mood": ["negative"],
        "language": ["pl", "de"],
        "rating": "2",
        "labels": [str(urgent.pk), "gone"],
    }
    assert rulebook.told(Rule(conditions=conditions), Names.of(shop)).conditions == [
        "it sounds negative",
        "it is in Polski or Deutsch",
        "it rates you so: at most two stars, or not recommended",
        "it has the label urgent or a label that is gone",
    ]


def test_hours_are_those_of_the_workspace(boss: Desk, shop: Workspace, channel: Channel) -> None:
    Hours.objects.create(workspace=shop, week=[[570, 1020]] * 5 + [None, None], holidays=["2031-05-01"], counted_in="x")
    said = {  # by the clocks of Warsaw
        "Tuesday": datetime(2031, 5, 6, 9, 30),
        "too early": datetime(2031, 5, 6, 9, 29),
        "too late": datetime(2031, 5, 6, 17, 0),
        "Sunday": datetime(2031, 5, 4, 12, 0),
        "holiday": datetime(2031, 5, 1, 12, 0),
    }
    for text, at in said.items():
        message = talk.says(channel, text, thread=text)
        Message.objects.filter(pk=message.pk).update(sent_at=at.replace(tzinfo=shop.zone))

    def found(hours: str) -> set[str]:
        with timezone.override(shop.zone):
            return set(
                Message.objects.filter(ruling.matching(Rule(conditions={"hours": hours}), shop)).values_list("text", flat=True)
            )

    assert found("within") == {"Tuesday"}
    assert found("outside") == {"too early", "too late", "Sunday", "holiday"}
    Hours.objects.all().delete()
    assert (len(found("within")), len(found("outside"))) == (5, 0)


# -- once ---------------------------------------------------------------------------------------------------------------------


def test_a_rule_acts_once_on_a_conversation_until_one_of_us_is_done_with_it(boss: Desk, desk: Desk, channel: Channel) -> None:
    rule(boss, {"mark": "done"})
    first = talk.says(channel, "Hello?")
    talk.judged()
    talk.says(channel, "Hello??")
    talk.judged()
    assert talk.talk(first).state == "open"
    assert Act.objects.count() == 1

    handling.finish(talk.talk(first), desk.member)
    talk.says(channel, "Hello???")
    talk.judged()

    assert talk.talk(first).state == "done"
    assert Act.objects.count() == 2


def test_a_killed_worker_neither_repeats_nor_loses_an_act(
    boss: Desk, desk: Desk, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule(boss, {"assign": str(desk.member.pk)}, name="First")
    rule(boss, {"mark": "read", "notify": "team"}, name="Second", position=2)
    asked = talk.says(channel, "Hello?")

    def dies(*_: Any, **__: Any) -> None:
        raise SystemExit

    monkeypatch.setattr(actions, "notify", dies)
    with pytest.raises(SystemExit):
        talk.judged()
    monkeypatch.undo()
    assert (talk.talk(asked).assignee, talk.talk(asked).unread) == (desk.member, True)
    assert Arrival.objects.exists()

    talk.judged()

    assert [one.split(":")[0] for one in trail(asked)] == ["“First”", "“Second”"]
    assert not talk.talk(asked).unread
    assert not Arrival.objects.exists()


def test_the_same_bell_twice_and_what_cannot_be_judged_do_no_harm(boss: Desk, channel: Channel) -> None:
    rule(boss, {"mark": "read"})
    asked = talk.says(channel, "Hello?")
    ticket = Arrival.objects.get().due_at

    ruling.judge(asked.pk, ticket)
    ruling.judge(asked.pk, ticket)
    assert Act.objects.count() == 1

    lost = talk.says(channel, "Hello?", thread="2")
    Arrival.objects.update(tries=ruling.MOST_TRIES)
    talk.judged()
    assert trail(lost) == []
    assert not Arrival.objects.exists()


def test_a_rule_that_acts_too_often_is_switched_off(
    boss: Desk, desk: Desk, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ruling, "MOST_A_MINUTE", 2)
    wild = rule(boss, {"mark": "read"})
    for thread in "123":
        talk.says(channel, "Hello?", thread=thread)

    talk.judged()

    wild.refresh_from_db()
    assert (wild.is_on, Act.objects.count()) == (False, 2)
    assert [one.member for one in Notice.objects.all()] == [boss.member]
    assert "has switched itself off" in boss.get("notices").content.decode()
    assert "More than 2 acts" in desk.get("rules").content.decode()


# -- actions ------------------------------------------------------------------------------------------------------------------


def test_publishing_is_stopped_with_the_rights_of_who_saved_the_rule(boss: Desk, shop: Workspace, channel: Channel) -> None:
    rule(boss, {"hold": "channel"}, {"words": "scam"})
    whole = rule(boss, {"hold": "workspace"}, {"words": "fire"}, position=2)

    talk.says(channel, "It is a scam", thread="1")
    talk.judged()
    channel.refresh_from_db()
    shop.refresh_from_db()
    assert (channel.held, shop.held) == (True, False)
    assert AuditEntry.objects.filter(action="stopped", user=boss.member.user).exists()

    Rule.objects.filter(pk=whole.pk).update(by=cast.member(shop, "viewer"))
    asked = talk.says(channel, "Fire!", thread="2")
    talk.judged()
    shop.refresh_from_db()
    assert not shop.held
    assert "may not stop" in trail(asked)[0]


def test_what_cannot_be_done_keeps_nothing_else_from_being_done(boss: Desk, shop: Workspace, channel: Channel) -> None:
    left = cast.member(shop, "viewer", "left@polarfizz.example")
    rule(boss, {"assign": str(left.pk), "snooze": "3"})
    asked = talk.says(channel, "Hello?")

    talk.judged()

    found = talk.talk(asked)
    assert (found.state, found.assignee) == ("snoozed", None)
    assert trail(asked) == [
        "“A rule”: The rule names somebody who may not answer any more: change it.; put it off for three hours"
    ]
    assert Clock.objects.filter(conversation=found, ended_at=None).count() == 2


# -- nobody has answered ------------------------------------------------------------------------------------------------------


def test_what_nobody_answers_is_acted_on_once(boss: Desk, desk: Desk, channel: Channel) -> None:
    rule(boss, {"notify": "team"}, when="waiting", minutes=30)
    asked = talk.says(channel, "Hello?", ago=20 * MINUTE)
    answered = talk.says(channel, "Is it vegan?", thread="2", ago=40 * MINUTE)
    replying.answer(answered.conversation, "Yes.", 10_000_000, desk.member)
    old = talk.says(channel, "Hello?", thread="3", ago=3 * DAY)
    talk.judged()
    now = timezone.now()

    assert ruling.look_at_waiting(now) == 0
    assert ruling.look_at_waiting(now + 11 * MINUTE) == 1
    assert ruling.look_at_waiting(now + 12 * MINUTE) == 0
    assert [trail(one) for one in (asked, answered, old)] == [["“A rule”: told all who may answer"], [], []]


def test_beat_carries_out_the_rules(boss: Desk, channel: Channel) -> None:
    rule(boss, {"mark": "read"}, when="waiting", minutes=30)
    Channel.objects.update(connected_at=timezone.now() - HOUR)
    asked = talk.says(channel, "Hello?", ago=40 * MINUTE)

    tasks.sync_due()

    assert not talk.talk(asked).unread
