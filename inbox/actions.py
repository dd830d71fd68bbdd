"""What a rule can do: one entry each. A new action is a function or two, and one line in ACTIONS, in the order of doing.

An action is a field of the form, its value in words, and doing it. All of it happens in the transaction that writes down
that the rule has acted, so that a dead worker neither repeats nor loses it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Member, Notice, Workspace
from accounts.noticing import About, notify
from accounts.roles import Action as Right
from accounts.roles import may
from accounts.verbs import Problem
from inbox import handling, turns
from inbox.conditions import Names, choice
from inbox.models import Conversation, Message, Rule
from inbox.threads import change
from scheduler.planning import hold

State = Conversation.State


@dataclass(frozen=True)
class Case:
    """A rule that holds of a message. `conversation` is locked."""

    rule: Rule
    message: Message
    conversation: Conversation
    workspace: Workspace


@dataclass(frozen=True)
class Action:
    """`field`: how it is asked for. `said`: what it does, in words. `does`: do it, and say what came of it.

    Doing raises Problem when it cannot be done, and returns nothing when it was so already.
    """

    name: str
    field: Callable[[Workspace], forms.Field]
    said: Callable[[Any, Names], str]
    does: Callable[[Any, Case], str]


def _people(workspace: Workspace) -> list[tuple[str, str]]:
    return [(str(one.pk), str(one)) for one in handling.colleagues(workspace)]


def _colleague(value: str, workspace: Workspace) -> Member:
    """Raises Problem for somebody who has left or may not answer any more."""
    found = workspace.members.select_related("user").filter(pk=int(value)).first()
    if found is None or not may(found.role, Right.REPLY):
        raise Problem(_("The rule names somebody who may not answer any more: change it."))
    return found


# -- whose it is ------------------------------------------------------------------------------------------------------------

NEXT = "next"


def _assign_field(workspace: Workspace) -> forms.Field:
    whom = [("", gettext_lazy("leave it as it is")), (NEXT, gettext_lazy("to whoever is next")), *_people(workspace)]
    return choice(gettext_lazy("Assign it"), whom)


def _assign_said(value: str, names: Names) -> str:
    if value == NEXT:
        return _("give it to whoever is next, unless it is somebody's")
    return _("give it to %(name)s") % {"name": names.members.get(value, _("somebody who has left"))}


def _assign(value: str, case: Case) -> str:
    if value == NEXT and case.conversation.assignee_id is not None:
        return ""
    to = turns.take(case.workspace) if value == NEXT else _colleague(value, case.workspace)
    if case.conversation.assignee_id == to.pk:
        return ""
    change(case.conversation, assignee=to)
    return _("gave it to %(value)s") % {"value": to}


# -- what becomes of it -----------------------------------------------------------------------------------------------------

MARKS: dict[str, dict[str, object]] = {
    "read": {"unread": False},
    "done": {"state": State.DONE, "snoozed_until": None, "unread": False},
    "spam": {"state": State.SPAM, "snoozed_until": None, "unread": False},
}


def _mark_field(_workspace: Workspace) -> forms.Field:
    marks = [
        ("", gettext_lazy("leave it as it is")),
        ("read", gettext_lazy("as read")),
        ("done", gettext_lazy("as done")),
        ("spam", gettext_lazy("as spam")),
    ]
    return choice(gettext_lazy("Mark it"), marks)


def _mark_said(value: str, _names: Names) -> str:
    return {"read": _("mark it as read"), "done": _("mark it as done"), "spam": _("mark it as spam")}[value]


def _mark(value: str, case: Case) -> str:
    if all(getattr(case.conversation, name) == wanted for name, wanted in MARKS[value].items()):
        return ""
    change(case.conversation, **MARKS[value])
    return {"read": _("marked it as read"), "done": _("marked it as done"), "spam": _("marked it as spam")}[value]


SPANS = {
    "1": gettext_lazy("for an hour"),
    "3": gettext_lazy("for three hours"),
    "12": gettext_lazy("for twelve hours"),
    "24": gettext_lazy("for a day"),
    "72": gettext_lazy("for three days"),
    "168": gettext_lazy("for a week"),
}


def _snooze_field(_workspace: Workspace) -> forms.Field:
    return choice(gettext_lazy("Put it off"), [("", gettext_lazy("do not")), *SPANS.items()])


def _snooze_said(value: str, _names: Names) -> str:
    return _("put it off %(span)s") % {"span": SPANS[value]}


def _snooze(value: str, case: Case) -> str:
    until = timezone.now() + timedelta(hours=int(value))
    change(case.conversation, state=State.SNOOZED, snoozed_until=until, unread=False)
    return _("put it off %(span)s") % {"span": SPANS[value]}


# -- telling people ---------------------------------------------------------------------------------------------------------

TEAM, OWNER = "team", "owner"


def _notify_field(workspace: Workspace) -> forms.Field:
    whom = [
        ("", gettext_lazy("nobody")),
        (OWNER, gettext_lazy("whose it is, else all who may answer")),
        (TEAM, gettext_lazy("all who may answer")),
        *_people(workspace),
    ]
    return choice(gettext_lazy("Tell"), whom)


def _notify_said(value: str, names: Names) -> str:
    if value == OWNER:
        return _("tell whose it is, else all who may answer")
    if value == TEAM:
        return _("tell all who may answer")
    return _("tell %(name)s") % {"name": names.members.get(value, _("somebody who has left"))}


def _notify(value: str, case: Case) -> str:
    talk = case.conversation
    owner = talk.assignee if value == OWNER else None if value == TEAM else _colleague(value, case.workspace)
    said = {"rule": case.rule.name, "person": talk.person, "channel": talk.channel.name, "several": reverse("inbox")}
    about = About("ruled", f"rule:{case.rule.pk}", reverse("conversation", args=[talk.pk]), said)
    notify(case.workspace, Notice.Kind.RULE, about, members=[owner] if owner else ())
    return _("told %(name)s") % {"name": owner} if owner else _("told all who may answer")


# -- the emergency stop -----------------------------------------------------------------------------------------------------

CHANNEL, WORKSPACE = "channel", "workspace"


def _hold_field(_workspace: Workspace) -> forms.Field:
    where = [
        ("", gettext_lazy("nothing")),
        (CHANNEL, gettext_lazy("on the channel that it came from")),
        (WORKSPACE, gettext_lazy("in the whole workspace")),
    ]
    return choice(gettext_lazy("Stop publishing"), where, gettext_lazy("Until somebody resumes it."))


def _hold_said(value: str, _names: Names) -> str:
    return _("stop publishing on its channel") if value == CHANNEL else _("stop publishing in the whole workspace")


def _hold(value: str, case: Case) -> str:
    """With the rights of whoever saved the rule."""
    by = case.rule.by
    if by is None:
        raise Problem(_("Who saved the rule has left: somebody who may stop publishing has to save it again."))
    channel = case.conversation.channel if value == CHANNEL else None
    if (channel or case.workspace).held:
        return ""
    by.workspace = case.workspace
    hold(by, True, channel)
    return _("stopped publishing on %(place)s") % {"place": channel or case.workspace}


# -- all of them, in the order of doing ---------------------------------------------------------------------------------------

ACTIONS = (
    Action("assign", _assign_field, _assign_said, _assign),
    Action("mark", _mark_field, _mark_said, _mark),
    Action("snooze", _snooze_field, _snooze_said, _snooze),
    Action("notify", _notify_field, _notify_said, _notify),
    Action("hold", _hold_field, _hold_said, _hold),
)
