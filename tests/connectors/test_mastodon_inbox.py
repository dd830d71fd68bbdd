"""Mastodon's inbox over real HTTP: what people say, our answers, and what else is done to what they said."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.base import Inbox, Moderates, Replies
from connectors.data import Tokens
from connectors.errors import Doubt, NotNow, Rejected
from connectors.mastodon import Mastodon
from connectors.talk import Incoming, Moderation
from tests.connectors.mastodon_scene import Scene
from tests.connectors.scenery import now
from tests.sandbox.conftest import Practice


@pytest.fixture
def scene(practice: Practice, tmp_path: Path) -> Scene:
    return Scene(practice, tmp_path)


def asked(scene: Scene, text: str = "How cold?") -> tuple[str, Incoming]:
    """A post of ours and a fan's question below it."""
    post = scene.publishes(scene.post()).remote_id
    scene.says("comment", text, post=post)
    (question,) = scene.heard(post)
    return post, question


def permitted(scene: Scene, *scopes: str) -> Mastodon:
    """A connection of which the server told these scopes."""
    made = scene.connector()
    made.account = replace(made.account, tokens=Tokens(made.account.tokens.access, scopes=scopes))
    return made


# -- reading -----------------------------------------------------------------------------------------------------------


def test_answers_mentions_quotes_and_private_mentions_are_read_oldest_first(scene: Scene) -> None:
    post, me = scene.publishes(scene.post()).remote_id, scene.account["username"]
    answer = scene.says("comment", "How cold is it?\nVery?", post=post)
    mention = scene.says("mention", "Thirsty.", name="Ben Dry")
    quote = scene.says("mention", "Look at that.", name="Eve Damp", post=post)
    message = scene.says("message", "Where can I buy it?", name="Ben Dry")

    first, second, third, fourth = scene.heard(post)

    assert (first.remote_id, first.kind, first.post, first.parent, first.thread) == (answer, "comment", post, post, post)
    assert (first.text, first.author.name, first.mine) == (f"@{me} How cold is it?\nVery?", "Ann Thirsty", False)
    assert first.author.username
    assert first.author.picture_url
    assert abs(first.sent_at - now()) < timedelta(seconds=10)
    for item in (first, second, third, fourth):
        assert item.text.split()[-1] in scene.practice.http.get(item.url, timeout=5).text
    assert (second.remote_id, second.kind, second.post, second.thread) == (mention, "mention", "", mention)
    assert (third.remote_id, third.kind, third.post, third.text) == (quote, "mention", post, "Look at that.")
    assert (fourth.remote_id, fourth.kind, fourth.post) == (message, "message", "")
    assert fourth.thread == fourth.author.remote_id == second.author.remote_id
    scene.says("message", "Hello?", name="Ben Dry")
    assert len({item.thread for item in scene.heard(post) if item.kind == "message"}) == 1, "one conversation a person"


def test_an_answer_deep_in_the_thread_belongs_to_our_post_also_when_it_is_an_old_one(scene: Scene) -> None:
    post, question = asked(scene)
    answer = scene.connector().reply(question, "Very!", "key-2").remote_id
    deep = scene.says("comment", "How very?", name="Ben Dry", post=answer)
    told = {
        item.remote_id: (item.kind, item.post, item.thread, item.parent, item.mine, item.text) for item in scene.heard(post)
    }
    me = scene.account["username"]
    assert told[deep] == ("comment", post, post, answer, False, f"@{me} How very?")
    assert told[answer] == ("comment", post, post, question.remote_id, True, "Very!")
    (heard,) = [item for item in scene.heard() if item.remote_id == deep]
    assert (heard.kind, heard.post, heard.thread) == ("comment", answer, answer), "known by whose it is, not by a list"


def test_what_was_edited_is_told_again_and_what_was_deleted_no_more(scene: Scene) -> None:
    post = scene.publishes(scene.post()).remote_id
    scene.clock(seconds=-600)
    old = scene.says("comment", "How could?", post=post)
    scene.clock(seconds=0)
    assert scene.heard(post) == []
    scene.says("edit", "How cold?", post=old)
    (edited,) = scene.heard(post)
    assert (edited.remote_id, edited.text) == (old, "How cold?")
    assert edited.sent_at < now() - timedelta(minutes=9), "it was said when it was said"
    scene.says("delete", post=old)
    assert scene.heard(post, since=timedelta(hours=1)) == []
    with pytest.raises(Rejected, match="does not have this any more"):
        scene.connector().reply(edited, "Very!", "key-1")


def test_more_than_a_page_is_read_and_only_what_is_new(scene: Scene) -> None:
    scene.clock(seconds=-600)
    scene.says("mention", "Old")
    scene.clock(seconds=0)
    for number in range(83):
        scene.says("mention", f"Question {number}")
    texts = [heard.text.rpartition(" ")[2] for heard in scene.heard()]
    assert texts == [str(number) for number in range(83)]


def test_only_posts_with_answers_are_looked_below(scene: Scene) -> None:
    post, _ = asked(scene)
    quiet = scene.publishes(scene.post("Nobody cares.", key="key-2")).remote_id
    gone = scene.publishes(scene.post("Soon gone.", key="key-3")).remote_id
    scene.connector().delete(gone)
    before = len(scene.calls("GET", "/context$"))
    assert len(scene.heard(gone, quiet, post)) == 1
    assert [call["path"] for call in scene.calls("GET", "/context$")][before:] == [
        f"/api/v1/statuses/{one}/context" for one in (gone, post)
    ]


def test_an_answer_that_names_nobody_is_found_below_our_post_and_parts_of_our_thread_are_no_answers(scene: Scene) -> None:
    """Of such an answer nobody is told, as of all where the permission to hear is missing."""
    post, question = asked(scene)
    scene.publishes(scene.post("And colder still.", key="key-2", parent=post))
    scene.says("mention", "Thirsty.")
    since = now() - timedelta(minutes=5)
    assert [item.remote_id for item in permitted(scene, "read:statuses").incoming(since, [post])] == [question.remote_id]
    assert len(permitted(scene, "read").incoming(since, [post])) == 2


# -- answering ---------------------------------------------------------------------------------------------------------


def test_an_answer_names_who_is_answered_and_is_found(scene: Scene) -> None:
    post, question = asked(scene)
    mastodon, began = scene.connector(), now()
    assert mastodon.find_reply(question, "Very! https://polarfizz.com/cold", began) is None

    sent = mastodon.reply(question, "Very! https://polarfizz.com/cold", "key-2")

    name = question.author.username
    assert [(reply["text"], reply["ours"]) for reply in scene.answers_below(post)][1:] == [
        (f"@{name} Very! https://polarfizz.com/cold", True)
    ]
    status = scene.status(sent.remote_id)
    assert (status["in_reply_to_id"], status["visibility"]) == (question.remote_id, "public")
    assert [one["acct"] for one in status["mentions"]] == [name]
    assert mastodon.find_reply(question, "Very! https://polarfizz.com/cold", began) == sent
    assert mastodon.find_reply(question, f"@{name} Very! https://polarfizz.com/cold", began) == sent
    assert mastodon.find_reply(question, "Not very.", began) is None
    assert mastodon.find_reply(replace(question, remote_id=post), "Very! https://polarfizz.com/cold", began) is None
    assert mastodon.find_reply(question, "Very! https://polarfizz.com/cold", now() + timedelta(minutes=5)) is None
    again = mastodon.reply(question, f"Ask @{name.upper()}!", "key-3")
    assert scene.answers_below(post)[-1]["text"] == f"Ask @{name.upper()}!", again


def test_an_answer_whose_arrival_nobody_told_is_found_and_a_repeat_makes_no_second(scene: Scene) -> None:
    post, question = asked(scene)
    scene.fault("timeout_after")
    began = now()
    with pytest.raises(Doubt):
        scene.connector(deadline=0.5).reply(question, "Very!", "key-2")
    found = scene.connector().find_reply(question, "Very!", began)
    assert found is not None
    assert scene.connector().reply(question, "Very!", "key-2") == found
    assert [reply["ours"] for reply in scene.answers_below(post)] == [False, True]


def test_a_private_mention_is_answered_in_private(scene: Scene) -> None:
    scene.says("message", "Where can I buy it?")
    (message,) = scene.heard()
    mastodon, began = scene.connector(), now()
    assert mastodon.find_reply(message, "Everywhere.", began) is None
    scene.fault("timeout_after")
    with pytest.raises(Doubt):
        scene.connector(deadline=0.5).reply(message, "Everywhere.", "key-1")
    found = mastodon.find_reply(message, "Everywhere.", began)
    assert found is not None
    assert scene.status(found.remote_id)["visibility"] == "direct"
    assert scene.public() == []
    mine = next(item for item in scene.heard() if item.mine)
    assert (mine.remote_id, mine.kind, mine.thread, mine.text) == (found.remote_id, "message", message.thread, "Everywhere.")
    chat = scene.practice.http.get(f"{scene.app.base_url}/messages/{scene.account['id']}/{message.thread}", timeout=5).text
    assert chat.index("Where can I buy it?") < chat.index("Everywhere.")


def test_a_warning_and_a_narrow_circle_are_kept(scene: Scene, practice: Practice, tmp_path: Path) -> None:
    other = Scene(practice, tmp_path)
    name = scene.account["username"]
    other.publishes(other.post(f"@{name} Ice is a lie.", spoiler_text="Very cold", visibility="unlisted"))
    (mention,) = scene.heard()
    assert mention.text == f"Very cold\n\n@{name} Ice is a lie."
    status = scene.status(scene.connector().reply(mention, "It is not.", "key-1").remote_id)
    assert (status["spoiler_text"], status["visibility"]) == ("Very cold", "unlisted")


def test_what_cannot_be_answered_says_why(scene: Scene) -> None:
    post, question = asked(scene)
    mastodon = scene.connector()
    with pytest.raises(Rejected, match="character limit of 500 exceeded"):
        mastodon.reply(question, "x" * 500, "key-9")
    with pytest.raises(Rejected, match="does not have this any more"):
        mastodon.reply(replace(question, remote_id="1"), "Hi", "key-9")
    scene.says("block")
    with pytest.raises(Rejected, match="you may not see it"):
        mastodon.reply(question, "Hi", "key-9")
    assert len(scene.answers_below(post)) == 1


def test_asked_to_slow_down_it_says_for_how_long(scene: Scene) -> None:
    post, question = asked(scene)
    mastodon = scene.connector()
    steps: list[tuple[str, Callable[[], object]]] = [
        ("/api/v1/statuses$", lambda: mastodon.reply(question, "Very!", "key-2")),
        ("/notifications$", lambda: scene.heard()),
        ("/favourite$", lambda: mastodon.moderate(Moderation.LIKE, question)),
    ]
    for path, step in steps:
        scene.fault("refuse", path=path, seconds=60)
        with pytest.raises(NotNow) as refused:
            step()
        assert refused.value.retry_in is not None
        assert timedelta(seconds=50) < refused.value.retry_in < timedelta(seconds=70)
    scene.fault("fail", path=f"/{question.remote_id}$")
    with pytest.raises(NotNow):  # what is only read before the answer is written leaves no doubt
        mastodon.reply(question, "Very!", "key-2")
    assert len(scene.answers_below(post)) == 1


# -- what else is done to it ----------------------------------------------------------------------------------------------


def test_it_says_what_it_can_do() -> None:
    assert isinstance(Mastodon.checker(), Inbox)
    assert isinstance(Mastodon.checker(), Replies)
    assert isinstance(Mastodon.checker(), Moderates)
    assert Mastodon.moderations == {Moderation.LIKE, Moderation.UNLIKE, Moderation.BLOCK, Moderation.DELETE}


def test_a_favourite_is_given_once_and_taken_back(scene: Scene) -> None:
    post, question = asked(scene)
    mastodon = scene.connector()
    scene.fault("timeout_after", path="/favourite$")
    with pytest.raises(Doubt):
        scene.connector(deadline=0.5).moderate(Moderation.LIKE, question)
    for deed, left in ((Moderation.LIKE, 1), (Moderation.UNLIKE, 0)):
        for _twice in range(2):
            mastodon.moderate(deed, question)
        assert scene.answers_below(post)[0]["likes"] == left


def test_who_is_blocked_is_heard_no_more(scene: Scene) -> None:
    post, question = asked(scene)
    for _twice in range(2):
        scene.connector().moderate(Moderation.BLOCK, question)
    assert scene.heard(post) == []


def test_only_what_is_ours_is_deleted(scene: Scene) -> None:
    post, question = asked(scene)
    mastodon = scene.connector()
    answer = mastodon.reply(question, "Very!", "key-2")
    for _twice in range(2):
        mastodon.moderate(Moderation.DELETE, replace(question, remote_id=answer.remote_id, mine=True))
    assert len(scene.answers_below(post)) == 1
    assert "only what your own account said" in refusal(mastodon, Moderation.DELETE, question)
    assert len(scene.answers_below(post)) == 1


def test_what_cannot_be_done_says_why(scene: Scene) -> None:
    _, question = asked(scene)
    mastodon, gone = scene.connector(), replace(question, remote_id="1")
    assert "hides answers from nobody but you" in refusal(mastodon, Moderation.HIDE, question)
    assert "does not have this any more" in refusal(mastodon, Moderation.LIKE, gone)
    assert "said this ourselves" in refusal(mastodon, Moderation.BLOCK, replace(question, mine=True))
    mastodon.moderate(Moderation.UNLIKE, gone)
    old = permitted(scene, "read:statuses", "write:statuses")
    assert "did not give SMO this permission: Favourite" in refusal(old, Moderation.LIKE, question)
    assert "did not give SMO this permission: Block" in refusal(old, Moderation.BLOCK, question)
    permitted(scene, "read", "write").moderate(Moderation.LIKE, question)


def refusal(mastodon: Mastodon, what: Moderation, to: Incoming) -> str:
    with pytest.raises(Rejected) as refused:
        mastodon.moderate(what, to)
    return str(refused.value)
