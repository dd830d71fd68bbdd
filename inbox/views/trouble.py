"""Incidents: their list, one with its items and timeline, holding what goes out, and looking at it before it goes on."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, allowed
from accounts.roles import Action
from accounts.verbs import Problem
from inbox.models import Incident
from inbox.trouble import holding, incidents
from scheduler.planning import at

LISTED, ITEMS = 50, 50


@require_GET
@allowed(Action.SEE)
def overview(request: MemberRequest) -> HttpResponse:
    """The latest incidents; the open one first."""
    rows = request.workspace.incidents.prefetch_related("channels").select_related("closed_by")[:LISTED]
    return render(request, "inbox/incidents.html", {"incidents": rows})


@require_GET
@allowed(Action.SEE)
def incident(request: MemberRequest, pk: UUID) -> HttpResponse:
    """What happened and what can be done; `all=1` shows every item, not only the negative ones."""
    return render(request, "inbox/incident.html", shown(request, find(request, pk)))


@require_POST
@allowed(Action.STOP)
def hold(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Hold outgoing posts of a `scope`."""
    holding.hold(find(request, pk), request.POST.get("scope", ""), request.member)
    messages.success(request, _("Outgoing posts are held."))
    return redirect("incident", pk)


@require_GET
@allowed(Action.STOP)
def review(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The posts that are held, to be looked at before they go on."""
    return render(request, "inbox/review.html", shown_review(find(request, pk)))


@require_POST
@allowed(Action.STOP)
def resume(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Do with each post (`post-<id>`: go, move, cancel; `when-<id>`) as was chosen, and let the rest go on."""
    found = find(request, pk)
    try:
        holding.resume(found, _decisions(request), request.member)
    except Problem as problem:
        return render(request, "inbox/review.html", {**shown_review(found), "problem": problem}, status=422)
    messages.success(request, _("Outgoing posts go on."))
    return redirect("incident", pk)


@require_POST
@allowed(Action.REPLY)
def close(request: MemberRequest, pk: UUID) -> HttpResponse:
    """It is over."""
    incidents.close(find(request, pk), request.member)
    return redirect("incident", pk)


def find(request: MemberRequest, pk: UUID) -> Incident:
    found = get_object_or_404(request.workspace.incidents.select_related("closed_by"), pk=pk)
    found.workspace = request.workspace
    return found


def shown(request: MemberRequest, found: Incident) -> dict[str, Any]:
    """What the incident's page reads."""
    every, holds = request.GET.get("all") == "1", holding.active(found)
    rows = incidents.items(found, only_negative=not every).select_related("conversation", "channel")
    return {
        "incident": found,
        "channels": found.channels.all(),
        "turns": found.milestones.select_related("by"),
        "every": every,
        "items": rows[:ITEMS],
        "counts": (incidents.items(found).count(), incidents.items(found, only_negative=False).count()),
        "holds": holds,
        "held_count": holding.held_posts(found, holds).count(),
        "scopes": holding.scopes(request.workspace) if found.is_open else [],
        "today": timezone.localdate(),
    }


def shown_review(found: Incident) -> dict[str, Any]:
    held = holding.held_posts(found, holding.active(found))
    posts = list(held[: holding.MOST])
    return {"incident": found, "posts": posts, "now": timezone.now(), "more": held.count() - len(posts)}


def _decisions(request: MemberRequest) -> dict[UUID, holding.Decision]:
    """What the form says of each post; what it does not name goes on."""
    found: dict[UUID, holding.Decision] = {}
    for name, way in request.POST.items():
        if name.startswith("post-") and (pk := _uuid(name.removeprefix("post-"))):
            found[pk] = holding.Decision(str(way), _moment(request, request.POST.get(f"when-{pk}", "")))
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _moment(request: MemberRequest, text: str) -> Any:
    """A wall time of the workspace; None for what is none."""
    try:
        wall_time = parse_datetime(text)
    except ValueError:
        return None
    return at(request.workspace.zone, wall_time.replace(tzinfo=None)) if wall_time else None
