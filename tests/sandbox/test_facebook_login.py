"""The practice Facebook: the dialog, tokens and their ends, permissions."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.sandbox.conftest import Practice
from tests.sandbox.facebook_scene import APP, SECRET, Page

BACK = "http://127.0.0.1:9/back"
SCOPES = "pages_show_list,pages_manage_posts,pages_read_engagement"


@pytest.fixture
def brand(practice: Practice) -> Page:
    return Page(practice)


def open_dialog(brand: Page, **changes: str) -> requests.Response:
    asked = {"client_id": APP, "redirect_uri": BACK, "state": "s1", "response_type": "code", "scope": SCOPES, **changes}
    return brand.http.get(f"{brand.graph}/dialog/oauth", params=asked, timeout=5)


def press(brand: Page, answer: str = "allow", scopes: str = SCOPES, **changes: str) -> dict[str, str]:
    """Open the dialog, choose this Page and these permissions, press a button; what came back to the app."""
    html = open_dialog(brand, **changes).text
    match = re.search(r'name="ask" value="([^"]+)"', html)
    assert match is not None, html
    form = [("ask", match[1]), ("answer", answer), ("account", brand.id), *(("scope", scope) for scope in scopes.split(","))]
    back = brand.http.post(f"{brand.root}/_consent", data=form, allow_redirects=False, timeout=5)
    assert back.headers["location"].startswith(BACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(back.headers["location"]).query).items()}


def trade(brand: Page, **params: str) -> dict[str, Any]:
    """Ask for a token."""
    asked = {"client_id": APP, "client_secret": SECRET, **params}
    found: dict[str, Any] = brand.http.get(f"{brand.graph}/oauth/access_token", params=asked, timeout=5).json()
    return found


def logged_in(brand: Page, scopes: str = SCOPES) -> str:
    """A long-lived token of the person."""
    code = press(brand, scopes=scopes)["code"]
    short = trade(brand, code=code, redirect_uri=BACK)["access_token"]
    return str(trade(brand, grant_type="fb_exchange_token", fb_exchange_token=short)["access_token"])


def inspect(brand: Page, token: str) -> dict[str, Any]:
    """What /debug_token says."""
    found: dict[str, Any] = brand.call("GET", "debug_token", f"{APP}|{SECRET}", input_token=token)[1]["data"]
    return found


def test_from_the_dialog_to_a_page_token_without_end(brand: Page) -> None:
    back = press(brand)
    short = trade(brand, code=back["code"], redirect_uri=BACK)
    long = trade(brand, grant_type="fb_exchange_token", fb_exchange_token=short["access_token"])
    pages = brand.get("me/accounts", token=long["access_token"])["data"]

    assert back["state"] == "s1"
    assert (short["token_type"], short["expires_in"]) == ("bearer", 5400)
    assert long["expires_in"] == 5183944
    assert [(page["id"], page["name"]) for page in pages] == [(brand.id, "Test Brand")]
    assert "CREATE_CONTENT" in pages[0]["tasks"]
    assert brand.call("POST", f"{brand.id}/feed", pages[0]["access_token"], message="Hi")[0] == 200
    assert inspect(brand, pages[0]["access_token"])["expires_at"] == 0


def test_a_page_token_of_a_short_lived_log_in_ends_with_it(brand: Page) -> None:
    short = trade(brand, code=press(brand)["code"], redirect_uri=BACK)["access_token"]
    token = brand.get("me/accounts", token=short)["data"][0]["access_token"]
    brand.later(5500)

    assert brand.refused("GET", "me", token) == (190, 463)
    assert brand.refused("GET", "me", short) == (190, 463)
    assert trade(brand, grant_type="fb_exchange_token", fb_exchange_token=short)["error"]["error_subcode"] == 463


def test_cancel_goes_back_with_facebooks_own_words(brand: Page) -> None:
    back = press(brand, answer="cancel")

    assert (back["error"], back["error_code"], back["error_reason"], back["state"]) == (
        "access_denied",
        "200",
        "user_denied",
        "s1",
    )


def test_an_unticked_permission_is_declined_and_its_calls_are_refused(brand: Page) -> None:
    token = logged_in(brand, scopes="pages_show_list,pages_read_engagement")
    page_token = brand.get("me/accounts", token=token)["data"][0]["access_token"]

    granted = {entry["permission"]: entry["status"] for entry in brand.get("me/permissions", token=token)["data"]}
    assert granted["pages_manage_posts"] == "declined"
    assert granted["pages_show_list"] == "granted"
    assert brand.refused("POST", f"{brand.id}/feed", page_token, message="Hi") == (200, None)
    assert brand.refused("GET", f"{brand.id}/conversations", page_token) == (10, None)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"client_id": "nobody"}, "Invalid App ID"),
        ({"scope": "fly"}, "Invalid Scopes: fly"),
        ({"redirect_uri": ""}, "URL blocked"),
    ],
)
def test_a_wrong_dialog_request_is_told_to_the_person(brand: Page, changes: dict[str, str], words: str) -> None:
    reply = open_dialog(brand, **changes)

    assert reply.status_code == 400
    assert words in reply.text


def test_a_code_works_once_at_the_same_address_with_the_right_secret(brand: Page) -> None:
    code = press(brand)["code"]

    assert trade(brand, code=code, redirect_uri=BACK, client_secret="guess")["error"]["code"] == 1
    assert trade(brand, code=press(brand)["code"], redirect_uri=f"{BACK}/")["error"]["error_subcode"] == 36008
    assert "access_token" in trade(brand, code=code, redirect_uri=BACK)
    assert trade(brand, code=code, redirect_uri=BACK)["error"]["error_subcode"] == 36009


def test_removing_the_app_ends_every_token_of_the_person(brand: Page) -> None:
    assert brand.call("DELETE", "me/permissions", brand.user_token) == (200, {"success": True})

    assert brand.refused("GET", "me", brand.user_token) == (190, 458)
    assert brand.refused("POST", f"{brand.id}/feed", message="Hi") == (190, 458)


def test_giving_back_one_permission_leaves_the_others(brand: Page) -> None:
    brand.call("DELETE", "me/permissions/pages_manage_posts", brand.user_token)

    assert brand.refused("POST", f"{brand.id}/feed", message="Hi") == (200, None)
    assert brand.get(f"{brand.id}/published_posts")["data"] == []


def test_debug_token_describes_living_and_dead_tokens(brand: Page) -> None:
    alive = inspect(brand, brand.token)
    brand.practice.control("POST", "tokens", network="facebook", token=brand.token, state="expired")
    ended = inspect(brand, brand.token)

    assert (alive["is_valid"], alive["type"], alive["profile_id"], alive["app_id"]) == (True, "PAGE", brand.id, APP)
    assert alive["granular_scopes"][0]["target_ids"] == [brand.id]
    assert (ended["is_valid"], ended["error"]["subcode"]) == (False, 463)
    assert inspect(brand, "nonsense")["is_valid"] is False


def test_no_token_a_broken_one_and_a_persons_own_are_told_apart(brand: Page) -> None:
    nothing = brand.http.get(f"{brand.graph}/me", timeout=5).json()["error"]

    assert nothing["code"] == 2500
    assert brand.refused("GET", "me", "nonsense") == (190, None)
    assert brand.refused("POST", f"{brand.id}/feed", brand.user_token, message="Hi") == (190, 2069032)


def test_another_pages_things_are_out_of_reach(brand: Page, practice: Practice) -> None:
    other = Page(practice, "Other Brand")
    post = other.says("Ours")

    assert brand.refused("POST", f"{other.id}/feed", message="Hi") == (200, None)
    assert brand.refused("DELETE", post) == (200, None)
    assert brand.refused("GET", post) == (10, None)


def test_a_proof_that_is_sent_must_be_right(brand: Page) -> None:
    proof = hmac.new(SECRET.encode(), brand.token.encode(), hashlib.sha256).hexdigest()

    brand.get("me", appsecret_proof=proof)
    assert brand.refused("GET", "me", appsecret_proof="0" * 64) == (100, None)
    assert brand.refused("GET", "me", brand.user_token, appsecret_proof=proof) == (100, None)


def test_accounts_are_paged_and_without_the_permission_empty(brand: Page) -> None:
    first = brand.get(
        "me/accounts", token=brand.user_token, limit=1, fields="id,name,picture{url},instagram_business_account{id}"
    )

    assert set(first["data"][0]) == {"id", "name", "picture"}
    assert "next" not in first["paging"]
    assert requests.get(first["data"][0]["picture"]["data"]["url"], timeout=5).headers["content-type"] == "image/png"
    brand.call("DELETE", "me/permissions/pages_show_list", brand.user_token)
    assert brand.get("me/accounts", token=brand.user_token)["data"] == []


@pytest.mark.parametrize(
    ("what", "subcode", "owner_too"),
    [("password", 460, True), ("checkpoint", 459, True), ("logged_out", 467, True), ("role_lost", 492, False)],
)
def test_a_token_says_what_it_died_of(brand: Page, what: str, subcode: int, owner_too: bool) -> None:
    requests.post(f"{brand.root}/_trouble", data={"account": brand.id, "what": what}, allow_redirects=False, timeout=5)

    assert brand.refused("GET", "me") == (190, subcode)
    assert (brand.call("GET", "me", brand.user_token)[0] == 401) is owner_too
