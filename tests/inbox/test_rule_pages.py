"""The pages of rules: making, ordering, deleting, the dry run; and taking turns."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Channel, Member, Workspace
from accounts.verbs import Forbidden
from inbox import turns
from inbox.models import Act, Conversation, Deed, Message, Rule
from tests import cast
from tests.inbox import talk
from tests.inbox.desk import Desk
from tests.inbox.talk import rule

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def channel(shop: Workspace) -> Channel:
    return talk.channel(shop)


@pytest.fixture
def boss(shop: Workspace) -> Desk:
    return Desk(cast.member(shop, "admin"))


# -- pages --------------------------------------------------------------------------------------------------------------


def sent(**more: Any) -> dict[str, Any]:
    return {"name": "Refunds", "when": "new", "if-words": "refund", "then-mark": "read"} | more


def test_a_rule_is_made_tried_switched_on_and_acts(boss: Desk, channel: Channel) -> None:
    talk.says(channel, "Refund, please", ago=DAY)
    talk.says(channel, "My refund?", ago=HOUR)
    answer = boss.post("rule-new", **sent(**{"if-networks": ["facebook"], "if-channels": [str(channel.pk)]}))
    made = Rule.objects.get()
    assert answer["Location"] == f"/inbox/rules/{made.pk}/try/"

    tried = boss.get("rule-try", made.pk)
    assert [one.text for one in tried.context["page"]] == ["Refund, please"]
    shown = tried.content.decode()
    assert "it would have acted once" in shown
    assert "it has one of the words “refund”; and it is on Facebook; and it is on Polar Fizz" in shown
    assert "mark it as read" in shown
    assert not Act.objects.exists()
    assert Conversation.objects.get().unread

    assert "“refund”" in boss.get("rules").content.decode()
    assert 'value="refund"' in boss.get("rule", made.pk).content.decode()
    boss.post("rule-change", made.pk, do="on")
    new = talk.says(channel, "Refund!", thread="2", ago=-MINUTE)
    talk.judged()
    assert not talk.talk(new).unread


def test_the_dry_run_tells_what_would_have_waited(boss: Desk, desk: Desk, channel: Channel) -> None:
    waits = rule(boss, {"notify": "team"}, when="waiting", minutes=60)
    talk.says(channel, "Long ago", thread="1", ago=40 * DAY)
    talk.says(channel, "Too fresh", thread="2", ago=30 * MINUTE)
    talk.says(channel, "Quickly answered", thread="3", ago=3 * HOUR)
    talk.says(channel, "Yes.", thread="3", ago=2.5 * HOUR, mine=True)
    talk.says(channel, "Slowly answered", thread="4", ago=3 * HOUR)
    talk.says(channel, "Hello?", thread="4", ago=2.5 * HOUR)
    talk.says(channel, "Yes.", thread="4", ago=1 * HOUR, mine=True)
    away = talk.says(channel, "Put away", thread="5", ago=3 * HOUR)
    Deed.objects.create(conversation=away.conversation, kind="done", at=away.sent_at + MINUTE)

    found = boss.get("rule-try", waits.pk).context["page"]

    assert [one.text for one in found] == ["Slowly answered"]
    assert not Act.objects.exists()


def test_rules_that_make_no_sense_are_refused(boss: Desk, desk: Desk, shop: Workspace) -> None:
    def refused(**more: Any) -> str:
        answer = boss.post("rule-new", **sent(**more))
        assert answer.status_code == 422
        return str(answer.content.decode())

    assert "at least one thing" in refused(**{"then-mark": ""})
    assert "how many minutes" in refused(when="waiting")
    assert "choose one of the two" in refused(**{"then-mark": "done", "then-snooze": "3"})
    assert "required" in refused(name="")
    stranger = cast.member(cast.workspace("Somebody else"), "responder")
    assert "not one of the available choices" in refused(**{"then-assign": str(stranger.pk)})
    assert desk.post("rule-new", **sent()).status_code == 403
    assert not Rule.objects.exists()


def test_rules_are_ordered_and_deleting_can_be_undone(boss: Desk, shop: Workspace) -> None:
    for name in ("One", "Two", "Three"):
        boss.post("rule-new", **sent(name=name))
    three = Rule.objects.get(name="Three")
    boss.post("rule-change", three.pk, do="up")
    boss.post("rule-change", three.pk, do="up")
    boss.post("rule-change", three.pk, do="up")

    def names() -> list[str]:
        return [told.rule.name for told in boss.get("rules").context["rules"]]

    assert names() == ["Three", "One", "Two"]
    boss.post("rule-change", three.pk, do="on")
    answer = boss.post("rule-change", three.pk, do="delete")
    assert names() == ["One", "Two"]
    assert boss.post("rule-change", three.pk, do="on").status_code == 404
    page = boss.client.get(answer["Location"]).content.decode()
    assert "The rule “Three” is deleted." in page
    boss.post("rule-change", three.pk, do="restore")
    assert names() == ["Three", "One", "Two"]
    assert not Rule.objects.get(name="Three").is_on
    assert boss.get("rules", deleted="nonsense").status_code == 200


def test_the_pages_of_rules_cost_the_same_for_few_and_for_many(
    boss: Desk, channel: Channel, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        rule(boss, {"assign": str(boss.member.pk), "notify": "team"}, {"channels": [str(channel.pk)]}, position=number)
    now = timezone.now()
    talks = Conversation.objects.bulk_create(
        Conversation(workspace=boss.workspace, channel=channel, kind="comment", thread=str(n)) for n in range(60)
    )
    Message.objects.bulk_create(Message(conversation=one, channel=channel, text="Ice?", sent_at=now) for one in talks)

    with django_assert_max_num_queries(15):
        assert boss.get("rules").status_code == 200
    with django_assert_max_num_queries(15):
        found = boss.get("rule-try", Rule.objects.all()[0].pk).context["page"]
    assert (len(found), found.paginator.count) == (50, 60)


# -- turns --------------------------------------------------------------------------------------------------------------------


def test_conversations_are_given_out_in_turn(boss: Desk, desk: Desk, marketer: cast.Person, channel: Channel) -> None:
    rule(boss, {"assign": "next"})
    boss.post("take-turns", member=[str(desk.member.pk), str(marketer.member.pk)])

    asked = [talk.says(channel, "Hello?", thread=thread) for thread in "1234"]
    talk.judged()
    owners = [talk.talk(one).assignee for one in asked]
    assert owners[:2] == owners[2:]
    assert set(owners) == {desk.member, marketer.member}

    answer = desk.post("assign", asked[0].conversation_id, member="next")
    assert answer.status_code == 200
    assert talk.talk(asked[0]).assignee not in (owners[0], None)

    boss.post("take-turns")
    refused = desk.post("assign", asked[0].conversation_id, member="next")
    assert (refused.status_code, "Nobody takes turns" in refused.content.decode()) == (422, True)


def test_who_may_not_answer_gets_no_turn(shop: Workspace, channel: Channel, desk: Desk) -> None:
    viewer = Desk(cast.member(shop, "viewer"))
    asked = talk.says(channel, "Hello?")

    assert viewer.post("assign", asked.conversation_id, member="next").status_code == 403
    assert [one.pk for one, _turn in turns.line(shop)] == [desk.member.pk]
    with pytest.raises(Forbidden):
        turns.give(talk.talk(asked), viewer.member)
    assert desk.post("assign", asked.conversation_id, member="next").status_code == 200
    assert talk.talk(asked).assignee == desk.member
    assert Member.objects.get(turn__last_at__isnull=False) == desk.member
