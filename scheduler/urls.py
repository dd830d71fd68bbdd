"""Addresses of planning and publishing."""

from django.urls import path

from scheduler.views import publication, stopping

urlpatterns = [
    path("publications/<uuid:pk>/", publication.page, name="publication"),
    path("publications/<uuid:pk>/retry/", publication.retry, name="retry"),
    path("publications/<uuid:pk>/cancel/", publication.cancel, name="cancel"),
    path("publications/<uuid:pk>/there/", publication.there, name="there"),
    path("publications/<uuid:pk>/take-down/", publication.take_down, name="take-down"),
    path("stop/", stopping.stop, name="stop"),
    path("resume/", stopping.resume, name="resume"),
    path("channels/<uuid:pk>/hold/", stopping.hold_channel, name="hold-channel"),
]
