"""Guards of the machine, each taken out by one deliberate mistake: a test that lets a mutant live proves nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID

from urllib3.util import Retry

from connectors import http
from connectors.base import Connector
from connectors.data import Accepted, Outgoing, Sent
from inbox import delivering, falling, ringing
from inbox.models import Message
from scheduler import publishing
from scheduler.machine import moving
from scheduler.machine.moving import After
from scheduler.models import Publication, Status


@dataclass(frozen=True)
class Mutant:
    """`take_out` makes the mistake in the process that calls it; one of the scenarios of test_mutants.py must notice it."""

    take_out: Callable[[], None]
    scenarios: tuple[str, ...]


_real_absent = publishing.absent


def _goes_back_after(outcome: str) -> Callable[[], None]:
    """What ended so is not looked up but sent again, as if it surely had not happened."""

    def move(publication: Publication, to: str, **how: Any) -> bool:
        note = how.get("note")
        if to == Status.CONFIRMING and note and (note.step, note.outcome) == ("send", outcome):
            to, how["due"] = Status.SCHEDULED, After(timedelta(seconds=0.2))
        return moving.move(publication, to, **how)

    return lambda: _put(publishing, "move", move)


def _any_status() -> None:
    """move() does not ask whether the row still has the status that its caller saw."""
    assert "AND p.status = %s" in moving.MOVE
    _put(moving, "MOVE", moving.MOVE.replace("AND p.status = %s", "AND %s <> ''"))


def _any_attempt() -> None:
    """Nor for which attempt it speaks."""
    assert "AND p.attempt = %s" in moving.MOVE
    _put(moving, "MOVE", moving.MOVE.replace("AND p.attempt = %s", "AND %s >= 0"))


def _call_before_commit() -> None:
    """'sending' is written down only after the call."""

    def send(publication: Publication, connector: Connector, post: Outgoing) -> None:
        result: list[Sent | Accepted] = [connector.publish(post, publishing.progress(publication))]
        if moving.move(publication, Status.SENDING, due=After(publishing.LEASE)):
            publishing.settle(publication, result[0], "send", connector, 0.0)

    _put(publishing, "send", send)


def _any_ticket() -> None:
    """A bell is answered whatever has happened to the row since it rang."""

    def rung(bells: list[tuple[str, str]]) -> list[Publication]:
        wanted = Publication.objects.select_related("channel__token", "channel__workspace").order_by()
        found = wanted.in_bulk([UUID(pk) for pk, _ in bells])
        return [one for one in found.values() if one.due_at is not None]

    _put(publishing, "rung", rung)


def _one_look() -> None:
    """Absent at one look is taken for proof."""

    def absent(publication: Publication, connector: Connector, started: float) -> None:
        publication.absent_at = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
        _real_absent(publication, connector, started)

    _put(publishing, "absent", absent)


def _http_repeats() -> None:
    """The HTTP library sends a request again when its connection breaks."""
    _put(http._adapter, "max_retries", Retry(total=2, allowed_methods=None))


def _forgotten_commit() -> None:
    """PostgreSQL need not have 'sending' on disk before the call."""
    _put(moving, "REPEATABLE", tuple(Status))


def _answer_again() -> None:
    """An answer whose outcome nobody knows is sent again."""

    def doubt(message: Message, why: str, due: timedelta, ticket: datetime | None = None) -> None:
        delivering.move(message, Message.Status.QUEUED, due, why=why)

    _put(delivering, "doubt", doubt)


def _one_look_for_an_answer() -> None:
    """Absent at one look is taken for proof."""

    def absent(message: Message) -> None:
        delivering.move(message, Message.Status.QUEUED, timedelta())

    _put(delivering, "absent", absent)


def _only_bells() -> None:
    """A delivery whose bell was lost is not looked for."""
    _put(ringing, "due_events", list)


def _orphans() -> None:
    """Answers stay when what they answer is deleted: nobody tells of them."""
    _put(falling, "falls", lambda message: None)
    _put(falling, "has_fallen", lambda channel, conversation, parent: False)


def _put(module: Any, name: str, value: Any) -> None:
    patch.object(module, name, value).start()


MUTANTS = {
    "unknown is taken for failed": Mutant(_goes_back_after("unknown"), ("answers_get_lost", "kills_at_any_moment")),
    "a lost lease in sending is taken for failed": Mutant(_goes_back_after("lease lost"), ("workers_die_while_they_send",)),
    "move() without the status": Mutant(_any_status, ("people_change_their_minds",)),
    "move() without the attempt": Mutant(_any_attempt, ("an_earlier_attempt_speaks_up",)),
    "sending is committed after the call": Mutant(_call_before_commit, ("workers_die_while_they_send",)),
    "a bell's ticket is not looked at": Mutant(_any_ticket, ("bells_ring_again",)),
    "one absent look is proof": Mutant(_one_look, ("posts_show_late",)),
    "HTTP calls are repeated": Mutant(_http_repeats, ("answers_get_lost",)),
    "a doubtful answer is sent again": Mutant(_answer_again, ("workers_die_while_they_answer",)),
    "one look for an answer is proof": Mutant(_one_look_for_an_answer, ("workers_die_while_they_answer",)),
    "a delivery is worked out only if its bell arrives": Mutant(_only_bells, ("webhooks_go_astray",)),
    "answers outlive what they answer": Mutant(_orphans, ("webhooks_go_astray",)),
    "sending may be forgotten by a crash": Mutant(_forgotten_commit, ("databases_crash",)),
}
