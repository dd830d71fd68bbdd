"""The report: how soon people were answered, and how much was done; by day, channel and member."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Aggregate, Count, F, FloatField, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Channel, User, Workspace
from inbox.models import Clock
from inbox.models.goals import in_words

SPANS, USUAL = ("7", "30", "90"), 30  # days
ANSWERS, ENDS = Q(aim=Clock.Aim.ANSWER), Q(aim=Clock.Aim.RESOLVE)


class Percentile(Aggregate):
    """The value that a share of all values does not exceed."""

    function = "percentile_cont"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()

    def __init__(self, expression: str, share: float, **extra: Any) -> None:
        super().__init__(expression, share=share, **extra)


@dataclass(frozen=True)
class Line:
    """One day, channel or member. Times in words, `within` in per cent; empty where there is nothing to tell."""

    name: str
    answered: int
    median: str
    most: str
    within: str
    resolved: int
    resolved_within: str


@dataclass(frozen=True)
class Report:
    total: Line
    days: list[Line]
    channels: list[Line]
    members: list[Line]


def report(workspace: Workspace, days: int) -> Report:
    """Of the clocks that ended in the last `days`, today included."""
    today = timezone.now().astimezone(workspace.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = workspace.clocks.filter(ended_at__gte=today - timedelta(days=days - 1)).order_by()
    dated = rows.annotate(day=TruncDate("ended_at", tzinfo=workspace.zone))
    total = _told(rows.values(whole=F("workspace_id")))
    return Report(
        _line(_("All"), total[0] if total else {}),
        [_line(date_format(one["day"], "D j M"), one) for one in _told(dated.values("day").order_by("-day"))],
        _of_channels(workspace, rows),
        _of_members(rows),
    )


def spans() -> list[tuple[int, str]]:
    return [(int(days), ngettext("%(n)d day", "%(n)d days", int(days)) % {"n": int(days)}) for days in SPANS]


def _of_channels(workspace: Workspace, rows: QuerySet[Clock]) -> list[Line]:
    names = {one.pk: f"{one.name} · {one.network_name}" for one in Channel.objects.filter(workspace=workspace)}
    found = _told(rows.values(channel=F("conversation__channel")))
    return sorted((_line(names.get(one["channel"], ""), one) for one in found), key=lambda line: line.name)


def _of_members(rows: QuerySet[Clock]) -> list[Line]:
    found = _told(rows.values(user=F("by")))
    names = {one.pk: str(one) for one in User.objects.filter(pk__in=[row["user"] for row in found if row["user"]])}
    lines = [_line(names.get(row["user"], _("Nobody of the team")), row) for row in found]
    return sorted(lines, key=lambda line: (-line.answered, line.name))


def _told(rows: Any) -> list[dict[str, Any]]:
    """The numbers of each group of clocks."""
    kept = Q(due_at__gte=F("ended_at"))
    found = rows.annotate(
        answered=Count("pk", filter=ANSWERS),
        median=Percentile("seconds", 0.5, filter=ANSWERS),
        most=Percentile("seconds", 0.9, filter=ANSWERS),
        promised=Count("pk", filter=ANSWERS & Q(due_at__isnull=False)),
        kept=Count("pk", filter=ANSWERS & kept),
        resolved=Count("pk", filter=ENDS),
        ends_promised=Count("pk", filter=ENDS & Q(due_at__isnull=False)),
        ends_kept=Count("pk", filter=ENDS & kept),
    )
    return list(found)


def _line(name: str, row: Mapping[str, Any]) -> Line:
    return Line(
        name=name,
        answered=row.get("answered", 0),
        median=_span(row.get("median")),
        most=_span(row.get("most")),
        within=_share(row.get("kept", 0), row.get("promised", 0)),
        resolved=row.get("resolved", 0),
        resolved_within=_share(row.get("ends_kept", 0), row.get("ends_promised", 0)),
    )


def _span(seconds: float | None) -> str:
    return "" if seconds is None else in_words(timedelta(seconds=seconds))


def _share(part: int, whole: int) -> str:
    return f"{100 * part // whole} %" if whole else ""
