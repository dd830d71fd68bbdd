"""The first steps: computed from what there is, for what one's role may do, until one puts them away."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Channel, Member, Workspace
from accounts.roles import Role
from inbox.models import Conversation, Message
from scheduler.models import Post
from smo.steps import steps
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def brand() -> Workspace:
    return cast.workspace()


@pytest.fixture
def owner(brand: Workspace) -> Member:
    return newcomer(brand, Role.OWNER)


def newcomer(brand: Workspace, role: str, email: str = "") -> Member:
    """Somebody who has not put the first steps away."""
    member = cast.member(brand, role, email)
    member.steps_away = False
    member.save()
    return member


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def left(member: Member) -> list[str]:
    return [step.title for step in steps(member) if not step.done]


def test_each_step_is_done_when_somebody_has_done_it(brand: Workspace, owner: Member) -> None:
    assert left(owner) == ["Connect a channel", "Write a post", "Invite a colleague", "Answer a comment"]

    channel = Channel.objects.create(workspace=brand, network="x", practice=True, remote_id="1", name="Polar Fizz")
    assert left(owner) == ["Write a post", "Invite a colleague", "Answer a comment"]
    Post.objects.create(workspace=brand, author=owner.user)
    cast.member(brand, Role.VIEWER)
    assert left(owner) == ["Answer a comment"]
    talk = Conversation.objects.create(workspace=brand, channel=channel, kind="comment", thread="1")
    Message.objects.create(conversation=talk, channel=channel, text="Is it cold?")
    assert left(owner) == ["Answer a comment"], "somebody else's words are no answer"
    Message.objects.create(conversation=talk, channel=channel, mine=True, text="Very.", status="failed")
    assert left(owner) == []


def test_what_another_workspace_has_done_does_not_count(owner: Member) -> None:
    theirs = cast.member(cast.workspace("Somebody else"), Role.OWNER)
    Post.objects.create(workspace=theirs.workspace, author=theirs.user)

    assert len(left(owner)) == 4


def test_one_is_shown_what_ones_role_may_do(brand: Workspace, owner: Member) -> None:
    assert left(cast.member(brand, Role.EDITOR)) == ["Write a post", "Answer a comment"]
    assert left(cast.member(brand, Role.VIEWER)) == []


def test_they_are_on_the_first_screen_until_they_are_put_away(brand: Workspace, owner: Member) -> None:
    client = signed_in(owner)
    assert "First steps" in client.get(reverse("home"), follow=True).content.decode()
    assert "First steps" not in client.get(reverse("team")).content.decode()

    answer = client.post(reverse("first-steps"), {"away": "1"}, follow=True).content.decode()
    assert 'class="card first-steps"' not in answer
    assert "brings them back" in answer
    other = signed_in(newcomer(brand, Role.ADMIN))
    assert 'class="card first-steps"' in other.get(reverse("channels")).content.decode(), "each person for themselves"

    assert "Show the first steps" in client.get(reverse("channels")).content.decode()
    client.post(reverse("first-steps"))
    assert 'class="card first-steps"' in client.get(reverse("channels")).content.decode()


def test_they_cost_one_query_and_none_when_they_are_put_away(owner: Member) -> None:
    client = signed_in(owner)

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse(path))
        return len(seen)

    shown = queries("calendar")
    Member.objects.update(steps_away=True)

    assert queries("calendar") == shown - 1


def test_all_done_is_nothing_to_show(brand: Workspace) -> None:
    assert (
        "first-steps" not in signed_in(newcomer(brand, Role.VIEWER)).get(reverse("channels")).content.decode().split("<main")[1]
    )
