"""What is done with several conversations at once, and taking that back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, allowed
from accounts.models import Member
from accounts.roles import Action
from accounts.verbs import Problem
from inbox import handling, labelling, several, threads
from inbox.forms import SnoozeForm
from inbox.models import Conversation
from scheduler.composing.fields import is_uuid
from scheduler.models import Label

Act = Callable[[Conversation], None]


@require_POST
@allowed(Action.REPLY)
def change(request: MemberRequest) -> HttpResponse:
    """`do` (see `_act`) with each `conversation`; `member`, `label`, `until` are what it is done with."""
    asked = [UUID(pk) for pk in dict.fromkeys(request.POST.getlist("conversation")) if is_uuid(pk)]
    done = several.each(asked, _act(request), request.member)
    number = len(done.steps)
    said = ngettext("%(n)d conversation changed.", "%(n)d conversations changed.", number) % {"n": number} if number else ""
    if not number and not done.refused:
        said = _("There is nothing to change: they are so already.")
    undo = several.seal(done.steps, request.workspace) if number else ""
    return JsonResponse({"said": said, "refused": done.refused, "undo": undo})


def _act(request: MemberRequest) -> Act:
    by, verb = request.member, request.POST.get("do", "")
    plain: dict[str, Callable[[Conversation, Member], None]] = {
        "finish": handling.finish,
        "reopen": handling.reopen,
        "spam": handling.spam,
        "read": threads.mark_read,
        "unread": threads.mark_unread,
    }
    if verb in plain:
        return lambda one: plain[verb](one, by)
    if verb == "assign":
        to = colleague(request, request.POST.get("member", ""))
        return lambda one: handling.assign(one, to, by)
    if verb in ("label", "unlabel"):
        hang, label = labelling.put_on if verb == "label" else labelling.take_off, label_of(request)
        return lambda one: hang(one, label, by)
    if verb == "snooze":
        until = moment(request)
        return lambda one: handling.snooze(one, until, by)
    raise Problem(_("Choose what to do with the conversations."))


@require_POST
@allowed(Action.REPLY)
def undo(request: MemberRequest) -> HttpResponse:
    """Take back what an answer gave a `token` for."""
    done = several.undo(several.unseal(request.POST.get("token", ""), request.workspace), request.member)
    number = len(done.steps)
    said = ngettext("%(n)d conversation is as it was.", "%(n)d conversations are as they were.", number) % {"n": number}
    return JsonResponse({"said": said if number else "", "refused": done.refused, "undo": ""})


# -- what forms of conversations carry, for one as for several ---------------------------------------------------------------


def colleague(request: MemberRequest, asked: str) -> Member | None:
    """The member of that id; None when it is empty. Anything else is a 404."""
    members = request.workspace.members.select_related("user", "workspace")
    return get_object_or_404(members, pk=int(asked) if asked.isdecimal() and len(asked) < 19 else 0) if asked else None


def label_of(request: MemberRequest) -> Label:
    asked = request.POST.get("label", "")
    found = request.workspace.labels.filter(pk=asked).first() if is_uuid(asked) else None
    if found is None:
        raise Problem(_("Choose a label."), "label")
    return found


def moment(request: MemberRequest) -> Any:
    form = SnoozeForm(request.POST)
    if not form.is_valid():
        raise Problem(_("Choose a date and a time."), "until")
    return form.cleaned_data["until"]
