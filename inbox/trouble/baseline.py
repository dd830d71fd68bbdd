"""What is usual in an hour of the week, and how unusual something is. Numbers only: no Django, no clock.

Items are counted, so a count is compared with a Poisson rate that is not known exactly: the rate of this hour of the week is
learned from the past weeks, leaning on the same hour of other days, which leans on all hours. The less was seen, the wider
the rate may lie (a gamma distribution), and the more it takes to be unusual (negative binomial quantiles).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
FEW_HOURS = 24  # with less history than a day, hours are not known apart
HOURS_DIFFER, DAYS_DIFFER = 0.7, 3.0  # shapes of the gamma: hours differ by far more than the days of a week
STEADY = 8.0  # the most that a rate is ever trusted: half as much again is nothing special
SLOWEST = 0.2  # items an hour, where nothing was ever heard
ROBUST = 4.0  # in spreads: what lies above was a wave, and is cut off
ENOUGH = 4  # values that tell a wave from what is usual
MAD = 1.4826  # from the median absolute deviation to a standard deviation

Counts = Mapping[datetime, int]  # by the beginning of an hour, in the workspace's own time; an hour without items is missing


@dataclass(frozen=True)
class Rate:
    """Items an hour: the mean, and how surely it is known. `hours` of history stand behind it."""

    mean: float
    shape: float
    hours: int

    @property
    def knows_little(self) -> bool:
        return self.hours < FEW_HOURS


def rate(counts: Counts, since: datetime, hour: datetime) -> Rate:
    """What is usual in `hour`, by what was counted from `since` until then."""
    hours = max(0, int((hour - since) / HOUR))
    days = _values(counts, since, hour, DAY)
    most = _most(days)
    mean = max(SLOWEST, sum(min(count, most) for at, count in counts.items() if since <= at < hour) / max(1, hours))
    shape, mean = _leaning(HOURS_DIFFER, mean, [min(one, most) for one in days])
    weeks = _values(counts, since, hour, WEEK)
    most = _most(weeks) if len(weeks) >= ENOUGH else most
    shape, mean = _leaning(min(shape, DAYS_DIFFER), mean, [min(one, most) for one in weeks])
    return Rate(mean, min(shape, STEADY), hours)


def _values(counts: Counts, since: datetime, hour: datetime, step: timedelta) -> list[int]:
    """The counts of the same hour in the days or weeks before."""
    return [counts.get(hour - step * back, 0) for back in range(1, int((hour - since) / step) + 1)]


def _most(values: Sequence[int]) -> float:
    """The most that is not taken for a wave."""
    if len(values) < ENOUGH:
        return math.inf
    middle = median(values)
    spread = max(MAD * median(abs(one - middle) for one in values), math.sqrt(middle), 1.0)
    return middle + ROBUST * spread


def _leaning(shape: float, mean: float, seen: Sequence[float]) -> tuple[float, float]:
    """A rate's shape and mean after hours were seen, where before `mean` was believed with that `shape`."""
    total = shape + sum(seen)
    return total, total / (shape / mean + len(seen))


def louder(rates: Iterable[Rate]) -> Rate:
    """The one that expects most: a quarter of an hour may lie in two hours."""
    return max(rates, key=lambda one: one.mean)


def chance(count: int, mean: float, shape: float) -> float:
    """How likely so many items or more are, at a rate of that mean and shape."""
    if count <= 0:
        return 1.0
    log_p, log_q = math.log(shape / (shape + mean)), math.log(mean / (shape + mean))
    term = math.exp(math.lgamma(shape + count) - math.lgamma(shape) - math.lgamma(count + 1) + shape * log_p + count * log_q)
    total, at = 0.0, count
    while term > total * 1e-9 and at < count + 10_000:
        total += term
        term *= (shape + at) / (at + 1) * mean / (shape + mean)
        at += 1
    return min(1.0, total)


def chance_of_share(count: int, of: int, share: float, strength: float) -> float:
    """How likely so many or more `of` all are, where a `share` is usual (beta-binomial: shares waver from hour to hour)."""
    first, second = share * strength, (1 - share) * strength

    def term(at: int) -> float:
        ways = math.lgamma(of + 1) - math.lgamma(at + 1) - math.lgamma(of - at + 1)
        return math.exp(ways + _beta(at + first, of - at + second) - _beta(first, second))

    return min(1.0, sum(term(at) for at in range(count, of + 1)))


def _beta(first: float, second: float) -> float:
    return math.lgamma(first) + math.lgamma(second) - math.lgamma(first + second)
