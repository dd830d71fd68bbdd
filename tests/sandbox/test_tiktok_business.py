"""The practice TikTok of businesses: log-in, posts, comments, events, and what it refuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from tests.sandbox.conftest import Practice
from tests.sandbox.tiktok_business_person import APP, NETWORK, Business

BACK = "http://127.0.0.1:9/connected/"
SCOPES = "user.info.basic,comment.list"
VIDEO, PHOTO, STATUS = "/business/video/publish/", "/business/photo/publish/", "/business/publish/status/"
LIST, REPLIES, CREATE, REPLY = (f"/business/comment/{name}/" for name in ("list", "reply/list", "create", "reply/create"))
FORBIDDEN, WRONG, ABSENT, TOO_MANY, TOKEN, FILE_TYPE = 40001, 40002, 40007, 40100, 40105, 40908
NewBusiness = Callable[..., Business]


@pytest.fixture
def newcomer(practice: Practice) -> NewBusiness:
    return lambda **details: Business(practice, **details)


@pytest.fixture
def ann(newcomer: NewBusiness) -> Business:
    return newcomer()


def code(ann: Business, **changes: str) -> dict[str, str]:
    """The query of the way back after Allow."""
    query = {"response_type": "code", "client_key": APP["client_id"], "redirect_uri": BACK, "scope": SCOPES, "state": "s1"}
    shown = requests.get(f"{ann.url}/v2/auth/authorize/", {**query, **changes}, timeout=5)
    ask = re.search(r'name="ask" value="([^"]+)"', shown.text)
    if ask is None:
        return {"refused": str(shown.status_code)}
    form: dict[str, Any] = {"ask": ask.group(1), "account": ann.id, "answer": "allow", "scope": SCOPES.split(",")}
    back = requests.post(f"{ann.url}/_consent", form, timeout=5, allow_redirects=False).headers["location"]
    return dict(parse_qsl(urlsplit(back).query))


def user(ann: Business, path: str, **body: str) -> tuple[int, dict[str, Any]]:
    """A call of /tt_user/, which needs no token in a header."""
    answer = requests.post(f"{ann.url}/open_api/v1.3/tt_user{path}", json=body, timeout=5).json()
    return answer["code"], answer["data"]


def test_a_code_is_good_once_and_refresh_tokens_rotate(ann: Business) -> None:
    assert code(ann, scope="user.info.basic,comments.all") == {"refused": "400"}
    back = code(ann)
    assert (back["scopes"], back["state"]) == (SCOPES, "s1")
    redeeming = {**APP, "grant_type": "authorization_code", "auth_code": back["code"], "redirect_uri": BACK}
    assert user(ann, "/oauth2/token/", **redeeming | {"client_secret": "guess"})[0] == WRONG
    status, first = user(ann, "/oauth2/token/", **redeeming)
    assert (status, first["open_id"], first["scope"]) == (0, ann.id, SCOPES)
    assert (first["expires_in"], first["refresh_token_expires_in"]) == (86_400, 365 * 86_400)
    assert user(ann, "/oauth2/token/", **redeeming)[0] == WRONG
    refreshing = {**APP, "grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    status, second = user(ann, "/oauth2/refresh_token/", **refreshing)
    assert status == 0
    assert user(ann, "/oauth2/refresh_token/", **refreshing)[0] == TOKEN
    asking = {"app_id": APP["client_id"], "access_token": second["access_token"]}
    assert user(ann, "/token_info/get/", **asking) == (
        0,
        {"app_id": APP["client_id"], "creator_id": ann.id, "scope": SCOPES},
    )
    assert user(ann, "/oauth2/revoke/", **APP, access_token=second["access_token"]) == (0, {})
    assert user(ann, "/token_info/get/", **asking)[0] == TOKEN


def test_calls_need_a_token_a_scope_the_business_and_the_last_slash(ann: Business, newcomer: NewBusiness) -> None:
    assert ann.get("/business/get/", fields=["username", "followers_count"]) == {
        "username": ann.made["username"],
        "followers_count": 0,
    }
    assert "PUBLIC_TO_EVERYONE" in ann.get("/business/video/settings/")["privacy_level_options"]
    assert ann.call("GET", "/business/get", {}).status_code == 404
    assert ann.refused("GET", "/business/get/", business_id=newcomer().id) == FORBIDDEN
    assert ann.refused("GET", "/business/get/", fields="username") == WRONG
    assert newcomer(scopes=["user.info.basic"]).refused("GET", "/business/video/list/") == FORBIDDEN
    ann.practice.control("POST", "tokens", network=NETWORK, account=ann.id, state="expired")
    assert ann.refused("GET", "/business/get/") == TOKEN
    seen = ann.practice.requests(network=NETWORK, account=ann.id)[-1]
    assert (seen["headers"]["access-token"], seen["operation"]) == ("***", "read")


def test_a_video_is_loaded_processed_and_listed(ann: Business, tmp_path: Path) -> None:
    first = ann.publishes(tmp_path, caption="Cold #drink", is_ai_generated=True)
    (shown,) = ann.shown()
    assert (shown["id"], shown["text"], shown["labels"]) == (first, "Cold #drink", ["Creator labeled as AI-generated"])
    second = ann.publishes(tmp_path, caption="Cold #drink")
    ann.hears(second, "", kind="like")
    asked = {"fields": ["item_id", "caption", "share_url", "likes", "comments"], "max_count": 1}
    page = ann.get("/business/video/list/", **asked)
    (video,) = page["videos"]
    assert (video["item_id"], video["caption"], video["likes"], page["has_more"]) == (second, "Cold #drink", 1, True)
    assert requests.get(video["share_url"], timeout=5).status_code == 200
    rest = ann.get("/business/video/list/", **asked, cursor=page["cursor"])
    assert ([one["item_id"] for one in rest["videos"]], rest["has_more"]) == ([first], False)
    chosen = ann.get("/business/video/list/", filters={"video_ids": [first]})
    assert chosen["videos"] == [{"item_id": first}]


def test_comments_and_their_answers_are_read_and_written(ann: Business, tmp_path: Path) -> None:
    video = ann.publishes(tmp_path)
    bob, eve = ann.hears(video, "Nice"), ann.hears(video, "Where?", "Eve")
    ann.hears(bob, "Very", "Eve")
    mine = ann.post(REPLY, video_id=video, comment_id=eve, text="In every shop")
    assert (mine["parent_comment_id"], mine["owner"], mine["status"]) == (eve, True, "PUBLIC")
    page = ann.get(LIST, video_id=video, max_count=1, sort_field="create_time", sort_type="asc", include_replies="true")
    (comment,) = page["comments"]
    assert (comment["comment_id"], comment["text"], comment["replies"], comment["owner"]) == (bob, "Nice", 1, False)
    assert ([one["text"] for one in comment["reply_list"]], page["has_more"]) == (["Very"], True)
    rest = ann.get(LIST, video_id=video, max_count=1, sort_field="create_time", sort_order="asc", cursor=page["cursor"])
    assert ([one["comment_id"] for one in rest["comments"]], rest["has_more"]) == ([eve], False)
    below = ann.get(REPLIES, video_id=video, comment_id=eve)["comments"]
    assert [(one["comment_id"], one["display_name"]) for one in below] == [(mine["comment_id"], "Cold Drinks")]
    assert [one["comment_id"] for one in ann.get(LIST, video_id=video, comment_ids=[eve])["comments"]] == [eve]
    assert [reply["text"] for reply in ann.shown()[0]["replies"]] == ["Nice", "Very", "Where?", "In every shop"]
    page_of_video = requests.get(ann.shown()[0]["url"], timeout=5).text
    assert "Answer Bob: Nice" in page_of_video
