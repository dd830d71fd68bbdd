"""What the demo's team has promised to people who write, and what is done by itself."""

from datetime import timedelta

from django.utils import timezone

from inbox import goals, rulebook
from inbox.models import Rule
from smo.demo.workspace import OPENED, Cast

WEEK = [(8 * 60, 20 * 60)] * 5 + [(10 * 60, 16 * 60)] * 2
PROMISED = {"": (240, 2 * 24 * 60), "message": (60, None)}  # minutes until the answer and the end, by kind
ANGRY = "refund, scam, disgusting, never again"


def promise(cast: Cast) -> None:
    """Hours, goals, and a rule that has been on for a while."""
    goals.set_hours(WEEK, (), cast.owner)
    for kind, (answer, resolve) in PROMISED.items():
        goals.keep_goal({"kind": kind, "answer_minutes": answer, "resolve_minutes": resolve}, cast.owner)
    values = {"name": "Angry words", "when": Rule.When.NEW, "minutes": None, "conditions": {"words": ANGRY}}
    rule = rulebook.keep({**values, "actions": {"assign": "next", "notify": "owner"}}, cast.owner)
    rulebook.switch(rule, True, cast.owner)


def date_back(cast: Cast, took: timedelta) -> None:
    """What was answered while the demo was being filled was answered soon after the question."""
    level, since = goals.Level.of(cast.workspace), timezone.now() - OPENED
    for clock in cast.workspace.clocks.filter(ended_at__gte=since).select_related("conversation"):
        clock.ended_at = clock.began_at + took
        clock.seconds = int(level.worktime.between(clock.began_at, clock.ended_at).total_seconds())
        clock.by = clock.by or cast.responder.user
        talk = clock.conversation
        clock.warns_at, clock.due_at = level.moments(clock.aim, clock.began_at, talk.channel_id, talk.kind)
        clock.save()
