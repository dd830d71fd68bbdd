"""What lies beside the calendar to be put on a day: files of the library; and the time that is offered for it."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, allowed
from accounts.models import Channel
from accounts.roles import Action
from scheduler.library import shelf
from scheduler.library.shelf import Wanted
from scheduler.models import Asset
from scheduler.plans import beginning, placing
from scheduler.views.changing import AimForm, told

PAGE = 12


class OfferForm(forms.Form):
    """What a time is offered for: a `post`, or what goes to a `channel`; on a `day`, or as soon as possible."""

    post = forms.UUIDField(required=False)
    channel = forms.UUIDField(required=False)
    day = forms.DateField(required=False)


@require_GET
@allowed(Action.WRITE)
def library(request: MemberRequest) -> HttpResponse:
    """A page of files, the latest first; `q`: words of the name or alt text."""
    words = request.GET.get("q", "").strip()
    page = Paginator(shelf.find(request.workspace, Wanted(words=words)), PAGE).get_page(request.GET.get("page"))
    return render(request, "scheduler/_tray_files.html", {"page": page, "q": words})


@require_GET
@allowed(Action.WRITE)
def slot(request: MemberRequest) -> HttpResponse:
    """The wall time that the fields of OfferForm ask for, and why it is that one."""
    form = OfferForm(request.GET)
    form.is_valid()
    said = form.cleaned_data
    post = get_object_or_404(request.workspace.posts, pk=said["post"]) if said.get("post") else None
    channels = placing.channels_of(post) if post else _channels(request, said.get("channel"))
    if said.get("day"):
        chosen = placing.on(request.workspace, said["day"], channels, post)
    else:
        chosen = placing.soonest(request.workspace, channels, post)
    return JsonResponse({"when": f"{chosen.wall_time:%Y-%m-%dT%H:%M}", "why": chosen.why})


@require_POST
@allowed(Action.WRITE)
def begin(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Begin a post with a file, on a `day` or `when`. It gets the `channel`, `campaign` and `label` that the calendar shows."""
    asset: Asset = get_object_or_404(request.workspace.assets.media(), pk=pk)
    channel = next(iter(_channels(request, request.POST.get("channel"))), None)
    narrowed = {"campaign": request.workspace.campaigns, "label": request.workspace.labels}
    found = {name: _one(rows, request.POST.get(name)) for name, rows in narrowed.items()}
    done = beginning.begin(asset, AimForm(request.POST).aim(), request.member, channel, **found)
    step = done.steps[0]
    said = step.why or _("A draft with %(name)s is begun.") % {"name": asset.name}
    return JsonResponse({"start": step.after, "url": reverse("post", args=[step.post]), **told(request, done, said)})


def _channels(request: MemberRequest, pk: Any) -> list[Channel]:
    found = _one(request.workspace.channels.exclude(status=Channel.Status.REMOVED), pk)
    return [found] if found else []


def _one(rows: Any, pk: Any) -> Any:
    """The row that somebody names, if there is one."""
    try:
        return rows.filter(pk=UUID(str(pk))).first() if pk else None
    except ValueError:
        return None
