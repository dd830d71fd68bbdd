"""The list of conversations: what is asked for, and one page of it. Pages are reached by cursor, so nothing jumps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Workspace
from inbox.models import Conversation, Message

ROWS, MOST_ROWS = 30, 120  # lines of a page; the most that a refresh brings, because each costs time and wire
COUNTED = 1000  # a count goes no farther: nobody reads the exact number, and counting all of them takes time


@dataclass(frozen=True)
class Filters:
    """What the list shows. `channel` and `after` are empty for all and for the first page."""

    state: str = Conversation.State.OPEN
    channel: str = ""
    unread: bool = False
    after: str = ""
    rows: int = ROWS

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Filters":
        """From an address; whatever makes no sense there is left out."""
        state, rows = query.get("state", ""), query.get("rows", "")
        return cls(
            state=state if state in Conversation.State.values else Conversation.State.OPEN,
            channel=_uuid(query.get("channel", "")),
            unread=query.get("unread", "") == "1",
            after=query.get("after", ""),
            rows=min(MOST_ROWS, max(ROWS, int(rows))) if rows.isdecimal() and len(rows) < 6 else ROWS,
        )

    @property
    def query(self) -> str:
        """For addresses that keep the choice: 'state=open&...'."""
        given = {"state": str(self.state), "channel": self.channel, "unread": "1" if self.unread else ""}
        return urlencode({name: value for name, value in given.items() if value})

    @property
    def open(self) -> "Filters":
        return replace(self, state=Conversation.State.OPEN)

    @property
    def done(self) -> "Filters":
        return replace(self, state=Conversation.State.DONE)


@dataclass(frozen=True)
class Page:
    """Conversations, latest first, with `unsent` where an answer failed; and the cursor of the next page, empty at the end."""

    conversations: Sequence[Conversation]
    next: str


def page(workspace: Workspace, filters: Filters) -> Page:
    failed = Message.objects.filter(conversation=OuterRef("pk"), status=Message.Status.FAILED)
    rows = chosen(workspace, filters).select_related("channel").annotate(unsent=Exists(failed))
    found = list(rows[: filters.rows + 1])
    shown = found[: filters.rows]
    return Page(shown, cursor(shown[-1]) if len(found) > filters.rows else "")


def chosen(workspace: Workspace, filters: Filters) -> QuerySet[Conversation]:
    rows = workspace.conversations.filter(state=filters.state)
    if filters.channel:
        rows = rows.filter(channel_id=filters.channel)
    if filters.unread:
        rows = rows.filter(unread=True)
    if filters.after:
        rows = rows.filter(_before(filters.after))
    return rows.order_by("-last_at", "-pk")


def count_open(workspace: Workspace) -> str:
    """How many wait for somebody: '7', or '999+'."""
    found = workspace.conversations.filter(state=Conversation.State.OPEN)[:COUNTED].count()
    return str(found) if found < COUNTED else f"{COUNTED - 1}+"


def cursor(conversation: Conversation) -> str:
    return f"{conversation.last_at.isoformat()}_{conversation.pk}"


def _before(after: str) -> Q:
    """Rows that come behind the cursor; one that was tampered with finds nothing."""
    moment, _, pk = after.partition("_")
    try:
        when = datetime.fromisoformat(moment)
    except ValueError:
        return Q(pk__in=[])
    if not _uuid(pk) or when.tzinfo is None:
        return Q(pk__in=[])
    return Q(last_at__lte=when) & (Q(last_at__lt=when) | Q(pk__lt=pk))


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""
