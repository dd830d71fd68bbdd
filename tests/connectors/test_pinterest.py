"""Pinterest over real HTTP: connecting, the life of a pin, what goes wrong on the way."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.base import Confirms, Connects, Deletes, Inbox
from connectors.data import Progress, Sent, Tokens, Uncertain
from connectors.errors import ConnectorError, Doubt, NotNow, Rejected, Unauthorized
from connectors.pinterest import Pinterest
from tests.connectors.pinterest_scene import Scene
from tests.connectors.scenery import RETURN_TO, now
from tests.sandbox.conftest import Practice


@pytest.fixture
def scene(practice: Practice, tmp_path: Path) -> Scene:
    return Scene(practice, tmp_path)


# -- connecting --------------------------------------------------------------------------------------------------------


def test_an_account_is_connected_by_the_consent_page(scene: Scene) -> None:
    tokens = scene.connects()
    assert set(tokens.scopes) == set(Pinterest.scopes)
    assert tokens.expires_at is not None
    assert timedelta(days=29) < tokens.expires_at - now() < timedelta(days=31)

    (account,) = Pinterest.accounts(scene.app, scene.http(), tokens)

    assert (account.remote_id, account.name, account.tokens) == (scene.account["id"], "Polar Fizz Lab", tokens)
    assert account.url == f"{scene.app.base_url}/{account.username}"
    assert account.picture_url
    assert scene.practice.http.get(account.url, timeout=5).ok


def test_a_refresh_gives_new_tokens_and_begins_the_sixty_days_anew(scene: Scene) -> None:
    tokens = scene.connects()
    scene.clock(days=59)
    fresh = Pinterest.refresh(scene.app, scene.http(), tokens)
    assert fresh.access != tokens.access
    assert fresh.refresh != tokens.refresh
    scene.clock(days=61)
    with pytest.raises(Unauthorized, match="connect the channel again"):
        Pinterest.refresh(scene.app, scene.http(), tokens)
    assert Pinterest.accounts(scene.app, scene.http(), Pinterest.refresh(scene.app, scene.http(), fresh))


def test_a_code_works_once(scene: Scene) -> None:
    code = scene.consents()["code"]
    Pinterest.exchange(scene.app, scene.http(), code, RETURN_TO, "")
    with pytest.raises(Unauthorized):
        Pinterest.exchange(scene.app, scene.http(), code, RETURN_TO, "")


def test_a_person_may_say_no(scene: Scene) -> None:
    assert scene.consents(answer="cancel") == {"error": "access_denied", "state": "state-1"}


def test_nothing_is_sent_to_give_tokens_back_as_pinterest_takes_none(scene: Scene) -> None:
    http = scene.http()
    Pinterest.revoke(scene.app, http, Tokens(scene.account["access_token"]))
    assert http.exchanges == []
    assert any("Connected apps" in rule for rule in Pinterest.rules)


def test_it_has_the_capabilities_that_the_network_has(scene: Scene) -> None:
    pinterest = scene.connector()
    assert all(isinstance(pinterest, protocol) for protocol in (Connects, Confirms, Deletes))
    assert not isinstance(pinterest, Inbox), "Pinterest shows apps no comments"


# -- the life of a pin -------------------------------------------------------------------------------------------------


def test_a_photo_goes_out_on_the_first_board(scene: Scene) -> None:
    sent = scene.publishes(scene.post("Ice cold! 🧊 <3", scene.photo(alt="A bottle"), link="https://polarfizz.com/cold"))
    (pin,) = scene.public()
    assert (pin["text"], pin["link"], pin["details"]["board"]) == (
        "Ice cold! 🧊 <3",
        "https://polarfizz.com/cold",
        "Cold drinks",
    )
    assert [(media["mime"], media["alt"]) for media in pin["media"]] == [("image/jpeg", "A bottle")]
    assert sent.url == f"{scene.app.base_url}/pin/{sent.remote_id}/"
    assert scene.practice.http.get(sent.url, timeout=5).ok


def test_everything_that_can_be_said_about_an_image(scene: Scene) -> None:
    scene.board("Recipes", "Hot", "Cold")
    post = scene.post(
        "Apple #pie", scene.photo("pie.png"), title="Pie", board="recipes", section="COLD", dominant_color="#6E7874"
    )
    scene.publishes(post)
    (pin,) = scene.public()
    assert pin["title"] == "Pie"
    assert {name: pin["details"][name] for name in ("board", "section", "color")} == {
        "board": "Recipes", "section": "Cold", "color": "#6E7874",
    }  # fmt: skip


def test_a_pin_of_an_image_alone(scene: Scene) -> None:
    scene.publishes(scene.post(""))
    assert [(pin["text"], len(pin["media"])) for pin in scene.public()] == [("", 1)]


def test_several_images_with_words_of_their_own(scene: Scene) -> None:
    photos = [scene.photo(f"{number}.jpg", alt=f"Bottle {number}", color=color) for number, color in enumerate(("red", "navy"))]
    words: dict[str, Any] = {
        "image_titles": ["Red", "Blue"],
        "image_descriptions": ["Hot"],
        "image_links": ["https://polarfizz.com/red"],
    }
    scene.publishes(scene.post("Two bottles", *photos, first_image=2, **words))
    (pin,) = scene.public()
    assert (len(pin["media"]), pin["details"]["index"], pin["details"]["alt"]) == (2, "1", "Bottle 0\nBottle 1")
    (shown,) = scene.api("GET", "/pins")["items"]
    items = [(item["title"], item["description"], item["link"]) for item in shown["media"]["items"]]
    assert items == [("Red", "Hot", "https://polarfizz.com/red"), ("Blue", None, None)]


@pytest.mark.parametrize(("width", "height"), [(720, 1280), (1280, 720)])
def test_a_video_is_sent_as_a_form_and_waited_for(scene: Scene, width: int, height: int) -> None:
    scene.publishes(scene.post("It moves", scene.film(6, width, height, alt="A film")))
    (pin,) = scene.public()
    assert [(media["mime"], media["alt"]) for media in pin["media"]] == [("video/mp4", "A film")]
    assert pin["details"]["cover"] == "1 s"


def test_our_token_does_not_leave_for_the_storage(scene: Scene) -> None:
    scene.publishes(scene.post("It moves", scene.film()))
    (upload,) = scene.calls("POST", "/_storage/")
    assert upload["status"] == 204
    assert "authorization" not in upload["headers"]
    assert int(upload["headers"]["content-length"]) > scene.film().size


@pytest.mark.parametrize(("chosen", "cover"), [({"cover_second": 3}, "3 s"), ({"cover_second": 0}, "0 s"), ({}, "image")])
def test_a_video_has_a_cover(scene: Scene, chosen: dict[str, Any], cover: str) -> None:
    options = chosen or {"cover": scene.photo("cover.png", size=(720, 1280))}
    scene.publishes(scene.post("It moves", scene.film(), **options))
    assert scene.public()[0]["details"]["cover"] == cover


def test_a_pin_is_deleted_and_may_be_gone_already(scene: Scene) -> None:
    sent = scene.publishes(scene.post())
    scene.connector().delete(sent.remote_id)
    assert scene.texts() == []
    scene.connector().delete(sent.remote_id)


# -- boards ------------------------------------------------------------------------------------------------------------


def test_a_board_may_be_named_by_its_id(scene: Scene) -> None:
    board = scene.board("Recipes")
    scene.publishes(scene.post(board=board))
    assert scene.public()[0]["details"]["board"] == "Recipes"


def test_a_board_that_is_not_there_is_named_with_those_that_are(scene: Scene) -> None:
    error = scene.refusal(scene.post(board="Recipies"))
    assert isinstance(error, Rejected)
    assert "no board “Recipies”" in str(error)
    assert "Cold drinks, Behind the scenes" in str(error)


def test_a_section_that_is_not_there_is_named_too(scene: Scene) -> None:
    scene.board("Recipes", "Cold")
    assert "no section “Hot” on Pinterest: choose one of these (Cold)" in str(
        scene.refusal(scene.post(board="Recipes", section="Hot"))
    )


def test_without_any_board_one_has_to_be_made(practice: Practice, tmp_path: Path) -> None:
    scene = Scene(practice, tmp_path, boards=[])
    assert "has no board yet" in str(scene.refusal(scene.post()))


def test_the_default_is_a_board_that_everybody_sees(practice: Practice, tmp_path: Path) -> None:
    scene = Scene(practice, tmp_path, boards=[])
    scene.api("POST", "/boards", json={"name": "For few", "privacy": "PROTECTED"})
    scene.board("For all")
    scene.publishes(scene.post())
    assert scene.public()[0]["details"]["board"] == "For all"


def test_the_board_is_looked_up_once_and_again_when_another_is_chosen(scene: Scene) -> None:
    progress = Progress()
    scene.connector().prepare(scene.post(), progress)
    scene.connector().prepare(scene.post(), progress)
    assert len(scene.calls("GET", "/v5/boards$")) == 1
    scene.publishes(scene.post(board="Behind the scenes"), progress)
    assert scene.public()[0]["details"]["board"] == "Behind the scenes"


def test_a_board_that_was_deleted_meanwhile_is_looked_for_again_next_time(scene: Scene) -> None:
    progress, post = Progress(), scene.post()
    scene.connector().prepare(post, progress)
    scene.api("DELETE", f"/boards/{progress.get('board')}")
    with pytest.raises(Rejected, match="does not have this board any more"):
        scene.connector().publish(post, progress)
    scene.publishes(post, progress)
    assert scene.public()[0]["details"]["board"] == "Behind the scenes"


def test_more_boards_than_fit_on_a_page(practice: Practice, tmp_path: Path) -> None:
    scene = Scene(practice, tmp_path, boards=[f"Board {number}" for number in range(251)])
    scene.publishes(scene.post(board="Board 250"))
    assert scene.public()[0]["details"]["board"] == "Board 250"


# -- what goes wrong ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["image", "images", "video"])
@pytest.mark.parametrize(("fault", "arrived"), [
    ("fail", False), ("timeout_before", False), ("timeout_after", True), ("reset_before", False), ("reset_after", True),
])  # fmt: skip
def test_after_a_doubt_the_pin_is_looked_up(scene: Scene, kind: str, fault: str, arrived: bool) -> None:
    media = {"image": [scene.photo()], "images": [scene.photo("a.jpg"), scene.photo("b.jpg")], "video": [scene.film()]}[kind]
    post, progress = scene.post("Is it there?", *media, link="https://polarfizz.com/", title="Hm"), Progress()
    scene.connector().prepare(post, progress)

    doubt = scene.doubts(post, progress, kind=fault)
    found = scene.connector().confirm(post, progress, doubt)

    assert scene.texts() == ([post.text] if arrived else [])
    assert (found is not None) is arrived
    if found:
        assert isinstance(found, Sent)
        assert found.remote_id == scene.public()[0]["id"]


def test_the_same_pin_may_be_made_twice_but_a_video_is_used_once(scene: Scene) -> None:
    scene.publishes(scene.post())
    scene.publishes(scene.post())
    assert len(scene.texts()) == 2

    post, progress = scene.post("Film", scene.film()), Progress()
    scene.publishes(post, progress)
    with pytest.raises(Doubt, match="earlier attempt arrived"):
        scene.connector().publish(replace(post, doubted=True), progress)
    with pytest.raises(Rejected, match="used the uploaded video already"):
        scene.connector().publish(post, progress)
    scene.publishes(post, progress)
    assert scene.texts().count("Film") == 2


def test_too_many_pins_wait_until_the_window_ends(scene: Scene) -> None:
    scene.fault("refuse", seconds=40)
    error = scene.refusal(scene.post())
    assert isinstance(error, NotNow)
    assert error.retry_in == timedelta(seconds=40)
    assert [(pause.scope, pause.retry_in) for pause in scene.pauses] == [("channel", timedelta(seconds=40))]


def test_the_last_pin_of_the_minute_says_that_nothing_is_left(scene: Scene) -> None:
    pinterest, post, progress = scene.connector(), scene.post(), Progress()
    pinterest.prepare(post, progress)
    for _ in range(100):
        assert scene.pauses == []
        pinterest.publish(post, progress)
    assert [pause.scope for pause in scene.pauses] == ["channel"]
    assert timedelta() < scene.pauses[0].retry_in <= timedelta(seconds=60)
    assert isinstance(scene.refusal(post), NotNow)
    assert len(scene.public()) == 100


@pytest.mark.parametrize("kind", ["expire_token", "revoke_token"])
def test_a_dead_token_asks_for_a_new_connection(scene: Scene, kind: str) -> None:
    scene.fault(kind, operation="publish")
    error = scene.refusal(scene.post())
    assert isinstance(error, Unauthorized)
    assert "connect the channel again" in str(error)
    assert scene.texts() == []


def test_a_missing_permission_asks_for_a_new_connection(practice: Practice, tmp_path: Path) -> None:
    scene = Scene(practice, tmp_path, scopes=["user_accounts:read", "boards:read", "pins:read"])
    error = scene.refusal(scene.post())
    assert isinstance(error, Unauthorized)
    assert "a permission is missing" in str(error)


@pytest.mark.parametrize(("state", "sentence"), [("disapproved", "has disapproved"), ("under_review", "is still reviewing")])
def test_an_account_in_trouble_is_for_its_owner_to_settle(
    practice: Practice, tmp_path: Path, state: str, sentence: str
) -> None:
    scene = Scene(practice, tmp_path, **{state: True})
    error = scene.refusal(scene.post())
    assert isinstance(error, Rejected)
    assert sentence in str(error)


def test_an_app_on_trial_pins_for_its_own_eyes(practice: Practice, tmp_path: Path) -> None:
    scene = Scene(practice, tmp_path, trial=True)
    post, progress, since = scene.post(), Progress(), now()
    sent = scene.publishes(post, progress)
    assert scene.texts() == []
    assert scene.connector().confirm(post, progress, Uncertain(since)) == sent


def refusals(scene: Scene) -> dict[str, ConnectorError]:
    return {
        "blocks this link": scene.refusal(scene.post(link="https://spam.example/x")),
        "link is not a valid URL": scene.refusal(scene.post(link="polarfizz")),
        "at most 800": scene.refusal(scene.post("a" * 801)),
        "title has 101": scene.refusal(scene.post(title="a" * 101)),
        "same aspect ratio": scene.refusal(scene.post("Two", scene.photo("a.jpg"), scene.photo("b.jpg", size=(900, 900)))),
        "could not process": scene.refusal(scene.post("No film", scene.junk())),
    }


def test_what_pinterest_never_takes_is_rejected(scene: Scene) -> None:
    for words, error in refusals(scene).items():
        assert isinstance(error, Rejected)
        assert words in str(error)
    assert scene.texts() == []
