"""Reactions to private messages: of each person the last word, however often, in whatever order and how early it is told.

They open nothing and leave nothing unread.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, JSONObject, NullIf
from django.utils import timezone

from accounts.models import Channel
from connectors.base import Connector, TellsReactions
from connectors.talk import Reaction as Told
from inbox import threads
from inbox.models import Message, Reaction

KEPT = timedelta(days=30)  # what was taken back, and what waits for a message that never came; webhooks are late by days
LOOKED_FOR = timedelta(days=60)  # before, the hourly look has found it

RECENT, CONVERSATIONS = timedelta(days=7), 10  # whose reactions are asked for once more: the latest


# -- one change -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def react(channel: Channel, told: Told) -> None:
    """A webhook tells of a reaction to a message, which may come later."""
    threads.one_at_a_time(channel, told.message)
    if not keep(channel, told):
        return
    for message in Message.objects.filter(channel=channel, remote_id=told.message).select_related("conversation"):
        threads.tell_of(message.conversation)


def keep(channel: Channel, told: Told) -> bool:
    """One reaction that was made, changed or taken back; whether that is news. What is older than what is known is none.

    At the same moment something beats nothing: who changes a reaction may do both at once.
    """
    if Message.objects.filter(channel=channel, remote_id=told.message, deleted=True).exists():
        return False
    columns = _columns(told)
    row, new = Reaction.objects.get_or_create(
        channel=channel, remote_id=told.message, person_id=told.person.remote_id, defaults=columns
    )
    if new:
        return bool(row.emoji)
    older = Q(at__lt=told.at) | Q(at=told.at, emoji="")
    changed = Reaction.objects.filter(older, pk=row.pk).update(**columns)
    return bool(changed) and row.emoji != columns["emoji"]


# -- all that there are ---------------------------------------------------------------------------------------------------


def look(network: Connector, channel: Channel, since: datetime) -> None:
    """Ask for those to messages that were read long ago, where the network can be asked."""
    if isinstance(network, TellsReactions):
        for told in network.reactions(since, recent(channel)):
            follow_all(channel, told)


def recent(channel: Channel) -> list[str]:
    """The threads in which there are reactions of the last days, which may be changed or taken back."""
    rows = Reaction.objects.filter(channel=channel, at__gte=timezone.now() - RECENT).exclude(emoji="")
    messages = Message.objects.filter(channel=channel, remote_id__in=rows.values("remote_id"), deleted=False)
    found = messages.order_by("-sent_at").values_list("conversation__thread", flat=True)
    return list(dict.fromkeys(found))[:CONVERSATIONS]


def follow_all(channel: Channel, told: Mapping[str, Sequence[Told]]) -> None:
    """Of several messages, by remote id."""
    rows = Reaction.objects.filter(channel=channel, remote_id__in=told).exclude(emoji="")
    had = set(rows.values_list("remote_id", flat=True))
    known = Message.objects.filter(channel=channel, remote_id__in=[one for one in told if told[one] or one in had])
    for message in known.filter(deleted=False).select_related("conversation", "channel"):
        with transaction.atomic():
            threads.one_at_a_time(channel, message.remote_id)
            if follow(message, told[message.remote_id]):
                threads.tell_of(message.conversation)


def follow(message: Message, told: Sequence[Told]) -> bool:
    """What was just read is all that there is to a message; whether that is news."""
    rows = Reaction.objects.filter(channel_id=message.channel_id, remote_id=message.remote_id)
    read = {one.person.remote_id: _columns(one) for one in told}
    if dict(rows.exclude(emoji="").values_list("person_id", "emoji")) == {who: one["emoji"] for who, one in read.items()}:
        return False
    rows.delete()
    key = {"channel_id": message.channel_id, "remote_id": message.remote_id}
    Reaction.objects.bulk_create(Reaction(**key, person_id=who, **columns) for who, columns in read.items())
    return True


def _columns(told: Told) -> dict[str, object]:
    name = told.person.name or told.person.username
    return {"person_name": threads.clean(name)[:200], "emoji": threads.clean(told.emoji)[:200], "at": told.at}


# -- the end --------------------------------------------------------------------------------------------------------------


def forget(message: Message) -> None:
    """It was deleted on the network: what people reacted with goes too."""
    Reaction.objects.filter(channel_id=message.channel_id, remote_id=message.remote_id).delete()


def tidy() -> None:
    """The same for what was deleted on other ways; and for what is of no use any more."""
    now = timezone.now()
    there = Message.objects.filter(channel=OuterRef("channel"), remote_id=OuterRef("remote_id"), deleted=False)
    old = Reaction.objects.filter(at__gte=now - LOOKED_FOR, at__lt=now - KEPT)
    old.filter(Q(emoji="") | ~Exists(there)).delete()


# -- the screen -----------------------------------------------------------------------------------------------------------


def shown() -> ArraySubquery:
    """For messages: the reactions to each, as its template reads them. `name` is empty where the network told none."""
    here = Q(channel=OuterRef("channel"), remote_id=OuterRef("remote_id"))
    ours = Case(When(person_id=F("channel__remote_id"), then="channel__name"), default=Value(""))
    rows: QuerySet[Reaction] = Reaction.objects.filter(here).exclude(emoji="").order_by("at", "pk")
    columns = JSONObject(emoji="emoji", name=Coalesce(NullIf("person_name", Value("")), ours))
    return ArraySubquery(rows.values_list(columns, flat=True))
