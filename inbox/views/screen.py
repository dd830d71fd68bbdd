"""The inbox's screen: the list, one conversation, and the parts that change while one looks."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Value, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import MemberRequest, allowed, is_htmx
from accounts.models import Channel
from accounts.roles import Action
from connectors import connector
from inbox import clocks, enclosing, handling, listing, moderating, people, reacting, replying, several
from inbox.conditions import RATINGS
from inbox.forms import ReplyForm
from inbox.models import KINDS, LANGUAGES, MOOD_ICONS, Conversation, Message, Mood

AT_ONCE = 100  # messages that a thread shows at first, and more at each wish for earlier ones

KIND_ICONS = {"comment": "message-circle", "mention": "at", "message": "mail", "review": "star"}


@require_GET
@allowed(Action.SEE)
def inbox(request: MemberRequest) -> HttpResponse:
    """The list, and room for a conversation."""
    filters = listing.Filters.of(request.GET.dict())
    return render(request, "inbox/inbox.html", {**shown_list(request, filters), **shown_team(request)})


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
def past(request: MemberRequest) -> HttpResponse:
    """How far new channels have been read back."""
    return render(request, "inbox/_pasts.html", {"reading": being_read(connected(request))})


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
    found = get_object_or_404(rows, pk=pk)
    found.workspace = request.workspace
    return found


def shown_list(request: MemberRequest, filters: listing.Filters) -> dict[str, Any]:
    channels = connected(request)  # before the page, which asks for those of a network
    return {
        "filters": filters,
        "page": listing.page(request.member, filters),
        **listing.head(request.workspace),
        "channels": channels,
        "reading": being_read(channels),
        "silent": dict.fromkeys(channel.no_inbox for channel in channels if channel.no_inbox),
        "networks": tuple(sorted({(one.network, one.network_name) for one in channels}, key=lambda pair: pair[1])),
        "ratings": tuple(RATINGS.items()),
        "kinds": tuple(KINDS.items()),
        "waitings": tuple(listing.Waiting.choices),
        "most_several": several.MOST,
        "moods": tuple(Mood.choices),
        "languages": tuple(LANGUAGES.items()),
        "most_rows": listing.MOST_ROWS,
        "today": timezone.localdate(),
    }


def connected(request: MemberRequest) -> list[Channel]:
    """The channels with what is read of their past; kept, because the page's frame shows them too."""
    found = list(request.workspace.channels.exclude(status=Channel.Status.REMOVED).select_related("past"))
    vars(request.workspace)["current_channels"] = found
    return found


def being_read(channels: Iterable[Channel]) -> list[Channel]:
    """Those of whose past there is something to say."""
    return [one for one in channels if hasattr(one, "past") and one.past.is_shown]


def shown(request: MemberRequest, found: Conversation, form: ReplyForm | None = None, **more: Any) -> dict[str, Any]:
    """What the conversation's templates read."""
    return {
        **shown_messages(request, found),
        **shown_person(request, found),
        **shown_box(request, found, more.pop("privately", None)),
        "form": form or ReplyForm(),
        **more,
    }


def shown_box(request: MemberRequest, found: Conversation, privately: Message | None = None) -> dict[str, Any]:
    """Whether, until when and with what one can answer; `privately`: what is to be answered by a private message."""
    leave = replying.privacy(found, privately) if privately else replying.leave(found)
    why_not = replying.barred(request.member) or replying.unreachable(found) or leave.why_not
    carries = None if privately else replying.carried(found)
    return {"why_not": why_not, "leave": leave, "privately": privately, "carries": carries}


def shown_messages(request: MemberRequest, found: Conversation) -> dict[str, Any]:
    prefetch_related_objects([found], clocks.shown())
    latest = found.messages.aggregate(latest=Max("pk"))["latest"] or 0  # before the messages: what comes between is unseen
    pages = _pages(request.GET.get("pages", ""))
    rows = found.messages.select_related("by", "picture", "rule")
    rows = rows.annotate(enclosed=enclosing.shown(), reactions=reacting.shown())
    newest_first = list(rows.order_by("-sent_at", "-pk")[: pages * AT_ONCE + 1])
    thread, more = newest_first[: pages * AT_ONCE][::-1], len(newest_first) > pages * AT_ONCE
    return {
        **shown_team(request, found),
        "conversation": found,
        "kind_icon": KIND_ICONS.get(found.kind, "message-circle"),
        "thread": thread,
        "entries": handling.history(found, thread, since=thread[0].sent_at if more else None),
        "pages": pages,
        "earlier": pages + 1 if more else 0,
        "latest": latest,
        "has_deeds": moderating.offers_any(found.channel),
        "theirs": next((one for one in reversed(thread) if not one.mine and not one.deleted), None),
        "mood_ways": [(mood.value, mood.label, MOOD_ICONS[mood]) for mood in Mood],
        "today": timezone.localdate(),
    }


def shown_team(request: MemberRequest, found: Conversation | None = None) -> dict[str, Any]:
    """With what conversations are handled: people, labels and which of them are on this one, times to put off to."""
    members = list(request.workspace.members.select_related("user"))
    on_it = Exists(request.workspace.labels.filter(pk=OuterRef("pk"), conversations=found)) if found else Value(False)
    labels = list(request.workspace.labels.annotate(worn=on_it))
    return {
        "later": handling.later(timezone.localtime()).items(),
        "colleagues": handling.answering(members),
        "mentionable": members,
        "labels": labels,
        "worn": [one for one in labels if one.worn],
    }


def _pages(given: str) -> int:
    return max(1, int(given)) if given.isdecimal() and len(given) < 4 else 1


def shown_person(request: MemberRequest, found: Conversation) -> dict[str, Any]:
    known = people.Acquaintance(found, request.member)
    rules = connector(found.channel.network).rules
    return {"conversation": found, "known": known, "rules": rules, "today": timezone.localdate()}


def changed(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The conversation as it now is."""
    if not is_htmx(request):
        return redirect("conversation", pk)
    return render(request, "inbox/_fresh.html", shown(request, find(request, pk)))
