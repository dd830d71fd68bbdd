"""Mastodon over real HTTP: connecting, the life of a post, what goes wrong on the way."""

import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.base import Confirms, Connects, Deletes, Registers
from connectors.data import App, Progress, Sent, Uncertain
from connectors.errors import Doubt, NotNow, Rejected, Unauthorized
from connectors.mastodon import Mastodon
from tests.connectors.mastodon_scene import Scene
from tests.connectors.scenery import RETURN_TO, now
from tests.sandbox.conftest import Practice


@pytest.fixture
def scene(practice: Practice, tmp_path: Path) -> Scene:
    return Scene(practice, tmp_path)


# -- connecting --------------------------------------------------------------------------------------------------------


def test_an_app_is_registered_with_the_server_and_an_account_connected_by_it(scene: Scene) -> None:
    app = Mastodon.register(Mastodon.seam(App("", "", scene.app.base_url)), scene.app.base_url, RETURN_TO)
    assert app.base_url == scene.app.base_url
    assert app.client_secret

    tokens = scene.connects(app)
    assert set(tokens.scopes) == set(Mastodon.scopes)
    assert tokens.expires_at is None

    (account,) = Mastodon.accounts(app, scene.http(), tokens)
    assert (account.remote_id, account.name, account.tokens) == (scene.account["id"], "Polar Fizz Lab", tokens)
    assert account.username == scene.account["username"]
    assert account.url == f"{app.base_url}/@{account.username}"
    assert scene.practice.http.get(account.url, timeout=5).ok
    assert account.picture_url


def test_a_server_of_another_kind_is_no_place_for_an_account(scene: Scene) -> None:
    elsewhere = f"{scene.practice.url}/x"
    with pytest.raises(Rejected, match="check it"):
        Mastodon.register(Mastodon.seam(App("", "", elsewhere)), elsewhere, RETURN_TO)


def test_a_token_lasts_until_it_is_given_back(scene: Scene) -> None:
    tokens = scene.connects()
    scene.clock(days=400)
    assert Mastodon.refresh(scene.app, scene.http(), tokens) == tokens
    Mastodon.revoke(scene.app, scene.http(), tokens)
    Mastodon.revoke(scene.app, scene.http(), tokens)  # what is dead already is no error
    with pytest.raises(Unauthorized):
        Mastodon.refresh(scene.app, scene.http(), tokens)
    with pytest.raises(Unauthorized):
        Mastodon.accounts(scene.app, scene.http(), tokens)


def test_a_code_works_once_and_only_with_its_verifier(scene: Scene) -> None:
    back, verifier = scene.consents()
    Mastodon.exchange(scene.app, scene.http(), back["code"], RETURN_TO, verifier)
    with pytest.raises(Unauthorized):
        Mastodon.exchange(scene.app, scene.http(), back["code"], RETURN_TO, verifier)
    back, _ = scene.consents()
    with pytest.raises(Unauthorized):
        Mastodon.exchange(scene.app, scene.http(), back["code"], RETURN_TO, "another-verifier-of-at-least-forty-three-letters")


def test_an_app_that_the_server_forgot_asks_for_a_new_connection(scene: Scene) -> None:
    with pytest.raises(Unauthorized, match="no longer knows SMO"):
        Mastodon.exchange(App("gone", "gone", scene.app.base_url), scene.http(), "code", RETURN_TO, "verifier")


def test_a_person_may_say_no(scene: Scene) -> None:
    back, _ = scene.consents(answer="cancel")
    assert back == {"error": "access_denied", "state": "state-1"}


def test_it_has_the_capabilities_that_the_network_has(scene: Scene) -> None:
    mastodon = scene.connector()
    assert all(isinstance(mastodon, protocol) for protocol in (Connects, Registers, Confirms, Deletes))


# -- the life of a post ------------------------------------------------------------------------------------------------


def test_a_text_goes_out_and_has_an_address(scene: Scene) -> None:
    sent = scene.publishes(scene.post("Ice cold! 🧊 <3 & #cold", link="https://polarfizz.com/cold"))
    assert scene.texts() == ["Ice cold! 🧊 <3 & #cold\n\nhttps://polarfizz.com/cold"]
    assert sent.url == f"{scene.app.base_url}/@{scene.account['username']}/{sent.remote_id}"
    assert scene.practice.http.get(sent.url, timeout=5).ok


def test_photos_go_out_in_their_order_with_their_descriptions(scene: Scene) -> None:
    photos = [scene.photo(f"{number}.png", alt=f"Bottle {number} – ä", side=8 + number) for number in range(4)]
    scene.publishes(scene.post("Four bottles", *photos))
    (post,) = scene.public()
    assert [(media["mime"], media["alt"]) for media in post["media"]] == [("image/png", f"Bottle {n} – ä") for n in range(4)]


def test_a_plain_photo_and_a_plain_film_fit(scene: Scene) -> None:
    photo, film, upright = scene.jpeg(), scene.film(1280, 720), scene.film(720, 1280)
    for number, media in enumerate((photo, film, upright)):
        post = scene.post("Look", media, key=f"key-{number}")
        assert scene.connector().problems(post) == []
        scene.publishes(post)
    assert [post["media"][0]["mime"] for post in scene.public()] == ["image/jpeg", "video/mp4", "video/mp4"]


def test_a_post_of_media_alone(scene: Scene) -> None:
    scene.publishes(scene.post("", scene.photo()))
    assert [(post["text"], len(post["media"])) for post in scene.public()] == [("", 1)]


def test_a_moving_gif_is_waited_for(scene: Scene) -> None:
    scene.publishes(scene.post("It moves", scene.gif()))
    assert scene.calls("GET", "/api/v1/media/")[0]["status"] == 206
    assert len(scene.public()[0]["media"]) == 1


def test_a_thread_and_a_first_comment_hang_on_their_parent(scene: Scene) -> None:
    first = scene.publishes(scene.post("1/2 It is hot."))
    second = scene.publishes(scene.post("2/2 So drink something cold.", parent=first.remote_id, key="key-2"))
    comment = scene.publishes(scene.post("Get it at polarfizz.com", parent=first.remote_id, key="key-3"))
    parents = {post["id"]: post["parent"] for post in scene.public()}
    assert parents == {first.remote_id: "", second.remote_id: first.remote_id, comment.remote_id: first.remote_id}


def test_a_poll_with_all_its_settings(scene: Scene) -> None:
    chosen: dict[str, Any] = {"poll_options": ["Ice", "More ice"], "poll_minutes": 60}
    sent = scene.publishes(scene.post("How cold?", **chosen, poll_multiple=True, poll_hide_totals=True))
    assert scene.public()[0]["poll"] == ["Ice", "More ice"]
    poll, created = scene.status(sent.remote_id)["poll"], scene.status(sent.remote_id)["created_at"]
    assert (poll["multiple"], poll["options"][0]["votes_count"]) == (True, None)
    assert poll["expires_at"][:13] != created[:13], "an hour later"


def test_every_choice_arrives(scene: Scene) -> None:
    quoted = scene.publishes(scene.post("Quote me"))
    chosen: dict[str, Any] = {"visibility": "unlisted", "spoiler_text": "Very cold", "sensitive": True, "language": "de"}
    sent = scene.publishes(
        scene.post("Eiskalt", scene.photo(), key="key-2", quote=quoted.url, quote_approval_policy="followers", **chosen)
    )
    status = scene.status(sent.remote_id)
    assert {name: status[name] for name in chosen} == chosen
    assert status["quote"]["quoted_status_id"] == quoted.remote_id
    assert status["quote_approval"]["automatic"] == ["followers"]


@pytest.mark.parametrize("visibility", ["private", "direct"])
def test_what_is_not_for_everyone_is_not_public(scene: Scene, visibility: str) -> None:
    sent = scene.publishes(scene.post("Hello @ann@example.com", visibility=visibility))
    assert scene.public() == []
    assert scene.practice.http.get(sent.url, timeout=5).status_code == 404
    assert scene.status(sent.remote_id)["visibility"] == visibility


def test_a_post_is_deleted_and_may_be_gone_already(scene: Scene) -> None:
    sent = scene.publishes(scene.post("Bye", scene.photo()))
    scene.connector().delete(sent.remote_id)
    assert scene.texts() == []
    scene.connector().delete(sent.remote_id)


# -- what goes wrong ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "arrived"), [
    ("fail", False), ("timeout_before", False), ("timeout_after", True), ("reset_before", False), ("reset_after", True),
])  # fmt: skip
def test_after_a_doubt_the_post_is_found_or_sent_again_under_its_key(scene: Scene, kind: str, arrived: bool) -> None:
    post, progress = scene.post("Is it there? @ann@example.com https://polarfizz.com", scene.photo()), Progress()
    scene.connector().prepare(post, progress)
    doubt = scene.doubts(post, progress, kind=kind)

    found = scene.connector().confirm(post, progress, doubt)

    assert len(scene.calls("POST", "/api/v1/statuses")) == 1  # a look only looks
    assert isinstance(found, Sent) if arrived else found is None
    sent = found or scene.connector().publish(replace(post, doubted=True), progress)
    assert [shown["id"] for shown in scene.public()] == [sent.remote_id]
    assert scene.practice.http.get(sent.url, timeout=5).ok


def test_the_same_key_never_makes_a_second_post_within_the_hour(scene: Scene) -> None:
    first = scene.publishes(scene.post())
    assert scene.publishes(scene.post()) == first
    assert len(scene.texts()) == 1
    assert scene.publishes(scene.post(key="another")) != first


def test_media_that_an_earlier_attempt_used_up_are_a_doubt(scene: Scene) -> None:
    photo, progress = scene.photo(), Progress()
    scene.publishes(scene.post("There", photo), progress)
    scene.clock(hours=2)
    with pytest.raises(Doubt, match="may have arrived"):
        scene.connector().publish(scene.post("There", photo, doubted=True), progress)
    assert scene.texts() == ["There"]


def test_a_look_that_misses_the_post_does_not_use_other_media_for_a_second_one(scene: Scene) -> None:
    """A server that ignores keys: the media are in the post that this attempt cannot see."""
    photo, progress = scene.photo(), Progress()
    sent = scene.publishes(scene.post("There", photo, key="forgotten"), progress)
    assert (
        scene.connector().confirm(scene.post("There", photo), progress, Uncertain(now(), "", frozenset({sent.remote_id})))
        is None
    )
    with pytest.raises(Doubt, match="may have arrived"):
        scene.connector().publish(scene.post("There", photo, doubted=True), progress)
    assert scene.texts() == ["There"]


def test_too_many_posts_wait_until_the_window_ends(scene: Scene) -> None:
    scene.fault("refuse", seconds=300)
    error = scene.refusal(scene.post())
    assert isinstance(error, NotNow)
    assert error.retry_in is not None
    assert timedelta(seconds=290) < error.retry_in <= timedelta(seconds=302)
    assert [(pause.scope, pause.retry_in > timedelta(seconds=290)) for pause in scene.pauses] == [("channel", True)]


@pytest.mark.parametrize("kind", ["expire_token", "revoke_token"])
def test_a_dead_token_asks_for_a_new_connection(scene: Scene, kind: str) -> None:
    scene.fault(kind)
    error = scene.refusal(scene.post())
    assert isinstance(error, Unauthorized)
    assert "connect the channel again" in str(error)
    assert scene.texts() == []


def test_a_duplicate_is_a_persons_matter(scene: Scene) -> None:
    scene.fault("duplicate")
    error = scene.refusal(scene.post())
    assert isinstance(error, Rejected)
    assert "already been taken" in str(error)


def test_a_missing_scope_and_a_disabled_log_in_ask_for_a_new_connection(practice: Practice, tmp_path: Path) -> None:
    narrow = Scene(practice, tmp_path, scopes=["read"])
    assert isinstance(error := narrow.refusal(narrow.post()), Unauthorized)
    assert "allow all" in str(error)
    disabled = Scene(practice, tmp_path, disabled=True)
    assert isinstance(error := disabled.refusal(disabled.post()), Unauthorized)
    assert "Settle it there" in str(error)


def test_what_the_server_never_takes_is_rejected(scene: Scene) -> None:
    assert "character limit of 500" in str(scene.refusal(scene.post("a" * 501)))
    assert isinstance(scene.refusal(scene.post("Hello?", parent="1880000000000000001")), Rejected)
    assert "50 characters" in str(scene.refusal(scene.post("?", poll_options=["a" * 51, "b"])))
    assert "cannot find the post that you quote" in str(scene.refusal(scene.post("!", quote="https://example.com/@a/1")))
    broken = scene._file("broken.png", "image/png", b"nothing", "", 8, 8)
    assert "could not process the file" in str(scene.refusal(scene.post("!", broken)))


def test_no_token_reaches_the_log(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    scene.publishes(scene.post("Quiet", scene.photo()))
    tokens = scene.connects()
    assert "POST /mastodon/api/v1/statuses" in caplog.text
    for secret in (scene.account["access_token"], tokens.access, scene.app.client_secret):
        assert secret not in caplog.text


# -- looking a post up -------------------------------------------------------------------------------------------------


def look(scene: Scene, post: Any, progress: Progress | None = None, *taken: str, ago: float = 3500) -> Any:
    """What a look finds since so many seconds ago."""
    doubt = Uncertain(now() - timedelta(seconds=ago), taken=frozenset(taken))
    return scene.connector().confirm(post, progress or Progress(), doubt)


@pytest.mark.parametrize("text", [
    "Ice  cold!\n\n\nToday.\nNow.", "Fish & <chips> \"a\" 'b'", "Hi @ann@example.com, #köln: https://www.PolarFizz.com/ä?b=c&d=e#f",
    "é" * 200, "https://polarfizz.com/a/very/long/path/that/is/shown/only/in/part/to/people (see it)",
])  # fmt: skip
def test_a_post_is_found_however_the_server_writes_it(scene: Scene, text: str) -> None:
    sent = scene.publishes(scene.post(text))
    assert look(scene, scene.post(text)) == sent
    assert look(scene, scene.post(text + "!")) is None
    assert look(scene, scene.post(text), None, sent.remote_id) is None


def test_a_part_of_a_thread_is_found_below_its_parent_only(scene: Scene) -> None:
    first = scene.publishes(scene.post("First"))
    part = scene.publishes(scene.post("Part", parent=first.remote_id, key="key-2"))
    assert look(scene, scene.post("Part", parent=first.remote_id)) == part
    assert look(scene, scene.post("Part")) is None


def test_the_same_words_with_another_warning_or_poll_are_another_post(scene: Scene) -> None:
    sent = scene.publishes(scene.post("Cold?", spoiler_text="Ice", poll_options=["Yes", "No"]))
    assert look(scene, scene.post("Cold?", spoiler_text="Ice", poll_options=["Yes", "No"])) == sent
    assert look(scene, scene.post("Cold?", spoiler_text="Ice")) is None
    assert look(scene, scene.post("Cold?", poll_options=["Yes", "No"])) is None


def test_a_quote_is_found_in_spite_of_the_link_that_the_server_puts_before_it(scene: Scene) -> None:
    quoted = scene.publishes(scene.post("Quote me"))
    sent = scene.publishes(scene.post("Well said", key="key-2", quote=quoted.url))
    assert look(scene, scene.post("Well said", quote=quoted.url)) == sent


def test_media_alone_are_found_by_their_ids(scene: Scene) -> None:
    mine, other = scene.post("", scene.photo("a.png", side=8)), scene.post("", scene.photo("b.png", side=9), key="key-2")
    progress, others = Progress(), Progress()
    scene.connector().prepare(other, others)
    sent = scene.publishes(mine, progress)
    assert look(scene, mine, progress) == sent
    assert look(scene, other, others) is None


def test_a_post_from_before_the_attempt_is_another(scene: Scene) -> None:
    scene.clock(hours=-2)
    scene.publishes(scene.post("Old"))
    assert look(scene, scene.post("Old")) is None
    assert look(scene, scene.post("Old"), ago=7300) is not None


def test_a_post_is_found_beyond_the_first_page(scene: Scene) -> None:
    wanted = scene.publishes(scene.post("Wanted"))
    for number in range(45):
        scene.connector().publish(scene.post(f"Bottle {number}", key=f"bottle-{number}"), Progress())
    assert look(scene, scene.post("Wanted")) == wanted
    assert len(scene.calls("GET", "/accounts/.*/statuses")) == 2
