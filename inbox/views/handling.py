"""What is done with a conversation beside answering it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, allowed
from accounts.roles import Action
from accounts.verbs import Problem
from inbox import handling, turns
from inbox.forms import SnoozeForm
from inbox.views.screen import changed, find


@require_POST
@allowed(Action.REPLY)
def finish(request: MemberRequest, pk: UUID) -> HttpResponse:
    handling.finish(find(request, pk), request.member)
    return changed(request, pk)


@require_POST
@allowed(Action.REPLY)
def reopen(request: MemberRequest, pk: UUID) -> HttpResponse:
    handling.reopen(find(request, pk), request.member)
    return changed(request, pk)


@require_POST
@allowed(Action.REPLY)
def spam(request: MemberRequest, pk: UUID) -> HttpResponse:
    handling.spam(find(request, pk), request.member)
    return changed(request, pk)


@require_POST
@allowed(Action.REPLY)
def assign(request: MemberRequest, pk: UUID) -> HttpResponse:
    """To the `member` of that id; to whoever is 'next'; to nobody when it is empty."""
    found, asked = find(request, pk), request.POST.get("member", "")
    if asked == "next":
        turns.give(found, request.member)
        return changed(request, pk)
    members = request.workspace.members.select_related("user", "workspace")
    to = get_object_or_404(members, pk=int(asked) if asked.isdecimal() and len(asked) < 19 else 0) if asked else None
    handling.assign(found, to, request.member)
    return changed(request, pk)


@require_POST
@allowed(Action.REPLY)
def snooze(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Until a moment (`until`, ISO 8601; without an offset in the workspace's zone)."""
    found, form = find(request, pk), SnoozeForm(request.POST)
    if not form.is_valid():
        raise Problem(_("Choose a date and a time."), "until")
    handling.snooze(found, form.cleaned_data["until"], request.member)
    return changed(request, pk)


@require_POST
@allowed(Action.REPLY)
def note(request: MemberRequest, pk: UUID) -> HttpResponse:
    handling.note(find(request, pk), request.POST.get("note", ""), request.member)
    return changed(request, pk)
