"""What a message's menu offers, and doing it."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, allowed
from accounts.roles import Action
from connectors.talk import Moderation
from inbox import moderating, replying
from inbox.models import Message
from inbox.views.screen import changed, find


@require_GET
@allowed(Action.REPLY)
def deeds(request: MemberRequest, pk: UUID, message: int) -> HttpResponse:
    """The menu of one message."""
    found = find_message(request, pk, message)
    context = {"message": found, "conversation": found.conversation, "choices": moderating.choices(found)}
    return render(request, "inbox/_deeds.html", {**context, "private": replying.private_choice(found)})


@require_POST
@allowed(Action.REPLY)
def deed(request: MemberRequest, pk: UUID, message: int, what: str) -> HttpResponse:
    """Do it, and show the conversation as it now is."""
    if what not in set(Moderation):
        raise Http404
    moderating.moderate(find_message(request, pk, message), Moderation(what), request.member)
    return changed(request, pk)


def find_message(request: MemberRequest, pk: UUID, message: int) -> Message:
    """One message of a conversation of this workspace, with what its connector needs; any other is a 404."""
    conversation = find(request, pk)
    found: Message = get_object_or_404(conversation.messages, pk=message)
    found.conversation, found.channel = conversation, conversation.channel
    found.channel.workspace = request.workspace
    return found
