"""Small pictures of the library's pictures and videos, made once and kept beside the files."""

import io
import os
import re
import subprocess
import tempfile
from pathlib import Path

import imageio_ffmpeg
from django.conf import settings
from PIL import Image, ImageDraw, ImageFont, ImageOps, UnidentifiedImageError

from connectors.data import JPEG
from scheduler.library import storing
from scheduler.library.fitting.pictures import framed
from scheduler.library.fitting.plan import Profile, known_fit
from scheduler.models import Asset

# The longer side in pixels: a mark beside a line, a card, the same on a screen with two pixels to a point, a page's width.
SIZES = {"small": 160, "card": 320, "card2": 640, "large": 900}
MIME, ENDING = "image/webp", ".webp"  # a third less than a JPEG as good; every browser that shows the rest of SMO reads it
SHAPE = re.compile(r"([1-9]\d{0,4})x([1-9]\d{0,4})-(pad|crop(?:\d{1,3}x\d{1,3})?)")
PAPER = "white"  # behind what is transparent: it is looked at on any ground, light or dark


def thumbnail(asset: Asset, size: str = "small", at: float | None = None, shape: str = "") -> Path | None:
    """The small picture of a picture, or of a video's beginning, in a size of SIZES; None for what can no longer be read.

    `at`: another second of the video. `shape`: as it is brought into another one, `<width>x<height>-<fit>`.
    """
    at = asset.poster_at if at is None else at
    shot, shaped = f"-{at:.2f}" if at is not None else "", f"-{shape}" if shape else ""
    path = Path(settings.MEDIA_ROOT) / "thumbs" / str(asset.workspace_id) / f"{asset.pk}-{SIZES[size]}{shot}{shaped}{ENDING}"
    if path.exists():
        return path
    if asset.is_captions:
        return _draw_captions(path, SIZES[size])
    try:
        _make(asset, path, SIZES[size], at, _profile(shape, SIZES[size]))
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError, subprocess.SubprocessError):
        return None
    path.with_suffix(".jpg").unlink(missing_ok=True)  # as SMO made them before: nobody asks for it any more
    return path


def _draw_captions(path: Path, side: int) -> Path:
    """Captions have no picture: they are shown as what players call them."""
    picture = Image.new("RGB", (side, side), "#1f2937")
    letters = ImageFont.load_default(side / 2.4)
    ImageDraw.Draw(picture).text((side / 2, side / 2), "CC", "white", letters, "mm")
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, "JPEG")
    return path


def _profile(shape: str, side: int) -> Profile | None:
    """What a picture of this shape becomes within a square of `side`."""
    found = SHAPE.fullmatch(shape)
    if not found:
        return None
    width, height = int(found[1]), int(found[2])
    scale = min(1, side / max(width, height))
    return Profile(JPEG, max(round(width * scale), 1), max(round(height * scale), 1), known_fit(found[3]))


def _frame(asset: Asset, at: float | None) -> io.BytesIO:
    """The frame that was chosen, or one of the video's first second: its very first is black more often than not."""
    start = str(min(asset.seconds / 2, 1) if at is None else min(at, max(asset.seconds - 0.1, 0)))
    source = str(storing.local(str(asset.file.name)))
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-ss", start, "-i", source]
    shot = subprocess.run([*command, "-frames:v", "1", "-f", "mjpeg", "-"], capture_output=True, timeout=20, check=True)
    return io.BytesIO(shot.stdout)


def _make(asset: Asset, path: Path, side: int, at: float | None, profile: Profile | None) -> None:
    with _frame(asset, at) if asset.is_video else asset.file.open("rb") as file, Image.open(file) as source:
        source.draft("RGB", (side * 2, side * 2))  # a JPEG is decoded at a fraction of its size: quick for big photos
        picture = ImageOps.exif_transpose(source)
        if profile:
            picture = framed(picture if picture.mode in ("RGB", "L") else picture.convert("RGBA"), profile)
        picture.thumbnail((side, side))
        if picture.mode not in ("RGB", "L"):
            clear = picture.convert("RGBA")
            picture = Image.new("RGB", clear.size, PAPER)
            picture.paste(clear, mask=clear.getchannel("A"))
        path.parent.mkdir(parents=True, exist_ok=True)
        # Two requests may make the same one: each writes a file of its own, and the name appears when it is whole.
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as draft:
            picture.save(draft, "WEBP", quality=66, method=6)
        os.replace(draft.name, path)
