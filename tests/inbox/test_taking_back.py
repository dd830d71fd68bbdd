"""An answer waits some seconds: so long its writer can have it back, and it is either back or out, never both."""

import pytest

from accounts.models import AuditEntry
from inbox import delivering, replying
from inbox.models import Conversation, Message
from scheduler.models import Publication
from tests import cast
from tests.inbox.desk import Desk, Fans, Workers

QUESTION, ANSWER = "Do you ship to Austria?", "Yes, in two days."


@pytest.fixture
def answer(desk: Desk, question: Conversation) -> Message:
    """An answer that waits."""
    assert desk.post("reply", question.pk, text=ANSWER, seen=desk.sees(question)).status_code == 200
    return Message.objects.select_related("conversation", "answers", "channel__token", "channel__workspace").get(mine=True)


def test_an_answer_waits_and_then_goes_out(answer: Message, post: Publication, fans: Fans, workers: Workers) -> None:
    assert workers.rings() == 0

    workers.time_passes(replying.UNDO)

    assert workers.rings() == 1
    assert fans.read(post) == [QUESTION, ANSWER]


def test_what_is_taken_back_comes_as_text_and_never_goes_out(
    desk: Desk, answer: Message, question: Conversation, post: Publication, fans: Fans, workers: Workers
) -> None:
    address = f"/inbox/{question.pk}/messages/{answer.pk}/take-back/"

    back = desk.client.post(address, headers={"Accept": "application/json"})
    workers.time_passes(replying.UNDO)
    delivering.send(answer)  # by a worker that had fetched it before

    assert back.json() == {"text": ANSWER, "seen": answer.pk}
    assert workers.rings() == 0
    assert fans.read(post) == [QUESTION]
    question.refresh_from_db()
    assert (question.last_text, question.last_mine) == (QUESTION, False)
    assert question.waits_since
    assert AuditEntry.objects.get(action="answer taken back").details == {"text": ANSWER}
    assert desk.answers(question, "Yes, in three days.").status_code == 200


def test_what_is_being_sent_is_not_taken_back(
    desk: Desk, answer: Message, question: Conversation, post: Publication, fans: Fans, workers: Workers
) -> None:
    workers.time_passes(replying.UNDO)
    workers.rings()

    refused = desk.post("take-back", question.pk, answer.pk)

    assert (refused.status_code, "already being sent" in refused.content.decode()) == (422, True)
    assert fans.read(post) == [QUESTION, ANSWER]


def test_only_its_writer_takes_an_answer_back(answer: Message, question: Conversation, marketer: cast.Person) -> None:
    colleague = Desk(marketer.member)

    assert colleague.post("take-back", question.pk, answer.pk).status_code == 422
    assert "Take back" not in colleague.get("conversation", question.pk).content.decode()
    assert Message.objects.filter(pk=answer.pk, status="queued").exists()


def test_without_scripts_the_text_is_in_the_box_again(desk: Desk, answer: Message, question: Conversation) -> None:
    assert "Take back" in desk.get("conversation", question.pk).content.decode()

    page = desk.client.post(f"/inbox/{question.pk}/messages/{answer.pk}/take-back/").content.decode()

    assert f">{ANSWER}</textarea>" in page
