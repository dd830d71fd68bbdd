"""Addresses of planning and publishing."""

from django.urls import path

from scheduler.views import asset, calendar, composer, library, posts, publication, shelf, stopping, uploads

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
    path("media/", library.add, name="media-add"),
    path("media/<uuid:pk>/", library.media, name="media"),
    path("media/<uuid:pk>/thumb/", library.thumb, name="media-thumb"),
    path("given/<str:token>/<str:name>", library.given, name="given"),
    path("media/<uuid:pk>/film/", library.make_film, name="media-film"),
    path("media/<uuid:pk>/row/", library.row, name="media-row"),
    path("library/", shelf.page, name="library"),
    path("library/many/", shelf.many, name="library-many"),
    path("library/folders/", shelf.add_folder, name="folder-add"),
    path("library/folders/<uuid:pk>/", shelf.change_folder, name="folder"),
    path("library/uploads/", uploads.begin, name="uploads"),
    path("library/uploads/<uuid:pk>/", uploads.upload, name="upload"),
    path("library/<uuid:pk>/", asset.page, name="asset"),
    path("library/<uuid:pk>/cut/", asset.cut, name="asset-cut"),
    path("library/<uuid:pk>/poster/", asset.poster, name="asset-poster"),
    path("library/<uuid:pk>/delete/", asset.delete, name="asset-delete"),
    path("publications/<uuid:pk>/", publication.page, name="publication"),
    path("publications/<uuid:pk>/retry/", publication.retry, name="retry"),
    path("publications/<uuid:pk>/cancel/", publication.cancel, name="cancel"),
    path("publications/<uuid:pk>/there/", publication.there, name="there"),
    path("publications/<uuid:pk>/take-down/", publication.take_down, name="take-down"),
    path("stop/", stopping.stop, name="stop"),
    path("resume/", stopping.resume, name="resume"),
    path("channels/<uuid:pk>/hold/", stopping.hold_channel, name="hold-channel"),
]
