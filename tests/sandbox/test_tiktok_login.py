"""Log-in with the practice TikTok: consent, codes, tokens that rotate and die."""

from __future__ import annotations

import hashlib
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from tests.sandbox.conftest import Practice
from tests.sandbox.tiktok_creator import APP, Creator

BACK = "http://127.0.0.1:9/connected/"
VERIFIER = "v" * 64


@pytest.fixture
def ann(practice: Practice) -> Creator:
    return Creator(practice)


def authorize(practice: Practice, **changes: str) -> requests.Response:
    query = {
        "response_type": "code",
        "client_key": APP["client_key"],
        "redirect_uri": BACK,
        "scope": "user.info.basic,video.publish",
        "state": "s1",
        "code_challenge": hashlib.sha256(VERIFIER.encode()).hexdigest(),
        "code_challenge_method": "S256",
    }
    return requests.get(f"{practice.url}/tiktok/v2/auth/authorize/", {**query, **changes}, timeout=5)


def code(ann: Creator, *granted: str) -> dict[str, str]:
    ask = re.search(r'name="ask" value="([^"]+)"', authorize(ann.practice).text)
    assert ask
    form: dict[str, Any] = {"ask": ask.group(1), "account": ann.made["id"], "answer": "allow", "scope": list(granted)}
    back = requests.post(f"{ann.url}/_consent", form, timeout=5, allow_redirects=False).headers["location"]
    return dict(parse_qsl(urlsplit(back).query))


def token(ann: Creator, **form: str) -> Any:
    return requests.post(f"{ann.url}/v2/oauth/token/", {**APP, **form}, timeout=5).json()


def redeem(ann: Creator, value: str, **changes: str) -> Any:
    form = {"grant_type": "authorization_code", "code": value, "redirect_uri": BACK, "code_verifier": VERIFIER}
    return token(ann, **{**form, **changes})


def test_the_granted_scopes_come_back_with_the_code_and_the_token(ann: Creator) -> None:
    back = code(ann, "user.info.basic")
    assert (back["scopes"], back["state"]) == ("user.info.basic", "s1")
    found = redeem(ann, back["code"])
    assert (found["open_id"], found["scope"], found["token_type"]) == (ann.made["id"], "user.info.basic", "Bearer")
    assert (found["expires_in"], found["refresh_expires_in"]) == (7200, 15_552_000)
    assert found["access_token"].startswith("act.")
    assert found["refresh_token"].startswith("rft.")


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_key": "nobody"},
        {"response_type": "token"},
        {"scope": "user.info.basic video.publish"},
        {"scope": "video.publish"},
        {"state": ""},
        {"code_challenge": "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"},
        {"code_challenge_method": "plain"},
        {"redirect_uri": "javascript:alert(1)"},
    ],
    ids=str,
)
def test_an_authorize_address_with_a_mistake_shows_no_consent(practice: Practice, wrong: dict[str, str]) -> None:
    page = authorize(practice, **wrong)
    assert page.status_code == 400
    assert next(iter(wrong)) in page.text


def test_a_code_works_once_with_its_address_and_verifier(ann: Creator) -> None:
    once = code(ann, "user.info.basic")["code"]
    assert "access_token" in redeem(ann, once)
    assert redeem(ann, once)["error"] == "invalid_grant"
    fresh = code(ann, "user.info.basic")["code"]
    assert redeem(ann, fresh, code_verifier="w" * 64)["error"] == "invalid_grant"
    assert redeem(ann, code(ann)["code"], redirect_uri=f"{BACK}x")["error"] == "invalid_request"


def test_a_client_without_its_secret_gets_nothing(ann: Creator) -> None:
    assert token(ann, grant_type="refresh_token", client_secret="guess")["error"] == "invalid_client"
    assert token(ann, grant_type="password")["error"] == "unsupported_grant_type"


def test_a_refresh_token_works_once_and_says_so_with_status_200(ann: Creator) -> None:
    form = {**APP, "grant_type": "refresh_token", "refresh_token": ann.made["refresh_token"]}
    fresh = requests.post(f"{ann.url}/v2/oauth/token/", form, timeout=5).json()
    again = requests.post(f"{ann.url}/v2/oauth/token/", form, timeout=5)
    assert (again.status_code, again.json()["error"]) == (200, "invalid_grant")
    assert "access_token" in token(ann, grant_type="refresh_token", refresh_token=fresh["refresh_token"])


def test_an_access_token_lives_two_hours(ann: Creator) -> None:
    ann.practice.control("POST", "clock", offset=7190)
    assert ann.data("/post/publish/creator_info/query/")
    ann.practice.control("POST", "clock", offset=7201)
    assert ann.refused("/post/publish/creator_info/query/") == (401, "access_token_invalid")


def test_revoking_ends_the_consent(ann: Creator) -> None:
    form = {**APP, "token": ann.made["access_token"]}
    assert requests.post(f"{ann.url}/v2/oauth/revoke/", form, timeout=5).json() == {}
    assert ann.refused("/post/publish/creator_info/query/") == (401, "access_token_invalid")
    assert token(ann, grant_type="refresh_token", refresh_token=ann.made["refresh_token"])["error"] == "invalid_grant"
    assert requests.post(f"{ann.url}/v2/oauth/revoke/", form, timeout=5).json()["error"] == "invalid_request"


def test_fields_of_the_profile_need_their_scopes(practice: Practice, ann: Creator) -> None:
    def profile(who: Creator, fields: str) -> Any:
        headers = {"Authorization": f"Bearer {who.made['access_token']}"}
        return requests.get(f"{who.url}/v2/user/info/", {"fields": fields}, headers=headers, timeout=5).json()

    assert profile(ann, "open_id,username,follower_count")["data"]["user"] == {
        "open_id": ann.made["id"],
        "username": ann.made["username"],
        "follower_count": 0,
    }
    basic = Creator(practice, scopes=["user.info.basic"])
    assert profile(basic, "open_id")["error"]["code"] == "ok"
    assert profile(basic, "open_id,username")["error"]["code"] == "scope_not_authorized"
    assert profile(basic, "shoe_size")["error"]["code"] == "invalid_params"
