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

from accounts import languages
from accounts.access import MemberRequest, allowed
from accounts.forms import SignInForm, add_problem
from accounts.models import Language, User
from accounts.roles import Action
from accounts.signing_in import DEMO_LOG_INS, who_is
from accounts.verbs import Problem

YEAR = 365 * 86_400


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
            user = who_is(request, form.cleaned_data["email"], form.cleaned_data["password"])
        except Problem as problem:
            add_problem(form, problem)
        else:
            languages.keep_choice(request, user)
            login(request, user)
            return redirect(_after(request))
    shown = {"form": form, "next": _after(request), "log_ins": DEMO_LOG_INS if settings.DEMO else ()}
    shown["languages"] = Language.choices
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
def language(request: HttpRequest) -> HttpResponse:
    """Read everything in another language from now on, also here before signing in."""
    code = languages.known(request.POST.get("language", ""))
    if isinstance(request.user, User):
        languages.choose(request.user, code)
    answer = redirect(_after(request))
    answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, max_age=YEAR, samesite="Lax", httponly=True, secure=settings.HTTPS)
    return answer


@require_POST
@allowed(Action.SEE)
def switch(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Work in another workspace of the user's from now on."""
    membership = get_object_or_404(request.user.memberships, workspace_id=pk)
    request.session["workspace"] = str(membership.workspace_id)
    return redirect("home")
