"""A picture brought into a profile by Pillow."""

import io
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from connectors.data import JPEG, PNG, WEBP
from scheduler.library.fitting.plan import Profile, corner, crops, inner

PAPER = "white"  # behind what is transparent or padded
FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}
QUALITIES = (90, 82, 74, 66)  # below that fewer pixels look better
SHRINK, LEAST_SIDE = 0.8, 64


class Unfit(Exception):
    """The file cannot be brought into the profile; `str()` tells why, in ffmpeg's or Pillow's words."""


def make(source: Path, target: Path, profile: Profile) -> None:
    """Write the picture `source` to `target` as `profile` says, without the EXIF (which may tell a home). Raises Unfit."""
    try:
        with Image.open(source) as opened:
            longest = max(profile.width, profile.height)
            if longest:
                opened.draft("RGB", (longest, longest))  # a JPEG is decoded at a fraction of its size
            profile_of_colours = opened.info.get("icc_profile") if opened.mode in ("RGB", "RGBA") else None
            picture = framed(_modelled(ImageOps.exif_transpose(opened), profile.mime_type), profile)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Unfit(str(error)) from error
    for content in _tries(picture, FORMATS[profile.mime_type], profile_of_colours):
        if not profile.max_bytes or len(content) <= profile.max_bytes:
            target.write_bytes(content)
            return
    raise Unfit(f"not below {profile.max_bytes} bytes")


def _modelled(picture: Image.Image, mime_type: str) -> Image.Image:
    """In colours that the format has: JPEG has no holes."""
    if picture.mode in ("RGB", "L"):
        return picture
    if picture.mode == "CMYK" or picture.mode.startswith(("I", "F")):
        return picture.convert("RGB")
    clear = picture.convert("RGBA")
    if mime_type != JPEG:
        return clear
    flat = Image.new("RGB", clear.size, PAPER)
    flat.paste(clear, mask=clear.getchannel("A"))
    return flat


def framed(picture: Image.Image, profile: Profile) -> Image.Image:
    """A picture as large as the profile, in its shape."""
    if not profile.width or picture.size == (profile.width, profile.height):
        return picture.copy()
    drawn = picture.resize(inner(*picture.size, profile), Image.Resampling.LANCZOS)
    if not profile.fit:
        return drawn
    frame = Image.new(drawn.mode, (profile.width, profile.height), PAPER)
    if crops(profile.fit):
        left, top = corner(drawn.size, frame.size, profile.fit)
        frame.paste(drawn, (-left, -top))
    else:
        frame.paste(drawn, ((frame.width - drawn.width) // 2, (frame.height - drawn.height) // 2))
    return frame


def _tries(picture: Image.Image, name: str, colours: bytes | None) -> Iterator[bytes]:
    """The picture in fewer and fewer bytes: lower quality first, then fewer pixels."""
    while min(picture.size) >= LEAST_SIDE or max(picture.size) < LEAST_SIDE:
        for quality in QUALITIES if name != "PNG" else QUALITIES[:1]:
            buffer = io.BytesIO()
            picture.save(buffer, name, quality=quality, optimize=True, icc_profile=colours)
            yield buffer.getvalue()
        smaller = round(picture.width * SHRINK), round(picture.height * SHRINK)
        if min(smaller) < 1:
            return
        picture = picture.resize(smaller, Image.Resampling.LANCZOS)
