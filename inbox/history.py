"""Reading a new channel back: thirty days, the latest first, in steps that each are a task of their own.

A step is a part of the time. It counts when all of it was taken in; a worker that dies in between leaves it to the next, to
which what was taken in already is nothing new. Reading what is said today goes on beside it.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models.functions import Now
from django.utils import timezone

from accounts.languages import speaking
from accounts.live import tell
from accounts.models import Channel
from accounts.networks import bound
from connectors.base import ReadsBack
from connectors.errors import ConnectorError, Doubt
from connectors.talk import Incoming, Span
from inbox import sync
from inbox.models import Past
from scheduler.models import Status

STEPS = tuple(timedelta(days=days) for days in (1, 3, 7, 14, 22, 30))  # how far back each goes
POSTS = 25  # whose comments are asked for in one step
MOST_TRIES = 12  # of one step, over some hours
MOST_PAUSE = timedelta(hours=1)

log = logging.getLogger("smo.inbox")


def read_back(channel_id: UUID, ticket: datetime) -> None:
    """Take one step back. A stale ticket is passed over; failures back off."""
    rows = Past.objects.select_related("channel__token", "channel__workspace")
    past = rows.filter(channel_id=channel_id, due_at=ticket).first()
    if past is None:
        return
    with speaking(past.channel.workspace):
        _step(past)
    tell(past.channel.workspace_id, "channels")


def _step(past: Past) -> None:
    span, posts = next_step(past)
    try:
        for item in told(past.channel, span, posts):
            sync.take(past.channel, item, polled=True)
    except (ConnectorError, Doubt) as error:
        put_off(past, error)
    else:
        reached(past, span.since)


def next_step(past: Past) -> tuple[Span, list[str]]:
    """The part of the past that is to be read now, and our posts that went out in it; smaller where these are many."""
    since = next((at for step in STEPS if (at := past.began_at - step) < past.reached_at), past.oldest)
    rows = past.channel.publications.filter(
        status=Status.PUBLISHED, published_at__gte=since, published_at__lt=past.reached_at
    ).exclude(content__contains={"comment": True})
    posts = [(one.remote_id, one.published_at or since) for one in rows.order_by("-published_at")[: POSTS + 1]]
    if len(posts) > POSTS and posts[POSTS - 1][1] > posts[POSTS][1]:
        posts, since = posts[:POSTS], posts[POSTS - 1][1]
    return Span(since, past.reached_at, past.oldest), [remote_id for remote_id, _at in posts]


def told(channel: Channel, span: Span, posts: list[str]) -> Iterable[Incoming]:
    """What the network tells of that time and no older; conversations reach beyond it."""
    network = bound(channel)
    found = network.past(span, posts) if isinstance(network, ReadsBack) else ()
    return (item for item in found if item.sent_at >= span.oldest)


def reached(past: Past, at: datetime) -> None:
    """A step is done, whether or not its lease has run out meanwhile: who took it over has read the same."""
    due = Now() if at > past.oldest else None
    Past.objects.filter(pk=past.pk, reached_at=past.reached_at).update(reached_at=at, due_at=due, tries=0, why="")


def put_off(past: Past, error: ConnectorError | Doubt) -> None:
    """Try the step again later, so many times."""
    pause = min(MOST_PAUSE, timedelta(seconds=30) * 2 ** min(past.tries, 10))
    asked: timedelta = getattr(error, "retry_in", None) or timedelta()
    log.info("not read back channel=%s said=%s", past.channel_id, error.said)
    again = timezone.now() + max(pause, asked) if past.tries + 1 < MOST_TRIES else None
    Past.objects.filter(pk=past.pk, due_at=past.due_at).update(due_at=again, tries=past.tries + 1, why=str(error))
