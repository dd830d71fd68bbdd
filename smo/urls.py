"""All addresses."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from inbox.urls import webhooks
from smo.views import home, put_steps_away


def healthz(request: HttpRequest) -> HttpResponse:
    """The web process answers."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("", include(webhooks)),  # first: networks call by the thousand, and all that stands before is tried in vain
    path("healthz", healthz, name="healthz"),
    path("", home, name="home"),
    path("first-steps/", put_steps_away, name="first-steps"),
    path("", include("accounts.urls")),
    path("", include("scheduler.urls")),
    path("", include("inbox.urls")),
]
