"""Choosing files that are in the library already."""

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import MemberRequest, allowed
from accounts.roles import Action

PAGE = 24


@require_GET
@allowed(Action.WRITE)
def choose(request: MemberRequest) -> HttpResponse:
    """A page of the library's files, the newest first; `q`: words of the name or alt text, `kind` image: pictures only."""
    words = request.GET.get("q", "").strip()
    found = request.workspace.assets.media()
    if request.GET.get("kind") == "image":
        found = found.filter(mime_type__startswith="image/")
    if words:
        found = found.filter(Q(name__icontains=words) | Q(alt__icontains=words))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "scheduler/_library.html", {"page": page, "q": words})
