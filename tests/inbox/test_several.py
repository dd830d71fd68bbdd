"""Labels on conversations, and several conversations handled at once: all of it can be taken back exactly."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import Channel, Workspace
from inbox.models import Conversation
from scheduler.models import Label
from tests import cast
from tests.inbox.desk import Desk


@pytest.fixture
def talks(shop: Workspace, brand_page: Channel) -> list[Conversation]:
    """Five open conversations, the first of them read."""
    rows = [
        Conversation(workspace=shop, channel=brand_page, kind="comment", thread=str(n), person_name=f"Fan {n}", unread=n > 0)
        for n in range(5)
    ]
    return Conversation.objects.bulk_create(rows)


@pytest.fixture
def label(shop: Workspace) -> Label:
    return Label.objects.create(workspace=shop, name="Shipping", colour="teal")


def change(desk: Desk, what: str, talks: list[Conversation], **more: Any) -> Any:
    return desk.post("several", do=what, conversation=[one.pk for one in talks], **more)


def undo(desk: Desk, answer: Any) -> Any:
    return desk.post("several-undo", token=answer.json()["undo"]).json()


def state(talks: list[Conversation]) -> list[Any]:
    columns = ("state", "snoozed_until", "assignee", "unread", "labels")
    return list(Conversation.objects.filter(pk__in=[one.pk for one in talks]).order_by("person_name").values_list(*columns))


def box(desk: Desk, **query: str) -> list[str]:
    return sorted(one.person_name for one in desk.get("inbox-rows", **query).context["page"].conversations)


def test_a_label_is_put_on_found_by_and_taken_off(desk: Desk, talks: list[Conversation], label: Label) -> None:
    page = desk.post("label-conversation", talks[0].pk, label=label.pk).content.decode()

    assert "put the label Shipping on it" in page
    assert '<span class="badge bg-teal-lt" dir="auto">Shipping</span>' in page.split("thread-where")[1].split("</header>")[0]
    assert box(desk, label=str(label.pk)) == ["Fan 0"]
    assert desk.get("inbox", label=str(label.pk)).content.decode().count(f'value="{label.pk}"') == 1
    desk.post("label-conversation", talks[0].pk, label=label.pk, off="1")
    assert box(desk, label=str(label.pk)) == []
    assert [str(one.kind) for one in talks[0].deeds.all()] == ["labelled", "unlabelled"]


def test_another_workspaces_label_is_none(desk: Desk, talks: list[Conversation]) -> None:
    theirs = Label.objects.create(workspace=cast.workspace("Somebody else"), name="Theirs")

    for name, args in (("label-conversation", [talks[0].pk]), ("several", [])):
        refused = desk.post(name, *args, label=theirs.pk, do="label", conversation=talks[0].pk)
        assert (refused.status_code, refused.content.decode()) == (422, "Choose a label.")


def test_everything_that_is_done_with_several_is_taken_back_exactly(
    desk: Desk, talks: list[Conversation], label: Label, marketer: cast.Person
) -> None:
    Conversation.objects.filter(pk=talks[1].pk).update(assignee=desk.member)
    talks[2].labels.add(label)
    until = (timezone.now() + timedelta(hours=3)).isoformat()
    Conversation.objects.filter(pk=talks[3].pk).update(state="snoozed", snoozed_until=until)
    before = state(talks)
    doings: list[tuple[str, dict[str, Any], int]] = [
        ("finish", {}, 5),
        ("spam", {}, 5),
        ("snooze", {"until": (timezone.now() + timedelta(days=1)).isoformat()}, 5),
        ("reopen", {}, 1),
        ("assign", {"member": marketer.member.pk}, 5),
        ("assign", {"member": ""}, 1),
        ("label", {"label": label.pk}, 4),
        ("unlabel", {"label": label.pk}, 1),
        ("read", {}, 4),
        ("unread", {}, 1),
    ]
    for what, more, number in doings:
        answer = change(desk, what, talks, **more)
        assert answer.json()["said"].startswith(f"{number} conversation"), what
        assert state(talks) != before, what

        assert undo(desk, answer)["refused"] == [], what
        assert state(talks) == before, what
    assert [str(one.kind) for one in talks[0].deeds.all()][-1] == "undone"


def test_what_somebody_changed_meanwhile_is_not_taken_back(desk: Desk, talks: list[Conversation]) -> None:
    answer = change(desk, "finish", talks[:2])
    desk.post("spam", talks[0].pk)

    back = undo(desk, answer)

    assert back["refused"] == [["Fan 0", "It was changed meanwhile, so it stays as it is."]]
    assert back["said"] == "1 conversation is as it was."
    assert box(desk, state="spam") == ["Fan 0"]


def test_what_cannot_be_done_is_told(desk: Desk, talks: list[Conversation], shop: Workspace) -> None:
    viewer = cast.member(shop, "viewer")
    foreign = Desk(cast.member(cast.workspace("Somebody else"), "owner"))

    assert len(change(desk, "assign", talks, member=viewer.pk).json()["refused"]) == 5
    assert "so already" in change(desk, "reopen", talks).json()["said"]
    assert "so already" in change(foreign, "finish", talks).json()["said"]
    for data in ({"do": "burn", "conversation": talks[0].pk}, {"do": "finish"}, {"do": "snooze", "conversation": uuid4()}):
        assert desk.post("several", **data).status_code == 422
    token = change(desk, "finish", talks).json()["undo"]
    for who, text in ((foreign, token), (desk, token + "x"), (desk, "")):
        assert who.post("several-undo", token=text).status_code == 422
    assert box(desk, state="done") == [f"Fan {n}" for n in range(5)]
