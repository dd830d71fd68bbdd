"""What is said (talks), by whom (people), with what (enclosed), what is thought of it (reactions), and was before (past); how
answers go out (steps) and how soon (goals), what is done by itself (rules), what is unusual (watched)."""

from inbox.models.enclosed import Attachment
from inbox.models.goals import Clock, Goal, Hours
from inbox.models.kinds import HUES, KINDS, LANGUAGES, MOOD_ICONS, Mood
from inbox.models.past import Past
from inbox.models.people import Contact, Identity
from inbox.models.reactions import Reaction
from inbox.models.rules import Act, Arrival, Errand, Rule, Turn
from inbox.models.steps import Step
from inbox.models.talks import (
    ON_ITS_WAY,
    Conversation,
    Cursor,
    Deed,
    Event,
    Message,
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
    "Attachment",
    "Clock",
    "Contact",
    "Conversation",
    "Cursor",
    "Deed",
    "Errand",
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
    "Past",
    "Reaction",
    "Rule",
    "SavedReply",
    "Step",
    "Turn",
    "Usual",
    "Wording",
]
