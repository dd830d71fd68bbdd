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
from accounts.verbs import Problem, must
from connectors.talk import Moderation
from inbox import errands, handling, moderating, rule_answers, saving, turns
from inbox.conditions import Names, choice
from inbox.models import LANGUAGES, Conversation, Message, Rule
from inbox.threads import change
from scheduler.planning import hold
from scheduler.targeting.places import language_name

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


def _by(case: Case, right: Right) -> Member:
    """Whoever saved the rule, with whose rights it acts. Raises Problem or Forbidden for somebody who has lost them."""
    by = case.rule.by
    if by is None:
        raise Problem(_("Who saved the rule has left: somebody else has to save it again."))
    by.workspace = case.workspace
    must(by, right)
    return by


# -- whose it is ------------------------------------------------------------------------------------------------------------

NEXT, SPEAKER = "next", "language"


def _assign_field(workspace: Workspace) -> forms.Field:
    whom = [
        ("", gettext_lazy("leave it as it is")),
        (NEXT, gettext_lazy("to whoever is next")),
        (SPEAKER, gettext_lazy("to whoever is next of those who speak its language")),
    ]
    return choice(gettext_lazy("Assign it"), [*whom, *_people(workspace)])


def _assign_said(value: str, names: Names) -> str:
    if value == NEXT:
        return _("give it to whoever is next, unless it is somebody's")
    if value == SPEAKER:
        return _("give it to whoever is next of those who speak its language, unless it is somebody's")
    return _("give it to %(name)s") % {"name": names.members.get(value, _("somebody who has left"))}


def _assign(value: str, case: Case) -> str:
    if value in (NEXT, SPEAKER) and case.conversation.assignee_id is not None:
        return ""
    language = case.message.language if value == SPEAKER else ""
    to = turns.take(case.workspace, language=language) if value in (NEXT, SPEAKER) else _colleague(value, case.workspace)
    if case.conversation.assignee_id == to.pk:
        return ""
    change(case.conversation, assignee=to)
    return _("gave it to %(value)s") % {"value": to} + (_unspoken(language, to) if value == SPEAKER else "")


def _unspoken(language: str, to: Member) -> str:
    """Why it is somebody of whom nobody said that they speak the language."""
    if not language:
        return " " + _("(nobody can tell in which language it is)")
    if turns.speaks(to, language):
        return ""
    return " " + _("(nobody who takes turns speaks %(language)s)") % {"language": LANGUAGES.get(language, language)}


# -- by what it is found again ----------------------------------------------------------------------------------------------


def _label_field(workspace: Workspace) -> forms.Field:
    labels = [(str(one.pk), one.name) for one in workspace.labels.all()]
    return choice(gettext_lazy("Put a label on it"), [("", gettext_lazy("none")), *labels])


def _label_said(value: str, names: Names) -> str:
    return _("put the label %(value)s on it") % {"value": names.labels.get(value, _("a label that is gone"))}


def _label(value: str, case: Case) -> str:
    label = case.workspace.labels.filter(pk=value).first()
    if label is None:
        raise Problem(_("The label that the rule puts on is gone: change the rule."))
    if case.conversation.labels.filter(pk=label.pk).exists():
        return ""
    case.conversation.labels.add(label)
    return _("put the label %(value)s on it") % {"value": label}


# -- on the network ---------------------------------------------------------------------------------------------------------


def _answer_field(workspace: Workspace) -> forms.Field:
    replies = [(str(one.pk), one.title) for one in workspace.saved_replies.filter(gone_at=None)]
    hint = gettext_lazy(
        "In the language of the question, once a day for each person in a conversation. A person is still waited for,"
        " unless the rule marks it as done."
    )
    return choice(gettext_lazy("Answer with a saved reply"), [("", gettext_lazy("do not")), *replies], hint)


def _answer_said(value: str, names: Names) -> str:
    return _("answer with “%(title)s”") % {"title": names.replies.get(value, _("a saved reply that is gone"))}


def _answer(value: str, case: Case) -> str:
    """As a person's answer goes, with the rights of whoever saved the rule."""
    _by(case, Right.REPLY)
    reply = next((one for one in saving.there(case.workspace) if str(one.pk) == value), None)
    if reply is None:
        raise Problem(_("The saved reply that the rule answers with is gone: change the rule."))
    wording = rule_answers.answer(case.rule, case.message, case.conversation, reply)
    if not wording.language:
        return _("answered with “%(title)s”") % {"title": reply.title}
    return _("answered with “%(title)s” (%(language)s)") % {"title": reply.title, "language": language_name(wording.language)}


HIDE = "yes"


def _hide_field(_workspace: Workspace) -> forms.Field:
    ways = [("", gettext_lazy("do not")), (HIDE, gettext_lazy("where the network lets apps do it"))]
    return choice(gettext_lazy("Hide it on the network"), ways)


def _hide_said(_value: str, _names: Names) -> str:
    return _("hide it on the network, where the network lets apps do it")


def _hide(_value: str, case: Case) -> str:
    """Only what is to be done is written down here: no network is asked while the conversation is locked."""
    _by(case, Right.REPLY)
    if case.message.hidden:
        return ""
    case.message.conversation = case.conversation
    case.message.channel = case.conversation.channel
    if why := moderating.hindrance(case.message, Moderation.HIDE):
        raise Problem(why)
    return _("has it hidden") if errands.send(case.rule, case.message, Moderation.HIDE) else ""


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
    by = _by(case, Right.STOP)
    channel = case.conversation.channel if value == CHANNEL else None
    if (channel or case.workspace).held:
        return ""
    hold(by, True, channel)
    return _("stopped publishing on %(place)s") % {"place": channel or case.workspace}


# -- all of them, in the order of doing ---------------------------------------------------------------------------------------

ACTIONS = (
    Action("assign", _assign_field, _assign_said, _assign),
    Action("label", _label_field, _label_said, _label),
    Action("answer", _answer_field, _answer_said, _answer),
    Action("hide", _hide_field, _hide_said, _hide),
    Action("mark", _mark_field, _mark_said, _mark),
    Action("snooze", _snooze_field, _snooze_said, _snooze),
    Action("notify", _notify_field, _notify_said, _notify),
    Action("hold", _hold_field, _hold_said, _hold),
)
