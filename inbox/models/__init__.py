"""What is said (Conversation, Message, Note, Deed), how it comes (Event, Cursor), how soon it is answered (Hours, Goal, Clock)
and what is done by itself (Rule, Act, Arrival, Turn)."""

from inbox.models.goals import Clock, Goal, Hours
from inbox.models.rules import Act, Arrival, Rule, Turn
from inbox.models.talks import HUES, KINDS, ON_ITS_WAY, Conversation, Cursor, Deed, Event, Message, Note

__all__ = [
    "HUES",
    "KINDS",
    "ON_ITS_WAY",
    "Act",
    "Arrival",
    "Clock",
    "Conversation",
    "Cursor",
    "Deed",
    "Event",
    "Goal",
    "Hours",
    "Message",
    "Note",
    "Rule",
    "Turn",
]
