"""A file that a network does not take as it is goes out in a form that it takes; made ahead, once, begun again when lost."""

import io
import re
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import Channel
from connectors import connector
from connectors.data import FileLimits
from scheduler import compose, planning
from scheduler.library import renditions
from scheduler.models import Asset, Post, PostMedia, Publication, Rendition, Status, Variant
from tests.cast import Person, Worker, said
from tests.sandbox.conftest import Practice
from tests.scheduler.desk import Desk

SOON = timedelta(hours=1)


@pytest.fixture
def doorbell(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The messages to the transcoding workers, who do nothing by themselves."""
    sent: list[str] = []
    monkeypatch.setattr("celery.current_app.send_task", lambda name, given, **to: sent.append(given[0]))
    return sent


@cache
def noise() -> bytes:
    """A JPEG of more than five megabytes."""
    buffer = io.BytesIO()
    Image.effect_noise((3000, 2400), 120).convert("RGB").save(buffer, "JPEG", quality=97)
    return buffer.getvalue()


@pytest.fixture
def large(marketer: Person) -> Asset:
    """A photo that must be made smaller."""
    return marketer.uploads(noise(), "beach.jpg")


def transcode(doorbell: list[str]) -> None:
    """Let the workers answer all messages."""
    while doorbell:
        renditions.make(UUID(doorbell.pop(0)))


def made(asset: Asset) -> Rendition:
    return asset.renditions.get()


def test_a_photo_that_is_too_large_goes_out_smaller(
    marketer: Person, x_channel: Channel, large: Asset, doorbell: list[str], practice: Practice, worker: Worker
) -> None:
    publication = marketer.publishes("The beach", x_channel, media=[large])
    transcode(doorbell)

    assert worker.finishes(publication).status == Status.PUBLISHED
    (post,) = practice.posts("x", {"id": x_channel.remote_id})
    assert post["media"]
    (sent,) = compose.outgoing(publication).media
    assert (sent.path, sent.size, sent.sha256) == (made(large).file.path, made(large).size, made(large).sha256)
    assert sent.size <= 5_000_000 < large.size


def test_a_photo_that_fits_is_sent_untouched(
    marketer: Person, x_channel: Channel, picture: Asset, doorbell: list[str], worker: Worker
) -> None:
    publication = worker.finishes(marketer.publishes("Ice", x_channel, media=[picture]))
    (sent,) = compose.outgoing(publication).media
    assert (sent.path, sent.sha256) == (picture.file.path, picture.sha256)
    assert not doorbell
    assert not Rendition.objects.exists()


def test_a_post_waits_for_its_file_without_a_try_and_no_other_post_waits(
    marketer: Person, x_channel: Channel, large: Asset, doorbell: list[str], practice: Practice, worker: Worker
) -> None:
    waiting = marketer.publishes("The beach", x_channel, media=[large])
    worker.rings()
    waiting.refresh_from_db()
    assert (waiting.status, waiting.attempt) == (Status.SCHEDULED, 0)
    assert waiting.due_at
    assert waiting.due_at > timezone.now()

    assert worker.finishes(marketer.publishes("Only words", x_channel)).status == Status.PUBLISHED
    assert said(practice, x_channel) == ["Only words"]


def test_the_file_is_made_when_the_post_is_scheduled_not_when_it_is_due(
    marketer: Person, x_channel: Channel, large: Asset, doorbell: list[str]
) -> None:
    marketer.schedules("The beach", x_channel, timezone.now() + SOON, media=[large])
    transcode(doorbell)
    assert made(large).is_ready


def test_a_file_is_made_once_however_often_it_is_posted(
    marketer: Person, x_channel: Channel, large: Asset, doorbell: list[str]
) -> None:
    for text in ("Monday", "Tuesday"):
        marketer.schedules(text, x_channel, timezone.now() + SOON, media=[large])
    assert set(doorbell) == {str(made(large).pk)}
    transcode(doorbell)
    ready_at = made(large).touched_at
    renditions.make(made(large).pk)
    marketer.schedules("Wednesday", x_channel, timezone.now() + SOON, media=[large])
    assert not doorbell
    assert made(large).touched_at == ready_at


@pytest.mark.parametrize(("state", "silence"), [("waiting", renditions.UNHEARD), ("working", renditions.SILENT)])
def test_what_was_lost_is_begun_again(
    marketer: Person,
    x_channel: Channel,
    large: Asset,
    doorbell: list[str],
    worker: Worker,
    state: str,
    silence: timedelta,
) -> None:
    publication = marketer.publishes("The beach", x_channel, media=[large])
    doorbell.clear()  # Redis was emptied, or the worker was killed
    Rendition.objects.update(state=state, touched_at=timezone.now() - silence * 0.5)
    worker.rings()
    assert doorbell == []

    Rendition.objects.update(touched_at=timezone.now() - silence * 1.1)
    worker.time_passes(SOON / 60)
    worker.rings()
    transcode(doorbell)
    assert worker.finishes(publication).status == Status.PUBLISHED


def test_what_was_lost_is_begun_again_long_before_the_post_is_due(
    marketer: Person, x_channel: Channel, large: Asset, doorbell: list[str]
) -> None:
    marketer.schedules("The beach", x_channel, timezone.now() + SOON, media=[large])
    doorbell.clear()
    renditions.recall()
    assert doorbell == []
    Rendition.objects.update(state="working", touched_at=timezone.now() - renditions.SILENT * 1.1)
    renditions.recall()
    transcode(doorbell)
    assert made(large).is_ready


def test_a_file_that_has_vanished_is_made_again(
    marketer: Person, x_channel: Channel, large: Asset, doorbell: list[str], worker: Worker
) -> None:
    publication = marketer.publishes("The beach", x_channel, media=[large])
    transcode(doorbell)
    Path(made(large).file.path).unlink()
    worker.rings()
    assert doorbell
    transcode(doorbell)
    assert worker.finishes(publication).status == Status.PUBLISHED


def test_two_workers_do_not_make_the_same_file(marketer: Person, x_channel: Channel, large: Asset, doorbell: list[str]) -> None:
    marketer.publishes("The beach", x_channel, media=[large])
    Rendition.objects.update(state="working", percent=40)
    renditions.make(made(large).pk)
    assert (made(large).state, made(large).percent) == ("working", 40)


def test_a_file_that_cannot_be_brought_into_form_ends_in_a_sentence_and_is_tried_again_with_the_post(
    marketer: Person, x_channel: Channel, large: Asset, doorbell: list[str], worker: Worker
) -> None:
    whole = Path(large.file.path).read_bytes()
    Path(large.file.path).write_bytes(whole[:100_000])
    publication = marketer.publishes("The beach", x_channel, media=[large])
    transcode(doorbell)

    assert worker.finishes(publication).status == Status.FAILED
    assert publication.why == ("beach.jpg could not be brought into the form that X takes: convert it, or use another file.")
    Path(large.file.path).write_bytes(whole)
    planning.retry(publication, marketer.member)
    transcode(doorbell)
    assert worker.finishes(publication).status == Status.PUBLISHED


def test_progress_is_told_to_those_who_wait(
    marketer: Person, x_channel: Channel, large: Asset, doorbell: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    publication = marketer.publishes("The beach", x_channel, media=[large])
    heard: list[str] = []
    monkeypatch.setattr(renditions, "tell", lambda workspace, topic: heard.append(topic))
    rendition = made(large)
    Rendition.objects.update(state="working")

    renditions._Told(rendition)(40)

    assert heard == [f"publication:{publication.pk}"]
    assert made(large).percent == 40


# -- the shape ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def square(monkeypatch: pytest.MonkeyPatch, x_channel: Channel) -> Channel:
    """A channel whose network takes square pictures only."""
    limits = FileLimits(connector("x").limits.image.mime_types, max_bytes=5_000_000, min_ratio=1, max_ratio=1)
    monkeypatch.setattr(connector("x"), "limits", replace(connector("x").limits, image=limits))
    return x_channel


def measures(post: Post, channel: Channel, assets: Any) -> list[tuple[int, int]]:
    (content,) = compose.frozen(post, channel)
    return [(one.width, one.height) for one in compose.to_outgoing(channel.network, content, assets).media]


def test_another_shape_is_padded_unless_a_person_wants_it_cropped(marketer: Person, square: Channel, picture: Asset) -> None:
    post = marketer.writes("Ice", square, media=[picture])
    assert compose.problems(post, square) == []
    assert measures(post, square, {picture.pk: picture}) == [(640, 640)]

    PostMedia.objects.update(fit="crop")
    assert measures(marketer.workspace.posts.get(), square, {picture.pk: picture}) == [(480, 480)]


def test_a_network_with_media_of_its_own_has_its_own_shape(
    marketer: Person, square: Channel, picture: Asset, doorbell: list[str], worker: Worker
) -> None:
    post = marketer.writes("Ice", square, media=[picture])
    Variant.objects.create(post=post, network="x", media=[compose.item(picture.pk, "", "crop")])
    (publication,) = planning.publish_now(post, marketer.member)
    transcode(doorbell)

    assert worker.finishes(publication).status == Status.PUBLISHED
    with Image.open(made(picture).file.path) as cropped:
        assert cropped.size == (480, 480)
    assert Publication.objects.get().content["media"][0]["fit"] == "crop"


JPEG, PNG, GIF, MP4, MOV = "image/jpeg", "image/png", "image/gif", "video/mp4", "video/quicktime"
REEL = {"format": "reel"}


@pytest.mark.parametrize(
    ("network", "file", "options", "becomes"),
    [
        ("instagram", (PNG, 540, 960, ""), {"format": "story"}, "540x960-whole"),
        ("instagram", (JPEG, 540, 960, ""), {"format": "story"}, ""),
        ("instagram", (JPEG, 540, 960, ""), {"format": "post"}, "768x960-pad"),
        ("facebook", (MP4, 1280, 720, "h264"), {"format": "post"}, ""),
        ("facebook", (MP4, 1280, 720, "h264"), REEL, "1080x1920-pad"),
        ("x", (MP4, 1280, 1280, "h264"), {}, "1024x1024-whole"),
        ("x", (GIF, 480, 270, ""), {}, ""),
        ("tiktok", (JPEG, 1600, 1600, ""), {}, "1080x1080-whole"),
        ("mastodon", (JPEG, 9000, 4000, ""), {}, "1920x853-whole"),
        ("youtube", (MOV, 3840, 2160, "hevc"), {}, ""),
    ],
)
def test_no_more_is_changed_than_the_networks_own_checks_ask_for(
    network: str, file: tuple[str, int, int, str], options: dict[str, str], becomes: str
) -> None:
    mime_type, width, height, codec = file
    asset = Asset(name="a", mime_type=mime_type, size=900_000, width=width, height=height, codec=codec, seconds=6, file="a")
    content = {"media": [{"asset": str(asset.pk), "alt": ""}], "options": options}
    found = [profile.key for _asset, profile in compose.needs(network, content, {asset.pk: asset})]
    assert [key.split("-", 1)[1].rsplit("-", 1)[0] for key in found] == ([becomes] if becomes else [])


# -- what people see ------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(marketer: Person) -> Desk:
    return Desk(marketer)


def test_the_composer_says_quietly_what_happens_to_a_file_instead_of_refusing_it(
    desk: Desk, x_channel: Channel, large: Asset
) -> None:
    desk.opens().types(channels=[x_channel.pk], text="The beach", media=[large.pk]).is_checked()
    assert "beach.jpg is made smaller for X." in desk.page
    assert "ready to go" in desk.page
    assert desk.sentences == {}


def test_pad_or_crop_is_asked_only_where_another_shape_is_needed(
    desk: Desk, square: Channel, brand_page: Channel, picture: Asset
) -> None:
    desk.opens().types(channels=[brand_page.pk], text="Ice", media=[picture.pk]).is_checked()
    assert str(picture.pk) not in re.findall(r'data-assets="([^"]*)"', desk.page)[0]
    desk.types(channels=[square.pk]).is_checked()
    assert str(picture.pk) in re.findall(r'data-assets="([^"]*)"', desk.page)[0]
    assert "bottle.png is given borders for X." in desk.page


def test_the_choice_of_a_shape_is_kept_with_the_post_and_with_a_networks_own_media(
    desk: Desk, square: Channel, picture: Asset
) -> None:
    files = {f"media-fit-{picture.pk}": "crop", "x-media": str(picture.pk), f"x-media-fit-{picture.pk}": "crop"}
    desk.opens().types(channels=[square.pk], text="Ice", media=[picture.pk], x__own_media="1", **files).presses("draft")
    post = desk.post
    assert [use.fit for use in post.media.all()] == ["crop"]
    assert [one["fit"] for one in post.variants.get().media or ()] == ["crop"]
    desk.opens(post)
    assert desk.typed[f"x-media-fit-{picture.pk}"] == desk.typed[f"media-fit-{picture.pk}"] == ["crop"]


def test_the_page_of_a_post_shows_how_far_its_file_is(
    desk: Desk, marketer: Person, x_channel: Channel, large: Asset, doorbell: list[str]
) -> None:
    publication = marketer.publishes("The beach", x_channel, media=[large])
    address = reverse("publication", args=[publication.pk])
    Rendition.objects.update(percent=40)
    page = desk.client.get(address).content.decode()
    assert "being made to fit: 40 %" in page
    assert "as soon as its files are in the form" in page

    transcode(doorbell)
    assert f"made to fit: {made(large).width} × {made(large).height}" in desk.client.get(address).content.decode()
