"""What fans said in the last days, as the inbox reads it, and what was answered from there."""

from datetime import datetime, timedelta

from django.utils import timezone

from inbox import delivering, replying, sync, threads
from inbox.models import Conversation, Message, Step
from inbox.models.past import HISTORY
from scheduler.models import Publication, Status
from smo.demo import words
from smo.demo.posts import Told
from smo.demo.practice import Practice
from smo.demo.words import Heard
from smo.demo.workspace import Cast

SOONEST = timedelta(minutes=25)  # from a post to the first comment
ANSWERED_IN = timedelta(minutes=40)


def tell(cast: Cast, practice: Practice, told: Told) -> None:
    """Fans speak on the practice networks, the inbox reads it, and some are answered."""
    for when, heard in sorted(((_moment(told, heard), heard) for heard in words.FANS), key=lambda pair: pair[0]):
        practice.set_clock(when)
        practice.fan(heard.network, heard.kind, heard.who, heard.text, **_target(cast, told, heard))
    practice.set_clock()
    for channel in cast.channels.values():
        sync.read(channel, timezone.now() - HISTORY)
    for heard in words.FANS:
        if heard.answer:
            _answer(cast, practice, heard)


def _about(told: Told, heard: Heard) -> Publication:
    """The post that the fan means, on the fan's network."""
    rows = told[heard.about]
    return next(
        row for row in rows if row.channel.network == heard.network and row.part == 0 and row.status == Status.PUBLISHED
    )


def _moment(told: Told, heard: Heard) -> datetime:
    when = timezone.now() - timedelta(hours=heard.hours_ago)
    out = _about(told, heard).published_at if heard.about else None
    return max(when, out + SOONEST) if out else when


def _target(cast: Cast, told: Told, heard: Heard) -> dict[str, str]:
    if heard.about:
        return {"post": _about(told, heard).remote_id}
    return {"account": cast.channels[heard.network].remote_id}


def _answer(cast: Cast, practice: Practice, heard: Heard) -> None:
    """As the responder would from the inbox, dated back."""
    asked = Message.objects.get(channel=cast.channels[heard.network], author_name=heard.who)
    when = asked.sent_at + ANSWERED_IN
    practice.set_clock(when)
    reply = replying.answer(asked.conversation, heard.answer, asked.pk, cast.responder)
    delivering.advance(reply.pk, reply.due_at or when)
    Message.objects.filter(pk=reply.pk).update(sent_at=when, doubt_since=None)
    steps = list(reply.steps.all())
    reply.steps.all().delete()  # they are written once, so they are written anew
    Step.objects.bulk_create(Step(message=reply, what=one.what, number=one.number, at=when + replying.UNDO) for one in steps)
    threads.show_latest(asked.conversation, state=Conversation.State.DONE, unread=False)
    practice.set_clock()
