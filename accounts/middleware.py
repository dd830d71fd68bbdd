"""Which workspace a request is about, which language it speaks, and how a Problem reaches the user: in one place each."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation

from accounts import languages
from accounts.live import stamp
from accounts.models import Member
from accounts.verbs import Forbidden, Problem

GetResponse = Callable[[HttpRequest], HttpResponse]


class WorkspaceMiddleware:
    """Gives every signed-in request `request.member` and `request.workspace`: the one chosen last, else the first.

    To a request for a whole page also `request.stamp`, taken before anything is read that the page shows (accounts.live).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.member = request.workspace = None  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            members = Member.objects.filter(user=request.user).select_related("workspace", "user")
            chosen = request.session.get("workspace")
            found = (members.filter(workspace_id=chosen).first() if chosen else None) or members.first()
            if found:
                request.member, request.workspace = found, found.workspace  # type: ignore[attr-defined]
                request.stamp = stamp(found.workspace_id) if _is_for_a_page(request) else ""  # type: ignore[attr-defined]
        return self.get_response(request)


def _is_for_a_page(request: HttpRequest) -> bool:
    asks = request.method == "GET" and "HX-Request" not in request.headers
    return asks and "text/html" in request.headers.get("Accept", "")


class LanguageMiddleware:
    """After Django's, which knows only the browser: what the user or the workspace has chosen comes first."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if language := languages.of(request):
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


class ProblemMiddleware:
    """Turns a Problem that no view answered into a message where the user came from, and Forbidden into a 403."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Forbidden):
            raise PermissionDenied(str(exception)) from exception
        if not isinstance(exception, Problem):
            return None
        if request.headers.get("HX-Request") or request.headers.get("Accept", "").startswith("application/json"):
            return HttpResponse(str(exception), status=422, content_type="text/plain; charset=utf-8")
        messages.error(request, str(exception))
        return redirect(request.headers.get("Referer") or "home")
