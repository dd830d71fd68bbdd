"""Moving, copying, cancelling and labelling what a calendar shows, one entry or several, and taking that back.

Each entry stands for itself: what cannot be done for one is told with its title, and the others are done. What was done
comes back as steps; taken back is only what still lies where the step left it.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.live import tell
from accounts.models import Member, Workspace
from accounts.roles import Action
from accounts.verbs import Problem, must, record
from scheduler.compose import problems
from scheduler.composing import drafting
from scheduler.library import renditions
from scheduler.models import Label, Post, Publication, Status
from scheduler.planning import at, between, cancel, is_twice, promise_there, reschedule
from scheduler.plans import labels, placing
from scheduler.plans.calendar import on_day

MOST = 200  # entries at once
UNDO = timedelta(hours=1)  # how long something can be taken back
TITLE = 60


@dataclass(frozen=True)
class Place:
    """An entry: what `post` has at the moment `promised`; None: it is a draft."""

    post: Post
    promised: datetime | None

    @property
    def at(self) -> datetime | None:
        return self.promised or self.post.planned_for


@dataclass(frozen=True)
class Aim:
    """Where to: a wall time, a day with the time of day kept, or so many days and hours from where it lies."""

    when: datetime | None = None
    day: date | None = None
    days: int = 0
    hours: int = 0

    def __bool__(self) -> bool:
        return bool(self.when or self.day or self.days or self.hours)

    def moment(self, place: Place, workspace: Workspace) -> datetime:
        """Raises Problem when the clocks jump over that time. Days keep the time of day; hours are hours that pass."""
        wall_time = self._wall_time(place, workspace)
        try:
            return at(workspace.zone, wall_time) + timedelta(hours=self.hours)
        except OverflowError as error:
            raise Problem(_("That is too far away."), "days") from error

    def _wall_time(self, place: Place, workspace: Workspace) -> datetime:
        if self.when:
            return self.when
        if self.day:
            return on_day(workspace, self.day, place.at)
        if place.at is None:
            raise Problem(_("This draft has no time yet: choose a date."))
        try:
            return place.at.astimezone(workspace.zone).replace(tzinfo=None, fold=0) + timedelta(days=self.days)
        except OverflowError as error:
            raise Problem(_("That is too far away."), "days") from error


@dataclass(frozen=True)
class Step:
    """What happened to one post: it lay at `before` and lies at `after`. `rows`: the publications that were cancelled;
    `label`: what it was given, or lost; `why`: a sentence on a time that was chosen for it.
    """

    kind: str  # moved, copied, begun, cancelled, labelled, unlabelled
    post: UUID
    promised: bool = False
    before: datetime | None = None
    after: datetime | None = None
    rows: tuple[UUID, ...] = ()
    label: UUID | None = None
    why: str = ""


@dataclass
class Done:
    """What came of it. `refused` are pairs of a post's title and the reason; `notes` what is good to know."""

    steps: list[Step] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def _each(places: Iterable[Place], do: Callable[[Place], Step | None]) -> Done:
    """Each in a transaction of its own. No step: there was nothing to do."""
    done = Done()
    for place in places:
        try:
            with transaction.atomic():
                if step := do(place):
                    done.steps.append(step)
        except Problem as problem:
            done.refused.append((" ".join(place.post.text[:TITLE].split()) or _("(no text)"), str(problem)))
    return done


# -- moving ---------------------------------------------------------------------------------------------------------------


def move(places: Iterable[Place], to: Aim, by: Member) -> Done:
    """Move entries: promises stay promises, drafts stay drafts."""
    done = _each(places, lambda place: _move(place, to, by))
    done.notes += _doubles(done.steps, by.workspace)
    return done


def _move(place: Place, to: Aim, by: Member) -> Step:
    if place.promised is None:
        return _move_draft(_draft(place.post), to, by)
    when = to.moment(place, by.workspace)
    move_promises(place.post, place.promised, when, by)
    return Step("moved", place.post.pk, True, place.promised, when)


def _move_draft(post: Post, to: Aim, by: Member) -> Step:
    """What has no time yet gets one for the day on which it is put."""
    before, found = post.planned_for, None
    if to.day and not to.when and before is None:
        found = placing.on(by.workspace, to.day, placing.channels_of(post), post)
    when = found.at if found else to.moment(Place(post, None), by.workspace)
    drafting.plan(post, when, by)
    return Step("moved", post.pk, before=before, after=when, why=found.said if found else "")


def _draft(post: Post) -> Post:
    """Raises Problem when it is a draft no longer: its promises would stay where they are."""
    if post.publications.exclude(status=Status.CANCELLED).exists():
        raise Problem(_("This is no longer a draft: somebody has scheduled it."))
    return post


def move_promises(post: Post, promised: datetime, when: datetime, by: Member) -> None:
    """Move what `post` has at the moment `promised`, all of it or nothing. Raises Problem when it is on its way."""
    rows = _promises(post, promised)
    with transaction.atomic():
        for publication in rows:
            reschedule(publication, when, by)
        post.planned_for = when
        post.save(update_fields=["planned_for", "changed_at"])
    _tell(post)


def _promises(post: Post, promised: datetime) -> list[Publication]:
    found = between(post.publications.select_related("channel"), promised, promised + timedelta(microseconds=1))
    rows = list(found)
    if not rows:
        raise Problem(_("This post is no longer planned for that time: somebody has moved it."))
    return rows


def _tell(post: Post) -> None:
    tell(post.workspace_id, f"publication:{post.pk}")


def _doubles(steps: Iterable[Step], workspace: Workspace) -> list[str]:
    """A warning for each time that the clock shows twice."""
    local = {step.after.astimezone(workspace.zone) for step in steps if step.after}
    return [note for one in sorted(local) if (note := double(workspace, one.replace(tzinfo=None, fold=0)))]


def double(workspace: Workspace, wall_time: datetime) -> str:
    """What to know about a wall time that comes twice; empty for every other."""
    if not is_twice(workspace.zone, wall_time):
        return ""
    return _("%(time)s comes twice on that day, because the clocks go back. The first one is meant.") % {
        "time": f"{wall_time:%H:%M}"
    }


# -- copying and cancelling -----------------------------------------------------------------------------------------------


def copy(places: Iterable[Place], to: Aim, by: Member) -> Done:
    """New drafts that say the same, planned for another time."""
    return _each(places, lambda place: _copy(place, to, by))


def _copy(place: Place, to: Aim, by: Member) -> Step:
    when = to.moment(place, by.workspace)
    again = drafting.copy(place.post, by)
    drafting.plan(again, when, by)
    return Step("copied", again.pk, before=again.changed_at, after=when)


def call_off(places: Iterable[Place], by: Member) -> Done:
    """Cancel promises; take drafts off their day. Nothing is deleted."""
    return _each(places, lambda place: _call_off(place, by))


def _call_off(place: Place, by: Member) -> Step:
    if place.promised is None:
        before = _draft(place.post).planned_for
        _lay(place.post, None, by)
        return Step("cancelled", place.post.pk, before=before)
    rows = _promises(place.post, place.promised)
    for publication in rows:
        cancel(publication, by)
    _tell(place.post)
    return Step("cancelled", place.post.pk, True, place.promised, rows=tuple(one.pk for one in rows))


def _lay(draft: Post, when: datetime | None, by: Member) -> None:
    """Where a draft lay before it may be past, or nowhere."""
    must(by, Action.WRITE)
    draft.planned_for = when
    draft.save(update_fields=["planned_for", "changed_at"])
    record(by, "planned", draft, when=when.isoformat() if when else None)
    _tell(draft)


# -- labelling -------------------------------------------------------------------------------------------------------------


def label(places: Iterable[Place], which: Label, by: Member) -> Done:
    """Give posts a label, whatever became of them."""
    return _each(places, lambda place: _labelled(place.post, which, by))


def unlabel(places: Iterable[Place], which: Label, by: Member) -> Done:
    """Take a label off posts."""
    return _each(places, lambda place: _unlabelled(place.post, which, by))


def _labelled(post: Post, which: Label, by: Member) -> Step | None:
    return Step("labelled", post.pk, label=which.pk) if labels.put_on(post, which, by) else None


def _unlabelled(post: Post, which: Label, by: Member) -> Step | None:
    return Step("unlabelled", post.pk, label=which.pk) if labels.take_off(post, which, by) else None


# -- taking back ----------------------------------------------------------------------------------------------------------


def undo(steps: Iterable[Step], by: Member) -> Done:
    """Take steps back, each where nobody has gone on from it."""
    wanted = list(steps)
    posts = by.workspace.posts.in_bulk([step.post for step in wanted])
    known = {step.post: step for step in wanted if step.post in posts}
    backwards: dict[str, Callable[[Post, Step, Member], Step]] = {
        "moved": _move_back,
        "copied": _throw_away,
        "begun": _throw_away,
        "cancelled": _promise_again,
        "labelled": _label_back,
        "unlabelled": _label_back,
    }
    done = _each(
        (Place(posts[pk], None) for pk in known),
        lambda place: backwards[known[place.post.pk].kind](place.post, known[place.post.pk], by),
    )
    gone = len(wanted) - len(known)
    done.refused += [(_("A post"), _("It is no longer there."))] * gone
    return done


def _move_back(post: Post, step: Step, by: Member) -> Step:
    if step.promised and step.after and step.before:
        move_promises(post, step.after, step.before, by)
    else:
        _unchanged(post, step.after)
        _lay(post, step.before, by)
    return step


def _unchanged(post: Post, planned_for: datetime | None) -> None:
    """Raises Problem when a draft has been moved or promised since."""
    if post.planned_for != planned_for or post.publications.exclude(status=Status.CANCELLED).exists():
        raise Problem(_("Somebody has planned it anew in the meantime."))


def _throw_away(post: Post, step: Step, by: Member) -> Step:
    if post.changed_at != step.before:
        raise Problem(_("Somebody has worked on it in the meantime: it stays."))
    drafting.delete(post, by)
    return step


def _label_back(post: Post, step: Step, by: Member) -> Step:
    which = by.workspace.labels.filter(pk=step.label).first() if step.label else None
    if which is None:
        raise Problem(_("The label is no longer there."))
    back = labels.take_off if step.kind == "labelled" else labels.put_on
    back(post, which, by)
    return step


def _promise_again(post: Post, step: Step, by: Member) -> Step:
    if not step.promised or step.before is None:
        _unchanged(post, None)
        _lay(post, step.before, by)
        return step
    must(by, Action.SCHEDULE)
    rows = list(post.publications.filter(pk__in=step.rows, status=Status.CANCELLED).select_related("channel", "audience"))
    _can_be_promised(post, rows, step.before)
    made = [one for row in rows for one in promise_there(post, row.channel, row.audience, step.before)]
    renditions.request(made)
    record(by, "scheduled", post, publish_at=step.before.isoformat(), channels=len(rows))
    _tell(post)
    return step


def _can_be_promised(post: Post, rows: list[Publication], when: datetime) -> None:
    if when < timezone.now() - timedelta(minutes=1):
        raise Problem(_("Its time has passed in the meantime: schedule it anew."))
    there = post.publications.exclude(status=Status.CANCELLED).filter(channel__in=[row.channel_id for row in rows])
    if not rows or post.state != Post.State.APPROVED or there.exists():
        raise Problem(_("Somebody has planned it anew in the meantime."))
    for row in rows:
        if found := problems(post, row.channel, row.audience):
            raise Problem(f"{row.channel.name}: {found[0]}")


# -- what is given to the browser to take something back ------------------------------------------------------------------


def seal(steps: Iterable[Step], workspace: Workspace) -> str:
    """The steps as a signed text that only this server can have written."""
    return signing.dumps([_plain(step) for step in steps], salt=_salt(workspace), compress=True)


def unseal(text: str, workspace: Workspace) -> list[Step]:
    """Raises Problem when it is too old, or not for this workspace."""
    try:
        found = signing.loads(text, salt=_salt(workspace), max_age=UNDO)
    except signing.BadSignature as error:
        raise Problem(_("This can no longer be undone.")) from error
    return [_step(one) for one in found]


def _salt(workspace: Workspace) -> str:
    return f"scheduler.plans.shifting:{workspace.pk}"


def _plain(step: Step) -> dict[str, Any]:
    said = asdict(step) | {"post": str(step.post), "rows": [str(row) for row in step.rows], "why": ""}
    said["label"] = str(step.label or "")
    return said | {name: one.isoformat() if (one := said[name]) else "" for name in ("before", "after")}


def _step(said: dict[str, Any]) -> Step:
    moments = {name: parse_datetime(said[name]) if said[name] else None for name in ("before", "after")}
    ids = {"post": UUID(said["post"]), "label": UUID(said["label"]) if said["label"] else None}
    return Step(**(said | moments | ids | {"rows": tuple(UUID(row) for row in said["rows"])}))
