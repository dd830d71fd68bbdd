"""Choosing files that are in the library already."""

from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.access import MemberRequest, allowed
from accounts.roles import Action
from scheduler.views.library import SLOT

PAGE = 24


@require_GET
@allowed(Action.WRITE)
def choose(request: MemberRequest) -> HttpResponse:
    """A page of the library's files, the newest first; `q`: words of the name or alt text."""
    words = request.GET.get("q", "").strip()
    found = request.workspace.assets.all()
    if words:
        found = found.filter(Q(name__icontains=words) | Q(alt__icontains=words))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "scheduler/_library.html", {"page": page, "q": words})


@require_GET
@allowed(Action.WRITE)
def row(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A file as a row of the list that `slot` names."""
    asset = get_object_or_404(request.workspace.assets, pk=pk)
    slot = request.GET.get("slot", "media")
    shown = {"asset": asset, "alt": asset.alt, "slot": slot if SLOT.match(slot) else "media"}
    return render(request, "scheduler/_media.html", shown)
