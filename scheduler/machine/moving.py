"""The one writer of a publication's status: compare-and-set, fenced by the attempt, with its Attempt row in one statement.

PostgreSQL's clock is the only clock: worker machines may disagree about the time as they like.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection

from accounts.live import tell
from scheduler.machine import prepared
from scheduler.models import LIVE, Publication, Status

S = Status
MOVES: Mapping[str, frozenset[str]] = {
    S.SCHEDULED: frozenset({S.SCHEDULED, S.PREPARING, S.SENDING, S.CANCELLED, S.FAILED}),
    S.PREPARING: frozenset({S.READY, S.SCHEDULED, S.FAILED}),
    S.READY: frozenset({S.READY, S.SCHEDULED, S.SENDING, S.CANCELLED, S.FAILED}),
    S.SENDING: frozenset({S.PUBLISHED, S.CONFIRMING, S.SCHEDULED, S.FAILED}),
    S.CONFIRMING: frozenset({S.PUBLISHED, S.CONFIRMING, S.SCHEDULED, S.FAILED}),
    S.FAILED: frozenset({S.SCHEDULED, S.PUBLISHED}),
}


@dataclass(frozen=True)
class After:
    """Due so long from now, by the database's clock; not before the promised time when `promised` is set."""

    delay: timedelta = timedelta()
    promised: bool = False


@dataclass(frozen=True)
class AtPromise:
    """Due at the promised time; where that is past, after `lease`: whoever writes this goes on to send at once."""

    lease: timedelta


Due = After | AtPromise
NOW, NEXT = object(), object()  # as the value of a change: the database's clock; one more than there is


@dataclass(frozen=True)
class Note:
    """What the Attempt row says; see scheduler.models.Attempt."""

    step: str
    outcome: str
    asked: str = ""
    http: int = 0
    ms: int = 0
    said: str = ""
    by: int | None = None


class ChannelBusy(Exception):
    """Another publication of the channel is being sent at this moment."""


# Checked inside the statement that commits 'sending': the promised time, the emergency stop, one at a time on a channel.
MAY_SEND = " AND p.publish_at <= statement_timestamp() AND scheduler_may_send(p.channel_id, p.campaign_id)"


def move(
    publication: Publication,
    to: str,
    *,
    due: Due | None = None,
    note: Note | None = None,
    ticket: datetime | None = None,
    **changes: Any,
) -> bool:
    """Bring `publication` from the status that this object knows to `to`. False: somebody else decided, so stop.

    Needs `due` exactly for a live status. `ticket`, when given, must still be the row's due_at (a lease that was
    renewed meanwhile is not lost). `changes` are further columns; the object is brought up to date.
    Raises ChannelBusy when another row of the channel is being sent.
    """
    origin = str(publication.status)
    if to not in MOVES[origin] or (to in LIVE) != (due is not None):
        raise ValueError(f"no move from {origin} to {to} with due={due}")
    statement, values = _statement(publication, to, due, note, ticket, changes)
    with connection.cursor() as cursor:
        try:
            prepared.execute(cursor, statement, values)
        except IntegrityError as error:
            if "one_sending_per_channel" in str(error):
                raise ChannelBusy from error
            raise
        row = cursor.fetchone()
    if row is None:
        return False
    _bring_up_to_date(publication, row, changes)
    if note is not None or to not in LIVE:
        tell(publication.workspace_id, f"publication:{publication.pk}")
    return True


def _bring_up_to_date(publication: Publication, row: tuple[Any, ...], changes: Mapping[str, Any]) -> None:
    publication.status, publication.attempt, publication.due_at, publication.publish_at, publication.doubt_since = row[:5]
    for name, value in changes.items():
        if value is not NOW and value is not NEXT:
            setattr(publication, name, value)


def _statement(
    publication: Publication,
    to: str,
    due: Due | None,
    note: Note | None,
    ticket: datetime | None,
    changes: Mapping[str, Any],
) -> tuple[str, list[Any]]:
    columns, values = _assignments(to, due, changes)
    values += [publication.pk, publication.attempt, str(publication.status)]
    where = ""
    if ticket is not None:
        where = "AND p.due_at = %s"
        values.append(ticket)
    if to == S.SENDING:
        where += MAY_SEND
    if note is not None:
        values += [note.step, note.outcome, note.asked[:300], note.http, note.ms, note.said[:2000], note.by]
    parts = {"columns": ", ".join(columns), "where": where, "noted": NOTED if note else ""}
    return MOVE.format(**parts, relaxed=RELAXED if to in REPEATABLE else ""), values


MOVE = """
WITH moved AS (
    UPDATE scheduler_publication p SET {columns}
    WHERE p.id = %s AND p.attempt = %s AND p.status = %s {where}
    RETURNING p.id, p.status, p.attempt, p.due_at, p.publish_at, p.doubt_since
){noted}
SELECT status, attempt, due_at, publish_at, doubt_since{relaxed} FROM moved
"""
# Only these commits need not reach the disk at once: if a crash of PostgreSQL forgets one, the same work is done again.
# 'sending' must be there before the call, and what came of it is worth the wait.
REPEATABLE = (S.PREPARING, S.READY)
RELAXED = ", set_config('synchronous_commit', 'off', true)"
NOTED = """, noted AS (
    INSERT INTO scheduler_attempt (publication_id, number, step, outcome, asked, http, ms, said, by_id, next_at, at)
    SELECT id, attempt, %s, %s, %s, %s::int, %s::int, %s, %s::bigint, due_at, clock_timestamp() FROM moved
)"""

LATER = "statement_timestamp() + %s::interval"


def _assignments(to: str, due: Due | None, changes: Mapping[str, Any]) -> tuple[list[str], list[Any]]:
    columns: list[str] = ["status = %s"]
    values: list[Any] = [str(to)]
    match due:
        case None:
            columns.append("due_at = NULL")
        case After(delay, promised):
            columns.append(f"due_at = greatest(publish_at, {LATER})" if promised else f"due_at = {LATER}")
            values.append(delay)
        case AtPromise(lease):
            columns.append(f"due_at = CASE WHEN publish_at > statement_timestamp() THEN publish_at ELSE {LATER} END")
            values.append(lease)
    if to == S.SENDING:
        columns.append("doubt_since = coalesce(doubt_since, statement_timestamp())")
    for name, value in changes.items():
        if value is NOW:
            columns.append(f"{name} = statement_timestamp()")
        elif value is NEXT:
            columns.append(f"{name} = p.{name} + 1")
        else:
            columns.append(f"{name} = %s")
            values.append(json.dumps(value) if name in ("kept", "content") else value)
    return columns, values


def reprepare(pk: UUID, attempt: int, kept: Mapping[str, str], lease: timedelta) -> bool:
    """Keep what preparing has reached and renew the lease. False: the lease is lost, stop the work."""
    values: list[Any] = [json.dumps(kept), lease, pk, attempt]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE scheduler_publication SET kept = %s, due_at = statement_timestamp() + %s "
            "WHERE id = %s AND status IN ('preparing', 'sending', 'confirming') AND attempt = %s",
            values,
        )
        return bool(cursor.rowcount == 1)
