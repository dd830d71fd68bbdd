"""What Snapchat takes, said before anything is sent; and its encryption, held against another implementation."""

import base64
import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors.data import JPEG, MP4, PNG, Media, Outgoing
from connectors.snapchat import Snapchat
from connectors.snapchat_cipher import Secret, encrypted, encrypted_size
from connectors.snapchat_media import PARTS, part_size

MIB = 1024 * 1024
PICTURE = Media("ice.jpg", JPEG, 300_000, "ice.jpg", width=1080, height=1920)
FILM = Media("ice.mp4", MP4, 5_000_000, "ice.mp4", width=720, height=1280, seconds=6)


def problems(media: Media | None = PICTURE, text: str = "Ice cold", **options: Any) -> str:
    """All problems of a post in one text."""
    post = Outgoing("key", text, (media,) if media else (), options=options)
    return " ".join(str(problem) for problem in Snapchat.checker().problems(_whole(post)))


def _whole(post: Outgoing) -> Outgoing:
    return replace(post, options={option.name: option.empty() for option in Snapchat.options} | dict(post.options))


# -- what fits ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("media", "chosen"),
    [
        (PICTURE, {}),
        (replace(PICTURE, mime_type=PNG, size=20_000_000, width=540, height=960), {"place": "story", "ttl": "ONE_WEEK"}),
        (PICTURE, {"text": "x" * 1000}),
        (PICTURE, {"place": "saved_story"}),
        (PICTURE, {"place": "saved_story", "title": "x" * 45, "text": "y" * 1000}),
        (FILM, {"text": "x" * 160, "locale": "de_DE", "skip_save_to_profile": True}),
        (replace(FILM, seconds=5.97), {}),
        (replace(FILM, seconds=5), {"place": "story"}),
        (replace(FILM, seconds=60, size=1_000_000_000), {}),
    ],
)
def test_what_fits(media: Media, chosen: dict[str, Any]) -> None:
    assert problems(media, **chosen) == ""


@pytest.mark.parametrize(
    ("media", "chosen", "words"),
    [
        (None, {}, "publishes no text alone"),
        (FILM, {"text": "x" * 161}, "shorten it by 1"),
        (PICTURE, {"place": "spotlight"}, "a Spotlight is a video"),
        (replace(FILM, seconds=5), {}, "needs at least 6 s"),
        (replace(FILM, seconds=4), {"place": "story"}, "needs at least 5 s"),
        (replace(FILM, seconds=61), {"place": "story"}, "takes 60 s"),
        (replace(FILM, size=1_000_000_001), {}, "takes 1 GB"),
        (replace(FILM, mime_type="video/quicktime"), {}, "takes MP4, not MOV"),
        (replace(PICTURE, size=20_000_001), {}, "takes 20 MB"),
        (replace(PICTURE, mime_type="image/gif"), {}, "takes JPEG, PNG, not GIF"),
        (replace(PICTURE, width=1200, height=900), {}, "does not take this shape"),
        (replace(PICTURE, width=450, height=800), {}, "540 x 960 is the least"),
        (PICTURE, {"place": "saved_story", "text": ""}, "needs a title"),
        (PICTURE, {"place": "saved_story", "text": "x" * 46}, "too long to be the Saved Story's title"),
        (PICTURE, {"place": "saved_story", "title": "x" * 46}, "46 characters, 45 are allowed"),
        (PICTURE, {"ttl": "FOREVER"}, "Story lasts: choose one of"),
        (PICTURE, {"locale": "tlh"}, "choose one of"),
    ],
)
def test_what_does_not_fit_is_said(media: Media | None, chosen: dict[str, Any], words: str) -> None:
    assert words in problems(media, **chosen)


def test_a_text_alone_is_not_called_empty() -> None:
    assert problems(None) == "Snapchat publishes no text alone: add an image or a video."


def test_a_post_has_one_file() -> None:
    two = _whole(Outgoing("key", "", (PICTURE, PICTURE)))
    both = _whole(Outgoing("key", "", (PICTURE, FILM)))
    assert "there are 2: remove 1" in str(Snapchat.checker().problems(two)[0])
    assert "does not mix" in " ".join(str(problem) for problem in Snapchat.checker().problems(both))


def test_a_link_stands_in_the_text_of_a_spotlight() -> None:
    post = _whole(Outgoing("key", "x" * 150, (FILM,), link="https://polarfizz.com/cold"))
    assert "shorten it by 17" in str(Snapchat.checker().problems(post)[0])


def test_it_says_beforehand_that_a_doubt_is_left_to_a_person() -> None:
    assert any("unconfirmed" in rule for rule in Snapchat.rules)


# -- encryption --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 100_000, 3 * MIB + 5])
def test_openssl_decrypts_what_we_encrypt(size: int, tmp_path: Path) -> None:
    if not (openssl := shutil.which("openssl")):
        pytest.skip("there is no openssl command on this machine to decrypt with")
    plain, cipher, back = (tmp_path / name for name in ("plain", "cipher", "back"))
    plain.write_bytes(bytes(number * 7 % 251 for number in range(size)))
    secret = Secret.new()
    parts = list(encrypted(str(plain), secret, 1 * MIB))
    cipher.write_bytes(b"".join(parts))
    key, iv = (base64.b64decode(value).hex() for value in (secret.key, secret.iv))

    command = [openssl, "enc", "-d", "-aes-256-cbc", "-K", key, "-iv", iv, "-in", str(cipher), "-out", str(back)]
    subprocess.run(command, check=True, timeout=20)

    assert back.read_bytes() == plain.read_bytes()
    assert cipher.stat().st_size == encrypted_size(size)
    assert (len(key), len(iv)) == (64, 32)
    assert all(len(part) == MIB for part in parts[:-1])


def test_the_same_secret_gives_the_same_parts_and_another_gives_others(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"ice" * 1000)
    secret, other = Secret.new(), Secret.new()
    first, again, another = (list(encrypted(str(tmp_path / "plain"), one, 512)) for one in (secret, secret, other))
    assert first == again
    assert len(first) == len(another) == 6
    assert first != another
    assert secret.key not in repr(secret)


@pytest.mark.parametrize("size", [1, 8 * MIB, 280 * MIB, 281 * MIB, 1_000_000_000, 1024 * MIB])
def test_parts_are_few_and_small_enough(size: int) -> None:
    total = encrypted_size(size)
    part = part_size(total)
    assert -(-total // part) <= PARTS
    assert part <= 31 * MIB
    assert part % 16 == 0


def test_options_are_what_a_variant_can_keep() -> None:
    assert json.dumps({option.name: option.empty() for option in Snapchat.options})
