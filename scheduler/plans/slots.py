"""The times at which a channel likes to post, one after the other: which are taken, which is the next that is free."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Channel, Member, Workspace
from accounts.verbs import Problem
from scheduler import planning
from scheduler.composing import drafting
from scheduler.composing.drafting import Draft
from scheduler.models import LIVE, Post, PostChannel, Publication, Queue, Slot
from scheduler.plans.calendar import planned

AHEAD = timedelta(weeks=53)  # who has a year of posts in every slot needs more slots
SHOWN = timedelta(days=14)
Rows = QuerySet[Publication]


@dataclass(frozen=True)
class Turn:
    """One occurrence of a slot, and the publication that has it; None: it is a gap."""

    at: datetime
    slot: Slot
    publication: Publication | None = None


def next_free(channel: Channel, after: datetime, queue: Queue | None = None, besides: Collection[UUID] = ()) -> datetime | None:
    """The channel's next slot after a moment that no live publication has; None: there is none within a year.

    `queue`: only its slots. Slots of paused queues are not given away. `besides`: posts whose promises do not count.
    """
    slots = channel.slots.filter(queue__paused=False)
    found = list(slots.filter(queue=queue) if queue else slots)
    if not found:
        return None
    live = _live(channel.publications.exclude(post__in=besides), after, after + AHEAD)
    taken = {_minute(moment) for moment in live.values_list("publish_at", flat=True)}
    free = (turn.at for turn in turns(found, channel.workspace.zone, after, after + AHEAD) if turn.at not in taken)
    return next(free, None)


def next_free_of(
    workspace: Workspace,
    channels: Iterable[Channel],
    queue: Queue | None = None,
    post: Post | None = None,
    within: tuple[datetime, datetime] | None = None,
) -> dict[UUID, datetime | None]:
    """Each channel's next free slot, by its id: from now on, or `within` two moments. Three queries, however many
    channels. What drafts are placed at is not free either: who places three of them does not want them all at one time.

    `post`: where it lies itself counts as free.
    """
    begin, end = within or (now := timezone.now(), now + AHEAD)
    wanted = {channel.pk for channel in channels}
    slots = Slot.objects.filter(channel__in=wanted, channel__workspace=workspace, queue__paused=False)
    by_channel: dict[UUID, list[Slot]] = {pk: [] for pk in wanted}
    for slot in slots.filter(queue=queue) if queue else slots:
        by_channel[slot.channel_id].append(slot)
    rows = _live(workspace.publications.filter(channel__in=wanted), begin, end)
    rows = rows.exclude(post=post) if post else rows
    meant = _meant(workspace, wanted, begin, end, post)
    taken = {(channel, _minute(moment)) for channel, moment in (*rows.values_list("channel", "publish_at"), *meant)}
    return {
        pk: next((one.at for one in turns(own, workspace.zone, begin, end) if (pk, one.at) not in taken), None)
        for pk, own in by_channel.items()
    }


def _meant(
    workspace: Workspace, channels: Collection[UUID], begin: datetime, end: datetime, post: Post | None
) -> list[tuple[UUID, datetime]]:
    """The channels and times of drafts."""
    drafts = planned(workspace).filter(planned_for__gt=begin, planned_for__lt=end)
    drafts = drafts.exclude(pk=post.pk) if post else drafts
    rows = PostChannel.objects.filter(post__in=drafts, channel__in=channels)
    return [(channel, moment) for channel, moment in rows.values_list("channel", "post__planned_for") if moment]


def turns(slots: Sequence[Slot], zone: ZoneInfo, after: datetime, until: datetime) -> Iterator[Turn]:
    """The occurrences of weekly slots between two moments (both excluded), in their order.

    What the clocks jump over in spring does not occur; what comes twice in autumn occurs the first time.
    """
    day = after.astimezone(zone).date()
    while slots and day <= until.astimezone(zone).date():
        for slot in sorted((one for one in slots if one.weekday == day.weekday()), key=lambda one: one.at):
            try:
                moment = planning.at(zone, datetime.combine(day, slot.at))
            except Problem:
                continue
            if after < moment < until:
                yield Turn(moment, slot)
        day += timedelta(days=1)


def ahead(channel: Channel, span: timedelta = SHOWN) -> list[Turn]:
    """What has the channel's slots in the days to come, gaps included."""
    return ahead_of(channel.workspace, [channel], span)[channel.pk]


def ahead_of(workspace: Workspace, channels: Iterable[Channel], span: timedelta = SHOWN) -> dict[UUID, list[Turn]]:
    """The same for many channels, by their ids, in two queries. Slots of paused queues stand there when they are taken."""
    now, found = timezone.now(), {channel.pk: list[Slot]() for channel in channels}
    for slot in Slot.objects.filter(channel__in=found, channel__workspace=workspace).select_related("queue"):
        found[slot.channel_id].append(slot)
    rows = _live(workspace.publications.filter(channel__in=found), now, now + span)
    taken = {(one.channel_id, _minute(one.publish_at)): one for one in rows.order_by("-created_at")}
    return {pk: list(_filled(turns(slots, workspace.zone, now, now + span), pk, taken)) for pk, slots in found.items()}


def _filled(found: Iterable[Turn], channel: UUID, taken: Mapping[tuple[UUID, datetime], Publication]) -> Iterator[Turn]:
    for turn in found:
        publication = taken.get((channel, turn.at))
        if publication or not turn.slot.queue.paused:
            yield Turn(turn.at, turn.slot, publication)


def _live(publications: Rows, after: datetime, until: datetime) -> Rows:
    return publications.filter(status__in=LIVE, part=0, publish_at__gt=after, publish_at__lt=until)


def _minute(moment: datetime) -> datetime:
    """A post at 9:00:30 has the slot of 9:00."""
    return moment.astimezone(UTC).replace(second=0, microsecond=0)


# -- promising ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def promise(
    draft: Draft,
    by: Member,
    queue: Queue | None = None,
    post: Post | None = None,
    seen: int | None = None,
    key: UUID | None = None,
) -> Post:
    """Keep the draft and promise it on each of its channels for that channel's next free slot.

    Raises Problem when a channel has none, and then nothing has changed.
    """
    kept = drafting.save(draft, by, post, seen, key)
    times = _taken_for(kept, queue)
    planning.schedule(kept, min(times.values(), default=timezone.now()), by, times)
    return kept


def _taken_for(post: Post, queue: Queue | None) -> dict[UUID, datetime]:
    """The next free slots of a post's channels, which nobody else is given before this transaction ends."""
    locked = Channel.objects.filter(pk__in=post.targets.values("channel")).order_by("pk")
    channels = list(locked.select_for_update(no_key=True))
    free = next_free_of(post.workspace, channels, queue, post)
    for channel in channels:
        if free[channel.pk] is None:
            text = _("%(channel)s on %(network)s has no free slot: add times on its queue page or choose a time.")
            raise Problem(text % {"channel": channel.name, "network": channel.network_name}, "when")
    return {pk: moment for pk, moment in free.items() if moment is not None}
