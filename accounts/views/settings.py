"""The workspace's settings, its emergency stop, and the record of who did what."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import MemberRequest, allowed
from accounts.forms import SettingsForm
from accounts.recorded import told
from accounts.roles import Action
from accounts.workspaces import SETTINGS, change_settings

PAGE = 50


@require_http_methods(["GET", "POST"])
@allowed(Action.SETTINGS)
def settings(request: MemberRequest) -> HttpResponse:
    form = SettingsForm(request.POST or None, initial={name: getattr(request.workspace, name) for name in SETTINGS})
    if request.method == "POST" and form.is_valid():
        change_settings(request.member, form.cleaned_data)
        messages.success(request, _("The settings are saved."))
        return redirect("settings")
    return render(request, "accounts/settings.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@allowed(Action.SETTINGS)
def audit(request: MemberRequest) -> HttpResponse:
    """Who did what, newest first; `page` counts from 1."""
    asked = request.GET.get("page", "1")
    page = max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    rows = request.workspace.audit.select_related("user")[(page - 1) * PAGE : page * PAGE + 1]
    found = list(rows)
    entries = [(entry, told(entry.details)) for entry in found[:PAGE]]
    shown = {"entries": entries, "page": page, "newer": page - 1, "older": page + 1 if len(found) > PAGE else 0}
    return render(request, "accounts/audit.html", shown)
