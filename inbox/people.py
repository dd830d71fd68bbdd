"""Whom a conversation is with, over all channels: which accounts are theirs and what was said with each. Only reads.

Nothing of it is kept when something is taken in: accounts are the keys by which conversations are found.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject, NullIf, Upper
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import Channel, Member, Workspace
from connectors import connector
from inbox import listing, presence
from inbox.models import Contact, Conversation, Identity, Message

LATEST, LOOKED_AT = 5, 30  # conversations that are shown; those in which a colleague may be at it
RECENTLY = timedelta(days=7)  # an answer elsewhere that is older has nothing to do with what is asked now
FOUND, SIFTED = 8, 200  # people that a search offers, and conversations among which it looks for them

Key = tuple[str, bool, str, UUID | None, str]


def key_of(conversation: Conversation) -> Key:
    """The account of the person: network, practice, server, channel (None where ids hold everywhere), id."""
    channel = conversation.channel
    place = None if connector(channel.network).people_everywhere else channel.pk
    return (channel.network, channel.practice, channel.server, place, conversation.person_id)


def columns(key: Key) -> dict[str, Any]:
    return dict(zip(("network", "practice", "server", "channel_id", "person_id"), key, strict=True))


@dataclass(frozen=True)
class Account:
    """One account of a person, and what there is with it. The moments are of what the person said; None: all of it is gone."""

    identity: Identity
    channel: Channel
    name: str
    url: str
    count: int
    first_at: datetime | None
    last_at: datetime | None

    @property
    def is_of_one_channel(self) -> bool:
        return self.identity.channel_id is not None


@dataclass(frozen=True)
class AtIt:
    """A colleague who answers the same person in another conversation now (`at` None), or did so a while ago."""

    conversation: Conversation
    who: str
    at: datetime | None = None


class Acquaintance:
    """The person of a conversation. Each part is read when it is asked for: most answers of the inbox show none of it."""

    def __init__(self, conversation: Conversation, by: Member) -> None:
        self.conversation, self.by, self.workspace = conversation, by, by.workspace

    @cached_property
    def identities(self) -> list[Identity]:
        """Their accounts; one that is not kept while nobody has joined them. Empty where the network names nobody."""
        if not self.conversation.person_id:
            return []
        own = columns(key_of(self.conversation))
        same = self.workspace.identities.filter(**own).values("contact")
        kept = self.workspace.identities.filter(contact__in=same).select_related("contact__note_by")
        return list(kept) or [Identity(workspace=self.workspace, **own)]

    @property
    def contact(self) -> Contact | None:
        return self.identities[0].contact if self.identities and self.identities[0].contact_id else None

    @cached_property
    def accounts(self) -> list[Account]:
        """That of the conversation first."""
        own = key_of(self.conversation)
        found = [self._account(one) for one in self.identities]
        return sorted((one for one in found if one), key=lambda one: columns(own) != _columns_of(one.identity))

    def name_of(self, account: int) -> str:
        """What the account of that Identity is called, with its network."""
        found = next((one for one in self.accounts if one.identity.pk == account), None)
        return f"{found.name or self.conversation.person} ({found.channel.network_name})" if found else ""

    @property
    def count(self) -> int:
        """All conversations with them, this one included."""
        return sum(one.count for one in self.accounts) or 1

    @property
    def first_at(self) -> datetime | None:
        return min((one.first_at for one in self.accounts if one.first_at), default=None)

    @property
    def last_at(self) -> datetime | None:
        return max((one.last_at for one in self.accounts if one.last_at), default=None)

    @property
    def latest(self) -> list[Conversation]:
        return self._others[:LATEST]

    @property
    def open_elsewhere(self) -> list[Conversation]:
        return [one for one in self._others if one.state == Conversation.State.OPEN]

    @cached_property
    def at_it(self) -> list[AtIt]:
        """Colleagues who answer them elsewhere, in conversations that are open."""
        rows = self.open_elsewhere
        types = presence.typing(rows, self.by) if rows else {}
        found = [AtIt(one, str(member)) for one in rows for member in types.get(one.pk, ())]
        return found + [said for one in rows if one.pk not in types and (said := self._answered(one))]

    def _answered(self, conversation: Conversation) -> AtIt | None:
        """Who answered in it lately, if that was not the one who looks."""
        last: dict[str, Any] | None = getattr(conversation, "answered", None)
        at = parse_datetime(last["at"]) if last else None
        if not last or not at or last["user"] == self.by.user_id or at < timezone.now() - RECENTLY:
            return None
        return AtIt(conversation, str(last["name"]), at)

    @cached_property
    def _channels(self) -> list[Channel]:
        own = self.conversation.channel
        return list(self.workspace.channels.all()) if any(one.channel_id != own.pk for one in self.identities) else [own]

    @cached_property
    def _rows(self) -> "QuerySet[Conversation]":
        """All conversations with them. Each account by its channels' ids: so one index serves them all."""
        ways = [Q(channel__in=[one.pk for one in self._places(who)], person_id=who.person_id) for who in self.identities]
        return self.workspace.conversations.filter(reduce(or_, ways)) if ways else self.workspace.conversations.none()

    def _places(self, identity: Identity) -> list[Channel]:
        return [one for one in self._channels if _knows(one, identity)]

    @cached_property
    def _others(self) -> list[Conversation]:
        """The latest ones beside this, each with its last answer as `answered`."""
        ours = Message.objects.filter(conversation=OuterRef("pk"), mine=True, deleted=False)
        last = ours.exclude(status=Message.Status.FAILED).order_by("-sent_at", "-pk")
        name = Coalesce(NullIf("by__name", Value("")), "by__email", "author_name")
        said = last.values(said=JSONObject(user="by_id", name=name, at="sent_at"))[:1]
        rows = self._rows.exclude(pk=self.conversation.pk).select_related("channel").annotate(answered=Subquery(said))
        return list(rows.order_by("-last_at", "-pk")[:LOOKED_AT])

    @cached_property
    def _sums(self) -> list[dict[str, Any]]:
        """What there is with each id on each channel."""
        theirs = Message.objects.filter(conversation=OuterRef("pk"), mine=False).values("sent_at")
        rows = (
            self._rows.order_by()
            .values("channel_id", "person_id")
            .annotate(
                count=Count("pk"),
                seen=Max("last_at"),
                first=Min(Subquery(theirs.order_by("sent_at")[:1])),
                last=Max(Subquery(theirs.order_by("-sent_at")[:1])),
                names=ArrayAgg("person_name", filter=~Q(person_name=""), order_by=F("last_at").desc(), default=[]),
                urls=ArrayAgg("person_url", filter=~Q(person_url=""), order_by=F("last_at").desc(), default=[]),
            )
        )
        return [dict(one) for one in rows]

    def _account(self, identity: Identity) -> Account | None:
        places = {one.pk: one for one in self._places(identity)}
        rows = [one for one in self._sums if one["channel_id"] in places and one["person_id"] == identity.person_id]
        if not places:
            return None
        rows.sort(key=lambda row: row["seen"], reverse=True)
        return Account(
            identity=identity,
            channel=places[rows[0]["channel_id"]] if rows else next(iter(places.values())),
            name=next((name for row in rows for name in row["names"]), ""),
            url=next((url for row in rows for url in row["urls"]), ""),
            count=sum(row["count"] for row in rows),
            first_at=min((row["first"] for row in rows if row["first"]), default=None),
            last_at=max((row["last"] for row in rows if row["last"]), default=None),
        )


def _columns_of(identity: Identity) -> dict[str, Any]:
    return {name: getattr(identity, name) for name in ("network", "practice", "server", "channel_id", "person_id")}


def _knows(channel: Channel, identity: Identity) -> bool:
    """Whether the person is known by this id on that channel."""
    if identity.channel_id is not None:
        return bool(channel.pk == identity.channel_id)
    wanted = (identity.network, identity.practice, identity.server)
    return (channel.network, channel.practice, channel.server) == wanted


def search(workspace: Workspace, words: str, but: Iterable[Identity]) -> list[Conversation]:
    """The latest conversation with each of the people who are called so, then with those who are called nearly so: networks'
    names of one person differ by a dot or a digit. Accounts of `but` are left out."""
    words = words.strip()
    if not words:
        return []
    known = {tuple(_columns_of(one).values()) for one in but}
    named = workspace.conversations.exclude(person_id="").select_related("channel").annotate(upper=Upper("person_name"))
    nearly = named.filter(upper__trigram_similar=words.upper()).annotate(like=TrigramSimilarity("upper", words.upper()))
    found: dict[tuple[Any, ...], Conversation] = {}
    for rows in (named.filter(listing.called(words)).order_by("-last_at", "-pk"), nearly.order_by("-like", "-last_at", "-pk")):
        for one in rows[:SIFTED]:
            found.setdefault(key_of(one), one)
        if len(found) >= FOUND + len(known):
            break
    return [one for key, one in found.items() if key not in known][:FOUND]
