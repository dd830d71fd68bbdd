"""The checks that follow from a network's limits and options alone: one reading of the data for all networks."""

from collections.abc import Iterator, Sequence
from typing import Any

from connectors.data import FileLimits, Limits, Media, Outgoing, Problem
from connectors.options import Option

KINDS = {
    "image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WebP", "image/bmp": "BMP",
    "image/tiff": "TIFF", "video/mp4": "MP4", "video/quicktime": "MOV", "video/webm": "WebM",
}  # fmt: skip
CODECS = {"h264": "H.264", "hevc": "H.265", "mpeg4": "MPEG-4", "prores": "ProRes", "dnxhd": "DNxHR", "opus": "Opus"}


def general_problems(name: str, limits: Limits, options: Sequence[Option], length: int, post: Outgoing) -> list[Problem]:
    """Everything in `post` that the numbers of the network `name` forbid. `length`: of the text, as the network counts it."""
    return [
        *text_problems(name, limits, length, post),
        *media_problems(name, limits, post),
        *option_problems(options, post.options),
    ]


def text_problems(name: str, limits: Limits, length: int, post: Outgoing) -> Iterator[Problem]:
    if length > limits.text:
        over = length - limits.text
        yield Problem("text", f"{name} takes {limits.text} {limits.unit}, the text has {length}: shorten it by {over}.")
    if limits.text_required and not post.text.strip():
        yield Problem("text", f"{name} needs a text: write one.")
    if not post.text.strip() and not post.media and not post.link:
        yield Problem("text", "The post is empty: write a text or add media.")


def media_problems(name: str, limits: Limits, post: Outgoing) -> Iterator[Problem]:
    images, videos = len(post.images), len(post.videos)
    if limits.media_required and not post.media:
        yield Problem(
            "media", f"{name} publishes no text alone: add {'a video' if not limits.images else 'an image or a video'}."
        )
    if images > limits.images:
        yield Problem("media", _count_sentence(name, "image", limits.images, images))
    if videos > limits.videos:
        yield Problem("media", _count_sentence(name, "video", limits.videos, videos))
    if images and videos and not limits.mixed:
        yield Problem("media", f"{name} does not mix images and videos in one post: remove one kind.")
    for media in post.media:
        yield from file_problems(name, limits.video if media.is_video else limits.image, media)
        if limits.alt_text and len(media.alt) > limits.alt_text:
            yield Problem("media", f"The alt text of {media.name} is longer than {limits.alt_text} characters: shorten it.")


def _count_sentence(name: str, kind: str, allowed: int, found: int) -> str:
    if not allowed:
        return f"{name} takes no {kind}s: remove {'it' if found == 1 else 'them'}."
    return f"{name} takes {allowed} {kind}{'s' if allowed > 1 else ''} in a post, there are {found}: remove {found - allowed}."


def file_problems(name: str, limits: FileLimits, media: Media) -> Iterator[Problem]:
    """What is wrong with one file. Measures that are not known (0) are not judged."""
    if limits.mime_types and media.mime_type not in limits.mime_types:
        wanted = ", ".join(sorted(KINDS.get(kind, kind) for kind in limits.mime_types))
        yield Problem(
            "media", f"{media.name}: {name} takes {wanted}, not {KINDS.get(media.mime_type, media.mime_type)}: convert it."
        )
    if limits.max_bytes and media.size > limits.max_bytes:
        yield Problem(
            "media", f"{media.name} has {_size(media.size)}, {name} takes {_size(limits.max_bytes)}: make it smaller."
        )
    for codecs, found, what in ((limits.codecs, media.codec, "pictures"), (limits.sound, media.sound, "sound")):
        if codecs and found and found not in codecs:
            yield Problem("media", f"{media.name}: {name} does not read its {what} ({codec_name(found)}): convert it.")
    yield from _measure_problems(name, limits, media)


def codec_name(codec: str) -> str:
    """As people call what ffmpeg names."""
    return CODECS.get(codec, codec.upper())


def _measure_problems(name: str, limits: FileLimits, media: Media) -> Iterator[Problem]:
    if media.seconds and limits.max_seconds and media.seconds > limits.max_seconds:
        yield Problem("media", f"{media.name} lasts {media.seconds:g} s, {name} takes {limits.max_seconds:g} s: cut it.")
    if media.seconds and media.seconds < limits.min_seconds:
        yield Problem("media", f"{media.name} lasts {media.seconds:g} s, {name} needs at least {limits.min_seconds:g} s.")
    if media.ratio and (media.ratio < limits.min_ratio or (limits.max_ratio and media.ratio > limits.max_ratio)):
        yield Problem("media", f"{media.name} is {media.width} x {media.height}: {name} does not take this shape, crop it.")
    if media.width and (media.width < limits.min_width or media.height < limits.min_height):
        yield Problem("media", f"{media.name} is too small for {name}: {limits.min_width} x {limits.min_height} is the least.")
    if (limits.max_width and media.width > limits.max_width) or (limits.max_height and media.height > limits.max_height):
        yield Problem("media", f"{media.name} is too large for {name}: {limits.max_width} x {limits.max_height} is the most.")


def _size(count: int) -> str:
    return f"{count / 1_000_000:.3g} MB" if count < 1_000_000_000 else f"{count / 1_000_000_000:.3g} GB"


def option_problems(options: Sequence[Option], values: Any) -> Iterator[Problem]:
    for option in options:
        if found := option.problem(values.get(option.name, option.empty())):
            yield Problem(option.name, found)
