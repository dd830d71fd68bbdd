"""The calendar: the page, the column beside it, and its feed."""

import json
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import MemberRequest, allowed
from accounts.roles import Action
from connectors import NETWORKS, connector
from scheduler.plans import calendar
from scheduler.plans.calendar import Entry, Only, Rest

LONGEST = timedelta(days=100)  # what a view can ask for
BESIDE = 30  # drafts in the side column
HEIGHT = timedelta(minutes=45)  # of a card in a week's columns
ANY, LEADS_TO = str(UUID(int=0)), ("publication", "post", "post-move", "media-thumb")


class OnlyForm(forms.Form):
    """What the calendar is narrowed to; what makes no sense narrows nothing."""

    channel = forms.UUIDField(required=False)
    campaign = forms.UUIDField(required=False)
    label = forms.UUIDField(required=False)
    audience = forms.UUIDField(required=False)
    author = forms.IntegerField(required=False)
    network = forms.ChoiceField(required=False, choices=[(slug, slug) for slug in NETWORKS])
    status = forms.ChoiceField(required=False, choices=[(state, state) for state in calendar.STATES])

    def only(self) -> Only:
        self.is_valid()
        return Only(**{name: value for name, value in self.cleaned_data.items() if value})


@require_GET
@allowed(Action.SEE)
def page(request: MemberRequest) -> HttpResponse:
    """The page; its entries come by the feed."""
    channels = request.workspace.current_channels
    shown = {
        "channels": channels,
        "networks": [(slug, connector(slug).name) for slug in sorted({channel.network for channel in channels})],
        "campaigns": request.workspace.campaigns.all(),
        "labels": request.workspace.labels.all(),
        "audiences": request.workspace.audiences.all(),
        "people": request.workspace.members.select_related("user").order_by("user__name"),
        "states": [(state, label) for state, (label, _statuses) in calendar.STATES.items()],
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


@require_GET
@allowed(Action.SEE)
def feed(request: MemberRequest) -> HttpResponse:
    """What lies between `start` and `end`. `show` says for what: a month and a week get as much as they have room for and
    the number of the rest, the list gets one `page`. The fields of OnlyForm narrow it.
    """
    start, end = _bound(request, "start"), _bound(request, "end")
    if not start or not end or not timedelta() < end - start <= LONGEST:
        return HttpResponse(_("The calendar asked for a time that does not exist."), status=400, content_type="text/plain")
    found = calendar.keys(request.workspace, start, end, OnlyForm(request.GET).only())
    said: dict[str, Any] = {"total": len(found)}
    rest: list[Rest] = []
    hours = request.GET.get("show") == "week"
    if hours or request.GET.get("show") == "month":
        wanted, rest = calendar.capped(found, request.workspace, hours)
    else:
        page = Paginator(found, calendar.A_PAGE).get_page(request.GET.get("page"))
        wanted = list(page)
        said |= {"page": page.number, "pages": page.paginator.num_pages}
    zone = request.workspace.zone
    paths = {name: reverse(name, args=[ANY]) for name in LEADS_TO}
    events = [as_event(entry, zone, paths) for entry in calendar.entries(request.workspace, wanted)]
    said["events"] = events + [as_rest(one, zone, hours) for one in rest]
    return JsonResponse(said, json_dumps_params={"separators": (",", ":")})


def _bound(request: MemberRequest, name: str) -> datetime | None:
    try:
        found = parse_datetime(request.GET.get(name, ""))
    except ValueError:
        return None
    return found.replace(tzinfo=request.workspace.zone) if found and found.tzinfo is None else found


def as_event(entry: Entry, zone: ZoneInfo, paths: Mapping[str, str]) -> dict[str, Any]:
    """An entry in the calendar's words. `start` is a moment: the calendar shows it in the workspace's zone.

    `paths`: the addresses of LEADS_TO for ANY row; to work out each anew takes a third of the time for a full month.
    """
    moment = entry.at.isoformat() if entry.at else None
    promised = moment if entry.promised else ""
    return {
        "id": f"{entry.post}/{promised}",
        "title": " ".join(entry.title.split()) or _("(no text)"),
        "start": moment,
        "end": _end(entry.at, zone),
        "url": _address(entry, paths),
        "startEditable": entry.movable,
        "status": entry.status,
        "label": str(entry.label),
        "networks": [[slug, connector(slug).name, practice] for slug, practice in entry.networks],
        "thumb": _for(paths["media-thumb"], entry.picture) if entry.picture else "",
        "move": _for(paths["post-move"], entry.post),
        "promised": promised,
        "warning": entry.warning,
    }


def _end(moment: datetime | None, zone: ZoneInfo) -> str | None:
    """Where the card ends in a week's columns; before midnight, or the calendar would show it on both days."""
    if moment is None:
        return None
    local = moment.astimezone(zone)
    midnight = datetime.combine(local.date() + timedelta(days=1), time(), tzinfo=zone)
    return min(moment + HEIGHT, midnight).isoformat()


def _address(entry: Entry, paths: Mapping[str, str]) -> str:
    if entry.publication:
        return _for(paths["publication"], entry.publication)
    return _for(paths["post"], entry.post)


def _for(path: str, pk: UUID) -> str:
    return path.replace(ANY, str(pk))


def as_rest(rest: Rest, zone: ZoneInfo, hours: bool) -> dict[str, Any]:
    """The last line of a full day or hour: how many more there are, and the way to them."""
    begins = rest.at + (timedelta(minutes=45) if hours else timedelta(hours=23, minutes=45))
    return {
        "id": f"rest/{rest.at.isoformat()}",
        "title": f"+{rest.number}",
        "start": begins.replace(tzinfo=zone).isoformat(),
        "end": (begins + timedelta(minutes=14)).replace(tzinfo=zone).isoformat(),
        "url": f"?view=day&date={rest.at:%Y-%m-%d}",
        "startEditable": False,
        "rest": rest.number,
    }
