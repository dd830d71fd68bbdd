"""The emergency stop, for the whole workspace or for one channel."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, allowed
from accounts.roles import Action
from scheduler.planning import hold


@require_POST
@allowed(Action.STOP)
def stop(request: MemberRequest) -> HttpResponse:
    """Nothing goes out any more."""
    hold(request.member, held=True)
    return _back(request)


@require_POST
@allowed(Action.STOP)
def resume(request: MemberRequest) -> HttpResponse:
    """What is due goes out again; what is late by now follows the workspace's rule for late posts."""
    hold(request.member, held=False)
    messages.success(request, _("Publishing goes on."))
    return _back(request)


@require_POST
@allowed(Action.STOP)
def hold_channel(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Stop one channel (`held=1`) or let it go on."""
    channel = get_object_or_404(request.workspace.channels, pk=pk)
    held = request.POST.get("held") == "1"
    hold(request.member, held=held, channel=channel)
    sentence = _("%(channel)s is stopped: nothing goes out there.") if held else _("%(channel)s goes on.")
    messages.success(request, sentence % {"channel": channel.name})
    return redirect("channels")


def _back(request: MemberRequest) -> HttpResponse:
    return redirect(request.headers.get("Referer") or "home")
