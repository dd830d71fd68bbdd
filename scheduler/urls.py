"""Addresses of planning and publishing."""

from django.urls import path

from scheduler.views import publication, stopping

urlpatterns = [
    path("publications/<uuid:pk>/", publication.page, name="publication"),
    path("stop/", stopping.stop, name="stop"),
    path("resume/", stopping.resume, name="resume"),
    path("channels/<uuid:pk>/hold/", stopping.hold_channel, name="hold-channel"),
]
