"""Shuffling a queue: the posts that wait in a channel's slots, dealt anew among the same slots; and taking that back."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.live import tell
from accounts.models import Channel, Member
from accounts.roles import Action
from accounts.verbs import Problem, must, record
from scheduler.models import LIVE, Publication, Queue
from scheduler.planning import UNCLAIMED, reschedule
from scheduler.plans.shifting import UNDO
from scheduler.plans.slots import ahead

SPAN = timedelta(days=90)


@dataclass(frozen=True)
class Dealt:
    """A publication that lay at `before` and lies at `after`."""

    publication: UUID
    before: datetime
    after: datetime


@dataclass
class TakenBack:
    """How many publications lie again where they lay, and how many stay because somebody was there in the meantime."""

    back: int = 0
    kept: int = 0


@transaction.atomic
def shuffle(channel: Channel, by: Member, queue: Queue | None = None, chance: random.Random | None = None) -> list[Dealt]:
    """Deal the posts that wait in the channel's slots anew among the same slots; those that have another time now.

    Raises Problem when there are fewer than two, or when one of them is on its way.
    """
    must(by, Action.SCHEDULE)
    turns = [turn for turn in ahead(channel, SPAN) if not queue or turn.slot.queue_id == queue.pk]
    waiting = [turn.publication for turn in turns if turn.publication and turn.publication.status in UNCLAIMED]
    if len(waiting) < 2:
        raise Problem(_("There must be two posts in the queue before they can be shuffled."))
    times = [one.publish_at for one in waiting]
    pairs = zip(_another_order(waiting, chance or random.Random()), times, strict=True)
    dealt = [Dealt(one.pk, one.publish_at, moment) for one, moment in pairs if one.publish_at != moment]
    _lay(waiting, {one.publication: one.after for one in dealt}, by)
    record(by, "shuffled", channel, posts=len(waiting))
    return dealt


def _another_order(waiting: list[Publication], chance: random.Random) -> list[Publication]:
    """Another order than before: who presses the button wants to see something happen."""
    found = chance.sample(waiting, len(waiting))
    return found if found != waiting else [*waiting[1:], waiting[0]]


def _lay(publications: Iterable[Publication], times: dict[UUID, datetime], by: Member) -> None:
    moved = [one for one in publications if one.pk in times]
    for one in moved:
        reschedule(one, times[one.pk], by)
    if moved:
        tell(moved[0].workspace_id, f"publication:{moved[0].pk}")


# -- taking back ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def take_back(channel: Channel, dealt: Iterable[Dealt], by: Member) -> TakenBack:
    """Lay publications where they lay before a shuffle. What was moved or sent since stays, and nothing is laid on it."""
    must(by, Action.SCHEDULE)
    wanted = {one.publication: one for one in dealt}
    rows = channel.publications.select_related("channel__workspace", "audience", "post").order_by("pk")
    there = {one.pk: one for one in rows.select_for_update(of=("self",)).filter(pk__in=wanted, status__in=UNCLAIMED)}
    going = {pk: one for pk, one in wanted.items() if pk in there and there[pk].publish_at == one.after}
    _make_room(channel, going)
    _lay(there.values(), {pk: one.before for pk, one in going.items()}, by)
    if going:
        record(by, "took a shuffle back", channel, posts=len(going))
    return TakenBack(len(going), len(wanted) - len(going))


def _make_room(channel: Channel, going: dict[UUID, Dealt]) -> None:
    """Leave out of `going` what would come to lie on a post that stays; that one stays then too, and so on."""
    live = channel.publications.filter(status__in=LIVE, part=0, publish_at__in=[one.before for one in going.values()])
    others = list(live.values_list("pk", "publish_at"))
    while blocked := _blocked(going, {moment for pk, moment in others if pk not in going}):
        for pk in blocked:
            del going[pk]


def _blocked(going: dict[UUID, Dealt], held: set[datetime]) -> list[UUID]:
    return [pk for pk, one in going.items() if one.before in held]


# -- what is given to the browser to take it back --------------------------------------------------------------------------


def seal(dealt: Iterable[Dealt], channel: Channel) -> str:
    """The shuffle as a signed text that only this server can have written."""
    plain = [[one.publication.hex, one.before.isoformat(), one.after.isoformat()] for one in dealt]
    return signing.dumps(plain, salt=_salt(channel), compress=True)


def unseal(text: str, channel: Channel) -> list[Dealt]:
    """Raises Problem when it is too old, or not for this channel."""
    try:
        found = signing.loads(text, salt=_salt(channel), max_age=UNDO)
    except signing.BadSignature as error:
        raise Problem(_("This can no longer be undone.")) from error
    return [Dealt(UUID(pk), datetime.fromisoformat(before), datetime.fromisoformat(after)) for pk, before, after in found]


def _salt(channel: Channel) -> str:
    return f"scheduler.plans.dealing:{channel.pk}"
