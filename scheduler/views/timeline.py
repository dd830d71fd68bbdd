"""What happened to a publication, in plain words: each attempt as a line, and what comes next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from scheduler.models import Attempt, Publication, Status

GOOD, BAD, DOUBT, NEUTRAL = "published", "failed", "pending", "draft"  # the colours of states in smo.css

# (step, outcome) as scheduler.publishing and scheduler.planning write them -> colour, icon, what it means
WORDS: dict[tuple[str, str], tuple[str, str, Any]] = {
    ("prepare", "ready"): (NEUTRAL, "upload", _("The files are uploaded; nothing is public yet.")),
    ("prepare", "not now"): (DOUBT, "hourglass", _("It could not be prepared yet. Nothing is public.")),
    ("prepare", "lease lost"): (DOUBT, "refresh-alert", _("Preparing was interrupted and begins again. Nothing is public.")),
    ("prepare", "rejected"): (BAD, "ban", _("The network refused it.")),
    ("prepare", "unauthorized"): (BAD, "lock", _("The network no longer accepts the connection.")),
    ("send", "sent"): (GOOD, "circle-check", _("It was sent, and the network confirmed it.")),
    ("send", "accepted"): (NEUTRAL, "loader-2", _("The network took it and is still working on it.")),
    ("send", "waiting"): (DOUBT, "hourglass", _("The network's limit is reached for now; it waits its turn.")),
    ("send", "not now"): (DOUBT, "hourglass", _("The network asked to try again later. Nothing was created.")),
    ("send", "rejected"): (BAD, "ban", _("The network refused it. Nothing was created.")),
    ("send", "unauthorized"): (BAD, "lock", _("The network no longer accepts the connection. Nothing was created.")),
    ("send", "unknown"): (
        DOUBT,
        "question-mark",
        _("No clear answer: it may be there. It is looked up first."),
    ),
    ("send", "lease lost"): (DOUBT, "question-mark", _("Sending was interrupted: it may be there. It is looked up first.")),
    ("confirm", "found"): (GOOD, "circle-check", _("It was found on the network: it is published.")),
    ("confirm", "absent"): (DOUBT, "search", _("It was not found on the network.")),
    ("confirm", "accepted"): (NEUTRAL, "loader-2", _("The network is still working on it.")),
    ("confirm", "look failed"): (DOUBT, "search", _("Looking it up did not work.")),
    ("confirm", "disconnected"): (BAD, "lock", _("It cannot be looked up: the channel must be connected again.")),
    ("confirm", "rejected"): (BAD, "ban", _("The network refused it after all.")),
    ("late", "dropped"): (NEUTRAL, "clock-pause", _("It was too late and was cancelled: the workspace's rule.")),
    ("late", "held"): (
        DOUBT,
        "clock-pause",
        _("It was too late and is kept for a person to decide."),
    ),
    ("end", "parent"): (BAD, "unlink", _("The post that it follows did not go out.")),
    ("end", "unconfirmed"): (DOUBT, "question-mark", _("Nobody can say whether it is there: a person must look.")),
    ("end", "exhausted"): (BAD, "alert-triangle", _("It was tried too often.")),
    ("plan", "replaced"): (NEUTRAL, "calendar-event", _("It was planned anew.")),
    ("person", "cancelled"): (NEUTRAL, "ban", _("It was cancelled.")),
    ("person", "send again"): (NEUTRAL, "refresh", _("Someone decided to send it again.")),
    ("person", "it is there"): (GOOD, "eye", _("Someone saw it on the network and said so.")),
    ("person", "taken down"): (NEUTRAL, "trash", _("It was deleted on the network.")),
}


@dataclass(frozen=True)
class Line:
    """One attempt with its colour, icon and meaning."""

    attempt: Attempt
    tone: str
    icon: str
    means: Any


def lines(attempts: Iterable[Attempt]) -> list[Line]:
    """The attempts as lines, in the order in which they happened."""
    unknown = (NEUTRAL, "circle-dot", "")
    found = [(attempt, WORDS.get((attempt.step, attempt.outcome), unknown)) for attempt in attempts]
    return [Line(attempt, tone, icon, means or f"{attempt.step}: {attempt.outcome}") for attempt, (tone, icon, means) in found]


@dataclass(frozen=True)
class Next:
    """What happens next by itself, and when; `blocked`: it waits for a person."""

    sentence: Any
    at: datetime | None = None
    blocked: bool = False


def upcoming(publication: Publication, making: bool = False) -> Next | None:
    """What happens next with a live publication; None for one that is final. `making`: a file of it is not ready yet."""
    if publication.is_final:
        return None
    if reason := waits_for(publication):
        return Next(reason, blocked=True)
    match publication.status:
        case Status.CONFIRMING:
            return Next(_("The network is asked whether it is there"), publication.due_at)
        case Status.PREPARING:
            return Next(_("The files are being uploaded"))
        case Status.SENDING:
            return Next(_("It is being sent"))
    if publication.publish_at > timezone.now():
        return Next(_("It goes out"), publication.publish_at)
    if making:
        return Next(_("It goes out as soon as its files are in the form that the network takes"))
    return Next(_("It is tried again"), publication.due_at)


def waits_for(publication: Publication) -> Any:
    """Why a publication stands still until a person does something; empty when it does not."""
    channel, campaign = publication.channel, publication.campaign
    if publication.status in (Status.SENDING, Status.CONFIRMING):
        return ""
    if not channel.is_connected:
        return _("It waits until its channel is connected again.")
    if channel.workspace.held:
        return _("It waits: publishing is stopped in this workspace.")
    if channel.held:
        return _("It waits: its channel is stopped.")
    if campaign and campaign.held:
        return _("It waits: its campaign is stopped.")
    return ""
