"""Time of work: how much of it lies between two moments, and when a span of it is over. Pure; right across changes of clocks.

It counts in UTC, because Python counts between two moments of one zone as if its clocks never changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Span = tuple[int, int]  # from and until, in minutes of a day; 1440 is its end
NOTHING, DAY = timedelta(), timedelta(days=1)
MOST_DAYS = 1000  # looked ahead; whoever never works is never late


@dataclass(frozen=True)
class Worktime:
    """When somebody works. `week`: the hours of each day from Monday on, or None; an empty week means around the clock."""

    zone: ZoneInfo
    week: Sequence[Span | None] = ()
    holidays: frozenset[date] = field(default_factory=frozenset)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The time of work from `start` until `end`; none if that is before it."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        if not self.week:
            return max(NOTHING, end - start)
        found, day, last = NOTHING, self._day(start), self._day(end)
        while day <= last:
            if hours := self.hours(day):
                found += max(NOTHING, min(end, hours[1]) - max(start, hours[0]))
            day += DAY
        return found

    def after(self, start: datetime, span: timedelta) -> datetime | None:
        """The moment at which `span` of work has passed since `start`; None if that never comes."""
        start = start.astimezone(UTC)
        if not self.week:
            return start + span
        left, day = span, self._day(start)
        for _ in range(MOST_DAYS):
            if hours := self.hours(day):
                begins = max(start, hours[0])
                here = max(NOTHING, hours[1] - begins)
                if left <= here and here:
                    return begins + left
                left -= here
            day += DAY
        return None

    def hours(self, day: date) -> tuple[datetime, datetime] | None:
        """From when until when somebody works on a day, in UTC; None: not at all."""
        span = self.week[day.weekday()]
        if span is None or day in self.holidays:
            return None
        return self._moment(day, span[0]), self._moment(day, span[1])

    def _moment(self, day: date, minute: int) -> datetime:
        wall = datetime.combine(day, time()) + timedelta(minutes=minute)
        return wall.replace(tzinfo=self.zone).astimezone(UTC)

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()
