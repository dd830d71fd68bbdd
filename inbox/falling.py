"""Answers that go with what they answer: some networks delete them with a comment, and tell nobody."""

from accounts.models import Channel
from connectors import connector
from inbox import moods
from inbox.models import Conversation, Message

THERE = (Message.Status.RECEIVED, Message.Status.SENT)


def falls(message: Message) -> None:
    """A message is deleted: so are the answers to it, where its network does that. The conversation is locked from here
    on: what is being taken in meanwhile waits, and sees it."""
    if not connector(message.channel.network).answers_fall:
        return
    conversation = Conversation.objects.select_for_update().get(pk=message.conversation_id)
    below = conversation.messages.filter(parent_remote_id=message.remote_id, private=False, status__in=THERE)
    below.update(deleted=True, text="", **moods.NONE)


def has_fallen(channel: Channel, conversation: Conversation, parent: str) -> bool:
    """Whether what answers `parent` is gone with it. The caller holds the conversation's lock."""
    if not parent or not connector(channel.network).answers_fall:
        return False
    return conversation.messages.filter(remote_id=parent, deleted=True).exists()
