"""People and an account over real HTTP: comments, mentions and messages by polling and by webhook, answers, each seen once."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.errors import Doubt, Rejected, Unauthorized
from connectors.instagram import Instagram
from connectors.talk import Hook, Incoming, Moderation, Person
from tests.connectors.instagram_scene import Scene, now, on_the_web
from tests.sandbox.callback import Callback, listening
from tests.sandbox.conftest import Practice
from tests.sandbox.waiting import until

WORD = "our-verify-token"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("photos")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with on_the_web(folder) as found:
        yield found


@pytest.fixture
def scene(practice: Practice, folder: Path, address: str) -> Scene:
    return Scene(practice, folder, address)


@pytest.fixture
def post(scene: Scene) -> str:
    return scene.published(scene.post("Ice cold!", scene.photo())).remote_id


def fan(scene: Scene, kind: str, text: str, target: str = "", name: str = "Ann") -> str:
    where = {"post": target} if target else {"account": scene.person["id"]}
    return str(scene.practice.control("POST", "fan", network="instagram", kind=kind, name=name, text=text, **where)["id"])


def polled(scene: Scene, *posts: str, since: datetime | None = None) -> list[Incoming]:
    return list(scene.connector().incoming(since or now() - timedelta(minutes=1), posts))


def replies(scene: Scene) -> list[str]:
    return [reply["text"] for reply in scene.shown()[-1]["replies"] if not reply["hidden"]]


# -- polling and answering -------------------------------------------------------------------------------------------------


def test_comments_arrive_with_their_threads_and_are_answered_below_the_top_one(scene: Scene, post: str) -> None:
    first = fan(scene, "comment", "How cold is it?", post)
    answer = fan(scene, "comment", "Very", first, name="Ben")
    fan(scene, "like", "", answer, name="Lea")
    began = now()
    last = next(item for item in polled(scene, post) if item.remote_id == answer)
    mine = scene.connector().reply(last, "4 °C!", "key")

    found = polled(scene, post, "17")
    assert [(item.remote_id, item.thread, item.parent, item.mine) for item in sorted(found, key=lambda one: one.remote_id)] == [
        (first, first, "", False),
        (answer, first, first, False),
        (mine.remote_id, first, first, True),
    ]
    assert {(item.kind, item.post) for item in found} == {("comment", post)}
    assert {item.remote_id: item.likes for item in found} == {first: 0, answer: 1, mine.remote_id: 0}
    assert found[0].author.username == "ann"
    assert found[0].author.url.endswith("/ann")
    assert scene.connector().find_reply(last, "4 °C!", began) == mine
    assert scene.connector().find_reply(last, "5 °C!", began) is None
    assert scene.connector().find_reply(last, "4 °C!", now() + timedelta(minutes=5)) is None


def test_many_answers_below_one_comment_are_read_and_old_ones_are_left_out(scene: Scene, post: str) -> None:
    first = fan(scene, "comment", "How cold is it?", post)
    for number in range(26):
        fan(scene, "comment", f"Answer {number}", first)
    assert len(polled(scene, post)) == 27
    assert polled(scene, post, since=now() + timedelta(minutes=1)) == []


def test_messages_arrive_in_one_thread_per_person_and_are_answered(scene: Scene) -> None:
    fan(scene, "message", "Where can I buy it?")
    fan(scene, "message", "Hello", name="Ben")
    fan(scene, "message", "Anybody?")
    asked = [item for item in polled(scene) if item.author.username == "ann"]
    assert [(item.kind, item.text) for item in asked] == [("message", "Where can I buy it?"), ("message", "Anybody?")]
    began = now()
    sent = scene.connector().reply(asked[-1], "Everywhere.", "key")
    assert [(item.text, item.thread) for item in polled(scene) if item.mine] == [("Everywhere.", asked[0].thread)]
    assert scene.connector().find_reply(asked[-1], "Everywhere.", began) == sent
    assert scene.connector().find_reply(asked[-1], "Nowhere.", began) is None


@pytest.mark.parametrize(("fault", "arrived"), [("timeout_before", False), ("timeout_after", True)])
def test_an_answer_whose_receipt_is_lost_can_be_looked_up(scene: Scene, post: str, fault: str, arrived: bool) -> None:
    fan(scene, "comment", "How cold is it?", post)
    fan(scene, "message", "Where can I buy it?")
    for asked in polled(scene, post):
        began = now()
        scene.fault(fault, operation="any", path="replies|messages")
        with pytest.raises(Doubt):
            scene.connector(deadline=0.5).reply(asked, "Here", "key")
        assert (scene.connector().find_reply(asked, "Here", began) is not None) == arrived


# -- windows and private answers ----------------------------------------------------------------------------------------------


def heard(kind: str, ago: timedelta) -> Incoming:
    return Incoming("1", kind, "2", Person("2", "Ann"), "Where?", now() - ago)


@pytest.mark.parametrize("days", [0, 3, 8])
def test_a_message_has_a_day_then_a_week_as_a_persons_answer_then_nothing(scene: Scene, days: int) -> None:
    fan(scene, "message", "Where can I buy it?")
    [asked] = polled(scene)
    asked = Incoming(asked.remote_id, "message", asked.thread, asked.author, asked.text, asked.sent_at - timedelta(days=days))
    leave = scene.connector().leave(asked, now())
    assert bool(leave.why_not) == (days == 8)
    assert ("The 24 hours are over" in leave.note) == (days == 3)
    scene.later(days * 86_400)
    if days < 8:
        assert scene.connector().reply(asked, "Everywhere.", "key")
    else:
        with pytest.raises(Rejected, match="within 24 hours"):
            scene.connector().reply(asked, "Everywhere.", "key")


def test_a_comment_is_answered_privately_once(scene: Scene, post: str) -> None:
    fan(scene, "comment", "My can was warm.", post)
    [asked] = polled(scene, post)
    began, instagram = now(), scene.connector()
    sent = instagram.reply_privately(asked, "Sorry! Write us your address.", "key")
    assert instagram.find_private_reply(asked, "Sorry! Write us your address.", began) == sent
    assert instagram.find_private_reply(asked, "Something else", began) is None
    with pytest.raises(Rejected, match="allows one"):
        instagram.reply_privately(asked, "And again", "key")
    assert instagram.private_leave(asked, now()).until == asked.sent_at + timedelta(days=7)
    assert "7 days" in instagram.private_leave(heard("comment", timedelta(days=8)), now()).why_not
    assert instagram.private_leave(heard("message", timedelta()), now()).why_not


# -- moderating ---------------------------------------------------------------------------------------------------------------


def test_comments_are_hidden_shown_and_deleted_however_often(scene: Scene, post: str) -> None:
    fan(scene, "comment", "Boo", post)
    [boo] = polled(scene, post)
    for what, shown in [(Moderation.HIDE, []), (Moderation.UNHIDE, ["Boo"]), (Moderation.DELETE, [])]:
        for _ in range(2):
            scene.connector().moderate(what, boo)
        assert replies(scene) == shown


def test_what_cannot_be_done_is_said_before(scene: Scene) -> None:
    instagram = scene.connector()
    assert "private message" in instagram.hindrance(Moderation.HIDE, heard("message", timedelta()))
    assert "somebody else's media" in instagram.hindrance(Moderation.DELETE, heard("mention", timedelta()))
    assert instagram.hindrance(Moderation.HIDE, heard("comment", timedelta())) == ""
    assert Moderation.LIKE not in instagram.moderations


def test_without_permissions_nothing_breaks_and_what_is_missing_is_said(scene: Scene, post: str) -> None:
    tokens = scene.connects(untick="instagram_manage_messages")
    [account] = Instagram.accounts(scene.app, scene.http(), tokens)
    instagram = Instagram(account, scene.app, scene.http())
    fan(scene, "comment", "Hi", post)
    fan(scene, "message", "A message")
    assert [item.text for item in instagram.incoming(now() - timedelta(minutes=1), [post])] == ["Hi"]
    with pytest.raises(Rejected, match="Read and answer the account's messages"):
        instagram.reply(heard("message", timedelta()), "Hello", "key")


# -- webhooks -----------------------------------------------------------------------------------------------------------------


def hooks(scene: Scene, callback: Callback) -> list[Hook]:
    return [hook for headers, body in [*callback.received] for hook in Instagram.hooks(scene.app, headers, body)]


def test_what_is_delivered_is_what_polling_finds_and_mentions_are_fetched(scene: Scene, post: str) -> None:
    with listening(lambda query: Instagram.handshake(scene.app, query, WORD) or "") as callback:
        scene.connector().subscribe(callback.url, WORD)
        first = fan(scene, "comment", "How cold is it?", post)
        fan(scene, "comment", "Tell us", first, name="Ben")
        fan(scene, "message", "Where can I buy it?")
        scene.connector().reply(next(item for item in polled(scene) if item.kind == "message"), "Everywhere.", "key")
        fan(scene, "mention", "Best fizz of the summer", name="Cleo")
        until(lambda: len(callback.received) >= 5)
    told = hooks(scene, callback)
    keys = ("kind", "remote_id", "thread", "text", "post", "parent", "mine")

    def known(items: list[Incoming]) -> list[tuple[Any, ...]]:
        return sorted(tuple(getattr(item, key) for key in keys) for item in items)

    assert known([item for hook in told for item in hook.items]) == known(polled(scene, post))
    assert {hook.account for hook in told} == {scene.person["id"]}

    [reference] = [reference for hook in told for reference in hook.unread]
    mention = scene.connector().fetch(reference)
    assert mention is not None
    assert (mention.kind, mention.author.username) == ("mention", "cleo")
    assert mention.text.endswith("Best fizz of the summer")
    assert scene.practice.http.get(mention.url, timeout=5).ok
    assert scene.connector().reply(mention, "Thank you!", "key")
    assert "Thank you!" in scene.practice.http.get(mention.url, timeout=5).text
    assert scene.connector().fetch("17:") is None


def signed(scene: Scene, delivered: Any) -> tuple[dict[str, str], bytes]:
    body = json.dumps(delivered).encode()
    right = hmac.new(scene.app.client_secret.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature-256": f"sha256={right}"}, body


def test_the_documentations_example_and_its_variants_are_read_and_forgeries_are_not(scene: Scene) -> None:
    value: dict[str, Any] = {
        "id": "17865799348089039",
        "parent_id": "179",
        "text": "Nice",
        "from": {"id": "2320", "username": "ann"},
    }
    value["media"] = {"id": "17920238422030506", "media_product_type": "FEED"}
    other = {
        "comment_id": "18",
        "text": "Ours",
        "from": {"id": "1", "self_ig_scoped_id": "178"},
        "media": {"id": "1", "ad_id": "2"},
    }
    changes = [{"field": "comments", "value": value}, {"field": "comments", "value": other}]
    gone: dict[str, Any] = {"sender": {"id": "9"}, "recipient": {"id": "178"}, "timestamp": 1763800000123}
    gone["message"] = {"mid": "m", "is_deleted": True}
    entry = {"id": "178", "time": 1763800000, "changes": changes, "messaging": [gone]}
    headers, body = signed(scene, {"object": "instagram", "entry": [entry]})

    [hook] = Instagram.hooks(scene.app, headers, body)
    comment, ours, deleted = hook.items
    assert (comment.remote_id, comment.thread, comment.post) == ("17865799348089039", "179", "17920238422030506")
    assert comment.sent_at == datetime.fromtimestamp(1763800000, UTC)
    assert (ours.remote_id, ours.mine) == ("18", True)
    assert (deleted.deleted, deleted.thread) == (True, "9")
    with pytest.raises(Unauthorized, match="no valid signature"):
        Instagram.hooks(scene.app, headers, body + b" ")
    assert list(Instagram.hooks(scene.app, *signed(scene, {"object": "page", "entry": [entry]}))) == []
