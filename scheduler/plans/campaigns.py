"""Campaigns: what is said about them, how far they are, what is wrong with them, and a copy for other dates."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Case, Count, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Channel, Member, Workspace
from accounts.roles import Action
from accounts.verbs import Problem, must, record
from scheduler.composing import drafting
from scheduler.machine.delivery import ORDER
from scheduler.models import LIVE, Campaign, Post, PostChannel, Publication, Status
from scheduler.planning import at
from scheduler.plans import utm

PLAIN = ("name", "aim", "brief", "starts_on", "ends_on", "colour", "owner", *(f"utm_{name}" for name in utm.NAMES))
MANY = ("channels", "audiences", "labels")
SHOWN = 5  # failed posts that are named one by one; more are counted


# -- what is said about them ----------------------------------------------------------------------------------------------


@transaction.atomic
def keep(given: Mapping[str, Any], by: Member, campaign: Campaign | None = None) -> Campaign:
    """Make a campaign, or change one: PLAIN fields, and those of MANY. Raises Problem when the name is taken.

    Links that are frozen already stay as they are: what is scheduled keeps them until it is scheduled again.
    """
    must(by, Action.WRITE)
    kept = campaign or Campaign(workspace=by.workspace)
    for name in PLAIN:
        setattr(kept, name, given[name])
    _write(kept)
    for name in MANY:
        getattr(kept, name).set(given[name])
    record(by, "changed a campaign" if campaign else "made a campaign", kept)
    return kept


def _write(campaign: Campaign) -> None:
    try:
        with transaction.atomic():
            campaign.save()
    except IntegrityError as error:
        raise Problem(_("There is a campaign of this name already: choose another name."), "name") from error


def delete(campaign: Campaign, by: Member) -> None:
    """Throw a campaign away; its posts stay, without one."""
    must(by, Action.WRITE)
    record(by, "deleted a campaign", campaign, posts=campaign.posts.count())
    campaign.delete()


# -- how far they are -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """A stretch of a bar in the colour of a state; `start` and `percent` of the whole."""

    state: str
    start: int
    percent: int


@dataclass(frozen=True)
class Progress:
    """How many posts there are in each state: a draft's own, else what its delivery is."""

    states: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(number for state, number in self.states.items() if state != Status.CANCELLED)

    @property
    def published(self) -> int:
        return self.states.get(Status.PUBLISHED, 0)

    @property
    def failed(self) -> int:
        return self.states.get(Status.FAILED, 0)

    @property
    def waiting(self) -> int:
        return sum(self.states.get(status, 0) for status in LIVE)

    @property
    def drafts(self) -> int:
        return sum(self.states.get(state, 0) for state in Post.State)

    @property
    def parts(self) -> list["Part"]:
        """What a bar shows from its left: published, scheduled, failed; drafts are the rest."""
        found: list[Part] = []
        for state, number in (
            (Status.PUBLISHED, self.published),
            (Status.SCHEDULED, self.waiting),
            (Status.FAILED, self.failed),
        ):
            if number:
                start = found[-1].start + found[-1].percent if found else 0
                found.append(Part(str(state), start, 100 * number // self.total))
        return found


def progress(workspace: Workspace, campaign: Campaign | None = None) -> dict[UUID, Progress]:
    """How far each campaign is (or this one), by its id. One query."""
    posts = workspace.posts.filter(campaign=campaign) if campaign else workspace.posts.filter(campaign__isnull=False)
    rows = posts.annotate(worst=_worst()).order_by().values_list("campaign", "state", "worst").annotate(number=Count("pk"))
    found: dict[UUID, Counter[str]] = {}
    for key, state, worst, number in rows:
        found.setdefault(key, Counter())[_state(state, worst)] += number
    return {key: Progress(states) for key, states in found.items()}


def _worst() -> Subquery:
    """The place in `delivery.ORDER` of what stands for a post's publications; None: there are none."""
    ranks = Case(*(When(status=status, then=Value(rank)) for rank, status in enumerate(ORDER)))
    promises = Publication.objects.filter(post=OuterRef("pk"), part=0).annotate(rank=ranks)
    return Subquery(promises.order_by("rank").values("rank")[:1])


def _state(state: str, worst: int | None) -> str:
    """As scheduler.views.posts shows it: what was cancelled and not approved again is a draft."""
    if worst is None or (ORDER[worst] == Status.CANCELLED and state != Post.State.APPROVED):
        return state
    return str(ORDER[worst])


# -- what is wrong --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Trouble:
    """A sentence about a campaign that somebody should read, and the post or channel that it is about."""

    sentence: str
    publication: UUID | None = None
    post: UUID | None = None
    channel: bool = False


def troubles(campaign: Campaign) -> list[Trouble]:
    """Everything that keeps the campaign from going well, what is worst first."""
    return [*_stopped(campaign), *_failed(campaign), *_overdue(campaign), *_outside(campaign), *_unwritten(campaign)]


def _stopped(campaign: Campaign) -> Iterator[Trouble]:
    if campaign.held:
        yield Trouble(_("The campaign is stopped: nothing of it goes out until somebody resumes it."))
    uses = Q(pk__in=campaign.channels.all()) | Q(publications__in=campaign.publications.filter(status__in=LIVE))
    for channel in campaign.workspace.channels.filter(uses).distinct():
        if channel.status != Channel.Status.CONNECTED:
            yield Trouble(_("%(channel)s is not connected: connect it again.") % {"channel": channel.name}, channel=True)
        elif channel.held:
            yield Trouble(_("%(channel)s is stopped: resume it.") % {"channel": channel.name}, channel=True)


def _failed(campaign: Campaign) -> Iterator[Trouble]:
    rows = campaign.publications.filter(status=Status.FAILED).select_related("channel").order_by("-publish_at")
    for one in rows[:SHOWN]:
        text = _("Failed on %(channel)s: %(why)s") % {"channel": one.channel.name, "why": one.why}
        yield Trouble(text, publication=one.pk)
    if (more := rows.count() - SHOWN) > 0:
        yield Trouble(ngettext("%(count)d more has failed.", "%(count)d more have failed.", more) % {"count": more})


def _drafts(campaign: Campaign) -> QuerySet[Post]:
    return campaign.posts.exclude(state=Post.State.APPROVED).exclude(
        pk__in=campaign.publications.exclude(status=Status.CANCELLED).values("post")
    )


def _overdue(campaign: Campaign) -> Iterator[Trouble]:
    for post in _drafts(campaign).filter(planned_for__lt=timezone.now()).order_by("planned_for")[:SHOWN]:
        text = _("“%(post)s” was meant to be out by now and is still a draft.")
        yield Trouble(text % {"post": post}, post=post.pk)


def _outside(campaign: Campaign) -> Iterator[Trouble]:
    """Posts that are meant for a day before the campaign starts or after it ends."""
    zone, outside = campaign.workspace.zone, Q()
    if campaign.starts_on:
        outside |= Q(planned_for__lt=datetime.combine(campaign.starts_on, datetime.min.time(), zone))
    if campaign.ends_on:
        outside |= Q(planned_for__gte=datetime.combine(campaign.ends_on + timedelta(days=1), datetime.min.time(), zone))
    if outside and (count := campaign.posts.filter(outside).count()):
        text = ngettext(
            "%(count)d post lies outside of the campaign's dates.",
            "%(count)d posts lie outside of the campaign's dates.",
            count,
        )
        yield Trouble(text % {"count": count})


def _unwritten(campaign: Campaign) -> Iterator[Trouble]:
    """Channels and audiences that were chosen for the campaign and that no post of it is for, each in one sentence."""
    targets = PostChannel.objects.filter(post__campaign=campaign)
    rows = set(targets.values_list("channel", "audience", "channel__audiences").distinct())
    there = {channel for channel, _told, _own in rows}
    told = {told or own for _channel, told, own in rows}  # what is for everybody speaks to those whose channel it is
    if missing := [f"{one.name} ({one.network_name})" for one in campaign.channels.all() if one.pk not in there]:
        yield Trouble(_("Nothing is written yet for %(channels)s.") % {"channels": ", ".join(missing)})
    if unheard := [one.name for one in campaign.audiences.all() if one.pk not in told]:
        yield Trouble(_("No post speaks to %(audiences)s yet.") % {"audiences": ", ".join(unheard)})


# -- a copy for other dates -----------------------------------------------------------------------------------------------


@transaction.atomic
def copy(campaign: Campaign, name: str, starts_on: date, weekdays: bool, by: Member) -> Campaign:
    """The campaign for another time: its posts as drafts, each as many days later as the campaign starts later.

    `weekdays`: the days are made full weeks, up to six days more. Raises Problem for a start that is past or a taken name.
    """
    must(by, Action.WRITE)
    if starts_on < timezone.now().astimezone(campaign.workspace.zone).date():
        raise Problem(_("That day has passed: choose a start from today on."), "starts_on")
    shift = _shift(campaign, starts_on, weekdays)
    given = {field: getattr(campaign, field) for field in PLAIN}
    given |= {field: getattr(campaign, field).all() for field in MANY}
    given |= {"name": name, "starts_on": _first_day(campaign) + shift, "ends_on": campaign.ends_on and campaign.ends_on + shift}
    again = keep(given, by)
    for post in campaign.posts.order_by("created_at"):
        _copy_post(post, again, shift, by)
    record(by, "copied a campaign", again, source=campaign.name)
    return again


def _shift(campaign: Campaign, starts_on: date, weekdays: bool) -> timedelta:
    days = (starts_on - _first_day(campaign)).days
    return timedelta(days=-(-days // 7) * 7 if weekdays else days)


def _first_day(campaign: Campaign) -> date:
    """When the campaign starts; without a date, its first post's day; without posts, today."""
    if campaign.starts_on:
        return campaign.starts_on
    first = campaign.posts.aggregate(first=Min("planned_for"))["first"] or timezone.now()
    return first.astimezone(campaign.workspace.zone).date()


def _copy_post(post: Post, campaign: Campaign, shift: timedelta, by: Member) -> None:
    again = drafting.copy(post, by)
    again.campaign = campaign
    if moment := _moment(post):
        wall_time = moment.astimezone(campaign.workspace.zone).replace(tzinfo=None) + shift
        again.planned_for = _existing(campaign.workspace, wall_time)
    again.save(update_fields=["campaign", "planned_for"])


def _moment(post: Post) -> datetime | None:
    first = post.publications.exclude(status=Status.CANCELLED).aggregate(first=Min("publish_at"))["first"]
    return first or post.planned_for


def _existing(workspace: Workspace, wall_time: datetime) -> datetime:
    """The wall time as a moment; an hour later when the clocks jump over it on that day."""
    try:
        return at(workspace.zone, wall_time)
    except Problem:
        return at(workspace.zone, wall_time + timedelta(hours=1))
