"""What a photo tells of its maker does not leave the house: the pixels, the orientation and the colours do."""

import io
import struct
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms

from accounts.models import Channel
from scheduler.compose import outgoing
from scheduler.library.stripping import stripped
from scheduler.models import Asset
from tests.cast import Person

MAKER = "Jo Photographer"
COLOURS = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def photo(kind: str, turned: int = 6, **details: Any) -> bytes:
    """A photo of Warsaw as a telephone writes it: where, who, and how it was held."""
    exif = Image.Exif()
    exif[0x0112], exif[0x013B] = turned, MAKER
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 13.0, 47.0), 3: "E", 4: (21.0, 0.0, 42.0)})
    picture = Image.effect_noise((64, 48), 80).convert("RGB")
    buffer = io.BytesIO()
    picture.save(buffer, kind, exif=exif, icc_profile=COLOURS, **details)
    return buffer.getvalue()


def tells(content: bytes) -> set[str]:
    """What the file still says of place and maker."""
    with Image.open(io.BytesIO(content)) as picture:
        exif = picture.getexif()
        found = {"place"} if exif.get_ifd(0x8825) else set()
        return found | ({"maker"} if MAKER.encode() in content or exif.get(0x013B) else set())


def opened(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content)) as picture:
        picture.load()
        return picture


@pytest.mark.parametrize(
    ("kind", "details"),
    [("JPEG", {}), ("JPEG", {"progressive": True}), ("PNG", {}), ("WEBP", {}), ("WEBP", {"lossless": True})],
)
def test_place_and_maker_go_and_pixels_turn_and_colours_stay(kind: str, details: dict[str, Any]) -> None:
    content = photo(kind, **details)
    assert tells(content) == {"place", "maker"}

    bare = stripped(content)

    assert tells(bare) == set()
    assert opened(bare).tobytes() == opened(content).tobytes()
    assert opened(bare).getexif()[0x0112] == 6
    assert opened(bare).info["icc_profile"] == COLOURS
    assert stripped(bare) == bare


def test_a_photo_that_stands_upright_keeps_no_exif_at_all() -> None:
    bare = stripped(photo("JPEG", turned=1))

    assert not dict(opened(bare).getexif())
    assert b"Exif" not in bare


def test_comments_editors_words_and_what_hangs_behind_the_picture_go() -> None:
    def segment(marker: int, words: bytes) -> bytes:
        return bytes([0xFF, marker]) + struct.pack(">H", len(words) + 2) + words

    content = photo("JPEG")
    words = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>secret</x:xmpmeta>") + segment(0xED, b"secret")
    content = content[:2] + words + segment(0xFE, b"secret") + content[2:] + photo("JPEG") + b"secret"

    bare = stripped(content)

    assert b"secret" not in bare
    assert bare.endswith(b"\xff\xd9")


def test_a_photo_without_its_end_gets_one() -> None:
    content = photo("JPEG")

    assert stripped(content[:-2]) == stripped(content)


def test_a_file_whose_parts_cannot_be_told_apart_is_drawn_anew() -> None:
    content = photo("PNG")

    bare = stripped(content[:-12] + b"\0\0\0\5")  # its last chunk begins and is not there

    assert tells(bare) == set()
    assert (opened(bare).getexif()[0x0112], opened(bare).info["icc_profile"]) == (6, COLOURS)
    assert opened(bare).tobytes() == opened(content).tobytes()


def test_what_is_no_photo_comes_back_as_it_was() -> None:
    buffer = io.BytesIO()
    Image.new("P", (8, 8)).save(buffer, "GIF")

    assert stripped(buffer.getvalue()) == buffer.getvalue()


def test_what_a_network_gets_as_it_is_tells_no_place(marketer: Person, x_channel: Channel, worker: Any) -> None:
    asset = marketer.uploads(photo("JPEG"), "warsaw.jpg")
    publication = marketer.publishes("Ice", on=x_channel, media=[asset])

    (sent,) = outgoing(publication).media

    content = Path(sent.path).read_bytes()
    assert (sent.path, sent.size) == (asset.file.path, len(content))
    assert tells(content) == set()
    assert opened(content).getexif()[0x0112] == 6
    assert (asset.width, asset.height) == (48, 64)


def test_the_same_photo_is_still_known_when_it_comes_again(marketer: Person) -> None:
    content = photo("JPEG")

    first, again = (marketer.uploads(content, "warsaw.jpg") for _ in range(2))

    assert first.pk == again.pk
    assert Asset.objects.count() == 1
