"""Addresses of the inbox, and of the webhooks that fill it."""

from django.urls import path

from inbox.views import handling, hooks, moderating, presence, replies, saved, screen, several

urlpatterns = [
    path("inbox/", screen.inbox, name="inbox"),
    path("inbox/rows/", screen.rows, name="inbox-rows"),
    path("inbox/several/", several.change, name="several"),
    path("inbox/several/undo/", several.undo, name="several-undo"),
    path("inbox/saved/", saved.overview, name="saved-replies"),
    path("inbox/saved/new/", saved.new, name="saved-reply-new"),
    path("inbox/saved/<uuid:pk>/", saved.edit, name="saved-reply"),
    path("inbox/saved/<uuid:pk>/delete/", saved.delete, name="saved-reply-delete"),
    path("inbox/saved/<uuid:pk>/restore/", saved.restore, name="saved-reply-restore"),
    path("inbox/<uuid:pk>/offers/", saved.offers, name="offers"),
    path("inbox/<uuid:pk>/", screen.conversation, name="conversation"),
    path("inbox/<uuid:pk>/messages/", screen.messages, name="messages"),
    path("inbox/<uuid:pk>/here/", presence.here, name="here"),
    path("inbox/<uuid:pk>/read/", replies.read, name="read"),
    path("inbox/<uuid:pk>/done/", handling.finish, name="finish"),
    path("inbox/<uuid:pk>/reopen/", handling.reopen, name="reopen"),
    path("inbox/<uuid:pk>/spam/", handling.spam, name="spam"),
    path("inbox/<uuid:pk>/assign/", handling.assign, name="assign"),
    path("inbox/<uuid:pk>/snooze/", handling.snooze, name="snooze"),
    path("inbox/<uuid:pk>/label/", handling.label, name="label-conversation"),
    path("inbox/<uuid:pk>/note/", handling.note, name="note"),
    path("inbox/<uuid:pk>/reply/", replies.reply, name="reply"),
    path("inbox/<uuid:pk>/messages/<int:message>/resend/", replies.resend, name="resend"),
    path("inbox/<uuid:pk>/messages/<int:message>/take-back/", replies.take_back, name="take-back"),
    path("inbox/<uuid:pk>/messages/<int:message>/discard/", replies.discard, name="discard"),
    path("inbox/<uuid:pk>/messages/<int:message>/deeds/", moderating.deeds, name="deeds"),
    path("inbox/<uuid:pk>/messages/<int:message>/deeds/<slug:what>/", moderating.deed, name="deed"),
    path("inbox/<uuid:pk>/box/", replies.box, name="box"),
    path("hooks/<slug:network>/practice/", hooks.hook, {"practice": True}, name="practice-hook"),
    path("hooks/<slug:network>/real/", hooks.hook, {"practice": False}, name="hook"),
]
