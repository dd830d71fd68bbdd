"""YouTube's comments over real HTTP: our first one, those of fans, our answers."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.data import Outgoing, Progress, Sent, Uncertain
from connectors.errors import Doubt, Rejected
from connectors.talk import Incoming
from tests.connectors.youtube_scene import Scene
from tests.sandbox.conftest import Practice


@pytest.fixture
def scene(practice: Practice, tmp_path: Path) -> Scene:
    return Scene(practice, tmp_path)


@pytest.fixture
def video(scene: Scene) -> str:
    return scene.published().remote_id


def now() -> datetime:
    return datetime.now(UTC)


def long_ago() -> datetime:
    return now() - timedelta(days=1)


def incoming(scene: Scene, since: datetime | None = None) -> list[Incoming]:
    return list(scene.connector().incoming(since or long_ago(), []))


def first_comment(video: str) -> Outgoing:
    return Outgoing("key-2", "Shop:  https://example.com", parent=video, is_comment=True)


def test_a_first_comment_follows_the_video(scene: Scene, video: str) -> None:
    youtube, post, progress = scene.connector(), first_comment(video), Progress()
    youtube.prepare(post, progress)
    sent = youtube.publish(post, progress)
    assert isinstance(sent, Sent)
    assert sent.url == f"{scene.app.base_url}/watch?v={video}&lc={sent.remote_id}"
    found = incoming(scene)
    assert [(item.remote_id, item.text, item.mine, item.post) for item in found] == [(sent.remote_id, post.text, True, video)]

    youtube.delete(sent.remote_id)
    youtube.delete(sent.remote_id)
    assert incoming(scene) == []


def test_a_first_comment_without_an_answer_is_found_among_the_comments(scene: Scene, video: str) -> None:
    began, post = now(), first_comment(video)
    scene.comments(video, "Shop: https://example.com", name="A fan who copies us")
    assert scene.connector().confirm(post, Progress(), Uncertain(began)) is None
    scene.fault("timeout_after")
    with pytest.raises(Doubt):
        scene.connector(deadline=0.5).publish(post, Progress())

    found = scene.connector().confirm(post, Progress(), Uncertain(began))
    assert isinstance(found, Sent)
    assert scene.connector().confirm(post, Progress(), Uncertain(began, taken=frozenset({found.remote_id}))) is None
    assert scene.connector().confirm(post, Progress(), Uncertain(now() + timedelta(hours=1))) is None


def test_a_video_made_for_kids_takes_no_comment(scene: Scene) -> None:
    video = scene.published(made_for_kids=True).remote_id
    with pytest.raises(Rejected, match="switched off for this video"):
        scene.connector().publish(first_comment(video), Progress())


def test_comments_and_answers_of_fans_come_in_oldest_first(scene: Scene, video: str) -> None:
    top = scene.comments(video, "Is it really that cold?", name="Ann")
    answer = scene.comments(top, "It is!", name="Bob")

    found = incoming(scene)

    assert [(item.text, item.author.name, item.thread, item.parent) for item in found] == [
        ("Is it really that cold?", found[0].author.name, top, ""),
        ("It is!", found[1].author.name, top, top),
    ]
    assert [item.remote_id for item in found] == [top, answer]
    assert {(item.post, item.kind, item.mine) for item in found} == {(video, "comment", False)}
    assert found[0].author.remote_id != found[1].author.remote_id
    assert found[0].author.remote_id.startswith("UC")
    assert "ann" in found[0].author.name.lower()
    assert found[0].url == f"{scene.app.base_url}/watch?v={video}&lc={top}"


def test_only_what_is_new_comes_in(scene: Scene, video: str) -> None:
    scene.comments(video, "old")
    scene.time_passes(1800)
    scene.comments(video, "new")
    assert [item.text for item in incoming(scene, now() + timedelta(minutes=15))] == ["new"]


def test_a_busy_channel_is_read_page_by_page_until_what_is_known(scene: Scene, video: str) -> None:
    for number in range(101):
        scene.comments(video, f"comment {number}")
    assert len(incoming(scene)) == 101
    assert len(scene.calls("GET", "/commentThreads")) == 2


def test_a_thread_with_many_answers_is_read_whole(scene: Scene, video: str) -> None:
    top = scene.comments(video, "Who likes it?")
    for number in range(12):
        scene.comments(top, f"me {number}")
    assert {item.text for item in incoming(scene)} == {"Who likes it?", *(f"me {number}" for number in range(12))}
    assert len(scene.calls("GET", "^/youtube/v3/comments$")) == 1


def test_the_many_answers_of_an_old_thread_are_not_paid_for_at_each_look(scene: Scene, video: str) -> None:
    top = scene.comments(video, "Who likes it?")
    for number in range(6):
        scene.comments(top, f"me {number}")
    incoming(scene, now() + timedelta(days=20))
    assert scene.calls("GET", "^/youtube/v3/comments$") == []


def test_an_answer_goes_to_the_thread_whichever_of_its_comments_is_answered(scene: Scene, video: str) -> None:
    top = scene.comments(video, "Where can I buy it?")
    scene.comments(top, "I want to know, too.")
    asked = incoming(scene)[1]

    sent = scene.connector().reply(asked, "At the beach, of course.", "key-3")

    ours = [item for item in incoming(scene) if item.mine]
    assert [(item.remote_id, item.text, item.thread) for item in ours] == [(sent.remote_id, "At the beach, of course.", top)]
    assert sent.url.endswith(f"lc={sent.remote_id}")


def test_an_answer_without_an_answer_is_found(scene: Scene, video: str) -> None:
    scene.comments(video, "Hello?")
    asked, began = incoming(scene)[0], now()
    assert scene.connector().find_reply(asked, "Hello!", began) is None
    scene.fault("timeout_after")
    with pytest.raises(Doubt):
        scene.connector(deadline=0.5).reply(asked, "Hello!", "key-4")
    found = scene.connector().find_reply(asked, "Hello!", began)
    assert isinstance(found, Sent)
    assert [item.remote_id for item in incoming(scene) if item.mine] == [found.remote_id]


def test_an_answer_to_what_is_gone_says_so(scene: Scene, video: str) -> None:
    scene.comments(video, "I take it back")
    asked = incoming(scene)[0]
    scene.connector().delete(asked.remote_id)
    with pytest.raises(Rejected, match="no longer there"):
        scene.connector().reply(asked, "Pity.", "key-5")
