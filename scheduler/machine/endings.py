"""How a step ends when it does not end well: refused, put off, disconnected, late, failed; and how it is noted."""

import random
import time
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.live import tell
from accounts.models import Channel, Workspace
from accounts.networks import renew
from connectors.base import Connector
from connectors.errors import Doubt, NotNow, Rejected, Unauthorized
from connectors.http import redact
from scheduler.machine.moving import NEXT, After, Note, move
from scheduler.machine.ringing import BELL_LEASE
from scheduler.models import Publication, Status


def reject(
    publication: Publication,
    step: str,
    error: Rejected,
    doubt_before: datetime | None,
    connector: Connector | None = None,
    started: float | None = None,
) -> None:
    note = noted(step, "rejected", connector, started, error.said or str(error))
    fail(publication, Publication.Fault.REJECTED, str(error), note, doubt_since=doubt_before)


def put_off(publication: Publication, step: str, why: str, words: str, retry_in: timedelta | None) -> None:
    """Nothing is public: the same again later."""
    due = After(retry_in or back_off(publication.attempt))
    tried: dict[str, Any] = (
        {"attempt": NEXT} if publication.status == Status.SCHEDULED else {}
    )  # else it was counted when it was claimed
    move(publication, Status.SCHEDULED, due=due, note=Note(step, "not now", said=words or why), why=why, **tried)


def disconnect(
    publication: Publication,
    step: str,
    error: Unauthorized,
    doubt_before: datetime | None = None,
    connector: Connector | None = None,
    started: float | None = None,
) -> None:
    """The network no longer knows us. Fresh tokens are tried once; else the channel waits for a person, its posts with it."""
    note = noted(step, "unauthorized", connector, started, error.said or str(error))
    if connector is None or not renewed(publication, connector):
        mark_disconnected(publication, str(error))
    move(publication, Status.SCHEDULED, due=After(), note=note, doubt_since=doubt_before, why=str(error))


def renewed(publication: Publication, connector: Connector) -> bool:
    """Whether there are newer tokens than those that were just refused."""
    used = connector.account.tokens
    if not used.refresh or publication.attempts.filter(number=publication.attempt - 1, outcome="unauthorized").exists():
        return False
    try:
        renew(publication.channel, used)
    except (Unauthorized, NotNow, Doubt, Rejected):
        return False
    return True


def mark_disconnected(publication: Publication, why: str) -> None:
    Channel.objects.filter(pk=publication.channel_id, status=Channel.Status.CONNECTED).update(
        status=Channel.Status.DISCONNECTED, why=why
    )
    tell(publication.workspace_id, "channels")


def miss(publication: Publication) -> None:
    """Later than the workspace wants: dropped, or kept for a person."""
    workspace = publication.channel.workspace
    why = _("It would have been more than %(minutes)s minutes late.") % {"minutes": workspace.late_minutes}
    if workspace.late_policy == Workspace.Late.DROP:
        move(publication, Status.CANCELLED, note=Note("late", "dropped", said=why), why=why)
        close_children(publication, Status.CANCELLED)
    else:
        fail(
            publication,
            Publication.Fault.MISSED,
            _("%(why)s Send it now, or cancel it.") % {"why": why},
            Note("late", "held", said=why),
        )


def fail(publication: Publication, fault: str, why: str, note: Note | None = None, **changes: Any) -> None:
    """The end, until a person decides; what follows the post ends with it."""
    if move(publication, Status.FAILED, note=note or Note("end", fault, said=why), fault=fault, why=why, **changes):
        close_children(publication, Status.FAILED)


def close_children(publication: Publication, to: str) -> None:
    """What continues or comments on a post that did not go out does not go out either."""
    for child in publication.children.filter(status__in=[Status.SCHEDULED, Status.READY]):
        why = _("The post that it follows did not go out.")
        fault = Publication.Fault.PARENT if to == Status.FAILED else Publication.Fault.NONE
        if move(child, to, note=Note("end", "parent", said=why), fault=fault, why=why):
            close_children(child, to)


# -- how it is told and timed -------------------------------------------------------------------------------------------------


def rang_at(publication: Publication) -> datetime:
    """When the bell rang for this row, by the database's clock: a worker's own clock decides nothing."""
    assert publication.due_at is not None
    return publication.due_at - BELL_LEASE


def is_late(publication: Publication) -> bool:
    workspace = publication.channel.workspace
    if workspace.late_policy == Workspace.Late.PUBLISH:
        return False
    return rang_at(publication) - publication.publish_at > timedelta(minutes=workspace.late_minutes)


def back_off(tries: int) -> timedelta:
    """10 s, 20 s, 40 s, ... up to 15 minutes, each up to a fifth longer, so that many do not come back at once."""
    seconds: float = min(900, 10 * 2 ** max(0, min(tries, 10) - 1))
    return timedelta(seconds=seconds * random.uniform(1, 1.2))


def noted(step: str, outcome: str, connector: Connector | None, started: float | None, words: str = "") -> Note:
    """A note with the last exchange that the connector had."""
    last = connector.http.exchanges[-1] if connector and connector.http.exchanges else None
    asked, status = (f"{last.method} {last.address}", last.status) if last else ("", 0)
    return Note(step, outcome, asked, status, since(started) if started else 0, words)


def said(error: Exception) -> str:
    """An exception in words for the timeline."""
    return getattr(error, "said", "") or redact(f"{type(error).__name__}: {error}")


def since(started: float) -> int:
    """Milliseconds from `started` (monotonic) to now."""
    return round((time.monotonic() - started) * 1000)
