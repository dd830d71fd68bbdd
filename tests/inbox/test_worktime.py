"""Time of work: evenings, weekends, holidays, and days on which the clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from inbox.worktime import Worktime

WARSAW = ZoneInfo("Europe/Warsaw")
OFFICE = Worktime(WARSAW, [(9 * 60, 17 * 60)] * 5 + [None, None], frozenset({date(2031, 5, 1)}))
DAILY = Worktime(WARSAW, [(0, 24 * 60)] * 7)
HOUR = timedelta(hours=1)


def at(day: int, hour: int, minute: int = 0, month: int = 5, year: int = 2031) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=WARSAW)


def test_evenings_weekends_and_holidays_do_not_count() -> None:
    assert OFFICE.between(at(6, 10), at(6, 12)) == 2 * HOUR  # a Tuesday
    assert OFFICE.between(at(6, 16), at(7, 10)) == 2 * HOUR
    assert OFFICE.between(at(2, 16), at(5, 10)) == 2 * HOUR  # from Friday to Monday
    assert OFFICE.between(at(30, 16, month=4), at(2, 10)) == 2 * HOUR  # over the first of May
    assert OFFICE.between(at(3, 8), at(4, 20)) == timedelta()
    assert OFFICE.between(at(6, 12), at(6, 10)) == timedelta()
    assert OFFICE.between(at(6, 3), at(6, 23)) == 8 * HOUR


def test_a_span_ends_within_working_hours() -> None:
    assert OFFICE.after(at(6, 10), 2 * HOUR) == at(6, 12)
    assert OFFICE.after(at(6, 16), 2 * HOUR) == at(7, 10)
    assert OFFICE.after(at(2, 18), HOUR) == at(5, 10)
    assert OFFICE.after(at(30, 16, 30, month=4), HOUR) == at(2, 9, 30)
    assert OFFICE.after(at(6, 16), HOUR) == at(6, 17)
    assert OFFICE.after(at(6, 9), 40 * HOUR) == at(12, 17)
    assert Worktime(WARSAW, [None] * 7).after(at(6, 9), HOUR) is None


def test_days_on_which_the_clocks_change_are_as_long_as_they_are() -> None:
    spring, autumn = (at(30, 0, month=3), at(31, 0, month=3)), (at(26, 0, month=10), at(27, 0, month=10))

    assert DAILY.between(*spring) == 23 * HOUR
    assert DAILY.between(*autumn) == 25 * HOUR
    assert DAILY.after(at(30, 1, month=3), 2 * HOUR) == at(30, 4, month=3)
    night = Worktime(WARSAW, [(60, 4 * 60)] * 7)
    assert night.between(*spring) == 2 * HOUR
    assert night.between(*autumn) == 4 * HOUR


def test_around_the_clock_every_hour_counts() -> None:
    always, start = Worktime(WARSAW), datetime(2031, 3, 29, 12, tzinfo=UTC)

    assert always.between(start, start + 48 * HOUR) == 48 * HOUR
    assert always.after(start, 30 * HOUR) == start + 30 * HOUR


def test_what_is_counted_forward_is_counted_back() -> None:
    for hours in range(0, 24 * 40, 7):
        start = at(20, 0, month=3) + timedelta(hours=hours)
        due = OFFICE.after(start, timedelta(minutes=90))
        assert due is not None
        assert OFFICE.between(start, due) == timedelta(minutes=90)
