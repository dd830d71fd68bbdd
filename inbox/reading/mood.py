"""How something sounds, and which words decided. A word list weighs; negation, stress and mockery turn; corrections move it.

What agents have corrected comes in as `learned`: for a stem, what is added to its weight in this workspace.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from inbox.reading.language import is_little, language
from inbox.reading.lexicon import LONGEST, SPOKEN, Lexicon, lexicon, signs
from inbox.reading.words import stem, tokens

SURE = 4.0  # the sum of weights at which a text is half as sure as it can be, squared
NEAR = 0.3  # below this a text is neutral
NEGATED = {True: -0.8, False: -0.5}  # what 'not' makes of praise and of blame: 'not bad' is less than good
PREFIX = "nie"  # the Polish 'not' grows together with what it turns
REACH = 3  # words that a 'not' reaches
MORE, LESS, SHOUT = 1.3, 0.6, 1.2
BEFORE_BUT, ASKED, MOCKED = 0.6, 0.5, -0.8
IRONY = 1.0  # so much blame makes a mockery of the praise beside it
SHOWN = 5  # words that are told
RATE = 0.6  # how far one correction goes towards what it wants
MOST_LEARNED = 3.0
LEARNED_AT_ONCE = 12  # words that one correction moves: of a long text, the first


class Mood(StrEnum):
    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"


SCORES = {Mood.POSITIVE: 1.0, Mood.NEUTRAL: 0.0, Mood.NEGATIVE: -1.0}
Learned = Mapping[str, float]


@dataclass(frozen=True)
class Reading:
    """A language (empty: unknown), a score from -1 to 1, and the words that decided with what each of them brought."""

    language: str
    score: float
    words: tuple[tuple[str, float], ...] = ()

    @property
    def mood(self) -> Mood:
        if abs(self.score) < NEAR:
            return Mood.NEUTRAL
        return Mood.POSITIVE if self.score > 0 else Mood.NEGATIVE


@dataclass
class Hit:
    """A word or phrase that weighs something: where it stands, how many words it has, what it brings."""

    at: int
    words: int
    said: str
    weight: float


def read(text: str, learned: Learned | None = None) -> Reading:
    """What can be told of a text. Of a language without a list only the faces are read."""
    code, said = language(text), tokens(text)
    codes = [code] if code in SPOKEN else SPOKEN if not code else []
    best = max((_weighed(said, lexicon(one), learned or {}, one) for one in codes), key=_certainty, default=None)
    hits = best[1] if best else list(_faces(said))
    if not code and best and any(hit.said[0].isalpha() for hit in hits):
        code = best[0]
    total = sum(hit.weight for hit in hits)
    told = sorted((hit for hit in hits if hit.weight), key=lambda hit: -abs(hit.weight))[:SHOWN]
    return Reading(code, total / math.sqrt(total * total + SURE), tuple((hit.said, round(hit.weight, 1)) for hit in told))


def _certainty(found: tuple[str, list[Hit]]) -> float:
    return sum(abs(hit.weight) for hit in found[1])


def _weighed(said: list[str], words: Lexicon, learned: Learned, code: str) -> tuple[str, list[Hit]]:
    hits = list(_hits(said, words, learned))
    for hit in hits:
        hit.weight *= _turn(said, hit, words)
    _mock(said, hits, words)
    return code, [*hits, *_faces(said)]


def _hits(said: list[str], words: Lexicon, learned: Learned) -> Iterator[Hit]:
    """The longest phrases first, each word once."""
    at = 0
    while at < len(said):
        hit = _phrase(said, at, words) or Hit(at, 1, said[at], _weight(said[at], words, learned))
        if hit.weight:
            yield hit
        at += hit.words


def _phrase(said: list[str], at: int, words: Lexicon) -> Hit | None:
    """The longest phrase of the list that begins there."""
    if said[at] not in words.firsts:
        return None
    for length in range(min(LONGEST, len(said) - at), 1, -1):
        phrase = " ".join(said[at : at + length])
        if weight := words.weight(phrase):
            return Hit(at, length, phrase, weight)
    return None


def _weight(word: str, words: Lexicon, learned: Learned) -> float:
    if not word[0].isalpha():
        return 0.0
    known = 0.0 if words.is_a("not", word) else words.weight(word)
    if not known and len(word) > 6 and word.startswith(PREFIX) and words.is_a("not", PREFIX):
        known = words.weight(word[3:])
        known *= NEGATED[known > 0]
    return known + learned.get(stem(word), 0.0)


def _turn(said: list[str], hit: Hit, words: Lexicon) -> float:
    """What the words around make of a weight."""
    turned = 1.0
    before = _same_breath(said, hit.at)
    if any(words.is_a("not", one) for one in before[-REACH:]) and hit.words == 1:
        turned *= 1.0 if words.is_a("peak", hit.said) and hit.weight > 0 else NEGATED[hit.weight > 0]
    if before and words.is_a("more", before[-1]):
        turned *= MORE
    if any(words.is_a("less", one) for one in before[-2:]):
        turned *= LESS
    rest = said[hit.at + hit.words :]
    if any(words.is_a("but", one) for one in rest):
        turned *= BEFORE_BUT
    stop = next((one for one in rest if one[0] in ".!?"), "")
    return turned * (SHOUT if stop.startswith("!") else ASKED if stop.startswith("?") and hit.weight > 0 else 1.0)


def _same_breath(said: list[str], at: int) -> list[str]:
    """The words before, back to the last stop."""
    start = at
    while start > 0 and said[start - 1][0] not in ".,!?;\n":
        start -= 1
    return said[start:at]


def _mock(said: list[str], hits: list[Hit], words: Lexicon) -> None:
    """Praise beside much blame, or before a mocking face, is not meant."""
    blame = -sum(hit.weight for hit in hits if hit.weight < 0)
    mocking = any(one in signs()[1] for one in said)
    if "but" not in words.does or any(words.is_a("but", one) for one in said):
        return
    for hit in hits:
        if hit.weight > 0 and (mocking or (blame >= IRONY and words.is_a("ironic", hit.said))):
            hit.weight *= MOCKED


def _faces(said: list[str]) -> Iterator[Hit]:
    weights, mocking = signs()
    seen: set[str] = set()
    for at, one in enumerate(said):
        weight = weights.get(one, -1.0 if one in mocking else 0.0)
        if weight and one not in seen:
            seen.add(one)
            yield Hit(at, 1, one, weight)


# -- learning -------------------------------------------------------------------------------------------------------------


def stems(text: str) -> list[str]:
    """What of a text can be learned: the stems of its words, without those that only join or turn others."""
    found = dict.fromkeys(stem(one) for one in tokens(text) if one[0].isalpha() and len(one) > 2 and not _is_joint(one))
    return list(found)[:LEARNED_AT_ONCE]


def _is_joint(word: str) -> bool:
    turning = (group for code in SPOKEN for name, group in lexicon(code).does.items() if name != "ironic")
    return is_little(word) or any(word in group for group in turning)


def lesson(text: str, wanted: Mood, learned: Learned) -> dict[str, float]:
    """What the stems of a text add to their weights after somebody has said how it sounds; one step of a perceptron.

    The step goes on until the text is read as wanted, so that one correction is seen to be heeded.
    """
    found, moved = stems(text), dict(learned)
    for _try in range(8):
        reading = read(text, moved)
        if not found or reading.mood == wanted:
            break
        step = RATE * (SCORES[wanted] - reading.score) / math.sqrt(len(found))
        for one in found:
            moved[one] = max(-MOST_LEARNED, min(MOST_LEARNED, moved.get(one, 0.0) + step))
    return {one: moved[one] for one in found if moved.get(one, 0.0) != learned.get(one, 0.0)}
