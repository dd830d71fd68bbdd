"""The disk is freed of what nobody needs, and of nothing else."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import Channel
from scheduler.library import shelf, thumbs
from scheduler.library.fitting.plan import Profile
from scheduler.library.renditions import make, request
from scheduler.library.tidying import tidy
from scheduler.models import Asset, PostMedia, Rendition
from tests.cast import Person

pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(days=40)
Made = Callable[[Asset], Rendition]


@pytest.fixture
def rendition(picture: Asset) -> Rendition:
    """A JPEG of the picture, made long ago."""
    made = Rendition.objects.create(asset=picture, profile=Profile("image/jpeg", 320, 240).key)
    make(made.pk)
    Rendition.objects.filter(pk=made.pk).update(touched_at=timezone.now() - LONG_AGO)
    made.refresh_from_db()
    assert made.is_ready
    return made


def test_a_rendition_of_long_ago_is_deleted_with_its_file(rendition: Rendition) -> None:
    tidy()

    assert not Rendition.objects.exists()
    assert not Path(rendition.file.path).exists()
    assert Path(rendition.asset.file.path).exists()


def test_a_fresh_one_and_one_that_a_post_waits_for_stay(marketer: Person, x_channel: Channel, rendition: Rendition) -> None:
    marketer.schedules("Ice", x_channel, timezone.now() + timedelta(days=60), media=[rendition.asset])
    tidy()
    assert Path(rendition.file.path).exists()


def test_what_is_asked_for_again_counts_as_fresh(
    marketer: Person, brand_page: Channel, rendition: Rendition, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication = marketer.schedules("Ice", brand_page, timezone.now() + timedelta(days=1), media=[rendition.asset])
    monkeypatch.setattr("scheduler.library.renditions.needed", lambda _publication: [rendition])

    request([publication])

    rendition.refresh_from_db()
    assert timezone.now() - rendition.touched_at < timedelta(minutes=1)


def test_a_file_thrown_away_is_purged_after_a_week_with_all_that_was_made_of_it(
    marketer: Person, picture: Asset, rendition: Rendition
) -> None:
    small = thumbs.thumbnail(picture)
    assert small is not None
    shelf.throw_away([picture], marketer.member)

    tidy()
    assert Asset.everything.exists()
    Asset.everything.update(deleted_at=timezone.now() - timedelta(days=8))
    tidy()

    assert not Asset.everything.exists()
    assert [path.exists() for path in (Path(picture.file.path), Path(rendition.file.path), small)] == [False] * 3


def test_one_that_came_into_a_post_meanwhile_is_taken_back(marketer: Person, x_channel: Channel, picture: Asset) -> None:
    shelf.throw_away([picture], marketer.member)
    post = marketer.writes("Ice", on=x_channel)
    PostMedia.objects.create(post=post, asset=picture)
    Asset.everything.update(deleted_at=timezone.now() - timedelta(days=8))

    tidy()

    assert Asset.objects.get() == picture
