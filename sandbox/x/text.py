"""How X reads a text: its weighted length, its links (wrapped by t.co), mentions, hashtags. Written from
https://docs.x.com/fundamentals/counting-characters, apart from what the publishing side uses: so the two check each other."""

from __future__ import annotations

import html
import unicodedata
from typing import Any

import regex

URL_WEIGHT = 23
LIGHT = ((0x0, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))  # these weigh 1, all else 2
COUNTRIES = (
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc "
    "cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga "
    "gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo "
    "jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr "
    "ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re "
    "ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr "
    "tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw"
)
GENERIC = (
    "com net org edu gov mil int info biz name pro aero coop museum jobs mobi travel cat tel asia post xxx app dev "
    "page blog shop store online site website web tech cloud space live life news media social video art design "
    "studio agency digital marketing email link click xyz club fun games run world today company business events "
    "party photos pics food drinks beer bar cafe pizza restaurant health fitness fashion style green eco energy bio "
    "ngo foundation berlin hamburg koeln london paris nyc tokyo wien amsterdam global international group team works "
    "systems solutions software network zone one plus best top win vip ltd gmbh inc"
)
TLD = "|".join(sorted({*COUNTRIES.split(), *GENERIC.split()}, key=len, reverse=True))
ANY = r"\p{L}\p{N}"
LATIN = (
    "A-Za-z0-9\u00c0-\u024f"  # a link without a scheme is known by its Latin letters, so CJK text around it isn't part of it
)
END = rf"\.(?:{TLD}|xn--[a-z0-9-]+)(?![A-Za-z0-9@-])"
PATH = r"[A-Za-z0-9\u00c0-\u024f\u0400-\u04ff!*';:=+,.$%#\[\]\-\u2013_~@|&()/?]"
TAIL = rf"(?::\d+)?(?:/{PATH}*|\?{PATH}+)?"


def _host(letters: str) -> str:
    return rf"(?:[{letters}](?:[{letters}_-]*[{letters}])?\.)*[{letters}](?:[{letters}-]*[{letters}])?{END}"


URL = regex.compile(
    rf"(?<![A-Za-z0-9@$#＠＃\u202a-\u202e])https?://{_host(ANY)}{TAIL}|(?<![{LATIN}@$#_/.+-]){_host(LATIN)}{TAIL}",
    regex.IGNORECASE,
)
EMOJI = regex.compile(
    r"\p{RI}\p{RI}|[0-9#*]\uFE0F?\u20E3"
    r"|(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|\p{Extended_Pictographic}(?=\u200D|\p{EMod}))\p{EMod}?"
    r"[\U000E0020-\U000E007F]*(?:\u200D\p{Extended_Pictographic}\uFE0F?\p{EMod}?)*\uFE0F?"
)
MENTION = regex.compile(r"(?<![A-Za-z0-9_!#$%&*@＠])[@＠]([A-Za-z0-9_]{1,15})(?![@＠A-Za-z0-9_\u00c0-\u024f]|://)")
HASHTAG = regex.compile(r"(?<![\p{L}\p{N}_&/])[#＃](?!https?://)((?=\w*\p{L})[\w\u00b7\u3003\u301c\uff5e]+)")
CASHTAG = regex.compile(r"(?<!\S)\$([A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?)(?=$|\s|\p{P})")
TRAILING = ".,;:!?'\"…”’»"


def links(text: str) -> list[tuple[int, int, str]]:
    """(start, end, link) of every link, with or without a scheme."""
    found = []
    for match in URL.finditer(text):
        link = match.group().rstrip(TRAILING)
        while link.endswith(")") and link.count("(") < link.count(")"):
            link = link[:-1].rstrip(TRAILING)
        if _resolvable(link):
            found.append((match.start(), match.start() + len(link), link))
    return found


def _resolvable(link: str) -> bool:
    """A label of a host name has at most 63 characters, as it is sent to DNS."""
    host = regex.split(r"[/?:]", link.rpartition("://")[2])[0]
    try:
        return all(len(label.encode("idna")) <= 63 for label in host.split("."))
    except UnicodeError:
        return False


def weighted_length(text: str) -> int:
    """What counts against 280: links 23, emoji 2, Latin and kin 1, everything else 2."""
    text = unicodedata.normalize("NFC", text)
    total, last = 0, 0
    for start, end, _ in links(text):
        total += _weight(text[last:start]) + URL_WEIGHT
        last = end
    return total + _weight(text[last:])


def _weight(text: str) -> int:
    plain = EMOJI.sub("", text)
    emoji = len(EMOJI.findall(text))
    return 2 * emoji + sum(1 if any(low <= ord(c) <= high for low, high in LIGHT) else 2 for c in plain)


def mentions(text: str) -> list[str]:
    """User names that the text addresses, lower case, each once."""
    return list(dict.fromkeys(match.group(1).lower() for match in MENTION.finditer(text)))


def cashtags(text: str) -> set[str]:
    """Stock symbols ($ABC) in the text."""
    return {match.group(1).upper() for match in CASHTAG.finditer(text)}


def wrap(text: str, short: list[str]) -> tuple[str, list[dict[str, Any]]]:
    """The text with each link replaced by the next of `short`, and the entities that tell what each stands for."""
    pieces: list[str] = []
    entities: list[dict[str, Any]] = []
    last, length = 0, 0
    for (start, end, link), url in zip(links(text), short, strict=False):
        pieces += [text[last:start], url]
        length += start - last
        expanded = link if "://" in link else f"http://{link}"
        display = regex.sub(r"^https?://(www\.)?", "", link)
        shown = display if len(display) <= 27 else display[:26] + "…"
        entities.append({"start": length, "end": length + len(url), "url": url, "expanded_url": expanded, "display_url": shown})
        length += len(url)
        last = end
    return "".join(pieces) + text[last:], entities


def tags(text: str) -> list[dict[str, Any]]:
    """Hashtag entities."""
    return [{"start": m.start(), "end": m.end(), "tag": m.group(1)} for m in HASHTAG.finditer(text)]


def escaped(text: str) -> str:
    """X's API gives &, < and > as HTML entities, and only those."""
    return html.escape(text, quote=False)
