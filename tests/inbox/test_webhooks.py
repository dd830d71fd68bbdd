"""Webhooks: only the networks' own are let in, none is lost, and none counts twice however it comes."""

from typing import Any

import pytest
from django.urls import reverse

from accounts import connecting
from accounts.models import Channel, Workspace
from inbox import ringing, webhooks
from inbox.models import Conversation, Event, Message
from scheduler.models import Publication
from tests import cast
from tests.inbox.deliveries import deliver, signature, told
from tests.inbox.desk import Fans, Workers
from tests.sandbox.conftest import Practice
from tests.sandbox.waiting import until


def texts() -> list[str]:
    return list(Message.objects.order_by("sent_at", "pk").values_list("text", flat=True))


def comment_was_delivered() -> bool:
    """As opposed to the delivery about our own post, which says nothing to the inbox."""
    return any(b'"comment' in bytes(body) or b"reply" in bytes(body) for body in Event.objects.values_list("body", flat=True))


@pytest.fixture
def listening(live_server: Any, settings: Any) -> Any:
    """The networks can reach us."""
    settings.BASE_URL = live_server.url
    return connecting.listen


# -- from the practice networks themselves --------------------------------------------------------------------------------


@pytest.mark.parametrize("network", ["facebook", "x"])
def test_a_comment_arrives_by_webhook_from_the_network(
    network: str, shop: Workspace, practice: Practice, marketer: cast.Person, worker: cast.Worker, fans: Fans, listening: Any
) -> None:
    channel = cast.channel(shop, practice, network)
    assert listening(channel) == ""
    post = worker.finishes(marketer.publishes("Ice cold!", channel))

    fans.comment(post, "Is it vegan?", "Ana Ruiz")
    until(comment_was_delivered)
    Workers().works()

    conversation = Conversation.objects.get()
    assert conversation.last_text.endswith("Is it vegan?")
    assert conversation.person_name == "Ana Ruiz"
    assert (conversation.publication, conversation.unread, conversation.state) == (post, True, "open")


def test_a_channel_that_was_connected_while_we_were_away_is_listened_to_from_its_first_reading(
    brand_page: Channel, fans: Fans, workers: Workers, listening: Any
) -> None:
    workers.reads()

    fans.write(brand_page, "Are you there?")
    until(Event.objects.exists)
    workers.works()

    assert texts() == ["Are you there?"]


def test_a_private_message_arrives_by_webhook(brand_page: Channel, fans: Fans, workers: Workers, listening: Any) -> None:
    assert listening(brand_page) == ""

    fans.write(brand_page, "My can was warm!")
    until(lambda: Event.objects.exists())
    workers.works()

    conversation = Conversation.objects.get()
    assert (conversation.kind, conversation.last_text) == ("message", "My can was warm!")


@pytest.mark.parametrize("first", ["webhook", "polling"])
def test_what_webhook_and_polling_both_tell_is_there_once(
    first: str,
    brand_page: Channel,
    marketer: cast.Person,
    worker: cast.Worker,
    fans: Fans,
    workers: Workers,
    listening: Any,
) -> None:
    listening(brand_page)
    post = worker.finishes(marketer.publishes("Ice cold!", brand_page))

    fans.comment(post, "Is it vegan?")
    until(comment_was_delivered)
    for hear in (workers.works, workers.reads) if first == "webhook" else (workers.reads, workers.works):
        hear()

    assert texts() == ["Is it vegan?"]
    assert Conversation.objects.get().publication == post


# -- who is let in --------------------------------------------------------------------------------------------------------


def test_a_forged_delivery_is_refused_and_counted(brand_page: Channel, workers: Workers) -> None:
    body = told(brand_page, "1_1", "I am not Ann")
    before = webhooks.refused("facebook")

    answers = [deliver(body, signature(body, "guessed")), deliver(body, ""), deliver(body + b" ", signature(body))]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert not Event.objects.exists()
    assert webhooks.refused("facebook") == before + 3


def test_a_delivery_that_nobody_can_read_is_refused(brand_page: Channel) -> None:
    assert deliver(b"not JSON").status_code == 400
    assert not Event.objects.exists()


@pytest.mark.parametrize("network", ["youtube", "nowhere"])
def test_nobody_listens_for_networks_without_webhooks(network: str, shop: Workspace) -> None:
    assert deliver(b"{}", address=reverse("practice-hook", args=[network])).status_code == 404


def test_nobody_listens_for_a_network_that_the_operator_has_not_set_up(shop: Workspace) -> None:
    assert deliver(b"{}", address=reverse("hook", args=["facebook"])).status_code == 404


def test_the_handshake_is_answered_for_our_own_secret_only(shop: Workspace, client: Any) -> None:
    address = reverse("practice-hook", args=["facebook"])
    ask = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "guessed"}

    wrong = client.get(address, ask)
    right = client.get(address, ask | {"hub.verify_token": connecting.hook_secret("facebook", True)})

    assert (wrong.status_code, right.status_code, right.content) == (403, 200, b"1158201444")
    assert right["Content-Type"] == "text/plain"


def test_a_delivery_is_only_kept_while_the_network_waits(brand_page: Channel, django_assert_num_queries: Any) -> None:
    body = told(brand_page, "1_1", "Is it vegan?")

    with django_assert_num_queries(1):
        answer = deliver(body)

    assert answer.status_code == 200
    assert bytes(Event.objects.get().body) == body
    assert not Message.objects.exists()


# -- none is lost, none counts twice --------------------------------------------------------------------------------------


def test_a_delivery_whose_bell_was_lost_is_found_again(brand_page: Channel, workers: Workers) -> None:
    deliver(told(brand_page, "1_1", "Is it vegan?"))

    assert workers.works() == 1
    assert workers.works() == 0
    assert texts() == ["Is it vegan?"]


def test_a_delivery_that_comes_twice_counts_once(brand_page: Channel, workers: Workers) -> None:
    for _ in range(2):
        deliver(told(brand_page, "1_1", "Is it vegan?"))
    workers.works()

    assert texts() == ["Is it vegan?"]
    assert Conversation.objects.count() == 1


def test_an_answer_that_comes_before_its_comment_ends_up_below_it(brand_page: Channel, workers: Workers) -> None:
    deliver(told(brand_page, "1_2", "I wonder, too", parent="1_1", name="Jonas", author="jonas"))
    deliver(told(brand_page, "1_1", "Is it vegan?"))
    workers.works()

    assert Conversation.objects.count() == 1
    assert sorted(texts()) == ["I wonder, too", "Is it vegan?"]


def test_a_comment_whose_removal_comes_first_stays_away(brand_page: Channel, workers: Workers) -> None:
    deliver(told(brand_page, "1_1", verb="remove"))
    workers.works()
    deliver(told(brand_page, "1_1", "Something that was taken back"))
    workers.works()

    message = Message.objects.get()
    assert (message.text, message.deleted) == ("", True)
    assert (message.conversation.unread, message.conversation.state, message.conversation.last_text) == (False, "done", "")


def test_a_removed_comment_loses_its_words_and_keeps_its_place(brand_page: Channel, workers: Workers) -> None:
    deliver(told(brand_page, "1_1", "Something that was taken back"))
    workers.works()
    deliver(told(brand_page, "1_1", verb="remove"))
    workers.works()

    message = Message.objects.get()
    assert (message.text, message.deleted, message.author_name) == ("", True, "Ann")
    assert "taken back" not in message.conversation.last_text


def test_answers_go_with_the_comment_that_they_answer_also_those_that_are_told_of_later(
    brand_page: Channel, workers: Workers
) -> None:
    """Facebook tells of the comment only, and not always in time."""
    for body in (
        told(brand_page, "1_1", "Is it vegan?"),
        told(brand_page, "1_2", "I wonder, too", parent="1_1", author="jonas"),
        told(brand_page, "1_1", verb="remove"),
        told(brand_page, "1_3", "Me, too", parent="1_1", author="lea"),
        told(brand_page, "2_2", "What she asks", parent="2_1"),
        told(brand_page, "2_1", verb="remove"),
    ):
        deliver(body)
        workers.works()

    assert texts() == [""] * 5
    assert set(Message.objects.values_list("deleted", flat=True)) == {True}
    assert list(Conversation.objects.values_list("last_text", flat=True)) == ["", ""]


def test_an_edited_comment_shows_its_new_words(brand_page: Channel, workers: Workers) -> None:
    deliver(told(brand_page, "1_1", "Is it vegan"))
    workers.works()
    deliver(told(brand_page, "1_1", "Is it vegan?", verb="edited"))
    workers.works()

    message = Message.objects.get()
    assert (message.text, message.edited, message.conversation.last_text) == ("Is it vegan?", True, "Is it vegan?")


def test_versions_that_arrive_in_the_wrong_order_are_put_right_by_reading(
    post: Publication, fans: Fans, workers: Workers
) -> None:
    page = post.channel
    comment = fans.comment(post, "Is it vegan?")
    workers.reads()
    deliver(told(page, comment, "Is it vegan", post=post.remote_id))  # what it said before it was edited

    workers.works()
    assert texts() == ["Is it vegan"]
    assert [key for key, _ in ringing.due_cursors()] == [page.pk]
    workers.reads()
    assert texts() == ["Is it vegan?"]


def test_a_delivery_that_cannot_be_worked_out_is_given_up_in_the_end(
    brand_page: Channel, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(told(brand_page, "1_1", "Is it vegan?"))

    def breaks(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("inbox.sync.take", breaks)
    for _ in range(webhooks.MOST_TRIES):
        with pytest.raises(RuntimeError):
            workers.works()
    workers.works()

    event = Event.objects.get()
    assert event.due_at is None
    assert "could not be worked out" in event.why


def test_each_workspace_that_has_the_account_hears_of_it(brand_page: Channel, workers: Workers) -> None:
    other = cast.workspace("The agency")
    Channel.objects.create(
        workspace=other, network="facebook", practice=True, remote_id=brand_page.remote_id, name=brand_page.name
    )

    deliver(told(brand_page, "1_1", "Is it vegan?"))
    workers.works()

    assert sorted(str(one.workspace) for one in Conversation.objects.all()) == ["Polar Fizz", "The agency"]


def test_a_channel_that_was_let_go_hears_nothing_more(brand_page: Channel, workers: Workers) -> None:
    Channel.objects.filter(pk=brand_page.pk).update(status=Channel.Status.REMOVED)

    deliver(told(brand_page, "1_1", "Is it vegan?"))
    workers.works()

    assert not Conversation.objects.exists()
