"""Bluesky's inbox over real HTTP: what people say, our answers, and what else is done to what they said."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.base import Inbox, Moderates, Replies
from connectors.bluesky import Bluesky
from connectors.bluesky_inbox import MOST_POSTS
from connectors.errors import Doubt, NotNow, Rejected
from connectors.talk import Incoming, Moderation
from tests.connectors.bluesky_scene import Scene, answered
from tests.connectors.scenery import now
from tests.sandbox.conftest import Practice

APP_PASSWORD = "com.atproto.appPass"  # the scope of one that does not open messages
GATE, LIKE, BLOCK = "app.bsky.feed.threadgate", "app.bsky.feed.like", "app.bsky.graph.block"


@pytest.fixture
def scene(practice: Practice, tmp_path: Path) -> Scene:
    return Scene(practice, tmp_path)


def asked(scene: Scene, text: str = "How cold?") -> tuple[str, Incoming]:
    """A post of ours and a fan's question below it."""
    post = scene.publishes(scene.post()).remote_id
    scene.fan(text, post)
    (question,) = scene.heard(post)
    return post, question


# -- reading -----------------------------------------------------------------------------------------------------------


def test_answers_mentions_and_quotes_are_read_oldest_first(scene: Scene) -> None:
    post = scene.publishes(scene.post()).remote_id
    answer = scene.fan("How cold is it? 🧊", post)
    mention = scene.says("mention", "Thirsty.", name="Ben Dry")
    quote = scene.says("mention", "Look at that.", name="Eve Damp", post=post)

    first, second, third = scene.heard(post)

    assert (first.remote_id, first.kind, first.post, first.parent, first.thread) == (answer, "comment", post, post, post)
    assert (first.text, first.author.name, first.mine) == ("How cold is it? 🧊", "Ann Thirsty", False)
    assert first.author.remote_id.startswith("did:plc:")
    assert first.author.picture_url
    assert abs(first.sent_at - now()) < timedelta(seconds=10)
    for item in (first, second, third):
        assert item.text.rpartition(" ")[2] in scene.practice.http.get(item.url, timeout=5).text
    assert (second.remote_id, second.kind, second.post, second.thread) == (mention, "mention", "", mention)
    assert second.text == f"@{scene.account['handle']} Thirsty."
    assert (third.remote_id, third.kind, third.post, third.thread) == (quote, "mention", post, quote)


def test_an_answer_deep_in_the_thread_belongs_to_our_post_also_when_it_is_an_old_one(scene: Scene) -> None:
    post, question = asked(scene)
    answer = scene.connector().reply(question, "Very!", "key-2").remote_id
    deep = scene.fan("How very?", answer, name="Ben Dry")
    told = {item.remote_id: (item.kind, item.post, item.thread, item.parent, item.mine) for item in scene.heard(post)}
    assert told[deep] == ("comment", post, post, answer, False)
    assert told[answer] == ("comment", post, post, question.remote_id, True)
    (heard,) = [item for item in scene.heard() if item.remote_id == deep]
    assert (heard.kind, heard.post, heard.thread) == ("comment", answer, post), "known by whose it is, not by a list"


def test_parts_of_our_own_thread_are_no_answers(scene: Scene) -> None:
    post = scene.publishes(scene.post()).remote_id
    scene.publishes(scene.post("And colder still.", key="key-2", parent=post))
    assert scene.heard(post) == []


def test_only_what_is_new_is_read_and_more_than_a_page(scene: Scene) -> None:
    scene.clock(seconds=-600)
    scene.says("mention", "Old")
    scene.clock(seconds=0)
    for number in range(103):
        scene.says("mention", f"Question {number}")
    texts = [heard.text.rpartition(" ")[2] for heard in scene.heard()]
    assert texts == [str(number) for number in range(103)]
    assert len(scene.heard(since=timedelta(hours=1))) == 104


def test_posts_are_asked_for_by_the_page_and_threads_only_where_somebody_answered(scene: Scene) -> None:
    post, _ = asked(scene)
    quiet = scene.publishes(scene.post("Nobody cares.", key="key-2")).remote_id
    gone = [post.rpartition("/")[0] + f"/{number:013}" for number in range(MOST_POSTS)]
    before = len(scene.asked("getPostThread"))
    assert len(scene.heard(*gone, quiet, post)) == 1
    assert len(scene.asked("getPostThread")) == before + 1


def test_messages_are_read_where_the_app_password_opens_them(scene: Scene, practice: Practice, tmp_path: Path) -> None:
    scene.says("message", "Where can I buy it?")
    scene.says("message", "Hello?", name="Ben Dry")
    second, first = sorted(scene.heard(), key=lambda item: item.text)  # both may be of the same millisecond
    assert (first.kind, first.text, first.author.name, first.mine) == ("message", "Where can I buy it?", "Ann Thirsty", False)
    assert first.thread != second.thread
    assert "Where can I buy it?" in practice.http.get(first.url, timeout=5).text
    plain = Scene(practice, tmp_path, scopes=[APP_PASSWORD])
    plain.says("message", "Anybody?")
    plain.says("mention", "Anybody?")
    assert [item.kind for item in plain.heard()] == ["mention"]
    with pytest.raises(Rejected, match="does not open messages"):
        plain.connector().reply(first, "Everywhere.", "key-1")


def test_a_message_that_the_account_deleted_is_told_as_deleted(scene: Scene) -> None:
    scene.says("message", "You are ugly.")
    (message,) = scene.heard()
    body = {"convoId": message.thread, "messageId": message.remote_id}
    scene.connector().tell("chat.bsky.convo.deleteMessageForSelf", body, proxy="did:web:api.bsky.chat#bsky_chat")
    (again,) = scene.heard()
    assert (again.remote_id, again.deleted, again.text) == (message.remote_id, True, "")


def test_messages_that_cannot_be_had_keep_nothing_else_back(scene: Scene) -> None:
    """Chat is another service: what was said in public is told before it fails."""
    scene.says("mention", "Thirsty.")
    scene.says("message", "Hello?")
    scene.fault("fail", path="chat.bsky")
    heard = iter(scene.connector().incoming(now() - timedelta(minutes=5), ()))
    assert next(heard).kind == "mention"
    with pytest.raises(Doubt):
        next(heard)


# -- answering ---------------------------------------------------------------------------------------------------------


def test_an_answer_appears_below_the_question_and_is_found(scene: Scene) -> None:
    post, question = asked(scene)
    bluesky, began = scene.connector(), now()
    assert bluesky.find_reply(question, "Very! https://polarfizz.com/cold", began) is None

    sent = bluesky.reply(question, "Very! https://polarfizz.com/cold", "key-2")

    assert [(reply["text"], reply["ours"]) for reply in scene.answers_below(post)] == [
        ("How cold?", False),
        ("Very! https://polarfizz.com/cold", True),
    ]
    record = scene.record(sent.remote_id)
    assert record is not None
    assert (record["reply"]["root"]["uri"], record["reply"]["parent"]["uri"]) == (post, question.remote_id)
    assert record["facets"][0]["features"][0]["uri"] == "https://polarfizz.com/cold"
    assert bluesky.find_reply(question, "Very! https://polarfizz.com/cold", began) == sent
    assert bluesky.find_reply(question, "Not very.", began) is None
    assert bluesky.find_reply(replace(question, remote_id=post), "Very! https://polarfizz.com/cold", began) is None
    assert bluesky.find_reply(question, "Very! https://polarfizz.com/cold", now() + timedelta(minutes=5)) is None


def test_an_answer_whose_arrival_nobody_told_is_found_and_a_repeat_makes_no_second(scene: Scene) -> None:
    post, question = asked(scene)
    scene.fault("timeout_after")
    began = now()
    with pytest.raises(Doubt):
        scene.connector(deadline=0.5).reply(question, "Very!", "key-2")
    found = scene.connector().find_reply(question, "Very!", began)
    assert found is not None
    assert scene.connector().reply(question, "Very!", "key-2") == found
    assert [reply["text"] for reply in scene.answers_below(post)] == ["How cold?", "Very!"]
    scene.says("delete", "", post=question.remote_id)
    assert scene.connector().find_reply(question, "Very!", began) == found, "it stays though the question is gone"


def test_a_message_is_answered_by_a_message_once(scene: Scene) -> None:
    scene.says("message", "Where can I buy it?")
    (message,) = scene.heard()
    bluesky, began = scene.connector(), now()
    assert bluesky.find_reply(message, "Everywhere.", began) is None
    scene.fault("timeout_after", path="sendMessage")
    with pytest.raises(Doubt):
        scene.connector(deadline=0.5).reply(message, "Everywhere.", "key-1")
    found = bluesky.find_reply(message, "Everywhere.", began)
    assert found is not None
    assert [item.remote_id for item in scene.heard() if item.mine] == [found.remote_id]
    assert scene.written() == ["Where can I buy it?", "Everywhere."]
    assert bluesky.find_reply(message, "Where can I buy it?", began) is None, "that was not us"
    assert bluesky.find_reply(message, "Everywhere.", now() + timedelta(minutes=5)) is None
    long = "See https://polarfizz.com/" + "cold/" * 60 + " please."
    bluesky.reply(message, long, "key-2")
    assert scene.written()[-1] == long, "a message has room for what a post has not"


def test_what_cannot_be_answered_says_why(scene: Scene) -> None:
    _, question = asked(scene)
    scene.says("message", "Hello?", name="Ben Dry")
    message = next(item for item in scene.heard() if item.kind == "message")
    bluesky = scene.connector()
    for to, text, words in (
        (question, "x" * 301, "grapheme too big"),
        (message, "x" * 1001, "longer than 1000 graphemes"),
        (replace(message, thread="3kaaaaaaaaaaa"), "Hi", "does not have this conversation"),
        (replace(question, remote_id=question.remote_id[:-13] + "3kaaaaaaaaaaa"), "Hi", "was deleted"),
    ):
        with pytest.raises(Rejected, match=words):
            bluesky.reply(to, text, "key-9")
    scene.says("block", "", name="Ben Dry")
    scene.says("block", "")
    with pytest.raises(Rejected, match="has blocked your account"):
        bluesky.reply(message, "Hi", "key-9")
    with pytest.raises(Rejected, match="one of you has blocked the other"):
        bluesky.reply(question, "Hi", "key-9")
    assert scene.written() == ["Hello?"]


def test_where_only_some_may_answer_nobody_is_told_that_we_did(scene: Scene, practice: Practice, tmp_path: Path) -> None:
    other, name = Scene(practice, tmp_path), scene.account["handle"]
    other.publishes(other.post(f"@{name} Ice is a lie.", who_can_reply="nobody"))
    other.publishes(other.post(f"@{name} Is it not?", who_can_reply="mentioned", key="key-2"))
    closed, asks = scene.heard()
    with pytest.raises(Rejected, match="has chosen who may answer"):
        scene.connector().reply(closed, "It is not.", "key-3")
    assert scene.public() == []
    assert scene.connector().reply(asks, "It is not.", "key-3")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("MessagesDisabled", "takes no messages"),
        ("NotFollowedBySender", "only from people that they follow"),
        ("BlockedSubject", "unblock them"),
        ("ConvoLocked", "locked this conversation"),
        ("RecipientNotFound", "does not know this person"),
    ],
)
def test_the_chats_own_refusals_are_said_in_words(name: str, words: str) -> None:
    answer = answered(400, {"error": name, "message": "no"}, method="chat.bsky.convo.sendMessage")
    with pytest.raises(Rejected, match=words):
        Bluesky.judge(answer)


def test_asked_to_slow_down_it_says_for_how_long(scene: Scene) -> None:
    post, question = asked(scene)
    bluesky = scene.connector()
    steps: list[tuple[str, Callable[[], object]]] = [
        ("createRecord", lambda: bluesky.reply(question, "Very!", "key-2")),
        ("listNotifications", lambda: scene.heard()),
        ("getPosts", lambda: bluesky.moderate(Moderation.LIKE, question)),
    ]
    for path, step in steps:
        scene.fault("refuse", path=path, seconds=60)
        with pytest.raises(NotNow) as refused:
            step()
        assert refused.value.retry_in is not None
        assert timedelta(seconds=50) < refused.value.retry_in < timedelta(seconds=70)
    scene.fault("fail", path="getPosts")
    with pytest.raises(NotNow):  # what is only read before the answer is written leaves no doubt
        bluesky.reply(question, "Very!", "key-2")
    assert len(scene.answers_below(post)) == 1


# -- what else is done to it ----------------------------------------------------------------------------------------------


def test_it_says_what_it_can_do() -> None:
    assert isinstance(Bluesky.checker(), Inbox)
    assert isinstance(Bluesky.checker(), Replies)
    assert isinstance(Bluesky.checker(), Moderates)
    assert Bluesky.moderations == frozenset(Moderation)


def test_an_answer_is_hidden_and_shown_again(scene: Scene) -> None:
    post = scene.publishes(scene.post(who_can_reply="mentioned+followers")).remote_id
    scene.fan("You are ugly.", post)
    scene.fan("Nice!", post, name="Ben Dry")
    ugly, _ = scene.heard(post)
    bluesky = scene.connector()
    for _twice in range(2):
        bluesky.moderate(Moderation.HIDE, ugly)
    gate = scene.record(post, GATE)
    assert gate is not None
    assert gate["hiddenReplies"] == [ugly.remote_id]
    assert len(gate["allow"]) == 2, "who may answer stays as it was"
    assert [reply["text"] for reply in scene.answers_below(post) if reply["hidden"]] == ["You are ugly."]
    for _twice in range(2):
        bluesky.moderate(Moderation.UNHIDE, ugly)
    assert not any(reply["hidden"] for reply in scene.answers_below(post))


def test_a_post_without_a_gate_gets_one_that_lets_everybody_answer(scene: Scene) -> None:
    post, question = asked(scene)
    scene.connector().moderate(Moderation.UNHIDE, question)
    assert scene.record(post, GATE) is None
    scene.connector().moderate(Moderation.HIDE, question)
    assert "allow" not in (scene.record(post, GATE) or {})
    scene.connector().delete(post)
    assert scene.record(post, GATE) is None


def test_a_like_is_given_once_and_taken_back_also_one_from_elsewhere(scene: Scene) -> None:
    post, question = asked(scene)
    bluesky = scene.connector()

    def likes() -> int:
        return int(scene.answers_below(post)[0]["likes"])

    for deed, left in ((Moderation.LIKE, 1), (Moderation.UNLIKE, 0)):
        for _twice in range(2):
            bluesky.moderate(deed, question)
        assert likes() == left
    (view,) = bluesky.views(question.remote_id)
    record = {"$type": LIKE, "subject": {"uri": view["uri"], "cid": view["cid"]}, "createdAt": "2026-11-22T15:00:00.000Z"}
    bluesky.tell("com.atproto.repo.createRecord", {"repo": scene.account["id"], "collection": LIKE, "record": record})
    assert likes() == 1
    bluesky.moderate(Moderation.UNLIKE, question)
    assert likes() == 0


def test_a_like_in_doubt_is_repeated_without_harm(scene: Scene) -> None:
    post, question = asked(scene)
    scene.fault("timeout_after")
    with pytest.raises(Doubt):
        scene.connector(deadline=0.5).moderate(Moderation.LIKE, question)
    scene.connector().moderate(Moderation.LIKE, question)
    assert scene.answers_below(post)[0]["likes"] == 1


def test_who_is_blocked_is_heard_no_more(scene: Scene) -> None:
    _, question = asked(scene)
    for _twice in range(2):
        scene.connector().moderate(Moderation.BLOCK, question)
    blocks = scene.connector().ask("com.atproto.repo.listRecords", repo=scene.account["id"], collection=BLOCK)["records"]
    assert [one["value"]["subject"] for one in blocks] == [question.author.remote_id]
    assert scene.heard() == []


def test_only_what_is_ours_is_deleted(scene: Scene) -> None:
    post, question = asked(scene)
    bluesky = scene.connector()
    answer = bluesky.reply(question, "Very!", "key-2")
    ours = replace(question, remote_id=answer.remote_id, mine=True)
    for _twice in range(2):
        bluesky.moderate(Moderation.DELETE, ours)
    assert [reply["text"] for reply in scene.answers_below(post)] == ["How cold?"]
    assert "only what your own account said" in refusal(bluesky, Moderation.DELETE, question)


def test_what_cannot_be_done_says_why(scene: Scene, practice: Practice, tmp_path: Path) -> None:
    _, question = asked(scene)
    scene.says("mention", "Thirsty.", name="Ben Dry")
    scene.says("message", "Hello?", name="Ben Dry")
    mention, message = (next(item for item in scene.heard() if item.kind == kind) for kind in ("mention", "message"))
    bluesky = scene.connector()
    gone = replace(question, remote_id=question.remote_id[:-13] + "3kaaaaaaaaaaa")
    assert "below your own posts" in refusal(bluesky, Moderation.HIDE, mention)
    assert "to posts only" in refusal(bluesky, Moderation.LIKE, message)
    assert "deleted" in refusal(bluesky, Moderation.HIDE, gone)
    assert "deleted" in refusal(bluesky, Moderation.LIKE, gone)
    assert "said this ourselves" in refusal(bluesky, Moderation.BLOCK, replace(question, mine=True))
    bluesky.moderate(Moderation.UNLIKE, gone)
    bluesky.moderate(Moderation.BLOCK, message)
    assert [item.kind for item in scene.heard()][:1] == ["comment"]


def test_more_is_not_hidden_than_a_gate_holds(scene: Scene) -> None:
    post, question = asked(scene)
    uris = [f"at://did:plc:abcdefghijklmnopqrstuvwx/app.bsky.feed.post/3k{number:a>11}" for number in range(300)]
    record = {"$type": GATE, "post": post, "createdAt": "2026-11-22T15:00:00.000Z", "hiddenReplies": uris}
    where = {"repo": scene.account["id"], "collection": GATE, "rkey": post.rpartition("/")[2]}
    scene.connector().tell("com.atproto.repo.putRecord", {**where, "record": record})
    assert "hides 300 answers" in refusal(scene.connector(), Moderation.HIDE, question)


def refusal(bluesky: Bluesky, what: Moderation, to: Incoming) -> str:
    with pytest.raises(Rejected) as refused:
        bluesky.moderate(what, to)
    return str(refused.value)
