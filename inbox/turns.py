"""Taking turns: whoever takes part and has waited longest is next. One line for the whole workspace, for people and rules."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member, Workspace
from accounts.roles import Action
from accounts.verbs import Problem, must, record
from inbox import handling
from inbox.models import LANGUAGES, Conversation, Turn

NOTHING: Mapping[str, Collection[str]] = MappingProxyType({})


@transaction.atomic
def take(workspace: Workspace, but: int | None = None, language: str = "") -> Member:
    """Whose turn it is; from now on it is somebody else's. `but`: not this member's, if there is anybody else. `language`:
    of those who speak it, if there are any.

    Raises Problem when nobody takes part.
    """
    people = {one.pk: one for one in handling.colleagues(workspace)}
    Turn.objects.bulk_create((Turn(workspace=workspace, member=one) for one in people.values()), ignore_conflicts=True)
    rows = Turn.objects.select_for_update().filter(member__in=people, takes=True)
    line = list(rows.order_by(F("last_at").asc(nulls_first=True), "member"))
    line = [one for one in line if language in one.languages] or line
    turn = next((one for one in line if one.member_id != but), line[0] if line else None)
    if turn is None:
        raise Problem(_("Nobody takes turns: choose on the page of the rules who does."))
    Turn.objects.filter(pk=turn.pk).update(last_at=timezone.now())
    return people[turn.member_id]


def speaks(member: Member, language: str) -> bool:
    """Whether somebody chose on the page of the rules that they do."""
    return Turn.objects.filter(member=member, languages__contains=[language]).exists()


@transaction.atomic
def give(conversation: Conversation, by: Member) -> Member:
    """Give the conversation to whoever is next."""
    must(by, Action.REPLY)
    locked = Conversation.objects.select_for_update().get(pk=conversation.pk)
    to = take(by.workspace, but=locked.assignee_id)
    handling.assign(conversation, to, by)
    return to


def line(workspace: Workspace) -> Sequence[tuple[Member, Turn]]:
    """All who may answer, the next one first; those who take no part at the end."""
    known = {one.member_id: one for one in workspace.turns.all()}
    found = [(one, known.get(one.pk) or Turn(workspace=workspace, member=one)) for one in handling.colleagues(workspace)]
    return sorted(found, key=lambda pair: (not pair[1].takes, pair[1].last_at is not None, pair[1].last_at, pair[0].pk))


@transaction.atomic
def choose(members: Collection[str], by: Member, speaking: Mapping[str, Collection[str]] = NOTHING) -> None:
    """Exactly these members take turns, by id, and speak these languages."""
    must(by, Action.SETTINGS)
    for one in handling.colleagues(by.workspace):
        languages = [code for code in LANGUAGES if code in speaking.get(str(one.pk), ())]
        values = {"workspace": by.workspace, "takes": str(one.pk) in members, "languages": languages}
        Turn.objects.update_or_create(member=one, defaults=values)
    record(by, "turns changed", by.workspace)
