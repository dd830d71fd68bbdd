"""Queues: the week of a channel as a grid of slots, queues with names, pausing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import time

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Channel, Member, Workspace
from accounts.roles import Action
from accounts.verbs import Problem, must, record
from scheduler.models import Queue, Slot

MOST = 200  # slots of one channel: every 50 minutes of a week


@dataclass(frozen=True)
class Row:
    """One time of day on the grid: the slots of the seven weekdays; None: there is none."""

    at: time
    days: tuple[Slot | None, ...]


def week(channel: Channel, also: time | None = None) -> list[Row]:
    """The channel's week, early times first; `also`: a row that is there in any case."""
    slots = {(slot.weekday, slot.at): slot for slot in channel.slots.select_related("queue")}
    times = sorted({at for _weekday, at in slots} | ({also} if also else set()))
    return [Row(at, tuple(slots.get((weekday, at)) for weekday in range(7))) for at in times]


def empty_days(rows: list[Row]) -> list[int]:
    """The weekdays on which nothing is ever posted, when there are others."""
    return [day for day in range(7) if not any(row.days[day] for row in rows)] if rows else []


# -- slots ----------------------------------------------------------------------------------------------------------------


def everyday(workspace: Workspace) -> Queue:
    """The queue that takes slots for which nobody names one."""
    return workspace.queues.filter(paused=False).first() or workspace.queues.get_or_create(name=_("Everyday"))[0]


def put(channel: Channel, days: Collection[int], at: time, by: Member, queue: Queue | None = None) -> None:
    """Add a time to weekdays of the channel's week; those that have it already go to this queue."""
    must(by, Action.SCHEDULE)
    if not days:
        raise Problem(_("Choose at least one weekday."), "days")
    if channel.slots.count() + len(days) > MOST:
        raise Problem(_("A week has room for %(most)d times. Remove some first.") % {"most": MOST}, "at")
    mine, at = queue or everyday(by.workspace), at.replace(second=0, microsecond=0)
    for day in sorted(set(days)):
        Slot.objects.update_or_create(channel=channel, weekday=day, at=at, defaults={"queue": mine})
    record(by, "added slots", channel, at=f"{at:%H:%M}", days=sorted(days))


def toggle(channel: Channel, day: int, at: time, by: Member, queue: Queue | None = None) -> bool:
    """Switch one slot on or off; whether it is on now. Posts that have it keep their time."""
    must(by, Action.SCHEDULE)
    gone, _counts = channel.slots.filter(weekday=day, at=at).delete()
    if gone:
        record(by, "removed a slot", channel, at=f"{at:%H:%M}", days=[day])
    else:
        put(channel, [day], at, by, queue)
    return not gone


@transaction.atomic
def copy_week(source: Channel, channel: Channel, by: Member) -> int:
    """Give a channel the times of another one beside its own; how many are new."""
    must(by, Action.SCHEDULE)
    before = channel.slots.count()
    rows = [Slot(channel=channel, queue_id=one.queue_id, weekday=one.weekday, at=one.at) for one in source.slots.all()]
    Slot.objects.bulk_create(rows[: MOST - before], ignore_conflicts=True)
    record(by, "copied slots", channel, source=source.name)
    return channel.slots.count() - before


# -- queues with names --------------------------------------------------------------------------------------------------------


def keep(name: str, colour: str, by: Member, queue: Queue | None = None) -> Queue:
    """Make a queue, or give it another name and colour. Raises Problem when another one has the name."""
    must(by, Action.SCHEDULE)
    kept = queue or Queue(workspace=by.workspace)
    kept.name, kept.colour = name, colour
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError as error:
        raise Problem(_("There is a queue of this name already: choose another name."), "name") from error
    record(by, "changed a queue" if queue else "made a queue", kept)
    return kept


def pause(queue: Queue, paused: bool, by: Member) -> None:
    """Give away no slots of a queue, or give them away again. What is scheduled already keeps its time."""
    must(by, Action.SCHEDULE)
    queue.paused = paused
    queue.save(update_fields=["paused"])
    record(by, "paused a queue" if paused else "resumed a queue", queue)


def delete(queue: Queue, by: Member) -> None:
    """Remove a queue with its slots. Posts that have them keep their time."""
    must(by, Action.SCHEDULE)
    record(by, "deleted a queue", queue, slots=queue.slots.count())
    queue.delete()
