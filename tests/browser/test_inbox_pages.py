"""Every page of a busy inbox, in all four looks: a conversation of each kind, and what stands beside the list."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Channel, Workspace
from inbox import handling, labelling, saving
from inbox.models import Conversation, Goal, Incident, Message
from scheduler.models import Label
from tests import cast
from tests.browser.conftest import Look, flaws_everywhere
from tests.browser.test_trouble import incident
from tests.inbox import talk
from tests.inbox.desk import Desk

__all__ = ["incident"]

DAY = timedelta(days=1)
BESIDE = ("rules", "rule-new", "goals", "inbox-report", "saved-replies", "saved-reply-new", "incidents")


@pytest.fixture
def owner(shop: Workspace) -> cast.Person:
    return cast.Person(cast.member(shop, "owner"))


@pytest.fixture
def talks(owner: cast.Person, shop: Workspace, brand_page: Channel, x_channel: Channel) -> list[Conversation]:
    """A comment with all that can stand in a thread, a message that can no longer be answered, a review, a mention."""
    Goal.objects.create(workspace=shop, answer_minutes=60)
    said = [
        talk.says(brand_page, "Do you ship to Austria?", thread="c", who="Jonas Weber", ago=DAY / 8),
        talk.says(brand_page, "My can was warm, disgusting!", thread="m", who="Mira", kind="message", ago=9 * DAY),
        talk.says(brand_page, "Never again", thread="r", who="Lea", kind="review", recommends=False),
        talk.says(x_channel, "I love this drink", thread="x", who="Ann", kind="mention"),
    ]
    told = talk.talk(said[0])
    answer = {"conversation": told, "channel": brand_page, "mine": True, "answers": said[0], "by": owner.member.user}
    why = "The network gave no answer. SMO looked there and found it, so it was not sent again."
    Message.objects.create(text="Yes.", status="sent", remote_id="c-9", why=why, **answer)
    Message.objects.create(text="In two days.", status="failed", why="Facebook said no.", **answer)
    talk.says(brand_page, "Gone", thread="c", who="Jonas Weber", parent=said[0].remote_id, deleted=True)
    handling.note(told, "Be kind, @Owner", owner.member)
    labelling.put_on(told, Label.objects.create(workspace=shop, name="Austria"), owner.member)
    saving.keep("Shipping", "Do you ship?", {"en": "Yes, {person}, in two days."}, owner.member)
    return [talk.talk(one) for one in said]


def walked(look: Look, who: cast.Person, addresses: list[str]) -> dict[str, list[str]]:
    """What is wrong on which page."""
    page = look(addresses[0], who.member)
    found = {}
    for address in addresses:
        answer = page.goto(address)
        assert answer
        assert answer.ok, address
        found[address] = flaws_everywhere(page)
    return {address: wrong for address, wrong in found.items() if wrong}


def test_conversations_of_each_kind_are_accessible_and_fit(owner: cast.Person, talks: list[Conversation], look: Look) -> None:
    assert [one.kind for one in talks] == ["comment", "message", "review", "mention"]

    assert walked(look, owner, ["/inbox/", *(f"/inbox/{one.pk}/" for one in talks)]) == {}


def test_what_stands_beside_them_is_accessible_and_fits(
    owner: cast.Person, talks: list[Conversation], incident: Incident, look: Look
) -> None:
    """With something in it: goals, a rule that has been tried, numbers, posts that are held."""
    desk = Desk(owner.member)
    desk.post("incident-hold", incident.pk, scope="all")
    rule = talk.rule(desk, {"mark": "read"}, {"words": "austria"})
    reply = saving.there(owner.workspace)[0]
    named = [reverse(name) for name in BESIDE]
    named += [reverse(name, args=[incident.pk]) for name in ("incident", "incident-review")]
    named += [reverse(name, args=[rule.pk]) for name in ("rule", "rule-try")]

    assert walked(look, owner, [*named, reverse("saved-reply", args=[reply.pk])]) == {}
