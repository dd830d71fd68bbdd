"""What a workspace promises: its hours and its goals, which of them holds, and having the running clocks follow them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import Member, Workspace
from accounts.roles import Action
from accounts.verbs import Problem, must, record
from inbox.models import Clock, Goal, Hours
from inbox.worktime import Span, Worktime

WARNS_AFTER = 0.75  # of the time that there is
Moments = tuple[datetime | None, datetime | None]  # when it warns, when it is due


@dataclass(frozen=True)
class Level:
    """What a workspace promises, read once."""

    worktime: Worktime
    goals: Mapping[tuple[UUID | None, str], Goal]

    @classmethod
    def of(cls, workspace: Workspace) -> "Level":
        goals = {(one.channel_id, one.kind): one for one in workspace.goals.all()}
        return cls(worktime(workspace), goals)

    def minutes(self, aim: str, channel: UUID, kind: str) -> int | None:
        """What the most particular goal that says something of `aim` allows."""
        for place in ((channel, kind), (channel, ""), (None, kind), (None, "")):
            goal = self.goals.get(place)
            found = goal and (goal.answer_minutes if aim == Clock.Aim.ANSWER else goal.resolve_minutes)
            if found:
                return found
        return None

    def moments(self, aim: str, began: datetime, channel: UUID, kind: str) -> Moments:
        """When a clock that began then warns, and when it is due."""
        minutes = self.minutes(aim, channel, kind)
        if minutes is None:
            return None, None
        span = timedelta(minutes=minutes)
        return self.worktime.after(began, span * WARNS_AFTER), self.worktime.after(began, span)


def worktime(workspace: Workspace) -> Worktime:
    hours = Hours.objects.filter(workspace=workspace).first()
    if hours is None:
        return Worktime(workspace.zone)
    week = [(int(span[0]), int(span[1])) if span else None for span in hours.week]
    return Worktime(workspace.zone, week, frozenset(hours.holidays))


# -- changing what is promised --------------------------------------------------------------------------------------------


@transaction.atomic
def set_hours(week: Sequence[Span | None], holidays: Iterable[date], by: Member) -> None:
    """`week` empty: around the clock. Raises Problem for a week without any hours."""
    must(by, Action.SETTINGS)
    if week and not any(week):
        raise Problem(_("Choose at least one day on which somebody answers."))
    if week:
        values = {"week": list(week), "holidays": sorted(set(holidays)), "counted_in": by.workspace.time_zone}
        Hours.objects.update_or_create(workspace=by.workspace, defaults=values)
    else:
        Hours.objects.filter(workspace=by.workspace).delete()
    record(by, "business hours changed", by.workspace)
    recount(by.workspace)


def keep_goal(values: Mapping[str, Any], by: Member, goal: Goal | None = None) -> Goal:
    """Make a goal, or change `goal`: channel, kind, answer_minutes, resolve_minutes.

    Raises Problem for one that promises nothing, and for a second one of the same channel and kind.
    """
    must(by, Action.SETTINGS)
    goal = goal or Goal(workspace=by.workspace)
    for name, value in values.items():
        setattr(goal, name, value)
    if not goal.answer_minutes and not goal.resolve_minutes:
        raise Problem(_("Say how many minutes there are: for an answer, for the end, or for both."), "answer_minutes")
    try:
        with transaction.atomic():
            goal.save()
            record(by, "goal saved", goal)
            recount(by.workspace)
    except IntegrityError as error:
        raise Problem(_("There is a goal for this channel and kind already: change that one."), "channel") from error
    return goal


@transaction.atomic
def delete_goal(goal: Goal, by: Member) -> None:
    must(by, Action.SETTINGS)
    record(by, "goal deleted", goal)
    goal.delete()
    recount(by.workspace)


# -- the running clocks follow --------------------------------------------------------------------------------------------


FOLLOW = """
UPDATE inbox_clock c SET warns_at = one.warns_at, due_at = one.due_at,
    told = CASE WHEN c.due_at IS NOT DISTINCT FROM one.due_at THEN c.told ELSE '' END
FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) AS one (id, warns_at, due_at)
WHERE c.id = one.id AND c.ended_at IS NULL
"""


def recount(workspace: Workspace) -> None:
    """When the running clocks of a workspace are due. What people have heard of holds where it is still so."""
    level = Level.of(workspace)
    running = workspace.clocks.filter(ended_at=None).order_by()
    rows = running.values_list("pk", "aim", "began_at", "conversation__channel", "conversation__kind")
    found = [(pk, *level.moments(aim, began, channel, kind)) for pk, aim, began, channel, kind in rows]
    with connection.cursor() as cursor:
        # One statement: there may be thousands of them, and somebody waits for the page.
        cursor.execute(FOLLOW, [[one[column] for one in found] for column in range(3)])


def follow_zones() -> None:
    """Count again where a workspace has another time zone than its clocks were counted in."""
    moved = Hours.objects.exclude(counted_in=F("workspace__time_zone")).select_related("workspace")
    for hours in moved:
        with transaction.atomic():
            Hours.objects.filter(pk=hours.pk).update(counted_in=hours.workspace.time_zone)
            recount(hours.workspace)
