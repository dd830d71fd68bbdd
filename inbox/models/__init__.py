"""What is said (talks), with whom (people), how soon it is answered (goals), done by itself (rules), unusual (watched)."""

from inbox.models.goals import Clock, Goal, Hours
from inbox.models.people import Contact, Identity
from inbox.models.rules import Act, Arrival, Rule, Turn
from inbox.models.talks import (
    HUES,
    KINDS,
    LANGUAGES,
    MOOD_ICONS,
    ON_ITS_WAY,
    Conversation,
    Cursor,
    Deed,
    Event,
    Message,
    Mood,
    Note,
    SavedReply,
    Wording,
)
from inbox.models.watched import Hold, Incident, Lesson, Milestone, Usual

__all__ = [
    "HUES",
    "KINDS",
    "LANGUAGES",
    "MOOD_ICONS",
    "ON_ITS_WAY",
    "Act",
    "Arrival",
    "Clock",
    "Contact",
    "Conversation",
    "Cursor",
    "Deed",
    "Event",
    "Goal",
    "Hold",
    "Hours",
    "Identity",
    "Incident",
    "Lesson",
    "Message",
    "Milestone",
    "Mood",
    "Note",
    "Rule",
    "SavedReply",
    "Turn",
    "Usual",
    "Wording",
]
