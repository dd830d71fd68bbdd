"""What is usual: learned hour by hour of the week, wide while little is known, not moved by a wave of last week."""

from datetime import datetime, timedelta

import pytest

from inbox.trouble.baseline import chance, chance_of_share, rate

HOUR = timedelta(hours=1)
SINCE = datetime(2026, 4, 6)  # a Monday
NOON = datetime(2026, 6, 1, 12)  # another, eight weeks later


def counted(hours: int = 24 * 56) -> dict[datetime, int]:
    """Twenty an hour at noon, sixty on Mondays, two at all other times."""
    found = {}
    for number in range(hours):
        at = NOON - (number + 1) * HOUR
        found[at] = 2 if at.hour != 12 else 60 if at.weekday() == 0 else 20
    return found


def test_an_hour_of_the_week_is_known_after_some_weeks() -> None:
    counts = counted()

    assert 40 < rate(counts, SINCE, NOON).mean < 62
    assert 17 < rate(counts, SINCE, NOON + 24 * HOUR).mean < 26
    assert 1.5 < rate(counts, SINCE, NOON + HOUR).mean < 3


def test_little_history_means_wide_bounds() -> None:
    young, old = rate(counted(10), NOON - 10 * HOUR, NOON), rate(counted(), SINCE, NOON)

    assert young.knows_little
    assert not old.knows_little
    assert chance(30, 2, young.shape) > 1000 * chance(30, 2, old.shape)
    assert rate({}, NOON, NOON).mean > 0


def test_a_wave_of_last_week_does_not_make_the_next_one_usual() -> None:
    counts = counted()
    before = rate(counts, SINCE, NOON + HOUR).mean
    counts[NOON + HOUR - timedelta(weeks=1)] = 900

    assert rate(counts, SINCE, NOON + HOUR).mean < 2 * before


@pytest.mark.parametrize(("count", "mean", "shape"), [(0, 5, 2), (1, 0.1, 0.7), (8, 5, 8), (30, 5, 8)])
def test_chances_are_those_of_the_distribution(count: int, mean: float, shape: float) -> None:
    terms = [(shape / (shape + mean)) ** shape]
    for at in range(1, count):
        terms.append(terms[-1] * (shape + at - 1) / at * mean / (shape + mean))

    assert chance(count, mean, shape) == pytest.approx(1 - sum(terms[:count]), abs=1e-9)


def test_a_share_is_the_more_unlikely_the_larger_it_is() -> None:
    chances = [chance_of_share(angry, 40, 0.15, 40) for angry in (0, 6, 20, 35)]

    assert chances == sorted(chances, reverse=True)
    assert (round(chances[0], 9), chances[-1] < 1e-6) == (1.0, True)
