"""Changes to a text that a person asks for with one click: shorter, in parts, with fewer tags.

Pure functions from text to text. `fits` says whether a network takes a text, by its own counting; no change cuts a character
as people see it (a grapheme), or a link, in two.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable

import regex

Fits = Callable[[str], bool]

ATOM = regex.compile(r"https?://\S+|\X")  # what is never cut in two
SENTENCE_END = regex.compile(r"(?<=[.!?…。！？][\"”’»)]*)\s+|(?<=[。！？])(?=\S)|\s*\n\s*")
# A full stop after these ends no sentence, nor does one after a single letter (initials, "z o.o.").
SHORT = re.compile(
    r"(?:^|\s)(?:\w|\w\.\w|dr|prof|mr|mrs|ms|st|no|nr|ca|vs|etc|e\.g|i\.e|np|tzn|tzw|ul|godz|tel|inż|mgr)\.$", re.I
)
DOTS = "…"
WORTH = 0.6  # a cut at the end of a sentence or word may lose this part of what would fit, and no more
TAG = regex.compile(r"(?<![\w&/])[#＃](?=\w*[^\W\d_])\w+")
MENTION = regex.compile(r"(?<![\w/])@\w[\w.]*")
CASHTAG = regex.compile(r"(?<!\S)\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?!\w)")
TAGS_AT_END = regex.compile(r"(?:\s*[#＃]\w+)+\s*$")
JOINERS = "\u200c\u200d\ufe0e\ufe0f"  # emoji and some scripts are made with them
EMOJI_TAGS = range(0xE0020, 0xE0080)  # flags of England, Scotland, Wales


def shorten(text: str, fits: Fits) -> str:
    """As much of the start of `text` as fits: to the end of a sentence where that keeps enough, else of a word, with dots."""
    if fits(text):
        return text
    atoms = ATOM.findall(text)
    most = _most(atoms, lambda kept: fits(kept.rstrip() + DOTS))
    cut = "".join(atoms[:most]).rstrip()
    if (whole := _last_end(cut)) >= WORTH * len(cut):
        return cut[:whole].rstrip()
    if most < len(atoms) and not atoms[most].isspace() and (space := _last_space(cut)) >= WORTH * len(cut):
        cut = cut[:space]
    return cut.rstrip(" \n\t,;:–-") + DOTS


def _most(atoms: list[str], fits: Fits) -> int:
    """How many of the atoms fit. Counts never shrink as a text grows, so halving finds it."""
    low, high = 0, len(atoms)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits("".join(atoms[:middle])) else (low, middle - 1)
    return low


def _last_end(text: str) -> int:
    """Where the last whole sentence of a cut text ends; 0: none does."""
    ends = [found.start() for found in SENTENCE_END.finditer(text) if not SHORT.search(text[: found.start()])]
    return max(ends, default=0)


def _last_space(text: str) -> int:
    return max((found.start() for found in re.finditer(r"\s+", text)), default=0)


def sentences(text: str) -> list[str]:
    """The sentences of a text, each with the white space that follows it."""
    found, start = list[str](), 0
    for end in SENTENCE_END.finditer(text):
        if not SHORT.search(text[: end.start()]) or "\n" in end.group():
            found.append(text[start : end.end()])
            start = end.end()
    return [one for one in [*found, text[start:]] if one]


def split(text: str, fits: Fits, first: Fits | None = None) -> list[str]:
    """`text` in as few parts as fit, at the ends of sentences; a sentence that is too long itself is cut between words.

    `first`: what the first part must fit, where that differs (it also carries the link). Nothing of the words is lost.
    """
    parts, pending = list[str](), sentences(text)
    while pending:
        room = (first or fits) if not parts else fits
        taken = _take(pending, room)
        if not taken:
            pending[:1] = _cut(pending[0], room)
            taken = [pending[0]]
        parts.append("".join(taken).strip())
        del pending[: len(taken)]
    return [part for part in parts if part]


def _take(pieces: list[str], fits: Fits) -> list[str]:
    """As many pieces from the start as fit together."""
    return pieces[: _most(pieces, lambda text: fits(text.strip()))]


def _cut(sentence: str, fits: Fits) -> list[str]:
    """A sentence that fits nowhere whole, as its first part and the rest: between words, else between graphemes."""
    words, atoms = regex.findall(r"\s*\S+\s*", sentence), ATOM.findall(sentence)
    taken = _take(words, fits) or _take(atoms, fits) or atoms[:1]  # at least one: the network says when even that is too much
    first = "".join(taken)
    return [first, sentence[len(first) :]]


def fewer_tags(text: str, count: int) -> str:
    """Without its last `count` hashtags: those at the end go, those within a sentence become plain words."""
    for _number in range(count):
        *_before, last = TAG.finditer(text)
        block = TAGS_AT_END.search(text)
        if block and last.start() >= block.start():
            text = text[: last.start()].rstrip() + text[last.end() :].rstrip()
        else:
            text = text[: last.start()] + text[last.start() + 1 :]
    return text


def fewer_mentions(text: str, count: int) -> str:
    """The last `count` mentions become plain words."""
    return _without_sign(text, list(MENTION.finditer(text))[-count:])


def fewer_cashtags(text: str, count: int) -> str:
    """The last `count` cashtags become plain words."""
    return _without_sign(text, list(CASHTAG.finditer(text))[-count:])


def _without_sign(text: str, found: Iterable["regex.Match[str]"]) -> str:
    for one in reversed(list(found)):
        text = text[: one.start()] + text[one.start() + 1 :]
    return text


def visible(text: str) -> str:
    """Without control and format characters that nobody sees, but for what emoji and scripts are joined with."""
    return "".join(one for one in text if one in "\n\t" + JOINERS or ord(one) in EMOJI_TAGS or _is_seen(one))


def _is_seen(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf") and character not in "\u2028\u2029\ufffe\uffff"


# -- easier to read aloud ---------------------------------------------------------------------------------------------------


def calm(text: str) -> str:
    """Words in capitals as a sentence; tags, mentions and links stay."""
    kept = regex.compile(r"https?://\S+|[#@$]\w+")
    lowered = "".join(part if kept.fullmatch(part) else part.lower() for part in regex.split(f"({kept.pattern})", text))
    return "".join(one[:1].upper() + one[1:] for one in sentences(lowered))


def plain_letters(text: str) -> str:
    """Mathematical signs that look like bold or slanted letters as the letters that they look like."""
    return "".join(unicodedata.normalize("NFKC", one) if is_fancy(one) else one for one in text)


def is_fancy(character: str) -> bool:
    return 0x1D400 <= ord(character) <= 0x1D7FF


def camel(tag: str, words: Iterable[str]) -> str:
    """A hashtag of several words, all small, with a capital at each: #polarfizz is #PolarFizz when both words are known.

    Empty when it does not fall apart into at least two of `words`.
    """
    known = {word.lower(): word for word in words if len(word) > 1}
    best: dict[int, list[str]] = {0: []}
    body = tag[1:]
    for end in range(1, len(body) + 1):
        for start in sorted(best):
            if body[start:end] in known and end not in best:
                best[end] = [*best[start], body[start:end]]
    found = best.get(len(body), [])
    return tag[0] + "".join(word[:1].upper() + word[1:] for word in found) if len(found) > 1 else ""
