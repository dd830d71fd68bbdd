"""Who else has a conversation open, and who writes."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, allowed
from accounts.roles import Action, may
from inbox import presence


@require_http_methods(["GET", "POST"])
@allowed(Action.SEE)
def here(request: MemberRequest, pk: UUID) -> HttpResponse:
    """GET: the others. POST: also that this member is here, with `typing`; or no more, with `gone`."""
    found = get_object_or_404(request.workspace.conversations, pk=pk)
    if request.POST.get("gone"):
        presence.leave(found, request.member)
        return HttpResponse(status=204)
    if request.method == "POST":
        types = request.POST.get("typing") == "1" and may(request.member.role, Action.REPLY)
        presence.beat(found, request.member, types)
    return render(request, "inbox/_here.html", {"others_here": presence.others(found, request.member)})
