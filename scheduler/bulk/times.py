"""Dates and times as people write them in tables, on the workspace's clocks, in a zone or with an offset."""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from accounts.verbs import Problem
from scheduler.planning import at

ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?\s*([ap]\.?m\.?)?", re.IGNORECASE)
OFFSET = re.compile(r"\s*(Z|[+-]\d{2}:?\d{2})$")


def moment(day: str, clock: str, offset: str, zone: ZoneInfo) -> tuple[datetime, str]:
    """(moment, note) of a date, a time and an offset or none. The note tells of an hour that comes twice, else empty.

    Raises Problem when it cannot be read, or does not exist because the clocks go forward.
    """
    wall_time = datetime.combine(_date(day), _time(clock))
    if offset:
        return datetime.fromisoformat(f"{wall_time.isoformat()}{_iso(offset)}").astimezone(UTC), ""
    found = at(zone, wall_time)
    note = ""
    if wall_time.replace(tzinfo=zone, fold=1).utcoffset() != wall_time.replace(tzinfo=zone).utcoffset():
        text = _(
            "%(time)s comes twice in that night, as the clocks go back: the first one is meant. Add an offset for the other."
        )
        note = text % {"time": f"{wall_time:%H:%M}"}
    return found, note


def parted(cell: str) -> tuple[str, str, str]:
    """(date, time, offset) of a cell that has them in one; what is not there is empty."""
    text = cell.strip()
    offset = ""
    if ":" in text and (found := OFFSET.search(text)):
        offset, text = found[1], text[: found.start()]
    day, _space, clock = text.replace("T", " ", 1).partition(" ")
    return day, clock.strip(), offset


def zone_of(name: str) -> ZoneInfo:
    """The zone of that name. Raises Problem."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        text = _("%(name)s is no time zone: write one such as Europe/Warsaw or America/New_York.")
        raise Problem(text % {"name": name}, "zone") from error


def _iso(offset: str) -> str:
    if offset == "Z":
        return "+00:00"
    return offset if ":" in offset else f"{offset[:3]}:{offset[3:]}"


def _date(text: str) -> date:
    try:
        if found := ISO.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := DOTTED.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := SLASHED.fullmatch(text):
            return _slashed(int(found[1]), int(found[2]), int(found[3]))
    except ValueError as error:
        raise Problem(_("There is no day %(day)s: write it as 2026-11-24.") % {"day": text}, "when") from error
    raise Problem(_("%(day)s is no date: write it as 2026-11-24.") % {"day": text or _("(empty)")}, "when")


def _slashed(first: int, second: int, year: int) -> date:
    """24/11/2026 and 11/24/2026 are clear; 03/04/2026 is two different days for two readers."""
    if first > 12:
        return date(year, second, first)
    if second > 12 or first == second:
        return date(year, first, second)
    text = _("%(day)s can be two days: write %(one)s or %(other)s.")
    days = {"one": date(year, second, first), "other": date(year, first, second)}
    raise Problem(text % {"day": f"{first:02}/{second:02}/{year}", **days}, "when")


def _time(text: str) -> time:
    found = CLOCK.fullmatch(text)
    if not found:
        said = _("%(time)s is no time: write it as 09:30.") if text else _("The time of day is missing: write it as 09:30.")
        raise Problem(said % {"time": text}, "time")
    hour, half = int(found[1]), (found[4] or "").lower()[:1]
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, int(found[2]), int(found[3] or 0))
    except ValueError as error:
        raise Problem(_("There is no time %(time)s: write it as 09:30.") % {"time": text}, "time") from error
