"""The practice Instagram: the dialog, tokens and their ends, permissions, proofs."""

from __future__ import annotations

import hashlib
import hmac
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.sandbox.conftest import Practice
from tests.sandbox.instagram_scene import APP, SECRET, Brand

BACK = "http://127.0.0.1:9/back"
SCOPES = "pages_show_list,pages_read_engagement,instagram_basic,instagram_content_publish"
LINKED = "name,access_token,instagram_business_account{id,username}"


@pytest.fixture
def brand(practice: Practice, tmp_path: Path) -> Brand:
    return Brand(practice, tmp_path)


def open_dialog(brand: Brand, **changes: str) -> requests.Response:
    asked = {"client_id": APP, "redirect_uri": BACK, "state": "s1", "response_type": "code", "scope": SCOPES, **changes}
    return brand.http.get(f"{brand.graph}/dialog/oauth", params=asked, timeout=5)


def press(brand: Brand, answer: str = "allow", scopes: str = SCOPES) -> dict[str, str]:
    """Open the dialog, choose this account and these permissions, press a button; what came back to the app."""
    match = re.search(r'name="ask" value="([^"]+)"', open_dialog(brand).text)
    assert match is not None
    form = [("ask", match[1]), ("answer", answer), ("account", brand.id), *(("scope", scope) for scope in scopes.split(","))]
    back = brand.http.post(f"{brand.root}/_consent", data=form, allow_redirects=False, timeout=5)
    return {name: values[0] for name, values in parse_qs(urlsplit(back.headers["location"]).query).items()}


def trade(brand: Brand, **params: str) -> tuple[int, dict[str, str]]:
    asked = {"client_id": APP, "client_secret": SECRET, **params}
    reply = brand.http.get(f"{brand.graph}/oauth/access_token", params=asked, timeout=5)
    return reply.status_code, reply.json()


def logged_in(brand: Brand, scopes: str = SCOPES) -> str:
    """A long-lived token of the person."""
    short = trade(brand, code=press(brand, scopes=scopes)["code"], redirect_uri=BACK)[1]["access_token"]
    return trade(brand, grant_type="fb_exchange_token", fb_exchange_token=short)[1]["access_token"]


def test_a_person_chooses_accounts_and_gets_a_page_token_for_each(brand: Brand) -> None:
    token = logged_in(brand)
    [page] = brand.get("me/accounts", access_token=token, fields=LINKED)["data"]
    assert page["instagram_business_account"] == {"id": brand.id, "username": brand.made["username"]}
    assert page["id"] not in ("", brand.id)
    assert brand.get(brand.id, access_token=page["access_token"], fields="username")["username"] == brand.made["username"]
    granted = brand.get("me/permissions", access_token=token)["data"]
    assert {one["permission"] for one in granted if one["status"] == "granted"} == {*SCOPES.split(","), "public_profile"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"client_id": "nobody"}, "Invalid App ID"),
        ({"redirect_uri": "ftp://x"}, "URL blocked"),
        ({"scope": "a"}, "Invalid Scopes"),
    ],
)
def test_the_dialog_refuses_what_is_wrong(brand: Brand, changes: dict[str, str], words: str) -> None:
    refused = open_dialog(brand, **changes)
    assert refused.status_code == 400
    assert words in refused.text


def test_cancel_comes_back_as_facebook_says_it(brand: Brand) -> None:
    back = press(brand, answer="cancel")
    assert (back["error"], back["error_reason"], back["state"]) == ("access_denied", "user_denied", "s1")


def test_codes_and_secrets_are_checked(brand: Brand) -> None:
    code = press(brand)["code"]
    assert trade(brand, code=code, redirect_uri=BACK, client_secret="wrong")[0] == 400
    assert trade(brand, code=code, redirect_uri=BACK + "2")[0] == 400
    assert trade(brand, code=code, redirect_uri=BACK)[0] == 400, "a code is used up by the first try"
    assert trade(brand, client_id="nobody", code=code)[0] == 400
    assert trade(brand, grant_type="password")[0] == 400
    assert trade(brand, grant_type="fb_exchange_token", fb_exchange_token="dead")[0] == 401


def test_without_the_list_of_pages_there_are_none_and_unticked_scopes_are_declined(brand: Brand) -> None:
    token = logged_in(brand, "instagram_basic")
    assert brand.get("me/accounts", access_token=token, fields=LINKED)["data"] == []
    declined = {
        one["permission"] for one in brand.get("me/permissions", access_token=token)["data"] if one["status"] == "declined"
    }
    assert "instagram_content_publish" in declined


def test_publishing_needs_its_permission_and_the_own_account(practice: Practice, tmp_path: Path) -> None:
    reader, other = Brand(practice, tmp_path, scopes=["instagram_basic"]), Brand(practice, tmp_path)
    assert reader.refused("POST", f"{reader.id}/media", image_url="http://127.0.0.1:9/a.jpg") == (200, None)
    assert reader.refused("GET", f"{reader.id}/content_publishing_limit") == (10, None)
    assert reader.refused("GET", f"{other.id}/media") == (100, 33)


def test_tokens_end(brand: Brand) -> None:
    assert brand.refused("GET", "me", token="nonsense") == (190, None)
    assert brand.http.get(f"{brand.graph}/me", timeout=5).json()["error"]["code"] == 2500
    assert brand.http.delete(f"{brand.graph}/me/permissions", params={"access_token": brand.user_token}, timeout=5).ok
    assert brand.refused("GET", brand.id) == (190, 458), "the Page's token ends with the person's"


def test_a_proof_must_fit_the_token(brand: Brand) -> None:
    right = hmac.new(SECRET.encode(), brand.token.encode(), hashlib.sha256).hexdigest()
    assert brand.get(brand.id, fields="id", appsecret_proof=right) == {"id": brand.id}
    assert brand.refused("GET", brand.id, appsecret_proof="00") == (100, None)
