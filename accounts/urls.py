"""Addresses of people, channels and the workspace."""

from django.urls import path

from accounts.views import channels, live, people

urlpatterns = [
    path("sign-in/", people.sign_in, name="sign-in"),
    path("sign-out/", people.sign_out, name="sign-out"),
    path("workspaces/<uuid:pk>/switch/", people.switch, name="switch"),
    path("channels/", channels.channels, name="channels"),
    path("channels/connect/<slug:network>/", channels.connect, name="connect"),
    path("channels/choose/<str:state>/", channels.choose, name="choose"),
    path("channels/<uuid:pk>/disconnect/", channels.disconnect, name="disconnect"),
    path("connected/", channels.connected, name="connected"),
    path("live/", live.stream, name="live"),
    path("live/unread/", live.unread, name="unread"),
]
