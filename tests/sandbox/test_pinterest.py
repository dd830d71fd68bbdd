"""The practice Pinterest takes what the real one takes and refuses what it refuses."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.sandbox.conftest import Practice
from tests.sandbox.pinterest_person import APP, Person, film, picture, png, refusal, token

BACK = "https://smo.example/connected/"
SCOPES = "boards:read,boards:write,pins:read,pins:write,user_accounts:read"


@pytest.fixture
def ann(practice: Practice) -> Person:
    return Person(practice)


# -- log-in ------------------------------------------------------------------------------------------------------------


def authorize(practice: Practice, **changes: str) -> requests.Response:
    query = {"client_id": APP[0], "redirect_uri": BACK, "response_type": "code", "scope": SCOPES, "state": "s1", **changes}
    return requests.get(f"{practice.url}/pinterest/oauth/", query, timeout=5)


def press(practice: Practice, account: str, button: str = "allow") -> dict[str, str]:
    ask = re.search(r'name="ask" value="([^"]+)"', authorize(practice).text)
    assert ask
    form = {"ask": ask.group(1), "account": account, "answer": button}
    back = requests.post(f"{practice.url}/pinterest/_consent", form, timeout=5, allow_redirects=False).headers["location"]
    return {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}


def redeem(practice: Practice, code: str, **changes: str) -> requests.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, **changes}
    return token(practice, APP, **form)


def test_a_person_allows_access_and_the_app_gets_tokens(practice: Practice, ann: Person) -> None:
    back = press(practice, ann.id)
    found = redeem(practice, back["code"]).json()

    assert back["state"] == "s1"
    assert (found["token_type"], found["expires_in"], found["refresh_token_expires_in"]) == ("bearer", 2_592_000, 5_184_000)
    assert (found["response_type"], found["scope"]) == ("authorization_code", SCOPES)
    assert found["access_token"].startswith("pina_")
    ann.http.headers["authorization"] = f"Bearer {found['access_token']}"
    assert ann.get("/user_account")["id"] == ann.id


@pytest.mark.parametrize(
    "wrong",
    [{"client_id": "nobody"}, {"response_type": "token"}, {"scope": "pins:eat"}, {"redirect_uri": "javascript:alert(1)"}],
)
def test_an_authorize_address_with_a_mistake_shows_no_consent(practice: Practice, wrong: dict[str, str]) -> None:
    page = authorize(practice, **wrong)
    assert page.status_code == 400
    assert next(iter(wrong)) in page.text


def test_a_code_works_once_and_for_its_address(practice: Practice, ann: Person) -> None:
    code = press(practice, ann.id)["code"]
    assert redeem(practice, code).status_code == 200
    assert redeem(practice, code).status_code == 400
    assert redeem(practice, press(practice, ann.id)["code"], redirect_uri=f"{BACK}x").status_code == 400


def test_the_token_endpoint_wants_a_form_and_the_secret_in_the_header(practice: Practice, ann: Person) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": ann.made["refresh_token"]}
    assert token(practice, **form).status_code == 200
    for auth in (None, (APP[0], "guess")):
        assert refusal(token(practice, auth, **form)) == (401, 2, "Authentication failed.")
    in_body = {**form, "client_id": APP[0], "client_secret": APP[1]}
    assert token(practice, None, **in_body).status_code == 401
    as_json = requests.post(f"{practice.url}/pinterest/v5/oauth/token", json=form, auth=APP, timeout=5)
    assert as_json.status_code == 400
    assert token(practice, **{**form, "grant_type": "password"}).status_code == 400


def test_tokens_live_thirty_and_sixty_days(practice: Practice, ann: Person) -> None:
    practice.control("POST", "clock", offset=31 * 86_400)
    assert refusal(ann.call("GET", "/boards"))[:2] == (401, 1104)
    refreshed = token(practice, grant_type="refresh_token", refresh_token=ann.made["refresh_token"]).json()
    practice.control("POST", "clock", offset=61 * 86_400)
    assert token(practice, grant_type="refresh_token", refresh_token=ann.made["refresh_token"]).status_code == 401
    assert token(practice, grant_type="refresh_token", refresh_token=refreshed["refresh_token"]).status_code == 200


def test_a_refresh_token_opens_nothing_and_a_persons_tokens_are_not_revoked_by_an_app(practice: Practice, ann: Person) -> None:
    revoke = f"{practice.url}/pinterest/v5/oauth/token/revoke"
    assert requests.post(revoke, {"token": ann.made["access_token"]}, auth=APP, timeout=5).status_code == 403
    ann.http.headers["authorization"] = f"Bearer {ann.made['refresh_token']}"
    assert ann.call("GET", "/boards").status_code == 401


@pytest.mark.parametrize(
    ("scopes", "method", "path", "lacking"),
    [
        (["boards:read", "pins:read", "pins:write"], "POST", "/pins", "boards:write"),
        (["boards:read", "boards:write", "pins:read"], "POST", "/media", "pins:write"),
        (["pins:read"], "GET", "/boards", "boards:read"),
        (["pins:read"], "GET", "/user_account", "user_accounts:read"),
    ],
)
def test_each_call_needs_its_scopes(practice: Practice, scopes: list[str], method: str, path: str, lacking: str) -> None:
    status, code, message = refusal(Person(practice, scopes=scopes).call(method, path, json={}))
    assert (status, code) == (403, 3)
    assert lacking in message


# -- boards ------------------------------------------------------------------------------------------------------------


def test_lists_come_in_pages_and_the_last_has_no_bookmark(practice: Practice) -> None:
    ann = Person(practice, boards=["A", "B", "C"])
    first = ann.get("/boards", page_size=2)
    second = ann.get("/boards", page_size=2, bookmark=first["bookmark"])
    assert [board["name"] for board in (*first["items"], *second["items"])] == ["A", "B", "C"]
    assert second["bookmark"] is None
    assert ann.get("/boards", page_size=3)["bookmark"] is None
    for wrong in ({"page_size": 251}, {"page_size": 0}, {"bookmark": "nowhere"}, {"privacy": "SOME"}, {"limit": 3}):
        assert ann.call("GET", "/boards", params=wrong).status_code == 400, wrong


def test_secret_boards_need_a_scope_of_their_own(practice: Practice) -> None:
    ann = Person(practice, scopes=SCOPES.split(","))
    secret = ann.call("POST", "/boards", json={"name": "Secret", "privacy": "SECRET"}).json()["id"]
    assert "Secret" not in [board["name"] for board in ann.get("/boards")["items"]]
    assert refusal(ann.pin(board_id=secret))[:2] == (404, 40)


def test_names_of_boards_and_sections_are_taken_once(ann: Person) -> None:
    sections = f"/boards/{ann.board()}/sections"
    assert ann.call("POST", sections, json={"name": "Ice"}).status_code == 201
    assert refusal(ann.call("POST", sections, json={"name": "ice"}))[:2] == (409, 409)
    assert ann.call("POST", sections, json={"name": "a" * 181}).status_code == 400
    assert ann.call("POST", "/boards", json={"name": "cold drinks"}).status_code == 400


def test_a_board_takes_its_pins_along_and_a_section_leaves_them(ann: Person) -> None:
    board = ann.board()
    section = ann.call("POST", f"/boards/{board}/sections", json={"name": "Ice"}).json()["id"]
    pin = ann.pins(board_section_id=section)["id"]
    assert [one["id"] for one in ann.get(f"/boards/{board}/sections/{section}/pins")["items"]] == [pin]
    assert ann.call("DELETE", f"/boards/{board}/sections/{section}").status_code == 204
    assert ann.get(f"/pins/{pin}")["board_section_id"] is None
    assert ann.call("DELETE", f"/boards/{board}").status_code == 204
    assert refusal(ann.call("GET", f"/pins/{pin}"))[:2] == (404, 50)


# -- pins --------------------------------------------------------------------------------------------------------------


def test_a_pin_is_given_back_as_it_was_made(ann: Person) -> None:
    texts = {"title": "Pie", "description": "Apple #pie", "link": "https://ann.example/pie", "alt_text": "A pie"}
    made = ann.pins(**texts)
    assert {name: made[name] for name in texts} == texts
    assert (made["creative_type"], made["media"]["media_type"], made["board_id"]) == ("REGULAR", "image", ann.board())
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", made["created_at"])
    assert made["id"].isdigit()
    assert ann.get(f"/pins/{made['id']}") == made
    assert ann.get(f"/boards/{ann.board()}/pins")["items"] == [made]
    image = requests.get(made["media"]["images"]["1200x"]["url"], timeout=5)
    assert image.headers["content-type"] == "image/png"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": "a" * 101}, "title has 101"),
        ({"description": "a" * 801}, "description has 801"),
        ({"alt_text": "a" * 501}, "alt_text has 501"),
        ({"link": "https://a.example/" + "a" * 2048}, "link has"),
        ({"link": "ftp://a.example"}, "not a valid URL"),
        ({"board_id": 549}, "board_id"),
        ({"board_id": None}, "board_id is missing"),
        ({"dominant_color": "#12345"}, "dominant_color"),
        ({"text": "?"}, "unknown field 'text'"),
        ({"source": None}, "media_source is missing"),
        ({"source": {"source_type": "text"}}, "source_type 'text'"),
        ({"source": png(url="https://a")}, "unknown field 'url'"),
        ({"source": png(content_type="image/gif")}, "content_type 'image/gif'"),
        ({"source": png(content_type="image/jpeg")}, "not a picture of the type image/jpeg"),
        ({"source": png(data="data:image/png;base64,AA==")}, "not base64"),
        ({"source": png(data="AAAA")}, "not a picture"),
        ({"source": {"source_type": "image_url", "url": "https://a.example/a.png"}}, "could not fetch"),
    ],
)
def test_a_pin_with_a_mistake_is_refused(ann: Person, wrong: dict[str, Any], words: str) -> None:
    body = {"board_id": ann.board(), "media_source": wrong.pop("source", png()), **wrong}
    status, code, message = refusal(ann.call("POST", "/pins", json=body))
    assert (status, code) == (400, 1)
    assert words in message
    assert ann.get("/pins")["items"] == []


def test_a_pin_goes_on_boards_and_sections_of_ones_own_only(practice: Practice, ann: Person) -> None:
    other = Person(practice).board()
    assert refusal(ann.pin(board_id=other))[:2] == (403, 29)
    assert refusal(ann.pin(board_id="1"))[:2] == (404, 40)
    assert refusal(ann.pin(board_section_id="1"))[:2] == (404, 2031)


def slide(width: int = 30, height: int = 40, **more: Any) -> dict[str, Any]:
    return {"content_type": "image/png", "data": picture(width, height), **more}


@pytest.mark.parametrize(
    ("items", "index", "status"),
    [
        ([slide(), slide(60, 80, title="B", description="b", link="https://b.example")], 1, 201),
        ([slide()] * 5, 0, 201),
        ([slide()], 0, 400),
        ([slide()] * 6, 0, 400),
        ([slide(), slide(40, 30)], 0, 400),
        ([slide(), slide()], 2, 400),
        ([slide(), slide(title="t" * 101)], 0, 400),
        ([slide(), slide(alt_text="no")], 0, 400),
    ],
)
def test_a_carousel_has_two_to_five_pictures_of_one_shape(ann: Person, items: list[Any], index: int, status: int) -> None:
    reply = ann.pin({"source_type": "multiple_image_base64", "items": items, "index": index})
    assert reply.status_code == status, reply.text
    assert status == 400 or reply.json()["media"]["media_type"] == "multiple_images"


def test_a_pin_is_changed_saved_and_deleted(practice: Practice, ann: Person) -> None:
    pin = ann.pins(title="Before", description="Stays")["id"]
    changed = ann.call("PATCH", f"/pins/{pin}", json={"title": "After"}).json()
    assert (changed["title"], changed["description"]) == ("After", "Stays")
    assert ann.call("PATCH", f"/pins/{pin}", json={"media_source": png()}).status_code == 400

    bob = Person(practice)
    saved = bob.call("POST", f"/pins/{pin}/save", json={"board_id": bob.board()}).json()
    assert (saved["parent_pin_id"], saved["title"]) == (pin, "After")

    assert bob.call("DELETE", f"/pins/{pin}").status_code == 403
    assert ann.call("DELETE", f"/pins/{pin}").status_code == 204
    assert refusal(ann.call("DELETE", f"/pins/{pin}"))[:2] == (404, 50)


# -- videos ------------------------------------------------------------------------------------------------------------


def video(media: str, **cover: Any) -> dict[str, Any]:
    return {"source_type": "video_id", "media_id": media, **cover}


def test_a_video_is_registered_sent_processed_and_used_once(ann: Person) -> None:
    registered = ann.registers()
    media = registered["media_id"]
    assert ann.status(media) == "registered"
    assert "not succeeded" in refusal(ann.pin(video(media, cover_image_key_frame_time=1)))[2]
    media, state = ann.uploads(film())
    assert state == "succeeded"
    for cover in (
        {},
        {"cover_image_key_frame_time": "1"},
        {"cover_image_content_type": "image/png", "cover_image_data": "AA=="},
    ):
        assert ann.pin(video(media, **cover)).status_code == 400, cover
    made = ann.pin(video(media, cover_image_content_type="image/png", cover_image_data=picture())).json()
    assert (made["creative_type"], made["media"]["media_type"], made["media"]["duration"]) == ("VIDEO", "video", 5000)
    assert "already used" in refusal(ann.pin(video(media, cover_image_key_frame_time=1)))[2]


@pytest.mark.parametrize(
    ("seconds", "width", "height", "codec"),
    [(2, 320, 240, "libx264"), (5, 640, 160, "libx264"), (5, 100, 300, "libx264"), (5, 320, 240, "mpeg4")],
)
def test_films_that_pinterest_does_not_process_fail(ann: Person, seconds: int, width: int, height: int, codec: str) -> None:
    assert ann.uploads(film(seconds, width, height, codec))[1] == "failed"


def test_what_is_no_film_fails(ann: Person) -> None:
    assert ann.uploads(b"not a film" * 100)[1] == "failed"


def test_h265_is_processed(ann: Person) -> None:
    assert ann.uploads(film(5, 320, 240, "libx265"))[1] == "succeeded"


def test_the_storage_wants_all_that_was_signed_and_the_file_last(practice: Practice, ann: Person) -> None:
    registered = ann.registers()
    signed, address = registered["upload_parameters"], registered["upload_url"]
    file = {"file": ("film.mp4", film())}
    for changed in ({**signed, "policy": "x"}, {**signed, "more": "1"}, {**signed, "key": "x"}, {"key": signed["key"]}, {}):
        assert ann.sends(registered, film(), changed).status_code == 403, changed
    assert requests.post(address, signed, files={"other": ("a", b"a")}, timeout=5).status_code in (400, 403)
    parts = [*file.items(), *((name, (None, value)) for name, value in signed.items())]
    assert requests.post(address, files=parts, timeout=5).status_code == 400
    assert requests.put(address, film(), timeout=5).status_code == 405
    token_sent = requests.post(address, signed, files=file, headers=dict(ann.http.headers), timeout=5)
    assert token_sent.status_code == 400
    assert "<Code>InvalidArgument</Code>" in token_sent.text
    practice.control("POST", "clock", offset=3601)
    assert "Policy expired" in ann.sends(registered, film()).text
    practice.control("POST", "clock", offset=0)
    assert ann.sends(registered, film()).status_code == 204


def test_only_videos_are_registered_and_uploads_are_private(practice: Practice, ann: Person) -> None:
    assert ann.call("POST", "/media", json={"media_type": "image"}).status_code == 400
    media = ann.registers()["media_id"]
    assert Person(practice).call("GET", f"/media/{media}").status_code == 404


# -- limits, and who sees what -----------------------------------------------------------------------------------------


def test_an_app_on_trial_has_a_thousand_calls_a_day_and_no_public(practice: Practice) -> None:
    practice.control("POST", "apps", network="pinterest", client_id="young", secret="s")
    ann = Person(practice, trial=True, app="young")
    ann.pins()
    assert practice.posts("pinterest", ann.made) == []
    reply = ann.call("GET", "/boards")
    assert reply.headers["X-RateLimit-Limit"] == "1000"
    assert int(reply.headers["X-RateLimit-Remaining"]) < 1000
    assert int(reply.headers["X-RateLimit-Reset"]) > 86_000


def test_a_hundred_writes_a_minute_are_the_most(practice: Practice, ann: Person) -> None:
    for _ in range(100):
        assert ann.call("POST", "/media", json={"media_type": "video"}).status_code == 201
    refused = ann.call("POST", "/media", json={"media_type": "video"})
    assert refusal(refused)[:2] == (429, 8)
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert ann.get("/media", page_size=250)["items"], "reads have an allowance of their own"
    practice.control("POST", "clock", offset=61)
    assert ann.call("POST", "/media", json={"media_type": "video"}).status_code == 201


def test_fans_comment_and_like_and_apps_do_not_learn_of_it(practice: Practice, ann: Person) -> None:
    pin = ann.pins(description="Cold")["id"]
    for kind in ("comment", "like"):
        practice.control("POST", "fan", network="pinterest", kind=kind, name="Bo", text="Nice", post=pin)
    (shown,) = practice.posts("pinterest", ann.made)
    assert ([reply["text"] for reply in shown["replies"]], shown["likes"]) == (["Nice"], 1)
    assert "Nice" in requests.get(shown["url"], timeout=5).text
    assert ann.call("GET", f"/pins/{pin}/comments").status_code == 404


def test_the_demo_has_its_account(practice: Practice) -> None:
    page = requests.get(f"{practice.url}/pinterest/polarfizz", timeout=5)
    assert page.ok
    assert "Polar Fizz" in page.text
    assert "2 boards" in page.text
