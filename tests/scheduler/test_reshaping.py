"""Pictures cut and turned, posters chosen, and which networks take what."""

import io
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image

from accounts.models import Channel, Workspace
from scheduler.library import shelf
from scheduler.library.fitness import Fitness, fits
from scheduler.library.media import film
from scheduler.library.thumbs import thumbnail
from scheduler.models import Asset
from tests import cast
from tests.scheduler.desk import Desk, png

pytestmark = pytest.mark.django_db
WHOLE = {"turn": 0, "left": 0, "top": 0, "width": 1, "height": 1}


@pytest.fixture
def desk(shop: Workspace) -> Desk:
    return Desk(cast.Person(cast.member(shop, "editor")))


def flag(kind: str = "PNG", **details: Any) -> bytes:
    """Red above, blue below, twice as wide as high."""
    picture = Image.new("RGB", (200, 100), "#f00")
    picture.paste("#00f", (0, 50, 200, 100))
    buffer = io.BytesIO()
    picture.save(buffer, kind, **details)
    return buffer.getvalue()


def cut(desk: Desk, asset: Asset, **part: Any) -> str:
    answer = desk.client.post(reverse("asset-cut", args=[asset.pk]), WHOLE | part, follow=True)
    return str(answer.content.decode())


def made(asset: Asset) -> Image.Image:
    with default_storage.open(str(asset.file.name)) as file, Image.open(file) as picture:
        picture.load()
        return picture


def test_a_part_of_a_picture_is_a_new_file_that_keeps_what_is_known_of_it(desk: Desk) -> None:
    asset = desk.person.uploads(flag(), "flag.png", alt="A flag")
    shelf.label([asset], ["flags"], desk.person.member)
    shelf.move([asset], shelf.folder_named("Summer", desk.person.member), desk.person.member)

    page = cut(desk, asset, left=0.5, top=0.5, width=0.25, height=0.5)

    new = Asset.objects.exclude(pk=asset.pk).get()
    assert "The original is still in the library" in page
    assert (new.name, new.alt, new.labels, str(new.folder)) == ("flag (cropped).png", "A flag", ["flags"], "Summer")
    assert (new.made_from, new.width, new.height) == (asset, 50, 50)
    assert made(new).getpixel((25, 25)) == (0, 0, 255)
    assert made(asset).size == (200, 100)


def test_its_name_says_once_what_was_done(desk: Desk) -> None:
    asset = desk.person.uploads(flag(), "flag.png")
    cut(desk, asset, turn=90)
    cut(desk, Asset.objects.get(made_from=asset), turn=90)
    cut(desk, asset, width=0.5)
    cut(desk, Asset.objects.get(made_from=asset, width=100, height=100), height=0.5)

    assert sorted(Asset.objects.values_list("name", flat=True)) == [
        "flag (cropped).png", "flag (cropped).png", "flag (turned).png", "flag (turned).png", "flag.png"
    ]  # fmt: skip


@pytest.mark.parametrize(("turn", "size", "above"), [(90, (100, 200), None), (180, (200, 100), (0, 0, 255))])
def test_a_picture_is_turned_clockwise(turn: int, size: tuple[int, int], above: Any, desk: Desk) -> None:
    cut(desk, desk.person.uploads(flag()), turn=turn)

    picture = made(Asset.objects.exclude(made_from=None).get())
    assert picture.size == size
    if above:
        assert picture.getpixel((50, 10)) == above
    else:  # what was above is at the right
        assert picture.getpixel((90, 100)) == (255, 0, 0)


def test_a_photo_that_was_held_upright_is_cut_as_it_is_shown(desk: Desk) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    asset = desk.person.uploads(flag("JPEG", exif=exif, quality=95), "flag.jpg")
    assert (asset.width, asset.height) == (100, 200)

    cut(desk, asset, height=0.5)

    new = Asset.objects.exclude(made_from=None).get()
    assert (new.width, new.height, new.mime_type) == (100, 100, "image/jpeg")
    assert not dict(made(new).getexif())


@pytest.mark.parametrize(
    ("part", "says"),
    [
        ({}, "Nothing is changed"),
        ({"width": 0.01}, "That part is too small"),
        ({"turn": 45}, "Choose a part of the picture"),
        ({"left": "here"}, "Choose a part of the picture"),
    ],
)
def test_what_cannot_be_cut_so_is_said(part: dict[str, Any], says: str, desk: Desk) -> None:
    assert says in cut(desk, desk.person.uploads(flag()), **part)
    assert Asset.objects.count() == 1


def test_what_moves_is_not_cut(desk: Desk) -> None:
    video = film(desk.person.uploads(png("#2b8a3e")), None)

    assert "this file moves" in cut(desk, video, width=0.5)
    assert b"cutter-box" not in desk.client.get(reverse("asset", args=[video.pk])).content


def test_another_frame_stands_for_a_video(desk: Desk) -> None:
    video = film(desk.person.uploads(png("#2b8a3e")), None)
    before = thumbnail(video)
    address = reverse("asset-poster", args=[video.pk])

    said = desk.client.post(address, {"seconds": "2.5"}, follow=True).content.decode()
    video.refresh_from_db()

    assert "This frame stands for the video now" in said
    assert video.poster_at == 2.5
    assert (after := thumbnail(video)) != before
    assert after is not None
    assert "private, max-age=60" in desk.client.get(reverse("media-thumb", args=[video.pk]))["Cache-Control"]
    for typed, says in (("1000", "not that long"), ("-1", "not that long"), ("nan", "not that long"), ("", "Stop the video")):
        assert says in desk.client.post(address, {"seconds": typed}, follow=True).content.decode()


def test_a_photo_has_no_frames(desk: Desk) -> None:
    photo = desk.person.uploads(png("#2b8a3e"))

    answer = desk.client.post(reverse("asset-poster", args=[photo.pk]), {"seconds": "1"}, follow=True)

    assert "Only a video has a poster frame" in answer.content.decode()


def test_a_files_page_says_which_networks_take_it(desk: Desk, x_channel: Channel, tube: Channel) -> None:
    buffer = io.BytesIO()
    Image.effect_noise((3000, 3000), 100).save(buffer, "PNG")
    photo, large = desk.person.uploads(png("#100")), desk.person.uploads(buffer.getvalue(), "large.png")

    found = {fit.network: fit for fit in fits(large, ["x", "youtube", "facebook"])}

    assert [fit.fitness for fit in fits(photo, ["x"])] == [Fitness.AS_IS]
    assert found["x"].fitness == Fitness.FITTED
    assert found["x"].why.startswith("large.png is ")
    assert (found["youtube"].fitness, found["youtube"].why) == (Fitness.REFUSED, "YouTube takes no images: remove it.")
    page = desk.client.get(reverse("asset", args=[photo.pk]))
    assert [fit.network for fit in page.context["fits"]] == ["x", "youtube"]
    assert "Not taken" in page.content.decode()
