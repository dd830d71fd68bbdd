"""Addresses of the inbox, and of the webhooks that fill it."""

from django.urls import path

from inbox.views import handling, hooks, replies, screen, trouble

urlpatterns = [
    path("inbox/", screen.inbox, name="inbox"),
    path("inbox/rows/", screen.rows, name="inbox-rows"),
    path("inbox/incidents/", trouble.overview, name="incidents"),
    path("inbox/incidents/<uuid:pk>/", trouble.incident, name="incident"),
    path("inbox/incidents/<uuid:pk>/hold/", trouble.hold, name="incident-hold"),
    path("inbox/incidents/<uuid:pk>/review/", trouble.review, name="incident-review"),
    path("inbox/incidents/<uuid:pk>/resume/", trouble.resume, name="incident-resume"),
    path("inbox/incidents/<uuid:pk>/close/", trouble.close, name="incident-close"),
    path("inbox/<uuid:pk>/", screen.conversation, name="conversation"),
    path("inbox/<uuid:pk>/messages/", screen.messages, name="messages"),
    path("inbox/<uuid:pk>/read/", replies.read, name="read"),
    path("inbox/<uuid:pk>/done/", handling.finish, name="finish"),
    path("inbox/<uuid:pk>/reopen/", handling.reopen, name="reopen"),
    path("inbox/<uuid:pk>/spam/", handling.spam, name="spam"),
    path("inbox/<uuid:pk>/assign/", handling.assign, name="assign"),
    path("inbox/<uuid:pk>/snooze/", handling.snooze, name="snooze"),
    path("inbox/<uuid:pk>/note/", handling.note, name="note"),
    path("inbox/<uuid:pk>/messages/<int:message>/mood/", handling.mood, name="mood"),
    path("inbox/<uuid:pk>/reply/", replies.reply, name="reply"),
    path("inbox/<uuid:pk>/messages/<int:message>/resend/", replies.resend, name="resend"),
    path("inbox/<uuid:pk>/messages/<int:message>/discard/", replies.discard, name="discard"),
    path("hooks/<slug:network>/practice/", hooks.hook, {"practice": True}, name="practice-hook"),
    path("hooks/<slug:network>/real/", hooks.hook, {"practice": False}, name="hook"),
]
