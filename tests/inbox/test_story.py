"""The timeline of an answer: who wrote it, what became of it, and that nobody rewrites it."""

from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction

from accounts.models import User, Workspace
from accounts.networks import bound
from connectors.base import Deletes
from inbox import replying
from inbox.models import Conversation, Message, Step
from scheduler.models import Publication
from tests import cast
from tests.inbox.desk import Desk, Workers
from tests.sandbox.conftest import Practice

ANSWER = "Yes, in two days."
WRITTEN, HANDED = "Written by Responder", "The time to take it back was over: it was handed to the network."


def told(by: Desk, answer: Message) -> str:
    """The timeline as it is on the screen."""
    shown = by.get("story", answer.conversation_id, answer.pk)
    assert shown.status_code == 200
    return " ".join(shown.content.decode().split())


def steps(answer: Message) -> list[tuple[str, int]]:
    return list(answer.steps.values_list("what", "number"))


def in_order(page: str, *sentences: str) -> bool:
    places = [page.find(sentence) for sentence in sentences]
    return -1 not in places and places == sorted(places)


def answered(desk: Desk, question: Conversation, workers: Workers) -> Message:
    desk.answers(question, ANSWER)
    return workers.delivers(question.messages.get(mine=True))


def test_a_plain_delivery_is_told_to_everybody_who_sees_the_inbox_and_to_nobody_else(
    desk: Desk, question: Conversation, shop: Workspace, workers: Workers
) -> None:
    shop.time_zone = "Asia/Tokyo"
    shop.save()
    answer = answered(desk, question, workers)

    page = told(Desk(cast.member(shop, "viewer")), answer)

    assert in_order(page, WRITTEN, "be taken back until", HANDED, "the network confirmed it")
    first = answer.steps.all()[0].at.astimezone(ZoneInfo("Asia/Tokyo"))
    assert f"{first:%H:%M:%S}</time>" in page
    assert "Next:" not in page
    assert "sse:inbox" not in page, "nothing more will come"
    assert steps(answer) == [("sending", 1), ("sent", 1)]
    thread = desk.get("messages", question.pk).content.decode()
    assert thread.count("What happened") == 1
    assert HANDED not in thread, "it comes when somebody asks for it"

    asked = question.messages.get(mine=False)
    assert desk.get("story", question.pk, asked.pk).status_code == 404
    stranger = Desk(cast.member(cast.workspace("Somebody else"), "owner"))
    assert stranger.get("story", question.pk, answer.pk).status_code == 404


def test_a_doubt_is_told_with_the_look_that_settled_it(
    desk: Desk, question: Conversation, post: Publication, workers: Workers, practice: Practice, short_deadline: None
) -> None:
    practice.fault("timeout_after", {"id": post.channel.remote_id}, path="comments", times=1)

    desk.answers(question, ANSWER)
    answer = question.messages.get(mine=True)
    assert in_order(told(desk, answer), WRITTEN, "Next: It goes out, unless it is taken back")
    workers.rings()
    doubtful = told(desk, answer)
    answer = workers.delivers(answer)

    unknown = "No clear answer: it may be there."
    assert in_order(doubtful, HANDED, unknown, "The network gave no answer.", "Next: The network is asked")
    assert "sse:inbox" in doubtful
    assert in_order(told(desk, answer), HANDED, unknown, "It was found on the network")
    assert steps(answer) == [("sending", 1), ("unknown", 1), ("found", 1)]


def test_an_answer_that_did_not_arrive_tells_of_both_looks_and_of_the_second_try(
    desk: Desk, question: Conversation, post: Publication, workers: Workers, practice: Practice, short_deadline: None
) -> None:
    practice.fault("timeout_before", {"id": post.channel.remote_id}, path="comments", times=1)

    answer = answered(desk, question, workers)

    assert [what for what, _number in steps(answer)] == ["sending", "unknown", "absent", "proved absent", "sending", "sent"]
    assert in_order(told(desk, answer), HANDED, "One look proves nothing", "at a second look", "once more", "confirmed it")


def test_what_the_network_refuses_is_told_with_its_reason(
    desk: Desk, question: Conversation, post: Publication, workers: Workers
) -> None:
    connector = bound(post.channel)
    assert isinstance(connector, Deletes)
    connector.delete(post.remote_id)

    answer = answered(desk, question, workers)

    assert steps(answer) == [("sending", 1), ("refused", 1)]
    assert in_order(told(desk, answer), HANDED, "The network refused it. Nothing was created.", answer.why)


def test_a_lost_connection_and_who_sent_it_again_are_told_without_secrets(
    desk: Desk, question: Conversation, post: Publication, workers: Workers, practice: Practice, marketer: cast.Person
) -> None:
    practice.control("POST", "tokens", network="facebook", account=post.channel.remote_id, state="revoked")
    answer = answered(desk, question, workers)
    refused = answer.steps.get(what="unauthorized")

    assert answer.why == refused.why
    assert in_order(told(desk, answer), HANDED, "no longer accepts the connection", refused.why)
    access = post.channel.token.access
    assert not any(access in step.why or "{" in step.why for step in Step.objects.all())

    type(post.channel).objects.update(status="connected")
    assert Desk(marketer.member).post("resend", question.pk, answer.pk).status_code == 200
    assert in_order(told(desk, answer), refused.why, "Someone decided to send it again.", "Editor", "Next: It goes out")


def test_an_answer_taken_back_leaves_no_story(desk: Desk, question: Conversation, workers: Workers) -> None:
    desk.post("reply", question.pk, text=ANSWER, seen=desk.sees(question))
    answer = question.messages.get(mine=True)
    assert desk.post("take-back", question.pk, answer.pk).status_code == 200

    workers.time_passes(replying.UNDO)

    assert workers.rings() == 0
    assert desk.get("story", question.pk, answer.pk).status_code == 404
    assert not Step.objects.exists()


def test_a_step_is_written_once_and_outlives_the_account_of_who_took_it(
    desk: Desk, question: Conversation, workers: Workers, responder: cast.Person
) -> None:
    answer = answered(desk, question, workers)
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        answer.steps.update(what="nothing happened")
    step = Step.objects.create(message=answer, what="resent", number=1, by=responder.member.user)

    User.objects.get(pk=responder.member.user_id).delete()

    assert Step.objects.get(pk=step.pk).by is None
    question.delete()
    assert not Step.objects.exists()
