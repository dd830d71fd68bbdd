"""What belongs to no app."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, allowed
from accounts.models import Channel
from accounts.roles import Action
from smo.steps import put_away


@require_GET
@allowed(Action.SEE)
def home(request: MemberRequest) -> HttpResponse:
    """The calendar; for a workspace without a channel, the page where one is connected."""
    connected = request.workspace.channels.exclude(status=Channel.Status.REMOVED)
    return redirect("calendar" if connected.exists() else "channels")


@require_POST
@allowed(Action.SEE)
def put_steps_away(request: MemberRequest) -> HttpResponse:
    """Show the first steps no more (`away`), or again."""
    away = bool(request.POST.get("away"))
    put_away(request.member, away)
    if away:
        messages.info(request, _("The first steps are put away. The menu at your name brings them back."))
    return redirect("home")
