"""Answering people: it gets there, and never two of us at once."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Channel, Workspace
from accounts.networks import bound
from connectors.facebook import Facebook
from inbox.models import Conversation, Message
from scheduler.models import Publication
from tests import cast
from tests.inbox.desk import Desk, Fans, Workers, published
from tests.sandbox.conftest import Practice

QUESTION, ANSWER = "Do you ship to Austria?", "Yes, in two days."


def the_reply() -> Message:
    return Message.objects.exclude(status="received").get()


@pytest.fixture
def colleague(marketer: cast.Person) -> Desk:
    return Desk(marketer.member)


# -- it gets there --------------------------------------------------------------------------------------------------------


def test_an_answer_appears_on_the_practice_page(
    desk: Desk, question: Conversation, post: Publication, fans: Fans, workers: Workers
) -> None:
    assert desk.answers(question, ANSWER).status_code == 200

    reply = workers.delivers(the_reply())

    assert fans.read(post) == [QUESTION, ANSWER]
    assert (reply.status, reply.by, reply.mine) == ("sent", desk.member.user, True)
    assert reply.remote_id
    question.refresh_from_db()
    assert (question.last_text, question.last_mine, question.unread) == (ANSWER, True, False)


def test_an_answer_on_x_appears_below_the_comment(
    x_channel: Channel, marketer: cast.Person, worker: cast.Worker, desk: Desk, fans: Fans, workers: Workers
) -> None:
    post = published(marketer, worker, x_channel)
    fans.comment(post, QUESTION)
    workers.reads()

    desk.answers(Conversation.objects.get(), ANSWER)

    assert workers.delivers(the_reply()).status == "sent"
    assert [text.split("@")[-1] for text in fans.read(post)][-1].endswith(ANSWER)


def test_an_answer_on_youtube_appears_below_the_comment(video: Publication, desk: Desk, fans: Fans, workers: Workers) -> None:
    fans.comment(video, QUESTION)
    workers.reads()

    desk.answers(Conversation.objects.get(), ANSWER)

    assert workers.delivers(the_reply()).status == "sent"
    assert fans.read(video) == [QUESTION, ANSWER]


def test_a_private_message_is_answered_in_private(
    brand_page: Channel, desk: Desk, fans: Fans, workers: Workers, practice: Practice
) -> None:
    fans.write(brand_page, "My can was warm!")
    workers.reads()

    desk.answers(Conversation.objects.get(kind="message"), "We send you a cold one.")

    assert workers.delivers(the_reply()).status == "sent"
    written = practice.control("GET", "messages", network="facebook", account=brand_page.remote_id)["data"]
    assert [message["text"] for message in written] == ["My can was warm!", "We send you a cold one."]


def test_our_answer_is_not_read_in_a_second_time(
    desk: Desk, question: Conversation, post: Publication, workers: Workers
) -> None:
    desk.answers(question, ANSWER)
    workers.delivers(the_reply())

    workers.reads()

    assert [str(message) for message in question.messages.all()] == [QUESTION, ANSWER]


# -- who was quicker ------------------------------------------------------------------------------------------------------


def test_of_two_people_who_answer_one_is_sent_and_the_other_keeps_the_text(
    desk: Desk, colleague: Desk, question: Conversation, post: Publication, fans: Fans, workers: Workers
) -> None:
    seen = colleague.sees(question)
    desk.answers(question, ANSWER)

    refused = colleague.answers(question, "Only to Germany, sorry.", seen)
    workers.delivers(the_reply())

    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Responder answered meanwhile" in page
    assert ANSWER in page
    assert ">Only to Germany, sorry.</textarea>" in page
    assert fans.read(post) == [QUESTION, ANSWER]


def test_two_people_who_answer_at_the_same_moment_send_one_answer(desk: Desk, colleague: Desk, question: Conversation) -> None:
    seen = desk.sees(question)
    codes: list[int] = []
    start = threading.Barrier(2)

    def answers(who: Desk, text: str) -> None:
        start.wait()
        codes.append(who.answers(question, text, seen).status_code)
        connection.close()

    threads = [threading.Thread(target=answers, args=pair) for pair in ((desk, "Yes."), (colleague, "No."))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(codes) == [200, 422]
    assert Message.objects.filter(status="queued").count() == 1


def test_who_has_seen_the_colleagues_answer_may_add_to_it(
    desk: Desk, colleague: Desk, question: Conversation, post: Publication, fans: Fans, workers: Workers
) -> None:
    desk.answers(question, ANSWER)
    workers.delivers(the_reply())

    assert colleague.answers(question, "And it is free.").status_code == 200
    workers.delivers(Message.objects.get(text="And it is free."))

    assert fans.read(post) == [QUESTION, ANSWER, "And it is free."]


def test_nothing_is_added_while_an_answer_is_on_its_way(desk: Desk, colleague: Desk, question: Conversation) -> None:
    desk.answers(question, ANSWER)

    refused = colleague.answers(question, "And it is free.")

    assert refused.status_code == 422
    assert "still on its way" in refused.content.decode()


def test_an_answer_given_on_the_network_itself_counts_as_one(
    desk: Desk, question: Conversation, post: Publication, workers: Workers
) -> None:
    seen = desk.sees(question)
    page = post.channel
    facebook = bound(page)
    assert isinstance(facebook, Facebook)
    facebook.comment_on(question.thread, "Answered on facebook.com")
    workers.reads()

    assert desk.answers(question, ANSWER, seen).status_code == 422


def test_the_database_itself_refuses_a_second_answer_on_its_way(desk: Desk, question: Conversation) -> None:
    desk.answers(question, ANSWER)
    first = the_reply()

    with pytest.raises(IntegrityError, match="one_reply_on_its_way"), transaction.atomic():
        Message.objects.create(
            conversation=question, channel=question.channel, mine=True, text="No.", status="queued", due_at=first.due_at
        )


# -- who may, and what cannot be ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["viewer", "approver"])
def test_who_may_not_answer_is_told_why(role: str, shop: Workspace, question: Conversation) -> None:
    onlooker = Desk(cast.member(shop, role))

    page = onlooker.get("conversation", question.pk).content.decode()

    assert "may not answer people" in page
    assert "<textarea" not in page
    assert onlooker.post("reply", question.pk, text="Psst", seen=99).status_code == 403
    assert not Message.objects.filter(mine=True).exists()


def test_an_empty_answer_is_not_sent(desk: Desk, question: Conversation) -> None:
    refused = desk.answers(question, "  \n ")

    assert refused.status_code == 422
    assert "Write an answer first" in refused.content.decode()


def test_an_answer_that_the_network_would_not_take_is_refused_here(
    x_channel: Channel, marketer: cast.Person, worker: cast.Worker, desk: Desk, fans: Fans, workers: Workers
) -> None:
    fans.comment(published(marketer, worker, x_channel), QUESTION)
    workers.reads()

    refused = desk.answers(Conversation.objects.get(), "y" * 281)

    assert refused.status_code == 422
    assert "y" * 281 in refused.content.decode()
    assert not Message.objects.filter(mine=True).exists()


def test_what_was_taken_back_is_not_answered(desk: Desk, question: Conversation) -> None:
    question.messages.update(deleted=True, text="")

    assert desk.answers(question, ANSWER).status_code == 422
    assert "nothing to answer" in desk.get("conversation", question.pk).content.decode()


def test_another_workspaces_conversation_is_not_there(question: Conversation) -> None:
    stranger = Desk(cast.member(cast.workspace("Somebody else"), "owner"))

    assert stranger.get("conversation", question.pk).status_code == 404
    assert stranger.post("reply", question.pk, text=ANSWER, seen=99).status_code == 404
    assert not Message.objects.filter(mine=True).exists()


def test_a_browser_without_scripts_can_answer(desk: Desk, question: Conversation) -> None:
    address = f"/inbox/{question.pk}/reply/"

    answer = desk.client.post(address, {"text": ANSWER, "seen": desk.sees(question)})
    refused = desk.client.post(address, {"text": "Second", "seen": 0})

    assert (answer.status_code, answer["Location"]) == (302, f"/inbox/{question.pk}/")
    assert refused.status_code == 422
    assert ">Second</textarea>" in refused.content.decode()
