"""Answers that go with what they answer: some networks delete them with a comment, and tell nobody."""

from accounts.models import Channel
from connectors import connector
from inbox import moods
from inbox.models import Conversation, Message

THERE = (Message.Status.RECEIVED, Message.Status.SENT)


def falls(message: Message) -> None:
    """A message is deleted: so are the answers to it, where its network does that. The caller holds the conversation's lock."""
    if not connector(message.channel.network).answers_fall:
        return
    there = Message.objects.filter(conversation=message.conversation_id, private=False, status__in=THERE)
    there.filter(parent_remote_id=message.remote_id).update(deleted=True, text="", **moods.NONE)


def has_fallen(channel: Channel, conversation: Conversation, parent: str) -> bool:
    """Whether what answers `parent` is gone with it. The caller holds the conversation's lock."""
    if not parent or not connector(channel.network).answers_fall:
        return False
    return conversation.messages.filter(remote_id=parent, deleted=True).exists()
