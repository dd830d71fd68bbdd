"""Answers to people, and what people say, while workers die (kill -9), calls get lost and Redis forgets: each once."""

import os
import random
import threading

import pytest

from accounts.models import Channel
from inbox.models import Conversation, Message
from tests.chaos.talks import DESKS, Talks
from tests.sandbox.waiting import until

pytestmark = pytest.mark.chaos
LONG = os.environ.get("SMO_CHAOS") == "long"
SEEDS = range(40 if LONG else 2)
FOUND = "SMO looked there and found it, so it was not sent again."


def test_workers_killed_while_they_answer_leave_one_answer_each(talks: Talks) -> None:
    workers_die_while_they_answer(talks)


def workers_die_while_they_answer(talks: Talks) -> None:
    """At the kill, answers of each kind are being sent: the network has nothing and never will; it will have it after the
    first look; it has it already; it has it, and will not tell."""
    talks.all_work()
    page, silent = talks.scene.channels("facebook", 2)
    asked = talks.questions(talks.post(page), 6) + talks.questions(talks.post(silent), 1)
    never, later, already, untold = asked[:2], asked[2:4], asked[4:6], asked[6]
    given = {"kind": "fail", "account": silent.remote_id, "operation": "read", "times": None}
    talks.practice.control("POST", "faults", path="comments", **given)
    for talk in never:
        fault(talks, talk, "timeout_before")
    for talk in later:
        fault(talks, talk, "delay", seconds=2.6)
    for talk in (*already, untold):
        fault(talks, talk, "timeout_after")
    for talk in asked:
        talks.answer(talk)
    until(lambda: talks.on_their_way() and applied(talks) == len(asked))
    assert set(statuses()) == {"sending"}
    talks.all_are_killed()

    talks.until_final()

    talks.each_is_there_once()
    replies = {reply.conversation_id: reply for reply in Message.objects.filter(by__isnull=False)}
    assert {(replies[talk.pk].status, replies[talk.pk].tries) for talk in never} == {("sent", 2)}
    assert {(replies[talk.pk].status, replies[talk.pk].tries) for talk in later + already} == {("sent", 1)}
    assert {replies[talk.pk].why for talk in never} == {"It did not arrive: it is sent again. It went out at try 2."}
    assert all(replies[talk.pk].why.endswith(FOUND) for talk in later + already)
    assert replies[untold.pk].status == "failed", "nobody knows whether it is there"
    assert "never told" in replies[untold.pk].why
    assert len(talks.there()[replies[untold.pk].text]) == 1


def fault(talks: Talks, talk: Conversation, kind: str, seconds: float = 2) -> None:
    talks.practice.control("POST", "faults", kind=kind, operation="publish", path=f"/{talk.thread}/comments$", seconds=seconds)


def applied(talks: Talks) -> int:
    """How many calls have met their misfortune."""
    faults = talks.practice.control("GET", "faults")["data"]
    return sum(one["applied"] for one in faults if one["operation"] == "publish")


def statuses() -> list[str]:
    """Of the answers."""
    return list(Message.objects.filter(by__isnull=False).values_list("status", flat=True))


def test_answers_survive_kills_and_lost_calls_at_any_moment(talks: Talks) -> None:
    talks.all_work()
    (page,) = talks.scene.channels("facebook", 1)
    for seed in SEEDS:
        kills_at_any_moment(talks, page, random.Random(seed))
    talks.practice.control("DELETE", "faults")
    talks.until_final()

    talks.each_is_there_once()
    assert set(statuses()) == {"sent"}


MISFORTUNES = ("timeout_after", "timeout_before", "reset_after", "reset_before", "fail")


def kills_at_any_moment(talks: Talks, page: Channel, chance: random.Random) -> None:
    """Six answers; some calls get lost, the others take their time, and meanwhile each worker dies."""
    asked, pause = talks.questions(talks.post(page), 6), threading.Event()
    for talk in asked:
        kind = chance.choice(("delay", "delay", *MISFORTUNES))
        fault(talks, talk, kind, seconds=chance.uniform(0.1, 1.5))
    for talk in asked:
        talks.answer(talk)
    for name in DESKS:
        pause.wait(chance.uniform(0.2, 0.8))  # moments that nobody chose
        talks.rings()
        pause.wait(chance.uniform(0, 0.4))
        talks.is_killed(name)
