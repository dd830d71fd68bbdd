"""Files in the library: identified by their bytes, kept once per content, measured on arrival; a photo as a short film."""

import hashlib
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import imageio_ffmpeg
from django.core.files.base import ContentFile, File
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from accounts.models import User, Workspace
from accounts.verbs import Problem
from scheduler.library import captioning, storing
from scheduler.library.fitting.videos import probe
from scheduler.library.stripping import stripped
from scheduler.models import Asset

IMAGES = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}
MOST_PIXELS = 100_000_000
CHUNK = 1_000_000
ORIENTATION, LYING = 0x0112, 5  # EXIF: from 5 on a viewer turns the picture by 90 degrees


def add_asset(workspace: Workspace, file: File, name: str, by: User | None) -> tuple[Asset, bool]:  # type: ignore[type-arg]  # any file
    """The asset for a file's content, and whether it is new. Raises Problem for what is no picture, video or captions.

    A photo is kept without what it tells of its maker. What was thrown away and comes again is taken back.
    """
    mime_type, width, height, seconds = identify(file, name)
    digest = _sha256(file)
    found = Asset.everything.filter(workspace=workspace, sha256=digest).first()
    if found is not None:
        return found, _taken_back(found)
    if mime_type in IMAGES.values():
        file = _bare(file, name)
    asset = Asset(
        workspace=workspace,
        name=name[:200],
        mime_type=mime_type,
        size=file.size,
        sha256=digest,
        width=width,
        height=height,
        seconds=seconds,
        added_by=by,
    )
    asset.file.save(name, file, save=False)
    if asset.is_video:
        _look_into(asset)
    try:
        with transaction.atomic():
            asset.save(force_insert=True)
    except IntegrityError:  # the same file came twice in the same moment
        return workspace.assets.get(sha256=digest), False
    return asset, True


def _bare(file: File, name: str) -> "ContentFile[bytes]":  # type: ignore[type-arg]
    try:
        return ContentFile(stripped(file.read()))
    except (OSError, ValueError, SyntaxError) as error:
        raise Problem(_("%(name)s is damaged: save it anew in a picture editor, then upload it.") % {"name": name}) from error


def _taken_back(asset: Asset) -> bool:
    """Whether the file had been thrown away; now it has not."""
    asset.deleted_at = None
    return bool(Asset.everything.filter(pk=asset.pk).exclude(deleted_at=None).update(deleted_at=None))


def _look_into(asset: Asset) -> None:
    """What only a decoder knows of a video: its codecs, whether it is turned, a WebM's measures."""
    if facts := probe(storing.local(str(asset.file.name))):
        asset.width, asset.height, asset.codec, asset.sound = facts.width, facts.height, facts.codec, facts.sound
        asset.seconds = asset.seconds or facts.seconds


def identify(file: File, name: str) -> tuple[str, int, int, float]:  # type: ignore[type-arg]
    """(MIME type, width, height, seconds) read from the bytes; the name says nothing. Raises Problem."""
    file.seek(0)
    head = file.read(64)
    if head[4:8] == b"ftyp":
        return _video(file, head)
    if head[:4] == b"\x1aE\xdf\xa3":
        return "video/webm", 0, 0, 0.0
    kind = captioning.identified(file, name)
    return (kind, 0, 0, 0.0) if kind else _image(file, name)


def _image(file: File, name: str) -> tuple[str, int, int, float]:  # type: ignore[type-arg]
    file.seek(0)
    try:
        with Image.open(file) as image:
            width, height = image.size
            if image.format == "JPEG" and image.getexif().get(ORIENTATION, 1) >= LYING:
                width, height = height, width
            mime_type = IMAGES.get(image.format or "")
            if mime_type and width * height <= MOST_PIXELS:
                image.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        text = _("%(name)s is no picture or video that SMO knows: use JPEG, PNG, GIF, WebP, MP4, MOV or WebM.")
        raise Problem(text % {"name": name}, "media") from error
    if not mime_type or width * height > MOST_PIXELS:
        text = _("%(name)s cannot be used: convert it to JPEG or PNG with at most 100 megapixels.")
        raise Problem(text % {"name": name}, "media")
    return mime_type, width, height, 0.0


def _sha256(file: File) -> str:  # type: ignore[type-arg]
    digest = hashlib.sha256()
    for chunk in file.chunks(CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


# -- MP4 and MOV: the boxes of ISO/IEC 14496-12 that tell duration and size -------------------------------------------------


def _video(file: File, head: bytes) -> tuple[str, int, int, float]:  # type: ignore[type-arg]
    mime_type = "video/quicktime" if head[8:12] == b"qt  " else "video/mp4"
    width = height = 0
    seconds = 0.0
    for path, start, size in _boxes(file, 0, file.size):
        if path == b"mvhd":
            seconds = _duration(_bytes(file, start, min(size, 40)))
        elif path == b"tkhd" and size >= 8:
            wide, high = struct.unpack(">II", _bytes(file, start + size - 8, 8))
            width, height = max(width, wide >> 16), max(height, high >> 16)
    file.seek(0)
    return mime_type, width, height, seconds


def _boxes(file: IO[bytes] | File, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:  # type: ignore[type-arg]
    """(type, start of the content, its size) of each box, going down into moov and trak."""
    while start + 8 <= end:
        size, kind = struct.unpack(">I4s", _bytes(file, start, 8))
        header = 8
        if size == 1 and start + 16 <= end:
            (size,) = struct.unpack(">Q", _bytes(file, start + 8, 8))
            header = 16
        size = size or end - start
        if size < header or start + size > end:
            return
        yield kind, start + header, size - header
        if kind in (b"moov", b"trak"):
            yield from _boxes(file, start + header, start + size)
        start += size


def _bytes(file: IO[bytes] | File, start: int, count: int) -> bytes:  # type: ignore[type-arg]
    file.seek(start)
    return bytes(file.read(count)).ljust(count, b"\0")


def _duration(mvhd: bytes) -> float:
    """Seconds, from a movie header of version 0 or 1."""
    if mvhd[0] == 1:
        scale, duration = struct.unpack(">IQ", mvhd[20:32])
    else:
        scale, duration = struct.unpack(">II", mvhd[12:20])
    return float(duration) / scale if scale else 0.0


# -- a photo as a short film, for networks that take videos only -------------------------------------------------------------

FILM_SECONDS = 6
STILL = "scale='trunc(min(1280,iw)/2)*2':-2,format=yuv420p"  # H.264 wants even sides


def film(photo: Asset, by: User | None) -> Asset:
    """The photo as an MP4 of some seconds with a silent sound track (H.264, AAC), in the library. Raises Problem."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "film.mp4"
        command = _film_command(storing.local(str(photo.file.name)), target)
        done = subprocess.run(command, capture_output=True, timeout=60, check=False)
        if done.returncode:
            text = _("%(name)s could not be made into a video: add a video of your own.")
            raise Problem(text % {"name": photo.name}, "media")
        with target.open("rb") as file:
            made, new = add_asset(photo.workspace, File(file, name="film.mp4"), f"{Path(photo.name).stem}.mp4", by)
    if new:
        made.alt = photo.alt
        made.save(update_fields=["alt"])
    return made


def _film_command(photo: Path, target: Path) -> list[str]:
    picture = ["-loop", "1", "-framerate", "25", "-t", str(FILM_SECONDS), "-i", str(photo)]
    silence = ["-f", "lavfi", "-t", str(FILM_SECONDS), "-i", "anullsrc=r=48000:cl=stereo"]
    coding = ["-c:v", "libx264", "-preset", "veryfast", "-tune", "stillimage", "-c:a", "aac"]
    # bitexact: the same photo gives the same bytes, and so one asset however often it is asked for
    exact = ["-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", "-movflags", "+faststart"]
    ffmpeg = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error"]
    return [*ffmpeg, *picture, *silence, "-vf", STILL, *coding, *exact, "-shortest", str(target)]
