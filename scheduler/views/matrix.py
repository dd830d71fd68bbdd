"""The audience matrix of a post: looking at it, saying what each audience is told, scheduling from it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, allowed, is_htmx
from accounts.forms import add_problem
from accounts.models import Channel
from accounts.roles import Action
from accounts.verbs import Problem
from scheduler.models import Audience, Post
from scheduler.targeting import audiences, tailoring
from scheduler.targeting.cautions import cautions
from scheduler.targeting.matrix import matrix
from scheduler.targeting.matrix_forms import DayForm, TellForm


@require_GET
@allowed(Action.SEE)
def page(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Who is told what, where and when; for htmx only the part that changes."""
    return _answer(request, _post(request, pk))


def _post(request: MemberRequest, pk: UUID) -> Post:
    return get_object_or_404(request.workspace.posts.select_related("workspace", "campaign"), pk=pk)


def _answer(request: MemberRequest, post: Post, status: int = 200, form: DayForm | None = None) -> HttpResponse:
    found, known = matrix(post), list(request.workspace.audiences.order_by("name"))
    own, others = audiences.offered(post, known, {row.audience.pk for row in found.rows if row.audience})
    shown = {
        "post": post,
        "matrix": found,
        "cautions": cautions(found, known),
        "day": form or DayForm(initial={"day": found.day}),
        "offered": [(_("Audiences of the campaign"), own), (_("Others") if own else "", others)],
        "others": own or others,
        "editable": found.state == "draft",
    }
    return render(request, "scheduler/_matrix.html" if is_htmx(request) else "scheduler/matrix.html", shown, status=status)


@require_POST
@allowed(Action.WRITE)
def day(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Another day: climates and times follow."""
    post, form = _post(request, pk), DayForm(request.POST)
    if form.is_valid():
        try:
            tailoring.choose_day(post, form.cleaned_data["day"], request.member)
        except Problem as problem:
            add_problem(form, problem)
        else:
            return _answer(request, _post(request, pk)) if is_htmx(request) else redirect("post-audiences", pk)
    return _answer(request, post, 422, form)


@require_http_methods(["GET", "POST"])
@allowed(Action.WRITE)
def row(request: MemberRequest, pk: UUID, audience: UUID) -> HttpResponse:
    """What an audience is told on all of its channels."""
    return _told(request, pk, _audience(request, audience), None)


@require_http_methods(["GET", "POST"])
@allowed(Action.WRITE)
def cell(request: MemberRequest, pk: UUID, audience: UUID, channel: UUID) -> HttpResponse:
    """What an audience is told on one channel."""
    return _told(request, pk, _audience(request, audience), get_object_or_404(request.workspace.channels, pk=channel))


@require_POST
@allowed(Action.WRITE)
def everybody(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The post as it is goes to nobody: only what is for an audience goes out."""
    tailoring.leave_out(_post(request, pk), None, request.member)
    return _answer(request, _post(request, pk)) if is_htmx(request) else redirect("post-audiences", pk)


def _audience(request: MemberRequest, pk: UUID) -> Audience:
    return get_object_or_404(request.workspace.audiences.select_related("workspace"), pk=pk)


def _told(request: MemberRequest, pk: UUID, audience: Audience, channel: Channel | None) -> HttpResponse:
    post = _post(request, pk)
    form = TellForm(post, audience, channel, request.POST if request.method == "POST" else None)
    if request.method == "POST" and (request.POST.get("do") == "leave-out" or form.is_valid()):
        try:
            _tell(request, form)
        except Problem as problem:
            add_problem(form, problem)
        else:
            return _kept(request, pk)
    return render(request, "scheduler/_tell.html", _shown(form), status=422 if form.errors else 200)


def _tell(request: MemberRequest, form: TellForm) -> None:
    post, audience, channel = form.post, form.audience, form.channel
    if request.POST.get("do") == "leave-out":
        tailoring.leave_out(post, audience, request.member, channel)
    elif channel:
        tailoring.tell_there(post, audience, channel, form.told(), request.member)
    else:
        tailoring.tell_audience(post, audience, form.cleaned_data["channels"], form.told(), request.member)


def _shown(form: TellForm) -> dict[str, Any]:
    here = form.post.targets.filter(audience=form.audience)
    return {
        "form": form,
        "post": form.post,
        "audience": form.audience,
        "channel": form.channel,
        "there": (here.filter(channel=form.channel) if form.channel else here).exists(),
    }


def _kept(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The whole matrix anew, in its place instead of the form's; the script shuts the dialog."""
    if not is_htmx(request):
        return redirect("post-audiences", pk)
    answer = _answer(request, _post(request, pk))
    answer["HX-Retarget"], answer["HX-Reswap"], answer["HX-Trigger-After-Swap"] = "#matrix", "innerHTML", "smo:told"
    return answer


@require_POST
@allowed(Action.SCHEDULE)
def schedule(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Every cell becomes a promise."""
    made = tailoring.schedule(_post(request, pk), request.member)
    first = [one for one in made if not one.part]
    messages.success(request, _("Scheduled: %(n)d posts, each at its own time.") % {"n": len(first)})
    return redirect("post", pk)


@require_POST
@allowed(Action.SCHEDULE)
def take_back(request: MemberRequest, pk: UUID) -> HttpResponse:
    tailoring.take_back(_post(request, pk), request.member)
    messages.success(request, _("The post is a draft again."))
    return redirect("post-audiences", pk)
