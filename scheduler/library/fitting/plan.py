"""What must change about a file so that a network takes it: from its limits and the file's measures to a Profile."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath

from connectors.data import AAC, GIF, H264, JPEG, MOV, MP4, PNG, WEBP, FileLimits, Media
from connectors.problems import file_problems

PAD, CROP = "pad", "crop"
FOCUSED = re.compile(r"crop(\d{1,3})x(\d{1,3})")  # cropped about a point: percent from the left and the top
EXTENSIONS = {JPEG: ".jpg", PNG: ".png", WEBP: ".webp", MP4: ".mp4", MOV: ".mov"}  # what can be made
MOST_GROWTH = 2  # what is smaller than a network's least is enlarged so far; beyond that it would be a blur
LEAST_PIXEL_BYTES = 0.1  # a JPEG below this for each pixel shows its blocks: fewer pixels look better
LEAST_FRAME_BITS = 1.5  # the same for a video: bits a second for each pixel (30 frames of 0.05 bits)
SOUND_RATE = 128_000  # bits a second of AAC
LONGEST_PICTURE, LONGEST_VIDEO = 4096, 1920  # sides beyond which no network shows more; what is made anew stays within
SMALLER = ((1920, 1080), (1280, 1024))  # longer and shorter side of what is tried when a network's own checks want less
UPRIGHT = 9 / 16  # the shape of stories and reels


def crops(fit: str) -> bool:
    """Whether another shape is reached by cropping, about whatever point."""
    return fit.startswith(CROP)


def focus(fit: str) -> tuple[float, float]:
    """The point that stays in view, in parts of the sides: the middle, unless `fit` names another."""
    found = FOCUSED.fullmatch(fit)
    return (int(found[1]) / 100, int(found[2]) / 100) if found else (0.5, 0.5)


def known_fit(typed: str) -> str:
    """What was typed as a fit: PAD, CROP, or cropping about a point within the picture."""
    found = FOCUSED.fullmatch(typed)
    if found and max(int(found[1]), int(found[2])) <= 100:
        return CROP if found.groups() == ("50", "50") else typed
    return CROP if typed == CROP else PAD


def corner(size: tuple[int, int], frame: tuple[int, int], fit: str) -> tuple[int, int]:
    """Where a frame lies in a larger picture so that the point in focus is as near to the frame's middle as can be."""
    found = []
    for side, inside, point in zip(size, frame, focus(fit), strict=True):
        found.append(min(max(round(side * point - inside / 2), 0), max(side - inside, 0)))
    return found[0], found[1]


@dataclass(frozen=True)
class Profile:
    """What a file becomes. Pixels of the result (0: as it is), bytes at most (0: unlimited); `fit` is PAD, CROP or FOCUSED
    where the shape changes, else empty."""

    mime_type: str
    width: int = 0
    height: int = 0
    fit: str = ""
    max_bytes: int = 0

    @property
    def key(self) -> str:
        """The same for the same result: `jpeg-1080x1350-pad-8000000`."""
        kind = self.mime_type.split("/")[-1]
        return f"{kind}-{self.width}x{self.height}-{self.fit or 'whole'}-{self.max_bytes}"

    @staticmethod
    def of(key: str) -> "Profile":
        """The profile that has this key."""
        kind, measures, fit, most = key.split("-")
        mime_type = next(found for found in EXTENSIONS if found.endswith(f"/{kind}"))
        width, height = measures.split("x")
        return Profile(mime_type, int(width), int(height), "" if fit == "whole" else fit, int(most))

    @property
    def is_video(self) -> bool:
        return self.mime_type.startswith("video/")


def plan(limits: FileLimits, media: Media, fit: str = PAD) -> Profile | None:
    """What `media` must become to be within `limits`; None: it is sent as it is, or nothing would help.

    `fit`: how another shape is reached. A file that lasts too long or too short is not cut: that stays for a person.
    """
    if media.mime_type == GIF and (not limits.mime_types or GIF in limits.mime_types):
        return None  # it may move, and Pillow would stop it
    if _fits(limits, media) or not (mime_type := _format(limits, media)):
        return None
    if not media.ratio:
        return Profile(mime_type, max_bytes=limits.max_bytes)
    width, height, shaped = _frame(limits, media, fit)
    return Profile(mime_type, width, height, fit if shaped else "", limits.max_bytes)


def choices(limits: FileLimits, media: Media, fit: str = PAD) -> Iterator[Profile | None]:
    """What `media` may become, the least change first, for a network whose own checks differ from its plain limits: they
    may take another shape (a story), or want fewer pixels. None: it is sent as it is."""
    if plan(FileLimits(limits.mime_types, codecs=limits.codecs, sound=limits.sound), media, fit) is None:
        yield None
    yield plan(replace(limits, min_ratio=0, max_ratio=0), media, fit)
    yield plan(limits, media, fit)
    for longer, shorter in SMALLER:
        yield plan(_boxed(limits, media, longer, shorter), media, fit)
    yield plan(replace(limits, min_ratio=UPRIGHT, max_ratio=UPRIGHT), media, fit)


def _boxed(limits: FileLimits, media: Media, longer: int, shorter: int) -> FileLimits:
    wide, tall = (longer, shorter) if media.ratio >= 1 else (shorter, longer)
    return replace(limits, max_width=min(limits.max_width or wide, wide), max_height=min(limits.max_height or tall, tall))


def planned(media: Media, profile: Profile) -> Media:
    """The file as it will be when the profile is carried out, as far as that is known before."""
    return replace(
        media,
        mime_type=profile.mime_type,
        name=f"{PurePath(media.name).stem}{EXTENSIONS[profile.mime_type]}",
        width=profile.width or media.width,
        height=profile.height or media.height,
        size=min(media.size, profile.max_bytes or media.size),
        codec=H264 if profile.is_video else "",
        sound=AAC if profile.is_video and media.sound else "",
    )


def inner(width: int, height: int, profile: Profile) -> tuple[int, int]:
    """How large a picture of these measures is drawn into the profile's frame: within it to pad, covering it to crop."""
    if not profile.fit:
        return profile.width, profile.height
    choose, whole = (min, math.floor) if profile.fit == PAD else (max, math.ceil)
    scale = choose(profile.width / width, profile.height / height)
    step = _step(profile.mime_type)
    wide, tall = (max(step, whole(round(side * scale, 6) / step) * step) for side in (width, height))
    return wide, tall


# -- does it fit ----------------------------------------------------------------------------------------------------------


def _fits(limits: FileLimits, media: Media) -> bool:
    return not any(file_problems("", limits, replace(media, seconds=0)))


# -- format ---------------------------------------------------------------------------------------------------------------


def _format(limits: FileLimits, media: Media) -> str:
    """What the file becomes; empty when the network takes nothing that can be made."""
    choices: tuple[str, ...] = (MP4, MOV) if media.is_video else (JPEG, WEBP, PNG)
    if _keeps_its_format(limits, media):
        choices = (media.mime_type,)
    return next((one for one in choices if not limits.mime_types or one in limits.mime_types), "")


def _keeps_its_format(limits: FileLimits, media: Media) -> bool:
    """A PNG, which has no quality to lower, stays one only where there is room; a JPEG is one anyway."""
    if media.mime_type not in (limits.mime_types or (PNG, WEBP)):
        return False
    return media.mime_type == WEBP or (media.mime_type == PNG and not (limits.max_bytes and media.size > limits.max_bytes / 2))


# -- measures -------------------------------------------------------------------------------------------------------------


def _frame(limits: FileLimits, media: Media, fit: str) -> tuple[int, int, bool]:
    """Width and height of the result, and whether its shape is another."""
    least, most = limits.min_ratio, limits.max_ratio or math.inf
    ratio = min(max(media.ratio, least), most)
    width, height = float(media.width), float(media.height)
    if (ratio > media.ratio) == (fit == PAD):  # a wider frame is padded at the sides, a narrower one is cropped there
        width = height * ratio
    else:
        height = width / ratio
    scale = _scale(limits, media, width, height)
    sides = replace(limits, mime_types=frozenset(), max_bytes=0)
    wide, tall = _whole(sides, width * scale, ratio, _step(media.mime_type))
    return wide, tall, ratio != media.ratio


def _scale(limits: FileLimits, media: Media, width: float, height: float) -> float:
    least = max(limits.min_width / width, limits.min_height / height)
    grown = min(MOST_GROWTH, max(1, least))
    pixels = _pixels(limits, media)
    longest = (LONGEST_VIDEO if media.is_video else LONGEST_PICTURE) / max(width, height)
    return min(
        grown,
        limits.max_width / width if limits.max_width else grown,
        limits.max_height / height if limits.max_height else grown,
        max(least, longest),
        max(least, math.sqrt(pixels / (width * height))) if pixels else grown,
    )


def _pixels(limits: FileLimits, media: Media) -> float:
    """How many pixels the bytes allow to look well; 0: any number."""
    if not limits.max_bytes:
        return 0
    if not media.is_video:
        return limits.max_bytes / LEAST_PIXEL_BYTES
    return max(rate(limits.max_bytes, media.seconds), 1) / LEAST_FRAME_BITS if media.seconds else 0


def rate(max_bytes: int, seconds: float) -> float:
    """Bits a second that the pictures of a video may have; a second is spared for ffmpeg's buffer, 5 % for the container."""
    return 0.95 * 8 * max_bytes / (seconds + 1) - SOUND_RATE


def _step(mime_type: str) -> int:
    """H.264 wants even sides."""
    return 2 if mime_type.startswith("video/") else 1


def _whole(limits: FileLimits, width: float, ratio: float, step: int) -> tuple[int, int]:
    """Whole sides near `width` and its height that the limits take: rounding alone may leave them by a hair."""
    widest = max(step, math.floor(width / step + 1e-6) * step)
    for away in range(64):
        for wide in (widest - away * step, widest + away * step):
            for whole in (round, math.floor, math.ceil):
                tall = whole(wide / ratio / step) * step
                if min(wide, tall) > 0 and not any(file_problems("", limits, Media("", "", 0, width=wide, height=tall))):
                    return wide, tall
    return widest, max(step, round(widest / ratio / step) * step)
