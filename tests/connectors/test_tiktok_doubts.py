"""TikTok over real HTTP: what goes wrong on the way, and what is done about it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.data import Accepted, Pause, Progress, Uncertain
from connectors.errors import Doubt, NotNow, Rejected, Unauthorized
from tests.connectors.scenery import now
from tests.connectors.tiktok_scene import MEGABYTE, Scene, serving_files
from tests.sandbox.conftest import Practice
from tests.sandbox.waiting import until

NewScene = Callable[..., Scene]


@pytest.fixture
def photos_at(tmp_path: Path) -> Iterator[str]:
    with serving_files(tmp_path) as url:
        yield url


@pytest.fixture
def new_scene(practice: Practice, tmp_path: Path, photos_at: str) -> NewScene:
    return lambda **details: Scene(practice, tmp_path, photos_at, **details)


@pytest.fixture
def scene(new_scene: NewScene) -> Scene:
    return new_scene()


# -- refusals that pass --------------------------------------------------------------------------------------------------


def test_asked_to_slow_down_it_waits(scene: Scene) -> None:
    post, progress = scene.post(), Progress()
    scene.fault("refuse", path="/video/init/")
    with pytest.raises(NotNow) as caught:
        scene.connector().prepare(post, progress)
    assert caught.value.retry_in == timedelta(minutes=1)
    assert scene.pauses == [Pause(timedelta(minutes=1))]
    scene.connector().prepare(post, progress)
    scene.fault("refuse")
    with pytest.raises(NotNow):
        scene.connector().publish(post, progress)
    assert scene.publishes(post, progress)


def test_six_posts_a_minute(scene: Scene) -> None:
    for number in range(6):
        scene.accepted(scene.post(f"Photo {number}", scene.photo()))
    assert isinstance(scene.refusal(scene.post("Photo 7", scene.photo())), NotNow)


@pytest.mark.parametrize(("switch", "scope"), [("user_cap", "app"), ("banned", ""), ("app_too_old", "")])
def test_what_tiktok_holds_against_an_account(new_scene: NewScene, switch: str, scope: str) -> None:
    scene = new_scene(**{switch: True})
    error = scene.refusal(scene.post())
    assert isinstance(error, NotNow if scope else Rejected)
    assert [pause.scope for pause in scene.pauses] == ([scope] if scope else [])


@pytest.mark.parametrize("kind", ["expire_token", "revoke_token"])
def test_a_dead_token_needs_another_one(scene: Scene, kind: str) -> None:
    post, progress = scene.post(), Progress()
    scene.connector().prepare(post, progress)
    scene.fault(kind, operation="read")
    with pytest.raises(Unauthorized):
        scene.connector().publish(post, progress)
    assert scene.public() == []


# -- doubts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["fail", "timeout_before", "reset_before"])
def test_a_last_chunk_that_did_not_arrive_is_sent_again(scene: Scene, kind: str) -> None:
    post, progress = scene.post("Large", scene.video(size=11 * MEGABYTE)), Progress()
    scene.connector().prepare(post, progress)
    doubt = scene.doubts(post, progress, kind=kind)
    assert scene.connector().confirm(post, progress, doubt) is None
    scene.publishes(replace(post, doubted=True), progress)
    assert len(scene.public()) == 1
    assert len(scene.calls("POST", "/video/init/")) == 1


@pytest.mark.parametrize("kind", ["timeout_after", "reset_after"])
def test_a_last_chunk_that_did_arrive_is_found(scene: Scene, kind: str) -> None:
    post, progress = scene.post(), Progress()
    scene.connector().prepare(post, progress)
    doubt = scene.doubts(post, progress, kind=kind)
    sent = scene.confirmed(post, progress, doubt)
    assert [shown["id"] for shown in scene.public()] == [sent.remote_id]


def test_what_arrived_is_not_sent_again_even_if_a_person_says_so(scene: Scene) -> None:
    post, progress = scene.post(doubted=True), Progress()
    scene.connector().prepare(post, progress)
    scene.doubts(post, progress, kind="reset_after")
    with pytest.raises(Doubt, match="may have it already"):
        scene.connector().publish(post, progress)
    scene.publishes(post, progress)  # preparing sees that it is there
    assert len(scene.public()) == 1
    assert len(scene.calls("PUT", "/video/")) == 2


@pytest.mark.parametrize("kind", ["timeout_after", "reset_after"])
def test_photos_that_did_arrive_are_found_among_the_public_posts(scene: Scene, kind: str) -> None:
    post, progress = scene.post("Only  once", scene.photo(), title="Once"), Progress()
    other = scene.publishes(post)
    doubt = replace(scene.doubts(post, progress, kind=kind), taken=frozenset({other.remote_id}))
    until(lambda: len(scene.public()) == 2)
    assert scene.confirmed(post, progress, doubt).remote_id == scene.public()[1]["id"]


@pytest.mark.parametrize("privacy", ["PUBLIC_TO_EVERYONE", "SELF_ONLY"])
def test_photos_that_are_not_found_are_for_a_person(scene: Scene, privacy: str) -> None:
    post, progress = scene.post("Where am I?", scene.photo(), privacy=privacy), Progress()
    doubt = scene.doubts(post, progress, kind="reset_before")
    with pytest.raises(Doubt):
        scene.connector().confirm(post, progress, doubt)


def test_a_question_before_the_moment_is_no_doubt(scene: Scene) -> None:
    post, progress = scene.post(), Progress()
    scene.connector().prepare(post, progress)
    scene.fault("fail", operation="read")
    with pytest.raises(NotNow):
        scene.connector().publish(post, progress)


def test_an_unknown_number_proves_nothing(scene: Scene, new_scene: NewScene) -> None:
    others = new_scene()
    handle = others.accepted(others.post()).handle
    for unknown in (handle, "v_pub_file~v2-1.1"):
        with pytest.raises(Doubt, match="by its number"):
            scene.connector().confirm(scene.post(), Progress(), Uncertain(now(), unknown))


# -- processing --------------------------------------------------------------------------------------------------------


def test_slow_processing_is_waited_for(scene: Scene) -> None:
    post, progress = scene.post(), Progress()
    scene.fault("slow_processing", seconds=30)
    doubt = Uncertain(now() - timedelta(minutes=3), scene.accepted(post, progress).handle)
    looked = scene.connector().confirm(post, progress, doubt)
    assert isinstance(looked, Accepted)
    assert timedelta(seconds=55) < looked.check_in < timedelta(seconds=65)
    scene.clock(seconds=31)
    assert scene.confirmed(post, progress, doubt).remote_id == scene.public()[0]["id"]


def test_failed_processing_is_said(scene: Scene) -> None:
    post, progress = scene.post(), Progress()
    scene.fault("fail_processing")
    handle = scene.accepted(post, progress).handle
    scene.clock(seconds=5)
    with pytest.raises(Rejected, match=r"H\.264"):
        scene.connector().confirm(post, progress, Uncertain(now(), handle))
    assert scene.public() == []


def test_what_tiktok_takes_for_spam_is_refused(scene: Scene) -> None:
    scene.fault("duplicate")
    assert "spam" in str(scene.refusal(scene.post("Buy now", scene.photo())))
