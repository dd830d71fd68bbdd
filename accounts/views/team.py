"""The team: members and roles, invitations, and joining by a link."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import inviting
from accounts.access import MemberRequest, allowed
from accounts.forms import InviteForm, JoinForm, RoleForm, add_problem
from accounts.models import Invitation, User
from accounts.roles import MAY, Action, Role
from accounts.verbs import Problem


@require_GET
@allowed(Action.SEE)
def team(request: MemberRequest) -> HttpResponse:
    """Who is in the workspace, and what each role may do."""
    return render(request, "accounts/team.html", shown(request, InviteForm()))


def shown(request: MemberRequest, form: InviteForm) -> dict[str, Any]:
    """What the team page reads."""
    return {
        "members": request.workspace.members.select_related("user"),
        "invitations": request.workspace.invitations.filter(accepted_at__isnull=True),
        "now": timezone.now(),
        "roles": Role.choices,
        "table": [(action.label, [action in MAY[role] for role in Role]) for action in Action],
        "form": form,
    }


@require_POST
@allowed(Action.INVITE)
def invite(request: MemberRequest) -> HttpResponse:
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            link = inviting.invite(request.member, form.cleaned_data["email"], form.cleaned_data["role"])
        except Problem as problem:
            add_problem(form, problem)
        else:
            messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": form.cleaned_data["email"]})
            if settings.DEMO:  # a demo has no mail server: whoever tries it out needs the link
                messages.info(request, _("This is a demo, so here is the link of the mail: %(link)s") % {"link": link})
            return redirect("team")
    return render(request, "accounts/team.html", shown(request, form), status=422)


@require_POST
@allowed(Action.INVITE)
def withdraw(request: MemberRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(request.workspace.invitations, pk=pk, accepted_at__isnull=True)
    inviting.withdraw(request.member, invitation)
    messages.success(request, _("The invitation of %(email)s is withdrawn.") % {"email": invitation.email})
    return redirect("team")


@require_POST
@allowed(Action.INVITE)
def change_role(request: MemberRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(request.workspace.members.select_related("user"), pk=pk)
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise Problem(_("There is no such role."))
    inviting.change_role(request.member, member, form.cleaned_data["role"])
    messages.success(request, _("%(name)s is %(role)s now.") % {"name": member, "role": member.get_role_display()})
    return redirect("team")


@require_POST
@allowed(Action.INVITE)
def remove(request: MemberRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(request.workspace.members.select_related("user"), pk=pk)
    inviting.remove(request.member, member)
    messages.success(request, _("%(name)s is no longer a member.") % {"name": member})
    return redirect("team")


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, secret: str) -> HttpResponse:
    """The page behind an invitation's link: a signed-in user joins with a click, a new one with a name and a password."""
    try:
        invitation = inviting.invitation(secret)
    except Problem as problem:
        return render(request, "accounts/join_over.html", {"problem": problem}, status=410)
    if request.user.is_authenticated:
        return _join_as(request, request.user, invitation, secret)
    form = JoinForm(request.POST or None)
    if form.is_valid():
        try:
            member = inviting.join_new(secret, form.cleaned_data["name"], form.cleaned_data["password"])
        except Problem as problem:
            add_problem(form, problem)
        else:
            login(request, member.user)
            return _enter(request, member.workspace_id)
    known = User.objects.filter(email=invitation.email).exists()
    shown = {"invitation": invitation, "form": form, "known": known}
    return render(request, "accounts/join.html", shown, status=422 if form.errors else 200)


def _join_as(request: HttpRequest, user: User, invitation: Invitation, secret: str) -> HttpResponse:
    if request.method == "POST":
        return _enter(request, inviting.join(secret, user).workspace_id)
    return render(request, "accounts/join.html", {"invitation": invitation})


def _enter(request: HttpRequest, workspace: UUID) -> HttpResponse:
    request.session["workspace"] = str(workspace)
    messages.success(request, _("Welcome!"))
    return redirect("home")
