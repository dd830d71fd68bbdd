"""What can be set for a workspace, and what its frame counts."""

from typing import Any, NamedTuple

from django.db import connection

from accounts.models import Member
from accounts.roles import Action
from accounts.verbs import must, record

SETTINGS = ("name", "time_zone", "language", "late_policy", "late_minutes")
COUNTED = 1000
UNREAD = """
SELECT (SELECT count(*) FROM (
    SELECT FROM inbox_conversation WHERE workspace_id = %(workspace)s AND unread LIMIT %(most)s
) first), (SELECT count(*) FROM accounts_notice WHERE member_id = %(member)s AND shown AND read_at IS NULL)
"""


def change_settings(by: Member, values: dict[str, Any]) -> None:
    """Write the settings that differ, and who changed what into the audit log."""
    must(by, Action.SETTINGS)
    workspace = by.workspace
    changed = {name: values[name] for name in SETTINGS if values[name] != getattr(workspace, name)}
    if not changed:
        return
    details = {name: [getattr(workspace, name), value] for name, value in changed.items()}
    for name, value in changed.items():
        setattr(workspace, name, value)
    workspace.save(update_fields=list(changed))
    record(by, "changed the settings of", workspace, **details)


class Unread(NamedTuple):
    """How many conversations nobody has read, '999+' from a thousand on (counting all of them takes time), and how many notices
    this member has not."""

    conversations: int | str
    notices: int


def unread_of(member: Member) -> Unread:
    """What the frame of every page counts, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(UNREAD, {"workspace": member.workspace_id, "member": member.pk, "most": COUNTED})
        conversations, notices = cursor.fetchone()
    return Unread(conversations if conversations < COUNTED else f"{COUNTED - 1}+", notices)
