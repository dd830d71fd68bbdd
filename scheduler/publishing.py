"""The publication machine: one step of one publication at a time, at most once, never lost.

Whatever a network may have carried out is looked up before it is repeated. Each step commits what it is about to do
before it does it, so that a process may die anywhere. The table of states and events is in the README ("How a post
goes out"); `moving.move` writes them.
"""

import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection
from django.utils.translation import gettext as _

import connectors
from accounts.languages import speaking
from accounts.networks import bound
from connectors.base import Confirms, Connector
from connectors.data import Accepted, Outgoing, Progress, Sent, Uncertain
from connectors.errors import NotNow, Rejected, Unauthorized
from scheduler.compose import assets_of, outgoing
from scheduler.library import renditions
from scheduler.library.lapsing import refuse_lapsed
from scheduler.machine import gate, loading
from scheduler.machine.endings import (
    back_off,
    disconnect,
    fail,
    is_late,
    mark_disconnected,
    miss,
    noted,
    put_off,
    rang_at,
    reject,
    said,
    since,
)
from scheduler.machine.moving import NEXT, NOW, After, AtPromise, ChannelBusy, Note, move, reprepare
from scheduler.machine.ringing import BELL_LEASE
from scheduler.models import Publication, Status

LEASE = timedelta(seconds=settings.LEASE_SECONDS)
SOON = timedelta(seconds=5)  # from a doubt to the first look
SECOND_LOOK = timedelta(minutes=2)  # networks' own lists lag behind; one look proves nothing
MOST_LOOKS = 24  # failed or undecided looks, backing off to 15 minutes: about five hours
MOST_WORK = timedelta(hours=24)  # how long a network may work on what it accepted
MOST_ATTEMPTS = 30
BATCH_SECONDS = settings.TASK_SECONDS / 3  # a bundle that takes longer leaves the rest to the next ring

log = logging.getLogger("smo.publishing")


class LeaseLost(Exception):
    """Somebody else has taken the publication over."""


def advance(bells: Iterable[tuple[str, str]]) -> None:
    """Answer a bundle of bells (id, ticket), one after the other. Stale tickets are passed over."""
    answer(rung(bells))


def answer(publications: Iterable[Publication]) -> None:
    """The next step of each. What takes too long leaves the rest to the next ring."""
    ends = time.monotonic() + BATCH_SECONDS
    for publication in publications:
        if time.monotonic() > ends:
            return
        with speaking(publication.channel.workspace):
            guarded(partial(STEPS[Status(publication.status)], publication))


def rung(bells: Iterable[tuple[str, str]]) -> list[Publication]:
    """The publications whose tickets are still good, in the order of the bells."""
    tickets = {UUID(pk): datetime.fromisoformat(ticket) for pk, ticket in bells}
    found = loading.publications(tickets)
    return [found[pk] for pk, ticket in tickets.items() if pk in found and found[pk].due_at == ticket]


def guarded(step: Callable[[], None]) -> None:
    """Do one step. A lost lease or a broken database ends it and nothing else: the row stands as it was committed last,
    its lease passes, and somebody looks again."""
    try:
        step()
    except (DatabaseError, LeaseLost) as error:
        log.warning("step left error=%s", type(error).__name__)
        connection.close()


# -- scheduled -> preparing -> ready --------------------------------------------------------------------------------------


def begin(publication: Publication) -> None:
    """What has files is claimed and prepared, ahead of its time; anything else is sent as it is."""
    if publication.attempt >= MOST_ATTEMPTS:
        return fail(publication, Publication.Fault.EXHAUSTED, _("It was tried too often. See below what the network said."))
    if not publication.with_media:
        return send_ready(publication)
    if is_late(publication):
        return miss(publication)
    if wait := renditions.awaited(publication):
        move(
            publication, Status.SCHEDULED, due=After(wait), ticket=publication.due_at
        )  # no try: its files are still being made to fit
        return None
    if move(publication, Status.PREPARING, due=After(LEASE), attempt=NEXT, ticket=publication.due_at):
        prepare(publication)
    return None


def prepare(publication: Publication) -> None:
    """Everything that can be done before the time; then, when it has come meanwhile, the sending."""
    started = time.monotonic()
    if not (made := outfit(publication, "prepare")):
        return
    note = Note("prepare", "ready", ms=since(started))
    if move(publication, Status.READY, due=AtPromise(BELL_LEASE), note=note) and promise_is_due(publication):
        send(publication, *made)


def outfit(publication: Publication, step: str) -> tuple[Connector, Outgoing] | None:
    """What sending takes; to prepare, its files are uploaded too. None: it did not succeed, and the row says what is next."""
    try:
        refuse_lapsed(assets_of(publication).values(), publication.publish_at, publication.channel.workspace.zone)
        connector, post = connect(publication), outgoing(publication)
        if step == "prepare":
            connector.prepare(post, progress(publication))
        return connector, post
    except Rejected as error:
        reject(publication, step, error, None)
    except Unauthorized as error:
        disconnect(publication, step, error)
    except NotNow as error:
        put_off(publication, step, str(error), error.said, error.retry_in)
    except (LeaseLost, DatabaseError):
        raise
    except Exception as error:  # noqa: BLE001  # nothing is public yet: whatever it was, the same work may be done again
        log.warning("%s failed id=%s error=%s", step, publication.pk, type(error).__name__)
        put_off(publication, step, _("Preparing did not succeed."), said(error), None)
    return None


def give_back(publication: Publication) -> None:
    """The lease of a preparation was lost: nothing is public, so begin again; what was kept resumes."""
    note = Note("prepare", "lease lost", said=_("The worker stopped before anything was sent."))
    move(publication, Status.SCHEDULED, due=After(), note=note, ticket=publication.due_at)


# -- scheduled or ready -> sending -> published -----------------------------------------------------------------------------


def send_ready(publication: Publication) -> None:
    if is_late(publication):
        miss(publication)
    elif made := outfit(publication, "send"):
        send(publication, *made)


def send(publication: Publication, connector: Connector, post: Outgoing) -> None:
    """Commit 'sending', then make the one irreversible call. Since the bell rang somebody may have moved the promise: the
    row must still be due as this worker knows it."""
    ticket = publication.due_at
    if wait := gate.take(publication.channel):
        note = Note("send", "waiting", said=_("The network's allowance is used up for now."))
        move(publication, publication.status, due=After(wait, promised=True), note=note, ticket=ticket)
        return
    doubt_before = publication.doubt_since
    tried: dict[str, Any] = {"attempt": NEXT} if publication.status == Status.SCHEDULED else {}
    try:
        sending = move(publication, Status.SENDING, due=After(LEASE), ticket=ticket, **tried)
    except ChannelBusy:
        sending = False
    if sending:
        call(publication, connector, post, doubt_before)
    else:  # busy or stopped: the bell passes over it until it is not
        move(publication, publication.status, due=After(promised=True), ticket=ticket)


def call(publication: Publication, connector: Connector, post: Outgoing, doubt_before: datetime | None) -> None:
    started = time.monotonic()
    try:
        result = connector.publish(post, progress(publication))
    except Rejected as error:
        return reject(publication, "send", error, doubt_before, connector, started)
    except Unauthorized as error:
        return disconnect(publication, "send", error, doubt_before, connector, started)
    except NotNow as error:
        note = noted("send", "not now", connector, started, error.said)
        after = After(error.retry_in or back_off(publication.attempt))
        move(publication, Status.SCHEDULED, due=after, note=note, doubt_since=doubt_before, why=str(error))
        return None
    except Exception as error:  # noqa: BLE001  # the one place: anything else out of publish() means that nobody knows
        log.warning("outcome unknown id=%s error=%s", publication.pk, type(error).__name__)
        note = noted("send", "unknown", connector, started, said(error))
        move(publication, Status.CONFIRMING, due=After(SOON), note=note, looks=0, absent_at=None)
        return None
    return settle(publication, result, "send", connector, started)


def doubt(publication: Publication) -> None:
    """The lease of a call was lost: the worker died or hung somewhere around the irreversible moment."""
    note = Note("send", "lease lost", said=_("The worker stopped while it was sending; the post may be there."))
    move(publication, Status.CONFIRMING, due=After(), note=note, looks=0, absent_at=None, ticket=publication.due_at)


def settle(publication: Publication, result: Sent | Accepted, step: str, connector: Connector, started: float) -> None:
    """Write down that it is there, or that the network works on it. Holds also when a doubt overtook this very process."""
    if isinstance(result, Accepted):
        note = noted(step, "accepted", connector, started)
        due = After(result.check_in)
        move(publication, Status.CONFIRMING, due=due, note=note, handle=result.handle, looks=0, absent_at=None)
        return
    note = noted(step, "found" if step == "confirm" else "sent", connector, started)
    there: dict[str, Any] = {"remote_id": result.remote_id, "url": result.url, "published_at": NOW, "why": "", "fault": ""}
    try:
        if not move(publication, Status.PUBLISHED, note=note, **there):
            publication.refresh_from_db(fields=["status", "attempt", "due_at"])
            if publication.status == Status.CONFIRMING:
                move(publication, Status.PUBLISHED, note=note, **there)
    except IntegrityError as error:
        if "one_publication_per_remote_id" not in str(error):
            raise
        fail(
            publication,
            Publication.Fault.UNCONFIRMED,
            _("The network names a post that belongs to another publication: look yourself."),
        )


# -- confirming -----------------------------------------------------------------------------------------------------------


def confirm(publication: Publication) -> None:
    """Look whether a doubtful post is there; give up only to a person."""
    started = time.monotonic()
    if not issubclass(connectors.connector(publication.channel.network), Confirms):
        return unconfirmed(publication, _("This network cannot be asked whether the post is there."))
    if (
        publication.looks >= MOST_LOOKS
        or rang_at(publication) - (publication.doubt_since or publication.publish_at) > MOST_WORK
    ):
        return unconfirmed(publication, _("The network gave no answer whether the post is there."))
    connector: Connector | None = None
    try:
        connector = connect(publication)
        result = confirming(connector).confirm(outgoing(publication), progress(publication), uncertain(publication))
    except Rejected as error:
        return reject(publication, "confirm", error, None, connector, started)
    except Unauthorized as error:
        mark_disconnected(publication, str(error))
        return look_again(publication, "disconnected", connector, started, error.said)
    except (LeaseLost, DatabaseError):
        raise
    except Exception as error:  # noqa: BLE001  # a look that fails proves nothing: look again
        return look_again(publication, "look failed", connector, started, said(error))
    if result is None:
        return absent(publication, connector, started)
    return settle(publication, result, "confirm", connector, started)


def look_again(publication: Publication, outcome: str, connector: Connector | None, started: float, words: str) -> None:
    note = noted("confirm", outcome, connector, started, words)
    due = After(back_off(publication.looks + 1))
    move(publication, Status.CONFIRMING, due=due, note=note, looks=publication.looks + 1)


def absent(publication: Publication, connector: Connector, started: float) -> None:
    """Not there at this look. Two looks some minutes apart are proof."""
    seen_before = publication.absent_at is not None and rang_at(publication) - publication.absent_at >= SECOND_LOOK * 0.9
    note = noted("confirm", "absent", connector, started, "not there" if seen_before else "not there yet; one more look")
    if seen_before:
        due = After(back_off(publication.attempt))
        move(publication, Status.SCHEDULED, due=due, note=note, absent_at=None, looks=0, handle="")
        return
    looks = publication.looks + 1
    if publication.absent_at is None:
        move(publication, Status.CONFIRMING, due=After(SECOND_LOOK), note=note, looks=looks, absent_at=NOW)
    else:
        move(publication, Status.CONFIRMING, due=After(SECOND_LOOK), note=note, looks=looks)


def unconfirmed(publication: Publication, why: str) -> None:
    fail(publication, Publication.Fault.UNCONFIRMED, _("%(why)s Look there, then say so here or send it again.") % {"why": why})


# -- small help -----------------------------------------------------------------------------------------------------------


def connect(publication: Publication) -> Connector:
    channel = publication.channel
    return bound(channel, lambda found: gate.pause(channel, found))


def confirming(connector: Connector) -> Confirms:
    if not isinstance(connector, Confirms):
        raise TypeError(connector.slug)
    return connector


def promise_is_due(publication: Publication) -> bool:
    """For a row that has just become due AtPromise: whether the promised time has come, by the database's clock."""
    return publication.due_at is not None and publication.due_at > publication.publish_at


def progress(publication: Publication) -> Progress:
    """What was kept, and how more is kept: in the row, at once, with the lease renewed."""
    pk, attempt = publication.pk, publication.attempt

    def store(kept: dict[str, str]) -> None:
        if not reprepare(pk, attempt, kept, LEASE):
            raise LeaseLost(str(pk))
        publication.kept = kept

    return Progress(publication.kept, store)


def uncertain(publication: Publication) -> Uncertain:
    since = publication.doubt_since or publication.publish_at
    others = Publication.objects.filter(channel_id=publication.channel_id, published_at__gte=since - timedelta(days=1))
    taken = frozenset(others.exclude(pk=publication.pk).values_list("remote_id", flat=True))
    return Uncertain(since, publication.handle, taken)


STEPS: dict[Status, Callable[[Publication], None]] = {
    Status.SCHEDULED: begin,
    Status.PREPARING: give_back,
    Status.READY: send_ready,
    Status.SENDING: doubt,
    Status.CONFIRMING: confirm,
}
