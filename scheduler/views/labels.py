"""Labels: the list, new ones, other names."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, allowed
from accounts.roles import Action
from accounts.verbs import Problem
from scheduler.models import Label
from scheduler.plans import labels
from scheduler.plans.plan_forms import NameForm


@require_GET
@allowed(Action.SEE)
def overview(request: MemberRequest) -> HttpResponse:
    """All labels, each with the number of its posts."""
    found = request.workspace.labels.annotate(used=Count("posts")).order_by("name")
    return render(request, "scheduler/labels.html", {"labels": found, "naming": NameForm(prefix="new")})


@require_POST
@allowed(Action.WRITE)
def make(request: MemberRequest) -> HttpResponse:
    return _kept(request, NameForm(request.POST, prefix="new"), None)


@require_POST
@allowed(Action.WRITE)
def change(request: MemberRequest, pk: UUID) -> HttpResponse:
    """`do` is keep (name and colour) or delete."""
    label = get_object_or_404(request.workspace.labels, pk=pk)
    if request.POST.get("do") != "delete":
        return _kept(request, NameForm(request.POST), label)
    labels.delete(label, request.member)
    messages.success(request, _("The label is deleted."))
    return redirect("labels")


def _kept(request: MemberRequest, form: NameForm, label: Label | None) -> HttpResponse:
    if not form.is_valid():
        raise Problem(_("Give the label a name of up to 50 letters."))
    labels.keep(form.cleaned_data["name"], form.cleaned_data["colour"], request.member, label)
    messages.success(request, _("The label is saved."))
    return redirect("labels")
