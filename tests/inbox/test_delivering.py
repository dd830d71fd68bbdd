"""Delivering answers: at most once, never lost, whatever the network says and whoever dies."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Channel
from connectors.data import Sent
from connectors.facebook import Facebook
from connectors.talk import Incoming, Person
from inbox import delivering, ringing, sync
from inbox.models import Conversation, Message
from scheduler.models import Publication
from tests import cast
from tests.inbox.desk import Desk, Fans, Workers, published
from tests.sandbox.conftest import Practice
from tests.sandbox.waiting import until

QUESTION, ANSWER = "Do you ship to Austria?", "Yes, in two days."


def the_reply() -> Message:
    return Message.objects.exclude(status="received").get()


def fault(practice: Practice, on: Publication, kind: str, **details: Any) -> None:
    practice.fault(kind, {"id": on.channel.remote_id}, path="comments", **details)


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
    shown = desk.get("conversation", question.pk).content.decode()
    assert "The network gave no answer. SMO looked there and found it, so it was not sent again." in shown


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


def test_an_answer_that_is_read_in_the_moment_of_its_delivery_is_there_once(
    desk: Desk, question: Conversation, post: Publication, fans: Fans, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A webhook tells of it; before it is looked for among ours, the worker that sent it writes down that it is out."""
    desk.answers(question, ANSWER)
    sent: list[Sent] = []
    with monkeypatch.context() as slow:
        slow.setattr("inbox.delivering.settle", lambda _message, found, *_: sent.append(found))
        workers.rings()
    [reply] = Message.objects.filter(status="sending")
    item = Incoming(sent[0].remote_id, "comment", question.thread, Person("1", "Us"), ANSWER, timezone.now(), mine=True)
    worker = threading.Thread(target=settles, args=(reply, sent[0]))
    hear = sync.hear

    def meanwhile(channel: Channel, told: Incoming) -> Conversation:
        worker.start()
        until(lambda: not worker.is_alive() or somebody_waits())
        return hear(channel, told)

    monkeypatch.setattr("inbox.sync.hear", meanwhile)
    sync.take(post.channel, item)
    worker.join()

    assert the_reply().status == "sent"
    assert list(question.messages.filter(mine=True).values_list("remote_id", flat=True)) == [sent[0].remote_id]


def settles(reply: Message, sent: Sent) -> None:
    """In a worker of its own."""
    delivering.settle(Message.objects.get(pk=reply.pk), sent)
    connection.close()


def somebody_waits() -> bool:
    """Whether one transaction waits for another's utterance."""
    here = "locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND {here})")
        return bool(cursor.fetchone()[0])


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
