"""Answering people: at most once, never lost, and never two of us at once."""

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Channel, Workspace
from accounts.networks import bound
from connectors.facebook import Facebook
from inbox import delivering, ringing
from inbox.models import Conversation, Message
from scheduler.models import Publication
from tests import cast
from tests.inbox.desk import Desk, Fans, Workers, published
from tests.sandbox.conftest import Practice

QUESTION, ANSWER = "Do you ship to Austria?", "Yes, in two days."


def the_reply() -> Message:
    return Message.objects.exclude(status="received").get()


def fault(practice: Practice, on: Publication, kind: str, **details: Any) -> None:
    practice.fault(kind, {"id": on.channel.remote_id}, path="comments", **details)


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


# -- once -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["timeout_after", "reset_after"])
def test_an_answer_that_arrived_although_nobody_told_us_is_found_and_not_sent_again(
    kind: str,
    desk: Desk,
    question: Conversation,
    post: Publication,
    fans: Fans,
    workers: Workers,
    practice: Practice,
    short_deadline: None,
) -> None:
    fault(practice, post, kind, times=1)
    desk.answers(question, ANSWER)

    reply = workers.delivers(the_reply())

    assert fans.read(post) == [QUESTION, ANSWER]
    assert (reply.status, reply.tries) == ("sent", 1)


def test_an_answer_that_did_not_arrive_is_sent_again_after_two_looks(
    desk: Desk,
    question: Conversation,
    post: Publication,
    fans: Fans,
    workers: Workers,
    practice: Practice,
    short_deadline: None,
) -> None:
    fault(practice, post, "timeout_before", times=1)
    desk.answers(question, ANSWER)

    reply = workers.delivers(the_reply())

    assert fans.read(post) == [QUESTION, ANSWER]
    assert (reply.status, reply.tries) == ("sent", 2)
    looks = practice.requests(network="facebook", account=post.channel.remote_id, method="GET", path="comments")
    assert len(looks) >= 3  # the reading, and two looks


def test_a_worker_that_died_after_sending_leaves_one_answer(
    desk: Desk, question: Conversation, post: Publication, fans: Fans, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.answers(question, ANSWER)
    with monkeypatch.context() as dying:
        dying.setattr("inbox.delivering.settle", _dies)
        with pytest.raises(Killed):
            workers.rings()
    assert the_reply().status == "sending"

    reply = workers.delivers(the_reply())

    assert fans.read(post) == [QUESTION, ANSWER]
    assert (reply.status, reply.tries) == ("sent", 1)


def test_a_worker_that_died_before_sending_leaves_one_answer(
    desk: Desk, question: Conversation, post: Publication, fans: Fans, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.answers(question, ANSWER)
    with monkeypatch.context() as dying:
        dying.setattr("inbox.delivering.call", _dies)
        with pytest.raises(Killed):
            workers.rings()

    reply = workers.delivers(the_reply())

    assert fans.read(post) == [QUESTION, ANSWER]
    assert (reply.status, reply.tries) == ("sent", 2)


class Killed(BaseException):
    """The worker dies."""


def _dies(*_: Any, **__: Any) -> None:
    raise Killed


def test_a_doorbell_that_rings_twice_sends_once(
    desk: Desk, question: Conversation, post: Publication, fans: Fans, workers: Workers
) -> None:
    desk.answers(question, ANSWER)
    (key, ticket), *none = ringing.due_replies()

    for _ in range(2):
        delivering.advance(key, ticket)

    assert none == []
    assert fans.read(post) == [QUESTION, ANSWER]


def test_of_two_workers_that_hold_the_same_answer_one_sends_it(
    desk: Desk, question: Conversation, post: Publication, fans: Fans
) -> None:
    desk.answers(question, ANSWER)
    rows = Message.objects.select_related("conversation", "answers", "channel__token", "channel__workspace")
    one, other = rows.get(status="queued"), rows.get(status="queued")

    for held in (one, other):
        delivering.send(held)

    assert fans.read(post) == [QUESTION, ANSWER]
    assert the_reply().tries == 1


def test_a_late_doorbell_does_not_cut_a_pause_short(
    desk: Desk, question: Conversation, post: Publication, fans: Fans, practice: Practice
) -> None:
    fault(practice, post, "refuse", times=1, seconds=60)
    desk.answers(question, ANSWER)
    (key, ticket), *_ = ringing.due_replies()

    for _ in range(2):
        delivering.advance(key, ticket)

    assert fans.read(post) == [QUESTION]
    assert the_reply().status == "queued"


def test_an_answer_that_is_read_before_its_own_call_returns_is_the_same_one(
    desk: Desk, question: Conversation, post: Publication, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    sends = Facebook.reply

    def slow(self: Facebook, *args: Any) -> Any:
        sent = sends(self, *args)
        Workers().reads()
        return sent

    monkeypatch.setattr(Facebook, "reply", slow)
    desk.answers(question, ANSWER)
    workers.delivers(the_reply())

    assert [str(message) for message in question.messages.all()] == [QUESTION, ANSWER]
    assert the_reply().status == "sent"


def test_a_doubtful_answer_that_is_read_on_the_network_is_settled_by_that(
    desk: Desk,
    question: Conversation,
    post: Publication,
    workers: Workers,
    practice: Practice,
    short_deadline: None,
) -> None:
    fault(practice, post, "timeout_after", times=1)
    desk.answers(question, ANSWER)
    workers.rings()
    assert the_reply().status == "confirming"

    workers.reads()

    assert the_reply().status == "sent"
    assert question.messages.count() == 2


def test_a_network_that_changes_the_text_still_leaves_one_answer_in_the_thread(
    desk: Desk, question: Conversation, post: Publication, workers: Workers, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As X does with links: what is read does not look like what was sent, until the call returns with its id."""
    monkeypatch.setattr("inbox.delivering.plain", lambda text: object())
    sends = Facebook.reply

    def slow(self: Facebook, *args: Any) -> Any:
        sent = sends(self, *args)
        Workers().reads()
        assert question.messages.count() == 3
        return sent

    monkeypatch.setattr(Facebook, "reply", slow)
    desk.answers(question, ANSWER)
    workers.delivers(the_reply())

    assert [str(message) for message in question.messages.all()] == [QUESTION, ANSWER]


# -- what the networks say ------------------------------------------------------------------------------------------------


def test_too_many_requests_are_waited_for(
    desk: Desk, question: Conversation, post: Publication, fans: Fans, workers: Workers, practice: Practice
) -> None:
    fault(practice, post, "refuse", times=1, seconds=60)
    desk.answers(question, ANSWER)
    workers.rings()
    assert (the_reply().status, the_reply().doubt_since) == ("queued", None)

    assert workers.delivers(the_reply()).status == "sent"
    assert fans.read(post) == [QUESTION, ANSWER]


def test_a_refused_answer_says_why_and_can_be_discarded(
    desk: Desk, question: Conversation, post: Publication, fans: Fans, workers: Workers, practice: Practice
) -> None:
    practice.control("POST", "tokens", network="facebook", account=post.channel.remote_id, state="revoked")
    desk.answers(question, ANSWER)
    reply = workers.delivers(the_reply())

    assert reply.status == "failed"
    assert reply.why
    post.channel.refresh_from_db()
    assert post.channel.status == Channel.Status.DISCONNECTED
    shown = desk.get("conversation", question.pk).content.decode()
    assert "Not sent" in shown
    assert "must be connected again before you can answer" in shown

    desk.post("discard", question.pk, reply.pk)
    assert [str(message) for message in question.messages.all()] == [QUESTION]


def test_a_failed_answer_comes_back_to_those_who_answer(
    desk: Desk, question: Conversation, post: Publication, workers: Workers, practice: Practice
) -> None:
    practice.control("POST", "tokens", network="facebook", account=post.channel.remote_id, state="revoked")
    desk.answers(question, ANSWER)
    desk.post("finish", question.pk)

    workers.delivers(the_reply())

    question.refresh_from_db()
    assert (question.state, question.unread) == ("open", True)
    assert "Not sent" in desk.get("inbox-rows").content.decode()


def test_a_failed_answer_can_be_sent_again(
    desk: Desk, question: Conversation, post: Publication, fans: Fans, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbox.delivering.MOST_TRIES", 0)
    desk.answers(question, ANSWER)
    assert workers.delivers(the_reply()).status == "failed"
    monkeypatch.undo()

    assert desk.post("resend", question.pk, the_reply().pk).status_code == 200

    assert workers.delivers(the_reply()).status == "sent"
    assert fans.read(post) == [QUESTION, ANSWER]


def test_an_access_token_that_has_run_out_is_renewed_and_the_answer_sent(
    x_channel: Channel,
    marketer: cast.Person,
    worker: cast.Worker,
    desk: Desk,
    fans: Fans,
    workers: Workers,
    practice: Practice,
) -> None:
    post = published(marketer, worker, x_channel)
    fans.comment(post, QUESTION)
    workers.reads()
    practice.control("POST", "tokens", network="x", account=x_channel.remote_id, state="expired")

    desk.answers(Conversation.objects.get(), ANSWER)

    assert workers.delivers(the_reply()).status == "sent"


def test_a_network_that_never_tells_leaves_it_to_a_person(
    desk: Desk,
    question: Conversation,
    post: Publication,
    workers: Workers,
    practice: Practice,
    short_deadline: None,
) -> None:
    fault(practice, post, "timeout_after", times=1)
    fault(practice, post, "fail", times=None, operation="any")
    desk.answers(question, ANSWER)

    reply = workers.delivers(the_reply(), most=200)

    assert reply.status == "failed"
    assert "never told" in reply.why


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
