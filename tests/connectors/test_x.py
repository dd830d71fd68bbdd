"""X over real HTTP: connecting, the life of a post, what goes wrong on the way."""

import logging
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors import x_media
from connectors.base import Confirms, Connects, Deletes, Hooks, Inbox, Replies
from connectors.data import Progress, Sent, Uncertain
from connectors.errors import Doubt, NotNow, Rejected, Unauthorized
from connectors.x import X
from connectors.x_media import CHUNK, Upload
from connectors.x_posts import VOCABULARIES, XPosts
from tests.connectors.scenery import RETURN_TO, Killed, Mortal, now
from tests.connectors.x_scene import Scene
from tests.sandbox.conftest import Practice


@pytest.fixture
def scene(practice: Practice, tmp_path: Path) -> Scene:
    return Scene(practice, tmp_path)


# -- connecting --------------------------------------------------------------------------------------------------------


def test_an_account_is_connected_by_the_consent_page(scene: Scene) -> None:
    tokens = scene.connects()
    assert set(tokens.scopes) == set(X.scopes)
    assert tokens.expires_at is not None
    assert timedelta(minutes=110) < tokens.expires_at - now() < timedelta(minutes=125)

    (account,) = X.accounts(scene.app, scene.http(), tokens)

    assert (account.remote_id, account.name, account.tokens) == (scene.account["id"], "Polar Fizz Lab", tokens)
    assert account.username == scene.account["username"]
    assert account.url == f"{scene.app.base_url}/{account.username}"
    assert account.picture_url


def test_refresh_tokens_rotate_and_work_once(scene: Scene) -> None:
    tokens = scene.connects()
    fresh = X.refresh(scene.app, scene.http(), tokens)
    assert fresh.access != tokens.access
    assert fresh.refresh != tokens.refresh
    with pytest.raises(Unauthorized, match="connect the channel again"):
        X.refresh(scene.app, scene.http(), tokens)
    assert X.accounts(scene.app, scene.http(), X.refresh(scene.app, scene.http(), fresh))


def test_giving_the_tokens_back_ends_both(scene: Scene) -> None:
    tokens = scene.connects()
    X.revoke(scene.app, scene.http(), tokens)
    X.revoke(scene.app, scene.http(), tokens)  # what is dead already is no error
    with pytest.raises(Unauthorized):
        X.accounts(scene.app, scene.http(), tokens)
    with pytest.raises(Unauthorized):
        X.refresh(scene.app, scene.http(), tokens)


def test_a_code_works_once_and_only_with_its_verifier(scene: Scene) -> None:
    back, verifier = scene.consents()
    X.exchange(scene.app, scene.http(), back["code"], RETURN_TO, verifier)
    with pytest.raises(Unauthorized):
        X.exchange(scene.app, scene.http(), back["code"], RETURN_TO, verifier)
    back, _ = scene.consents()
    with pytest.raises(Unauthorized):
        X.exchange(scene.app, scene.http(), back["code"], RETURN_TO, "another-verifier-of-at-least-forty-three-characters")


def test_a_person_may_say_no(scene: Scene) -> None:
    back, _ = scene.consents(answer="cancel")
    assert back == {"error": "access_denied", "state": "state-1"}


def test_it_has_the_capabilities_that_the_network_has(scene: Scene) -> None:
    x = scene.connector()
    assert all(isinstance(x, protocol) for protocol in (Connects, Confirms, Deletes, Inbox, Replies, Hooks))


# -- the life of a post ------------------------------------------------------------------------------------------------


def test_a_text_goes_out_and_has_an_address(scene: Scene) -> None:
    sent = scene.publishes(scene.post("Ice cold! 🧊 <3 & https://polarfizz.com/cold"))
    assert scene.texts() == ["Ice cold! 🧊 <3 & https://polarfizz.com/cold"]
    assert sent.url == f"{scene.app.base_url}/{scene.account['username']}/status/{sent.remote_id}"
    assert scene.practice.http.get(sent.url, timeout=5).ok


def test_photos_go_out_in_their_order_with_their_descriptions(scene: Scene) -> None:
    photos = [scene.photo(f"{number}.png", alt=f"Bottle {number}", side=8 + number) for number in range(4)]
    scene.publishes(scene.post("Four bottles", *photos))
    (post,) = scene.public()
    assert [(media["mime"], media["alt"]) for media in post["media"]] == [("image/png", f"Bottle {n}") for n in range(4)]


def test_a_post_of_media_alone(scene: Scene) -> None:
    scene.publishes(scene.post("", scene.photo()))
    assert [(post["text"], len(post["media"])) for post in scene.public()] == [("", 1)]


@pytest.mark.parametrize("kind", ["gif", "video"])
def test_moving_pictures_are_waited_for(scene: Scene, kind: str) -> None:
    media = scene.gif() if kind == "gif" else scene.video(alt="A film")
    scene.publishes(scene.post("It moves", media))
    (post,) = scene.public()
    assert [one["mime"] for one in post["media"]] == [media.mime_type]


def test_a_thread_and_a_first_comment_hang_on_their_parent(scene: Scene) -> None:
    first = scene.publishes(scene.post("1/2 It is hot."))
    second = scene.publishes(scene.post("2/2 So drink something cold.", parent=first.remote_id, reply_settings="following"))
    comment = scene.publishes(scene.post("Get it at polarfizz.com", parent=first.remote_id))
    parents = {post["id"]: post["parent"] for post in scene.public()}
    assert parents == {first.remote_id: "", second.remote_id: first.remote_id, comment.remote_id: first.remote_id}


def test_a_poll_with_its_settings_and_labels(scene: Scene) -> None:
    chosen: dict[str, Any] = {"poll_options": ["Ice", "More ice"], "poll_minutes": 60, "reply_settings": "mentionedUsers"}
    scene.publishes(scene.post("How cold?", **chosen, made_with_ai=True, paid_partnership=True))
    (post,) = scene.public()
    assert post["poll"] == ["Ice", "More ice"]
    assert post["details"]["reply_settings"] == "mentionedUsers"
    assert post["labels"] == ["Made with AI", "Paid partnership"]


def test_a_post_is_deleted_and_may_be_gone_already(scene: Scene) -> None:
    sent = scene.publishes(scene.post())
    scene.connector().delete(sent.remote_id)
    assert scene.texts() == []
    scene.connector().delete(sent.remote_id)


# -- uploads that are interrupted --------------------------------------------------------------------------------------


def test_a_crash_in_the_middle_of_a_file_goes_on_with_the_next_segment(scene: Scene) -> None:
    post = scene.post("Long film", scene.video(size=2 * CHUNK + 1000))
    dying = Mortal(lambda kept: kept.get("media0", "").endswith("sending 2"))
    with pytest.raises(Killed):
        scene.connector().prepare(post, dying)
    assert len(scene.calls("POST", "append")) == 2

    scene.publishes(post, Progress(dying.left))

    assert len(scene.calls("POST", "initialize")) == 1
    assert len(scene.calls("POST", "append")) == 3
    assert scene.texts() == ["Long film"]


def test_a_crash_while_x_processes_asks_on(scene: Scene) -> None:
    post = scene.post("Film", scene.video())
    dying = Mortal(lambda kept: "processing" in kept.get("media0", ""))
    with pytest.raises(Killed):
        scene.connector().prepare(post, dying)
    scene.publishes(post, Progress(dying.left))
    assert len(scene.calls("POST", "initialize|append|finalize")) == 3


def test_slow_processing_is_not_waited_for_but_asked_for_again_later(scene: Scene) -> None:
    scene.fault("slow_processing", seconds=600)
    post, progress = scene.post("Slow film", scene.video()), Progress()
    began = time.monotonic()
    with pytest.raises(NotNow, match=r"still processing film\.mp4") as caught:
        scene.connector().prepare(post, progress)
    assert time.monotonic() - began < x_media.PATIENCE + 1
    assert caught.value.retry_in == timedelta(seconds=5)

    scene.clock(minutes=11)
    scene.publishes(post, progress)

    assert len(scene.calls("POST", "initialize")) == 1
    assert scene.texts() == ["Slow film"]


def test_a_film_that_x_cannot_process_is_a_persons_matter_and_uploaded_anew_afterwards(scene: Scene) -> None:
    scene.fault("fail_processing")
    post, progress = scene.post("Film", scene.video()), Progress()
    with pytest.raises(Rejected, match=r"could not process film\.mp4 .*convert it"):
        scene.connector().prepare(post, progress)
    scene.publishes(post, progress)
    assert scene.texts() == ["Film"]


def test_media_that_ran_out_are_uploaded_again(scene: Scene) -> None:
    photo, progress = scene.photo(), Progress()
    post = scene.post("Late", photo)
    scene.connector().prepare(post, progress)
    upload = Upload.parse(progress.get("media0"))
    assert upload is not None
    assert 23.9 < (upload.until - time.time()) / 3600 < 24.1, "X keeps media for 24 hours"

    progress.keep(media0=str(Upload(upload.id, upload.file, time.time() - 1, upload.step, upload.segments)))
    with pytest.raises(NotNow, match="uploads them again"):
        scene.connector().publish(post, progress)
    scene.publishes(post, progress)

    assert len(scene.calls("POST", "initialize")) == 2
    assert len(scene.public()[0]["media"]) == 1


def test_media_that_x_no_longer_knows_are_uploaded_again_but_once(scene: Scene) -> None:
    post, progress = scene.post("Late", scene.photo()), Progress()
    scene.connector().prepare(post, progress)
    scene.clock(hours=25)
    scene.renew()
    with pytest.raises(NotNow, match="uploads them again"):
        scene.connector().publish(post, progress)
    scene.connector().prepare(post, progress)
    scene.clock(hours=50)
    scene.renew()
    with pytest.raises(Rejected, match="no longer knows the uploaded media"):
        scene.connector().publish(post, progress)


@pytest.mark.parametrize("step", ["sending 1", "processing 1"])
def test_an_upload_that_x_never_heard_of_begins_anew(scene: Scene, step: str) -> None:
    film = scene.video()
    kept = f"1880000000000000001 {film.sha256[:16]} {time.time() + 80_000:.0f} {step}"
    scene.publishes(scene.post("Film", film), Progress({"media0": kept}))
    assert scene.texts() == ["Film"]


def test_another_file_is_another_upload(scene: Scene) -> None:
    progress = Progress()
    scene.connector().prepare(scene.post("A", scene.photo("a.png", side=8)), progress)
    scene.publishes(scene.post("A", scene.photo("b.png", alt="The right one", side=9)), progress)
    assert [media["alt"] for media in scene.public()[0]["media"]] == ["The right one"]
    assert len(scene.calls("POST", "initialize")) == 2


# -- what goes wrong ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "arrived"), [
    ("fail", False), ("timeout_before", False), ("timeout_after", True), ("reset_before", False), ("reset_after", True),
])  # fmt: skip
def test_after_a_doubt_the_post_is_looked_up(scene: Scene, kind: str, arrived: bool) -> None:
    post, progress = scene.post("Is it there? polarfizz.com", scene.photo()), Progress()
    scene.connector().prepare(post, progress)

    doubt = scene.doubts(post, progress, kind=kind)
    found = scene.connector().confirm(post, progress, doubt)

    assert scene.texts() == ([post.text] if arrived else [])
    assert (found is not None) is arrived
    if found:
        assert isinstance(found, Sent)
        assert found.remote_id == scene.public()[0]["id"]
        assert scene.practice.http.get(found.url, timeout=5).ok


def test_too_many_posts_wait_until_the_window_ends(scene: Scene) -> None:
    scene.fault("refuse", seconds=300)
    error = scene.refusal(scene.post())
    assert isinstance(error, NotNow)
    assert error.retry_in is not None
    assert timedelta(seconds=290) < error.retry_in <= timedelta(seconds=302)
    assert [(pause.scope, pause.retry_in > timedelta(seconds=290)) for pause in scene.pauses] == [("channel", True)]


def test_the_last_post_of_the_window_says_that_nothing_is_left(scene: Scene) -> None:
    x = scene.connector()
    for number in range(100):
        assert scene.pauses == []
        x.publish(scene.post(f"Bottle {number}"), Progress())
    assert [pause.scope for pause in scene.pauses] == ["channel"]
    assert timedelta(minutes=14) < scene.pauses[0].retry_in <= timedelta(minutes=15, seconds=2)
    assert isinstance(scene.refusal(scene.post("Bottle 100")), NotNow)
    assert len(scene.public()) == 100


@pytest.mark.parametrize("kind", ["expire_token", "revoke_token"])
def test_a_dead_token_asks_for_a_new_connection(scene: Scene, kind: str) -> None:
    scene.fault(kind)
    error = scene.refusal(scene.post())
    assert isinstance(error, Unauthorized)
    assert "connect the channel again" in str(error)
    assert scene.texts() == []


def test_the_same_text_again_is_a_persons_matter_unless_we_were_in_doubt(scene: Scene) -> None:
    scene.publishes(scene.post())
    assert isinstance(scene.refusal(scene.post()), Rejected)
    assert "has this text already" in str(scene.refusal(scene.post()))
    with pytest.raises(Doubt, match="earlier attempt"):
        scene.publishes(scene.post(doubted=True))
    assert len(scene.texts()) == 1


def test_without_credit_all_wait_and_an_admin_learns_why(practice: Practice, tmp_path: Path) -> None:
    poor = Scene(practice, tmp_path, out_of_credits=True)
    error = poor.refusal(poor.post())
    assert isinstance(error, NotNow)
    assert "no credit left" in str(error)
    assert [pause.scope for pause in poor.pauses] == ["app"]


def test_a_suspended_account_is_for_its_owner_to_settle(practice: Practice, tmp_path: Path) -> None:
    error = (bad := Scene(practice, tmp_path, suspended=True)).refusal(bad.post())
    assert isinstance(error, Unauthorized)
    assert "settle it on x.com" in str(error)


def test_no_token_reaches_the_log(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    scene.publishes(scene.post("Quiet", scene.photo()))
    X.refresh(scene.app, scene.http(), tokens := scene.connects())
    assert "POST /x/2/tweets" in caplog.text
    for secret in (scene.account["access_token"], tokens.access, tokens.refresh, scene.app.client_secret):
        assert secret not in caplog.text


def test_what_x_never_takes_is_rejected(scene: Scene) -> None:
    assert "too long" in str(scene.refusal(scene.post("a" * 281)))
    assert isinstance(scene.refusal(scene.post("Hello?", parent="1880000000000000001")), Rejected)
    assert "not valid" in str(scene.refusal(scene.post("?", poll_options=["a" * 26, "b"])))


# -- looking a post up -------------------------------------------------------------------------------------------------


@pytest.fixture(params=["post", "tweet"])
def words(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """X before and since August 2026."""
    monkeypatch.setattr(XPosts, "vocabulary", request.param)
    return str(request.param)


def look(scene: Scene, post: Any, progress: Progress | None = None, *taken: str, ago: float = 5) -> Sent | None:
    doubt = Uncertain(now() - timedelta(seconds=ago), taken=frozenset(taken))
    return scene.connector().confirm(post, progress or Progress(), doubt)


@pytest.mark.parametrize(
    "text",
    ["Ice  cold!\n\nToday.", "Fish & <chips>", "polarfizz.com and https://PolarFizz.com/ä?b=c#d 🧊", "x" * 200 + " é" * 30],
)
def test_a_post_is_found_however_x_writes_it(scene: Scene, words: str, text: str) -> None:
    sent = scene.publishes(scene.post(text))
    assert look(scene, scene.post(text)) == sent
    assert look(scene, scene.post(text + "!")) is None
    assert look(scene, scene.post(text), None, sent.remote_id) is None


def test_a_part_of_a_thread_is_found_below_its_parent_only(scene: Scene, words: str) -> None:
    first = scene.publishes(scene.post("First"))
    part = scene.publishes(scene.post("Part", parent=first.remote_id))
    assert look(scene, scene.post("Part", parent=first.remote_id)) == part
    assert look(scene, scene.post("Part")) is None
    assert look(scene, scene.post("Part", parent=part.remote_id)) is None


def test_media_alone_are_found_by_their_ids(scene: Scene, words: str) -> None:
    mine, other = scene.post("", scene.photo("a.png", side=8)), scene.post("", scene.photo("b.png", side=9))
    progress, others = Progress(), Progress()
    scene.connector().prepare(other, others)
    sent = scene.publishes(mine, progress)
    assert look(scene, mine, progress) == sent
    assert look(scene, other, others) is None


def test_a_post_from_before_the_attempt_is_another(scene: Scene) -> None:
    scene.clock(seconds=-120)
    scene.publishes(scene.post("Old"))
    assert look(scene, scene.post("Old"), ago=0) is None
    assert look(scene, scene.post("Old"), ago=70) is not None


def test_a_post_is_found_beyond_the_first_page(scene: Scene) -> None:
    wanted = scene.publishes(scene.post("Wanted"))
    scene.practice.control("POST", "limits", network="x", enforced=False)
    for number in range(110):
        scene.connector().publish(scene.post(f"Bottle {number}"), Progress())
    scene.practice.control("POST", "limits", network="x", enforced=True)
    assert look(scene, scene.post("Wanted")) == wanted


def test_it_falls_back_on_the_words_that_x_knows(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(XPosts, "vocabulary", "post")
    monkeypatch.setitem(VOCABULARIES, "post", {"post.fields": "no_longer_known"})
    sent = scene.publishes(scene.post())
    assert look(scene, scene.post()) == sent
    assert XPosts.vocabulary == "tweet"
