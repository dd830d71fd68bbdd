"""Instagram when things go wrong: lost answers, refusals, dead connections, containers that fail, run out or break off."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from connectors import instagram_containers
from connectors.data import Accepted, Media, Outgoing, Pause, Progress, Sent, Uncertain
from connectors.errors import Doubt, NotNow, Rejected, Unauthorized
from connectors.instagram import Instagram
from connectors.instagram_errors import NotReady, Stale, Unfetchable
from tests.connectors.instagram_scene import Scene, now, on_the_web
from tests.sandbox.conftest import Practice


@pytest.fixture
def scene(practice: Practice, tmp_path: Path) -> Iterator[Scene]:
    with on_the_web(tmp_path) as address:
        yield Scene(practice, tmp_path, address)


def kept(progress: Progress, slot: str = "top") -> str:
    """The id of a kept container."""
    return progress.get(slot).partition(" ")[0]


# -- the moment ------------------------------------------------------------------------------------------------------------


def test_asking_to_slow_down_is_heard_and_nothing_is_there(scene: Scene) -> None:
    post = scene.post("Look", scene.photo())
    progress = scene.prepared(post)
    scene.fault("refuse", seconds=120)
    with pytest.raises(NotNow, match="slow down") as caught:
        scene.connector().publish(post, progress)
    assert caught.value.retry_in is not None
    assert timedelta(minutes=1) < caught.value.retry_in <= timedelta(minutes=15)
    assert [type(pause) for pause in scene.pauses] == [Pause]
    assert scene.shown() == []


@pytest.mark.parametrize("fault", ["fail", "timeout_before", "reset_before", "timeout_after", "reset_after"])
def test_a_lost_answer_is_a_doubt_that_the_container_clears_up(scene: Scene, fault: str) -> None:
    post = scene.post("Look", scene.photo())
    progress = scene.prepared(post)
    found = scene.connector().confirm(post, progress, scene.doubts(post, progress, fault))
    if fault.endswith("after"):
        assert [found] == [Sent(shown["id"], shown["url"]) for shown in scene.shown()]
    else:
        assert found is None
        scene.published(replace(post, doubted=True), progress)
    assert scene.texts() == ["Look"]


@pytest.mark.parametrize("kind", ["reel", "carousel", "story", "film story"])
def test_what_was_lost_is_found_whatever_it_became(scene: Scene, kind: str) -> None:
    media = {
        "reel": (scene.film(),),
        "carousel": (scene.photo("red"), scene.photo("blue")),
        "story": (scene.photo(size=(1080, 1920)),),
        "film story": (scene.film(),),
    }[kind]
    is_story = kind.endswith("story")
    post = scene.post("" if is_story else "Look", *media, format="story" if is_story else "post")
    progress = scene.prepared(post)
    found = scene.connector().confirm(post, progress, scene.doubts(post, progress, "timeout_after"))
    assert [found] == [Sent(shown["id"], shown["url"]) for shown in scene.shown()]


def test_a_lost_comment_is_looked_for_by_its_words(scene: Scene) -> None:
    sent = scene.published(scene.post("The post", scene.photo()))
    comment = Outgoing("key-2", "First!", parent=sent.remote_id, is_comment=True)
    doubt = scene.doubts(comment, Progress(), "timeout_before")
    assert scene.connector().confirm(comment, Progress(), doubt) is None
    doubt = scene.doubts(comment, Progress(), "timeout_after")
    found = scene.connector().confirm(comment, Progress(), doubt)
    assert isinstance(found, Sent)
    assert found.remote_id == scene.shown()[0]["replies"][0]["id"]


def test_a_look_takes_no_post_of_another_publication_and_no_older_one(scene: Scene) -> None:
    began, post = now(), scene.post("Same words", scene.photo())
    sent = scene.published(post)
    instagram, again = scene.connector(), replace(post, text="Same  words ")
    assert instagram.confirm(again, Progress(), Uncertain(began)) == sent
    assert instagram.confirm(again, Progress(), Uncertain(began, taken=frozenset({sent.remote_id}))) is None
    assert instagram.confirm(again, Progress(), Uncertain(now() + timedelta(minutes=5))) is None
    assert instagram.confirm(replace(post, text="Other words"), Progress(), Uncertain(began)) is None
    assert instagram.confirm(scene.post("Same words", scene.film()), Progress(), Uncertain(began)) is None


def test_what_is_out_but_not_yet_listed_is_asked_for_again(scene: Scene) -> None:
    post = scene.post("Look", scene.photo())
    progress = scene.prepared(post)
    sent = scene.connector().publish(post, progress)
    assert isinstance(sent, Sent)
    hidden = Uncertain(now(), taken=frozenset({sent.remote_id}))
    assert isinstance(scene.connector().confirm(post, progress, hidden), Accepted)
    rewritten = replace(post, text="Look, as the network did not keep it")
    assert isinstance(scene.connector().confirm(rewritten, progress, Uncertain(now())), Accepted)
    assert scene.connector().confirm(rewritten, progress, Uncertain(now() - timedelta(minutes=11))) == sent


def test_a_container_goes_out_once_and_a_second_time_is_a_doubt(scene: Scene) -> None:
    post = scene.post("Once", scene.photo())
    progress = scene.prepared(post)
    scene.connector().publish(post, progress)
    with pytest.raises(Doubt, match="published before"):
        scene.connector().publish(post, progress)
    scene.connector().prepare(post, progress)  # makes no second container
    assert scene.texts() == ["Once"]
    assert len(scene.calls(path="/media$")) == 1


def test_a_refusal_that_calls_it_a_duplicate_comes_to_nothing(scene: Scene) -> None:
    post = scene.post("Look", scene.photo())
    progress = scene.prepared(post)
    scene.fault("duplicate")
    with pytest.raises(NotReady):
        scene.connector().publish(post, progress)
    scene.published(post, progress)
    assert scene.texts() == ["Look"]


@pytest.mark.parametrize(("fault", "words"), [("expire_token", "has run out"), ("revoke_token", "removed SMO")])
def test_a_dead_connection_says_why(scene: Scene, fault: str, words: str) -> None:
    post = scene.post("Look", scene.photo())
    progress = scene.prepared(post)
    scene.fault(fault, operation="publish")
    with pytest.raises(Unauthorized, match=words):
        scene.connector().publish(post, progress)
    assert scene.shown() == []


def test_the_days_allowance_is_waited_for(scene: Scene) -> None:
    for number in range(50):
        sent = scene.graph("POST", f"{scene.person['id']}/media", image_url=scene.photo().url, caption=str(number))
        scene.graph("POST", f"{scene.person['id']}/media_publish", creation_id=sent["id"])
    post = scene.post("One too many", scene.photo())
    progress = scene.prepared(post)
    with pytest.raises(NotNow, match="no more posts of this account today") as caught:
        scene.connector().publish(post, progress)
    assert caught.value.retry_in == timedelta(hours=1)


def locked(values: dict[str, str]) -> None:
    raise AssertionError(f"kept {values}")


def test_publishing_keeps_nothing(scene: Scene) -> None:
    """The row is locked into 'sending' then: whoever tried to keep something would turn a clear answer into a doubt."""
    post = scene.post("Look", scene.photo())
    frozen = Progress({"top": scene.prepared(post).get("top")}, locked)
    scene.connector().publish(post, frozen)
    with pytest.raises(Doubt):
        scene.connector().publish(post, frozen)
    with pytest.raises(NotNow, match="uploads anew"):
        scene.connector().publish(post, Progress({}, locked))


def test_an_address_that_cannot_be_read_does_not_unsay_what_was_sent(scene: Scene) -> None:
    post = scene.post("Look", scene.photo())
    progress = scene.prepared(post)
    scene.fault("fail", operation="read")
    assert scene.connector().publish(post, progress) == Sent(scene.shown()[0]["id"])


def test_a_look_that_is_refused_proves_nothing(scene: Scene) -> None:
    nobody = Instagram(replace(scene.account(), remote_id="1"), scene.app, scene.http())
    with pytest.raises(Doubt, match="did not let us look"):
        nobody.confirm(scene.post("Look", scene.photo()), Progress(), Uncertain(now()))


# -- containers ------------------------------------------------------------------------------------------------------------


def test_slow_processing_is_waited_for(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instagram_containers, "PATIENCE", (0.1,))
    post, progress = scene.post("Watch", scene.film()), Progress()
    scene.fault("slow_processing", seconds=300)
    with pytest.raises(NotNow, match="still processing") as caught:
        scene.connector().prepare(post, progress)
    assert caught.value.retry_in == timedelta(seconds=45)
    with pytest.raises(NotReady):
        scene.connector().publish(post, progress)
    scene.later(301)
    scene.published(post, progress)
    assert scene.texts() == ["Watch"]
    assert len(scene.calls(path="/media$")) == 1, "no second container"


@pytest.mark.parametrize("media", ["photo", "film", "carousel"])
def test_what_cannot_be_processed_is_refused_and_made_anew(scene: Scene, media: str) -> None:
    files: dict[str, tuple[Media, ...]] = {
        "photo": (scene.photo(),), "film": (scene.film(),), "carousel": (scene.film(), scene.photo()),
    }  # fmt: skip
    post, progress = scene.post("Watch", *files[media]), Progress()
    scene.fault("fail_processing")
    with pytest.raises(Rejected, match="could not process") as caught:
        scene.connector().prepare(post, progress)
    assert "2207076" in caught.value.said
    assert kept(progress) == ""
    scene.published(post, progress)
    assert scene.texts() == ["Watch"]


def test_a_kept_container_is_used_again_unless_the_post_was_edited(scene: Scene) -> None:
    post = scene.post("Look", scene.photo())
    progress = scene.prepared(post)
    first = kept(progress)
    scene.connector().prepare(replace(post, media=(replace(post.media[0], url=f"{post.media[0].url}?signed=anew"),)), progress)
    assert kept(progress) == first
    edited = replace(post, text="Look here")
    scene.connector().prepare(edited, progress)
    assert kept(progress) != first
    scene.published(edited, progress)
    assert scene.texts() == ["Look here"]


def test_a_container_that_ran_out_is_made_anew(scene: Scene) -> None:
    post = scene.post("Look", scene.photo())
    progress = scene.prepared(post)
    scene.later(86_401)
    with pytest.raises(Stale, match="run out"):
        scene.connector().publish(post, progress)
    with pytest.raises(Stale):
        scene.connector().prepare(post, progress)
    scene.published(post, progress)
    assert scene.texts() == ["Look"]


def test_a_container_that_is_unknown_is_made_anew(scene: Scene) -> None:
    post = scene.post("Look", scene.photo())
    known = scene.prepared(post).get("top")
    progress = Progress({"top": known.replace(known.partition(" ")[0], "1")})
    with pytest.raises(Stale, match="does not find"):
        scene.connector().publish(post, progress)
    with pytest.raises(Stale):
        scene.connector().prepare(post, progress)
    scene.published(post, progress)


@pytest.mark.parametrize("fault", ["fail", "timeout_before", "timeout_after", "reset_after"])
def test_a_container_whose_answer_is_lost_is_an_orphan_and_no_harm(scene: Scene, fault: str) -> None:
    post, progress = scene.post("Look", scene.photo()), Progress()
    scene.fault(fault, operation="prepare")
    with pytest.raises(Doubt):
        scene.connector(deadline=0.5).prepare(post, progress)
    scene.published(post, progress)
    assert scene.texts() == ["Look"]


def test_a_crash_amid_a_carousel_makes_nothing_twice(scene: Scene) -> None:
    post, progress = scene.post("Two", scene.photo("red"), scene.photo("blue")), Progress()
    scene.fault("fail", operation="prepare", path="media", times=1)
    with pytest.raises(Doubt):
        scene.connector().prepare(post, progress)
    scene.published(post, progress)
    first = kept(progress, "item0")
    assert first
    assert len(scene.calls(path="/media$")) == 4, "one that failed, two items, the carousel"
    assert scene.texts() == ["Two"]


# -- bytes -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["timeout_before", "timeout_after", "reset_after", "fail"])
def test_an_upload_that_breaks_goes_on_with_its_container(scene: Scene, fault: str) -> None:
    post, progress = scene.post("Watch", scene.film()), Progress()
    scene.fault(fault, operation="any", path="ig-api-upload")
    if fault.endswith("after"):  # all bytes have arrived, as a look tells
        scene.connector(deadline=0.5).prepare(post, progress)
    else:
        with pytest.raises(Doubt):
            scene.connector(deadline=0.5).prepare(post, progress)
    container = kept(progress)
    scene.published(post, progress)
    assert kept(progress) == container
    assert scene.texts() == ["Watch"]


def test_only_the_bytes_that_are_missing_are_sent(scene: Scene) -> None:
    film = scene.film(size=100_000)
    post, progress = scene.post("Watch", film), Progress()
    scene.fault("fail", operation="any", path="ig-api-upload")
    with pytest.raises(Doubt):
        scene.connector().prepare(post, progress)
    headers = {"Authorization": f"OAuth {scene.person['access_token']}", "offset": "0", "file_size": str(film.size)}
    address = progress.get("top").split()[3]
    requests.post(address, data=Path(film.path).read_bytes()[:60_000], headers=headers, timeout=5)  # it broke half-way
    scene.published(post, progress)
    last = scene.calls(path="ig-api-upload")[-1]
    assert (last["headers"]["offset"], last["headers"]["content-length"]) == ("60000", str(film.size - 60_000))


def test_an_address_that_is_no_upload_address_is_not_called(scene: Scene) -> None:
    post = scene.post("Watch", scene.film())
    progress = Progress()
    scene.fault("fail", operation="any", path="ig-api-upload")
    with pytest.raises(Doubt):
        scene.connector().prepare(post, progress)
    container, mark, ends, _ = progress.get("top").split()
    with pytest.raises(Exception, match="not an address of this network"):
        scene.connector().prepare(post, Progress({"top": f"{container} {mark} {ends} http://192.0.2.1/steal"}))


# -- what the network refuses ----------------------------------------------------------------------------------------------


def test_a_photo_that_cannot_be_loaded_is_tried_twice_then_told(scene: Scene) -> None:
    photo = replace(scene.photo(), url=f"{scene.address}/gone.jpg")
    post, progress = scene.post("Look", photo), Progress()
    with pytest.raises(NotNow, match="tries once more"):
        scene.connector().prepare(post, progress)
    with pytest.raises(Unfetchable, match="reachable from the internet by https"):
        scene.connector().prepare(post, progress)


def test_refused_files_say_what_to_do(scene: Scene) -> None:
    png, wide = scene.photo("red", kind="PNG"), scene.photo("blue", size=(1200, 500))
    for media, words in ((png, "JPEG only"), (wide, "between 4:5")):
        with pytest.raises(Rejected, match=words):
            scene.connector().prepare(scene.post("Look", media), Progress())
    with pytest.raises(Rejected, match="could not process the video"):
        scene.connector().prepare(scene.post("Watch", scene.film(seconds=2)), Progress())


def test_refused_options_say_what_to_do(practice: Practice, scene: Scene) -> None:
    plain = Scene(practice, scene.folder, scene.address, trial_reels=False)
    with pytest.raises(Rejected, match="set Trial reel to No"):
        plain.connector().prepare(plain.post("Watch", plain.film(), trial="MANUAL"), Progress())
    with pytest.raises(Rejected, match="does not know this place"):
        scene.connector().prepare(scene.post("Look", scene.photo(), location_id="0"), Progress())
    with pytest.raises(Rejected, match="outside the video"):
        scene.connector().prepare(scene.post("Watch", scene.film(6), thumb_offset=7000), Progress())


def test_a_restricted_account_is_told(practice: Practice, scene: Scene) -> None:
    bad = Scene(practice, scene.folder, scene.address, restricted=True)
    post = bad.post("Look", bad.photo())
    with pytest.raises(Rejected, match="open the Instagram app"):
        bad.connector().publish(post, bad.prepared(post))
