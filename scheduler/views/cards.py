"""The cards of links in the composer's previews."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import MemberRequest, allowed
from accounts.roles import Action
from scheduler.composing import cards

MOST = 2000  # characters of an address


@require_GET
@allowed(Action.WRITE)
def card(request: MemberRequest) -> HttpResponse:
    """What the page at `address` says of itself; or the `picture` of such a card, by its key."""
    if key := request.GET.get("picture", ""):
        return _picture(key)
    return render(request, "scheduler/_card.html", {"card": cards.card(request.GET.get("address", "")[:MOST])})


def _picture(key: str) -> HttpResponse:
    found = cards.picture_of(key)
    if found is None:
        raise Http404
    return HttpResponse(found, content_type="image/jpeg", headers={"Cache-Control": "private, max-age=86400"})
