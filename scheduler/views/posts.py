"""The list of posts, a post's page with what became of it on each channel, copying and deleting."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, allowed, is_htmx
from accounts.models import Workspace
from accounts.roles import Action
from scheduler.composing import drafting
from scheduler.machine.delivery import delivery
from scheduler.models import LIVE, Post, Publication, Status
from scheduler.planning import UNCLAIMED
from scheduler.plans import calendar
from scheduler.watching import rechecks

PAGE = 25
VIEWS = (
    ("", gettext_lazy("All")),
    ("drafts", gettext_lazy("Drafts")),
    ("scheduled", gettext_lazy("Scheduled")),
    ("published", gettext_lazy("Published")),
    ("failed", gettext_lazy("Failed")),
)
WITH: dict[str, tuple[Status, ...]] = {"scheduled": LIVE, "published": (Status.PUBLISHED,), "failed": (Status.FAILED,)}


@require_GET
@allowed(Action.SEE)
def posts(request: MemberRequest) -> HttpResponse:
    """All posts, the latest change first; `show` is one of VIEWS, `q` words of the text, `label` the id of one."""
    show, words = request.GET.get("show", ""), request.GET.get("q", "").strip()
    labels, asked = list(request.workspace.labels.all()), request.GET.get("label", "")
    label = next((one for one in labels if str(one.pk) == asked), None)
    found = listed(request.workspace, show)
    if words:
        found = found.filter(text__icontains=words)
    if label:
        found = found.filter(labels=label)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    shown = {"page": page, "rows": [row(post) for post in page], "views": VIEWS, "show": show, "q": words}
    return render(request, "scheduler/posts.html", shown | {"labels": labels, "label": label})


def listed(workspace: Workspace, show: str) -> QuerySet[Post]:
    """The posts of one of VIEWS with what `row` reads, the latest change first."""
    found = calendar.planned(workspace) if show == "drafts" else workspace.posts.all()
    if show in WITH:
        found = found.filter(Exists(Publication.objects.filter(post=OuterRef("pk"), part=0, status__in=WITH[show])))
    promises = Publication.objects.filter(part=0).only("post_id", "status", "publish_at").order_by("publish_at")
    return (
        found.order_by("-changed_at")
        .select_related("author", "campaign")
        .prefetch_related(Prefetch("publications", promises), "targets__channel", "media__asset", "labels")
    )


def row(post: Post) -> dict[str, Any]:
    """What the list shows of a post with its promises at hand; `moment` is the time that matters."""
    promises = list(post.publications.all())
    found = delivery(one.status for one in promises)
    draft = found is None or (found == Status.CANCELLED and post.state != Post.State.APPROVED)
    return {
        "post": post,
        "status": post.state if draft else found,
        "label": post.get_state_display() if found is None or draft else found.label,
        "moment": post.planned_for if draft else promises[0].publish_at,
        "deletable": _possible(promises)["deletable"],
        "channels": list({target.channel_id: target.channel for target in post.targets.all()}.values()),
        "practice": any(target.channel.practice for target in post.targets.all()),
    }


@require_GET
@allowed(Action.SEE)
def post(request: MemberRequest, pk: UUID) -> HttpResponse:
    """What became of a post on each channel; for htmx the part that changes, fresh. A draft opens in the composer."""
    found = get_object_or_404(request.workspace.posts.select_related("author", "campaign").prefetch_related("labels"), pk=pk)
    promises = found.publications.exclude(status=Status.CANCELLED) or found.publications.all()
    rows = list(
        promises.annotate(warning=rechecks.warning())
        .select_related("channel", "audience")
        .order_by("channel__network", "channel__name", "part")
    )
    shown = {"post": found, "rows": rows, "media": list(found.media.select_related("asset")), **_possible(rows)}
    if not rows:
        shown["meant"] = found.targets.select_related("channel", "audience").order_by("channel__network", "channel__name")
    return render(request, "scheduler/_post.html" if is_htmx(request) else "scheduler/post.html", shown)


def _possible(rows: Sequence[Publication]) -> dict[str, Any]:
    free = all(one.status in (*UNCLAIMED, Status.FAILED, Status.CANCELLED) for one in rows)
    return {"editable": free, "deletable": all(one.status == Status.CANCELLED for one in rows)}


@require_POST
@allowed(Action.WRITE)
def delete(request: MemberRequest, pk: UUID) -> HttpResponse:
    drafting.delete(get_object_or_404(request.workspace.posts, pk=pk), request.member)
    messages.success(request, _("The draft is deleted."))
    return redirect("posts")


@require_POST
@allowed(Action.WRITE)
def copy(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A new draft that says the same."""
    again = drafting.copy(get_object_or_404(request.workspace.posts, pk=pk), request.member)
    messages.success(request, _("This is the copy: a draft."))
    return redirect("post-edit", again.pk)
