"""What can be set for a workspace, and what its frame counts."""

from typing import Any

from accounts.models import Member, Workspace
from accounts.roles import Action
from accounts.verbs import must, record

SETTINGS = ("name", "time_zone", "language", "late_policy", "late_minutes")
COUNTED = 1000


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


def unread_conversations(workspace: Workspace) -> int | str:
    """How many somebody has written in and nobody has read; '999+' from a thousand on: counting all of them takes time."""
    found = workspace.conversations.filter(unread=True).order_by()[:COUNTED].count()
    return found if found < COUNTED else f"{COUNTED - 1}+"
