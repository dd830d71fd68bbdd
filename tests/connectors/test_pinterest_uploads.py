"""A film on its way to Pinterest: sent, interrupted, processed, or not."""

import time
from datetime import timedelta
from pathlib import Path

import pytest

from connectors import pinterest_media
from connectors.data import Progress
from connectors.errors import Doubt, NotNow, Rejected
from connectors.pinterest_media import Upload, fingerprint
from tests.connectors.pinterest_scene import Scene
from tests.connectors.scenery import Killed, Mortal
from tests.sandbox.conftest import Practice


@pytest.fixture
def scene(practice: Practice, tmp_path: Path) -> Scene:
    return Scene(practice, tmp_path)


def test_a_crash_in_the_middle_of_a_file_sends_it_again(scene: Scene) -> None:
    post = scene.post("Film", scene.film())
    dying = Mortal(lambda kept: kept.get("media", "").endswith(" 0"))
    with pytest.raises(Killed):
        scene.connector().prepare(post, dying)
    scene.clock(hours=1)
    progress = Progress(dying.left)
    progress.keep(media=str(Upload(dying.left["media"].split()[0], fingerprint(post.media[0]))))
    scene.publishes(post, progress)
    assert len(scene.calls("POST", "/v5/media")) == 2
    assert scene.texts() == ["Film"]


def test_a_crash_while_pinterest_processes_asks_on(scene: Scene) -> None:
    post = scene.post("Film", scene.film())
    dying = Mortal(lambda kept: "media" in kept and not kept["media"].endswith(" 0"))
    with pytest.raises(Killed):
        scene.connector().prepare(post, dying)
    scene.publishes(post, Progress(dying.left))
    assert len(scene.calls("POST", "/_storage/|/v5/media")) == 2
    assert scene.texts() == ["Film"]


def test_slow_processing_is_not_waited_for_but_asked_for_again_later(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pinterest_media, "PATIENCE", (0.1, 0.2))
    scene.fault("slow_processing", seconds=600)
    post, progress = scene.post("Slow film", scene.film()), Progress()
    began = time.monotonic()
    with pytest.raises(NotNow, match=r"still processing film\.mp4") as caught:
        scene.connector().prepare(post, progress)
    assert time.monotonic() - began < sum(pinterest_media.PATIENCE) + 2
    assert caught.value.retry_in == timedelta(seconds=10)

    scene.clock(minutes=11)
    scene.publishes(post, progress)

    assert len(scene.calls("POST", "/_storage/")) == 1
    assert scene.texts() == ["Slow film"]


def test_a_film_that_pinterest_cannot_process_is_a_persons_matter_and_uploaded_anew_afterwards(scene: Scene) -> None:
    scene.fault("fail_processing")
    post, progress = scene.post("Film", scene.film()), Progress()
    with pytest.raises(Rejected, match=r"could not process film\.mp4: convert it"):
        scene.connector().prepare(post, progress)
    scene.publishes(post, progress)
    assert scene.texts() == ["Film"]


def test_another_file_is_another_upload(scene: Scene) -> None:
    progress = Progress()
    scene.connector().prepare(scene.post("A", scene.film(6)), progress)
    scene.publishes(scene.post("A", scene.film(6, 1280, 720, name="other.mp4", alt="The right one")), progress)
    assert [media["alt"] for media in scene.public()[0]["media"]] == ["The right one"]
    assert len(scene.calls("POST", "/v5/media")) == 2


def test_an_upload_that_pinterest_never_heard_of_begins_anew(scene: Scene) -> None:
    film = scene.film()
    scene.publishes(scene.post("Film", film), Progress({"media": f"188000000 {fingerprint(film)} {time.time():.0f}"}))
    assert scene.texts() == ["Film"]


def test_a_video_that_is_not_up_is_not_published(scene: Scene) -> None:
    with pytest.raises(NotNow, match="uploads it again"):
        scene.connector().publish(scene.post("Film", scene.film()), Progress())
    assert scene.texts() == []


@pytest.mark.parametrize("fault", ["timeout_before", "reset_after", "fail"])
def test_an_upload_that_breaks_is_tried_again_and_shows_nothing(scene: Scene, fault: str) -> None:
    post, progress = scene.post("Film", scene.film()), Progress()
    scene.fault(fault, operation="prepare", path="_storage")
    with pytest.raises(Doubt):
        scene.connector(deadline=0.5).prepare(post, progress)
    scene.publishes(post, progress)
    assert scene.texts() == ["Film"]


def test_how_far_an_upload_is_can_be_seen(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pinterest_media, "PIECE", 1024)
    monkeypatch.setattr(pinterest_media, "REPORTED", 4)
    seen: list[int] = []
    progress = Progress(store=lambda kept: seen.append(int(kept.get("progress", 0))))
    scene.connector().prepare(scene.post("Film", scene.film()), progress)
    assert len(set(seen)) > 2
    assert seen == sorted(seen)
