"""Roles and what they may do: one table, read by every check, by the team screen and by the tests."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Admin")
    EDITOR = "editor", _("Editor")
    APPROVER = "approver", _("Approver")
    RESPONDER = "responder", _("Responder")
    VIEWER = "viewer", _("Viewer")


class Action(models.TextChoices):
    SEE = "see", _("see posts, calendar and inbox")
    WRITE = "write", _("write and change posts")
    SCHEDULE = "schedule", _("schedule, move and cancel posts")
    DECIDE = "decide", _("decide about posts in doubt")
    REPLY = "reply", _("answer people")
    CONNECT = "connect", _("connect and remove channels")
    STOP = "stop", _("stop and resume publishing")
    INVITE = "invite", _("invite people and change roles")
    SETTINGS = "settings", _("change the workspace's settings")


EVERYTHING = frozenset(Action)
MAY: dict[str, frozenset[str]] = {
    Role.OWNER: EVERYTHING,
    Role.ADMIN: EVERYTHING,
    Role.EDITOR: frozenset({Action.SEE, Action.WRITE, Action.SCHEDULE, Action.DECIDE, Action.REPLY, Action.STOP}),
    Role.APPROVER: frozenset({Action.SEE, Action.WRITE, Action.SCHEDULE, Action.DECIDE, Action.STOP}),
    Role.RESPONDER: frozenset({Action.SEE, Action.REPLY}),
    Role.VIEWER: frozenset({Action.SEE}),
}


def may(role: str, action: str) -> bool:
    """Whether a role allows an action. An unknown role allows nothing."""
    return action in MAY.get(role, frozenset())
