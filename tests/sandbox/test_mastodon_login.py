"""Log-in with the practice Mastodon server: apps, consent, codes, tokens without end."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.sandbox.conftest import Practice
from tests.sandbox.mastodon_person import Person

BACK = "http://127.0.0.1:9/connected/"
VERIFIER = "v" * 64
SCOPES = "read:accounts write:statuses"


def register(practice: Practice, **changes: Any) -> requests.Response:
    form = {"client_name": "SMO", "redirect_uris": BACK, "scopes": SCOPES, **changes}
    return requests.post(f"{practice.url}/mastodon/api/v1/apps", form, timeout=5)


def authorize(practice: Practice, app: dict[str, Any], **changes: str) -> requests.Response:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": app["client_id"],
        "redirect_uri": BACK,
        "scope": SCOPES,
        "state": "s1",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return requests.get(f"{practice.url}/mastodon/oauth/authorize", {**query, **changes}, timeout=5)


def press(practice: Practice, page: requests.Response, account: str, button: str = "allow") -> dict[str, str]:
    ask = re.search(r'name="ask" value="([^"]+)"', page.text)
    assert ask, page.text
    form = {"ask": ask.group(1), "account": account, "answer": button}
    back = requests.post(f"{practice.url}/mastodon/_consent", form, timeout=5, allow_redirects=False).headers["location"]
    return {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}


def redeem(practice: Practice, app: dict[str, Any], code: str, **changes: str) -> requests.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
    client = {"client_id": app["client_id"], "client_secret": app["client_secret"]}
    return requests.post(f"{practice.url}/mastodon/oauth/token", {**form, **client, **changes}, timeout=5)


@pytest.fixture
def brand(practice: Practice) -> Person:
    return Person(practice, name="Cold Drinks")


@pytest.fixture
def app(practice: Practice) -> dict[str, Any]:
    made: dict[str, Any] = register(practice).json()
    return made


def test_anybody_registers_an_app(practice: Practice, app: dict[str, Any]) -> None:
    assert app["redirect_uris"] == [BACK]
    assert app["scopes"] == SCOPES.split()
    assert app["client_secret_expires_at"] == 0
    assert register(practice, client_name="").status_code == 422
    assert register(practice, redirect_uris="").status_code == 422
    assert register(practice, redirect_uris="nowhere").status_code == 422
    assert "Scopes doesn't match" in register(practice, scopes="read everything").json()["error"]


def test_a_person_allows_access_and_the_app_gets_a_token(practice: Practice, brand: Person, app: dict[str, Any]) -> None:
    page = authorize(practice, app)
    assert "Cold Drinks" in page.text

    back = press(practice, page, brand.id)
    found = redeem(practice, app, back["code"]).json()

    assert back["state"] == "s1"
    assert (found["token_type"], found["scope"]) == ("Bearer", SCOPES)
    assert set(found) == {"access_token", "token_type", "scope", "created_at"}, "no end, no refresh token"
    brand.http.headers["authorization"] = f"Bearer {found['access_token']}"
    me = brand.get("/api/v1/accounts/verify_credentials")
    assert (me["id"], me["username"], me["source"]["privacy"]) == (brand.id, brand.username, "public")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"client_id": "nobody"}, "invalid_client"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "write:media"}, "invalid_scope"),
        ({"redirect_uri": f"{BACK}elsewhere"}, "invalid_redirect_uri"),
        ({"code_challenge_method": "plain"}, "invalid_code_challenge_method"),
    ],
)
def test_an_authorize_address_with_a_mistake_shows_no_consent(
    practice: Practice, app: dict[str, Any], wrong: dict[str, str], words: str
) -> None:
    page = authorize(practice, app, **wrong)
    assert page.status_code == 400
    assert words in page.text


def test_a_code_works_once_for_ten_minutes_with_the_same_address_and_the_verifier(
    practice: Practice, brand: Person, app: dict[str, Any]
) -> None:
    def code() -> str:
        return press(practice, authorize(practice, app), brand.id)["code"]

    once = code()
    assert redeem(practice, app, once).status_code == 200
    assert redeem(practice, app, once).json()["error"] == "invalid_grant"
    assert redeem(practice, app, code(), redirect_uri=f"{BACK}x").json()["error"] == "invalid_grant"
    assert redeem(practice, app, code(), code_verifier="w" * 64).json()["error"] == "invalid_grant"
    assert redeem(practice, app, code(), client_secret="guess").json()["error"] == "invalid_client"
    assert redeem(practice, app, code(), client_secret="guess").status_code == 401
    assert redeem(practice, app, code(), grant_type="password").json()["error"] == "unsupported_grant_type"
    late = code()
    practice.control("POST", "clock", offset=601)
    assert redeem(practice, app, late).json()["error"] == "invalid_grant"


def test_a_token_is_revoked_by_its_own_app_only(practice: Practice, brand: Person, app: dict[str, Any]) -> None:
    token = redeem(practice, app, press(practice, authorize(practice, app), brand.id)["code"]).json()["access_token"]
    other = register(practice).json()

    def revoke(by: dict[str, Any]) -> requests.Response:
        form = {"client_id": by["client_id"], "client_secret": by["client_secret"], "token": token}
        return requests.post(f"{practice.url}/mastodon/oauth/revoke", form, timeout=5)

    assert (revoke(other).status_code, revoke(other).json()["error"]) == (403, "unauthorized_client")
    assert revoke(app).json() == {}
    brand.http.headers["authorization"] = f"Bearer {token}"
    dead = brand.call("GET", "/api/v1/accounts/verify_credentials")
    assert (dead.status_code, dead.json()) == (401, {"error": "The access token was revoked"})


def test_each_call_needs_its_scope_and_a_broad_one_holds_the_narrow_ones(practice: Practice) -> None:
    reader, writer = Person(practice, scopes=["read"]), Person(practice, scopes=["write:statuses"])
    assert reader.call("GET", "/api/v1/accounts/verify_credentials").status_code == 200
    assert (refused := reader.post("hello")).status_code == 403
    assert refused.json()["error"] == "This action is outside the authorized scopes"
    assert writer.post("hello").status_code == 200
    assert writer.upload(b"").status_code == 403
    writer.http.headers["authorization"] = "Bearer nobody"
    assert writer.post("hello").json() == {"error": "The access token is invalid"}


def test_a_server_tells_about_itself(practice: Practice) -> None:
    found = requests.get(f"{practice.url}/mastodon/.well-known/oauth-authorization-server", timeout=5).json()
    assert found["code_challenge_methods_supported"] == ["S256"]
    limits = requests.get(f"{practice.url}/mastodon/api/v2/instance", timeout=5).json()["configuration"]
    assert (limits["statuses"]["max_characters"], limits["polls"]["max_expiration"]) == (500, 2_629_746)
    assert limits["media_attachments"]["video_size_limit"] == 103_809_024
    assert requests.get(f"{practice.url}/mastodon/api/v1/instance", timeout=5).json()["max_toot_chars"] == 500
