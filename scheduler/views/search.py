"""Searching posts, campaigns and files: the page, and what is suggested while somebody types."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import MemberRequest, allowed, is_htmx
from accounts.roles import Action
from scheduler.searching import search

SUGGESTED, SHOWN = 5, 40


@require_GET
@allowed(Action.SEE)
def page(request: MemberRequest) -> HttpResponse:
    """What there is for `q`; for htmx a few of it, to choose from below the box."""
    words = request.GET.get("q", "").strip()[:200]
    if is_htmx(request):
        return render(request, "scheduler/_suggestions.html", {"found": search(request.workspace, words, SUGGESTED)})
    return render(request, "scheduler/search.html", {"found": search(request.workspace, words, SHOWN)})
