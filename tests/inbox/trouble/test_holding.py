"""An incident holds what goes out, by scope; a person looks at each held post before it goes on."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Channel, Workspace
from inbox.models import Incident, Milestone
from inbox.trouble import holding
from scheduler.models import Campaign, Publication, Status
from tests import cast
from tests.inbox.desk import Desk

HOUR = timedelta(hours=1)


@pytest.fixture
def editor(marketer: cast.Person) -> Desk:
    """Somebody who may stop publishing."""
    return Desk(marketer.member)


@pytest.fixture
def incident(shop: Workspace, x_channel: Channel, brand_page: Channel) -> Incident:
    now = timezone.now()
    found = Incident.objects.create(workspace=shop, began_at=now - HOUR, opened_at=now, peak=9)
    found.channels.add(x_channel)
    found.milestones.create(kind="opened", details={"signal": "anger", "heard": 40, "of": 44, "minutes": 15, "usual": 1.5})
    Workspace.objects.filter(pk=shop.pk).update(alarm=True)
    return found


@pytest.fixture
def posts(marketer: cast.Person, x_channel: Channel, brand_page: Channel) -> list[Publication]:
    """Two on X, one of them of a campaign; one on Facebook of the same campaign."""
    campaign = Campaign.objects.create(workspace=marketer.workspace, name="Heat wave")
    later = timezone.now() + HOUR
    return [
        marketer.schedules("Ice cold!", x_channel, later),
        marketer.schedules("Colder!", x_channel, later + HOUR, campaign=campaign),
        marketer.schedules("Coldest!", brand_page, later + 2 * HOUR, campaign=campaign),
    ]


def held(incident: Incident) -> list[str]:
    return [one.text for one in holding.held_posts(incident, holding.active(incident))]


def test_each_scope_holds_its_posts_and_no_others(editor: Desk, incident: Incident, posts: list[Publication]) -> None:
    page = editor.get("incident", incident.pk).content.decode()
    assert "40 negative items in 15 minutes; 1.5 are usual." in page

    for scope, expected in (
        (f"channel:{posts[0].channel_id}", ["Ice cold!", "Colder!"]),
        (f"campaign:{posts[1].campaign_id}", ["Colder!", "Coldest!"]),
        ("network:facebook", ["Coldest!"]),
        ("all", ["Ice cold!", "Colder!", "Coldest!"]),
    ):
        assert f'value="{scope}"' in page
        assert editor.post("incident-hold", incident.pk, scope=scope).status_code == 302
        assert held(incident) == expected
        assert editor.post("incident-resume", incident.pk).status_code == 302
        assert held(incident) == []

    incident.workspace.refresh_from_db()
    assert not incident.workspace.held
    assert not incident.workspace.channels.filter(held=True).exists()


def test_held_posts_wait_and_go_out_move_or_are_cancelled_as_was_decided(
    editor: Desk, incident: Incident, posts: list[Publication], worker: cast.Worker
) -> None:
    goes, moves, goes_not = posts
    editor.post("incident-hold", incident.pk, scope="all")
    worker.time_passes(HOUR + timedelta(minutes=1))
    assert worker.rings() == 0
    page = editor.get("incident-review", incident.pk).content.decode()
    assert page.index("Ice cold!") < page.index("Colder!") < page.index("Coldest!")
    assert "Its time has passed" in page

    when = timezone.localtime(timezone.now() + timedelta(days=2), incident.workspace.zone).replace(microsecond=0, second=0)
    decided = {f"post-{goes.pk}": "go", f"post-{moves.pk}": "move", f"post-{goes_not.pk}": "cancel"}
    refused = editor.post("incident-resume", incident.pk, **decided, **{f"when-{moves.pk}": "some day"})
    assert (refused.status_code, "Choose a date" in refused.content.decode()) == (422, True)
    assert holding.active(incident)
    editor.post("incident-resume", incident.pk, **decided, **{f"when-{moves.pk}": f"{when:%Y-%m-%dT%H:%M}"})

    assert worker.finishes(goes).status == Status.PUBLISHED
    moves.refresh_from_db()
    goes_not.refresh_from_db()
    assert (moves.publish_at, moves.status, goes_not.status) == (when, Status.SCHEDULED, Status.CANCELLED)
    turn = incident.milestones.get(kind=Milestone.Kind.RELEASED)
    assert (turn.by, turn.says) == (editor.member.user, "1 moved, 1 cancelled before.")


def test_what_was_stopped_before_stays_stopped(editor: Desk, incident: Incident, x_channel: Channel) -> None:
    Channel.objects.filter(pk=x_channel.pk).update(held=True)

    again = editor.post("incident-hold", incident.pk, scope="network:x")
    assert (again.status_code, "stopped already" in again.content.decode()) == (422, True)
    assert not incident.holds.exists()
    editor.post("incident-hold", incident.pk, scope="all")
    editor.post("incident-resume", incident.pk)

    x_channel.refresh_from_db()
    assert x_channel.held


def test_it_is_over_when_a_person_says_so_and_nothing_is_held(editor: Desk, incident: Incident, desk: Desk) -> None:
    assert "Something is going on in the inbox" in desk.get("inbox").content.decode()
    editor.post("incident-hold", incident.pk, scope="all")
    desk.post("incident-close", incident.pk)
    incident.refresh_from_db()
    assert incident.is_open
    assert "disabled" in desk.get("incident", incident.pk).content.decode()

    editor.post("incident-resume", incident.pk)
    desk.post("incident-close", incident.pk)

    incident.refresh_from_db()
    assert (incident.is_open, incident.closed_by) == (False, desk.member.user)
    assert "Something is going on" not in desk.get("inbox").content.decode()
    editor.post("incident-hold", incident.pk, scope="all")
    assert not holding.active(incident)


def test_nonsense_and_strangers_hold_nothing(editor: Desk, incident: Incident, desk: Desk) -> None:
    for scope in ("", "all:", "channel:x", "network:nowhere", f"campaign:{incident.pk}"):
        editor.post("incident-hold", incident.pk, scope=scope)
    assert not incident.holds.exists()
    assert desk.post("incident-hold", incident.pk, scope="all").status_code == 403
    stranger = Desk(cast.member(cast.workspace("Somebody else"), "owner"))
    assert stranger.get("incident", incident.pk).status_code == 404


def test_the_pages_cost_few_queries(
    editor: Desk, incident: Incident, posts: list[Publication], django_assert_max_num_queries: Any
) -> None:
    editor.post("incident-hold", incident.pk, scope="all")
    for name, most in (("incident", 20), ("incident-review", 14)):
        with django_assert_max_num_queries(most):
            assert editor.get(name, incident.pk).status_code == 200
    with django_assert_max_num_queries(9):
        assert "Going on" in editor.get("incidents").content.decode()
