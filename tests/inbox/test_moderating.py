"""What is done with what people say beside answering, private answers, and the networks' rules for answering."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Channel, Token, Workspace
from connectors.talk import Leave
from inbox.models import Conversation, Event, Message
from scheduler.models import Publication
from tests import cast
from tests.inbox.deliveries import deliver
from tests.inbox.desk import Desk, Fans, Workers
from tests.sandbox.conftest import Practice


def shown(fans: Fans, on: Publication) -> list[str]:
    posts = fans.practice.posts(on.channel.network, {"id": on.channel.remote_id})
    post = next(post for post in posts if post["id"] == on.remote_id)
    return [reply["text"] for reply in post["replies"] if not reply["hidden"]]


def does(desk: Desk, message: Message, what: str) -> Any:
    return desk.post("deed", message.conversation_id, message.pk, what)


def names(desk: Desk, message: Message) -> dict[str, str]:
    """What the menu offers, each with why it cannot be done."""
    context = desk.get("deeds", message.conversation_id, message.pk).context
    return {choice.what.value: choice.why_not for choice in context["choices"]}


@pytest.fixture
def said(question: Conversation) -> Message:
    return question.messages.get()


# -- moderating -----------------------------------------------------------------------------------------------------------


def test_a_comment_is_hidden_shown_liked_and_deleted_and_the_trail_tells(
    desk: Desk, said: Message, post: Publication, fans: Fans
) -> None:
    assert set(names(desk, said)) == {"hide", "like", "delete", "block"}

    assert "Hidden" in does(desk, said, "hide").content.decode()
    assert shown(fans, post) == []
    assert "unhide" in names(desk, said)
    does(desk, said, "hide")
    does(desk, said, "unhide")
    assert shown(fans, post) == [said.text]
    assert "Liked by us" in does(desk, said, "like").content.decode()
    does(desk, said, "unlike")
    does(desk, said, "delete")

    said.refresh_from_db()
    assert (said.deleted, said.text, shown(fans, post)) == (True, "", [])
    trail = [str(deed.kind) for deed in said.conversation.deeds.all()]
    assert trail == ["hide", "unhide", "like", "unlike", "delete"], "what was so already is not told twice"
    assert "hid what Ann said" in desk.get("conversation", said.conversation_id).content.decode()


def test_who_is_blocked_is_marked_wherever_they_spoke(
    desk: Desk, said: Message, post: Publication, fans: Fans, workers: Workers
) -> None:
    fans.comment(post, "Hello?", below=said.remote_id)
    workers.reads()
    does(desk, said, "block")
    assert set(said.conversation.messages.values_list("blocked", flat=True)) == {True}
    assert "block" not in names(desk, said)
    with pytest.raises(AssertionError):
        fans.comment(post, "Still here")


def test_what_a_network_refuses_or_leaves_open_is_said_and_nothing_is_written(
    desk: Desk, said: Message, post: Publication, fans: Fans, short_deadline: None
) -> None:
    account = {"id": post.channel.remote_id}
    fans.practice.fault("timeout_after", account, network="facebook", operation="any", path=said.remote_id)
    answer = does(desk, said, "hide")
    assert (answer.status_code, "Do it again" in answer.content.decode()) == (422, True)
    said.refresh_from_db()
    assert not said.hidden
    does(desk, said, "hide")
    assert shown(fans, post) == []

    fans.practice.fault("revoke_token", account, network="facebook")
    answer = does(desk, said, "unhide")
    assert answer.status_code == 422
    post.channel.refresh_from_db()
    assert post.channel.status == Channel.Status.DISCONNECTED
    assert all("connected again" in why for why in names(desk, said).values())
    assert does(desk, said, "like").status_code == 422
    assert does(desk, said, "dance").status_code == 404


def test_what_cannot_be_done_has_its_reason_in_the_menu(
    desk: Desk, brand_page: Channel, fans: Fans, workers: Workers, shop: Workspace
) -> None:
    fans.write(brand_page, "Where can I buy it?")
    workers.reads()
    message = Message.objects.get()
    told = names(desk, message)
    assert "private message" in told["hide"]
    assert told["block"] == ""
    assert does(desk, message, "hide").status_code == 422
    assert Desk(cast.member(shop, "viewer")).get("deeds", message.conversation_id, message.pk).status_code == 403


# -- private answers ------------------------------------------------------------------------------------------------------


def written(fans: Fans, channel: Channel) -> list[str]:
    """The private messages of an account."""
    found = fans.practice.control("GET", "messages", network=channel.network, account=channel.remote_id)["data"]
    return [message["text"] for message in found]


def answers_privately(desk: Desk, to: Message, text: str) -> Any:
    seen = desk.sees(to.conversation)
    return desk.post("reply", to.conversation_id, text=text, seen=seen, privately=to.pk)


def test_a_comment_is_answered_privately_once(
    desk: Desk, said: Message, fans: Fans, post: Publication, workers: Workers
) -> None:
    box = desk.get("box", said.conversation_id, privately=str(said.pk)).content.decode()
    assert f"Private answer to Ann: “{said.text}”" in box
    assert "You can answer until" in box

    assert answers_privately(desk, said, "Write us your address.").status_code == 200
    message = workers.delivers(Message.objects.get(mine=True))
    workers.reads()

    assert (message.status, message.private) == ("sent", True)
    assert written(fans, post.channel) == [message.text]
    own = Conversation.objects.exclude(pk=said.conversation_id).get()
    assert (own.kind, own.state, own.last_text) == ("message", "done", message.text), "there it is read like any other"
    assert fans.read(post) == [said.text]
    refused = answers_privately(desk, said, "And again")
    assert (refused.status_code, "one private answer" in refused.content.decode()) == (422, True)
    assert "one private answer" in desk.get("deeds", said.conversation_id, said.pk).content.decode()


def test_a_private_answer_in_doubt_is_there_once(
    desk: Desk, said: Message, fans: Fans, post: Publication, workers: Workers, short_deadline: None
) -> None:
    account = {"id": post.channel.remote_id}
    answers_privately(desk, said, "Write us your address.")
    fans.practice.fault("timeout_after", account, network="facebook", operation="any", path="messages")
    message = workers.delivers(Message.objects.get(mine=True))
    assert message.status == "sent", message.why
    assert written(fans, post.channel) == [message.text]


# -- rules ----------------------------------------------------------------------------------------------------------------


def ago(message: Message, **span: float) -> None:
    Message.objects.filter(pk=message.pk).update(sent_at=timezone.now() - timedelta(**span))


def test_the_box_tells_the_window_of_a_message_and_the_server_keeps_to_it(
    desk: Desk, brand_page: Channel, fans: Fans, workers: Workers
) -> None:
    fans.write(brand_page, "Where can I buy it?")
    workers.reads()
    message = Message.objects.get()
    page = desk.get("conversation", message.conversation_id)
    assert "You can answer until" in page.content.decode()
    assert page.context["leave"].until == message.sent_at + timedelta(hours=24)

    ago(message, days=2)
    assert "The 24 hours are over" in desk.get("conversation", message.conversation_id).content.decode()
    ago(message, days=8)
    assert "wait until they write" in desk.get("conversation", message.conversation_id).content.decode()
    refused = desk.answers(message.conversation, "Everywhere.")
    assert (refused.status_code, "wait until they write" in refused.content.decode()) == (422, True)
    assert not Message.objects.filter(mine=True).exists()


def test_on_x_only_who_names_us_is_answered(desk: Desk, x_channel: Channel, fans: Fans, workers: Workers) -> None:
    x_channel.username = "polarfizz"
    x_channel.save()
    conversation = Conversation.objects.create(workspace=desk.workspace, channel=x_channel, kind="comment", thread="1")
    message = conversation.messages.create(channel=x_channel, remote_id="1", author_name="Ann", author_id="5", text="Hi all")
    assert "@polarfizz" in desk.get("conversation", conversation.pk).context["why_not"]
    Message.objects.filter(pk=message.pk).update(text="Hi @PolarFizz")
    page = desk.get("conversation", conversation.pk)
    assert (page.context["why_not"], page.context["leave"]) == ("", Leave())


def test_what_cannot_arrive_is_said_in_the_inbox_and_beside_the_channel(
    desk: Desk, admin: cast.Person, shop: Workspace, brand_page: Channel
) -> None:
    assert "What does not arrive here" not in desk.get("inbox").content.decode()
    channel = shop.channels.create(network="pinterest", practice=True, remote_id="1", name="Polar Fizz")
    Token.objects.create(channel=channel, access="token")
    told = "Pinterest shows no comments or messages to apps"
    assert told in desk.get("inbox").content.decode()
    assert told in Desk(admin.member).get("channels").content.decode()


# -- what a webhook only names, reviews -----------------------------------------------------------------------------------


@pytest.fixture
def gram(shop: Workspace, practice: Practice) -> dict[str, Any]:
    """An account on practice Instagram, connected."""
    made = practice.account("instagram", "Polar Fizz")
    channel = shop.channels.create(network="instagram", practice=True, remote_id=made["id"], name="Polar Fizz")
    Token.objects.create(channel=channel, access=made["access_token"], scopes=made["scopes"])
    return made


def test_an_answer_on_instagram_that_arrived_unanswered_is_there_once(
    desk: Desk, gram: dict[str, Any], fans: Fans, workers: Workers, short_deadline: None
) -> None:
    channel = Channel.objects.get(remote_id=gram["id"])
    fans.write(channel, "Where can I buy it?")
    workers.reads()
    message = Message.objects.get()
    refused = does(desk, message, "like")
    assert (refused.status_code, "does not let apps do that" in refused.content.decode()) == (422, True)

    desk.answers(message.conversation, "Everywhere.")
    fans.practice.fault("timeout_after", gram, network="instagram", operation="any", path="messages")
    assert workers.delivers(Message.objects.get(mine=True)).status == "sent"
    assert written(fans, channel) == ["Where can I buy it?", "Everywhere."]


def test_a_mention_is_fetched_when_its_webhook_is_worked_out(
    desk: Desk, gram: dict[str, Any], practice: Practice, workers: Workers
) -> None:
    where = {"network": "instagram", "account": gram["id"]}
    mention = practice.control("POST", "fan", kind="mention", name="Cleo", text="Best!", **where)
    change = {"field": "mentions", "value": {"media_id": mention["id"]}}
    deliver_instagram({"id": gram["id"], "time": 1, "changes": [change]})

    practice.fault("fail", gram, network="instagram", operation="read")
    workers.works()
    assert not Message.objects.exists()
    assert Event.objects.get().due_at is not None, "what could not be fetched is tried again"
    workers.works()

    [message] = Message.objects.all()
    assert (message.conversation.kind, message.author_name) == ("mention", "cleo")
    desk.answers(message.conversation, "Thank you!")
    assert workers.delivers(Message.objects.get(mine=True)).status == "sent"


def deliver_instagram(entry: dict[str, Any]) -> None:
    body = json.dumps({"object": "instagram", "entry": [entry]}).encode()
    assert deliver(body, address=reverse("practice-hook", args=["instagram"])).status_code == 200


def test_a_recommendation_is_read_with_its_verdict_and_answered(
    desk: Desk, brand_page: Channel, fans: Fans, workers: Workers, practice: Practice
) -> None:
    where = {"network": "facebook", "account": brand_page.remote_id}
    practice.control("POST", "fan", kind="warn", name="Ben", text="Warm as soup.", **where)
    workers.reads()
    [message] = Message.objects.all()
    assert (message.conversation.kind, message.recommends) == ("review", False)
    assert "Does not recommend us" in desk.get("conversation", message.conversation_id).content.decode()
    desk.answers(message.conversation, "We are sorry.")
    assert workers.delivers(Message.objects.get(mine=True)).status == "sent"
    workers.reads()
    assert Conversation.objects.count() == 1
