"""The bell: one statement leases due rows, fairly between workspaces and channels, and their ids go out as Celery messages.

A message is a doorbell and may be lost, repeated or late: it carries the row's due_at as a ticket, and whoever answers
a stale one does nothing. When Redis is emptied, the short lease passes and the bell rings again.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from scheduler.machine import prepared
from scheduler.models import Status

BELL_LEASE = timedelta(seconds=20)
BUNDLE = 12  # rows in one message
PER_CHANNEL = 2  # rows of one channel in one ring: they are sent one after the other anyway

RING = """
WITH due AS (
    SELECT channel_id, count(*) AS many FROM scheduler_publication
    WHERE due_at <= statement_timestamp() AND status IN ('scheduled', 'preparing', 'ready', 'sending', 'confirming')
    GROUP BY channel_id
), reachable AS MATERIALIZED (
    SELECT c.id, c.workspace_id, due.many, c.status = 'connected' AS connected,
        c.status = 'connected' AND NOT c.held AND NOT w.held AS open,
        EXISTS (SELECT 1 FROM scheduler_publication b WHERE b.channel_id = c.id AND b.status = 'sending')
        OR EXISTS (SELECT 1 FROM scheduler_publication b WHERE b.channel_id = c.id
                   AND b.due_at > statement_timestamp() AND b.due_at <= statement_timestamp() + %(lease)s::interval
                   AND b.status = 'scheduled' AND b.attempt = 0 AND NOT b.with_media
                   AND b.publish_at <= statement_timestamp()) AS in_hand
    FROM due JOIN accounts_channel c ON c.id = due.channel_id JOIN accounts_workspace w ON w.id = c.workspace_id
), open AS MATERIALIZED (
    SELECT p.id, c.workspace_id, c.many, p.channel_id, p.due_at, p.part, min(p.due_at) OVER (PARTITION BY c.id) AS since
    FROM reachable c
    CROSS JOIN LATERAL (
        SELECT p.id, p.channel_id, p.due_at, p.part
        FROM scheduler_publication p
        WHERE p.channel_id = c.id AND p.due_at <= statement_timestamp()
          AND (p.status IN ('preparing', 'sending')
               OR (p.status = 'confirming' AND c.connected)
               OR (c.open AND (p.with_media AND p.status = 'scheduled' OR NOT c.in_hand)
                   AND NOT EXISTS (SELECT 1 FROM scheduler_campaign k WHERE k.id = p.campaign_id AND k.held)
                   AND NOT EXISTS (SELECT 1 FROM scheduler_publication e WHERE e.id = p.parent_id AND e.status <> 'published')))
        ORDER BY p.due_at
        LIMIT %(per_channel)s
        FOR UPDATE OF p SKIP LOCKED
    ) p
), chosen AS (
    SELECT *, row_number() OVER (PARTITION BY workspace_id ORDER BY since, many DESC, channel_id, due_at, part) AS turn
    FROM open ORDER BY turn, since, many DESC, channel_id LIMIT %(rows)s
)
UPDATE scheduler_publication p SET due_at = statement_timestamp() + %(lease)s::interval
FROM chosen WHERE p.id = chosen.id
RETURNING p.id, p.due_at, p.status, p.with_media, p.channel_id, chosen.turn,
    set_config('synchronous_commit', 'off', true)  -- a lease that a crash of PostgreSQL forgets only rings again
"""

NEXT_DUE = """
SELECT extract(epoch FROM min(due_at) - clock_timestamp()) FROM scheduler_publication
WHERE due_at > statement_timestamp() AND due_at <= statement_timestamp() + %(within)s::interval
  AND status IN ('scheduled', 'preparing', 'ready', 'sending', 'confirming')
"""


@dataclass(frozen=True)
class Bell:
    """One leased row. `ticket` is its due_at: proof, later, that nobody has touched it since."""

    id: UUID
    ticket: datetime
    status: str
    with_media: bool
    channel: UUID
    turn: int

    @property
    def for_media_workers(self) -> bool:
        """Its next step moves files."""
        return self.with_media and self.status in (Status.SCHEDULED, Status.PREPARING)


Bells = list[tuple[str, str]]


def lease_due(rows: int | None = None) -> list[Bell]:
    """Lease up to `rows` due rows, in one statement. Held, disconnected and waiting-for-their-parent rows are passed over."""
    values: dict[str, Any] = {"per_channel": PER_CHANNEL, "rows": rows or settings.RING_ROWS, "lease": BELL_LEASE}
    with connection.cursor() as cursor:
        prepared.execute(cursor, RING, values)
        return [Bell(*row[:-1]) for row in cursor.fetchall()]


def next_due(within: float) -> float | None:
    """Seconds until the next row becomes due, by the database's clock; None: none does `within` so many seconds."""
    values: dict[str, Any] = {"within": timedelta(seconds=within)}
    with connection.cursor() as cursor:
        prepared.execute(cursor, NEXT_DUE, values)
        (seconds,) = cursor.fetchone()
    return None if seconds is None else max(0.0, float(seconds))


def bundles(bells: list[Bell], size: int = BUNDLE) -> list[Bells]:
    """The bells of one ring as messages of about `size` rows, none of which parts the rows of a channel.

    First come those whose workspace asks for little.
    """
    channels: dict[UUID, list[Bell]] = defaultdict(list)
    for bell in sorted(bells, key=lambda bell: bell.turn):
        channels[bell.channel].append(bell)
    made: list[Bells] = []
    for rows in channels.values():
        if not made or len(made[-1]) >= size:
            made.append([])
        made[-1] += [(str(bell.id), bell.ticket.isoformat()) for bell in rows]
    return made
