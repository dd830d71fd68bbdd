"""The checks that follow from a network's limits and options alone: one reading of the data for all networks."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.data import FileLimits, Limits, Media, Outgoing, Problem
from connectors.options import Option
from connectors.words import _, number

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
        told = {"name": name, "most": limits.text, "unit": _(limits.unit), "length": length, "over": length - limits.text}
        yield Problem("text", _("%(name)s takes %(most)s %(unit)s, the text has %(length)s: shorten it by %(over)s.") % told)
    if limits.text_required and not post.text.strip():
        yield Problem("text", _("%(name)s needs a text: write one.") % {"name": name})
    if not post.text.strip() and not post.media and not post.link:
        yield Problem("text", _("The post is empty: write a text or add media."))


def media_problems(name: str, limits: Limits, post: Outgoing) -> Iterator[Problem]:
    images, videos = len(post.images), len(post.videos)
    if limits.media_required and not post.media:
        yield Problem("media", _needed(limits) % {"name": name})
    if images > limits.images:
        told = {"name": name, "most": limits.images, "found": images, "over": images - limits.images}
        yield Problem("media", _too_many_images(limits.images, images) % told)
    if videos > limits.videos:
        told = {"name": name, "most": limits.videos, "found": videos, "over": videos - limits.videos}
        yield Problem("media", _too_many_videos(limits.videos, videos) % told)
    if images and videos and not limits.mixed:
        yield Problem("media", _("%(name)s does not mix images and videos in one post: remove one kind.") % {"name": name})
    for media in post.media:
        yield from file_problems(name, limits.video if media.is_video else limits.image, media)
        if limits.alt_text and len(media.alt) > limits.alt_text:
            sentence = _("The alt text of %(file)s is longer than %(most)s characters: shorten it.")
            yield Problem("media", sentence % {"file": media.name, "most": limits.alt_text})


def _needed(limits: Limits) -> str:
    if limits.images:
        return _("%(name)s publishes no text alone: add an image or a video.")
    return _("%(name)s publishes no text alone: add a video.")


def _too_many_images(allowed: int, found: int) -> str:
    if allowed > 1:
        return _("%(name)s takes %(most)s images in a post, there are %(found)s: remove %(over)s.")
    if allowed:
        return _("%(name)s takes 1 image in a post, there are %(found)s: remove %(over)s.")
    return _("%(name)s takes no images: remove it.") if found == 1 else _("%(name)s takes no images: remove them.")


def _too_many_videos(allowed: int, found: int) -> str:
    if allowed > 1:
        return _("%(name)s takes %(most)s videos in a post, there are %(found)s: remove %(over)s.")
    if allowed:
        return _("%(name)s takes 1 video in a post, there are %(found)s: remove %(over)s.")
    return _("%(name)s takes no videos: remove it.") if found == 1 else _("%(name)s takes no videos: remove them.")


def file_problems(name: str, limits: FileLimits, media: Media) -> Iterator[Problem]:
    """What is wrong with one file. Measures that are not known (0) are not judged."""
    told = {"name": name, "file": media.name}
    if limits.mime_types and media.mime_type not in limits.mime_types:
        wanted = ", ".join(sorted(KINDS.get(kind, kind) for kind in limits.mime_types))
        sentence = _("%(file)s: %(name)s takes %(wanted)s, not %(kind)s: convert it.")
        yield Problem("media", sentence % {**told, "wanted": wanted, "kind": KINDS.get(media.mime_type, media.mime_type)})
    if limits.max_bytes and media.size > limits.max_bytes:
        sentence = _("%(file)s has %(size)s, %(name)s takes %(most)s: make it smaller.")
        yield Problem("media", sentence % {**told, "size": _size(media.size), "most": _size(limits.max_bytes)})
    if limits.codecs and media.codec and media.codec not in limits.codecs:
        sentence = _("%(file)s: %(name)s does not read its pictures (%(codec)s): convert it.")
        yield Problem("media", sentence % {**told, "codec": codec_name(media.codec)})
    if limits.sound and media.sound and media.sound not in limits.sound:
        sentence = _("%(file)s: %(name)s does not read its sound (%(codec)s): convert it.")
        yield Problem("media", sentence % {**told, "codec": codec_name(media.sound)})
    yield from _measure_problems(told, limits, media)


def codec_name(codec: str) -> str:
    """As people call what ffmpeg names."""
    return CODECS.get(codec, codec.upper())


def _measure_problems(told: Mapping[str, str], limits: FileLimits, media: Media) -> Iterator[Problem]:
    """`told`: the names of file and network."""
    seconds, measures = number(media.seconds), f"{media.width} x {media.height}"
    if media.seconds and limits.max_seconds and media.seconds > limits.max_seconds:
        sentence = _("%(file)s lasts %(seconds)s s, %(name)s takes %(most)s s: cut it.")
        yield Problem("media", sentence % {**told, "seconds": seconds, "most": number(limits.max_seconds)})
    if media.seconds and media.seconds < limits.min_seconds:
        sentence = _("%(file)s lasts %(seconds)s s, %(name)s needs at least %(least)s s.")
        yield Problem("media", sentence % {**told, "seconds": seconds, "least": number(limits.min_seconds)})
    if media.ratio and (media.ratio < limits.min_ratio or (limits.max_ratio and media.ratio > limits.max_ratio)):
        sentence = _("%(file)s is %(measures)s: %(name)s does not take this shape, crop it.")
        yield Problem("media", sentence % {**told, "measures": measures})
    if media.width and (media.width < limits.min_width or media.height < limits.min_height):
        sentence = _("%(file)s is too small for %(name)s: %(least)s is the least.")
        yield Problem("media", sentence % {**told, "least": f"{limits.min_width} x {limits.min_height}"})
    if (limits.max_width and media.width > limits.max_width) or (limits.max_height and media.height > limits.max_height):
        sentence = _("%(file)s is too large for %(name)s: %(most)s is the most.")
        yield Problem("media", sentence % {**told, "most": f"{limits.max_width} x {limits.max_height}"})


def _size(count: int) -> str:
    return f"{number(count / 1_000_000, 3)} MB" if count < 1_000_000_000 else f"{number(count / 1_000_000_000, 3)} GB"


def option_problems(options: Sequence[Option], values: Any) -> Iterator[Problem]:
    for option in options:
        if found := option.problem(values.get(option.name, option.empty())):
            yield Problem(option.name, found)


def without_words(name: str) -> str:
    """What is said of a text beside the picture of an answer, where each goes alone."""
    sentence = _("%(network)s sends a picture without words: send the words as an answer of their own.")
    return sentence % {"network": name}
