"""The list of conversations: what is asked for, and one page of it. Pages are reached by cursor, so nothing jumps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, Func, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Member, Workspace
from connectors import NETWORKS
from inbox import clocks
from inbox.conditions import RATINGS, rated
from inbox.lines import Line, line
from inbox.models import KINDS, LANGUAGES, Conversation, Message, Mood
from scheduler.models import Label
from scheduler.searching import beginning, said, words_of

State = Conversation.State
ROWS, MOST_ROWS = 20, 120  # lines of a page, two windows full; the most that a refresh brings, because each costs time
TRIGRAM = 3
NOWHERE = (datetime.max.replace(tzinfo=UTC), "")  # behind every line
MANY = 1000  # utterances with the words looked for, or with such a rating
COUNTED = 1000  # a count goes no farther: nobody reads the exact number, and counting all of them takes time


class Box(models.TextChoices):
    """The piles that conversations lie on. Those of `MINE` and `UNASSIGNED` are open ones."""

    OPEN = "open", pgettext_lazy("state", "Open")
    MINE = "mine", _("Mine")
    UNASSIGNED = "unassigned", _("Nobody's")
    SNOOZED = "snoozed", _("Snoozed")
    DONE = "done", _("Done")
    SPAM = "spam", _("Spam")


class Waiting(models.TextChoices):
    """For how long somebody has been waiting, at least, in hours; or too long for the goal, which is shown in its order."""

    HOUR = "1", _("More than an hour")
    HOURS = "4", _("More than four hours")
    DAY = "24", _("More than a day")
    LATE = "late", _("Late, or soon late")


class Asked(forms.Form):
    """What an address asks for; whatever makes no sense there is left out."""

    state = forms.ChoiceField(choices=Box.choices, required=False)
    channel = forms.UUIDField(required=False)
    network = forms.ChoiceField(choices=[(slug, slug) for slug in NETWORKS], required=False)
    kind = forms.ChoiceField(choices=list(KINDS.items()), required=False)
    rating = forms.ChoiceField(choices=list(RATINGS.items()), required=False)
    campaign = forms.UUIDField(required=False)
    waiting = forms.ChoiceField(choices=Waiting.choices, required=False)
    label = forms.UUIDField(required=False)
    mood = forms.ChoiceField(choices=Mood.choices, required=False)
    language = forms.ChoiceField(choices=list(LANGUAGES.items()), required=False)
    q = forms.CharField(max_length=200, required=False)
    after = forms.CharField(max_length=100, required=False)
    rows = forms.IntegerField(min_value=0, max_value=99_999, required=False)


@dataclass(frozen=True)
class Filters:
    """What the list shows; empty for all. `words` are looked for in what was said; `after` is where the page begins."""

    state: str = Box.OPEN
    channel: str = ""
    network: str = ""
    kind: str = ""
    rating: str = ""
    campaign: str = ""
    waiting: str = ""
    label: str = ""
    mood: str = ""
    language: str = ""
    unread: bool = False
    words: str = ""
    after: str = ""
    rows: int = ROWS

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Filters":
        """From an address."""
        asked = Asked(query)
        asked.is_valid()
        said = asked.cleaned_data
        return cls(
            state=said.get("state") or Box.OPEN,
            channel=str(said.get("channel") or ""),
            network=said.get("network") or "",
            kind=said.get("kind") or "",
            rating=said.get("rating") or "",
            campaign=str(said.get("campaign") or ""),
            waiting=said.get("waiting") or "",
            label=str(said.get("label") or ""),
            mood=said.get("mood") or "",
            language=said.get("language") or "",
            unread=query.get("unread", "") == "1",
            words=said.get("q") or "",
            after=said.get("after") or "",
            rows=min(MOST_ROWS, max(ROWS, said.get("rows") or ROWS)),
        )

    @cached_property
    def query(self) -> str:
        """For addresses that keep the choice: 'state=open&...'."""
        return urlencode({name: value for name, value in self._given().items() if value})

    @property
    def narrowed(self) -> int:
        """By how much the box is narrowed."""
        return sum(1 for name, value in self._given().items() if value and name != "state")

    @property
    def more(self) -> bool:
        """Whether it is narrowed by what is seldom chosen."""
        given = self._given()
        return any(given[name] for name in given.keys() - {"state", "channel", "label", "unread", "q"})

    @property
    def boxes(self) -> list[tuple[str, str, str]]:
        """Each box with its name and the address's query for it, everything else kept."""
        return [(box.value, str(box.label), replace(self, state=box.value).query) for box in Box]

    def _given(self) -> dict[str, str]:
        return {
            "state": str(self.state),
            "channel": self.channel,
            "network": self.network,
            "kind": self.kind,
            "rating": self.rating,
            "campaign": self.campaign,
            "waiting": self.waiting,
            "label": self.label,
            "mood": self.mood,
            "language": self.language,
            "unread": "1" if self.unread else "",
            "q": self.words,
        }


@dataclass(frozen=True)
class Page:
    """Conversations, latest first, with `unsent` where an answer failed, the labels that are `worn` and the clock that is
    `running`; and the cursor of the next page, empty at the end.
    """

    conversations: Sequence[Conversation]
    next: str

    @property
    def lines(self) -> list[Line]:
        return [line(one) for one in self.conversations]


def page(member: Member, filters: Filters) -> Page:
    failed = Message.objects.filter(conversation=OuterRef("pk"), status=Message.Status.FAILED)
    labels = Label.objects.filter(conversations=OuterRef("pk")).order_by("name")
    worn = ArraySubquery(labels.values_list(JSONObject(name="name", colour="colour")))
    added: dict[str, Exists | ArraySubquery] = {"unsent": Exists(failed), "worn": worn, "running": clocks.pressing_first()}
    found = _first(chosen(member, filters), added, filters)
    shown = found[: filters.rows]
    return Page(shown, cursor(shown[-1]) if len(found) > filters.rows else "")


def _first(
    ways: list[QuerySet[Conversation]], more: Mapping[str, Exists | ArraySubquery], filters: Filters
) -> Sequence[Conversation]:
    """The first of what all ways find, in one order; one more than a page has."""
    most = filters.rows + 1
    full = (rows.select_related("channel", "assignee__user").annotate(**more)[:most] for rows in ways)
    found = list({one.pk: one for rows in full for one in rows}.values())
    found.sort(key=lambda one: (_moment(one), one.pk), reverse=filters.waiting != Waiting.LATE)
    return found[:most]


def chosen(member: Member, filters: Filters) -> list[QuerySet[Conversation]]:
    """The conversations that are asked for, in each of the ways to find them: an OR of them would use no index."""
    rows = _narrowed(member, filters)
    ways = [rows.filter(way) for way in _said(member, filters.words)] if filters.words else [rows]
    return [_ordered(way, member, filters) for way in ways]


def _ordered(rows: QuerySet[Conversation], member: Member, filters: Filters) -> QuerySet[Conversation]:
    """From where the page begins: the latest first, or what is late first."""
    if filters.waiting == Waiting.LATE:
        return clocks.late(rows, member.workspace, _place(filters.after) or NOWHERE if filters.after else None)
    return (rows.filter(_before(filters.after)) if filters.after else rows).order_by("-last_at", "-pk")


def _narrowed(member: Member, filters: Filters) -> QuerySet[Conversation]:
    rows = _of_ours(member.workspace.conversations.filter(_in_box(member, filters.state)), member, filters)
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.rating:
        rows = rows.filter(_among(Message.objects.filter(rated(filters.rating), deleted=False), member))
    if filters.waiting and filters.waiting != Waiting.LATE:
        rows = rows.filter(waits_since__lt=timezone.now() - timedelta(hours=int(filters.waiting)))
    if filters.label:
        rows = rows.filter(labels=UUID(filters.label))
    if filters.mood:
        rows = rows.filter(mood=filters.mood)
    if filters.language:
        rows = rows.filter(language=filters.language)
    if filters.unread:
        rows = rows.filter(unread=True)
    return rows


def _of_ours(rows: QuerySet[Conversation], member: Member, filters: Filters) -> QuerySet[Conversation]:
    """By what of ours they are about: a channel, a network, a campaign."""
    if filters.channel:
        rows = rows.filter(channel_id=filters.channel)
    if filters.network:
        # Their ids, not a join: PostgreSQL knows how many conversations a channel has, and goes the shorter way.
        channels = member.workspace.current_channels
        rows = rows.filter(channel_id__in=[one.pk for one in channels if one.network == filters.network])
    if filters.campaign:
        rows = rows.filter(publication__campaign=UUID(filters.campaign))
    return rows


def _in_box(member: Member, box: str) -> Q:
    if box == Box.MINE:
        return Q(state=State.OPEN, assignee=member)
    if box == Box.UNASSIGNED:
        return Q(state=State.OPEN, assignee=None)
    return Q(state=box)


def _said(member: Member, words: str) -> list[Q]:
    """Every word begins one that was said in the conversation; or the person is called so. Of few they are one way."""
    asked = words_of(words)
    if not asked:
        return []
    rows = Message.objects.annotate(document=said("text")).filter(document=beginning(asked))
    few, name = _few(rows, member), called(words.strip())
    return [_all_with(rows), name] if few is None else [Q(pk__in=few) | name]


def _among(rows: QuerySet[Message], member: Member) -> Q:
    """The conversations in which these were said. Few are found by an index on what was said. Of many the list soon meets a
    page full; PostgreSQL cannot tell which it will be.
    """
    few = _few(rows, member)
    return _all_with(rows) if few is None else Q(pk__in=few)


def _few(rows: QuerySet[Message], member: Member) -> set[UUID] | None:
    """Their conversations; None when they are many."""
    here = rows.filter(channel__in=member.workspace.channels.values("pk"))
    found = set(here.order_by().values_list("conversation", flat=True)[:MANY])
    return found if len(found) < MANY else None


def _all_with(rows: QuerySet[Message]) -> Q:
    return Q(Exists(rows.filter(conversation=OuterRef("pk"))))


def called(name: str) -> Q:
    """Part of the person's name. Of one or two letters the beginning of a word: the index knows none shorter than three."""
    if len(name) >= TRIGRAM:
        return Q(person_name__icontains=name)
    return Q(person_name__istartswith=name) | Q(person_name__icontains=f" {name}")


def count_open(workspace: Workspace) -> str:
    """How many wait for somebody: '7', or '999+'."""
    return _at_most(workspace.conversations.filter(state=State.OPEN)[:COUNTED].count())


def _at_most(found: int) -> str:
    return str(found) if found < COUNTED else f"{COUNTED - 1}+"


def head(workspace: Workspace) -> dict[str, Any]:
    """What stands above the list, in one query: how many wait for somebody, and the campaigns to choose from."""
    first = workspace.conversations.filter(state=State.OPEN).order_by().values("pk")[:COUNTED]
    count = Func(ArraySubquery(first), function="cardinality", output_field=models.IntegerField())
    names = ArraySubquery(workspace.campaigns.order_by("name").values_list(JSONObject(pk="pk", name="name")))
    found = Workspace.objects.filter(pk=workspace.pk).values_list(count, names).get()
    return {"open_count": _at_most(found[0]), "campaigns": found[1]}


def cursor(conversation: Conversation) -> str:
    """Behind this line of the list."""
    return f"{_moment(conversation).isoformat()}_{conversation.pk}"


def _moment(conversation: Conversation) -> datetime:
    """By what the list is in order: `late_at` is there where that is lateness."""
    found: datetime = getattr(conversation, "late_at", conversation.last_at)
    return found


def _before(after: str) -> Q:
    """Rows that come behind the cursor; one that was tampered with finds nothing."""
    place = _place(after)
    if place is None:
        return Q(pk__in=[])
    when, pk = place
    return Q(last_at__lte=when) & (Q(last_at__lt=when) | Q(pk__lt=pk))


def _place(after: str) -> tuple[datetime, str] | None:
    """The moment and the id of a cursor."""
    moment, _, pk = after.partition("_")
    try:
        when = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (when, pk) if _uuid(pk) and when.tzinfo is not None else None


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""
