"""Queues: all channels at a glance, the week of one channel as a grid, queues with names."""

from datetime import time
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, allowed, is_htmx
from accounts.models import Channel
from accounts.roles import Action
from accounts.verbs import Problem
from scheduler.models import Queue
from scheduler.plans import dealing, queues, slots
from scheduler.plans.plan_forms import NameForm, SlotForm, TimesForm


@require_GET
@allowed(Action.SEE)
def overview(request: MemberRequest) -> HttpResponse:
    """Every channel with its slots and gaps of the coming days, and the queues."""
    channels = request.workspace.current_channels
    ahead = slots.ahead_of(request.workspace, channels)
    rows = [(channel, *_count(ahead[channel.pk])) for channel in channels]
    return render(request, "scheduler/queues.html", {"rows": rows, "days": slots.SHOWN.days, **_names(request)})


def _count(turns: list[slots.Turn]) -> tuple[int, int, Any]:
    """How many slots come, how many of them are free, and when the first of these is."""
    free = [turn.at for turn in turns if turn.publication is None]
    return len(turns), len(free), free[0] if free else None


def _names(request: MemberRequest) -> dict[str, Any]:
    return {"queues": list(request.workspace.queues.all()), "naming": NameForm(prefix="new")}


@require_GET
@allowed(Action.SEE)
def week(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The week of one channel, and what has its slots in the days to come."""
    return _week(request, _channel(request, pk))


def _channel(request: MemberRequest, pk: UUID) -> Channel:
    return get_object_or_404(request.workspace.channels.select_related("workspace"), pk=pk)


def _week(
    request: MemberRequest,
    channel: Channel,
    form: TimesForm | None = None,
    also: time | None = None,
    told: dict[str, str] | None = None,
) -> HttpResponse:
    """`also`: a row that stays although it is empty now, so that a click can be taken back. `told`: what the page says of a
    shuffle."""
    rows, ahead = queues.week(channel, also), slots.ahead(channel)
    total, free, first = _count(ahead)
    shown = {
        "channel": channel,
        "channels": request.workspace.current_channels,
        "rows": rows,
        "weekdays": [(day, WEEKDAYS[day], WEEKDAYS_ABBR[day]) for day in range(7)],
        "empty_days": [WEEKDAYS[day] for day in queues.empty_days(rows)],
        "ahead": ahead,
        "days": slots.SHOWN.days,
        "total": total,
        "free": free,
        "first": first,
        "form": form or TimesForm(request.workspace),
        "chosen": request.POST.get("queue", ""),
        "told": told,
        **_names(request),
    }
    template = "scheduler/_queue_week.html" if is_htmx(request) else "scheduler/queue.html"
    return render(request, template, shown, status=422 if form else 200)


@require_POST
@allowed(Action.SCHEDULE)
def toggle(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One cell of the grid, on or off."""
    channel, form = _channel(request, pk), SlotForm(request.workspace, request.POST)
    if not form.is_valid():
        raise Problem(_("That is no time of the week: open the page again."))
    day, at = form.cleaned_data["slot"]
    queues.toggle(channel, day, at, request.member, form.cleaned_data["queue"])
    return _week(request, channel, also=at) if is_htmx(request) else redirect("queue-week", pk)


@require_POST
@allowed(Action.SCHEDULE)
def add(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A time on several weekdays at once."""
    channel, form = _channel(request, pk), TimesForm(request.workspace, request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            queues.put(channel, given["days"], given["at"], request.member, given["queue"])
        except Problem as problem:
            form.add_error(problem.field or None, str(problem))
    if form.errors:
        return _week(request, channel, form)
    return _week(request, channel) if is_htmx(request) else redirect("queue-week", pk)


@require_POST
@allowed(Action.SCHEDULE)
def copy(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The times of another channel (`source`) beside its own."""
    channel, form = _channel(request, pk), forms.Form(request.POST)
    form.fields["source"] = forms.ModelChoiceField(request.workspace.channels.exclude(pk=pk))
    if not form.is_valid():
        raise Problem(_("Choose the channel whose times you want."))
    count = queues.copy_week(form.cleaned_data["source"], channel, request.member)
    messages.success(request, _("%(count)d times are new.") % {"count": count})
    return redirect("queue-week", pk)


@require_POST
@allowed(Action.SCHEDULE)
def shuffle(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Deal the waiting posts of a channel anew, and give the page the means to take that back."""
    channel = _channel(request, pk)
    dealt = dealing.shuffle(channel, request.member)
    said = _("%(count)d posts have changed places.") % {"count": len(dealt)}
    return _told(request, channel, {"said": said, "level": "success", "undo": dealing.seal(dealt, channel)})


@require_POST
@allowed(Action.SCHEDULE)
def unshuffle(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take back the shuffle that an answer gave a `token` for."""
    channel = _channel(request, pk)
    done = dealing.take_back(channel, dealing.unseal(request.POST.get("token", ""), channel), request.member)
    if not done.kept:
        return _told(request, channel, {"said": _("Undone."), "level": "success"})
    stays = ngettext(
        "%(count)d post stays: it was moved or sent in the meantime, or its old time is taken.",
        "%(count)d posts stay: they were moved or sent in the meantime, or their old times are taken.",
        done.kept,
    )
    return _told(request, channel, {"said": stays % {"count": done.kept}, "level": "warning"})


def _told(request: MemberRequest, channel: Channel, told: dict[str, str]) -> HttpResponse:
    if is_htmx(request):
        return _week(request, channel, told=told)
    messages.add_message(request, getattr(messages, told["level"].upper()), told["said"])
    return redirect("queue-week", channel.pk)


# -- queues with names --------------------------------------------------------------------------------------------------


@require_POST
@allowed(Action.SCHEDULE)
def make(request: MemberRequest) -> HttpResponse:
    return _kept(request, NameForm(request.POST, prefix="new"), None)


@require_POST
@allowed(Action.SCHEDULE)
def change(request: MemberRequest, pk: UUID) -> HttpResponse:
    """`do` is keep (name and colour), pause, resume or delete."""
    queue = get_object_or_404(request.workspace.queues, pk=pk)
    do = request.POST.get("do", "keep")
    if do in ("pause", "resume"):
        queues.pause(queue, do == "pause", request.member)
        said = _("%(queue)s gives no slots away until you resume it.") if do == "pause" else _("%(queue)s goes on.")
        messages.success(request, said % {"queue": queue.name})
    elif do == "delete":
        queues.delete(queue, request.member)
        messages.success(request, _("The queue is deleted. Posts that were scheduled keep their times."))
    else:
        return _kept(request, NameForm(request.POST), queue)
    return _back(request)


def _kept(request: MemberRequest, form: NameForm, queue: Queue | None) -> HttpResponse:
    if not form.is_valid():
        raise Problem(_("Give the queue a name of up to 50 letters."))
    queues.keep(form.cleaned_data["name"], form.cleaned_data["colour"], request.member, queue)
    messages.success(request, _("The queue is saved."))
    return _back(request)


def _back(request: MemberRequest) -> HttpResponse:
    return redirect("queues")
