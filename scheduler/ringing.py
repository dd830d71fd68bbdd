"""The bell: one statement leases due rows, fairly between workspaces and channels, and their ids go out as Celery messages.

A message is a doorbell and may be lost, repeated or late: it carries the row's due_at as a ticket, and whoever answers
a stale one does nothing. When Redis is emptied, the short lease passes and the bell rings again.
"""

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from scheduler.models import Status

BELL_LEASE = timedelta(seconds=20)
PER_CHANNEL = 10  # rows of one channel in one ring: they are sent one after the other anyway

RING = """
WITH open AS MATERIALIZED (
    SELECT p.id, c.workspace_id, p.channel_id, c.network, p.due_at, p.part
    FROM accounts_channel c
    JOIN accounts_workspace w ON w.id = c.workspace_id
    CROSS JOIN LATERAL (
        SELECT p.id, p.channel_id, p.due_at, p.part
        FROM scheduler_publication p
        WHERE p.channel_id = c.id AND p.due_at <= statement_timestamp()
          AND (p.status IN ('preparing', 'sending')
               OR (p.status = 'confirming' AND c.status = 'connected')
               OR (NOT c.held AND NOT w.held AND c.status = 'connected'
                   AND (p.with_media AND p.status = 'scheduled'
                        OR NOT EXISTS (SELECT 1 FROM scheduler_publication b
                                       WHERE b.channel_id = c.id AND b.status = 'sending'))
                   AND NOT EXISTS (SELECT 1 FROM scheduler_campaign k WHERE k.id = p.campaign_id AND k.held)
                   AND NOT EXISTS (SELECT 1 FROM scheduler_publication e WHERE e.id = p.parent_id AND e.status <> 'published')))
        ORDER BY p.due_at
        LIMIT %(per_channel)s
        FOR UPDATE OF p SKIP LOCKED
    ) p
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY channel_id ORDER BY due_at, part) AS nth FROM open
), fair AS (
    SELECT *, row_number() OVER (PARTITION BY workspace_id ORDER BY nth, due_at) AS turn FROM ranked
), chosen AS (
    SELECT * FROM fair ORDER BY turn, due_at LIMIT %(rows)s
)
UPDATE scheduler_publication p SET due_at = statement_timestamp() + %(lease)s
FROM chosen WHERE p.id = chosen.id
RETURNING p.id, p.due_at, p.status, p.with_media, chosen.workspace_id, chosen.network, p.channel_id, chosen.nth,
    set_config('synchronous_commit', 'off', true)  -- a lease that a crash of PostgreSQL forgets only rings again
"""


@dataclass(frozen=True)
class Bell:
    """One leased row. `ticket` is its due_at: proof, later, that nobody has touched it since."""

    id: UUID
    ticket: datetime
    status: str
    with_media: bool
    workspace: UUID
    network: str
    channel: UUID
    nth: int

    @property
    def for_media_workers(self) -> bool:
        """Its next step moves files."""
        return self.with_media and self.status in (Status.SCHEDULED, Status.PREPARING)


Bells = list[tuple[str, str]]


def lease_due(rows: int | None = None) -> list[Bell]:
    """Lease up to `rows` due rows, in one statement. Held, disconnected and waiting-for-their-parent rows are passed over."""
    values: dict[str, Any] = {"per_channel": PER_CHANNEL, "rows": rows or settings.RING_ROWS, "lease": BELL_LEASE}
    with connection.cursor() as cursor:
        cursor.execute(RING, values)
        return [Bell(*row[:-1]) for row in cursor.fetchall()]


def bundles(bells: list[Bell], threads: int) -> list[Bells]:
    """The bells of one ring as messages: few in a message when there are few, so that all threads have work.

    A message holds one workspace's rows on one network only, the rows of a channel in their order: what hangs
    there delays nobody else.
    """
    size = max(1, math.ceil(len(bells) / threads))
    groups: dict[tuple[UUID, str], list[Bell]] = defaultdict(list)
    for bell in sorted(bells, key=lambda bell: (bell.channel, bell.nth)):
        groups[bell.workspace, bell.network].append(bell)
    return [
        [(str(bell.id), bell.ticket.isoformat()) for bell in chunk]
        for group in groups.values()
        for chunk in _chunks(group, size)
    ]


def _chunks(group: list[Bell], size: int) -> list[list[Bell]]:
    """Chunks of about `size` that never part a channel's rows."""
    chunks: list[list[Bell]] = []
    for bell in group:
        if chunks and (len(chunks[-1]) < size or chunks[-1][-1].channel == bell.channel):
            chunks[-1].append(bell)
        else:
            chunks.append([bell])
    return chunks
