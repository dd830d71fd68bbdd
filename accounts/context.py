"""What every page's frame shows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """The member, the workspace and its channels, for the side bar."""
    workspace = getattr(request, "workspace", None)
    if workspace is None:
        return {"demo": settings.DEMO}
    return {
        "demo": settings.DEMO,
        "workspace": workspace,
        "member": request.member,  # type: ignore[attr-defined]
        "channels": workspace.channels.exclude(status="removed"),
    }
