"""What the list shows of a conversation, what its connector knows of a message, and telling open pages of it."""

from datetime import datetime

from django.db import connection
from django.db.models import Max, Min

from accounts.live import tell
from accounts.models import Channel, Member
from accounts.roles import Action
from accounts.verbs import must
from connectors.talk import Incoming, Person
from inbox import clocks
from inbox.models import Conversation, Message

PREVIEW = 200
OPEN = {"state": Conversation.State.OPEN, "snoozed_until": None}


def clean(text: str) -> str:
    """`text` as PostgreSQL can keep it."""
    return text.replace("\x00", "")


def one_at_a_time(channel: Channel, remote_id: str) -> None:
    """Wait for whoever takes in the same utterance at this moment, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{channel.pk} {remote_id}"])


def show_latest(conversation: Conversation, **changes: object) -> None:
    """Bring the list's line up to date: the latest utterance that is still there, whatever the order it came in."""
    rows = conversation.messages.order_by("deleted", "-sent_at", "-pk")
    if last := rows.first():
        changes |= {"last_at": last.sent_at, "last_text": last.said[:PREVIEW], "last_mine": last.mine}
        theirs = rows.filter(mine=False, deleted=False).first() if last.mine else last
        changes |= {"language": theirs.language, "mood": theirs.mood} if theirs else {"language": "", "mood": ""}
    change(conversation, waits_since=waits_since(conversation), **changes)
    clocks.keep(conversation)


def waits_since(conversation: Conversation) -> datetime | None:
    """When the first thing was said to us that none of us has answered; None: nobody waits. What a rule said does not count."""
    there = conversation.messages.filter(deleted=False).exclude(status=Message.Status.FAILED)
    answered = there.filter(mine=True, rule=None).aggregate(at=Max("sent_at"))["at"]
    said = there.filter(mine=False, sent_at__gt=answered) if answered else there.filter(mine=False)
    found: datetime | None = said.aggregate(at=Min("sent_at"))["at"]
    return found


def change(conversation: Conversation, **changes: object) -> None:
    """Write these columns of a conversation, and no others."""
    for name, value in changes.items():
        setattr(conversation, name, value)
    Conversation.objects.filter(pk=conversation.pk).update(**changes)


def as_said(message: Message, conversation: Conversation) -> Incoming:
    """A message as its connector knows it."""
    return Incoming(
        remote_id=message.remote_id,
        kind="message" if message.private else conversation.kind,
        thread=conversation.thread,
        author=Person(message.author_id, message.author_name),
        text=message.text,
        sent_at=message.sent_at,
        post=conversation.about,
        parent=message.parent_remote_id,
        url=message.url,
        mine=message.mine,
    )


def mark_read(conversation: Conversation, by: Member) -> None:
    """Somebody who may answer has seen it."""
    must(by, Action.REPLY)
    if conversation.unread:
        change(conversation, unread=False)
        tell_of(conversation)


def mark_unread(conversation: Conversation, by: Member) -> None:
    """Somebody wants it to be looked at once more."""
    must(by, Action.REPLY)
    if not conversation.unread:
        change(conversation, unread=True)
        tell_of(conversation)


def tell_of(conversation: Conversation) -> None:
    """Open pages show it as soon as it is committed."""
    tell(conversation.workspace_id, f"inbox:{conversation.pk}")
