"""What is done on the calendar: a look at a post beside it, moving, copying, cancelling, and taking that back."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Prefetch
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, allowed
from accounts.roles import Action
from accounts.verbs import Problem
from scheduler import planning
from scheduler.composing import checking, previews
from scheduler.composing.fields import is_uuid
from scheduler.machine.delivery import delivery
from scheduler.models import Label, Post, PostChannel, Publication, Status
from scheduler.planning import UNCLAIMED
from scheduler.plans import shifting
from scheduler.plans.shifting import Aim, Done, Place
from scheduler.watching import rechecks

FARTHEST = 3660  # days that something can be moved by


class AimForm(forms.Form):
    """Where something goes: to a `day`, keeping its time, to a wall time `when`, or by `days` and `hours`."""

    promised = forms.CharField(required=False)
    day = forms.DateField(required=False)
    when = forms.CharField(required=False)
    days = forms.IntegerField(required=False, min_value=-FARTHEST, max_value=FARTHEST)
    hours = forms.IntegerField(required=False, min_value=-FARTHEST, max_value=FARTHEST)

    def clean_promised(self) -> datetime | None:
        return _moment(self.cleaned_data["promised"])

    def clean_when(self) -> datetime | None:
        found = _moment(self.cleaned_data["when"])
        return found.replace(tzinfo=None) if found else None

    def aim(self) -> Aim:
        """Raises Problem when it says nothing, or nothing that can be understood."""
        if not self.is_valid():
            raise Problem(" ".join(str(one) for errors in self.errors.values() for one in errors), "when")
        said = self.cleaned_data
        found = Aim(said["when"], said["day"], said["days"] or 0, said["hours"] or 0)
        if not found:
            raise Problem(_("Choose a date and a time."), "when")
        return found


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise forms.ValidationError(_("Give a date and a time, such as 2026-11-24 09:30."))
    return found


# -- one ------------------------------------------------------------------------------------------------------------------


@require_POST
@allowed(Action.WRITE)
def move(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Move what a post has at one moment, or a draft. The answer is where it lies now; a refusal is a sentence."""
    post = get_object_or_404(request.workspace.posts, pk=pk)
    form = AimForm(request.POST)
    aim = form.aim()
    done = shifting.move([Place(post, form.cleaned_data["promised"])], aim, request.member)
    for _title, sentence in done.refused:
        raise Problem(sentence, "when")
    return JsonResponse({"start": done.steps[0].after, **told(request, done, done.steps[0].why or _("Moved."))})


@require_GET
@allowed(Action.SEE)
def panel(request: MemberRequest, pk: UUID) -> HttpResponse:
    """What a post has at the moment `promised`, or a draft, beside the calendar."""
    targets = Prefetch("targets", PostChannel.objects.select_related("channel__workspace", "audience"))
    post = get_object_or_404(request.workspace.posts.prefetch_related(targets, "media__asset", "variants"), pk=pk)
    promised = _bound(request.GET.get("promised", ""))
    return render(request, "scheduler/_panel.html", {"post": post, "promised": promised, **_shown(post, promised)})


def _bound(text: str) -> datetime | None:
    try:
        return _moment(text)
    except forms.ValidationError:
        return None


def _shown(post: Post, promised: datetime | None) -> dict[str, Any]:
    rows = _promises(post, promised) if promised and promised.tzinfo else []
    state = delivery(row.status for row in rows)
    places = [(row.channel, row.audience) for row in rows] or [(one.channel, one.audience) for one in post.targets.all()]
    free = all(row.status in UNCLAIMED for row in rows)
    return {
        "rows": rows,
        "status": state or post.state,
        "label": state.label if state else post.get_state_display(),
        "at": promised if rows else post.planned_for,
        "movable": free,
        "editable": all(row.status in (*UNCLAIMED, Status.FAILED) for row in rows),
        "previews": previews.previews(post, [checking.check(post, channel, audience) for channel, audience in places]),
    }


def _promises(post: Post, promised: datetime) -> Sequence[Publication]:
    rows: Any = planning.between(post.publications.all(), promised, promised + timedelta(microseconds=1))
    found: list[Publication] = list(
        rows.select_related("channel__workspace", "audience")
        .annotate(warning=rechecks.warning())
        .order_by("channel__network", "channel__name")
    )
    return found


@require_GET
@allowed(Action.SEE)
def time_note(request: MemberRequest) -> HttpResponse:
    """What the clocks make of the wall time `when` in the workspace's zone: a sentence where it is special, else nothing."""
    when = _bound(request.GET.get("when", ""))
    note = ""
    if when is not None:
        wall_time = when.replace(tzinfo=None)
        try:
            planning.at(request.workspace.zone, wall_time)
            note = shifting.double(request.workspace, wall_time)
        except Problem as problem:
            note = str(problem)
    return render(request, "scheduler/_time_note.html", {"note": note})


# -- several --------------------------------------------------------------------------------------------------------------


@require_POST
@allowed(Action.WRITE)
def change(request: MemberRequest) -> HttpResponse:
    """`do` (move, copy, cancel, label or unlabel) with each `entry`, a post's id, a slash and the moment that is promised."""
    places, gone = _places(request)
    done = _doing(request)(places)
    done.refused += [(_("A post"), _("It is no longer there."))] * gone
    if not done.steps and not done.refused:
        done.notes.append(_("There is nothing to change: the posts are so already."))
    return JsonResponse(told(request, done, _counted(request.POST["do"], len(done.steps))))


def _doing(request: MemberRequest) -> Callable[[list[Place]], Done]:
    verb = request.POST.get("do")
    if verb == "cancel":
        return lambda places: shifting.call_off(places, request.member)
    if verb in ("label", "unlabel"):
        label, labelling = _label(request), shifting.label if verb == "label" else shifting.unlabel
        return lambda places: labelling(places, label, request.member)
    if verb not in ("move", "copy"):
        raise Problem(_("Choose what to do with the posts."))
    aim = AimForm(request.POST).aim()
    if verb == "copy":
        return lambda places: shifting.copy(places, aim, request.member)
    return lambda places: shifting.move(places, aim, request.member)


def _label(request: MemberRequest) -> Label:
    asked = request.POST.get("label", "")
    found = request.workspace.labels.filter(pk=asked).first() if is_uuid(asked) else None
    if found is None:
        raise Problem(_("Choose a label."), "label")
    return found


def _places(request: MemberRequest) -> tuple[list[Place], int]:
    """What was chosen, and how many of it are not there. Raises Problem when it is nothing, or too much for one go."""
    named = [one.partition("/") for one in dict.fromkeys(request.POST.getlist("entry"))]
    if not named or len(named) > shifting.MOST:
        raise Problem(_("Choose between 1 and %(most)d posts.") % {"most": shifting.MOST})
    posts = request.workspace.posts.in_bulk([UUID(pk) for pk, _slash, _at in named if is_uuid(pk)])
    found = [Place(posts[UUID(pk)], _bound(moment)) for pk, _slash, moment in named if is_uuid(pk) and UUID(pk) in posts]
    return found, len(named) - len(found)


def _counted(verb: str, number: int) -> str:
    if not number:
        return ""
    said = {
        "move": ngettext("%(n)d post moved.", "%(n)d posts moved.", number),
        "copy": ngettext("%(n)d post copied, as a draft.", "%(n)d posts copied, as drafts.", number),
        "cancel": ngettext("%(n)d post cancelled.", "%(n)d posts cancelled.", number),
        "label": ngettext("%(n)d post labelled.", "%(n)d posts labelled.", number),
        "unlabel": ngettext("The label is off %(n)d post.", "The label is off %(n)d posts.", number),
    }
    return said[verb] % {"n": number}


@require_POST
@allowed(Action.WRITE)
def undo(request: MemberRequest) -> HttpResponse:
    """Take back what an answer gave a `token` for."""
    done = shifting.undo(shifting.unseal(request.POST.get("token", ""), request.workspace), request.member)
    number = len(done.steps)
    said = ngettext("%(n)d change undone.", "%(n)d changes undone.", number) % {"n": number} if number else ""
    return JsonResponse({"said": said, "refused": done.refused, "notes": []})


def told(request: MemberRequest, done: Done, said: str) -> dict[str, Any]:
    """What the page tells, with the means to take it back."""
    token = shifting.seal(done.steps, request.workspace) if done.steps else ""
    return {"said": said, "refused": done.refused, "notes": done.notes, "undo": token}
