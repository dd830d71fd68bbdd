"""Reading the channels: everything once, in its conversation, whatever comes in between."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Channel
from connectors.talk import Incoming, Person
from inbox import sync
from inbox.models import Conversation, Cursor, Message
from scheduler.models import Publication
from tests import cast
from tests.inbox.deliveries import deliver, told
from tests.inbox.desk import Desk, Fans, Workers, published
from tests.sandbox.conftest import Practice


def test_comments_are_read_into_conversations_of_their_own(post: Publication, fans: Fans, workers: Workers) -> None:
    first = fans.comment(post, "Is it vegan?", "Ana Ruiz")
    fans.comment(post, "So cold!", "Jonas Weber")
    fans.comment(post, "I wonder, too", "Lea Brandt", below=first)

    workers.reads()

    found = {one.person_name: [str(said) for said in one.messages.all()] for one in Conversation.objects.all()}
    assert found == {"Ana Ruiz": ["Is it vegan?", "I wonder, too"], "Jonas Weber": ["So cold!"]}


def test_reading_again_changes_nothing(question: Conversation, workers: Workers) -> None:
    before = list(Message.objects.values())

    workers.reads()

    assert list(Message.objects.values()) == before
    assert list(Conversation.objects.all()) == [question]


def test_every_comment_below_a_post_on_x_is_a_conversation_of_its_own(
    x_channel: Channel, marketer: cast.Person, worker: cast.Worker, fans: Fans, workers: Workers
) -> None:
    """To X the whole tree below a post is one conversation; to people who answer it is not."""
    post = published(marketer, worker, x_channel)
    first = fans.comment(post, "Is it vegan?", "Ana")
    fans.comment(post, "So cold!", "Jonas")

    workers.reads()
    fans.comment(post, f"@{x_channel.username} well, is it?", "Ana", below=first)
    workers.reads()

    assert Conversation.objects.count() == 2
    assert Conversation.objects.get(person_name="Ana").messages.count() == 2
    assert set(Conversation.objects.values_list("kind", "publication")) == {("comment", post.pk)}


def test_a_mention_on_x_is_about_no_post(x_channel: Channel, practice: Practice, workers: Workers) -> None:
    target = {"network": "x", "account": x_channel.remote_id}
    practice.control("POST", "fan", kind="comment", name="Ana", text="Look at this drink", **target)

    workers.reads()

    conversation = Conversation.objects.get()
    assert (conversation.kind, conversation.publication, conversation.about) == ("mention", None, "")


def test_comments_on_youtube_are_read(video: Publication, fans: Fans, workers: Workers) -> None:
    first = fans.comment(video, "Is it vegan?", "Ana")
    fans.comment(video, "I wonder, too", "Lea", below=first)

    workers.reads()

    assert [str(said) for said in Conversation.objects.get(publication=video).messages.all()] == [
        "Is it vegan?",
        "I wonder, too",
    ]


def test_our_own_first_comment_waits_for_nobody(
    brand_page: Channel, marketer: cast.Person, worker: cast.Worker, fans: Fans, workers: Workers
) -> None:
    publication = published(marketer, worker, brand_page, first_comment="Which one is yours?")
    worker.runs_until(lambda: publication.children.get().is_final)

    workers.reads()
    assert set(Conversation.objects.values_list("state", "unread")) == {("done", False)}

    fans.comment(publication, "The blue one!", below=publication.children.get().remote_id)
    workers.reads()
    assert set(Conversation.objects.values_list("state", "unread", "person_name")) == {("open", True, "Ann")}


def test_a_conversation_opens_again_when_the_person_writes_again(
    question: Conversation, desk: Desk, post: Publication, fans: Fans, workers: Workers
) -> None:
    desk.post("finish", question.pk)
    question.refresh_from_db()
    assert (question.state, question.unread) == ("done", False)

    fans.comment(post, "Hello?", below=Message.objects.get().remote_id)
    workers.reads()

    question.refresh_from_db()
    assert (question.state, question.unread, question.last_text) == ("open", True, "Hello?")


def test_what_comes_late_stands_where_it_was_said(brand_page: Channel, workers: Workers) -> None:
    now = timezone.now()
    deliver(told(brand_page, "1_2", "And is it cold?", parent="1_1", at=now))
    deliver(told(brand_page, "1_1", "Is it vegan?", at=now - timedelta(minutes=5)))
    workers.works()

    conversation = Conversation.objects.get()
    assert [str(message) for message in conversation.messages.all()] == ["Is it vegan?", "And is it cold?"]
    assert conversation.last_text == "And is it cold?"


def test_a_name_that_is_told_later_is_filled_in(brand_page: Channel, workers: Workers) -> None:
    deliver(told(brand_page, "1_1", "Is it vegan?", name=""))
    workers.works()
    assert Conversation.objects.get().person == "Somebody"

    deliver(told(brand_page, "1_1", "Is it vegan?", name="Ana Ruiz"))
    workers.works()

    assert Conversation.objects.get().person == "Ana Ruiz"
    assert Message.objects.get().author_name == "Ana Ruiz"


def test_addresses_that_are_none_are_not_kept(brand_page: Channel) -> None:
    author = Person("ann", "Ann", url="javascript:alert(1)")
    item = Incoming("1", "comment", "1", author, "zero \x00 byte", timezone.now(), url="javascript:alert(1)")

    sync.take(brand_page, item)

    assert (Message.objects.get().url, Conversation.objects.get().person_url) == ("", "")
    assert Message.objects.get().text == "zero  byte"


# -- when it does not go smoothly -----------------------------------------------------------------------------------------


def test_a_network_that_is_down_is_asked_later_and_nothing_is_missed(
    post: Publication, fans: Fans, workers: Workers, practice: Practice
) -> None:
    workers.reads()
    read_until = Cursor.objects.get().read_until
    fans.comment(post, "Is it vegan?")
    practice.fault("fail", {"id": post.channel.remote_id}, operation="read", times=1)

    workers.reads()
    cursor = Cursor.objects.get()
    assert (cursor.tries, cursor.read_until) == (1, read_until)
    assert cursor.why
    assert cursor.due_at > timezone.now() + timedelta(seconds=20)

    workers.reads()
    assert (Cursor.objects.get().tries, Cursor.objects.get().why) == (0, "")
    assert Message.objects.get().text == "Is it vegan?"


def test_a_network_that_asks_us_to_wait_is_given_the_time(post: Publication, workers: Workers, practice: Practice) -> None:
    practice.fault("refuse", {"id": post.channel.remote_id}, operation="read", seconds=1800)

    workers.reads()

    assert Cursor.objects.get().due_at > timezone.now() + timedelta(minutes=20)


def test_a_channel_whose_access_was_taken_away_says_so_and_waits(
    post: Publication, fans: Fans, workers: Workers, practice: Practice
) -> None:
    practice.control("POST", "tokens", network="facebook", account=post.channel.remote_id, state="revoked")
    workers.reads()
    workers.reads()

    post.channel.refresh_from_db()
    assert post.channel.status == Channel.Status.DISCONNECTED
    assert post.channel.why
    assert workers.reads() == 0


def test_an_access_token_that_has_run_out_is_renewed(x_channel: Channel, practice: Practice, workers: Workers) -> None:
    target = {"network": "x", "account": x_channel.remote_id}
    practice.control("POST", "fan", kind="comment", name="Ana", text="Look at this drink", **target)
    practice.control("POST", "tokens", state="expired", **target)

    workers.reads()
    workers.reads()

    x_channel.refresh_from_db()
    assert x_channel.status == Channel.Status.CONNECTED
    assert Conversation.objects.count() == 1


def test_two_workers_do_not_read_the_same_channel_at_once(post: Publication, workers: Workers) -> None:
    workers.reads()
    cursor = Cursor.objects.get()
    stale = cursor.due_at - timedelta(minutes=1)

    sync.poll(cursor.channel_id, stale)

    assert Cursor.objects.get().due_at == cursor.due_at


def test_channels_with_webhooks_are_read_as_a_net_under_them(post: Publication, tube: Channel, workers: Workers) -> None:
    workers.reads()

    waits = {cursor.channel_id: cursor.due_at - timezone.now() for cursor in Cursor.objects.all()}
    assert waits[post.channel_id] <= timedelta(minutes=2) < waits[tube.pk] <= timedelta(minutes=5)


@pytest.mark.parametrize("status", [Channel.Status.DISCONNECTED, Channel.Status.REMOVED])
def test_channels_that_are_not_connected_are_not_read(status: str, brand_page: Channel, workers: Workers) -> None:
    Channel.objects.filter(pk=brand_page.pk).update(status=status)

    assert workers.reads() == 0
