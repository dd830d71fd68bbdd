"""Who gets to see a page: signed in, in a workspace, with a role that allows the action."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlsplit, urlunsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member, User, Workspace
from accounts.roles import Action, may

P = ParamSpec("P")


class MemberRequest(HttpRequest):
    """A request whose user is a member of the workspace that it is about; `accounts.middleware` sets both."""

    user: User  # nobody anonymous gets past `allowed`
    member: Member
    workspace: Workspace


View = Callable[Concatenate[MemberRequest, P], HttpResponseBase]


def allowed(action: Action) -> Callable[[View[P]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]]:
    """A view for members whose role allows `action`.

    Others are sent to sign in, or get a 403. Inside, Django's current time zone is the workspace's, so that templates
    show its wall time. The view carries `action`, which the test of all addresses reads.
    """

    def decorate(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            member: Member | None = getattr(request, "member", None)
            if not request.user.is_authenticated:
                return to_sign_in(request)
            if member is None:
                return render(request, "accounts/no_workspace.html", status=403)
            if not may(member.role, action):
                reason = _("Your role (%(role)s) may not %(action)s. An owner or admin can change it.")
                raise PermissionDenied(reason % {"role": member.get_role_display(), "action": action.label})
            with timezone.override(member.workspace.zone):
                return view(request, *args, **kwargs)  # type: ignore[arg-type]  # it is a MemberRequest by now

        guarded.action = action  # type: ignore[attr-defined]
        return guarded

    return decorate


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back to here; for a request of htmx, by its own header."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": resolve_url("sign-in")})
    return redirect_to_login(_page_of(request), resolve_url("sign-in"))


def _page_of(request: HttpRequest) -> str:
    """The page that somebody looks at: for what a button sent, the page with the button."""
    if request.method == "GET":
        return request.get_full_path()
    before = urlsplit(request.headers.get("Referer", ""))
    return urlunsplit(("", "", before.path, before.query, "")) if before.netloc == request.get_host() else resolve_url("home")


def is_htmx(request: HttpRequest) -> bool:
    """The request wants a fragment, not a page."""
    return bool(request.headers.get("HX-Request"))
