"""A publication's page: what happened in plain words, what comes next, and the buttons that make sense."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Channel, Workspace
from scheduler import publishing
from scheduler.models import Attempt, Campaign, Publication
from scheduler.views.timeline import WORDS
from tests import cast
from tests.sandbox.conftest import Practice

SOON = timedelta(minutes=5)


@pytest.fixture
def desk(marketer: cast.Person) -> Client:
    """The marketer's browser."""
    client = Client()
    client.force_login(marketer.member.user)
    return client


@pytest.fixture
def promise(marketer: cast.Person, x_channel: Channel) -> Publication:
    """A post for in five minutes."""
    return marketer.schedules("Ice cold!", on=x_channel, when=timezone.now() + SOON)


def shown(desk: Client, publication: Publication) -> str:
    return desk.get(f"/publications/{publication.pk}/").content.decode()


def press(desk: Client, publication: Publication, button: str, **values: str) -> Any:
    address = f"/publications/{publication.pk}/"
    return desk.post(f"{address}{button}/", values, follow=True, headers={"Referer": f"http://testserver{address}"})


def failed(publication: Publication, fault: str = "rejected", why: str = "The network refused it.") -> None:
    Publication.objects.filter(pk=publication.pk).update(status="failed", due_at=None, fault=fault, why=why)


BUTTONS = {"retry": 'id="retry"', "there": 'id="there"', "cancel": 'id="cancel"', "take-down": 'id="take-down"'}


def buttons(page: str) -> set[str]:
    return {name for name, mark in BUTTONS.items() if mark in page}


def test_a_doubt_and_its_end_can_be_read(
    desk: Client, marketer: cast.Person, x_channel: Channel, practice: Practice, worker: cast.Worker, short_deadline: None
) -> None:
    practice.fault("timeout_after", {"id": x_channel.remote_id}, operation="publish", times=1)
    publication = worker.finishes(marketer.publishes("Ice cold!", on=x_channel))

    page = shown(desk, publication)

    assert "No clear answer: it may be there. It is looked up first." in page
    assert "no answer" in page
    assert "It was found on the network: it is published." in page
    assert "Open on X" in page
    assert buttons(page) == {"take-down"}


def test_what_comes_next_has_its_time_in_the_workspaces_zone(desk: Client, promise: Publication, shop: Workspace) -> None:
    assert f"{promise.publish_at.astimezone(shop.zone):%H:%M:%S}" in shown(desk, promise)
    assert "It goes out" in shown(desk, promise)
    assert buttons(shown(desk, promise)) == {"cancel"}


def test_what_waits_for_a_person_says_for_what(desk: Client, promise: Publication, shop: Workspace, x_channel: Channel) -> None:
    campaign = Campaign.objects.create(workspace=shop, name="Summer", held=True)
    Publication.objects.update(campaign=campaign)
    assert "its campaign is stopped" in shown(desk, promise)
    Channel.objects.update(held=True)
    assert "its channel is stopped" in shown(desk, promise)
    Workspace.objects.update(held=True)
    assert "publishing is stopped in this workspace" in shown(desk, promise)
    Channel.objects.update(status="disconnected")
    assert "until its channel is connected again" in shown(desk, promise)


def test_a_promise_is_cancelled(desk: Client, promise: Publication) -> None:
    page = press(desk, promise, "cancel").content.decode()

    assert "will not go out" in page
    assert buttons(page) == set()
    promise.refresh_from_db()
    assert promise.status == "cancelled"


def test_what_failed_is_sent_again(desk: Client, promise: Publication, worker: cast.Worker) -> None:
    failed(promise)
    assert buttons(shown(desk, promise)) == {"retry", "there"}

    press(desk, promise, "retry")

    assert worker.finishes(promise).status == "published"


def test_somebody_has_seen_it(desk: Client, promise: Publication) -> None:
    failed(promise, "unconfirmed")

    refused = desk.post(f"/publications/{promise.pk}/there/", {"url": "not an address"})
    assert refused.status_code == 422
    assert "Enter a valid URL." in refused.content.decode()
    answer = desk.post(f"/publications/{promise.pk}/there/", {"url": "https://x.com/polarfizz/status/77"})

    assert answer["HX-Redirect"] == f"/publications/{promise.pk}/"
    promise.refresh_from_db()
    assert (promise.status, promise.remote_id) == ("published", "77")


def test_what_is_out_is_taken_down(desk: Client, marketer: cast.Person, x_channel: Channel, practice: Practice) -> None:
    publication = cast.Worker().finishes(marketer.publishes("Ice cold!", on=x_channel))

    page = press(desk, publication, "take-down").content.decode()

    assert "It is deleted on X." in page
    assert "Open on X" not in page
    assert cast.said(practice, x_channel) == []


def test_a_button_that_came_too_late_explains_itself(desk: Client, promise: Publication) -> None:
    Publication.objects.filter(pk=promise.pk).update(status="sending")

    assert "can no longer be cancelled" in press(desk, promise, "cancel").content.decode()
    assert "Only a post that failed" in press(desk, promise, "retry").content.decode()


@pytest.mark.parametrize(("role", "sees"), [("viewer", set()), ("responder", set()), ("approver", {"retry", "there"})])
def test_buttons_are_for_those_who_may(role: str, sees: set[str], promise: Publication, shop: Workspace) -> None:
    failed(promise)
    client = Client()
    client.force_login(cast.member(shop, role).user)

    assert buttons(shown(client, promise)) == sees


def test_parts_and_comment_are_listed_with_their_own_state(desk: Client, marketer: cast.Person, x_channel: Channel) -> None:
    when = timezone.now() + SOON
    first = marketer.schedules("One", on=x_channel, when=when, thread=["Two"], first_comment="And a comment")

    page = shown(desk, first)

    assert "Two" in page
    assert "First comment:" in page
    for child in first.children.all():
        assert f"/publications/{child.pk}/" in page
        assert "One" in shown(desk, child)


def test_htmx_gets_the_part_that_changes(desk: Client, promise: Publication) -> None:
    answer = desk.get(f"/publications/{promise.pk}/", headers={"HX-Request": "true"}).content.decode()

    assert "What happened" in answer
    assert "<html" not in answer


def test_the_page_costs_the_same_for_many_attempts(
    desk: Client, promise: Publication, marketer: cast.Person, django_assert_max_num_queries: Any
) -> None:
    Attempt.objects.bulk_create(
        Attempt(publication=promise, number=n, step="send", outcome="not now", by=marketer.member.user) for n in range(30)
    )

    with django_assert_max_num_queries(11):
        assert shown(desk, promise).count("asked to try again later") == 30


def test_every_outcome_of_the_machine_has_words() -> None:
    """What `publishing` and `planning` write down is looked for in their source."""
    text = "".join((Path(publishing.__file__).parent / name).read_text() for name in ("publishing.py", "planning.py"))
    written = set(re.findall(r'[Nn]ote(?:d)?\((?:step=)?"(\w+)", (?:outcome=)?"([\w ]+)"', text))

    assert written - set(WORDS) == set()
    assert len(written) > 10
