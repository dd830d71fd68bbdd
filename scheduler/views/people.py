"""People to mention, offered while somebody types a name."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import MemberRequest, allowed
from accounts.roles import Action
from scheduler.composing import people
from scheduler.composing.fields import is_uuid


@require_GET
@allowed(Action.WRITE)
def offer(request: MemberRequest) -> HttpResponse:
    """Whom the networks of the channels in the query (`channel`, several) know by the words in `q`."""
    channels = [UUID(one) for one in request.GET.getlist("channel") if is_uuid(one)]
    found = people.find(request.workspace, channels, request.GET.get("q", ""))
    return render(request, "scheduler/_people.html", {"found": found, "anybody": any(one.people for one in found)})
