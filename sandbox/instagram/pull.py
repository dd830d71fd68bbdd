"""Media that Instagram fetches from a public address, and what it makes of files.
https://developers.facebook.com/docs/instagram-platform/content-publishing"""

from __future__ import annotations

import asyncio
import io
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests
from PIL import Image, UnidentifiedImageError

from sandbox.clips import look
from sandbox.instagram.errors import refusal

if TYPE_CHECKING:
    from sandbox.instagram.network import Instagram

LONGEST_FETCH = 20.0
LARGEST_IMAGE = 8 * 1024 * 1024
RATIOS = (0.8, 1.91)
SLACK = 0.005  # rounding of whole pixels
VIDEO = {"REELS": (3.0, 900.0, 300_000_000), "VIDEO": (3.0, 900.0, 300_000_000), "STORIES": (3.0, 60.0, 100_000_000)}
WIDEST = 1920
UNSUPPORTED = "Error: Media upload has failed with error code 2207026"


async def fetch(net: Instagram, url: str) -> tuple[bytes, str]:
    """The bytes behind an address and their Content-Type. Redirects are not followed: they lead to log-in pages."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise refusal(2207052)
    try:
        reply = await asyncio.to_thread(net.hooks.http.get, url, timeout=LONGEST_FETCH, allow_redirects=False)
    except requests.Timeout as error:
        raise refusal(2207003) from error
    except requests.RequestException as error:
        raise refusal(2207052) from error
    if reply.status_code != 200:
        raise refusal(2207052, f"The address answered {reply.status_code}")
    return bytes(reply.content), reply.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def check_image(content: bytes, kind: str, is_story: bool) -> None:
    """JPEG by its type and by its bytes, at most 8 MiB, 4:5 to 1.91:1 unless it is a story."""
    if kind and not kind.startswith(("image/", "application/octet-stream")):
        raise refusal(2207052, f"The address gave {kind}")
    if len(content) > LARGEST_IMAGE:
        raise refusal(2207004)
    try:
        with Image.open(io.BytesIO(content)) as image:
            form, ratio = image.format, image.width / image.height
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise refusal(2207052) from error
    if form != "JPEG":  # an MPO, as some cameras make it, is refused as well
        raise refusal(2207005)
    if not is_story and not RATIOS[0] - SLACK <= ratio <= RATIOS[1] + SLACK:
        raise refusal(2207009)


def video_fault(net: Instagram, media: str, kind: str) -> str:
    """What the container's status will say of this file, "" when it is good."""
    clip = look(net.files.path(media))
    shortest, longest, largest = VIDEO[kind]
    size = net.files.size(media)
    if clip.container != "mp4" or size > largest or clip.width > WIDEST:
        return UNSUPPORTED
    if clip.seconds and not shortest <= clip.seconds <= longest:
        return UNSUPPORTED
    if clip.height and not 0.01 <= clip.width / clip.height <= 10:
        return UNSUPPORTED
    return ""


def seconds(net: Instagram, media: str) -> float:
    """How long a video lasts, 0 when it can't be told."""
    return look(net.files.path(media)).seconds
