"""The bell: what a member should know, and how the member wants to hear of it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import noticing
from accounts.access import MemberRequest, allowed, is_htmx
from accounts.forms import NoticesForm
from accounts.models import Notice
from accounts.roles import Action
from accounts.saying import sentence

PAGE, LATEST = 30, 8


@require_GET
@allowed(Action.SEE)
def notices(request: MemberRequest) -> HttpResponse:
    """All of them, page by page."""
    page = Paginator(noticing.shown(request.member), PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/notices.html", {"page": page, "lines": _lines(page), "today": timezone.localdate()})


@require_GET
@allowed(Action.SEE)
def latest(request: MemberRequest) -> HttpResponse:
    """The newest ones, for the menu at the bell."""
    return _latest(request)


def _latest(request: MemberRequest) -> HttpResponse:
    lines = _lines(noticing.shown(request.member)[:LATEST])
    return render(request, "accounts/_notices_latest.html", {"lines": lines, "today": timezone.localdate()})


@require_GET
@allowed(Action.SEE)
def count(request: MemberRequest) -> HttpResponse:
    """The badge of unread notices, fresh."""
    return render(request, "components/unread.html", {"count": noticing.unread(request.member)})


@require_GET
@allowed(Action.SEE)
def follow(request: MemberRequest, pk: int) -> HttpResponse:
    """Where a notice leads to; it is read by that."""
    notice = get_object_or_404(request.member.notices, pk=pk)
    noticing.read(request.member.notices.filter(pk=pk), request.member)
    return redirect(notice.leads_to)


@require_POST
@allowed(Action.SEE)
def read_all(request: MemberRequest) -> HttpResponse:
    """Mark all of them as read."""
    noticing.read(request.member.notices.all(), request.member)
    return _latest(request) if is_htmx(request) else redirect("notices")


@require_http_methods(["GET", "POST"])
@allowed(Action.SEE)
def choices(request: MemberRequest) -> HttpResponse:
    """In the app or not, by mail or not, for each kind."""
    form = NoticesForm(noticing.chosen(request.member), request.POST or None)
    if request.method == "POST" and form.is_valid():
        noticing.choose(request.member, form.wishes)
        messages.success(request, _("Your choice is saved."))
        return redirect("notice-choices")
    return render(request, "accounts/notice_choices.html", {"form": form}, status=422 if form.errors else 200)


def _lines(found: Any) -> list[tuple[Notice, str, str]]:
    """Each with its sentence and its icon."""
    return [(one, sentence(one), noticing.ICONS.get(one.kind, "bell")) for one in found]
