"""The inbox's bells: what is due is leased in one statement, and goes out as Celery messages with a ticket.

As in `scheduler.machine.ringing`, a message is a doorbell only: it carries the row's due_at, and whoever answers a stale one
does nothing. PostgreSQL's clock decides what is due.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

RING = """
WITH due AS MATERIALIZED (
    SELECT d.{key} AS key FROM {table} d
    WHERE d.due_at <= statement_timestamp() {only}
    ORDER BY d.due_at
    LIMIT %(rows)s
    FOR UPDATE OF d SKIP LOCKED
)
UPDATE {table} t SET due_at = statement_timestamp() + %(lease)s
FROM due WHERE t.{key} = due.key
RETURNING t.{key}, t.due_at
"""
CONNECTED = "AND EXISTS (SELECT 1 FROM accounts_channel c WHERE c.id = d.channel_id AND c.status = 'connected')"
REPLIES = RING.format(table="inbox_message", key="id", only="")
EVENTS = RING.format(table="inbox_event", key="id", only="")
ARRIVALS = RING.format(table="inbox_arrival", key="message_id", only="")
ERRANDS = RING.format(table="inbox_errand", key="id", only="")
PASTS = RING.format(table="inbox_past", key="channel_id", only=CONNECTED)
ATTACHMENTS = RING.format(table="inbox_attachment", key="id", only="")
CURSORS = RING.format(table="inbox_cursor", key="channel_id", only=CONNECTED)

REPLY_LEASE = timedelta(seconds=20)
EVENT_LEASE = timedelta(minutes=1)
ARRIVAL_LEASE = timedelta(minutes=1)
ERRAND_LEASE = timedelta(minutes=2)
CURSOR_LEASE = timedelta(minutes=5)
PAST_LEASE = timedelta(minutes=10)
ATTACHMENT_LEASE = timedelta(minutes=2)

Bell = tuple[Any, datetime]  # a row's key and its ticket


def due_replies(rows: int = 100) -> list[Bell]:
    return _lease(REPLIES, rows, REPLY_LEASE)


def due_events(rows: int = 1000) -> list[Bell]:
    return _lease(EVENTS, rows, EVENT_LEASE)


def due_arrivals(rows: int = 1000) -> list[Bell]:
    """Messages that the rules have yet to judge."""
    return _lease(ARRIVALS, rows, ARRIVAL_LEASE)


def due_errands(rows: int = 200) -> list[Bell]:
    """What rules want done on the networks."""
    return _lease(ERRANDS, rows, ERRAND_LEASE)


def due_cursors(rows: int = 100) -> list[Bell]:
    """Channels to be read; a disconnected one waits until it is connected again."""
    return _lease(CURSORS, rows, CURSOR_LEASE)


def due_pasts(rows: int = 100) -> list[Bell]:
    """New channels whose history is to be read further back."""
    return _lease(PASTS, rows, PAST_LEASE)


def due_attachments(rows: int = 100) -> list[Bell]:
    """What hangs on messages and is to be fetched."""
    return _lease(ATTACHMENTS, rows, ATTACHMENT_LEASE)


def _lease(statement: str, rows: int, lease: timedelta) -> list[Bell]:
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"rows": rows, "lease": lease}
        cursor.execute(statement, values)
        return [(key, ticket) for key, ticket in cursor.fetchall()]
