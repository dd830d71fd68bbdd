"""One publication: its delivery, step by step, and what a person may decide about it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.access import MemberRequest, allowed
from accounts.roles import Action
from scheduler.models import Publication


def find(request: MemberRequest, pk: UUID) -> Publication:
    """The publication of this workspace with all that its page shows. Another's is a 404."""
    rows = request.workspace.publications.select_related("channel", "post", "audience", "campaign", "parent__channel")
    return get_object_or_404(rows, pk=pk)


@require_GET
@allowed(Action.SEE)
def page(request: MemberRequest, pk: UUID) -> HttpResponse:
    return render(request, "scheduler/publication.html", {"publication": find(request, pk)})
