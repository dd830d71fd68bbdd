"""Addresses of the inbox, and of the webhooks that fill it."""

from django.urls import path

from inbox.views import goals, handling, hooks, replies, rules, screen

urlpatterns = [
    path("inbox/", screen.inbox, name="inbox"),
    path("inbox/rows/", screen.rows, name="inbox-rows"),
    path("inbox/goals/", goals.page, name="goals"),
    path("inbox/report/", goals.report, name="inbox-report"),
    path("inbox/rules/", rules.page, name="rules"),
    path("inbox/rules/new/", rules.new, name="rule-new"),
    path("inbox/rules/turns/", rules.take_turns, name="take-turns"),
    path("inbox/rules/<int:pk>/", rules.edit, name="rule"),
    path("inbox/rules/<int:pk>/change/", rules.change, name="rule-change"),
    path("inbox/rules/<int:pk>/try/", rules.dry_run, name="rule-try"),
    path("inbox/<uuid:pk>/", screen.conversation, name="conversation"),
    path("inbox/<uuid:pk>/messages/", screen.messages, name="messages"),
    path("inbox/<uuid:pk>/read/", replies.read, name="read"),
    path("inbox/<uuid:pk>/done/", handling.finish, name="finish"),
    path("inbox/<uuid:pk>/reopen/", handling.reopen, name="reopen"),
    path("inbox/<uuid:pk>/spam/", handling.spam, name="spam"),
    path("inbox/<uuid:pk>/assign/", handling.assign, name="assign"),
    path("inbox/<uuid:pk>/snooze/", handling.snooze, name="snooze"),
    path("inbox/<uuid:pk>/note/", handling.note, name="note"),
    path("inbox/<uuid:pk>/reply/", replies.reply, name="reply"),
    path("inbox/<uuid:pk>/messages/<int:message>/resend/", replies.resend, name="resend"),
    path("inbox/<uuid:pk>/messages/<int:message>/discard/", replies.discard, name="discard"),
    path("hooks/<slug:network>/practice/", hooks.hook, {"practice": True}, name="practice-hook"),
    path("hooks/<slug:network>/real/", hooks.hook, {"practice": False}, name="hook"),
]
