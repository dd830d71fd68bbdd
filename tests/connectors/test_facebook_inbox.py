"""People and a Page over real HTTP: comments and messages by polling and by webhook, answers, each seen once."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from connectors.errors import Doubt, Rejected, Unauthorized
from connectors.facebook import Facebook
from connectors.talk import Attachment, Hook, Incoming, Person
from tests.connectors.facebook_scene import Scene, now
from tests.sandbox.conftest import Practice
from tests.sandbox.waiting import until

WORD = "our-verify-token"


@pytest.fixture
def scene(practice: Practice, tmp_path: Path) -> Scene:
    return Scene(practice, tmp_path)


def a_minute_ago() -> datetime:
    return now() - timedelta(minutes=1)


def polled(scene: Scene, *posts: str, since: datetime | None = None) -> list[Incoming]:
    return list(scene.connector().incoming(since or a_minute_ago(), posts))


# -- polling ---------------------------------------------------------------------------------------------------------------


def test_comments_arrive_with_their_threads_and_ours_are_known_as_ours(scene: Scene) -> None:
    post = scene.published(scene.post()).remote_id
    first = scene.comments(post, "How cold is it?", name="Ann")
    answer = scene.comments(first, "Very", name="Ben")
    mine = scene.connector().comment_on(first, "4 °C!")

    found = {item.remote_id: item for item in polled(scene, post)}
    assert [(found[each].text, found[each].author.name, found[each].mine) for each in (first, answer, mine.remote_id)] == [
        ("How cold is it?", "Ann", False),
        ("Very", "Ben", False),
        ("4 °C!", "Polar Fizz", True),
    ]
    assert {(item.kind, item.thread, item.post) for item in found.values()} == {("comment", first, post)}
    assert [found[each].parent for each in (first, answer)] == ["", first]
    assert found[first].url
    assert scene.connector().find_reply(found[first], "4 °C!", a_minute_ago()) == mine
    assert scene.connector().find_illustrated(found[first], "4 °C!", a_minute_ago(), frozenset()) is None, "it has no picture"


def test_only_what_is_new_is_read_and_a_deleted_post_is_passed_over(scene: Scene) -> None:
    gone, post = (scene.published(scene.post(text)).remote_id for text in ("Gone", "There"))
    scene.connector().delete(gone)
    scene.comments(post, "Old")
    scene.later(timedelta(hours=1))
    scene.comments(post, "New")
    since = now() + timedelta(minutes=30)
    assert [item.text for item in polled(scene, gone, post, since=since)] == ["New"]


def test_many_comments_are_read_over_all_pages_of_the_list(scene: Scene) -> None:
    post = scene.published(scene.post()).remote_id
    for number in range(101):
        scene.comments(post, f"Comment {number}")
    assert [item.text for item in polled(scene, post)] == [f"Comment {number}" for number in range(101)]


def test_messages_arrive_in_one_thread_per_person(scene: Scene) -> None:
    scene.writes("Where can I buy it?", name="Ann")
    scene.writes("Hello", name="Ben")
    scene.writes("Anybody?", name="Ann")
    found = polled(scene)
    assert {(item.kind, item.mine) for item in found} == {("message", False)}
    said = {name: [item.text for item in found if item.author.name == name] for name in ("Ann", "Ben")}
    assert said == {"Ann": ["Where can I buy it?", "Anybody?"], "Ben": ["Hello"]}
    assert len({item.thread for item in found}) == 2
    assert all(item.thread == item.author.remote_id for item in found)
    assert polled(scene, since=now() + timedelta(minutes=1)) == []


def test_without_the_permission_for_messages_comments_are_read_all_the_same(scene: Scene) -> None:
    tokens = scene.connects(untick="pages_messaging")
    [page] = Facebook.accounts(scene.app, scene.http(), tokens)
    facebook = Facebook(page, scene.app, scene.http())
    post = scene.published(scene.post()).remote_id
    scene.comments(post, "Hi")
    scene.writes("A message")
    assert [item.text for item in facebook.incoming(a_minute_ago(), [post])] == ["Hi"]


# -- answering -------------------------------------------------------------------------------------------------------------


def test_a_comment_is_answered_under_the_top_level_one(scene: Scene) -> None:
    post = scene.published(scene.post()).remote_id
    first = scene.comments(post, "How cold is it?")
    scene.comments(first, "Tell us")
    last = polled(scene, post)[-1]
    began = now()
    sent = scene.connector().reply(last, "4 °C!", "key")
    [shown] = scene.shown()
    assert [(reply["id"], reply["text"], reply["parent"]) for reply in shown["replies"]][-1] == (sent.remote_id, "4 °C!", first)
    assert scene.connector().find_reply(last, "4 °C!", began) == sent
    assert scene.connector().find_reply(last, "5 °C!", began) is None
    assert scene.connector().find_reply(last, "4 °C!", now() + timedelta(minutes=5)) is None


def test_a_message_is_answered_and_the_answer_is_found(scene: Scene) -> None:
    scene.writes("Where can I buy it?")
    [asked] = polled(scene)
    began = now()
    sent = scene.connector().reply(asked, "Everywhere.", "key")
    assert [(item.text, item.mine, item.thread) for item in polled(scene)] == [
        ("Where can I buy it?", False, asked.thread),
        ("Everywhere.", True, asked.thread),
    ]
    assert scene.connector().find_reply(asked, "Everywhere.", began) == sent
    assert scene.connector().find_reply(asked, "Nowhere.", began) is None


@pytest.mark.parametrize(("fault", "arrived"), [("timeout_before", False), ("timeout_after", True)])
def test_an_answer_whose_receipt_is_lost_can_be_looked_up(scene: Scene, fault: str, arrived: bool) -> None:
    post = scene.published(scene.post()).remote_id
    scene.comments(post, "How cold is it?")
    scene.writes("Where can I buy it?")
    for asked in polled(scene, post):
        began = now()
        scene.fault(fault, operation="any", path="comments|messages")
        with pytest.raises(Doubt):
            scene.connector(deadline=0.5).reply(asked, "Here", "key")
        assert (scene.connector().find_reply(asked, "Here", began) is not None) == arrived


def test_after_24_hours_a_message_can_no_longer_be_answered(scene: Scene) -> None:
    scene.writes("Where can I buy it?")
    [asked] = polled(scene)
    scene.later(timedelta(hours=25))
    with pytest.raises(Rejected, match="within 24 hours"):
        scene.connector().reply(asked, "Everywhere.", "key")
    assert any("24 hours" in rule for rule in Facebook.rules)


# -- webhooks --------------------------------------------------------------------------------------------------------------


class Deliveries:
    """Our side of the webhooks: answers the handshake and keeps what is delivered."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.url = scene, ""
        self.items: list[Incoming] = []
        self.accounts: set[str] = set()

    def take(self, headers: dict[str, str], body: bytes) -> None:
        for hook in Facebook.hooks(self.scene.app, headers, body):
            self.accounts.add(hook.account)
            self.items.extend(hook.items)


@contextmanager
def listening(scene: Scene) -> Iterator[Deliveries]:
    deliveries = Deliveries(scene)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = Facebook.handshake(scene.app, dict(parse_qsl(urlsplit(self.path).query)), WORD)
            self.answer(403 if answer is None else 200, answer or "")

        def do_POST(self) -> None:
            deliveries.take(dict(self.headers), self.rfile.read(int(self.headers["Content-Length"])))
            self.answer(200, "")

        def answer(self, status: int, text: str) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    deliveries.url = f"http://127.0.0.1:{server.server_port}/hooks/facebook"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield deliveries
    finally:
        server.shutdown()
        server.server_close()


def test_what_is_delivered_is_what_polling_finds(scene: Scene) -> None:
    with listening(scene) as deliveries:
        scene.connector().subscribe(deliveries.url, WORD)
        post = scene.published(scene.post()).remote_id
        first = scene.comments(post, "How cold is it?")
        scene.comments(first, "Tell us", name="Ben")
        scene.connector().comment_on(first, "4 °C!")
        scene.writes("Where can I buy it?")
        asked = polled(scene)[0]
        scene.connector().reply(asked, "Everywhere.", "key")
        until(lambda: len(deliveries.items) >= 5)

    def known(items: list[Incoming]) -> list[tuple[Any, ...]]:
        keys = ("kind", "remote_id", "thread", "text", "post", "parent", "mine")
        return sorted(tuple(getattr(item, key) for key in keys) for item in items)

    assert known(deliveries.items) == known(polled(scene, post))
    assert deliveries.accounts == {scene.page["id"]}


def test_edits_and_deletions_are_delivered(scene: Scene) -> None:
    with listening(scene) as deliveries:
        scene.connector().subscribe(deliveries.url, WORD)
        post = scene.published(scene.post()).remote_id
        mine = scene.connector().comment_on(post, "4 °C!").remote_id
        scene.graph("POST", mine, message="5 °C!")
        scene.graph("DELETE", mine)
        until(lambda: len(deliveries.items) >= 3)
    by_state = {(item.text, item.deleted) for item in deliveries.items}
    assert by_state == {("4 °C!", False), ("5 °C!", False), ("", True)}
    assert {item.remote_id for item in deliveries.items} == {mine}


def test_a_page_without_the_permission_for_messages_subscribes_to_comments(scene: Scene) -> None:
    tokens = scene.connects(untick="pages_messaging")
    [page] = Facebook.accounts(scene.app, scene.http(), tokens)
    with listening(scene) as deliveries:
        Facebook(page, scene.app, scene.http()).subscribe(deliveries.url, WORD)
    assert scene.graph("GET", f"{scene.page['id']}/subscribed_apps")["data"][0]["subscribed_fields"] == ["feed"]


def test_a_callback_that_does_not_know_the_word_is_not_subscribed(scene: Scene) -> None:
    with listening(scene) as deliveries, pytest.raises(Rejected, match="Callback verification failed"):
        scene.connector().subscribe(deliveries.url, "another word")


def test_the_handshake_gives_the_challenge_to_nobody_else(scene: Scene) -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "123", "hub.verify_token": WORD}
    assert Facebook.handshake(scene.app, asked, WORD) == "123"
    assert Facebook.handshake(scene.app, asked | {"hub.verify_token": "guess"}, WORD) is None
    assert Facebook.handshake(scene.app, asked | {"hub.mode": "other"}, WORD) is None
    assert Facebook.handshake(scene.app, {}, WORD) is None


def signed(scene: Scene, delivered: Any) -> tuple[dict[str, str], bytes]:
    body = json.dumps(delivered).encode()
    return {
        "X-Hub-Signature-256": "sha256=" + hmac.new(scene.app.client_secret.encode(), body, hashlib.sha256).hexdigest()
    }, body


def test_a_delivery_counts_only_with_a_signature_over_its_raw_bytes(scene: Scene) -> None:
    headers, body = signed(scene, {"object": "page", "entry": []})
    assert list(Facebook.hooks(scene.app, headers, body)) == []
    for wrong_headers, wrong_body in [(headers, body + b" "), ({}, body), ({"x-hub-signature-256": "sha256=ü"}, body)]:
        with pytest.raises(Unauthorized, match="no valid signature"):
            Facebook.hooks(scene.app, wrong_headers, wrong_body)
    with pytest.raises(Unauthorized):
        Facebook.hooks(replace(scene.app, client_secret="other"), headers, body)


def test_the_documentations_example_is_read_and_the_rest_passed_over(scene: Scene) -> None:
    comment = {
        "item": "comment", "verb": "add", "comment_id": "900_77", "post_id": "222_900", "parent_id": "222_900",
        "from": {"id": "555", "name": "Ann"}, "message": "Hi", "created_time": 1763800000,
    }  # fmt: skip
    like = {"field": "feed", "value": {"item": "reaction", "verb": "add", "post_id": "222_900"}}
    hidden = {"field": "feed", "value": comment | {"verb": "hide"}}
    picture = {
        "sender": {"id": "PSID"}, "recipient": {"id": "222"}, "timestamp": 1763800000123,
        "message": {"mid": "m_1", "attachments": [{"type": "image", "payload": {"url": "https://example.org/1"}}]},
    }  # fmt: skip
    read = {"sender": {"id": "PSID"}, "recipient": {"id": "222"}, "timestamp": 1763800000124, "read": {"watermark": 1}}
    entry = {"id": "222", "time": 1763800000, "changes": [{"field": "feed", "value": comment}, like, hidden]}
    messages = {"id": "222", "time": 1763800000123, "messaging": [picture, read]}
    at = datetime.fromtimestamp(1763800000, UTC)
    then, file = at + timedelta(milliseconds=123), Attachment("picture", "https://example.org/1")
    assert list(Facebook.hooks(scene.app, *signed(scene, {"object": "page", "entry": [entry, messages]}))) == [
        Hook("222", (Incoming("900_77", "comment", "900_77", Person("555", "Ann"), "Hi", at, post="222_900"),)),
        Hook("222", (Incoming("m_1", "message", "PSID", Person("PSID"), "(attachment)", then, attachments=(file,)),)),
    ]
    assert list(Facebook.hooks(scene.app, *signed(scene, {"object": "instagram", "entry": [entry]}))) == []
