"""The inbox's screen: the list, one conversation, and the parts that change while one looks."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import MemberRequest, allowed, is_htmx
from accounts.models import Channel
from accounts.roles import Action
from connectors import connector
from inbox import clocks, handling, listing, replying
from inbox.forms import ReplyForm
from inbox.models import KINDS, Conversation

AT_ONCE = 100  # messages that a thread shows at first, and more at each wish for earlier ones
OTHERS = 5

KIND_ICONS = {"comment": "message-circle", "mention": "at", "message": "mail", "review": "star"}


@require_GET
@allowed(Action.SEE)
def inbox(request: MemberRequest) -> HttpResponse:
    """The list, and room for a conversation."""
    return render(request, "inbox/inbox.html", shown_list(request, listing.Filters.of(request.GET.dict())))


@require_GET
@allowed(Action.SEE)
def rows(request: MemberRequest) -> HttpResponse:
    """Lines of the list: the first page afresh (as many lines as were shown), or the page behind a cursor."""
    filters = listing.Filters.of(request.GET.dict())
    context: dict[str, Any] = {"page": listing.page(request.member, filters), "filters": filters}
    context["today"] = timezone.localdate()
    if not filters.after:
        context["fresh_count"] = listing.count_open(request.workspace)
    return render(request, "inbox/_rows.html", context)


@require_GET
@allowed(Action.SEE)
def conversation(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The page with this conversation open; for htmx the conversation alone."""
    found = find(request, pk)
    filters = listing.Filters.of(request.GET.dict())
    context = {**shown(request, found), "filters": filters}
    if is_htmx(request) and "HX-History-Restore-Request" not in request.headers:
        return render(request, "inbox/_conversation.html", context)
    return render(request, "inbox/inbox.html", {**shown_list(request, filters), **context})


@require_GET
@allowed(Action.SEE)
def messages(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The part of a conversation that changes by itself, fresh; `pages` times as many messages as at first."""
    found = find(request, pk)
    return render(request, "inbox/_fresh.html", shown_messages(request, found))


def find(request: MemberRequest, pk: UUID) -> Conversation:
    """The conversation with what its pane shows. Another workspace's is a 404."""
    rows = request.workspace.conversations.select_related("channel", "publication", "assignee__user")
    found = get_object_or_404(rows.prefetch_related(clocks.shown()), pk=pk)
    found.workspace = request.workspace
    return found


def shown_list(request: MemberRequest, filters: listing.Filters) -> dict[str, Any]:
    return {
        "filters": filters,
        "page": listing.page(request.member, filters),
        "open_count": listing.count_open(request.workspace),
        "channels": request.workspace.channels.exclude(status=Channel.Status.REMOVED),
        "kinds": KINDS.items(),
        "waitings": listing.Waiting.choices,
        "most_rows": listing.MOST_ROWS,
        "today": timezone.localdate(),
    }


def shown(request: MemberRequest, found: Conversation, form: ReplyForm | None = None, **more: Any) -> dict[str, Any]:
    """What the conversation's templates read."""
    context = {**shown_messages(request, found), **shown_person(found), **more}
    context["why_not"] = replying.barred(request.member) or replying.obstacle(found)
    context["rules"] = connector(found.channel.network).rules
    context["form"] = form or ReplyForm()
    return context


def shown_messages(request: MemberRequest, found: Conversation) -> dict[str, Any]:
    latest = found.messages.aggregate(latest=Max("pk"))["latest"] or 0  # before the messages: what comes between is unseen
    pages = _pages(request.GET.get("pages", ""))
    newest_first = list(found.messages.select_related("by").order_by("-sent_at", "-pk")[: pages * AT_ONCE + 1])
    thread, more = newest_first[: pages * AT_ONCE][::-1], len(newest_first) > pages * AT_ONCE
    return {
        "conversation": found,
        "kind_icon": KIND_ICONS.get(found.kind, "message-circle"),
        "thread": thread,
        "entries": handling.history(found, thread, since=thread[0].sent_at if more else None),
        "pages": pages,
        "earlier": pages + 1 if more else 0,
        "latest": latest,
        "today": timezone.localdate(),
        "later": handling.later(timezone.localtime()).items(),
        "colleagues": handling.colleagues(request.workspace),
    }


def _pages(given: str) -> int:
    return max(1, int(given)) if given.isdecimal() and len(given) < 4 else 1


def shown_person(found: Conversation) -> Mapping[str, Any]:
    """What else there is with the same person on this channel."""
    if not found.person_id:
        return {"others": [], "others_count": 0}
    same = found.channel.conversations.filter(person_id=found.person_id).exclude(pk=found.pk).order_by("-last_at")
    return {"others": same[:OTHERS], "others_count": same.count()}


def changed(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The conversation as it now is."""
    if not is_htmx(request):
        return redirect("conversation", pk)
    return render(request, "inbox/_fresh.html", shown(request, find(request, pk)))
