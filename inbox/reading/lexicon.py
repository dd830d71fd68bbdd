"""The word lists of a language, ready to be looked up: what a word weighs, and what it does to its neighbours."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from inbox.reading.words import DATA, entries, folded

LONGEST = 5  # words of a phrase
SPOKEN = ("en", "pl")
NUMBER = re.compile(r"-?\d")


@dataclass
class Lexicon:
    """`weights` of whole words and phrases, `beginnings` of those that end in many ways; sets of words by what they do.

    `firsts`: the words that phrases begin with, so that few phrases are looked up in vain.
    """

    weights: dict[str, float] = field(default_factory=dict)
    beginnings: dict[str, float] = field(default_factory=dict)
    does: dict[str, frozenset[str]] = field(default_factory=dict)
    firsts: set[str] = field(default_factory=set)

    def weight(self, said: str) -> float:
        """What a word or phrase weighs; 0 for what is not in the list. Only the last word of a phrase may end otherwise."""
        if said in self.weights:
            return self.weights[said]
        shortest = max(1, said.rfind(" ") + 1)
        return next(
            (self.beginnings[said[:end]] for end in range(len(said), shortest, -1) if said[:end] in self.beginnings), 0.0
        )

    def is_a(self, kind: str, word: str) -> bool:
        return word in self.does.get(kind, ())


@lru_cache(maxsize=len(SPOKEN))
def lexicon(code: str) -> Lexicon:
    """The list of a language, one of SPOKEN."""
    found = Lexicon()
    for head, words in entries(DATA / f"{code}.txt").items():
        if not NUMBER.fullmatch(head):
            found.does[head] = frozenset(folded(one) for one in words)
            continue
        for entry in words:
            said = _plain(entry)
            (found.beginnings if entry.endswith("*") else found.weights)[said] = float(head)
            found.firsts |= {said.split()[0]} if " " in said else set()
    return found


def _plain(entry: str) -> str:
    return " ".join(folded(one) for one in entry.rstrip("*").split())


@lru_cache(maxsize=1)
def signs() -> tuple[dict[str, float], frozenset[str]]:
    """What faces and hearts weigh, and those that mock what was said before them."""
    weights: dict[str, float] = {}
    mocking: set[str] = set()
    for head, groups in entries(DATA / "signs.txt").items():
        for sign in " ".join(groups).split():
            if head == "mock":
                mocking.add(sign)
            else:
                weights[sign] = float(head)
    return weights, frozenset(mocking)
