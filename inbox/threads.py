"""What a person does with a conversation, and what the list shows of it."""

from django.db import transaction

from accounts.live import tell
from accounts.models import Member
from accounts.roles import Action
from accounts.verbs import must
from inbox.models import Conversation

PREVIEW = 200


def show_latest(conversation: Conversation, **changes: object) -> None:
    """Bring the list's line up to date: the latest utterance that is still there, whatever the order it came in."""
    rows = conversation.messages.order_by("deleted", "-sent_at", "-pk")
    if last := rows.first():
        changes |= {"last_at": last.sent_at, "last_text": last.text[:PREVIEW], "last_mine": last.mine}
    change(conversation, **changes)


def change(conversation: Conversation, **changes: object) -> None:
    """Write these columns of a conversation, and no others."""
    for name, value in changes.items():
        setattr(conversation, name, value)
    Conversation.objects.filter(pk=conversation.pk).update(**changes)


def finish(conversation: Conversation, by: Member) -> None:
    """Nothing is left to do, until a person writes again."""
    must(by, Action.REPLY)
    change(conversation, state=Conversation.State.DONE, unread=False)
    tell_of(conversation)


def reopen(conversation: Conversation, by: Member) -> None:
    must(by, Action.REPLY)
    change(conversation, state=Conversation.State.OPEN)
    tell_of(conversation)


def mark_read(conversation: Conversation, by: Member) -> None:
    """Somebody who may answer has seen it."""
    must(by, Action.REPLY)
    if conversation.unread:
        change(conversation, unread=False)
        tell_of(conversation)


def tell_of(conversation: Conversation) -> None:
    """Open pages show it as soon as it is committed."""
    transaction.on_commit(lambda: tell(conversation.workspace_id, f"inbox:{conversation.pk}"))
