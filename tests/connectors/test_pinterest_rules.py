"""What Pinterest takes and what its answers mean, as data; looking a pin up among others."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.data import GIF, JPEG, MP4, Media, Outgoing, Progress, Sent, Uncertain
from connectors.errors import Blocked, ConnectorError, Doubt, NotNow, Rejected, Unauthorized
from connectors.http import Http
from connectors.pinterest import Pinterest, _is
from connectors.pinterest_answers import Gone
from connectors.pinterest_boards import Api
from connectors.pinterest_media import _patient
from tests.connectors.pinterest_scene import Scene, answered
from tests.connectors.scenery import now
from tests.sandbox.conftest import Practice


@pytest.fixture
def scene(practice: Practice, tmp_path: Path) -> Scene:
    return Scene(practice, tmp_path)


def picture(width: int = 1000, height: int = 1500, size: int = 500_000, mime: str = JPEG, alt: str = "") -> Media:
    return Media("p.jpg", mime, size, "p.jpg", alt, width, height)


def video(seconds: float = 6, width: int = 720, height: int = 1280, size: int = 5_000_000) -> Media:
    return Media("v.mp4", MP4, size, "v.mp4", "", width, height, seconds)


def problems(*media: Media, text: str = "Cold", link: str = "", **options: Any) -> list[str]:
    post = Outgoing("key", text, media or (picture(),), link, options)
    return [problem.message for problem in Pinterest.checker().problems(post)]


# -- what fits ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fits",
    [
        {"media": [picture(1200, 900)]},
        {"media": [picture(size=20_000_000)]},
        {"media": [picture()] * 5},
        {"media": [video()]},
        {"media": [video(4, 1280, 720)]},
        {"media": [video(900, 1910, 1000, 2_000_000_000)]},
        {"text": "a" * 800, "title": "t" * 100, "link": "https://polarfizz.com/" + "a" * 2000},
        {
            "media": [picture(), picture()],
            "image_titles": ["A", "B"],
            "image_links": ["https://polarfizz.com"],
            "first_image": 2,
        },
        {"board": "Drinks", "section": "Cold", "dominant_color": "#6e7874", "cover_second": 900},
    ],
)
def test_what_fits(fits: dict[str, Any]) -> None:
    assert problems(*fits.pop("media", ()), **fits) == []


@pytest.mark.parametrize(
    ("too_much", "sentence"),
    [
        ({"text": "a" * 801}, "takes 800 characters, the text has 801"),
        ({"media": [picture(size=20_000_001)]}, "takes 20 MB"),
        ({"media": [picture(mime=GIF)]}, "takes JPEG, PNG, not GIF"),
        ({"media": [picture()] * 6}, "takes 5 images"),
        ({"media": [picture(), picture(900, 900)]}, "in one shape"),
        ({"media": [picture(size=15_000_000)] * 3}, "more than 40 MB together"),
        ({"media": [picture(), video()]}, "does not mix"),
        ({"media": [video(), video()]}, "takes 1 video"),
        ({"media": [video(3.9)]}, "at least 4 s"),
        ({"media": [video(901)]}, "takes 900 s"),
        ({"media": [video(6, 2000, 1000)]}, "crop it"),
        ({"media": [video(6, 480, 1000)]}, "crop it"),
        ({"media": [picture(alt="a" * 501)]}, "alt text"),
        ({"media": [picture(alt="a" * 300), picture(alt="b" * 300)]}, "601 together"),
        ({"title": "t" * 101}, "100 are allowed"),
        ({"link": "polarfizz.com"}, "no web address"),
        ({"link": "https://polarfizz.com/" + "a" * 2048}, "takes 2048"),
        ({"section": "Cold"}, "name the board too"),
        ({"dominant_color": "red"}, "like #6E7874"),
        ({"image_titles": ["A"]}, "for pins with several images"),
        ({"media": [picture(), picture()], "image_titles": ["A", "B", "C"]}, "there are 2"),
        ({"media": [picture(), picture()], "image_links": ["nowhere"]}, "no web address"),
        ({"media": [video()], "cover": picture(mime=GIF)}, "not GIF"),
        ({"cover_second": 901}, "from 0 to 900"),
    ],
)
def test_what_does_not_fit(too_much: dict[str, Any], sentence: str) -> None:
    found = problems(*too_much.pop("media", ()), **too_much)
    assert any(sentence in problem for problem in found), found


def test_a_text_alone_is_no_pin() -> None:
    found = Pinterest.checker().problems(Outgoing("key", "Words"))
    assert [problem.message for problem in found] == ["Pinterest publishes no text alone: add an image or a video."]


# -- what answers mean -------------------------------------------------------------------------------------------------

ANSWERS: list[tuple[int, Any, type[Exception], str]] = [
    (400, {"code": 1, "message": "Invalid parameters"}, Rejected, "not valid: Invalid parameters"),
    (400, {"code": 1, "message": "This link looks like spam"}, Rejected, "blocks this link"),
    (401, {"code": 2, "message": "Authentication failed."}, Unauthorized, "connect the channel again"),
    (401, {"code": 1104, "message": "Expired"}, Unauthorized, "connect the channel again"),
    (401, {"code": 3, "message": "Scopes"}, Unauthorized, "a permission is missing"),
    (403, {"code": 3, "message": "Scopes"}, Unauthorized, "a permission is missing"),
    (403, {"code": 7, "message": "No"}, Rejected, "does not permit this"),
    (403, {"code": 29, "message": "You are not permitted to access that resource."}, Rejected, "does not permit this"),
    (403, {"code": 2625, "message": "Disapproved"}, Rejected, "has disapproved"),
    (403, {"code": 403, "message": "Sorry, we blocked this link"}, Rejected, "blocks this link"),
    (404, {"code": 40, "message": "?"}, Gone, "does not have this board"),
    (404, {"code": 404, "message": "Board not found."}, Gone, "does not have this board"),
    (404, {"code": 50, "message": "?"}, Gone, "does not have this pin"),
    (404, {"code": 2031, "message": "?"}, Gone, "does not have this section"),
    (404, {"code": 30, "message": "Pinterest has no such user"}, Gone, "does not have this any more"),
    (409, {"code": 409, "message": "Could not get exclusive access to the board"}, NotNow, "board is busy"),
    (409, {"code": 409, "message": "Name is taken"}, Rejected, "choose another name"),
    (429, {"code": 30, "message": "Too many"}, NotNow, "slow down"),
    (408, "", Doubt, "error of its own"),
    (500, {"code": 500, "message": "?"}, Doubt, "error of its own"),
    (502, "<html>", Doubt, "error of its own"),
]


@pytest.mark.parametrize(("status", "body", "kind", "sentence"), ANSWERS)
def test_an_answer_is_judged(status: int, body: Any, kind: type[Exception], sentence: str) -> None:
    with pytest.raises(kind, match=sentence) as caught:
        Pinterest.judge(answered(status, body))
    assert isinstance(caught.value, ConnectorError) is (status not in (408, 500, 502))


@pytest.mark.parametrize("status", [200, 201, 204])
def test_a_success_passes(status: int) -> None:
    Pinterest.judge(answered(status, {}))


def test_the_storage_speaks_xml() -> None:
    with pytest.raises(Rejected, match="storage did not take"):
        Pinterest.judge(answered(403, "<Error><Code>AccessDenied</Code></Error>", path="/"))
    with pytest.raises(Doubt):
        Pinterest.judge(answered(503, "<Error><Code>SlowDown</Code></Error>", path="/"))


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refused_refresh_needs_a_person(status: int) -> None:
    with pytest.raises(Unauthorized, match="connect the channel again"):
        Pinterest.judge(answered(status, {"code": 1, "message": "no"}, path="/v5/oauth/token"))


def test_without_a_word_on_when_it_ends_a_minute_is_waited_for() -> None:
    with pytest.raises(NotNow) as caught:
        Pinterest.judge(answered(429, {"code": 8}))
    assert caught.value.retry_in == timedelta(seconds=60)


@pytest.mark.parametrize(
    ("status", "headers", "method", "scope"),
    [
        (201, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "30"}, "POST", "channel"),
        (429, {"X-RateLimit-Reset": "30"}, "POST", "channel"),
        (429, {"X-RateLimit-Reset": "50000"}, "POST", "app"),
        (201, {"X-RateLimit-Remaining": "1", "X-RateLimit-Reset": "30"}, "POST", ""),
        (200, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "30"}, "GET", ""),
        (201, {}, "POST", ""),
    ],
)
def test_the_rest_of_the_allowance_is_read(status: int, headers: dict[str, str], method: str, scope: str) -> None:
    pause = Pinterest.pause(answered(status, {}, headers, method))
    assert (pause.scope if pause else "") == scope
    assert pause is None or pause.retry_in == timedelta(seconds=int(headers["X-RateLimit-Reset"]))


def test_a_file_goes_to_the_storage_that_the_api_names_and_nowhere_else() -> None:
    storage = "https://pinterest-media-upload.s3-accelerate.amazonaws.com/"
    for base_url, named in (
        ("", storage),
        ("https://api-sandbox.pinterest.com", storage),
        ("http://a/p", "http://a/p/_storage/"),
    ):
        http = Http(Pinterest.hosts, base_url)
        seam = _patient(http, named, 2_000_000)
        assert seam.address(named) == named
        assert (seam.deadline, seam.exchanges) == (http.deadline + 10, http.exchanges)
        with pytest.raises(Blocked):
            _patient(http, "https://evil.example/", 1).address("https://evil.example/")


# -- looking a pin up --------------------------------------------------------------------------------------------------


def look(scene: Scene, post: Outgoing, *taken: str, ago: float = 5) -> Sent | None:
    doubt = Uncertain(now() - timedelta(seconds=ago), taken=frozenset(taken))
    return scene.connector().confirm(post, Progress(), doubt)


def test_a_pin_is_found_among_others(scene: Scene) -> None:
    post = scene.post("Ice\n\ncold", link="https://polarfizz.com", title="Cold")
    for other in (replace(post, text="Ice"), replace(post, link="https://polarfizz.com/2"), replace(post, options={})):
        scene.publishes(other)
    assert look(scene, post) is None
    wanted = scene.publishes(post)
    scene.publishes(scene.post("Later"))
    assert look(scene, post) == wanted


def test_a_pin_of_another_publication_or_of_before_is_not_this_one(scene: Scene) -> None:
    sent = scene.publishes(scene.post())
    assert look(scene, scene.post(), sent.remote_id) is None
    assert look(scene, scene.post(), ago=-120) is None
    assert look(scene, scene.post()) == sent


def test_a_pin_on_another_board_is_not_this_one(scene: Scene) -> None:
    scene.publishes(scene.post(board="Behind the scenes"))
    assert look(scene, scene.post()) is None


def test_of_a_full_board_no_more_is_read_than_needed(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [[pin(ago) for ago in (1, 2, 3)], [pin(ago) for ago in (500, 600, 700)], [pin(900)]]
    read = []

    def given(self: Api, path: str) -> Any:
        for page in pages:
            read.append(page)
            yield page

    place = {"asked": "\n", "board": "1", "section": ""}
    monkeypatch.setattr(Api, "pages", given)
    assert scene.connector().confirm(scene.post(), Progress(place), Uncertain(now())) is None
    assert len(read) == 2

    pages[:] = [page[::-1] for page in reversed(pages)]  # the oldest first
    pages[-1].append({**pin(0), "id": "77", "description": scene.post().text})
    found = scene.connector().confirm(scene.post(), Progress(place), Uncertain(now()))
    assert found is not None
    assert found.remote_id == "77"


def pin(seconds_ago: float) -> dict[str, Any]:
    at = (now() - timedelta(seconds=seconds_ago)).strftime("%Y-%m-%dT%H:%M:%S")
    return {"id": f"{seconds_ago}", "created_at": at, "description": "Another", "media": {"media_type": "image"}}


@pytest.mark.parametrize(
    ("media_type", "fits"),
    [("image", "image"), ("multiple_images", "images"), ("video", "video"), (None, "image images video")],
)
def test_the_kind_of_media_tells_pins_of_the_same_words_apart(media_type: str | None, fits: str) -> None:
    posts = {"image": (picture(),), "images": (picture(), picture()), "video": (video(),)}
    found = {"description": "Cold", "link": None, "media": {"media_type": media_type} if media_type else None}
    assert {name for name, media in posts.items() if _is(found, Outgoing("key", "Cold", media))} == set(fits.split())
