"""Facebook Pages when things go wrong: lost answers, refusals, dead connections, broken uploads."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from connectors.data import Accepted, Pause, Progress, Sent, Tokens, Uncertain
from connectors.errors import Doubt, NotNow, Rejected, Unauthorized
from connectors.facebook import Facebook
from connectors.meta_errors import Duplicate
from tests.connectors.facebook_scene import MIB, RETURN_TO, Scene, now
from tests.sandbox.conftest import Practice
from tests.sandbox.waiting import until


@pytest.fixture
def scene(practice: Practice, tmp_path: Path) -> Scene:
    return Scene(practice, tmp_path)


# -- what goes wrong -------------------------------------------------------------------------------------------------------


def test_asking_to_slow_down_is_heard_and_nothing_is_there(scene: Scene) -> None:
    scene.fault("refuse", seconds=120)
    with pytest.raises(NotNow, match="slow down") as caught:
        scene.connector().publish(scene.post(), Progress())
    assert caught.value.retry_in is not None
    assert timedelta(minutes=1) < caught.value.retry_in <= timedelta(minutes=15)
    assert [type(pause) for pause in scene.pauses] == [Pause]
    assert scene.shown() == []


@pytest.mark.parametrize("fault", ["fail", "timeout_before", "reset_before", "timeout_after", "reset_after"])
def test_a_lost_answer_is_a_doubt_that_a_look_clears_up(scene: Scene, fault: str) -> None:
    arrived = fault.endswith("after")
    post, progress, began = scene.post(link="https://example.org/cold"), Progress(), now()
    scene.fault(fault)
    with pytest.raises(Doubt):
        scene.connector(deadline=0.5).publish(post, progress)
    found = scene.connector().confirm(post, progress, Uncertain(began))
    assert [found] == [Sent(shown["id"], shown["url"]) for shown in scene.shown()] if arrived else found is None


@pytest.mark.parametrize("number", [1, 2])
def test_photos_lost_after_acceptance_are_found_by_their_ids(scene: Scene, number: int) -> None:
    post = scene.post("", media=tuple(scene.photo(colour) for colour in ("blue", "red")[:number]))
    progress, began = Progress(), now()
    scene.connector().prepare(post, progress)
    scene.fault("timeout_after")
    with pytest.raises(Doubt):
        scene.connector(deadline=0.5).publish(post, progress)
    found = scene.connector().confirm(post, progress, Uncertain(began))
    assert isinstance(found, Sent)
    assert found.remote_id == scene.shown()[0]["id"]
    other = Progress({"photo_0": "1", "photo_1": "2"})
    assert scene.connector().confirm(post, other, Uncertain(began)) is None, "somebody else's photos"


def test_a_look_takes_no_post_of_another_publication_and_no_older_one(scene: Scene) -> None:
    began = now()
    sent = scene.published(scene.post("Same words"))
    facebook, post = scene.connector(), scene.post("Same  words ")
    assert facebook.confirm(post, Progress(), Uncertain(began)) == sent
    assert facebook.confirm(post, Progress(), Uncertain(began, taken=frozenset({sent.remote_id}))) is None
    assert facebook.confirm(post, Progress(), Uncertain(now() + timedelta(minutes=5))) is None
    assert facebook.confirm(scene.post("Other words"), Progress(), Uncertain(began)) is None


def test_of_two_posts_with_the_same_text_the_one_with_our_link_is_ours(scene: Scene) -> None:
    began = now()
    ours, _ = (scene.published(scene.post("Read", link=f"https://example.org/{path}")) for path in ("a", "b"))
    found = scene.connector().confirm(scene.post("Read", link="https://www.example.org/a/"), Progress(), Uncertain(began))
    assert found == ours


def test_a_repetition_is_refused_but_after_a_doubt_it_is_a_doubt(scene: Scene) -> None:
    scene.published(scene.post("Twice"))
    with pytest.raises(Duplicate, match="change the text"):
        scene.connector().publish(scene.post("Twice"), Progress())
    with pytest.raises(Doubt, match="there already"):
        scene.connector().publish(scene.post("Twice", doubted=True), Progress())
    assert scene.texts() == ["Twice"]


def test_photos_that_were_posted_already_are_a_doubt_after_a_doubt(scene: Scene) -> None:
    post, progress = scene.post("Look", media=(scene.photo(),)), Progress()
    scene.connector().prepare(post, progress)
    scene.connector().publish(post, progress)
    with pytest.raises(Doubt):
        scene.connector().publish(replace(post, doubted=True), progress)
    assert progress.get("photo_0"), "what a look needs is kept"


@pytest.mark.parametrize(("fault", "words"), [("expire_token", "has run out"), ("revoke_token", "removed SMO")])
def test_a_dead_connection_says_why(scene: Scene, fault: str, words: str) -> None:
    scene.fault(fault, operation="publish")
    with pytest.raises(Unauthorized, match=words):
        scene.connector().publish(scene.post(), Progress())
    assert scene.shown() == []


def test_photos_that_are_gone_are_a_refusal_that_says_so(scene: Scene) -> None:
    post, progress = scene.post("Look", media=(scene.photo(),)), Progress()
    scene.connector().prepare(post, progress)
    scene.graph("DELETE", progress.get("photo_0"))
    with pytest.raises(Rejected, match=f"Invalid media id {progress.get('photo_0')}"):
        scene.connector().publish(post, progress)


def test_publishing_keeps_nothing(scene: Scene) -> None:
    """The row is locked into 'sending' then: whoever tried to keep something would turn a clear answer into a doubt."""
    post, progress = scene.post("Look", media=(scene.photo(),)), Progress()
    scene.connector().prepare(post, progress)
    frozen = Progress({"photo_0": progress.get("photo_0")}, locked)
    scene.connector().publish(post, frozen)
    with pytest.raises(Rejected):
        scene.connector().publish(post, frozen)


def locked(kept: dict[str, str]) -> None:
    raise AssertionError(f"kept {kept}")


def test_an_unreadable_photo_says_what_to_do(scene: Scene) -> None:
    photo = scene.photo()
    Path(photo.path).write_bytes(b"no picture")
    with pytest.raises(Rejected, match="JPEG or PNG"):
        scene.connector().prepare(scene.post(media=(photo,)), Progress())


def test_a_link_that_cannot_be_opened_says_what_to_do(scene: Scene) -> None:
    with pytest.raises(Rejected, match="cannot open the link"):
        scene.connector().publish(scene.post(link="https://no address"), Progress())


# -- videos that go wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, {"format": "reel"}])
@pytest.mark.parametrize("fault", ["timeout_before", "timeout_after"])
def test_a_lost_finish_is_cleared_up_by_the_videos_state(scene: Scene, options: dict[str, Any], fault: str) -> None:
    post, progress = scene.post("Watch", media=(scene.film(),), options=options), Progress()
    scene.connector().prepare(post, progress)
    began = now()
    scene.fault(fault)
    with pytest.raises(Doubt):
        scene.connector(deadline=0.5).publish(post, progress)
    if fault == "timeout_before":
        assert scene.connector().confirm(post, progress, Uncertain(began)) is None
        scene.published(replace(post, doubted=True), progress)
    else:
        assert scene.connector().confirm(post, progress, Uncertain(began)) == Accepted("")
        scene.confirmed(post, progress, Uncertain(began))
    assert scene.texts() == ["Watch"]


def test_slow_processing_is_waited_for_and_a_failure_is_told(scene: Scene) -> None:
    post, progress = scene.post("Watch", media=(scene.film(),)), Progress()
    scene.fault("slow_processing", seconds=600)
    scene.connector().prepare(post, progress)
    accepted = scene.connector().publish(post, progress)
    assert isinstance(accepted, Accepted)
    assert scene.connector().confirm(post, progress, Uncertain(now(), accepted.handle)) == Accepted(accepted.handle)
    assert scene.shown() == []
    scene.later(timedelta(minutes=11))
    assert isinstance(scene.connector().confirm(post, progress, Uncertain(now(), accepted.handle)), Sent)


def test_a_video_that_cannot_be_processed_is_rejected_and_goes_up_anew(scene: Scene) -> None:
    post, progress = scene.post("Watch", media=(scene.film(),)), Progress()
    scene.fault("fail_processing")
    scene.connector().prepare(post, progress)
    accepted = scene.connector().publish(post, progress)
    assert isinstance(accepted, Accepted)

    def refusal() -> Rejected | None:
        try:
            scene.connector().confirm(post, progress, Uncertain(now(), accepted.handle))
        except Rejected as error:
            return error
        return None

    assert "could not process the video" in str(until(refusal))
    assert progress.get("video") == ""
    scene.published(post, progress)
    assert scene.texts() == ["Watch"]


@pytest.mark.parametrize("fault", ["timeout_before", "timeout_after", "reset_after", "fail"])
def test_a_chunk_whose_answer_is_lost_is_not_sent_in_vain(scene: Scene, fault: str) -> None:
    post, progress = scene.post("Watch", media=(scene.film(size=2 * MIB),)), Progress()
    facebook = scene.connector(deadline=1.0)
    lose_second_chunk(scene, progress, fault)
    with pytest.raises(Doubt):
        facebook.prepare(post, progress)
    session = progress.get("session")
    scene.published(post, progress)
    assert progress.get("session") == session
    assert scene.texts() == ["Watch"]


def lose_second_chunk(scene: Scene, progress: Progress, fault: str) -> None:
    """Set the fault as soon as the first chunk is kept."""
    keep = progress.keep

    def kept(**reached: str) -> None:
        keep(**reached)
        if reached.get("start") == str(MIB):
            scene.fault(fault, operation="any", path="videos")

    progress.keep = kept  # type: ignore[method-assign]


def test_a_session_that_died_meanwhile_is_begun_anew(scene: Scene) -> None:
    post = scene.post("Watch", media=(scene.film(),))
    progress = Progress({"session": "9", "video": "8", "start": "0", "end": "100"})
    scene.published(post, progress)
    assert scene.texts() == ["Watch"]


def test_a_reels_upload_that_breaks_goes_on_where_it_stopped(scene: Scene) -> None:
    post, progress = scene.post("Watch", media=(scene.film(),), options={"format": "reel"}), Progress()
    scene.fault("timeout_before", operation="any", path="video-upload")
    with pytest.raises(Doubt):
        scene.connector(deadline=0.5).prepare(post, progress)
    video = progress.get("video")
    scene.fault("timeout_after", operation="any", path="video-upload")
    scene.connector(deadline=0.5).prepare(post, progress)
    assert progress.get("video") == video
    scene.published(post, progress)
    assert scene.texts() == ["Watch"]


def test_a_reels_upload_sends_only_the_bytes_that_are_missing(scene: Scene) -> None:
    film = scene.film(size=100_000)
    post, progress = scene.post("Watch", media=(film,), options={"format": "reel"}), Progress()
    scene.fault("fail", operation="any", path="video-upload")
    with pytest.raises(Doubt):
        scene.connector().prepare(post, progress)
    headers = {"Authorization": f"OAuth {scene.page['access_token']}", "offset": "0", "file_size": str(film.size)}
    part = Path(film.path).read_bytes()[:60_000]
    requests.post(progress.get("upload_url"), data=part, headers=headers, timeout=5)  # a connection that broke half-way
    scene.published(post, progress)
    assert scene.texts() == ["Watch"]
    last = scene.calls(path="video-upload")[-1]
    assert (last["headers"]["offset"], last["headers"]["content-length"]) == ("60000", str(film.size - 60_000))


def test_a_look_that_is_refused_proves_nothing(scene: Scene) -> None:
    nobody = Facebook(replace(scene.account(), remote_id="1"), scene.app, scene.http())
    with pytest.raises(Doubt, match="did not let us look"):
        nobody.confirm(scene.post(), Progress(), Uncertain(now()))


def test_a_dead_persons_token_cannot_be_renewed(scene: Scene) -> None:
    with pytest.raises(Unauthorized):
        Facebook.refresh(scene.app, scene.http(), Tokens("dead"))


def test_a_wrong_app_secret_is_told_to_the_operator(scene: Scene) -> None:
    with pytest.raises(Rejected, match="app's secret"):
        Facebook.exchange(replace(scene.app, client_secret="wrong"), scene.http(), scene.consents(), RETURN_TO, "")
