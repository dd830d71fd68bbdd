"""Addresses of people, channels and the workspace."""

from django.urls import path

from accounts.views import live, people

urlpatterns = [
    path("sign-in/", people.sign_in, name="sign-in"),
    path("sign-out/", people.sign_out, name="sign-out"),
    path("workspaces/<uuid:pk>/switch/", people.switch, name="switch"),
    path("live/", live.stream, name="live"),
    path("live/unread/", live.unread, name="unread"),
]
