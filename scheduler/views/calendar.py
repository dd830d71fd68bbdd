"""The calendar: the page, its feed, and moving things on it."""

import json
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render, resolve_url
from django.templatetags.static import static
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, allowed
from accounts.models import Channel
from accounts.roles import Action
from accounts.verbs import Problem
from connectors import NETWORKS, connector
from scheduler import calendar
from scheduler.calendar import Entry
from scheduler.fields import is_uuid

LONGEST = timedelta(days=100)  # what a view can ask for
BESIDE = 30  # drafts in the side column
HEIGHT = timedelta(minutes=45)  # of a card in a week's columns


class MoveForm(forms.Form):
    """Where something is moved: to a `day`, keeping its time, or to a wall time `when`. `promised`: where it was."""

    promised = forms.CharField(required=False)
    day = forms.DateField(required=False)
    when = forms.CharField(required=False)

    def clean_promised(self) -> datetime | None:
        return _moment(self.cleaned_data["promised"])

    def clean_when(self) -> datetime | None:
        found = _moment(self.cleaned_data["when"])
        return found.replace(tzinfo=None) if found else None


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


@require_GET
@allowed(Action.SEE)
def page(request: MemberRequest) -> HttpResponse:
    """The page; its entries come by the feed."""
    shown = {
        "channels": request.workspace.channels.exclude(status=Channel.Status.REMOVED),
        "campaigns": request.workspace.campaigns.all(),
        "marks": json.dumps({slug: static(f"networks/{slug}.svg") for slug in NETWORKS}),
        **_drafts(request),
    }
    return render(request, "scheduler/calendar.html", shown)


@require_GET
@allowed(Action.SEE)
def drafts(request: MemberRequest) -> HttpResponse:
    """The side column, fresh."""
    return render(request, "scheduler/_drafts.html", _drafts(request))


def _drafts(request: MemberRequest) -> dict[str, Any]:
    found = calendar.unscheduled(request.workspace, BESIDE + 1)
    return {"drafts": found[:BESIDE], "more": len(found) > BESIDE}


@gzip_page
@require_GET
@allowed(Action.SEE)
def feed(request: MemberRequest) -> HttpResponse:
    """What lies between `start` and `end`, as the calendar wants it; `channel` and `campaign` narrow it."""
    start, end = _bound(request, "start"), _bound(request, "end")
    if not start or not end or not timedelta() < end - start <= LONGEST:
        return HttpResponse(_("The calendar asked for a time that does not exist."), status=400, content_type="text/plain")
    only = {name: value for name in ("channel", "campaign") if is_uuid(value := request.GET.get(name, ""))}
    found = calendar.entries(request.workspace, start, end, **only)
    events = [as_event(entry, request.workspace.zone) for entry in found]
    return JsonResponse(events, safe=False, json_dumps_params={"separators": (",", ":")})


def _bound(request: MemberRequest, name: str) -> datetime | None:
    try:
        found = parse_datetime(request.GET.get(name, ""))
    except ValueError:
        return None
    return found.replace(tzinfo=request.workspace.zone) if found and found.tzinfo is None else found


def as_event(entry: Entry, zone: ZoneInfo) -> dict[str, Any]:
    """An entry in the calendar's words. `start` is a moment: the calendar shows it in the workspace's zone."""
    moment = entry.at.isoformat() if entry.at else None
    promised = moment if entry.promised else ""
    return {
        "id": f"{entry.post}/{promised}",
        "title": " ".join(entry.title.split()) or _("(no text)"),
        "start": moment,
        "end": _end(entry.at, zone),
        "url": _address(entry),
        "startEditable": entry.movable,
        "status": entry.status,
        "label": str(entry.label),
        "networks": [[slug, connector(slug).name, practice] for slug, practice in entry.networks],
        "thumb": reverse("media-thumb", args=[entry.picture]) if entry.picture else "",
        "move": reverse("post-move", args=[entry.post]),
        "promised": promised,
    }


def _end(moment: datetime | None, zone: ZoneInfo) -> str | None:
    """Where the card ends in a week's columns; before midnight, or the calendar would show it on both days."""
    if moment is None:
        return None
    local = moment.astimezone(zone)
    midnight = datetime.combine(local.date() + timedelta(days=1), time(), tzinfo=zone)
    return min(moment + HEIGHT, midnight).isoformat()


def _address(entry: Entry) -> str:
    if entry.publication:
        return resolve_url("publication", entry.publication)
    return resolve_url("post", entry.post)


@require_POST
@allowed(Action.WRITE)
def move(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Move what a post has at one moment, or a draft. The answer is where it lies now; a refusal is a sentence."""
    post = get_object_or_404(request.workspace.posts, pk=pk)
    form = MoveForm(request.POST)
    if not form.is_valid():
        raise Problem(" ".join(str(one) for errors in form.errors.values() for one in errors), "when")
    promised, day, wall_time = (form.cleaned_data[name] for name in ("promised", "day", "when"))
    if wall_time is None and day is None:
        raise Problem(_("Choose a date and a time."), "when")
    if wall_time is None:
        wall_time = calendar.on_day(request.workspace, day, promised or post.planned_for)
    when = calendar.move_to(post, promised, wall_time, request.member)
    return JsonResponse({"start": when.isoformat()})
