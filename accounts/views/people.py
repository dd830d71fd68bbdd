"""Signing in and out, and choosing the workspace."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, allowed
from accounts.forms import SignInForm
from accounts.roles import Action


@sensitive_post_parameters("password")
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """E-mail and password. In the demo the log-ins are shown as buttons that fill in the form."""
    if request.user.is_authenticated:
        return redirect("home")
    form = SignInForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        login(request, form.user)
        return redirect(_after(request))
    return render(
        request,
        "accounts/sign_in.html",
        {"form": form, "next": _after(request), "log_ins": settings.DEMO and DEMO},
        status=422 if form.errors else 200,
    )
