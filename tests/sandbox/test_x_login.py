"""Log-in with the practice X: consent, codes, tokens that rotate and die."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.sandbox.conftest import Practice
from tests.sandbox.x_person import APP, Person, token

BACK = "http://127.0.0.1:9/channels/callback"
VERIFIER = "v" * 64


@pytest.fixture
def brand(practice: Practice) -> Person:
    return Person(practice, practice.account("x", name="Cold Drinks"))


@pytest.fixture
def newcomer(practice: Practice) -> Callable[..., Person]:
    return lambda **details: Person(practice, practice.account("x", **details))


def authorize(practice: Practice, **changes: str) -> requests.Response:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": APP[0],
        "redirect_uri": BACK,
        "scope": "tweet.read tweet.write users.read offline.access",
        "state": "s1",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return requests.get(f"{practice.url}/x/i/oauth2/authorize", {**query, **changes}, timeout=5)


def press(practice: Practice, page: requests.Response, account: str, button: str = "allow") -> dict[str, str]:
    ask = re.search(r'name="ask" value="([^"]+)"', page.text)
    assert ask, page.text
    form = {"ask": ask.group(1), "account": account, "answer": button}
    back = requests.post(f"{practice.url}/x/_consent", form, timeout=5, allow_redirects=False).headers["location"]
    assert back.startswith(f"{BACK}?")
    return {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}


def redeem(practice: Practice, code: str, **changes: str) -> requests.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
    return token(practice, APP, **{**form, **changes})


def test_a_person_allows_access_and_the_app_gets_tokens_for_the_chosen_account(practice: Practice, brand: Person) -> None:
    page = authorize(practice)
    assert "Cold Drinks" in page.text
    assert "tweet.write" in page.text

    back = press(practice, page, brand.id)
    found = redeem(practice, back["code"]).json()

    assert back["state"] == "s1"
    assert (found["token_type"], found["expires_in"]) == ("bearer", 7200)
    assert found["scope"] == "tweet.read tweet.write users.read offline.access"
    me = Person(practice, {**brand.made, **found}).get("/2/users/me", user__fields="public_metrics")["data"]
    assert (me["id"], me["username"]) == (brand.id, brand.username)
    assert me["public_metrics"]["tweet_count"] == 0


def test_a_person_who_cancels_sends_the_app_back_without_a_code(practice: Practice, brand: Person) -> None:
    assert press(practice, authorize(practice), brand.id, "cancel") == {"error": "access_denied", "state": "s1"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "nobody"},
        {"response_type": "token"},
        {"scope": "tweet.read everything"},
        {"state": ""},
        {"code_challenge": ""},
        {"code_challenge_method": "S512"},
        {"redirect_uri": "javascript:alert(1)"},
    ],
)
def test_an_authorize_address_with_a_mistake_shows_no_consent(practice: Practice, wrong: dict[str, str]) -> None:
    page = authorize(practice, **wrong)

    assert page.status_code == 400
    assert next(iter(wrong)) in page.text


def test_an_app_with_registered_addresses_takes_no_other(practice: Practice) -> None:
    practice.control("POST", "apps", network="x", client_id="strict", secret="s", redirect_uris=[BACK])

    assert authorize(practice, client_id="strict").status_code == 200
    assert authorize(practice, client_id="strict", redirect_uri=f"{BACK}/").status_code == 400


def test_a_code_works_once_for_30_seconds_with_the_same_address_and_the_verifier(practice: Practice, brand: Person) -> None:
    def code() -> str:
        return press(practice, authorize(practice), brand.id)["code"]

    once = code()
    assert redeem(practice, once).status_code == 200
    assert redeem(practice, once).status_code == 400
    assert redeem(practice, code(), redirect_uri=f"{BACK}/").status_code == 400
    assert redeem(practice, code(), code_verifier="w" * 64).json()["error"] == "invalid_request"
    late = code()
    practice.control("POST", "clock", offset=31)
    assert redeem(practice, late).status_code == 400


def test_a_client_without_its_secret_gets_nothing(practice: Practice, brand: Person) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": brand.made["refresh_token"]}

    assert token(practice, None, **form).status_code == 401
    assert token(practice, (APP[0], "guess"), **form).status_code == 401
    assert token(practice, **{**form, "grant_type": "password"}).json()["error"] == "unsupported_grant_type"


def test_a_refresh_token_works_once_and_gives_the_next(practice: Practice, brand: Person) -> None:
    first = {"grant_type": "refresh_token", "refresh_token": brand.made["refresh_token"]}
    second = token(practice, **first).json()

    again = token(practice, **first)

    assert again.status_code == 400
    assert again.json()["error_description"] == "Value passed for the token was invalid."
    assert token(practice, grant_type="refresh_token", refresh_token=second["refresh_token"]).status_code == 200


def test_an_access_token_lives_two_hours(practice: Practice, brand: Person) -> None:
    practice.control("POST", "clock", offset=7190)
    assert brand.call("GET", "/2/users/me").status_code == 200
    practice.control("POST", "clock", offset=7201)
    dead = brand.call("GET", "/2/users/me")

    assert dead.status_code == 401
    assert dead.json() == {"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"}


def test_revoking_the_refresh_token_ends_the_consent(practice: Practice, brand: Person) -> None:
    form = {"token": brand.made["refresh_token"], "client_id": APP[0]}
    revoked = requests.post(f"{practice.url}/x/2/oauth2/revoke", form, auth=APP, timeout=5)

    assert revoked.json() == {"revoked": True}
    assert brand.call("GET", "/2/users/me").status_code == 401


def test_without_offline_access_there_is_no_refresh_token(newcomer: Callable[..., Person]) -> None:
    assert "refresh_token" not in newcomer(scopes=["tweet.read", "users.read"]).made


def test_each_call_needs_its_scopes(newcomer: Callable[..., Person]) -> None:
    reader = newcomer(scopes=["tweet.read", "users.read"])

    assert reader.call("GET", "/2/users/me").status_code == 200
    assert reader.post("hello").status_code == 403
    assert reader.call("POST", "/2/media/upload/initialize", json={}).status_code == 403
