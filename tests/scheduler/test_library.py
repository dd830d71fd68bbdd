"""Files: taken in by what they are, given out to their workspace only."""

import asyncio
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import Workspace
from scheduler.library import giving
from scheduler.library.media import film
from scheduler.models import Asset
from tests import cast
from tests.scheduler.desk import Desk, png, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(shop: Workspace) -> Desk:
    return Desk(cast.Person(cast.member(shop, "editor")))


def body(answer: Any) -> bytes:
    async def whole() -> bytes:
        return b"".join([part async for part in answer])

    with ThreadPoolExecutor(1) as aside:  # a browser's event loop may be running in this thread
        return aside.submit(asyncio.run, whole()).result()


def upload(content: bytes, name: str = "ice.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/html")  # what a browser claims is not believed


def test_an_uploaded_picture_becomes_a_row_with_its_measures_and_alt_text(desk: Desk) -> None:
    row = desk.uploads(upload(png("#abc")), slot="x-media").page

    asset = Asset.objects.get()
    assert (asset.mime_type, asset.width, asset.added_by) == ("image/png", 400, desk.person.member.user)
    assert read(row).fields == {
        "x-media": [str(asset.pk)],
        f"x-media-alt-{asset.pk}": [""],
        f"x-media-fit-{asset.pk}": ["pad"],
        f"x-media-focus-{asset.pk}": ["50x50"],
    }
    assert "400 × 400" in row


def test_the_same_file_is_kept_once(desk: Desk) -> None:
    desk.uploads(upload(png("#abc"))).uploads(upload(png("#abc"), "again.png"))

    assert Asset.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"<html><script>alert(1)</script>", "is no picture or video that SMO knows"), (b"", "is no picture or video")],
)
def test_what_is_neither_picture_nor_video_is_refused_in_words(content: bytes, says: str, desk: Desk) -> None:
    desk.uploads(upload(content, "cold.png"))

    assert (desk.answer.status_code, desk.answer["Content-Type"]) == (422, "text/plain; charset=utf-8")
    assert says in desk.page


def test_a_file_that_is_too_large_is_refused_in_words(desk: Desk, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 100

    assert "ice.png is larger than 100" in desk.uploads(upload(png("#abc"))).page.replace("\xa0", " ")


def test_no_file_at_all_is_refused_in_words(desk: Desk) -> None:
    answer = desk.client.post(reverse("media-add"), {}, headers={"HX-Request": "true"})

    assert (answer.status_code, answer.content) == (422, b"Choose a file.")


def test_a_name_from_outside_is_text(desk: Desk) -> None:
    row = desk.uploads(upload(png("#abc"), '"><img src=x onerror=alert(1)>.png')).page

    assert "<img src=x" not in row


def test_a_file_comes_back_as_it_was_and_is_never_taken_for_a_page(desk: Desk) -> None:
    content = png("#abc")
    asset = desk.person.uploads(content, "ice cold.png")

    answer = desk.client.get(reverse("media", args=[asset.pk]))

    assert body(answer) == content
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert answer["Content-Disposition"] == 'inline; filename="ice cold.png"'
    assert "private" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("wanted", "status", "start", "end"),
    [
        ("bytes=0-9", 206, 0, 10),
        ("bytes=10-", 206, 10, None),
        ("bytes=-5", 206, -5, None),
        ("bytes=5-999999", 206, 5, None),
        ("bytes=999999-", 200, 0, None),
        ("bytes=-", 200, 0, None),
        ("bytes=0-1,4-5", 200, 0, None),
    ],
)
def test_a_player_gets_the_range_that_it_asks_for(wanted: str, status: int, start: int, end: int | None, desk: Desk) -> None:
    content = png("#abc")
    asset = desk.person.uploads(content)

    answer = desk.client.get(reverse("media", args=[asset.pk]), headers={"Range": wanted})

    assert answer.status_code == status
    assert body(answer) == content[start:end]
    assert int(answer["Content-Length"]) == len(content[start:end])


def test_a_thumbnail_is_a_small_picture_made_once(desk: Desk, settings: Any) -> None:
    asset = desk.person.uploads(png("#abc", side=2000))
    of_before = settings.MEDIA_ROOT / "thumbs" / str(asset.workspace_id) / f"{asset.pk}-160.jpg"
    of_before.parent.mkdir(parents=True)
    of_before.write_bytes(b"made by an older SMO")

    answers = [desk.client.get(reverse("media-thumb", args=[asset.pk])) for _ in range(2)]

    with Image.open(io.BytesIO(body(answers[0]))) as picture:
        assert (picture.format, picture.size) == ("WEBP", (160, 160))
    assert body(answers[1])
    assert [path.name for path in of_before.parent.iterdir()] == [f"{asset.pk}-160.webp"]


@pytest.mark.parametrize("mode", ["RGBA", "P", "LA", "L", "CMYK"])
def test_every_kind_of_picture_has_a_thumbnail(mode: str, desk: Desk) -> None:
    buffer = io.BytesIO()
    Image.new(mode, (900, 300)).save(buffer, "JPEG" if mode == "CMYK" else "PNG")
    asset = desk.person.uploads(buffer.getvalue())

    with Image.open(io.BytesIO(body(desk.client.get(reverse("media-thumb", args=[asset.pk]), {"size": "large"})))) as picture:
        assert picture.size == (900, 300)


def test_a_video_has_a_frame_of_itself_as_its_thumbnail(desk: Desk) -> None:
    video = film(desk.person.uploads(png("#2b8a3e")), None)

    with Image.open(io.BytesIO(body(desk.client.get(reverse("media-thumb", args=[video.pk]))))) as picture:
        red, green, blue = picture.convert("RGB").getpixel((80, 80))  # type: ignore[misc]  # a triple for RGB
    assert green > red
    assert green > blue


def test_a_file_that_is_gone_from_the_disk_is_not_there(desk: Desk) -> None:
    asset = desk.person.uploads(png("#abc"))
    Path(asset.file.path).unlink()

    assert desk.client.get(reverse("media", args=[asset.pk])).status_code == 404
    assert desk.client.get(reverse("media-thumb", args=[asset.pk])).status_code == 404


def test_files_are_for_members_of_their_workspace(desk: Desk) -> None:
    theirs = cast.Person(cast.member(cast.workspace("Somebody else"), "owner")).uploads(png("#abc"))

    for name in ("media", "media-thumb"):
        assert desk.client.get(reverse(name, args=[theirs.pk])).status_code == 404
        assert Client().get(reverse(name, args=[theirs.pk])).status_code == 302


def test_a_network_fetches_a_file_by_its_signed_address_for_a_day(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    content = png("#abc")
    asset = desk.person.uploads(content)
    address = urlsplit(giving.public_address(str(asset.file.name), asset.mime_type)).path
    stranger = Client()

    answer = stranger.get(address)
    assert (answer.status_code, answer["Content-Type"], body(answer)) == (200, "image/png", content)
    token = address.split("/")[2]
    assert stranger.get(address.replace(token, token[:-2] + ("aa" if token[-2:] != "aa" else "bb"))).status_code == 404
    monkeypatch.setattr(giving, "GOOD_FOR", -timedelta(seconds=1))
    assert stranger.get(address).status_code == 404
