"""What everything else leans on: who may do what, and the record of who did what."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import AuditEntry, Member
from accounts.roles import Action, may


class Problem(Exception):
    """Why something cannot be done and what to do instead, for the user. `field` names the form field it belongs to."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Forbidden(Exception):
    """The member's role does not allow it."""


def must(member: Member, action: Action) -> None:
    """Raise Forbidden unless the member's role allows the action."""
    if not may(member.role, action):
        raise Forbidden(
            _("Your role (%(role)s) may not %(action)s.") % {"role": member.get_role_display(), "action": action.label}
        )


def record(member: Member, action: str, subject: object, **details: Any) -> None:
    """Write into the workspace's audit log."""
    AuditEntry.objects.create(
        workspace=member.workspace, user=member.user, action=action, subject=str(subject)[:200], details=details
    )
