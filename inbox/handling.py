"""What people do with a conversation beside answering: whose it is, until when it sleeps, whether anything is left to do.

Each of these is written into its trail. What a person says to us opens it again, unless it is spam.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member, Workspace
from accounts.roles import Action, may
from accounts.verbs import Problem, must
from inbox import clocks, naming
from inbox.models import Conversation, Deed, Message, Note
from inbox.threads import OPEN, change, tell_of

State, Kind = Conversation.State, Deed.Kind
LONGEST_SLEEP = timedelta(days=366)
MORNING = 9  # o'clock, when what was put off to a day is due


def assign(conversation: Conversation, to: Member | None, by: Member) -> None:
    """Give it to somebody who may answer, or to nobody. Raises Problem for anybody else."""
    if to is not None and (to.workspace_id != by.workspace_id or not may(to.role, Action.REPLY)):
        raise Problem(_("%(name)s may not answer people: choose somebody else, or change their role.") % {"name": to})
    if to is None:
        _do(conversation, by, Kind.UNASSIGNED, {"assignee": None})
    else:
        _do(conversation, by, Kind.ASSIGNED, {"assignee": to}, str(to))


def finish(conversation: Conversation, by: Member) -> None:
    """Nothing is left to do, until a person writes again."""
    _do(conversation, by, Kind.DONE, {"state": State.DONE, "snoozed_until": None, "unread": False})


def reopen(conversation: Conversation, by: Member) -> None:
    _do(conversation, by, Kind.OPENED, OPEN)


def spam(conversation: Conversation, by: Member) -> None:
    """No matter of ours: whatever else is said in it opens it no more."""
    _do(conversation, by, Kind.SPAM, {"state": State.SPAM, "snoozed_until": None, "unread": False})


def snooze(conversation: Conversation, until: datetime, by: Member) -> None:
    """Put it off: it is open again at that time, or as soon as a person writes. Raises Problem for a time that is none."""
    now = timezone.now()
    if not now < until <= now + LONGEST_SLEEP:
        raise Problem(_("Choose a time to come, within a year."), "until")
    changes = {"state": State.SNOOZED, "snoozed_until": until, "unread": False}
    _do(conversation, by, Kind.SNOOZED, changes, until.isoformat())


@transaction.atomic
def note(conversation: Conversation, text: str, by: Member) -> Note:
    """Tell colleagues something about it; whom it names with @ gets a notice."""
    must(by, Action.REPLY)
    if not text.strip():
        raise Problem(_("Write a note first."), "note")
    made = Note.objects.create(conversation=conversation, by=by.user, text=text.strip())
    naming.tell_named(made, by)
    tell_of(conversation)
    return made


@dataclass(frozen=True)
class Entry:
    """One line of a thread: what was said, noted or done at a moment."""

    at: datetime
    message: Message | None = None
    note: Note | None = None
    deed: Deed | None = None


def history(conversation: Conversation, messages: Sequence[Message], since: datetime | None) -> list[Entry]:
    """`messages` with the notes and deeds between them, in the order of time; those before `since` are left out."""
    after = {"at__gte": since} if since else {}
    notes = conversation.notes.filter(**after).select_related("by")
    deeds = conversation.deeds.filter(**after).select_related("by")
    found = [Entry(one.sent_at, message=one) for one in messages]
    found += [Entry(one.at, note=one) for one in notes]
    found += [Entry(one.at, deed=one) for one in deeds]
    return sorted(found, key=lambda entry: entry.at)


def colleagues(workspace: Workspace) -> list[Member]:
    """Whom a conversation can be given to."""
    return answering(workspace.members.select_related("user"))


def answering(members: Iterable[Member]) -> list[Member]:
    """Those of them who may answer people."""
    return [one for one in members if may(one.role, Action.REPLY)]


def later(now: datetime) -> Mapping[str, datetime]:
    """What is offered for putting off, by what people call it; `now` is in the workspace's zone."""
    morning = now.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    monday = morning + timedelta(days=7 - now.weekday())
    return {
        _("In three hours"): now.replace(second=0, microsecond=0) + timedelta(hours=3),
        _("Tomorrow morning"): morning + timedelta(days=1),
        _("On Monday morning"): monday,
    }


def wake() -> int:
    """Open what was put off until now; how many. Safe beside others that do the same."""
    with transaction.atomic():
        due = Conversation.objects.select_for_update(skip_locked=True).filter(snoozed_until__lte=Now())
        found = list(due.order_by("snoozed_until")[:500])
        for conversation in found:
            change(conversation, **OPEN, unread=True)
            tell_of(conversation)
        Deed.objects.bulk_create(Deed(conversation=one, kind=Kind.WOKE) for one in found)
    return len(found)


@transaction.atomic
def _do(conversation: Conversation, by: Member, kind: Deed.Kind, changes: Mapping[str, Any], value: str = "") -> None:
    """Change it and write that down; nothing for what is so already."""
    must(by, Action.REPLY)
    locked = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if all(getattr(locked, name) == wanted for name, wanted in changes.items()):
        return
    change(conversation, **changes)
    Deed.objects.create(conversation=conversation, kind=kind, by=by.user, value=value[:200])
    clocks.keep(conversation, by.user)
    tell_of(conversation)
