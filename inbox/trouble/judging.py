"""Whether what is heard now is unusual: more than usual, more in anger than usual, or a larger share of anger."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from inbox.trouble.baseline import Rate, chance, chance_of_share

WINDOWS = (15, 60)  # minutes: what breaks out, and what swells slowly
UNLIKELY = 1e-6  # one look in a million, so that a channel is not suspected once in a year of looks
UNLIKELY_AT_FIRST = 1e-8
TIMES, TIMES_AT_FIRST = 3.0, 5.0  # as much as usual, at least: likely or not, less is no trouble
LEAST_HEARD, LEAST_ANGRY, LEAST_OF = 12, 8, 20  # items: below, nobody needs to be alarmed
ANGRY_SHARE, SHARES_WAVER = 0.4, 40.0
LESS_THAN_BEFORE = 0.5  # of the bounds: what keeps an incident from being calm


@dataclass(frozen=True)
class Heard:
    """What was said on a channel in the last minutes: all, and what was negative, by the minutes of WINDOWS."""

    all: Mapping[int, int]
    angry: Mapping[int, int]

    def __add__(self, other: "Heard") -> "Heard":
        every, angry = self.all, self.angry
        return Heard({w: every[w] + other.all[w] for w in every}, {w: angry[w] + other.angry[w] for w in angry})


@dataclass(frozen=True)
class Usually:
    """What is usual on a channel at this hour. `share` of what is said is negative."""

    all: Rate
    angry: Rate
    share: float

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Usually":
        """From what `as_json` gave."""
        return cls(Rate(**kept["all"]), Rate(**kept["angry"]), kept["share"])


@dataclass(frozen=True)
class Signal:
    """Something unusual: `signal` is volume, anger or share; `times` as much as usual."""

    signal: str
    minutes: int
    heard: int
    of: int
    usual: float
    times: float

    def as_json(self) -> dict[str, Any]:
        shown = f"{self.usual:.0%}" if self.signal == "share" else round(self.usual, 1)
        return {"signal": self.signal, "minutes": self.minutes, "heard": self.heard, "of": self.of, "usual": shown}


NOTHING_HEARD = Heard(dict.fromkeys(WINDOWS, 0), dict.fromkeys(WINDOWS, 0))


def signals(heard: Heard, usually: Usually, bounds: float = 1.0) -> Iterator[Signal]:
    """What is unusual; `bounds` below 1 find what is only nearly so."""
    for minutes in WINDOWS:
        for name, counts, rate, least in (
            ("volume", heard.all, usually.all, LEAST_HEARD),
            ("anger", heard.angry, usually.angry, LEAST_ANGRY),
        ):
            count, usual = counts[minutes], rate.mean * minutes / 60
            if name == "volume" and rate.knows_little:
                continue  # a channel that has just begun to be spoken on is no trouble; anger is
            if count >= least * bounds and _is_unusual(count, usual, rate, bounds):
                yield Signal(name, minutes, count, heard.all[minutes], usual, count / max(usual, 1.0))
    yield from _share(heard, usually, bounds)


def _is_unusual(count: int, usual: float, rate: Rate, bounds: float) -> bool:
    times = TIMES_AT_FIRST if rate.knows_little else TIMES
    unlikely = UNLIKELY_AT_FIRST if rate.knows_little else UNLIKELY
    return bool(count >= times * bounds * usual and chance(count, usual, rate.shape) < unlikely**bounds)


def _share(heard: Heard, usually: Usually, bounds: float) -> Iterator[Signal]:
    minutes = WINDOWS[-1]
    of, angry = heard.all[minutes], heard.angry[minutes]
    if of < LEAST_OF * bounds or angry < max(ANGRY_SHARE, 2 * usually.share) * bounds * of:
        return
    strength = SHARES_WAVER / (4 if usually.all.knows_little else 1)
    if chance_of_share(angry, of, usually.share, strength) < UNLIKELY**bounds:
        yield Signal("share", minutes, angry, of, usually.share, angry / max(1.0, usually.share * of))


def strongest(found: list[Signal]) -> Signal:
    return max(found, key=lambda one: one.times)
