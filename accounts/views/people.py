"""Signing in and out, and choosing the workspace."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, allowed
from accounts.forms import SignInForm, add_problem
from accounts.roles import Action
from accounts.signing_in import DEMO_LOG_INS, who_is
from accounts.verbs import Problem


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """E-mail and password. In the demo the log-ins are shown as buttons that fill in the form."""
    if request.user.is_authenticated:
        return redirect(_after(request))
    form = SignInForm(request.POST or None)
    if form.is_valid():
        try:
            login(request, who_is(request, form.cleaned_data["email"], form.cleaned_data["password"]))
        except Problem as problem:
            add_problem(form, problem)
        else:
            return redirect(_after(request))
    shown = {"form": form, "next": _after(request), "log_ins": DEMO_LOG_INS if settings.DEMO else ()}
    return render(request, "accounts/sign_in.html", shown, status=422 if form.errors else 200)


def _after(request: HttpRequest) -> str:
    """Where to go once signed in: `next`, when it is an address of this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return resolve_url("home")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("sign-in")


@require_POST
@allowed(Action.SEE)
def switch(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Work in another workspace of the user's from now on."""
    membership = get_object_or_404(request.user.memberships, workspace_id=pk)
    request.session["workspace"] = str(membership.workspace_id)
    return redirect("home")
