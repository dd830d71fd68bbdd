"""What is done with conversations beside answering: whose they are, putting off, spam, notes, the trail, finding them again."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Channel, Notice, Workspace
from inbox import handling
from inbox.models import Conversation, Deed
from scheduler.models import Publication
from tests import cast
from tests.inbox.desk import Desk, Fans, Workers

State = Conversation.State


def box(desk: Desk, state: str, **more: str) -> list[str]:
    answer = desk.get("inbox-rows", state=state, **more)
    return [one.person_name for one in answer.context["page"].conversations]


def deeds(conversation: Conversation) -> list[str]:
    return [str(deed.kind) for deed in conversation.deeds.all()]


def test_a_conversation_is_given_to_a_colleague_and_lies_in_their_box(
    desk: Desk, question: Conversation, marketer: cast.Person
) -> None:
    theirs = Desk(marketer.member)
    assert box(theirs, "unassigned") == [question.person_name]

    answer = desk.post("assign", question.pk, member=marketer.member.pk)

    assert f"gave it to {marketer.member}" in answer.content.decode()
    assert box(theirs, "mine") == [question.person_name]
    assert box(desk, "mine") == box(desk, "unassigned") == []
    desk.post("assign", question.pk, member="")
    assert box(theirs, "unassigned") == [question.person_name]
    assert deeds(question) == ["assigned", "unassigned"]


def test_only_colleagues_who_may_answer_are_given_conversations(desk: Desk, question: Conversation, shop: Workspace) -> None:
    viewer = cast.member(shop, "viewer")
    stranger = cast.member(cast.workspace("Somebody else"), "responder")

    refused = desk.post("assign", question.pk, member=viewer.pk)
    assert (refused.status_code, "may not answer people" in refused.content.decode()) == (422, True)
    assert desk.post("assign", question.pk, member=stranger.pk).status_code == 404
    assert desk.post("assign", question.pk, member="x").status_code == 404
    question.refresh_from_db()
    assert question.assignee is None


def test_what_is_put_off_is_open_again_in_time(desk: Desk, question: Conversation) -> None:
    until = timezone.now() + timedelta(hours=3)

    desk.post("snooze", question.pk, until=until.isoformat())

    assert box(desk, "open") == []
    assert box(desk, "snoozed") == [question.person_name]
    assert handling.wake() == 0
    Conversation.objects.update(snoozed_until=timezone.now() - timedelta(seconds=1))
    assert handling.wake() == 1
    assert handling.wake() == 0
    assert box(desk, "open", unread="1") == [question.person_name]
    assert deeds(question) == ["snoozed", "woke"]


def test_what_is_put_off_is_open_again_as_soon_as_the_person_writes(
    desk: Desk, question: Conversation, post: Publication, fans: Fans, workers: Workers
) -> None:
    desk.post("snooze", question.pk, until=(timezone.now() + timedelta(days=2)).isoformat())

    fans.comment(post, "Hello?", below=question.messages.get().remote_id)
    workers.reads()

    assert box(desk, "open") == [question.person_name]


@pytest.mark.parametrize("until", ["", "soon", "2020-01-01T09:00", "2931-01-01T09:00"])
def test_nothing_is_put_off_to_a_time_that_is_none(until: str, desk: Desk, question: Conversation) -> None:
    refused = desk.post("snooze", question.pk, until=until)

    assert refused.status_code == 422
    assert box(desk, "open") == [question.person_name]


def test_spam_stays_where_it_is_whatever_else_is_said(
    desk: Desk, question: Conversation, post: Publication, fans: Fans, workers: Workers
) -> None:
    desk.post("spam", question.pk)

    fans.comment(post, "Buy now!", below=question.messages.get().remote_id)
    workers.reads()

    assert question.messages.count() == 2
    assert box(desk, "open") == []
    assert box(desk, "spam") == [question.person_name]
    desk.post("reopen", question.pk)
    assert box(desk, "open") == [question.person_name]


def test_doing_what_is_done_already_leaves_no_trail(desk: Desk, question: Conversation) -> None:
    desk.post("finish", question.pk)
    desk.post("finish", question.pk)

    assert deeds(question) == ["done"]


def test_a_note_is_seen_by_colleagues_in_its_place_and_never_sent(
    desk: Desk, question: Conversation, workers: Workers, post: Publication, fans: Fans
) -> None:
    answer = desk.post("note", question.pk, note="Asks every winter.\nBe kind.")

    assert "Asks every winter.<br>Be kind." in answer.content.decode()
    assert question.messages.count() == 1
    assert workers.rings() == 0
    assert desk.post("note", question.pk, note="  ").status_code == 422
    entries = desk.get("conversation", question.pk).context["entries"]
    assert [bool(entry.message) for entry in entries] == [True, False]


def test_conversations_are_found_by_what_was_said_and_by_name(
    desk: Desk, question: Conversation, post: Publication, fans: Fans, workers: Workers, shop: Workspace
) -> None:
    fans.comment(post, "Where can I buy it in Graz?", "Jonas Weber")
    workers.reads()

    assert box(desk, "open", q="austr ship") == [question.person_name]
    assert box(desk, "open", q="jonas") == ["Jonas Weber"]
    assert box(desk, "open", q="Graz & | !") == ["Jonas Weber"]
    assert box(desk, "open", q="nothing like it") == box(desk, "open", q="&|") == box(desk, "done", q="austria") == []


def test_who_waits_for_long_is_found(
    desk: Desk, question: Conversation, post: Publication, fans: Fans, workers: Workers
) -> None:
    assert box(desk, "open", waiting="1") == []
    question.messages.update(sent_at=timezone.now() - timedelta(hours=5))
    fans.comment(post, "Hello?", below=question.messages.get().remote_id)
    workers.reads()

    assert box(desk, "open", waiting="4") == [question.person_name]
    assert box(desk, "open", waiting="24") == []
    answered = desk.answers(question, "Yes, we do.")
    assert answered.status_code == 200
    assert box(desk, "open", waiting="1") == []


def test_a_day_is_offered_in_the_workspaces_zone(shop: Workspace) -> None:
    friday = datetime(2031, 3, 28, 17, 30, tzinfo=shop.zone)  # the clocks go forward on the Sunday after

    offered = list(handling.later(friday).values())

    assert [f"{one:%a %H:%M}" for one in offered] == ["Fri 20:30", "Sat 09:00", "Mon 09:00"]


@pytest.mark.parametrize("state", ["open", "mine", "unassigned", "snoozed", "done", "spam"])
def test_every_box_costs_the_same_for_a_few_and_for_many(
    state: str, desk: Desk, shop: Workspace, brand_page: Channel, django_assert_max_num_queries: Any
) -> None:
    rows = [
        Conversation(workspace=shop, channel=brand_page, kind="comment", thread=str(number), assignee=desk.member)
        for number in range(50)
    ]
    Conversation.objects.bulk_create(rows)

    with django_assert_max_num_queries(12):
        assert desk.get("inbox", state=state, q="ice", waiting="1").status_code == 200


def test_who_may_not_answer_does_nothing_with_a_conversation(question: Conversation, shop: Workspace) -> None:
    viewer = Desk(cast.member(shop, "viewer"))

    for name in ("assign", "snooze", "spam", "note", "finish", "reopen"):
        assert viewer.post(name, question.pk).status_code == 403
    assert not Deed.objects.exists()
    assert 'id="assign"' not in viewer.get("conversation", question.pk).content.decode()


def test_whom_a_note_names_gets_one_notice_that_leads_to_it(
    desk: Desk, question: Conversation, shop: Workspace, marketer: cast.Person
) -> None:
    bob, bobby = cast.member(shop, "approver"), cast.member(shop, "admin")
    for member, name in ((bob, "Bob"), (bobby, "Bob Miller")):
        member.user.name = name
        member.user.save()
    theirs = Client()
    theirs.force_login(bobby.user)

    desk.post("note", question.pk, note=f"@bob miller, can we? Not info@bob.example. @{desk.member}")
    desk.post("note", question.pk, note="@Bob Miller!")

    notice = Notice.objects.get()
    assert (notice.member, notice.kind, notice.count) == (bobby, "named", 2)
    page = theirs.get("/notices/").content.decode()
    assert "You were named in 2 notes about Ann, by Responder last: “@Bob Miller!”" in page
    assert theirs.get(f"/notices/{notice.pk}/")["Location"] == f"/inbox/{question.pk}/"
    offered = desk.get("conversation", question.pk).content.decode().split('id="note-people"')[1].split("</datalist>")[0]
    assert 'value="Bob"' in offered
