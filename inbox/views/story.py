"""What became of an answer of ours, in plain words: who wrote it, each step of its delivery, and what comes next."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.access import MemberRequest, allowed
from accounts.roles import Action
from inbox import replying
from inbox.models import Message, Step
from inbox.views.screen import find

GOOD, BAD, DOUBT, NEUTRAL = "published", "failed", "pending", "draft"  # the colours of states in smo.css
S, What = Message.Status, Step.What

WORDS: dict[str, tuple[str, str, Any]] = {
    What.SENDING: (NEUTRAL, "send", _("It was handed to the network once more.")),
    What.SENT: (GOOD, "circle-check", _("It was sent, and the network confirmed it.")),
    What.UNREADY: (DOUBT, "hourglass", _("It could not be handed to the network yet.")),
    What.NOT_NOW: (DOUBT, "hourglass", _("The network asked to try again later. Nothing was created.")),
    What.REFUSED: (BAD, "ban", _("The network refused it. Nothing was created.")),
    What.UNAUTHORIZED: (BAD, "lock", _("The network no longer accepts the connection. Nothing was created.")),
    What.UNKNOWN: (DOUBT, "question-mark", _("No clear answer: it may be there. It is looked up first.")),
    What.LOST: (DOUBT, "question-mark", _("Sending was interrupted: it may be there. It is looked up first.")),
    What.FOUND: (GOOD, "circle-check", _("It was found on the network, so it was not sent again.")),
    What.READ: (GOOD, "circle-check", _("It was read on the network: it has arrived.")),
    What.ABSENT: (DOUBT, "search", _("It was not found on the network. One look proves nothing.")),
    What.PROVED_ABSENT: (DOUBT, "search", _("It was not found at a second look either.")),
    What.LOOK_FAILED: (DOUBT, "search", _("Looking it up did not work.")),
    What.UNTOLD: (DOUBT, "question-mark", _("Nobody can say whether it is there: a person must look.")),
    What.EXHAUSTED: (BAD, "alert-triangle", _("It was given up.")),
    What.RESENT: (NEUTRAL, "refresh", _("Someone decided to send it again.")),
}
FIRST = _("The time to take it back was over: it was handed to the network.")


@dataclass(frozen=True)
class Line:
    """One step with its colour, icon and meaning."""

    step: Step
    tone: str
    icon: str
    means: Any


@require_GET
@allowed(Action.SEE)
def story(request: MemberRequest, pk: UUID, message: int) -> HttpResponse:
    """The timeline of one answer of ours; a 404 for what was not said from here."""
    answers = find(request, pk).messages.exclude(status=S.RECEIVED).select_related("by", "rule")
    found: Message = get_object_or_404(answers, pk=message)
    told = lines(found.steps.select_related("by"))
    context = {"message": found, "lines": told, "next": upcoming(found), "undo_until": found.sent_at + replying.UNDO}
    return render(request, "inbox/_story.html", context)


def lines(steps: Iterable[Step]) -> list[Line]:
    """The steps as lines, in the order in which they happened. To the first try, the time to take it back came before."""
    found = []
    for place, step in enumerate(steps):
        tone, icon, means = WORDS[step.what]
        first = place == 0 and step.what == What.SENDING
        found.append(Line(step, tone, icon, FIRST if first else means))
    return found


def upcoming(message: Message) -> Any:
    """What happens next by itself; empty for an answer that is final."""
    match message.status:
        case S.QUEUED:
            return _("It is tried again") if message.tries else _("It goes out, unless it is taken back")
        case S.SENDING:
            return _("It is being sent")
        case S.CONFIRMING:
            return _("The network is asked whether it is there")
    return ""
