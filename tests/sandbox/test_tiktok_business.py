"""The practice TikTok of businesses: log-in, posts, comments, events, and what it refuses."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from PIL import Image

from tests.connectors.tiktok_scene import serving_files
from tests.sandbox.callback import listening
from tests.sandbox.conftest import Practice
from tests.sandbox.tiktok_business_person import APP, CLIP, NETWORK, Business
from tests.sandbox.waiting import until

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


def picture(kind: str, size: tuple[int, int] = (400, 500)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, kind)
    return out.getvalue()


def test_files_are_judged_after_they_were_taken(ann: Business, tmp_path: Path) -> None:
    ann.practice.control("POST", "limits", enforced=False)
    files = {"ok.jpg": picture("JPEG"), "png.jpg": picture("PNG"), "big.jpg": picture("JPEG", (1200, 2000)), "no.mp4": b"no"}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    reasons = {"ok.jpg": None, "png.jpg": "file_format_check_failed", "big.jpg": "picture_size_check_failed"}
    videos = {"no.mp4": "file_format_check_failed", "none.mp4": "video_pull_failed"}
    with serving_files(tmp_path) as url:
        found = {name: ann.post(PHOTO, photo_images=[f"{url}/{name}"])["share_id"] for name in reasons}
        found |= {name: ann.post(VIDEO, video_url=f"{url}/{name}")["share_id"] for name in videos}
        assert {name: ann.ended(share).get("reason") for name, share in found.items()} == reasons | videos
        hidden = ann.post(PHOTO, photo_images=[f"{url}/ok.jpg"], post_info={"privacy_level": "SELF_ONLY"})["share_id"]
        draft = ann.post(PHOTO, photo_images=[f"{url}/ok.jpg"], post_info={"is_draft": True})["share_id"]
        assert ann.ended(hidden) == {"status": "PUBLISH_COMPLETE", "post_ids": []}
        assert ann.ended(draft) == {"status": "SEND_TO_USER_INBOX"}
    assert [post["kind"] for post in until(ann.shown)] == ["photo"]


JPEG = "https://media.example/1.jpg"
CLOSED = {"verified_urls": ["https://mine.example/"]}


@pytest.mark.parametrize(
    ("path", "given", "refusal"),
    [
        (VIDEO, {}, WRONG),
        (VIDEO, {"video_url": "http://media.example/v.mp4"}, WRONG),
        (VIDEO, {"video_url": "https://media.example/v.mp4"}, FORBIDDEN),
        (VIDEO, {"video_url": "https://mine.example/v.mp4", "custom_thumbnail_url": JPEG}, FORBIDDEN),
        (VIDEO, {"post_info": {"caption": "x" * 2201}}, WRONG),
        (VIDEO, {"post_info": {"caption": "@ann " * 31}}, WRONG),
        (VIDEO, {"post_info": {"disable_duet": "true"}}, WRONG),
        (VIDEO, {"post_info": {"privacy_level": "SELF_ONLY"}}, WRONG),
        (PHOTO, {"photo_images": []}, WRONG),
        (PHOTO, {"photo_images": [JPEG] * 36}, WRONG),
        (PHOTO, {"photo_images": [JPEG], "photo_cover_index": 1}, WRONG),
        (PHOTO, {"photo_images": [JPEG], "post_info": {"title": "x" * 91}}, WRONG),
        (PHOTO, {"photo_images": [JPEG], "post_info": {"caption": "x" * 4001}}, WRONG),
        (PHOTO, {"photo_images": [JPEG], "post_info": {"privacy_level": "FOLLOWER_OF_CREATOR"}}, WRONG),
    ],
    ids=lambda value: str(value)[:60],
)
def test_posts_that_are_refused(newcomer: NewBusiness, path: str, given: dict[str, Any], refusal: int) -> None:
    if path == VIDEO and given:
        given = {"video_url": "https://mine.example/v.mp4"} | given
    assert newcomer(**CLOSED).refused("POST", path, **given) == refusal


def test_a_post_is_another_ones_business_and_processing_may_be_slow_or_fail(ann: Business, newcomer: NewBusiness) -> None:
    ann.practice.fault("slow_processing", ann.made, network=NETWORK, seconds=60)
    ann.practice.fault("fail_processing", ann.made, network=NETWORK)
    share = ann.post(VIDEO, video_url="http://127.0.0.1:9/v.mp4")["share_id"]
    until(lambda: len(ann.practice.control("GET", "faults")["applied"]) >= 2)
    assert ann.status(share) == {"status": "PROCESSING_DOWNLOAD"}
    assert newcomer().refused("GET", STATUS, publish_id=share) == ABSENT
    ann.practice.control("POST", "clock", offset=61)
    assert ann.status(share) == {"status": "FAILED", "reason": "file_format_check_failed"}


def test_faults_at_the_door_look_like_refusals(ann: Business) -> None:
    for kind, refusal in (("refuse", TOO_MANY), ("fail", 50000), ("duplicate", WRONG), ("revoke_token", TOKEN)):
        ann.practice.fault(kind, ann.made)
        assert ann.refused("POST", VIDEO, video_url="http://127.0.0.1:9/v.mp4") == refusal


def test_six_posts_a_minute_and_fifteen_a_day(ann: Business, tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(CLIP)
    with serving_files(tmp_path) as url:
        given = {"video_url": f"{url}/film.mp4"}
        for number in range(15):
            if number and number % 6 == 0:
                assert ann.refused("POST", VIDEO, **given) == TOO_MANY
                ann.practice.control("POST", "clock", offset=number * 11)
            ann.post(VIDEO, **given)
        ann.practice.control("POST", "clock", offset=300)
        assert ann.refused("POST", VIDEO, **given) == TOO_MANY
        ann.practice.control("POST", "clock", offset=310)
        until(lambda: len(ann.shown()) == 15)


def test_comments_are_hidden_liked_pinned_and_own_ones_deleted(ann: Business, tmp_path: Path) -> None:
    video = ann.publishes(tmp_path)
    bob = ann.hears(video, "Bad")
    where = {"video_id": video, "comment_id": bob}
    mine = ann.post(CREATE, video_id=video, text="Hello")["comment_id"]
    ann.post("/business/comment/like/", comment_id=bob, action="LIKE")
    ann.post("/business/comment/pin/", **where, action="PIN")
    ann.post("/business/comment/hide/", **where, action="HIDE")
    assert [one["comment_id"] for one in ann.get(LIST, video_id=video)["comments"]] == [mine]
    (hidden,) = ann.get(LIST, video_id=video, comment_ids=[bob], status="ALL")["comments"]
    assert (hidden["status"], hidden["liked"], hidden["likes"], hidden["pinned"]) == ("HIDDEN", True, 1, True)
    ann.post("/business/comment/hide/", **where, action="UNHIDE")
    ann.post("/business/comment/like/", comment_id=bob, action="UNLIKE")
    ranked = ann.get(LIST, video_id=video, sort_type="asc")["comments"]
    assert [(one["status"], one["liked"]) for one in ranked] == [("PUBLIC", False), ("PUBLIC", False)]
    assert ann.refused("POST", "/business/comment/delete/", comment_id=bob) == FORBIDDEN
    ann.post("/business/comment/delete/", comment_id=mine)
    assert [reply["id"] for reply in ann.shown()[0]["replies"]] == [bob]


def test_a_picture_is_uploaded_first(ann: Business, tmp_path: Path) -> None:
    video = ann.publishes(tmp_path)

    def upload(content: bytes) -> Any:
        sent = {"data": {"business_id": ann.id}, "files": {"image_file": ("p.jpg", content)}, "json": None}
        return ann.call("POST", "/business/comment/image/upload/", {}, **sent).json()

    found = upload(picture("JPEG"))["data"]
    image = {f"image_{name}" if name != "image_uri" else name: value for name, value in found.items()}
    assert (image["image_width"], image["image_height"]) == (400, 500)
    ann.post(CREATE, video_id=video, **image)
    assert [one["mime"] for one in ann.shown()[0]["replies"][0]["media"]] == ["image/jpeg"]
    assert ann.refused("POST", CREATE, video_id=video, **image | {"image_width": 1}) == WRONG
    assert ann.refused("POST", CREATE, video_id=video, image_uri="tos-practice/1") == ABSENT
    assert upload(b"no picture")["code"] == FILE_TYPE
    assert upload(picture("JPEG") + bytes(5_000_000))["code"] == WRONG


def test_what_is_refused_of_comments(ann: Business, newcomer: NewBusiness, tmp_path: Path) -> None:
    video, closed = ann.publishes(tmp_path), ann.publishes(tmp_path, disable_comment=True)
    bob = ann.hears(video, "Nice")
    refusals: list[tuple[str, str, dict[str, Any], int]] = [
        ("GET", LIST, {}, WRONG),
        ("GET", LIST, {"video_id": "1"}, ABSENT),
        ("GET", LIST, {"video_id": video, "max_count": "31"}, WRONG),
        ("GET", LIST, {"video_id": video, "comment_ids": [bob] * 31}, WRONG),
        ("GET", LIST, {"video_id": video, "comment_ids": bob}, WRONG),
        ("GET", LIST, {"video_id": video, "status": "HIDDEN"}, WRONG),
        ("GET", LIST, {"video_id": video, "page": "1"}, WRONG),
        ("GET", REPLIES, {"video_id": closed, "comment_id": bob}, ABSENT),
        ("POST", CREATE, {"video_id": video, "text": "x" * 151}, WRONG),
        ("POST", CREATE, {"video_id": video, "text": ""}, WRONG),
        ("POST", CREATE, {"video_id": int(video), "text": "x"}, WRONG),
        ("POST", CREATE, {"video_id": closed, "text": "x"}, FORBIDDEN),
        ("POST", REPLY, {"video_id": video, "text": "x"}, WRONG),
        ("POST", REPLY, {"video_id": video, "comment_id": "1", "text": "x"}, ABSENT),
        ("POST", "/business/comment/hide/", {"video_id": video, "comment_id": bob, "action": "HIDDEN"}, WRONG),
        ("POST", "/business/comment/like/", {"comment_id": "1", "action": "LIKE"}, ABSENT),
    ]
    for method, path, given, refusal in refusals:
        assert (path, given, ann.refused(method, path, **given)) == (path, given, refusal)
    stranger = newcomer()
    assert stranger.refused("GET", LIST, video_id=video) == ABSENT
    assert stranger.refused("POST", "/business/comment/like/", comment_id=bob, action="LIKE") == ABSENT
    assert newcomer(scopes=["user.info.basic", "comment.list"]).refused("POST", CREATE, video_id=video, text="x") == FORBIDDEN
    assert [reply["text"] for post in ann.shown() for reply in post["replies"]] == ["Nice"]


def test_fans_comment_answer_like_and_delete_by_the_pages_forms(ann: Business, tmp_path: Path) -> None:
    video = ann.publishes(tmp_path)

    def form(action: str, target: str, text: str = "") -> int:
        sent = {"action": action, "target": target, "name": "Bob", "text": text}
        return requests.post(f"{ann.url}/_fan", sent, timeout=5, allow_redirects=False).status_code

    assert form("comment", video, "Nice") == 303
    (first,) = ann.shown()[0]["replies"]
    assert [form("comment", first["id"], "Very"), form("like", first["id"])] == [303, 303]
    assert [(reply["text"], reply["depth"], reply["likes"]) for reply in ann.shown()[0]["replies"]] == [
        ("Nice", 0, 1),
        ("Very", 1, 0),
    ]
    mine = ann.post(CREATE, video_id=video, text="Thanks")["comment_id"]
    assert [form("delete", mine), form("delete", first["id"])] == [404, 303]
    assert [reply["id"] for reply in ann.shown()[0]["replies"]] == [mine]
    assert requests.get(f"{ann.url}/@{ann.made['username']}", timeout=5).status_code == 200


def test_apps_hear_of_comments_without_their_text(ann: Business, tmp_path: Path) -> None:
    video = ann.publishes(tmp_path)
    app = {"app_id": APP["client_id"], "secret": APP["client_secret"], "event_type": "COMMENT"}
    base = "/business/webhook"

    def asks(method: str, path: str, **given: str) -> Any:
        how: dict[str, Any] = {"params": given} if method == "GET" else {"json": given}
        return requests.request(method, f"{ann.url}/open_api/v1.3{base}{path}", timeout=5, **how).json()

    with listening(lambda query: "") as callback:
        assert asks("POST", "/update/", **app | {"secret": "guess"}, callback_url=callback.url)["code"] == WRONG
        assert asks("POST", "/update/", **app, callback_url="http://media.example/hook")["code"] == WRONG
        assert asks("POST", "/update/", **app, callback_url=callback.url)["code"] == 0
        assert asks("GET", "/list/", **app)["data"]["callback_url"] == callback.url
        bob = ann.hears(video, "Nice")
        until(lambda: len(callback.received) == 1)
        below = ann.hears(bob, "Very", "Eve")
        until(lambda: len(callback.received) == 2)
        ann.post("/business/comment/hide/", video_id=video, comment_id=below, action="HIDE")
        until(lambda: len(callback.received) == 3)
        assert asks("POST", "/delete/", **app)["code"] == 0
        assert asks("GET", "/list/", **app)["code"] == ABSENT
    kept = ann.practice.requests(network=NETWORK, path="/webhook/")
    assert len(kept) >= 6
    assert APP["client_secret"] not in str(kept)
    headers, body = callback.received[1]
    signed = dict(part.split("=") for part in headers["tiktok-signature"].split(","))
    wanted = hmac.new(APP["client_secret"].encode(), f"{signed['t']}.".encode() + body, hashlib.sha256).hexdigest()
    assert (signed["s"], headers["webhook-schema-version"], bool(headers["x-tt-logid"])) == (wanted, "1.0", True)
    event = json.loads(body)
    assert (event["client_key"], event["event"], event["user_openid"]) == (APP["client_id"], "comment.update", ann.id)
    content = json.loads(event["content"])
    assert (content["comment_id"], content["video_id"], content["parent_comment_id"]) == (int(below), int(video), int(bob))
    told = [json.loads(json.loads(body)["content"]) for _, body in callback.received]
    assert [(one["comment_type"], one["comment_action"]) for one in told] == [
        ("comment", "insert"),
        ("reply", "insert"),
        ("reply", "set_to_hidden"),
    ]
    (author,) = ann.get(REPLIES, video_id=video, comment_id=bob, status="ALL")["comments"]
    assert author["unique_identifier"] == content["unique_identifier"]
    assert b"Very" not in b"".join(body for _, body in callback.received)
