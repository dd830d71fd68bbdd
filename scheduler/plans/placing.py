"""Which time something gets that is put on a day and has none: the next free slot of its channel there, else the morning."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from accounts.models import Channel, Workspace
from scheduler.models import Post
from scheduler.planning import at
from scheduler.plans.calendar import on_day
from scheduler.plans.slots import AHEAD, next_free_of


@dataclass(frozen=True)
class Chosen:
    """A moment, and why it is that one, as a sentence. `wall_time` is in the workspace's zone."""

    at: datetime
    wall_time: datetime
    why: str

    @property
    def said(self) -> str:
        return _("Planned for %(time)s.") % {"time": time_format(self.wall_time, "H:i")} + f" {self.why}"


def channels_of(post: Post) -> list[Channel]:
    """Where a post is to go, in the order in which its channels were chosen."""
    targets = post.targets.exclude(channel__status=Channel.Status.REMOVED).select_related("channel").order_by("pk")
    return list({target.channel_id: target.channel for target in targets}.values())


def on(workspace: Workspace, day: date, channels: Sequence[Channel], post: Post | None = None) -> Chosen:
    """A time on `day`: of the first of the channels that has a free slot there. Raises Problem for a time that is none.

    `post`: what is placed; where it lies already counts as free.
    """
    midnight = datetime.combine(day, time(), tzinfo=workspace.zone)
    begin = max(midnight - timedelta(microseconds=1), timezone.now())
    end = datetime.combine(day + timedelta(days=1), time(), tzinfo=workspace.zone)
    return _slot(workspace, channels, begin, end, post) or _morning(workspace, day, bool(channels))


def soonest(workspace: Workspace, channels: Sequence[Channel], post: Post | None = None) -> Chosen:
    """A time from now on: of the first of the channels that has any free slot."""
    now = timezone.now()
    today = now.astimezone(workspace.zone).date()
    return _slot(workspace, channels, now, now + AHEAD, post) or _morning(workspace, today, bool(channels))


def _slot(
    workspace: Workspace, channels: Sequence[Channel], begin: datetime, end: datetime, post: Post | None
) -> Chosen | None:
    if end <= begin:
        return None
    free = next_free_of(workspace, channels, post=post, within=(begin, end))
    for channel in channels:
        if moment := free[channel.pk]:
            why = _("This is the next free slot of %(channel)s on %(network)s.")
            return _chosen(workspace, moment, why % {"channel": channel.name, "network": channel.network_name})
    return None


def _morning(workspace: Workspace, day: date, with_channels: bool) -> Chosen:
    why = _("No slot of its channels is free on that day.") if with_channels else _("Without a channel it has no slots.")
    return _chosen(workspace, at(workspace.zone, on_day(workspace, day, None)), why)


def _chosen(workspace: Workspace, moment: datetime, why: str) -> Chosen:
    return Chosen(moment, moment.astimezone(workspace.zone).replace(tzinfo=None), why)
