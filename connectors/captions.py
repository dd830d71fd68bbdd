"""Captions of a video: SubRip (.srt) and WebVTT (.vtt), told apart by their bytes and turned into one another.

https://www.w3.org/TR/webvtt1/, https://www.matroska.org/technical/subtitles.html#srt-subtitles
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connectors.data import SRT, VTT, Media, Outgoing, Problem
from connectors.options import File, Option, Text
from connectors.words import _

FILE, LANGUAGE = "captions", "captions_language"  # the names of the options, on every network that takes captions
KINDS = frozenset({SRT, VTT})
CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")  # BCP 47, as far as networks read it
CLOCK = r"(?:(\d{1,3}):)?([0-5]?\d):([0-5]?\d)[,.](\d{1,3})"
TIMES = re.compile(rf"\s*{CLOCK}\s*-->\s*{CLOCK}(?:\s.*)?")
BESIDE = ("NOTE", "STYLE", "REGION")  # blocks of WebVTT that are no cues
TAGS = re.compile(r"</?(?:v|c|font|lang|ruby|rt)\b[^>]*>|<[\d:.]+>", re.IGNORECASE)  # what only one of the formats knows


class Broken(ValueError):
    """The file is no captions that a network would read; the message says where and why."""


@dataclass(frozen=True)
class Cue:
    """What is shown from `start` to `end`, in milliseconds; plain text but for <b>, <i> and <u>."""

    start: int
    end: int
    text: str


def options(most: int) -> tuple[Option, ...]:
    """A network's options for captions of at most `most` bytes."""
    return (
        File(name=FILE, label="Captions", help="A file .srt or .vtt, for a video.", mime_types=(SRT, VTT), max_bytes=most),
        Text(name=LANGUAGE, label="Language of the captions", help="A code like en or pt-BR.", max_length=20),
    )


def taken(listed: Sequence[Option]) -> bool:
    """Whether a network with these options takes captions."""
    return any(option.name == FILE for option in listed)


def chosen(post: Outgoing) -> Media | None:
    """The post's captions file."""
    found = post.options.get(FILE)
    return found if isinstance(found, Media) else None


def language(post: Outgoing) -> str:
    """The language of the post's captions."""
    return str(post.options.get(LANGUAGE) or "en")


def problems(name: str, listed: Sequence[Option], post: Outgoing) -> Iterator[Problem]:
    """What keeps the network `name` with the options `listed` from taking the post's captions."""
    captions, code = chosen(post), str(post.options.get(LANGUAGE) or "")
    most = next(option.max_bytes for option in listed if isinstance(option, File) and option.name == FILE)
    if captions and not post.videos:
        yield Problem(FILE, _("Captions need a video: add one, or remove the captions."))
    if captions and captions.mime_type not in KINDS:
        yield Problem(FILE, _("%(file)s is no captions file: choose one of the kind .srt or .vtt.") % {"file": captions.name})
    if captions and captions.size > most:
        sentence = _("%(file)s has %(size)s bytes, %(name)s takes captions of %(most)s bytes at the most: shorten them.")
        yield Problem(FILE, sentence % {"file": captions.name, "size": captions.size, "name": name, "most": most})
    if captions and not code:
        yield Problem(LANGUAGE, _("Say in which language the captions are."))
    if code and not CODE.fullmatch(code):
        yield Problem(LANGUAGE, _("%(code)s is no language code: write it like en or pt-BR.") % {"code": code})


# -- reading ------------------------------------------------------------------------------------------------------------------


def kind_of(content: bytes) -> str:
    """SRT or VTT when the bytes look like captions, good or broken, else empty."""
    text = _decoded(content[:4000], "replace")
    if text.startswith("WEBVTT"):
        return VTT
    return SRT if "-->" in text and "\0" not in text else ""


def read(content: bytes) -> list[Cue]:
    """The cues of a file. Raises Broken."""
    try:
        lines = _decoded(content).splitlines()
    except UnicodeDecodeError as error:
        raise Broken(_("its letters are not stored as UTF-8: save it anew with that encoding")) from error
    found = list(_cues(lines))
    if not found:
        raise Broken(_("it has no captions in it"))
    return found


def _decoded(content: bytes, errors: str = "strict") -> str:
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))  # Windows programs mark UTF-16 so
    return content.decode("utf-16" if wide else "utf-8-sig", errors)


def _cues(lines: Sequence[str]) -> Iterator[Cue]:
    for number, block in _blocks(lines):
        if block[0].startswith("WEBVTT") or block[0].split(" ")[0] in BESIDE:
            continue
        at = next((place for place, line in enumerate(block[:2]) if "-->" in line), None)
        if at is None:
            raise Broken(_("line %(line)s has no time where one is needed") % {"line": number + min(1, len(block) - 1)})
        yield _cue(block[at], block[at + 1 :], number + at)


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Lines that stand together, with the number of the first, from 1."""
    block: list[str] = []
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip():
            block.append(line.strip())
        elif block:
            yield number - len(block), block
            block = []


def _cue(times: str, said: Sequence[str], number: int) -> Cue:
    found = TIMES.fullmatch(times)
    if not found:
        sentence = _("line %(line)s has a time that cannot be read; it must look like 00:01:02,500 --> 00:01:04,000")
        raise Broken(sentence % {"line": number})
    start, end = _moment(*found.groups()[:4]), _moment(*found.groups()[4:])
    if end <= start:
        raise Broken(_("line %(line)s ends before it begins") % {"line": number})
    return Cue(start, end, TAGS.sub("", "\n".join(said)))


def _moment(hours: str | None, minutes: str, seconds: str, thousandths: str) -> int:
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * 1000 + int(thousandths.ljust(3, "0"))


# -- writing ------------------------------------------------------------------------------------------------------------------


def written(media: Media, kind: str) -> bytes:
    """The file's content as SRT or VTT; as it is when it is of that kind already and in UTF-8. Raises Broken."""
    with open(media.path, "rb") as file:
        content = file.read()
    cues = read(content)
    if kind == media.mime_type and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.removeprefix(b"\xef\xbb\xbf")
    return (_as_vtt(cues) if kind == VTT else _as_srt(cues)).encode()


def _as_vtt(cues: Sequence[Cue]) -> str:
    return "\n\n".join(["WEBVTT", *(f"{_clock(one.start, '.')} --> {_clock(one.end, '.')}\n{_safe(one.text)}" for one in cues)])


def _as_srt(cues: Sequence[Cue]) -> str:
    return "\n\n".join(
        f"{number}\n{_clock(one.start, ',')} --> {_clock(one.end, ',')}\n{html.unescape(one.text)}"
        for number, one in enumerate(cues, start=1)
    )


def _clock(moment: int, point: str) -> str:
    seconds, thousandths = divmod(moment, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{thousandths:03}"


def _safe(text: str) -> str:
    return re.sub(r"&(?!\w+;)", "&amp;", text)
