"""`python -m bench.moods [tuning]`: how often languages and moods are read right, on sentences that were labelled by hand."""

import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from inbox.reading.language import language
from inbox.reading.mood import Mood, read

SENTENCES = Path(__file__).with_name("sentences")
LABELS = {"+": Mood.POSITIVE, "0": Mood.NEUTRAL, "-": Mood.NEGATIVE}


@dataclass
class Measured:
    """What became of the sentences of one language: counts by label and reading; those that were read wrong."""

    code: str
    table: Counter[tuple[Mood, Mood]] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[Mood, Mood, str]] = field(default_factory=list)

    @property
    def sentences(self) -> int:
        return sum(self.table.values())

    @property
    def right(self) -> float:
        """The share of moods that were read right."""
        return sum(self.table[mood, mood] for mood in Mood) / self.sentences

    @property
    def knows_itself(self) -> float:
        """The share whose language was read right, of those where one was read."""
        return self.languages[self.code] / max(1, self.sentences - self.languages[""])


def labelled(name: str, code: str) -> list[tuple[Mood, str]]:
    """The sentences of a file: label and text."""
    lines = (SENTENCES / f"{name}_{code}.tsv").read_text("utf-8").splitlines()
    return [(LABELS[label], text) for label, _tab, text in (line.partition("\t") for line in lines)]


def measure(code: str, name: str = "measured") -> Measured:
    found = Measured(code)
    for label, text in labelled(name, code):
        heard = read(text).mood
        found.table[label, heard] += 1
        found.languages[language(text)] += 1
        if heard != label:
            found.wrong.append((label, heard, text))
    return found


def told(found: Measured) -> str:
    """The measurement as a table for people."""
    of_languages = f"{found.knows_itself:.1%} of languages ({found.languages['']} not told)"
    lines = [f"{found.code}: {found.right:.1%} of {found.sentences} moods, {of_languages}"]
    lines.append(f"{'labelled':>12} " + "".join(f"{f'read {mood}':>15}" for mood in Mood))
    lines += [f"{label:>12} " + "".join(f"{found.table[label, heard]:>15}" for heard in Mood) for label in Mood]
    return "\n".join(lines)


if __name__ == "__main__":
    which = sys.argv[1] if len(sys.argv) > 1 else "measured"
    for one in (measure("en", which), measure("pl", which)):
        print(told(one), end="\n\n")
        if which == "tuning":  # the measured sentences stay unseen: whoever mends the lists by them measures nothing more
            print("\n".join(f"{label} read as {heard}: {text}" for label, heard, text in one.wrong), end="\n\n")
