"""The clocks of conversations: for how long somebody has been waiting, what is late, and telling people before it is."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import Min, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.languages import speaking
from accounts.models import Member, Notice, User, Workspace
from accounts.noticing import About, notify
from inbox import past
from inbox.goals import Level
from inbox.models import Clock, Conversation, Message

Aim, Told, State = Clock.Aim, Clock.Told, Conversation.State
LIVE = (State.OPEN, State.SNOOZED)
OLD = timedelta(days=1)  # what became late before that is history, and nobody is told
AT_ONCE = 500


# -- keeping them ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def keep(conversation: Conversation, by: User | None = None) -> None:
    """Start, end and move the clocks of a conversation, as it now is; `by`: who did what changed it."""
    row = Conversation.objects.select_for_update(of=("self",)).select_related("workspace").get(pk=conversation.pk)
    _Keeping(row, list(row.clocks.all()), by).run()


@dataclass
class _Keeping:
    talk: Conversation
    clocks: list[Clock]
    by: User | None

    def run(self) -> None:
        live = self.talk.state in LIVE
        self._answer(self._waits if live else None)
        self._resolve(live)

    @cached_property
    def _waits(self) -> datetime | None:
        """Since when somebody has been waiting; before the channel was connected nobody could have answered in time."""
        waits = self.talk.waits_since
        if waits is None or any(one.began_at == waits for one in self.clocks) or not past.is_old(self.talk.channel_id, waits):
            return waits
        heard = self.talk.messages.filter(mine=False, deleted=False, sent_at__gte=past.start(self.talk.channel_id))
        return heard.order_by("sent_at").values_list("sent_at", flat=True).first()

    def _running(self, aim: str) -> Clock | None:
        return next((one for one in self.clocks if one.aim == aim and one.ended_at is None), None)

    def _answer(self, waits: datetime | None) -> None:
        running = self._running(Aim.ANSWER)
        if running and (waits is None or running.began_at < waits):
            self._answered(running)
            running = None
        if waits is not None and (running is None or running.began_at != waits):
            self._start(Aim.ANSWER, waits, running)

    def _answered(self, clock: Clock) -> None:
        """It ends with our answer. Without one nobody answered: it was no matter of ours, or was taken back."""
        ours = self.talk.messages.filter(mine=True, rule=None, deleted=False, sent_at__gte=clock.began_at)
        answer = ours.exclude(status=Message.Status.FAILED).select_related("by").order_by("sent_at", "pk").first()
        if answer is None:
            clock.delete()
        else:
            self._end(clock, answer.sent_at, answer.by)

    def _resolve(self, live: bool) -> None:
        running = self._running(Aim.RESOLVE)
        if live and running is None and (self._waits or not self.talk.waits_since):
            self._start(Aim.RESOLVE, self._waits or timezone.now(), None)
        elif not live and running and self.talk.state == State.SPAM:
            running.delete()
        elif not live and running:
            self._end(running, timezone.now(), self.by)

    def _start(self, aim: str, began: datetime, clock: Clock | None) -> None:
        """Start a clock, move the running one, or let one go on that ended too early: the answer did not go out."""
        same = (one for one in self.clocks if one.aim == aim and one.began_at == began)
        clock = clock or next(same, None) or Clock(workspace=self.talk.workspace, conversation=self.talk, aim=aim)
        before = clock.due_at
        clock.began_at, clock.ended_at, clock.seconds, clock.by = began, None, None, None
        clock.warns_at, clock.due_at = self._level.moments(aim, began, self.talk.channel_id, self.talk.kind)
        clock.told = clock.told if clock.due_at == before else Told.NOTHING
        clock.save()

    def _end(self, clock: Clock, at: datetime, by: User | None) -> None:
        clock.ended_at, clock.by = at, by
        clock.seconds = int(self._level.worktime.between(clock.began_at, at).total_seconds())
        clock.save()

    @cached_property
    def _level(self) -> Level:
        return Level.of(self.talk.workspace)


# -- the list -------------------------------------------------------------------------------------------------------------


def shown() -> "Prefetch[str, QuerySet[Clock], str]":
    """For conversations: their running clocks that have a goal, the next due first, as `running`."""
    return Prefetch("clocks", _running(), "running")


def _running() -> "QuerySet[Clock]":
    return Clock.objects.filter(ended_at=None, due_at__isnull=False).order_by("due_at")


def pressing_first() -> ArraySubquery:
    """For lists of conversations: the first of those, as values for `of_values`, without a query of its own."""
    running = _running().filter(conversation=OuterRef("pk"))
    return ArraySubquery(running.values_list(JSONObject(aim="aim", warns_at="warns_at", due_at="due_at"))[:1])


def of_values(aim: str, warns_at: str | None, due_at: str) -> Clock:
    """A clock to be shown, as PostgreSQL's JSON tells it."""
    warns = datetime.fromisoformat(warns_at) if warns_at else None
    return Clock(aim=aim, warns_at=warns, due_at=datetime.fromisoformat(due_at))


def late(
    rows: "QuerySet[Conversation]", workspace: Workspace, after: tuple[datetime, str] | None = None
) -> "QuerySet[Conversation]":
    """Those that are late or soon will be, with `late_at`: what was or is due first comes first.

    `after`: behind which moment and id the page begins.
    """
    pressing = Clock.objects.filter(workspace=workspace, ended_at=None, warns_at__lte=timezone.now()).order_by()
    first = pressing.filter(conversation=OuterRef("pk")).values("conversation").annotate(at=Min("due_at")).values("at")
    found = rows.filter(pk__in=pressing.values("conversation")).annotate(late_at=Subquery(first))
    if after:
        behind = Q(late_at__gt=after[0])
        found = found.filter(behind | Q(late_at=after[0], pk__gt=after[1]) if after[1] else behind)
    return found.order_by("late_at", "pk")


# -- telling people -------------------------------------------------------------------------------------------------------


def tell(now: datetime) -> int:
    """Tell people of what is late by `now`, and of what soon will be: once each. How many clocks that were."""
    pressing = Clock.objects.filter(ended_at=None, warns_at__lte=now, due_at__gt=now - OLD, conversation__state=State.OPEN)
    unheard = pressing.filter(Q(told=Told.NOTHING) | Q(told=Told.SOON, due_at__lte=now)).order_by("warns_at")
    rows = unheard.select_related("workspace", "conversation__channel", "conversation__assignee")
    piles: dict[tuple[Workspace, Member | None, str], list[Clock]] = defaultdict(list)
    for clock in rows[:AT_ONCE]:
        state = Told.LATE if clock.due_at and clock.due_at <= now else Told.SOON
        piles[clock.workspace, clock.conversation.assignee, state].append(clock)
    return sum(_tell(*key, clocks) for key, clocks in piles.items())


@transaction.atomic
def _tell(workspace: Workspace, owner: Member | None, state: str, clocks: Iterable[Clock]) -> int:
    """To the owner of the conversations, else to all who may answer."""
    ours = [one for one in clocks if Clock.objects.filter(pk=one.pk, told=one.told, ended_at=None).update(told=state)]
    if ours:
        with speaking(workspace), timezone.override(workspace.zone):
            about = _about(ours, "late-talk" if state == Told.LATE else "soon-late")
        notify(workspace, Notice.Kind.OVERDUE, about, members=[owner] if owner else ())
    return len(ours)


def _about(clocks: list[Clock], sentence: str) -> About:
    talk = clocks[0].conversation
    said: dict[str, Any] = {"person": talk.person, "channel": talk.channel.name, "several": f"{reverse('inbox')}?waiting=late"}
    if clocks[0].due_at:
        said["when"] = date_format(timezone.localtime(clocks[0].due_at), "j M, H:i")
    return About(sentence, sentence, reverse("conversation", args=[talk.pk]), said, count=len(clocks))
