"""The table of calls: (method, kind of node, edge) -> its handler and the permissions it needs. `""` is the node itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.facebook.call import Call
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.facebook.network import Facebook

Handler = Callable[["Facebook", Call, Doc], Any]  # gives JSON, or an awaitable of it


@dataclass(frozen=True, slots=True)
class Edge:
    """`needs`: scopes that must all be granted; `page_token`: a person's own token is refused (190/2069032)."""

    run: Handler
    needs: tuple[str, ...] = ()
    page_token: bool = False


EDGES: dict[tuple[str, str, str], Edge] = {}

POSTING = ("pages_manage_posts",)
READING = ("pages_read_engagement",)
VISITORS = ("pages_read_user_content",)
ENGAGING = ("pages_manage_engagement",)
MESSAGING = ("pages_messaging",)
METADATA = ("pages_manage_metadata",)


def edge(
    method: str, kinds: str, names: str, needs: tuple[str, ...] = (), *, page_token: bool = False
) -> Callable[[Handler], Handler]:
    """Register a handler for several kinds and edges (`kinds` and `names` separated by blanks)."""

    def register(handler: Handler) -> Handler:
        for kind in kinds.split():
            for name in names.split() or [""]:
                EDGES[method, kind, name] = Edge(handler, needs, page_token)
        return handler

    return register
