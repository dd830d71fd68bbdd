"""Small pictures of the library's pictures and videos, made once and kept beside the files."""

import io
import os
import subprocess
import tempfile
from pathlib import Path

import imageio_ffmpeg
from django.conf import settings
from PIL import Image, ImageOps, UnidentifiedImageError

from scheduler.library import storing
from scheduler.models import Asset

SIZES = {"small": 160, "large": 900}  # the longer side in pixels, for screens with two pixels to a point
PAPER = "white"  # behind what is transparent: JPEG has no holes


def thumbnail(asset: Asset, size: str = "small") -> Path | None:
    """The JPEG of a picture, or of a video's beginning, in a size of SIZES; None for what can no longer be read."""
    shot = f"-{asset.poster_at:.2f}" if asset.poster_at is not None else ""
    path = Path(settings.MEDIA_ROOT) / "thumbs" / str(asset.workspace_id) / f"{asset.pk}-{SIZES[size]}{shot}.jpg"
    if path.exists():
        return path
    try:
        _make(asset, path, SIZES[size])
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError, subprocess.SubprocessError):
        return None
    return path


def _frame(asset: Asset) -> io.BytesIO:
    """The frame that was chosen, or one of the video's first second: its very first is black more often than not."""
    start = str(min(asset.seconds / 2, 1) if asset.poster_at is None else asset.poster_at)
    source = str(storing.local(str(asset.file.name)))
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-ss", start, "-i", source]
    shot = subprocess.run([*command, "-frames:v", "1", "-f", "mjpeg", "-"], capture_output=True, timeout=20, check=True)
    return io.BytesIO(shot.stdout)


def _make(asset: Asset, path: Path, side: int) -> None:
    with _frame(asset) if asset.is_video else asset.file.open("rb") as file, Image.open(file) as source:
        source.draft("RGB", (side * 2, side * 2))  # a JPEG is decoded at a fraction of its size: quick for big photos
        picture = ImageOps.exif_transpose(source)
        picture.thumbnail((side, side))
        if picture.mode not in ("RGB", "L"):
            clear = picture.convert("RGBA")
            picture = Image.new("RGB", clear.size, PAPER)
            picture.paste(clear, mask=clear.getchannel("A"))
        path.parent.mkdir(parents=True, exist_ok=True)
        # Two requests may make the same one: each writes a file of its own, and the name appears when it is whole.
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as draft:
            picture.save(draft, "JPEG", quality=82, optimize=True)
        os.replace(draft.name, path)
