"""Looking for trouble: every minute at what was just said, once an hour at what is usual. Opens incidents and follows them.

Time is handed in. A workspace that is quiet costs nothing but its line in the one statement that counts for all.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from accounts.models import Workspace
from inbox.models import Incident, Usual
from inbox.trouble.baseline import HOUR, Rate, louder, rate
from inbox.trouble.incidents import ALL, Recent, begin, go_on, settle
from inbox.trouble.judging import LEAST_ANGRY, LESS_THAN_BEFORE, NOTHING_HEARD, WINDOWS, Heard, Usually, signals

HISTORY = timedelta(weeks=8)
USUAL_SHARE, SHARE_WORTH = 0.15, 20  # what is believed of the negative share before anything was heard; worth so many items

RECENT = """
SELECT c.workspace_id, c.id,
    count(*) FILTER (WHERE m.sent_at > %(short)s), count(*),
    count(*) FILTER (WHERE m.sent_at > %(short)s AND m.mood = 'negative'), count(*) FILTER (WHERE m.mood = 'negative')
FROM accounts_channel c LEFT JOIN inbox_past p ON p.channel_id = c.id CROSS JOIN LATERAL (
    SELECT m.sent_at, m.mood FROM inbox_message m
    WHERE m.channel_id = c.id AND NOT m.mine AND NOT m.deleted AND m.sent_at > %(long)s AND m.sent_at <= %(now)s
        AND (p.began_at IS NULL OR m.sent_at >= p.began_at)
) m
WHERE c.status <> 'removed'
GROUP BY c.workspace_id, c.id
"""
PAST = """
SELECT m.channel_id::text, date_trunc('hour', m.sent_at AT TIME ZONE %(zone)s), count(*),
    count(*) FILTER (WHERE m.mood = 'negative')
FROM accounts_channel c JOIN inbox_message m ON m.channel_id = c.id
WHERE c.workspace_id = %(workspace)s AND NOT m.mine AND NOT m.deleted AND m.sent_at >= %(since)s AND m.sent_at < %(until)s
GROUP BY 1, 2
"""


def look(now: datetime) -> int:
    """Look at all workspaces as they are at `now`; how many were worth it."""
    recent = heard(now)
    going_on = set(Incident.objects.filter(closed_at=None).values_list("workspace_id", flat=True))
    worth_it = {*going_on, *(pk for pk, found in recent.items() if _all(found).all[WINDOWS[-1]] >= LEAST_ANGRY)}
    usual = usually(worth_it, now)
    for pk in worth_it:
        follow(pk, recent.get(pk, {}), usual[pk], pk in going_on, now)
    return len(worth_it)


def heard(now: datetime) -> dict[UUID, Recent]:
    """What was said in the last minutes, by workspace and channel."""
    found: dict[UUID, Recent] = defaultdict(dict)
    with connection.cursor() as cursor:
        short, long = (now - timedelta(minutes=one) for one in WINDOWS)
        values: dict[str, Any] = {"now": now, "short": short, "long": long}
        cursor.execute(RECENT, values)
        for workspace, channel, *counts in cursor.fetchall():
            every, angry = counts[: len(WINDOWS)], counts[len(WINDOWS) :]
            found[workspace][str(channel)] = Heard(
                dict(zip(WINDOWS, every, strict=True)), dict(zip(WINDOWS, angry, strict=True))
            )
    return found


def _all(found: Recent) -> Heard:
    return sum(found.values(), NOTHING_HEARD)


def follow(workspace: UUID, recent: Recent, usual: Mapping[str, Usually], going_on: bool, now: datetime) -> None:
    """Open an incident, or write down how the open one goes on."""
    everything: Recent = {**recent, ALL: _all(recent)}
    found = {key: list(signals(one, usual[key])) for key, one in everything.items() if key in usual}
    found = {key: told for key, told in found.items() if told}
    if not (found or going_on):
        return
    nearly = any(any(signals(one, usual[key], LESS_THAN_BEFORE)) for key, one in everything.items() if key in usual)
    with transaction.atomic():
        Workspace.objects.select_for_update(no_key=True).get(pk=workspace)  # another beat may look at the same moment
        incident = Incident.objects.filter(workspace=workspace, closed_at=None).select_related("workspace").first()
        if incident is None:
            begin(workspace, recent, found, now)
        elif found:
            go_on(incident, recent, found, now)
        else:
            settle(incident, nearly, now)


# -- what is usual --------------------------------------------------------------------------------------------------------


def usually(workspaces: Collection[UUID], now: datetime) -> dict[UUID, dict[str, Usually]]:
    """What is usual at this hour, by workspace and channel; worked out once an hour."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    known = dict(Usual.objects.filter(workspace__in=workspaces, hour=hour).values_list("workspace", "rates"))
    unknown = set(workspaces) - known.keys()
    for workspace in Workspace.objects.filter(pk__in=unknown) if unknown else ():
        known[workspace.pk] = _work_out(workspace, hour)
    return {pk: {key: Usually.of(kept) for key, kept in rates.items()} for pk, rates in known.items()}


def _work_out(workspace: Workspace, hour: datetime) -> dict[str, Any]:
    every, angry = past(workspace, hour - HOUR)
    local = hour.astimezone(workspace.zone).replace(tzinfo=None, minute=0)
    keys = [ALL, *(str(pk) for pk in workspace.channels.values_list("pk", flat=True))]
    rates = {key: _usual(every[key], angry[key], local).as_json() for key in keys}
    Usual.objects.update_or_create(workspace=workspace, defaults={"hour": hour, "rates": rates})
    return rates


Past = defaultdict[str, dict[datetime, int]]


def past(workspace: Workspace, until: datetime) -> tuple[Past, Past]:
    """Items and negative items by channel and hour. The last hour is left out: what rises now does not make itself usual."""
    every: Past = defaultdict(dict)
    angry: Past = defaultdict(dict)
    values: dict[str, Any] = {"workspace": workspace.pk, "zone": workspace.time_zone, "until": until, "since": until - HISTORY}
    with connection.cursor() as cursor:
        cursor.execute(PAST, values)
        for channel, hour, heard, negative in cursor.fetchall():
            for key in (channel, ALL):
                every[key][hour] = every[key].get(hour, 0) + heard
                angry[key][hour] = angry[key].get(hour, 0) + negative
    return every, angry


def _usual(every: Mapping[datetime, int], angry: Mapping[datetime, int], hour: datetime) -> Usually:
    since = min(every, default=hour)
    negative = sum(angry.values()) + USUAL_SHARE * SHARE_WORTH
    return Usually(_rate(every, since, hour), _rate(angry, since, hour), share=negative / (sum(every.values()) + SHARE_WORTH))


def _rate(counts: Mapping[datetime, int], since: datetime, hour: datetime) -> Rate:
    return louder(rate(counts, since, one) for one in (hour, hour - HOUR))
