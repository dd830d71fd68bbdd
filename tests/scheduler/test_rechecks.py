"""One more look shortly before publishing: what broke meanwhile is told and shown, and taken back when it is mended."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Channel, Notice
from accounts.saying import sentence
from connectors.data import Quota
from scheduler import planning
from scheduler.models import Asset, Publication, Recheck, Rendition
from scheduler.tasks import look_ahead
from scheduler.watching import rechecks
from tests.cast import Person

SOON = timedelta(minutes=20)


@pytest.fixture
def soon(marketer: Person, x_channel: Channel) -> Publication:
    return marketer.schedules("Ice cold!", x_channel, timezone.now() + SOON)


def disconnect(channel: Channel, status: str = Channel.Status.DISCONNECTED) -> None:
    Channel.objects.filter(pk=channel.pk).update(status=status)


def look_again() -> None:
    """A minute later."""
    Recheck.objects.update(at=timezone.now() - timedelta(minutes=1))
    look_ahead()


def found(publication: Publication) -> list[str]:
    return list(Recheck.objects.get(publication=publication).problems)


def test_what_is_fine_is_looked_at_once(marketer: Person, soon: Publication) -> None:
    look_ahead()

    assert found(soon) == []
    assert rechecks.look() == 0
    assert not Notice.objects.exists()


def test_what_is_farther_away_is_left_for_later(marketer: Person, x_channel: Channel) -> None:
    marketer.schedules("Ice cold!", x_channel, timezone.now() + timedelta(minutes=40))

    assert rechecks.look() == 0


def test_a_problem_is_told_once_and_taken_back_when_it_is_mended(
    marketer: Person, x_channel: Channel, soon: Publication
) -> None:
    disconnect(x_channel)
    look_ahead()
    look_again()
    (notice,) = marketer.member.notices.all()
    assert sentence(notice) == (
        "“Ice cold!” is about to go out on Polar Fizz and has a problem: Polar Fizz is not connected: connect it again."
    )
    soon.refresh_from_db()
    assert soon.status == "scheduled"

    disconnect(x_channel, Channel.Status.CONNECTED)
    look_again()

    assert found(soon) == []
    assert marketer.member.notices.count() == 1


def test_another_time_is_looked_at_anew(marketer: Person, x_channel: Channel, soon: Publication) -> None:
    look_ahead()
    planning.reschedule(soon, timezone.now() + timedelta(minutes=10), marketer.member)

    assert rechecks.look() == 1


def test_screens_show_the_problem_in_words(marketer: Person, x_channel: Channel, soon: Publication) -> None:
    disconnect(x_channel)
    look_ahead()
    client = Client()
    client.force_login(marketer.member.user)
    words = "Polar Fizz is not connected: connect it again."

    page = client.get(reverse("publication", args=[soon.pk])).content.decode()
    assert "It is about to go out and has a problem." in page
    assert words in page
    assert words in client.get(reverse("post", args=[soon.post_id])).content.decode()
    now = timezone.now()
    span = {"start": now.isoformat(), "end": (now + timedelta(days=1)).isoformat(), "show": "month"}
    (event,) = client.get(reverse("calendar-feed"), span).json()["events"]
    assert event["warning"] == words
    panel = client.get(reverse("post-panel", args=[soon.post_id]), {"promised": soon.publish_at.isoformat()})
    assert words in panel.content.decode()

    planning.reschedule(soon, now + timedelta(hours=3), marketer.member)

    assert words not in client.get(reverse("publication", args=[soon.pk])).content.decode()


@pytest.fixture
def illustrated(marketer: Person, x_channel: Channel, picture: Asset) -> Publication:
    return marketer.schedules("Ice cold!", x_channel, timezone.now() + SOON, media=[picture])


def test_a_file_that_lapsed_meanwhile_is_found(illustrated: Publication, picture: Asset) -> None:
    Asset.objects.update(use_until=timezone.now().date() - timedelta(days=3))

    look_ahead()

    assert found(illustrated)[0].startswith("bottle.png may not be used after ")


def test_a_file_whose_bytes_are_gone_is_found(illustrated: Publication, picture: Asset) -> None:
    picture.file.storage.delete(str(picture.file.name))

    look_ahead()

    assert found(illustrated) == ["bottle.png is no longer there: choose another file."]


def test_a_file_that_left_the_library_is_found(illustrated: Publication, picture: Asset) -> None:
    Asset.objects.update(deleted_at=timezone.now())

    look_ahead()

    assert found(illustrated) == ["A file of this post is no longer in the library: choose another one."]


def test_a_rendition_that_could_not_be_made_is_found(
    illustrated: Publication, picture: Asset, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = Rendition(asset=picture, profile="x", state=Rendition.State.FAILED)
    monkeypatch.setattr("scheduler.watching.rechecks.made_of", lambda _needed: {(picture.pk, "x"): failed})

    look_ahead()

    assert found(illustrated) == ["bottle.png could not be brought into the form that X takes: use another file."]


def test_a_used_up_day_is_found(marketer: Person, x_channel: Channel, soon: Publication, monkeypatch: Any) -> None:
    marketer.schedules("Earlier", x_channel, timezone.now() + timedelta(minutes=10))
    monkeypatch.setattr("connectors.x.X.quotas", (Quota(1, 86400),))

    look_ahead()

    assert found(soon) == ["Polar Fizz has used up what the network takes: 1 in 24 hours. Move this post to later."]
