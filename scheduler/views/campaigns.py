"""Campaigns: the list, a campaign's own page, writing about it, copying it to other dates."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, allowed
from accounts.forms import add_problem
from accounts.roles import Action
from accounts.verbs import Problem
from scheduler import planning
from scheduler.models import Campaign
from scheduler.plans import campaigns, utm
from scheduler.plans.campaigns import Progress
from scheduler.plans.plan_forms import CampaignForm, CopyForm
from scheduler.views.posts import PAGE, VIEWS, listed, row

NONE = Progress({})


@require_GET
@allowed(Action.SEE)
def overview(request: MemberRequest) -> HttpResponse:
    """All campaigns, each with how far it is."""
    found = request.workspace.campaigns.select_related("owner").prefetch_related(*campaigns.MANY)
    known = campaigns.progress(request.workspace)
    rows = [(one, known.get(one.pk, NONE)) for one in found.order_by("-starts_on", "name")]
    return render(request, "scheduler/campaigns.html", {"rows": rows})


@require_GET
@allowed(Action.SEE)
def page(request: MemberRequest, pk: UUID) -> HttpResponse:
    """How far a campaign is, what is wrong with it, and its posts by state (`show`, as in the list of posts)."""
    campaign = _campaign(request, pk)
    show = request.GET.get("show", "")
    posts = listed(request.workspace, show).filter(campaign=campaign)
    found = Paginator(posts, PAGE).get_page(request.GET.get("page"))
    shown = {
        "campaign": campaign,
        "progress": campaigns.progress(request.workspace, campaign).get(campaign.pk, NONE),
        "troubles": campaigns.troubles(campaign),
        "tracking": [(f"utm_{name}", getattr(campaign, f"utm_{name}")) for name in utm.NAMES],
        "page": found,
        "rows": [row(post) for post in found],
        "views": VIEWS,
        "show": show,
        "copying": CopyForm(initial={"name": _("%(name)s (copy)") % {"name": campaign.name}}),
    }
    return render(request, "scheduler/campaign.html", shown)


def _campaign(request: MemberRequest, pk: UUID) -> Campaign:
    rows = request.workspace.campaigns.select_related("owner", "workspace").prefetch_related(*campaigns.MANY)
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "POST"])
@allowed(Action.WRITE)
def new(request: MemberRequest) -> HttpResponse:
    return _written(request, None, {"owner": request.user.pk})


@require_http_methods(["GET", "POST"])
@allowed(Action.WRITE)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    campaign = _campaign(request, pk)
    return _written(request, campaign, CampaignForm.initial_of(campaign))


def _written(request: MemberRequest, campaign: Campaign | None, initial: dict[str, Any]) -> HttpResponse:
    form = CampaignForm(request.workspace, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            kept = campaigns.keep(form.cleaned_data, request.member, campaign)
        except Problem as problem:
            add_problem(form, problem)
        else:
            messages.success(request, _("The campaign is saved."))
            return redirect("campaign", kept.pk)
    shown = {"form": form, "campaign": campaign, "variables": utm.VARIABLES, **_choices(request, form)}
    return render(request, "scheduler/campaign_edit.html", shown, status=422 if form.errors else 200)


def _choices(request: MemberRequest, form: CampaignForm) -> dict[str, Any]:
    """What can be ticked, and what is."""
    return {
        "channels": request.workspace.current_channels,
        "audiences": request.workspace.audiences.all(),
        "labels": request.workspace.labels.all(),
        "chosen": {str(pk) for name in campaigns.MANY for pk in form[name].value() or ()},
    }


@require_POST
@allowed(Action.WRITE)
def copy(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The same posts as drafts for other dates."""
    campaign, form = _campaign(request, pk), CopyForm(request.POST)
    if not form.is_valid():
        raise Problem(_("Give the copy a name and the day on which it starts."))
    given = form.cleaned_data
    again = campaigns.copy(campaign, given["name"], given["starts_on"], given["weekdays"], request.member)
    messages.success(request, _("This is the copy: its posts are drafts."))
    return redirect("campaign", again.pk)


@require_POST
@allowed(Action.STOP)
def hold(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Stop one campaign (`held=1`) or let it go on."""
    campaign, held = _campaign(request, pk), request.POST.get("held") == "1"
    planning.hold(request.member, held=held, campaign=campaign)
    messages.success(request, _("The campaign is stopped.") if held else _("The campaign goes on."))
    return redirect("campaign", pk)


@require_POST
@allowed(Action.WRITE)
def delete(request: MemberRequest, pk: UUID) -> HttpResponse:
    campaigns.delete(_campaign(request, pk), request.member)
    messages.success(request, _("The campaign is deleted. Its posts are still there."))
    return redirect("campaigns")
