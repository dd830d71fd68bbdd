"""What people react to private messages with, on Messenger and Instagram: one thing each, told by webhook and shown to no app.
https://developers.facebook.com/docs/messenger-platform/reference/webhook-events/message-reactions

A `reaction` document (id MESSAGE:person) has the message as parent and the account as owner; data emoji.
"""

from __future__ import annotations

from typing import Any

from sandbox.network import Network
from sandbox.store import Doc

NAMED = {"😆": "smile", "😠": "angry", "😢": "sad", "😮": "wow", "❤️": "love", "👍": "like", "👎": "dislike"}


def react(net: Network, target: str, person: Doc, emoji: str) -> tuple[Doc, dict[str, Any]]:
    """The person of a conversation reacts to a message in it, without an emoji no longer: the message, and the event that
    tells of it. KeyError for the messages of others, and where there is nothing to take back."""
    message = net.docs.get("message", target)
    thread = net.docs.get("thread", message.parent) if message else None
    if message is None or thread is None or thread.key != f"{thread.owner}:{person.id}":
        raise KeyError(target)
    name, told = f"{target}:{person.id}", {"action": "react" if emoji else "unreact", "mid": target}
    if emoji:
        net.docs.put("reaction", {"emoji": emoji}, doc_id=name, owner=thread.owner, parent=target)
        told |= {"reaction": NAMED.get(emoji, "other"), "emoji": emoji}
    elif not net.docs.delete("reaction", name):
        raise KeyError(target)
    people = {"sender": {"id": thread.parent}, "recipient": {"id": thread.owner}}
    return message, {**people, "timestamp": int(net.now() * 1000), "reaction": told}
