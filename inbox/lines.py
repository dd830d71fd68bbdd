"""The lines of the list, as plain values: equal ones look the same, so that each is drawn once and kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from inbox import clocks
from inbox.models import Conversation, Mood

TELLING = (Mood.NEGATIVE, Mood.POSITIVE)  # the moods that a line shows


class Shown(NamedTuple):
    """What a clock shows now."""

    state: str
    said: str


class Worn(NamedTuple):
    """A label."""

    name: str
    colour: str


@dataclass(frozen=True)
class Line:
    """One conversation in the list; `clock`: its next running one, if it has a goal."""

    pk: UUID
    person: str
    initials: str
    hue: str
    kind: str
    channel: str
    network: str
    network_name: str
    practice: bool
    unread: bool
    unsent: bool
    assignee: str
    mood: str
    mood_icon: str
    mood_label: str
    last_at: datetime
    last_text: str
    last_mine: bool
    labels: tuple[Worn, ...]
    clock: Shown | None


def line(talk: Conversation) -> Line:
    """Of a conversation with what the list's query adds. Names are in the language of now."""
    channel, added, shows_mood = talk.channel, vars(talk), talk.mood in TELLING
    return Line(
        pk=talk.pk,
        person=talk.person,
        initials=talk.initials,
        hue=talk.hue,
        kind=str(talk.kind_label),
        channel=channel.name,
        network=channel.network,
        network_name=channel.network_name,
        practice=channel.practice,
        unread=talk.unread,
        unsent=added["unsent"],
        assignee=str(talk.assignee or ""),
        mood=talk.mood if shows_mood else "",
        mood_icon=talk.mood_icon if shows_mood else "",
        mood_label=talk.get_mood_display() if shows_mood else "",
        last_at=talk.last_at,
        last_text=talk.last_text,
        last_mine=talk.last_mine,
        labels=tuple(Worn(**one) for one in added["worn"]),
        clock=_clock(added["running"]),
    )


def _clock(running: list[dict[str, Any]]) -> Shown | None:
    first = clocks.of_values(**running[0]) if running else None
    return Shown(first.state, first.said) if first else None
