"""Pictures cut and turned into new ones, and the frame that stands for a video. The original is kept."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from accounts.models import Member
from accounts.roles import Action
from accounts.verbs import Problem, must
from connectors.data import GIF
from scheduler.library import storing
from scheduler.library.media import IMAGES, add_asset
from scheduler.models import Asset

FORMATS = {mime_type: name for name, mime_type in IMAGES.items()}
TURNS = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}  # Pillow turns left
LEAST_SIDE = 16
QUALITY = 95


@dataclass(frozen=True)
class Cut:
    """First turned clockwise by `turn` degrees (0, 90, 180, 270), then cut: the corner and the sides as parts of 1."""

    turn: int = 0
    left: float = 0
    top: float = 0
    width: float = 1
    height: float = 1


def cut(asset: Asset, wanted: Cut, by: Member) -> Asset:
    """A new picture in the library, beside the one that it was cut from. Raises Problem for what cannot be cut so."""
    must(by, Action.WRITE)
    if not asset.is_image or asset.mime_type == GIF:
        raise Problem(_("Only photos can be cropped and turned: this file moves."), "media")
    if wanted == Cut():
        raise Problem(_("Nothing is changed: choose a part of the picture, or turn it."), "media")
    content = ContentFile(_drawn(asset, wanted))
    made, new = add_asset(asset.workspace, content, _name(asset, wanted), by.user)
    if new:
        made.alt, made.folder, made.labels, made.use_until = asset.alt, asset.folder, asset.labels, asset.use_until
        made.made_from = asset
        made.save(update_fields=["alt", "folder", "labels", "use_until", "made_from"])
    return made


def _name(asset: Asset, wanted: Cut) -> str:
    """What was done is said once, however often it was done."""
    path = Path(asset.name)
    text = _("%(name)s (turned)") if wanted == Cut(wanted.turn) else _("%(name)s (cropped)")
    return text % {"name": path.stem[:150].removesuffix(text % {"name": ""})} + path.suffix[:20]


def _drawn(asset: Asset, wanted: Cut) -> bytes:
    buffer = BytesIO()
    try:
        with Image.open(storing.local(str(asset.file.name))) as source:
            colours = source.info.get("icc_profile")
            picture = ImageOps.exif_transpose(source)
            if wanted.turn in TURNS:
                picture = picture.transpose(TURNS[wanted.turn])
            picture = picture.crop(_box(picture.size, wanted))
            picture.save(buffer, FORMATS[asset.mime_type], quality=QUALITY, icc_profile=colours)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise Problem(_("%(name)s can no longer be read: upload it again.") % {"name": asset.name}, "media") from error
    return buffer.getvalue()


def _box(size: tuple[int, int], wanted: Cut) -> tuple[int, int, int, int]:
    left, top = round(size[0] * wanted.left), round(size[1] * wanted.top)
    right = min(size[0], left + round(size[0] * wanted.width))
    bottom = min(size[1], top + round(size[1] * wanted.height))
    if left < 0 or top < 0 or right - left < LEAST_SIDE or bottom - top < LEAST_SIDE:
        raise Problem(_("That part is too small: choose at least %(least)s pixels a side.") % {"least": LEAST_SIDE}, "media")
    return left, top, right, bottom


def choose_poster(asset: Asset, seconds: float, by: Member) -> None:
    """The frame at this time stands for the video wherever it is shown small."""
    must(by, Action.WRITE)
    if not asset.is_video:
        raise Problem(_("Only a video has a poster frame."), "media")
    if not 0 <= seconds <= (asset.seconds or seconds):
        raise Problem(_("The video is not that long: choose a time within it."), "media")
    asset.poster_at = min(seconds, max(asset.seconds - 0.1, 0)) if asset.seconds else seconds
    asset.save(update_fields=["poster_at"])
