"""What belongs to no app."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from accounts.access import MemberRequest, allowed
from accounts.models import Channel
from accounts.roles import Action


@require_GET
@allowed(Action.SEE)
def home(request: MemberRequest) -> HttpResponse:
    """The calendar; for a workspace without a channel, the page where one is connected."""
    connected = request.workspace.channels.exclude(status=Channel.Status.REMOVED)
    return redirect("calendar" if connected.exists() else "channels")
