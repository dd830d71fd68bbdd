"""Hours and goals: what is promised to people who write; and the report on how that was kept."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import MemberRequest, allowed
from accounts.forms import add_problem
from accounts.roles import Action
from accounts.verbs import Problem
from inbox import goals, reporting
from inbox.goal_forms import GoalForm, HoursForm
from inbox.models import Goal, Hours


@require_http_methods(["GET", "POST"])
@allowed(Action.SETTINGS)
def page(request: MemberRequest) -> HttpResponse:
    """`do` is hours, goal (that of the id `goal`, or a new one) or delete."""
    if request.method == "GET":
        return _shown(request)
    asked = request.POST.get("goal", "")
    goal = (
        get_object_or_404(request.workspace.goals, pk=int(asked) if asked.isdecimal() and len(asked) < 19 else 0)
        if asked
        else None
    )
    if request.POST.get("do") == "hours":
        return _hours(request)
    if goal and request.POST.get("do") == "delete":
        goals.delete_goal(goal, request.member)
        messages.success(request, _("The goal is deleted."))
        return redirect("goals")
    return _goal(request, goal)


def _hours(request: MemberRequest) -> HttpResponse:
    form = HoursForm(_kept(request), request.POST)
    if form.is_valid():
        try:
            goals.set_hours(form.week, form.cleaned_data["holidays"], request.member)
        except Problem as problem:
            add_problem(form, problem)
        else:
            messages.success(request, _("The hours are saved."))
            return redirect("goals")
    return _shown(request, hours=form)


def _goal(request: MemberRequest, goal: Goal | None) -> HttpResponse:
    form = GoalForm(request.workspace, request.POST, goal)
    if form.is_valid():
        try:
            goals.keep_goal(form.cleaned_data, request.member, goal)
        except Problem as problem:
            add_problem(form, problem)
        else:
            messages.success(request, _("The goal is saved."))
            return redirect("goals")
    return _shown(request, refused=form)


def _shown(request: MemberRequest, hours: HoursForm | None = None, refused: GoalForm | None = None) -> HttpResponse:
    """The page; `hours` or `refused` is a form that was not taken."""
    found = request.workspace.goals.select_related("channel")
    forms = [GoalForm(request.workspace, goal=one) for one in found]
    context: dict[str, Any] = {
        "forms": [refused if refused and refused.goal and refused.goal.pk == one.goal.pk else one for one in forms if one.goal],
        "new": refused if refused and refused.goal is None else GoalForm(request.workspace),
        "hours": hours or HoursForm(_kept(request)),
    }
    return render(request, "inbox/goals.html", context, status=422 if hours or refused else 200)


def _kept(request: MemberRequest) -> Hours | None:
    return Hours.objects.filter(workspace=request.workspace).first()


@require_GET
@allowed(Action.SEE)
def report(request: MemberRequest) -> HttpResponse:
    """How soon people were answered in the last `days`."""
    asked = request.GET.get("days", "")
    days = int(asked) if asked in reporting.SPANS else reporting.USUAL
    shown = {"report": reporting.report(request.workspace, days), "days": days, "spans": reporting.spans()}
    return render(request, "inbox/report.html", shown)
