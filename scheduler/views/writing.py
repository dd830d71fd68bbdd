"""What is typed and not saved, and the versions of a post."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, allowed
from accounts.roles import Action
from scheduler.composing import history, keeping
from scheduler.composing.forms import key_of
from scheduler.models import Post, Revision, Status
from scheduler.planning import UNCLAIMED

PAGE = 20


@require_POST
@allowed(Action.WRITE)
def keep(request: MemberRequest) -> HttpResponse:
    """Keep what is in the composer; the answer says so, or who else is at the post. `sent`: a form whose button was pressed,
    found again: when its save came through there is nothing to keep."""
    key, seen = key_of(request.POST), _number(request.POST.get("seen", ""))
    post = request.workspace.posts.filter(pk=key).first()
    newer = keeping.newer(post, seen or 0)
    if newer and request.POST.get("sent"):
        return HttpResponse(status=204)
    kept = keeping.keep(request.POST, request.member, key, seen or 0)
    others = keeping.others_at(request.member, key)
    shown = {"kept": kept, "newer": newer if seen is not None else None, "others": others, "post": post}
    return render(request, "scheduler/_kept.html", shown)


def _number(sent: str) -> int | None:
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 9 else None


@require_POST
@allowed(Action.WRITE)
def set_aside(request: MemberRequest) -> HttpResponse:
    """Go on with the saved version, or with an empty composer."""
    key = key_of(request.POST)
    keeping.set_aside(request.member, key)
    if request.workspace.posts.filter(pk=key).exists():
        return redirect("post-edit", key)
    return redirect("post-new")


@require_GET
@allowed(Action.SEE)
def versions(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The versions of a post, the newest first, each with what it changed."""
    post = get_object_or_404(request.workspace.posts, pk=pk)
    page = Paginator(post.revisions.select_related("by"), PAGE).get_page(request.GET.get("page"))
    statuses = post.publications.values_list("status", flat=True)
    shown = {
        "post": post,
        "page": page,
        "rows": _rows(post, list(page)),
        "unsaved": keeping.of(request.member, pk, even_set_aside=True),
        "editable": all(one in (*UNCLAIMED, Status.FAILED, Status.CANCELLED) for one in statuses),
    }
    return render(request, "scheduler/versions.html", shown)


def _rows(post: Post, found: list[Revision]) -> list[dict[str, Any]]:
    """Each version with what is different from the one before it."""
    oldest = post.revisions.filter(number=found[-1].number - 1).first() if found else None
    before = [*found[1:], oldest][: len(found)]
    names = history.Names(post.workspace, [one.content for one in [*found, oldest] if one])
    return [
        {"revision": one, "first": old is None, "changes": history.compare(old.content, one.content, names) if old else []}
        for one, old in zip(found, before, strict=True)
    ]
