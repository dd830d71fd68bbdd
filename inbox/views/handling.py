"""What is done with a conversation beside answering it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, allowed
from accounts.roles import Action
from inbox import handling, labelling, moods, turns
from inbox.views.screen import changed, find
from inbox.views.several import colleague, label_of, moment


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
    else:
        handling.assign(found, colleague(request, asked), request.member)
    return changed(request, pk)


@require_POST
@allowed(Action.REPLY)
def snooze(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Until a moment (`until`, ISO 8601; without an offset in the workspace's zone)."""
    handling.snooze(find(request, pk), moment(request), request.member)
    return changed(request, pk)


@require_POST
@allowed(Action.REPLY)
def label(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Put the `label` on, or with `off` take it off."""
    hang = labelling.take_off if request.POST.get("off") else labelling.put_on
    hang(find(request, pk), label_of(request), request.member)
    return changed(request, pk)


@require_POST
@allowed(Action.REPLY)
def mood(request: MemberRequest, pk: UUID, message: int) -> HttpResponse:
    """How something sounds (`mood`), said by a person."""
    said = get_object_or_404(find(request, pk).messages, pk=message)
    moods.correct(said, request.POST.get("mood", ""), request.member)
    return changed(request, pk)


@require_POST
@allowed(Action.REPLY)
def note(request: MemberRequest, pk: UUID) -> HttpResponse:
    handling.note(find(request, pk), request.POST.get("note", ""), request.member)
    return changed(request, pk)
