"""X's inbox over real HTTP: what people say, by reading and by webhook, and our answers."""

import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.errors import Doubt, Rejected, Unauthorized
from connectors.talk import Incoming, Person
from connectors.x import X
from connectors.x_posts import XPosts
from tests.connectors.scenery import now
from tests.connectors.x_scene import Receiver, Scene, receiver
from tests.sandbox.conftest import Practice
from tests.sandbox.waiting import until


@pytest.fixture
def scene(practice: Practice, tmp_path: Path) -> Scene:
    return Scene(practice, tmp_path)


@pytest.fixture
def web(scene: Scene) -> Iterator[Receiver]:
    """Our web server, subscribed for the account."""
    with receiver(scene.app) as made:
        scene.connector().subscribe(made.url, "not needed")
        yield made


# -- reading -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["post", "tweet"])
def test_replies_and_mentions_are_read_oldest_first(scene: Scene, monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    monkeypatch.setattr(XPosts, "vocabulary", words)
    post = scene.publishes(scene.post()).remote_id
    reply = scene.fan("comment", "How cold is it? <3 & polarfizz.com", post=post)
    mention = scene.fan("comment", "Thirsty.", name="Ben Dry")

    first, second = scene.heard(post)

    handle = scene.account["username"]
    assert (first.remote_id, first.kind, first.post, first.parent, first.thread) == (reply, "comment", post, post, post)
    assert first.text == f"@{handle} How cold is it? <3 & http://polarfizz.com"
    assert first.author.name == "Ann Thirsty"
    assert first.author.username
    assert first.author.picture_url
    assert abs(first.sent_at - now()) < timedelta(seconds=10)
    assert first.url == f"{scene.app.base_url}/{first.author.username}/status/{reply}"
    for item in (first, second):
        assert item.text.split()[-2] in scene.practice.http.get(item.url, timeout=5).text
    assert (second.remote_id, second.kind, second.post, second.mine) == (mention, "mention", "", False)


def test_a_reply_deep_in_the_conversation_belongs_to_our_post(scene: Scene) -> None:
    post = scene.publishes(scene.post()).remote_id
    question = scene.fan("comment", "How cold?", post=post)
    scene.fan("comment", f"@{scene.account['username']} yes, how cold?", name="Ben Dry", post=question)
    assert [(heard.kind, heard.post, heard.thread) for heard in scene.heard(post)] == [("comment", post, post)] * 2


def test_only_what_is_new_is_read(scene: Scene) -> None:
    scene.clock(seconds=-600)
    scene.fan("comment", "Old")
    scene.clock(seconds=0)
    new = scene.fan("comment", "New")
    assert [heard.remote_id for heard in scene.heard()] == [new]
    assert len(scene.heard(since=timedelta(hours=1))) == 2


def test_more_than_a_page_is_read(scene: Scene) -> None:
    for number in range(103):
        scene.fan("comment", f"Question {number}")
    texts = [heard.text.rpartition(" ")[2] for heard in scene.heard()]
    assert texts == [str(number) for number in range(103)]


# -- answering ---------------------------------------------------------------------------------------------------------


def test_an_answer_appears_below_the_question_and_is_found(scene: Scene) -> None:
    post = scene.publishes(scene.post()).remote_id
    scene.fan("comment", "How cold?", post=post)
    (question,) = scene.heard(post)
    x, began = scene.connector(), now()
    assert x.find_reply(question, "Very! polarfizz.com", began) is None

    sent = x.reply(question, "Very! polarfizz.com", "key-1")

    public = next(shown for shown in scene.public() if shown["id"] == post)
    assert [(reply["text"], reply["ours"]) for reply in public["replies"]] == [
        ("How cold?", False),
        ("Very! polarfizz.com", True),
    ]
    assert x.find_reply(question, "Very! polarfizz.com", began) == sent
    assert x.find_reply(question, "Not very.", began) is None
    assert x.find_reply(replace(question, remote_id=post), "Very! polarfizz.com", began) is None, "it answers another"


def test_an_answer_whose_arrival_nobody_told_is_found(scene: Scene) -> None:
    scene.fan("comment", "How cold?")
    (question,) = scene.heard()
    scene.fault("timeout_after")
    began = now()
    with pytest.raises(Doubt):
        scene.connector(deadline=0.5).reply(question, "Very!", "key-1")
    assert scene.connector().find_reply(question, "Very!", began) is not None
    with pytest.raises(Rejected, match="has this text already"):
        scene.connector().reply(question, "Very!", "key-1")


def test_only_who_named_us_may_be_answered(scene: Scene, practice: Practice, tmp_path: Path) -> None:
    other = Scene(practice, tmp_path)
    stranger = Incoming(other.publishes(other.post("Hello")).remote_id, "mention", "", Person("1"), "Hello", now())
    with pytest.raises(Rejected, match=r"mentioned or quoted you: answer on x\.com"):
        scene.connector().reply(stranger, "Buy our drink!", "key-1")


def test_a_message_is_answered_by_a_message(scene: Scene, web: Receiver) -> None:
    scene.fan("message", "Where can I buy it?")
    ((message,),) = [hook.items for hook in web.hooks(1)]
    assert (message.kind, message.text, message.author.name) == ("message", "Where can I buy it?", "Ann Thirsty")
    assert message.thread == "-".join(sorted((scene.account["id"], message.author.remote_id), key=int))
    x, began = scene.connector(), now()
    assert x.find_reply(message, "Everywhere.", began) is None

    sent = x.reply(message, "Everywhere.", "key-1")

    said = scene.practice.control("GET", "messages", network="x", account=scene.account["id"])["data"]
    assert [one["text"] for one in said] == ["Where can I buy it?", "Everywhere."]
    assert x.find_reply(message, "Everywhere.", began) == sent
    assert x.find_reply(message, "Where can I buy it?", began) is None, "that was not us"
    assert x.find_reply(message, "Everywhere.", now() + timedelta(minutes=5)) is None


def test_what_hangs_on_a_message_is_read_where_the_webhook_only_names_it(scene: Scene, web: Receiver) -> None:
    file = b64encode(Path(scene.photo().path).read_bytes()).decode()
    to_us = {"network": "x", "kind": "message", "account": scene.account["id"], "name": "Ann Thirsty"}
    scene.practice.control("POST", "fan", text="", file=file, alt="A warm can", **to_us)
    [named] = web.hooks(1)
    scene.fan("message", "Well?")
    _named, plain = web.hooks(2)
    ((message,), (reference,)) = named.items, named.unread
    assert (message.text, message.attachments) == ("(attachment)", ())
    assert plain.unread == ()

    read = scene.connector().fetch(reference)

    assert read is not None
    assert replace(read, attachments=(), author=message.author) == message
    [attachment] = read.attachments
    assert (attachment.kind, attachment.alt) == ("picture", "A warm can")
    assert scene.practice.http.get(attachment.url, timeout=5).headers["content-type"] == "image/png"
    assert scene.connector().fetch("1") is None


# -- webhooks ----------------------------------------------------------------------------------------------------------


def test_mentions_and_replies_arrive_by_webhook_as_they_are_read(scene: Scene, web: Receiver) -> None:
    post = scene.publishes(scene.post()).remote_id
    scene.fan("comment", "How cold?", post=post)
    scene.fan("comment", "Thirsty.")

    hooks = web.hooks(2)

    assert {hook.account for hook in hooks} == {scene.account["id"]}
    told = sorted((item for hook in hooks for item in hook.items), key=lambda item: item.sent_at)
    read = scene.heard(post)
    assert [(item.remote_id, item.kind, item.post, item.thread, item.text) for item in told] == [
        (item.remote_id, item.kind, item.post, item.thread, item.text) for item in read
    ]
    assert [item.author.name for item in told] == ["Ann Thirsty"] * 2


def test_subscribing_again_changes_nothing(scene: Scene, web: Receiver) -> None:
    scene.connector().subscribe(web.url, "not needed")
    scene.fan("message", "Hello?")
    web.hooks(1)
    scene.fan("message", "Anybody?")
    assert sorted(item.text for hook in web.hooks(2) for item in hook.items) == ["Anybody?", "Hello?"]


def test_a_second_account_shares_the_webhook(scene: Scene, web: Receiver, practice: Practice, tmp_path: Path) -> None:
    second = Scene(practice, tmp_path)
    second.connector().subscribe(web.url, "")
    second.fan("message", "Hello second?")
    assert [hook.account for hook in web.hooks(1)] == [second.account["id"]]


def test_a_delivery_with_a_false_signature_is_not_read(scene: Scene, web: Receiver) -> None:
    scene.fan("message", "Hello?")
    until(lambda: web.deliveries)
    headers, body = web.deliveries[0]
    name = next(name for name in headers if name.lower() == "x-twitter-webhooks-signature")
    for false in ({}, {**headers, name: "sha256=AAAA"}, {**headers, name: headers[name] + "é"}):
        with pytest.raises(Unauthorized, match="no valid signature"):
            X.hooks(scene.app, false, body)
    with pytest.raises(Unauthorized):
        X.hooks(scene.app, headers, body.replace(b"Hello", b"Hallo"))
    with pytest.raises(Unauthorized):
        X.hooks(replace(scene.app, client_secret="another"), headers, body)


def test_the_handshake_answers_a_challenge_only(scene: Scene) -> None:
    # The digest of "challenge" under "secret" was made with openssl.
    answer = X.handshake(replace(scene.app, client_secret="secret"), {"crc_token": "challenge"}, "")
    assert json.loads(answer or "") == {"response_token": "sha256=oeUF6Wxqoezggrue+wbIDxKRPSF6esKwizR2MHh9HaA="}
    assert X.handshake(scene.app, {}, "") is None
