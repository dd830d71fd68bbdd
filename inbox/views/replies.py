"""Answering: sending, sending again, discarding; and having read."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, allowed, is_htmx
from accounts.forms import add_problem
from accounts.roles import Action
from accounts.verbs import Problem
from inbox import listing, presence, replying, threads
from inbox.forms import ReplyForm
from inbox.models import Conversation, Message
from inbox.tasks import knock_for
from inbox.views.screen import changed, find, shown, shown_list
from scheduler.library.media import add_asset
from scheduler.models import Asset


@require_POST
@allowed(Action.REPLY)
def reply(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Answer. What cannot be sent comes back with its text kept, and with what a colleague wrote meanwhile."""
    found, form, picture = find(request, pk), ReplyForm(request.POST, request.FILES), None
    if form.is_valid():
        said = form.cleaned_data
        saved = request.workspace.saved_replies.filter(pk=said["saved"]).first() if said["saved"] else None
        try:
            picture = picture_of(request, said)
            seen, privately = said["seen"] or 0, said["privately"] or 0
            message = replying.answer(found, said["text"], seen, request.member, saved, picture, privately)
        except Problem as problem:
            add_problem(form, problem)
            return refused(request, pk, form, problem, picture)
        presence.rest(found, request.member)
        return answered(request, pk, message)
    return refused(request, pk, form)


def picture_of(request: MemberRequest, said: Mapping[str, Any]) -> Asset | None:
    """What was uploaded, or what is in the library already. Raises Problem for what is no picture or video."""
    if file := said["file"]:
        try:
            return add_asset(request.workspace, file, file.name or "", request.user)[0]
        except Problem as problem:
            raise Problem(str(problem), "file") from problem
    return request.workspace.assets.filter(pk=said["picture"]).first() if said["picture"] else None


def answered(request: MemberRequest, pk: UUID, message: Message) -> HttpResponse:
    """The empty box, with the way to take the answer back as long as it waits."""
    if not is_htmx(request):
        return redirect("conversation", pk)
    context = shown(request, find(request, pk), sent=message, undo_seconds=int(replying.UNDO.total_seconds()))
    return render(request, "inbox/_answered.html", context)


def refused(
    request: MemberRequest, pk: UUID, form: ReplyForm, problem: Problem | None = None, picture: Asset | None = None
) -> HttpResponse:
    """The box with its text and why; what was said meanwhile counts as seen from now on, because it is shown."""
    found = find(request, pk)
    to = answered_privately(found, str(form.data.get("privately") or ""))
    answers = getattr(problem, "answers", ())
    context = shown(request, found, form, answers=answers, privately=to, picture=picture)
    if is_htmx(request):
        return render(request, "inbox/_answered.html", context, status=422)
    return render(request, "inbox/inbox.html", {**shown_list(request, listing.Filters()), **context}, status=422)


@require_POST
@allowed(Action.REPLY)
def take_back(request: MemberRequest, pk: UUID, message: int) -> HttpResponse:
    """An answer that still waits comes back as text: for a script alone, else in the box."""
    found = find_message(request, pk, message)
    text, picture = replying.take_back(found, request.member), found.picture
    if request.headers.get("Accept", "").startswith("application/json"):
        said = {"picture": str(picture.pk), "name": picture.name} if picture else {}
        return JsonResponse({"text": text, "seen": message, **said})
    context = shown(request, find(request, pk), ReplyForm(initial={"text": text}), picture=picture)
    return render(request, "inbox/inbox.html", {**shown_list(request, listing.Filters()), **context})


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
