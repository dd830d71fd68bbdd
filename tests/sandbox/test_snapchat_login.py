"""Log-in with the practice Snapchat: consent, codes, tokens, the allow-list, roles and haste."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.sandbox.conftest import Practice
from tests.sandbox.snapchat_brand import Brand, code

BACK = "http://127.0.0.1:9/connected/"
APP = {"client_id": "smo-practice", "client_secret": "smo-practice-secret"}
PROFILE = "/v1/public_profiles/my_profile"


@pytest.fixture
def brand(practice: Practice) -> Brand:
    return Brand(practice)


def authorize(practice: Practice, **changes: str) -> requests.Response:
    query = {"response_type": "code", "client_id": "smo-practice", "redirect_uri": BACK, "scope": "snapchat-profile-api"}
    return requests.get(f"{practice.url}/snapchat/login/oauth2/authorize", {**query, "state": "s1", **changes}, timeout=5)


def press(practice: Practice, page: requests.Response, account: str, button: str = "allow") -> dict[str, str]:
    ask = re.search(r'name="ask" value="([^"]+)"', page.text)
    assert ask, page.text
    form = {"ask": ask.group(1), "account": account, "answer": button}
    back = requests.post(f"{practice.url}/snapchat/_consent", form, timeout=5, allow_redirects=False).headers["location"]
    return {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}


def token(practice: Practice, **form: str) -> requests.Response:
    return requests.post(f"{practice.url}/snapchat/login/oauth2/access_token", {**APP, **form}, timeout=5)


def redeem(practice: Practice, given: str, **changes: str) -> requests.Response:
    form = {"grant_type": "authorization_code", "code": given, "redirect_uri": BACK}
    return token(practice, **{**form, **changes})


def test_a_person_allows_access_and_the_app_gets_tokens(practice: Practice, brand: Brand) -> None:
    page = authorize(practice)
    assert "Cold Drinks" in page.text
    back = press(practice, page, brand.id)
    found = redeem(practice, back["code"]).json()
    assert back["state"] == "s1"
    assert (found["token_type"], found["expires_in"], found["scope"]) == ("Bearer", 3600, "snapchat-profile-api")
    assert found["refresh_token"]
    brand.http.headers["authorization"] = f"Bearer {found['access_token']}"
    profile = brand.call("GET", PROFILE).json()["public_profile"]
    assert (profile["id"], profile["snap_user_name"], profile["subscriber_count"]) == (brand.id, brand.username, "0")


def test_a_person_who_cancels_sends_the_app_back_without_a_code(practice: Practice, brand: Brand) -> None:
    assert press(practice, authorize(practice), brand.id, "cancel") == {"error": "access_denied", "state": "s1"}


@pytest.mark.parametrize(
    "wrong", [{"client_id": "nobody"}, {"response_type": "token"}, {"scope": "everything"}, {"redirect_uri": "javascript:1"}]
)
def test_an_authorize_address_with_a_mistake_shows_no_consent(practice: Practice, wrong: dict[str, str]) -> None:
    page = authorize(practice, **wrong)
    assert page.status_code == 400
    assert next(iter(wrong)) in page.text


def test_a_code_works_once_for_ten_minutes_with_the_same_address(practice: Practice, brand: Brand) -> None:
    def given() -> str:
        return press(practice, authorize(practice), brand.id)["code"]

    once = given()
    assert redeem(practice, once).status_code == 200
    assert redeem(practice, once).json()["error"] == "invalid_grant"
    assert redeem(practice, given(), redirect_uri=f"{BACK}x").json()["error"] == "invalid_grant"
    assert redeem(practice, given(), client_secret="wrong").json()["error"] == "invalid_client"
    assert redeem(practice, given(), grant_type="password").json()["error"] == "unsupported_grant_type"
    late = given()
    practice.control("POST", "clock", offset=601)
    assert redeem(practice, late).json()["error"] == "invalid_grant"


def test_an_access_token_lives_an_hour_and_is_refreshed(practice: Practice, brand: Brand) -> None:
    practice.control("POST", "clock", offset=3601)
    assert code(brand.call("GET", PROFILE)) == "401 AUTHENTICATION_FAILED"
    refresh = {"grant_type": "refresh_token", "refresh_token": brand.made["refresh_token"]}
    fresh = token(practice, **refresh).json()
    assert fresh["refresh_token"] == brand.made["refresh_token"]
    brand.http.headers["authorization"] = f"Bearer {fresh['access_token']}"
    assert brand.call("GET", PROFILE).ok
    practice.control("POST", "tokens", network="snapchat", account=brand.id, state="revoked")
    assert token(practice, **refresh).json()["error"] == "invalid_grant"


def test_a_refresh_token_opens_nothing_else(brand: Brand) -> None:
    brand.http.headers["authorization"] = f"Bearer {brand.made['refresh_token']}"
    assert brand.call("GET", PROFILE).status_code == 401


def test_an_app_that_is_not_listed_gets_an_empty_403(practice: Practice) -> None:
    practice.control("POST", "apps", network="snapchat", client_id="unlisted", secret="s")
    reply = Brand(practice, app="unlisted").call("GET", PROFILE)
    assert (reply.status_code, reply.content) == (403, b"")


@pytest.mark.parametrize("details", [{"scopes": ["snapchat-marketing-api"]}, {"no_role": True}])
def test_without_scope_or_role_nothing_is_allowed(practice: Practice, details: dict[str, Any]) -> None:
    assert code(Brand(practice, **details).announces()) == "403 AUTHORIZATION_PERMISSION_DENIED"


def test_a_person_acts_for_the_profiles_of_the_organisation(practice: Practice, brand: Brand) -> None:
    organization = brand.made["organization_id"]
    sister, stranger = practice.account("snapchat", "Sister", organization_id=organization), Brand(practice)
    first = brand.call("GET", f"/v1/organizations/{organization}/public_profiles?limit=1").json()
    assert first["public_profiles"][0]["sub_request_status"] == "SUCCESS"
    cursor = first["paging"]["next_page_id"]
    second = brand.call("GET", f"/v1/organizations/{organization}/public_profiles?limit=1&cursor={cursor}").json()
    shown = [page["public_profiles"][0]["public_profile"]["id"] for page in (first, second)]
    assert (shown, "paging" in second) == ([brand.id, sister["id"]], False)
    assert brand.call("GET", f"/v1/public_profiles/{sister['id']}").ok
    assert code(brand.call("GET", f"/v1/public_profiles/{stranger.id}")) == "403 AUTHORIZATION_PERMISSION_DENIED"
    denied = brand.call("GET", f"/v1/organizations/{stranger.made['organization_id']}/public_profiles")
    assert code(denied) == "403 AUTHORIZATION_PERMISSION_DENIED"


def test_haste_is_refused_by_token_and_by_app(practice: Practice, brand: Brand) -> None:
    statuses = [brand.call("GET", PROFILE).status_code for _ in range(101)]
    assert statuses == [200] * 100 + [429]
    practice.control("POST", "limits", network="snapchat", enforced=False)
    assert brand.call("GET", PROFILE).ok
    practice.control("POST", "limits", network="snapchat", enforced=True)

    practice.control("POST", "apps", network="snapchat", client_id="busy", secret="s")
    brands = [Brand(practice, app="busy") for _ in range(3)]
    replies = [one.call("GET", PROFILE) for one in brands for _ in range(70)]
    assert [reply.status_code for reply in replies].index(429) == 200
    assert code(replies[-1]) == "429 RATE_LIMIT_EXCEEDED"
    assert "retry-after" not in replies[-1].headers


def test_the_demo_has_its_profile(practice: Practice) -> None:
    page = requests.get(f"{practice.url}/snapchat/add/polarfizz", timeout=5)
    assert page.ok
    assert "Polar Fizz" in page.text
