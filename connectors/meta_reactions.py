"""Reactions to private messages on Messenger and Instagram: one for each person, the latest. They come by webhook alone, for
Graph has no way to read them.

https://developers.facebook.com/docs/messenger-platform/reference/webhook-events/message-reactions
"""

from collections.abc import Iterator
from typing import Any

from connectors.meta import Node, from_milliseconds
from connectors.talk import Person, Reaction

NAMED = {"smile": "😆", "angry": "😠", "sad": "😢", "wow": "😮", "love": "❤️", "like": "👍", "dislike": "👎"}
OTHER = "💬"  # where only a name is told, and one that says nothing


def reactions(entry: Node) -> Iterator[Reaction]:
    """What an entry of a delivery tells of reactions, each a change."""
    for event in entry.get("messaging", []):
        if told := _reaction(event):
            yield told


def _reaction(event: Node) -> Reaction | None:
    """None for what is no reaction, and for one that does not say who did what to which message and when.

    [U] The networks' pages name the field and no more for certain: the emoji may be missing, and there may be more keys.
    """
    told, who, at = _of(event, "reaction"), _of(event, "sender").get("id"), event.get("timestamp")
    message, action = told.get("mid"), told.get("action")
    if not (message and who and isinstance(at, int) and action in ("react", "unreact")):
        return None
    emoji = told.get("emoji") or NAMED.get(str(told.get("reaction")), OTHER)
    return Reaction(str(message), Person(str(who)), "" if action == "unreact" else str(emoji), from_milliseconds(at))


def _of(event: Node, name: str) -> dict[str, Any]:
    found = event.get(name)
    return found if isinstance(found, dict) else {}
