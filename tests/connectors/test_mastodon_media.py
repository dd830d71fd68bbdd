"""Mastodon's uploads: interrupted, slow, failed, cleaned up by the server."""

import time
from datetime import timedelta
from pathlib import Path

import pytest

from connectors import mastodon_media
from connectors.data import Progress
from connectors.errors import Doubt, NotNow, Rejected
from tests.connectors.mastodon_scene import Scene
from tests.connectors.scenery import Killed, Mortal
from tests.sandbox.conftest import Practice


@pytest.fixture
def scene(practice: Practice, tmp_path: Path) -> Scene:
    return Scene(practice, tmp_path)


def test_a_crash_after_an_upload_does_not_repeat_it(scene: Scene) -> None:
    post = scene.post("Two", scene.photo("a.png", side=8), scene.photo("b.png", side=9))
    dying = Mortal(lambda kept: "media0" in kept)
    with pytest.raises(Killed):
        scene.connector().prepare(post, dying)
    scene.publishes(post, Progress(dying.left))
    assert len(scene.calls("POST", "/api/v2/media")) == 2
    assert len(scene.public()[0]["media"]) == 2


def test_a_large_film_is_sent_in_pieces_that_show_how_far_it_is(scene: Scene) -> None:
    seen: list[str] = []
    progress = Progress(store=lambda kept: seen.append(kept.get("progress", "")))
    scene.publishes(scene.post("Long film", scene.video(size=9_500_000)), progress)
    assert [int(one) for one in dict.fromkeys(filter(None, seen))] == [11, 22, 33, 44, 55, 66, 77, 88, 99, 100]
    assert scene.texts() == ["Long film"]


def test_slow_processing_is_not_waited_for_but_asked_for_again_later(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mastodon_media, "PATIENCE", 0.3)
    scene.fault("slow_processing", seconds=600)
    post, progress = scene.post("Slow film", scene.video()), Progress()
    began = time.monotonic()
    with pytest.raises(NotNow, match=r"still processing film\.mp4") as caught:
        scene.connector().prepare(post, progress)
    assert time.monotonic() - began < 2
    assert caught.value.retry_in == timedelta(seconds=5)

    scene.clock(minutes=11)
    scene.publishes(post, progress)

    assert len(scene.calls("POST", "/api/v2/media")) == 1
    assert scene.texts() == ["Slow film"]


def test_a_film_that_cannot_be_processed_is_a_persons_matter_and_uploaded_anew_afterwards(scene: Scene) -> None:
    scene.fault("fail_processing")
    post, progress = scene.post("Film", scene.video()), Progress()
    with pytest.raises(Rejected, match=r"could not process film\.mp4: convert it"):
        scene.connector().prepare(post, progress)
    scene.publishes(post, progress)
    assert scene.texts() == ["Film"]


def test_a_server_that_breaks_twice_on_a_file_will_not_take_it(scene: Scene) -> None:
    scene.fault("fail", operation="prepare", times=2)
    post, progress = scene.post("Photo", scene.photo()), Progress()
    with pytest.raises(Doubt):
        scene.connector().prepare(post, progress)
    with pytest.raises(Rejected, match=r"cannot process photo\.png"):
        scene.connector().prepare(post, progress)


def test_media_that_the_server_cleaned_up_are_uploaded_again_but_once(scene: Scene) -> None:
    post, progress = scene.post("Late", scene.photo()), Progress()
    scene.connector().prepare(post, progress)
    scene.clock(hours=25)
    with pytest.raises(NotNow, match="uploads them again"):
        scene.connector().publish(post, progress)
    with pytest.raises(NotNow, match="not uploaded yet"):
        scene.connector().publish(post, progress)
    scene.connector().prepare(post, progress)
    scene.clock(hours=50)
    with pytest.raises(Rejected, match="not found"):
        scene.connector().publish(post, progress)


def test_media_that_turn_out_to_be_unfinished_are_waited_for(scene: Scene) -> None:
    scene.fault("slow_processing", seconds=60)
    post = scene.post("Early", scene.video())
    dying = Mortal(lambda kept: "media0" in kept)
    with pytest.raises(Killed):
        scene.connector().prepare(post, dying)
    progress = Progress({"media0": dying.left["media0"].replace("processing", "ready")})
    with pytest.raises(NotNow, match="still processing"):
        scene.connector().publish(post, progress)
    scene.clock(minutes=2)
    scene.publishes(post, progress)
    assert scene.texts() == ["Early"]


def test_another_description_is_another_upload(scene: Scene) -> None:
    progress = Progress()
    scene.connector().prepare(scene.post("A", scene.photo("a.png")), progress)
    scene.publishes(scene.post("A", scene.photo("a.png", alt="The right one")), progress)
    assert [media["alt"] for media in scene.public()[0]["media"]] == ["The right one"]
