"""Videos on Bluesky: through the video service in parts, and without it."""

import json
from pathlib import Path

import pytest

from connectors import bluesky_media
from connectors.data import Progress
from connectors.errors import Doubt, NotNow, Rejected
from tests.connectors.bluesky_scene import Scene
from tests.connectors.scenery import Killed
from tests.sandbox.conftest import Practice

PART = 5 * 1024 * 1024  # of the practice network


@pytest.fixture
def scene(practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(bluesky_media, "PAUSE", 0.1)
    return Scene(practice, tmp_path)


def test_a_video_goes_out(scene: Scene) -> None:
    video = scene.video(alt="A can in the snow")
    assert scene.connector().problems(scene.post("Cold", video)) == []
    sent = scene.publishes(scene.post("Cold", video))
    post = scene.only()
    assert (post["kind"], [(media["mime"], media["alt"]) for media in post["media"]]) == (
        "video", [("video/mp4", "A can in the snow")],
    )  # fmt: skip
    record = scene.record(sent.remote_id)
    assert record
    assert record["embed"]["aspectRatio"] == {"width": 720, "height": 1280}


def test_captions_and_the_look_of_a_gif(scene: Scene) -> None:
    post = scene.post("", scene.video(), captions=scene.captions(), captions_language="pt-BR", gif=True)
    assert scene.connector().problems(post) == []
    scene.publishes(post)
    details = scene.only()["details"]
    assert (details["captions"], details["presentation"]) == ("pt-BR", "gif")


def test_a_large_video_goes_up_in_parts_and_goes_on_where_it_was(scene: Scene) -> None:
    post = scene.post("", scene.video(padding=PART * 2))
    left: dict[str, str] = {}

    def dies_after_the_second_part(kept: dict[str, str]) -> None:
        left.clear()
        left.update(kept)
        if '"sent": 2' in kept.get("media0_job", ""):
            raise Killed

    with pytest.raises(Killed):
        scene.connector().prepare(post, Progress(store=dies_after_the_second_part))
    progress = Progress(left)
    scene.connector().prepare(post, progress)
    scene.connector().publish(post, progress)

    assert [call["query"].rpartition("=")[2] for call in scene.asked("uploadPart")] == ["1", "2", "3"]
    assert len(scene.asked("startUpload")) == 1
    assert len(scene.only()["media"]) == 1


def test_a_part_that_broke_is_sent_again(scene: Scene) -> None:
    post, progress = scene.post("", scene.video()), Progress()
    scene.fault("reset_after", operation="prepare", path="uploadPart")
    with pytest.raises(Doubt):
        scene.connector().prepare(post, progress)
    scene.publishes(post, progress)
    assert len(scene.asked("startUpload")) == 1
    assert len(scene.public()) == 1


def test_slow_processing_is_waited_for_elsewhere(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bluesky_media, "PATIENCE", 0.3)
    post, progress = scene.post("", scene.video()), Progress()
    scene.fault("slow_processing", seconds=60)
    with pytest.raises(NotNow, match="still processing") as caught:
        scene.connector().prepare(post, progress)
    assert caught.value.retry_in
    scene.clock(seconds=61)

    scene.publishes(post, progress)

    assert len(scene.asked("finishUpload")) == 1
    assert len(scene.public()) == 1


def test_failed_processing_is_told_and_begun_anew_next_time(scene: Scene) -> None:
    post, progress = scene.post("", scene.video()), Progress()
    scene.fault("fail_processing")
    with pytest.raises(Rejected, match=r"could not process film\.mp4"):
        scene.connector().prepare(post, progress)
    scene.publishes(post, progress)
    assert len(scene.public()) == 1


def test_what_is_no_film_is_refused(scene: Scene) -> None:
    fake = scene.file("fake.mp4", "video/mp4", b"no film at all", width=10, height=10, seconds=1.0)
    assert "convert it to MP4" in str(scene.refusal(scene.post("", fake)))


def test_the_same_film_again_needs_no_processing(scene: Scene) -> None:
    video = scene.video()
    scene.publishes(scene.post("One", video, key="1"))
    scene.fault("fail_processing")
    scene.publishes(scene.post("Two", video, key="2"))
    assert scene.texts() == ["One", "Two"]


def test_an_upload_that_ran_out_is_begun_anew(scene: Scene) -> None:
    post, progress = scene.post("", scene.video()), Progress()
    scene.fault("fail", operation="prepare", path="finishUpload")
    with pytest.raises(Doubt):
        scene.connector().prepare(post, progress)
    kept = json.loads(progress.get("media0_job"))
    progress.keep(media0_job=json.dumps(kept | {"job": "run-out"}))
    scene.publishes(post, progress)
    assert len(scene.asked("startUpload")) == 2
    assert len(scene.public()) == 1


def test_an_account_without_a_confirmed_address_uploads_no_videos(practice: Practice, tmp_path: Path) -> None:
    scene = Scene(practice, tmp_path, email_confirmed=False)
    refusal = scene.refusal(scene.post("", scene.video()))
    assert isinstance(refusal, Rejected)
    assert "confirm your email" in str(refusal)


def test_the_days_allowance_is_waited_for(scene: Scene) -> None:
    scene.fault("slow_processing", seconds=0, times=25)
    for number in range(25):
        scene.publishes(scene.post("", scene.file(f"{number}.mp4", "video/mp4", _tiny(number)), key=f"{number}"))
    with pytest.raises(NotNow, match="no more videos today"):
        scene.connector().prepare(scene.post("", scene.video()), Progress())


def _tiny(number: int) -> bytes:
    return b"\0\0\0\x18ftypmp42" + bytes([number]) * 50


def test_without_a_video_service_the_server_takes_the_file(scene: Scene) -> None:
    alone = Scene(scene.practice, scene.folder, video_service=False)
    alone.publishes(alone.post("", alone.video()))
    assert len(alone.asked("uploadBlob")) == 1
    assert alone.only()["kind"] == "video"
