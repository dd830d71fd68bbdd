"""In which language something is said, by its little words and its letters. Short comments need no more, and no model."""

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

from inbox.reading.words import DATA, entries, folded, tokens

LETTER = 1.5  # what a letter counts that only one language has; a little word counts 1
NAMES = {
    "en": "English",
    "pl": "Polski",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "it": "Italiano",
    "uk": "Українська",
    "ru": "Русский",
}


def language(text: str) -> str:
    """The code of the language, one of NAMES; empty where nobody can tell: '👍', 'ok'."""
    votes: dict[str, float] = defaultdict(float)
    words = {one for one in tokens(text) if one[0].isalpha()}
    for word in words:
        speaking = _speakers().get(word, ())
        for code in speaking:
            votes[code] += 1 / len(speaking)
    for letter in set(text.lower()):
        for code in _letters().get(letter, ()):
            votes[code] += LETTER
    return _winner(votes)


def is_little(word: str) -> bool:
    """Whether it is one of the words that any text of its language may have."""
    return word in _speakers()


def _winner(votes: Mapping[str, float]) -> str:
    first, second = [*sorted(votes.items(), key=lambda vote: -vote[1]), ("", 0.0), ("", 0.0)][:2]
    return first[0] if first[1] > second[1] else ""


@lru_cache(maxsize=1)
def _speakers() -> dict[str, tuple[str, ...]]:
    """Little words, and the languages that have them."""
    found: dict[str, tuple[str, ...]] = {}
    for code, words in entries(DATA / "languages.txt").items():
        for word in {folded(one) for one in words} if code in NAMES else ():
            found[word] = (*found.get(word, ()), code)
    return found


@lru_cache(maxsize=1)
def _letters() -> dict[str, tuple[str, ...]]:
    """Letters that give a language away."""
    found: dict[str, tuple[str, ...]] = {}
    for head, groups in entries(DATA / "languages.txt").items():
        kind, _space, code = head.partition(" ")
        for letter in "".join(groups) if kind == "letters" else "":
            found[letter] = (*found.get(letter, ()), code)
    return found
