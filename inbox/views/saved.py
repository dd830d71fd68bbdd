"""Saved replies: their list, the page of one, and what is offered of them in a conversation."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, allowed
from accounts.roles import Action
from accounts.verbs import Problem
from inbox import offering, saving
from inbox.forms import SavedReplyForm, Wordings
from inbox.models import SavedReply
from inbox.views.screen import find
from scheduler.composing.fields import is_uuid
from scheduler.targeting.places import language_name


@require_GET
@allowed(Action.REPLY)
def overview(request: MemberRequest) -> HttpResponse:
    """All of them; `deleted` in the query: the one that can still be brought back."""
    rows = request.workspace.saved_replies.filter(gone_at=None).annotate(used=Count("uses")).order_by("title")
    rows = rows.prefetch_related("wordings")
    asked = request.GET.get("deleted", "")
    deleted = request.workspace.saved_replies.filter(pk=asked, gone_at__isnull=False).first() if is_uuid(asked) else None
    return render(request, "inbox/saved_replies.html", {"replies": rows, "deleted": deleted, "known": offering.KNOWN})


@require_http_methods(["GET", "POST"])
@allowed(Action.REPLY)
def new(request: MemberRequest) -> HttpResponse:
    return _page(request, None)


@require_http_methods(["GET", "POST"])
@allowed(Action.REPLY)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    return _page(request, get_object_or_404(request.workspace.saved_replies, pk=pk))


def _page(request: MemberRequest, reply: SavedReply | None) -> HttpResponse:
    data = request.POST or None
    first = {"title": reply.title, "asked": reply.asked} if reply else {}
    form, wordings = SavedReplyForm(data, initial=first), Wordings(data, initial=_texts(reply), prefix="wording")
    if request.method == "POST" and _kept(request, form, wordings, reply):
        messages.success(request, _("The saved reply is kept."))
        return redirect("saved-replies")
    shown = {"form": form, "wordings": wordings, "reply": reply, "known": offering.KNOWN}
    return render(request, "inbox/saved_reply.html", shown, status=422 if request.method == "POST" else 200)


def _texts(reply: SavedReply | None) -> list[dict[str, Any]]:
    found = reply.wordings.all() if reply else ()
    return [{"language": language_name(one.language) if one.language else "", "text": one.text} for one in found]


def _kept(request: MemberRequest, form: SavedReplyForm, wordings: Any, reply: SavedReply | None) -> bool:
    if not (form.is_valid() & wordings.is_valid()):
        return False
    try:
        saving.keep(form.cleaned_data["title"], form.cleaned_data["asked"], wordings.texts, request.member, reply)
    except Problem as problem:
        form.add_error(problem.field or None, str(problem))
        return False
    return True


@require_POST
@allowed(Action.REPLY)
def delete(request: MemberRequest, pk: UUID) -> HttpResponse:
    saving.delete(get_object_or_404(request.workspace.saved_replies, pk=pk), request.member)
    answer = redirect("saved-replies")
    answer["Location"] += f"?deleted={pk}"
    return answer


@require_POST
@allowed(Action.REPLY)
def restore(request: MemberRequest, pk: UUID) -> HttpResponse:
    saving.restore(get_object_or_404(request.workspace.saved_replies, pk=pk), request.member)
    messages.success(request, _("The saved reply is back."))
    return redirect("saved-replies")


@require_GET
@allowed(Action.REPLY)
def offers(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Saved replies as they read in this conversation: those with the words of `q`, or without it what fits the question."""
    found, words = find(request, pk), request.GET.get("q")
    if words is None:
        return render(request, "inbox/_suggested.html", {"offers": offering.suggested(found, request.member)})
    return render(request, "inbox/_offers.html", {"offers": offering.found(found, words[:100], request.member)})
