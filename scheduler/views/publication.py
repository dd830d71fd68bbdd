"""One publication: its delivery, step by step, and what a person may decide about it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

import connectors
from accounts.access import MemberRequest, allowed, is_htmx
from accounts.forms import add_problem
from accounts.roles import Action, may
from accounts.verbs import Problem
from connectors.base import Deletes
from scheduler import planning
from scheduler.compose import made_of, needs
from scheduler.models import Asset, Attempt, Publication, Rendition, Status
from scheduler.views import timeline
from scheduler.watching import rechecks


class ThereForm(forms.Form):
    """Where somebody has seen the post."""

    url = forms.URLField(
        label=gettext_lazy("Address of the post on the network"),
        max_length=1000,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "form-control", "placeholder": "https://"}),
    )


def find(request: MemberRequest, pk: UUID) -> Publication:
    """The publication with all that its page shows. Another workspace's is a 404."""
    rows = request.workspace.publications.select_related(
        "channel__workspace", "post__author", "audience", "campaign", "parent__channel"
    )
    return get_object_or_404(rows.annotate(warning=rechecks.warning()), pk=pk)


@require_GET
@allowed(Action.SEE)
def page(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The page; for htmx the part that changes, fresh."""
    publication = find(request, pk)
    template = "scheduler/_publication.html" if is_htmx(request) else "scheduler/publication.html"
    return render(request, template, shown(request, publication))


def shown(request: MemberRequest, publication: Publication) -> dict[str, Any]:
    """What the page's templates read."""
    attempts = list(publication.attempts.select_related("by"))
    children = list(publication.children.select_related("channel").order_by("part"))
    files = media(request, publication)
    return {
        "publication": publication,
        "lines": timeline.lines(attempts),
        "next": timeline.upcoming(publication, making=any(made and made.is_being_made for *_file, made in files)),
        "children": children,
        "follow": " ".join(str(one.pk) for one in (publication, *children)),
        "media": files,
        "options": options(publication),
        "can": possible(request, publication, attempts),
        "form": ThereForm(),
    }


def media(request: MemberRequest, publication: Publication) -> list[tuple[Asset, str, Rendition | None]]:
    """The files of the frozen content in their order, each with its alt text and what it is sent as, where not as it is."""
    items = publication.content.get("media", [])
    found = request.workspace.assets.in_bulk([item["asset"] for item in items]) if items else {}
    assets = {str(pk): asset for pk, asset in found.items()}
    made = {one.asset_id: one for one in made_of(needs(publication.channel.network, publication.content, found)).values()}
    chosen = [(assets[item["asset"]], item.get("alt", "")) for item in items if item["asset"] in assets]
    return [(asset, alt, made.get(asset.pk)) for asset, alt in chosen]


def options(publication: Publication) -> list[tuple[str, Any]]:
    """The network's settings of the frozen content, by their labels; what is as the network has it anyway is left out."""
    chosen = publication.content.get("options", {})
    known = connectors.connector(publication.channel.network).options
    set_ones = [option for option in known if chosen.get(option.name, option.empty()) != option.empty()]
    return [(_(option.label), option.shown(chosen[option.name])) for option in set_ones]


def possible(request: MemberRequest, publication: Publication, attempts: list[Attempt]) -> dict[str, bool]:
    """Which buttons make sense for this status and role; the verbs check again."""
    role, status = request.member.role, publication.status
    failed = status == Status.FAILED and may(role, Action.DECIDE)
    there = status == Status.PUBLISHED and not any(attempt.outcome == "taken down" for attempt in attempts)
    deletes = issubclass(connectors.connector(publication.channel.network), Deletes)
    return {
        "retry": failed,
        "there": failed,
        "cancel": status in planning.UNCLAIMED and may(role, Action.SCHEDULE),
        "take_down": there and deletes and may(role, Action.DECIDE),
        "open": there and bool(publication.url),
    }


@require_POST
@allowed(Action.DECIDE)
def retry(request: MemberRequest, pk: UUID) -> HttpResponse:
    planning.retry(find(request, pk), request.member)
    messages.success(request, _("It is sent again."))
    return redirect("publication", pk)


@require_POST
@allowed(Action.SCHEDULE)
def cancel(request: MemberRequest, pk: UUID) -> HttpResponse:
    planning.cancel(find(request, pk), request.member)
    messages.success(request, _("It is cancelled and will not go out."))
    return redirect("publication", pk)


@require_POST
@allowed(Action.DECIDE)
def there(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Somebody has seen it on the network and gives its address. Errors come back into the dialog."""
    publication, form = find(request, pk), ThereForm(request.POST)
    if form.is_valid():
        try:
            planning.declare_there(publication, form.cleaned_data["url"], request.member)
        except Problem as problem:
            add_problem(form, problem)
        else:
            messages.success(request, _("It counts as published from now on."))
            return HttpResponse(status=204, headers={"HX-Redirect": resolve_url("publication", pk)})
    return render(request, "scheduler/_there.html", {"publication": publication, "form": form}, status=422)


@require_POST
@allowed(Action.DECIDE)
def take_down(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Delete it on its network."""
    publication = find(request, pk)
    planning.take_down(publication, request.member)
    messages.success(request, _("It is deleted on %(network)s.") % {"network": publication.channel.network_name})
    return redirect("publication", pk)
