"""Addresses of planning and publishing."""

from django.urls import path

from scheduler.views import calendar, composer, library, picking, posts, publication, stopping, texts, writing

urlpatterns = [
    path("calendar/", calendar.page, name="calendar"),
    path("calendar/feed/", calendar.feed, name="calendar-feed"),
    path("calendar/drafts/", calendar.drafts, name="calendar-drafts"),
    path("posts/", posts.posts, name="posts"),
    path("posts/new/", composer.new, name="post-new"),
    path("posts/check/", composer.check, name="post-check"),
    path("posts/keep/", writing.keep, name="post-keep"),
    path("posts/set-aside/", writing.set_aside, name="post-set-aside"),
    path("posts/<uuid:pk>/", posts.post, name="post"),
    path("posts/<uuid:pk>/versions/", writing.versions, name="post-versions"),
    path("posts/<uuid:pk>/edit/", composer.edit, name="post-edit"),
    path("posts/<uuid:pk>/move/", calendar.move, name="post-move"),
    path("posts/<uuid:pk>/copy/", posts.copy, name="post-copy"),
    path("posts/<uuid:pk>/delete/", posts.delete, name="post-delete"),
    path("posts/<uuid:pk>/template/", texts.add_template, name="template-add"),
    path("texts/", texts.texts, name="texts"),
    path("texts/choose/", texts.choose, name="texts-choose"),
    path("texts/snippets/", texts.add, name="snippet-add"),
    path("texts/snippets/<uuid:pk>/", texts.change, name="snippet-change"),
    path("texts/snippets/<uuid:pk>/delete/", texts.delete_snippet, name="snippet-delete"),
    path("texts/templates/<uuid:pk>/delete/", texts.delete_template, name="template-delete"),
    path("media/", library.add, name="media-add"),
    path("media/choose/", picking.choose, name="media-choose"),
    path("media/<uuid:pk>/row/", picking.row, name="media-row"),
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
