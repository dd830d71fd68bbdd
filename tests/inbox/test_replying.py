"""Answering people: at most once, never lost, and never two of us at once."""

from inbox.models import Conversation, Message
from scheduler.models import Publication
from tests.inbox.desk import Desk, Fans, Workers


def the_reply() -> Message:
    return Message.objects.exclude(status="received").get()


def test_an_answer_appears_on_the_practice_page(
    desk: Desk, question: Conversation, post: Publication, fans: Fans, workers: Workers
) -> None:
    desk.answers(question, "Yes, in two days.")

    reply = workers.delivers(the_reply())

    assert fans.read(post) == ["Do you ship to Austria?", "Yes, in two days."]
    assert reply.status == "sent"
    assert reply.remote_id
    assert reply.by == desk.member.user
