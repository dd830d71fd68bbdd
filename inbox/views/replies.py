"""Answering: sending, sending again, discarding; and having read."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, allowed, is_htmx
from accounts.forms import add_problem
from accounts.roles import Action
from accounts.verbs import Problem
from inbox import listing, replying, threads
from inbox.forms import ReplyForm
from inbox.models import Conversation, Message
from inbox.tasks import knock_for
from inbox.views.screen import changed, find, shown, shown_list


@require_POST
@allowed(Action.REPLY)
def reply(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Answer. What cannot be sent comes back with its text kept, and with what a colleague wrote meanwhile."""
    found, form = find(request, pk), ReplyForm(request.POST)
    if form.is_valid():
        try:
            said = form.cleaned_data
            message = replying.answer(found, said["text"], said["seen"] or 0, request.member, said["privately"] or 0)
        except Problem as problem:
            add_problem(form, problem)
            return refused(request, pk, form, problem)
        knock_for(message)
        return answered(request, pk)
    return refused(request, pk, form)


def answered(request: MemberRequest, pk: UUID) -> HttpResponse:
    if not is_htmx(request):
        return redirect("conversation", pk)
    return render(request, "inbox/_answered.html", shown(request, find(request, pk), sent=True))


def refused(request: MemberRequest, pk: UUID, form: ReplyForm, problem: Problem | None = None) -> HttpResponse:
    """The box with its text and why; what was said meanwhile counts as seen from now on, because it is shown."""
    found = find(request, pk)
    to = answered_privately(found, str(form.data.get("privately") or ""))
    context = shown(request, found, form, answers=getattr(problem, "answers", ()), privately=to)
    if is_htmx(request):
        return render(request, "inbox/_answered.html", context, status=422)
    filters = listing.Filters()
    return render(request, "inbox/inbox.html", {**shown_list(request, filters), **context}, status=422)


@require_GET
@allowed(Action.REPLY)
def box(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The box alone: for a public answer, or for a private one to the message `privately`."""
    found = find(request, pk)
    to = answered_privately(found, request.GET.get("privately", ""))
    return render(request, "inbox/_box.html", shown(request, found, privately=to))


def answered_privately(found: Conversation, given: str) -> Message | None:
    known = given.isdecimal() and len(given) < 19
    return found.messages.filter(pk=int(given), mine=False).first() if known else None


@require_POST
@allowed(Action.REPLY)
def resend(request: MemberRequest, pk: UUID, message: int) -> HttpResponse:
    found = find_message(request, pk, message)
    replying.resend(found, request.member)
    knock_for(found)
    return changed(request, pk)


@require_POST
@allowed(Action.REPLY)
def discard(request: MemberRequest, pk: UUID, message: int) -> HttpResponse:
    replying.discard(find_message(request, pk, message), request.member)
    return changed(request, pk)


@require_POST
@allowed(Action.REPLY)
def read(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Somebody has it before their eyes."""
    threads.mark_read(find(request, pk), request.member)
    return HttpResponse(status=204)


def find_message(request: MemberRequest, pk: UUID, message: int) -> Message:
    """One message of a conversation of this workspace; any other is a 404."""
    return get_object_or_404(find(request, pk).messages.select_related("conversation__channel"), pk=message)
