"""Addresses of people, channels and the workspace."""

from django.urls import path

from accounts.views import channels, live, notices, people, settings, team

urlpatterns = [
    path("sign-in/", people.sign_in, name="sign-in"),
    path("sign-out/", people.sign_out, name="sign-out"),
    path("language/", people.language, name="language"),
    path("join/<str:secret>/", team.join, name="join"),
    path("workspaces/<uuid:pk>/switch/", people.switch, name="switch"),
    path("channels/", channels.channels, name="channels"),
    path("channels/connect/<slug:network>/", channels.connect, name="connect"),
    path("channels/connect/<slug:network>/with/", channels.connect_form, name="connect-form"),
    path("channels/choose/<str:state>/", channels.choose, name="choose"),
    path("channels/<uuid:pk>/disconnect/", channels.disconnect, name="disconnect"),
    path("connected/", channels.connected, name="connected"),
    path("team/", team.team, name="team"),
    path("team/invite/", team.invite, name="invite"),
    path("team/invitations/<int:pk>/withdraw/", team.withdraw, name="withdraw"),
    path("team/<int:pk>/role/", team.change_role, name="change-role"),
    path("team/<int:pk>/remove/", team.remove, name="remove"),
    path("settings/", settings.settings, name="settings"),
    path("settings/audit/", settings.audit, name="audit"),
    path("notices/", notices.notices, name="notices"),
    path("notices/latest/", notices.latest, name="notices-latest"),
    path("notices/count/", notices.count, name="notices-count"),
    path("notices/read/", notices.read_all, name="notices-read"),
    path("notices/choices/", notices.choices, name="notice-choices"),
    path("notices/<int:pk>/", notices.follow, name="notice"),
    path("live/", live.stream, name="live"),
    path("live/unread/", live.unread, name="unread"),
]
