"""A video's cover and a picture's point of focus: from what is typed to what goes out, and to what the previews show."""

import io
import subprocess
from functools import cache
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory

import imageio_ffmpeg
import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import Channel, Workspace
from connectors.data import JPEG
from scheduler.compose import wording
from scheduler.library import shelf
from scheduler.library.fitting import pictures
from scheduler.library.fitting.plan import Profile, corner, known_fit
from scheduler.library.thumbs import thumbnail
from scheduler.models import Asset, Post
from tests import cast
from tests.sandbox.conftest import Practice
from tests.scheduler.desk import png

HALVES = ("#ff0000", "#0000ff")  # left and right


def halves(width: int = 400, height: int = 100) -> bytes:
    picture = Image.new("RGB", (width, height), HALVES[0])
    picture.paste(HALVES[1], (width // 2, 0, width, height))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


@cache
def film() -> bytes:
    """Two seconds, the first red, the second blue."""
    with TemporaryDirectory() as folder:
        target = Path(folder) / "film.mp4"
        sources = [
            part for colour in ("red", "blue") for part in ("-f", "lavfi", "-i", f"color=c={colour}:size=320x180:rate=10:d=1")
        ]
        joined = ["-filter_complex", "concat=n=2", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", *sources, *joined, str(target)]
        subprocess.run(command, check=True, timeout=60)
        return target.read_bytes()


@pytest.fixture
def video(marketer: cast.Person) -> Asset:
    return marketer.uploads(film(), "film.mp4")


@pytest.fixture
def channels(shop: Workspace, practice: Practice) -> dict[str, Channel]:
    return {
        slug: cast.channel(shop, practice, slug) for slug in ("instagram", "tiktok", "pinterest", "youtube", "facebook", "x")
    }


def saved(client: Client, *channels: Channel, **typed: str) -> Post:
    """A draft written on the composer's own page."""
    asked = {"text": "Ice", "do": "draft", "channels": [str(one.pk) for one in channels], **typed}
    assert client.post(reverse("post-new"), asked).status_code == 302
    return Post.objects.get()


def told(client: Client, *channels: Channel, **typed: str) -> str:
    asked = {"text": "Ice", "channels": [str(one.pk) for one in channels], **typed}
    return unescape(client.post(reverse("post-check"), asked).content.decode())


# -- cover --------------------------------------------------------------------------------------------------------------------


def test_a_moment_goes_to_the_networks_that_take_one(client: Client, video: Asset, channels: dict[str, Channel]) -> None:
    post = saved(client, *channels.values(), **{"media": str(video.pk), f"media-cover-{video.pk}": "1.50"})

    options = {slug: wording(post, channel).options for slug, channel in channels.items()}

    assert options["instagram"]["thumb_offset"] == 1500
    assert options["tiktok"]["cover_ms"] == 1500
    assert options["pinterest"]["cover_second"] == 2
    assert options["youtube"]["thumbnail"] == ""
    assert "1.50" in post.media.get().cover


def test_a_picture_goes_to_the_networks_that_take_one(
    client: Client, marketer: cast.Person, video: Asset, channels: dict[str, Channel]
) -> None:
    picture = marketer.uploads(png("#123456"), "cover.png")
    post = saved(client, *channels.values(), **{"media": str(video.pk), f"media-cover-{video.pk}": str(picture.pk)})

    options = {slug: wording(post, channel).options for slug, channel in channels.items()}

    assert options["instagram"]["cover"] == options["pinterest"]["cover"] == options["youtube"]["thumbnail"] == str(picture.pk)
    assert options["facebook"]["thumb"] == str(picture.pk)
    assert shelf.uses(post.workspace, [picture, video]) == {picture.pk: 1, video.pk: 1}
    assert options["tiktok"]["cover_ms"] == 0


def test_each_network_that_does_not_take_it_says_so(client: Client, video: Asset, channels: dict[str, Channel]) -> None:
    found = told(client, *channels.values(), **{"media": str(video.pk), f"media-cover-{video.pk}": "1.5"})

    assert "X chooses the cover of a video itself." in found
    assert "Facebook takes a picture as cover" in found
    assert "YouTube takes a picture as cover" in found
    assert "TikTok takes" not in found
    assert found.count("size=card2&at=1.5") == 3, "the previews of those that take a moment show it"


def test_what_a_network_has_of_its_own_stays_and_a_story_has_no_cover(
    client: Client, video: Asset, channels: dict[str, Channel]
) -> None:
    typed = {"media": str(video.pk), f"media-cover-{video.pk}": "1.5", "tiktok-option_cover_ms": "700"}
    post = saved(client, *channels.values(), **typed, **{"instagram-option_format": "story"})

    assert wording(post, channels["tiktok"]).options["cover_ms"] == 700
    assert wording(post, channels["instagram"]).options["thumb_offset"] == 0


@pytest.mark.parametrize("typed", ["-1", "abc", "1e9", "00000000-0000-4000-8000-000000000000", "1.5; x"])
def test_what_is_no_cover_is_dropped(typed: str, client: Client, video: Asset, channels: dict[str, Channel]) -> None:
    post = saved(client, channels["youtube"], **{"media": str(video.pk), f"media-cover-{video.pk}": typed})
    assert post.media.get().cover == ""


def test_another_workspaces_picture_is_no_cover(client: Client, video: Asset, channels: dict[str, Channel]) -> None:
    stranger = cast.Person(cast.member(cast.workspace("Other"), "editor"))
    foreign = stranger.uploads(png("#654321"))
    post = saved(client, channels["youtube"], **{"media": str(video.pk), f"media-cover-{video.pk}": str(foreign.pk)})
    assert post.media.get().cover == ""


def test_a_moment_is_drawn(client: Client, video: Asset) -> None:
    address = reverse("media-thumb", args=[video.pk])
    for second, colour in (("0.5", (254, 0, 0)), ("1.5", (0, 0, 254))):
        answer = client.get(address, {"at": second})
        content = b"".join(answer.streaming_content) if not answer.is_async else b""  # type: ignore[attr-defined]
        assert answer.status_code == 200
        path = thumbnail(video, at=float(second))
        assert path is not None
        assert content == b"" or content == path.read_bytes()
        with Image.open(path) as shot:
            assert all(abs(a - b) < 30 for a, b in zip(shot.getpixel((40, 40)), colour, strict=True))  # type: ignore[arg-type]


# -- focus --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("pad", "pad"),
        ("crop", "crop"),
        ("crop0x100", "crop0x100"),
        ("crop50x50", "crop"),
        ("crop101x5", "pad"),
        ("", "pad"),
        ("crop-1x2", "pad"),
    ],
)
def test_only_a_point_within_the_picture_is_one(typed: str, kept: str) -> None:
    assert known_fit(typed) == kept


@pytest.mark.parametrize(("fit", "left"), [("crop", 150), ("crop0x50", 0), ("crop100x50", 300), ("crop40x0", 110)])
def test_the_frame_lies_about_the_point_and_within_the_picture(fit: str, left: int) -> None:
    assert corner((400, 100), (100, 100), fit) == (left, 0)


@pytest.mark.parametrize(("fit", "colour"), [("crop10x50", (255, 0, 0)), ("crop90x50", (0, 0, 255))])
def test_cropping_keeps_the_point_in_view(fit: str, colour: tuple[int, int, int], tmp_path: Path) -> None:
    source, target = tmp_path / "halves.png", tmp_path / "cut.jpg"
    source.write_bytes(halves())
    profile = Profile(JPEG, 100, 100, fit)
    assert Profile.of(profile.key) == profile

    pictures.make(source, target, profile)

    with Image.open(target) as made:
        assert made.size == (100, 100)
        for x in (5, 95):
            assert all(abs(a - b) < 12 for a, b in zip(made.getpixel((x, 50)), colour, strict=True))  # type: ignore[arg-type]


def test_the_point_is_kept_with_the_use_and_the_preview_is_cut_so(
    client: Client, marketer: cast.Person, channels: dict[str, Channel]
) -> None:
    wide = marketer.uploads(halves(1600, 400), "wide.png")
    typed = {"media": str(wide.pk), f"media-fit-{wide.pk}": "crop", f"media-focus-{wide.pk}": "90x50"}

    found = told(client, channels["instagram"], **typed)
    post = saved(client, channels["instagram"], **typed)

    assert "-crop90x50" in found
    assert post.media.get().fit == "crop90x50"
    assert wording(post, channels["instagram"]).media[0]["fit"] == "crop90x50"
    page = client.get(reverse("post-edit", args=[post.pk])).content.decode()
    assert 'value="90x50"' in page
    drawn = thumbnail(wide, "large", shape="764x400-crop90x50")
    assert drawn is not None
    with Image.open(drawn) as shot:
        assert shot.size == (764, 400)
        assert shot.getpixel((700, 200))[2] > 200  # type: ignore[index]


@pytest.mark.parametrize("shape", ["0x5-crop", "x", "5x5-crop/../x", "99999999x1-pad"])
def test_no_other_shape_is_drawn(shape: str, client: Client, picture: Asset) -> None:
    address = reverse("media-thumb", args=[picture.pk])
    assert client.get(address, {"shape": shape})["Content-Length"] == client.get(address)["Content-Length"]
