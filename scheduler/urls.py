"""Addresses of planning and publishing."""

from django.urls import path

from scheduler.views import calendar, composer, exports, imports, library, posts, publication, search, stopping

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
    path("search/", search.page, name="search"),
    path("export/", exports.export, name="export"),
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.bring, name="import-new"),
    path("imports/template/", imports.template, name="import-template"),
    path("imports/<uuid:pk>/", imports.page, name="import"),
    path("imports/<uuid:pk>/columns/", imports.remap, name="import-columns"),
    path("imports/<uuid:pk>/start/", imports.start, name="import-start"),
    path("imports/<uuid:pk>/undo/", imports.undo, name="import-undo"),
    path("imports/<uuid:pk>/discard/", imports.discard, name="import-discard"),
    path("imports/<uuid:pk>/problems/", imports.problems, name="import-problems"),
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
