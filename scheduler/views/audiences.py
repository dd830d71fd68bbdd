"""Audiences: the list, making, changing and deleting one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, allowed
from accounts.forms import add_problem
from accounts.roles import Action
from accounts.verbs import Problem
from scheduler.models import Audience
from scheduler.targeting import audiences
from scheduler.targeting.audience_forms import AudienceForm
from scheduler.targeting.described import facts, year_of


@require_GET
@allowed(Action.SEE)
def page(request: MemberRequest) -> HttpResponse:
    """All audiences, each with the countries that it stands for through the year."""
    now = timezone.localtime()
    rows = [
        {"audience": one, "year": year_of(one, now.month), "facts": list(facts(one))}
        for one in audiences.listed(request.workspace)
    ]
    return render(request, "scheduler/audiences.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@allowed(Action.WRITE)
def new(request: MemberRequest) -> HttpResponse:
    return _form(request, None)


@require_http_methods(["GET", "POST"])
@allowed(Action.WRITE)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    return _form(request, get_object_or_404(request.workspace.audiences, pk=pk))


def _form(request: MemberRequest, audience: Audience | None) -> HttpResponse:
    form = AudienceForm(request.workspace, request.POST if request.method == "POST" else None, audience)
    if form.is_valid():
        try:
            kept = audiences.save(form.cleaned_data, request.member, audience)
        except Problem as problem:
            add_problem(form, problem)
        else:
            _tell(request, kept)
            return redirect("audiences")
    shown: dict[str, Any] = {"form": form, "audience": audience}
    if audience:
        shown |= {"year": year_of(audience, timezone.localtime().month), "posts": audience.targets.exists()}
    return render(request, "scheduler/audience.html", shown, status=422 if form.errors else 200)


def _tell(request: MemberRequest, audience: Audience) -> None:
    messages.success(request, _("The audience is saved."))
    if promised := audiences.promised(audience):
        text = ngettext(
            "%(n)d scheduled post keeps the audience as it was: schedule it again to change that.",
            "%(n)d scheduled posts keep the audience as it was: schedule them again to change that.",
            promised,
        )
        messages.info(request, text % {"n": promised})


@require_POST
@allowed(Action.WRITE)
def delete(request: MemberRequest, pk: UUID) -> HttpResponse:
    audiences.delete(get_object_or_404(request.workspace.audiences, pk=pk), request.member)
    messages.success(request, _("The audience is deleted."))
    return redirect("audiences")
