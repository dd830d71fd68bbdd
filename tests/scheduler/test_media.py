"""Photos and videos on their way: uploaded ahead, sent once, whatever happens in between."""

import io
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import Channel
from accounts.verbs import Problem
from scheduler import planning
from scheduler.library.media import add_asset, film
from scheduler.machine import ringing
from scheduler.models import Asset, Status, Variant
from tests.cast import Person, Worker, said
from tests.sandbox.conftest import Practice
from tests.sandbox.waiting import until


def test_one_post_with_a_photo_goes_out_on_three_networks_as_a_film_where_only_videos_are_taken(
    marketer: Person,
    brand_page: Channel,
    x_channel: Channel,
    tube: Channel,
    picture: Asset,
    practice: Practice,
    worker: Worker,
) -> None:
    post = marketer.writes("Ice cold in the sun", [brand_page, x_channel, tube], media=[picture])
    moving = film(picture, marketer.member.user)
    Variant.objects.create(
        post=post,
        network="youtube",
        media=[{"asset": str(moving.pk), "alt": ""}],
        options={"title": "Ice cold", "privacy": "public"},
    )
    publications = planning.publish_now(post, marketer.member)

    for publication in publications:
        worker.finishes(publication)

    assert [publication.status for publication in publications] == ["published"] * 3
    photo_posts = [practice.posts(c.network, {"id": c.remote_id})[0] for c in (brand_page, x_channel)]
    assert all(post["media"] for post in photo_posts)
    until(lambda: bool(said(practice, tube)))  # a new video is processed for a moment


def test_media_go_up_before_the_time_and_the_post_waits_ready(
    marketer: Person, brand_page: Channel, picture: Asset, practice: Practice, worker: Worker
) -> None:
    when = timezone.now() + timedelta(hours=1)
    publication = marketer.schedules("Soon", brand_page, when, media=[picture])
    worker.time_passes(timedelta(minutes=57))
    worker.rings()
    publication.refresh_from_db()

    assert publication.status == Status.READY
    assert publication.kept
    assert publication.due_at == publication.publish_at
    assert said(practice, brand_page) == []
    worker.time_passes(timedelta(minutes=4))
    assert worker.finishes(publication).status == Status.PUBLISHED
    assert said(practice, brand_page) == ["Soon"]


def test_an_upload_has_a_queue_of_its_own_and_the_sending_has_not(
    marketer: Person, brand_page: Channel, picture: Asset
) -> None:
    marketer.publishes("Now", brand_page, media=[picture])
    (bell,) = ringing.lease_due()
    assert bell.for_media_workers


def test_a_film_of_the_same_photo_is_made_once(marketer: Person, picture: Asset) -> None:
    first, again = film(picture, None), film(picture, None)

    assert first.pk == again.pk
    assert first.mime_type == "video/mp4"
    assert (first.width, first.height) == (640, 480)
    assert 5.5 < first.seconds < 6.5


def test_files_are_known_by_their_bytes_not_by_their_names(marketer: Person) -> None:
    with pytest.raises(Problem, match="no picture or video"):
        add_asset(marketer.workspace, ContentFile(b"<script>alert(1)</script>"), "photo.png", None)


def test_the_same_file_twice_is_one_asset(marketer: Person, picture: Asset) -> None:
    content = io.BytesIO(picture.file.read()).getvalue()
    again, new = add_asset(marketer.workspace, ContentFile(content), "other name.png", None)
    assert (again.pk, new) == (picture.pk, False)
