"""The same done with several conversations at once, and the way back to exactly what was."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.models import Member, Workspace
from accounts.roles import Action
from accounts.verbs import Problem, must
from inbox.models import Conversation, Deed
from inbox.threads import change, tell_of

MOST = 200
UNDO = timedelta(hours=1)
COLUMNS = ("state", "snoozed_until", "assignee_id", "unread")

State = dict[str, Any]  # what can be changed of a conversation: COLUMNS as JSON has them, and the ids of its labels


@dataclass(frozen=True)
class Step:
    """What became of one conversation: of everything that has changed, what it was before and what it is now."""

    conversation: UUID
    before: State
    after: State


@dataclass
class Done:
    """What came of it: a step for each conversation that is different now; names with the reason why not."""

    steps: list[Step] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


@transaction.atomic
def each(conversations: Sequence[UUID], act: Callable[[Conversation], None], by: Member) -> Done:
    """Do it with each of them that is there. Raises Problem for none, or for too many at once."""
    must(by, Action.REPLY)
    if not 0 < len(conversations) <= MOST:
        raise Problem(_("Choose between 1 and %(most)d conversations.") % {"most": MOST})
    done, rows = Done(), _locked(by.workspace, conversations)
    before = {one.pk: _state(one) for one in rows}
    for one in rows:
        try:
            act(one)
        except Problem as problem:
            done.refused.append((one.person, str(problem)))
    for one in _locked(by.workspace, conversations):
        if step := _difference(one.pk, before[one.pk], _state(one)):
            done.steps.append(step)
    return done


@transaction.atomic
def undo(steps: Iterable[Step], by: Member) -> Done:
    """Bring back what was, where nobody has changed the same since then."""
    must(by, Action.REPLY)
    done, known = Done(), {step.conversation: step for step in steps}
    for one in _locked(by.workspace, list(known)):
        step, now = known[one.pk], _state(one)
        if any(now[name] != value for name, value in step.after.items()):
            done.refused.append((one.person, _("It was changed meanwhile, so it stays as it is.")))
            continue
        _bring_back(one, step.before, by)
        done.steps.append(step)
    return done


def _bring_back(conversation: Conversation, before: State, by: Member) -> None:
    columns = {name: value for name, value in before.items() if name in COLUMNS}
    if columns.get("snoozed_until"):
        columns["snoozed_until"] = parse_datetime(columns["snoozed_until"])
    if "assignee_id" in columns and not by.workspace.members.filter(pk=columns["assignee_id"]).exists():
        columns["assignee_id"] = None  # has left since then
    if columns:
        change(conversation, **columns)
    if "labels" in before:
        conversation.labels.set(by.workspace.labels.filter(pk__in=before["labels"]))
    if before.keys() - {"unread"}:  # which leaves no trail either
        Deed.objects.create(conversation=conversation, kind=Deed.Kind.UNDONE, by=by.user)
    tell_of(conversation)


def _locked(workspace: Workspace, conversations: Sequence[UUID]) -> list[Conversation]:
    """In one order for everybody, so that two of us do not wait for each other."""
    rows = workspace.conversations.select_for_update(of=("self",)).filter(pk__in=conversations).order_by("pk")
    return list(rows.prefetch_related("labels"))


def _state(conversation: Conversation) -> State:
    until = conversation.snoozed_until
    said = {name: getattr(conversation, name) for name in COLUMNS} | {"snoozed_until": until.isoformat() if until else None}
    return said | {"state": str(conversation.state), "labels": sorted(str(one.pk) for one in conversation.labels.all())}


def _difference(pk: UUID, before: State, after: State) -> Step | None:
    changed = [name for name in before if before[name] != after[name]]
    if not changed:
        return None
    return Step(pk, {name: before[name] for name in changed}, {name: after[name] for name in changed})


# -- what is given to the browser to take it back ---------------------------------------------------------------------------


def seal(steps: Iterable[Step], workspace: Workspace) -> str:
    """The steps as a signed text that only this server can have written."""
    said: list[Any] = [(str(one.conversation), one.before, one.after) for one in steps]
    return signing.dumps(said, salt=_salt(workspace), compress=True)


def unseal(text: str, workspace: Workspace) -> list[Step]:
    """Raises Problem when it is too old, or not for this workspace."""
    try:
        found: list[tuple[str, Mapping[str, Any], Mapping[str, Any]]] = signing.loads(text, salt=_salt(workspace), max_age=UNDO)
    except signing.BadSignature as error:
        raise Problem(_("This can no longer be undone.")) from error
    return [Step(UUID(pk), dict(before), dict(after)) for pk, before, after in found]


def _salt(workspace: Workspace) -> str:
    return f"inbox.several:{workspace.pk}"
