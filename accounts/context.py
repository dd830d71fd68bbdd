"""What every page's frame shows."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import Channel, Language
from accounts.roles import MAY
from accounts.workspaces import unread_of

SHOWN = 12  # channels in the side bar; more are a link away


def shell(request: HttpRequest) -> dict[str, Any]:
    """The member, what the role `may`, the workspace, and the `frame`: what the side bar asks for, when it asks."""
    workspace = getattr(request, "workspace", None)
    if workspace is None:
        return {"demo": settings.DEMO}
    member = request.member  # type: ignore[attr-defined]
    return {
        "demo": settings.DEMO,
        "languages": Language.choices,
        "workspace": workspace,
        "member": member,
        "may": {str(action): True for action in MAY.get(member.role, frozenset())},
        "frame": {
            "channels": lambda: workspace.current_channels[: SHOWN + 1],
            "alike": lambda: _alike(workspace.current_channels[: SHOWN + 1]),
            "most": SHOWN,
            "memberships": member.user.memberships.select_related("workspace").order_by("workspace__name"),
            "unread": SimpleLazyObject(lambda: unread_of(member)),
        },
    }


def _alike(channels: Iterable[Channel]) -> set[str]:
    """The names that several channels bear: their network is told beside them."""
    return {name for name, number in Counter(channel.name for channel in channels).items() if number > 1}
