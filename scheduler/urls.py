"""Addresses of planning and publishing."""

from django.urls import path

from scheduler.views import audiences, calendar, composer, library, matrix, posts, publication, stopping

urlpatterns = [
    path("calendar/", calendar.page, name="calendar"),
    path("calendar/feed/", calendar.feed, name="calendar-feed"),
    path("calendar/drafts/", calendar.drafts, name="calendar-drafts"),
    path("posts/", posts.posts, name="posts"),
    path("posts/new/", composer.new, name="post-new"),
    path("posts/check/", composer.check, name="post-check"),
    path("posts/<uuid:pk>/", posts.post, name="post"),
    path("posts/<uuid:pk>/edit/", composer.edit, name="post-edit"),
    path("posts/<uuid:pk>/move/", calendar.move, name="post-move"),
    path("posts/<uuid:pk>/copy/", posts.copy, name="post-copy"),
    path("posts/<uuid:pk>/delete/", posts.delete, name="post-delete"),
    path("posts/<uuid:pk>/audiences/", matrix.page, name="post-audiences"),
    path("posts/<uuid:pk>/audiences/day/", matrix.day, name="post-day"),
    path("posts/<uuid:pk>/audiences/everybody/", matrix.everybody, name="post-everybody"),
    path("posts/<uuid:pk>/audiences/schedule/", matrix.schedule, name="post-schedule"),
    path("posts/<uuid:pk>/audiences/take-back/", matrix.take_back, name="post-take-back"),
    path("posts/<uuid:pk>/audiences/<uuid:audience>/", matrix.row, name="post-audience"),
    path("posts/<uuid:pk>/audiences/<uuid:audience>/<uuid:channel>/", matrix.cell, name="post-cell"),
    path("audiences/", audiences.page, name="audiences"),
    path("audiences/new/", audiences.new, name="audience-new"),
    path("audiences/<uuid:pk>/", audiences.edit, name="audience"),
    path("audiences/<uuid:pk>/delete/", audiences.delete, name="audience-delete"),
    path("media/", library.add, name="media-add"),
    path("media/<uuid:pk>/", library.media, name="media"),
    path("media/<uuid:pk>/thumb/", library.thumb, name="media-thumb"),
    path("given/<str:token>/<str:name>", library.given, name="given"),
    path("media/<uuid:pk>/film/", library.make_film, name="media-film"),
    path("publications/<uuid:pk>/", publication.page, name="publication"),
    path("publications/<uuid:pk>/retry/", publication.retry, name="retry"),
    path("publications/<uuid:pk>/cancel/", publication.cancel, name="cancel"),
    path("publications/<uuid:pk>/there/", publication.there, name="there"),
    path("publications/<uuid:pk>/take-down/", publication.take_down, name="take-down"),
    path("stop/", stopping.stop, name="stop"),
    path("resume/", stopping.resume, name="resume"),
    path("channels/<uuid:pk>/hold/", stopping.hold_channel, name="hold-channel"),
]
