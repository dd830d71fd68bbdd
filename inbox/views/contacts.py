"""The person of a conversation: the pane, joining accounts, the note about them, and colleagues who answer them elsewhere."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, allowed, is_htmx
from accounts.roles import Action
from accounts.verbs import Problem
from inbox import joining, people
from inbox.models import Conversation
from inbox.threads import clean
from inbox.views.screen import find, shown_person
from scheduler.composing.fields import is_uuid


@require_GET
@allowed(Action.SEE)
def pane(request: MemberRequest, pk: UUID) -> HttpResponse:
    return _pane(request, find(request, pk))


@require_GET
@allowed(Action.SEE)
def elsewhere(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Colleagues who answer the same person in other conversations."""
    return render(request, "inbox/_at_it.html", shown_person(request, find(request, pk)))


@require_GET
@allowed(Action.REPLY)
def search(request: MemberRequest, pk: UUID) -> HttpResponse:
    """People called `who`, to be joined."""
    found, words = find(request, pk), clean(request.GET.get("who", ""))[:200]
    context = shown_person(request, found)
    alike = people.search(request.workspace, words, context["known"].identities)
    return render(request, "inbox/_alike.html", {**context, "alike": alike, "words": words.strip()})


@require_POST
@allowed(Action.REPLY)
def join(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The person of the conversation `other` is the same."""
    found = find(request, pk)
    asked = request.POST.get("other", "")
    rows = request.workspace.conversations.select_related("channel")
    if not is_uuid(asked):
        raise Problem(_("Choose who is the same person."))
    other = get_object_or_404(rows, pk=asked)
    undo = joining.join(found, other, request.member)
    said = _("%(name)s is the same person from now on.") % {"name": joining.name_of(other)}
    return _pane(request, found, undo=undo, undo_says=said)


@require_POST
@allowed(Action.REPLY)
def part(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The `account` is somebody else's."""
    found, asked = find(request, pk), request.POST.get("account", "")
    account = int(asked) if asked.isdecimal() and len(asked) < 19 else 0
    name = people.Acquaintance(found, request.member).name_of(account)
    undo = joining.part(found, account, name, request.member)
    said = _("%(name)s is somebody else from now on.") % {"name": name}
    return _pane(request, found, undo=undo, undo_says=said)


@require_POST
@allowed(Action.REPLY)
def undo(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take back what an answer gave a `token` for."""
    joining.undo(find(request, pk), request.POST.get("token", ""), request.member)
    return JsonResponse({"said": _("The accounts are as they were.")})


@require_POST
@allowed(Action.REPLY)
def note(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The note about the person; where a colleague was quicker, what both wrote."""
    found, text = find(request, pk), clean(request.POST.get("note", ""))
    try:
        joining.write_note(found, text, request.POST.get("seen", ""), request.member)
    except joining.Outdated as problem:
        return _pane(request, found, 422, note_error=str(problem), note_text=text)
    return _pane(request, found)


def _pane(request: MemberRequest, found: Conversation, status: int = 200, **more: Any) -> HttpResponse:
    if not is_htmx(request):
        return redirect("conversation", found.pk)
    return render(request, "inbox/_known.html", {**shown_person(request, found), **more}, status=status)
