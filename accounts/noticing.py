"""Notices: who hears of what, in which words, and what a member has read.

A burst of the same is one line: while a notice is unread, more of its kind about the same thing count it up.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from accounts.live import tell
from accounts.models import Member, Notice, NoticeChoice, Told, Workspace
from accounts.roles import Action, may

Kind = Notice.Kind
KEPT = timedelta(days=90)
TIDIED = 5000  # rows at once: the next look takes the rest
BETWEEN_MAILS = timedelta(hours=1)  # about what is counted up while nobody reads it
MORNING = time(8)

# Who hears of a kind beside those whom it is about: whose role allows this. None: nobody else.
CONCERNS: dict[str, Action | None] = {
    Kind.FAILED: Action.DECIDE,
    Kind.LATE: Action.DECIDE,
    Kind.PROBLEM: Action.SCHEDULE,
    Kind.CHANNEL: Action.SCHEDULE,
    Kind.CHANGED: None,
    Kind.IMPORTED: None,
    Kind.EMPTY: Action.SCHEDULE,
    Kind.LAPSING: Action.SCHEDULE,
    Kind.NAMED: None,
    Kind.TROUBLE: Action.REPLY,
    Kind.OVERDUE: Action.REPLY,
    Kind.RULE: Action.REPLY,
}
ICONS: dict[str, str] = {
    Kind.FAILED: "alert-triangle",
    Kind.LATE: "clock-pause",
    Kind.PROBLEM: "alert-circle",
    Kind.CHANNEL: "plug-off",
    Kind.CHANGED: "calendar-event",
    Kind.IMPORTED: "upload",
    Kind.EMPTY: "calendar-off",
    Kind.LAPSING: "hourglass",
    Kind.NAMED: "at",
    Kind.TROUBLE: "flame",
    Kind.OVERDUE: "clock",
    Kind.RULE: "wand",
}


@dataclass(frozen=True)
class About:
    """What a notice says: the key of its sentence and the details in it, `what` it is about, where it leads to.

    `several` among the details: where it leads to when it stands for several. `people`: the users whom it is about, such as
    a post's author. `count`: how many it stands for.
    """

    sentence: str
    what: str
    address: str
    details: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    people: frozenset[int] = frozenset()
    count: int = 1


# -- giving -----------------------------------------------------------------------------------------------------------------

GIVE = """
INSERT INTO accounts_notice AS n
    (workspace_id, member_id, kind, what, sentence, details, address, count, shown, made_at, mail_due_at)
SELECT %(workspace)s, one.member, %(kind)s, %(what)s, %(sentence)s, %(details)s::jsonb, %(address)s, %(count)s, one.shown,
    %(now)s, one.mail
FROM unnest(%(members)s::bigint[], %(shown)s::boolean[], %(mails)s::timestamptz[]) AS one (member, shown, mail)
ORDER BY one.member
ON CONFLICT (member_id, kind, what) WHERE read_at IS NULL DO UPDATE SET
    count = n.count + EXCLUDED.count, details = EXCLUDED.details, address = EXCLUDED.address, sentence = EXCLUDED.sentence,
    made_at = EXCLUDED.made_at, shown = n.shown OR EXCLUDED.shown,
    mail_due_at = CASE WHEN EXCLUDED.mail_due_at IS NULL THEN n.mail_due_at
        ELSE coalesce(n.mail_due_at, greatest(EXCLUDED.mail_due_at, n.mailed_at + %(pause)s::interval)) END
"""


def notify(workspace: Workspace, kind: str, about: About, by: int | None = None, members: Iterable[Member] = ()) -> int:
    """Tell those whom it concerns, or exactly these `members`; never `by`, the user who did it. How many are told.

    Belongs into the transaction that finds out; the pages are told when it is over.
    """
    found = [one for one in (members or _concerned(workspace, kind, about)) if one.user_id != by]
    wishes = {
        one.member_id: one for one in NoticeChoice.objects.filter(member__in=[one.pk for one in found], kind=kind).iterator()
    }
    wanted = [(one.pk, *_wish(workspace, wishes.get(one.pk))) for one in found]
    told = [(pk, shown, mail) for pk, shown, mail in wanted if shown or mail]
    if told:
        _give(workspace, kind, about, told)
        tell(workspace.pk, "notices")
    return len(told)


def _concerned(workspace: Workspace, kind: str, about: About) -> list[Member]:
    action = CONCERNS[kind]
    return [
        one for one in workspace.members.all() if one.user_id in about.people or (action is not None and may(one.role, action))
    ]


def _wish(workspace: Workspace, choice: NoticeChoice | None) -> tuple[bool, datetime | None]:
    """Whether it is shown in the app, and when it is sent by mail."""
    if choice is None:
        return True, None
    if choice.mail == NoticeChoice.Mail.DAILY:
        return choice.shown, next_morning(workspace)
    return choice.shown, timezone.now() if choice.mail == NoticeChoice.Mail.NOW else None


def next_morning(workspace: Workspace) -> datetime:
    """The next time that it is eight o'clock in the workspace's zone."""
    local = timezone.now().astimezone(workspace.zone)
    day = local.date() + timedelta(days=local.time() >= MORNING)
    return datetime.combine(day, MORNING, workspace.zone)


def _give(workspace: Workspace, kind: str, about: About, told: list[tuple[int, bool, datetime | None]]) -> None:
    values: dict[str, Any] = {
        "workspace": workspace.pk,
        "kind": str(kind),
        "what": about.what[:100],
        "sentence": about.sentence,
        "details": json.dumps({name: str(value) for name, value in about.details.items()}),
        "address": about.address,
        "count": about.count,
        "now": timezone.now(),
        "pause": BETWEEN_MAILS,
        "members": [pk for pk, _shown, _mail in told],
        "shown": [shown for _pk, shown, _mail in told],
        "mails": [mail for _pk, _shown, mail in told],
    }
    with connection.cursor() as cursor:
        cursor.execute(GIVE, values)


def once(workspace: UUID, kind: str, what: str) -> bool:
    """Whether nobody was told of this state yet; from now on somebody was. Belongs into the transaction of the notice."""
    _row, new = Told.objects.get_or_create(workspace_id=workspace, kind=kind, what=what)
    return new


def ended(kind: str, still: Collection[str]) -> None:
    """Forget the states of a kind that are over, so that people hear of them when they come back."""
    over = [one.pk for one in Told.objects.filter(kind=kind) if one.what not in still]
    if over:
        Told.objects.filter(pk__in=over).delete()


# -- reading ----------------------------------------------------------------------------------------------------------------


def shown(member: Member) -> QuerySet[Notice]:
    """What the member sees, the latest first."""
    return member.notices.filter(shown=True)


def unread(member: Member) -> int:
    return shown(member).filter(read_at=None).count()


def read(notices: QuerySet[Notice], member: Member) -> int:
    """Mark as read; what is read needs no mail any more. How many were unread."""
    count = notices.filter(member=member, read_at=None).update(read_at=timezone.now(), mail_due_at=None)
    if count:
        tell(member.workspace_id, "notices")
    return count


def tidy() -> None:
    """Forget what is older than KEPT."""
    before = timezone.now() - KEPT
    Notice.objects.filter(pk__in=Notice.objects.filter(made_at__lt=before).order_by("made_at").values("pk")[:TIDIED]).delete()


def choose(member: Member, wishes: Mapping[str, tuple[bool, str]]) -> None:
    """How the member wants to hear of each kind: pairs of in the app, and a NoticeChoice.Mail."""
    rows = [NoticeChoice(member=member, kind=kind, shown=shown, mail=mail) for kind, (shown, mail) in wishes.items()]
    NoticeChoice.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["member", "kind"], update_fields=["shown", "mail"]
    )


def chosen(member: Member) -> dict[str, tuple[bool, str]]:
    """The same as it is now, for every kind."""
    found = {one.kind: (one.shown, one.mail) for one in member.notice_choices.all()}
    return {kind: found.get(kind, (True, NoticeChoice.Mail.OFF)) for kind in Kind.values}
