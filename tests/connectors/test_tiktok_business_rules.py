"""The rules of TikTok's API for Business: what fits, what an error means, who may deliver. Needs no network."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from connectors.data import JPEG, MP4, PNG, Account, App, Media, Outgoing
from connectors.errors import Doubt, NotNow, Rejected, Unauthorized
from connectors.http import Http
from connectors.talk import Incoming, Moderation, Person
from connectors.tiktok_business import TikTokBusiness

VIDEO = Media("/nowhere/film.mp4", MP4, 30_000_000, "film.mp4", width=720, height=1280, seconds=6)
PHOTO = Media("/nowhere/photo.jpg", JPEG, 900_000, "photo.jpg", width=1200, height=900)
HOST = "https://business-api.tiktok.com/open_api/v1.3"
APP = App("ck1", "hush")
NOW = datetime(2026, 11, 23, 21, tzinfo=UTC)


def answered(code: Any, path: str = "/business/get/", status: int = 200, message: str = "m") -> requests.Response:
    """An answer made by hand."""
    response = requests.Response()
    response.status_code, response.url = status, f"{HOST}{path}"
    response._content = json.dumps({"code": code, "message": message, "request_id": "r1", "data": {}}).encode()
    response.request = requests.Request("POST", response.url).prepare()
    return response


def problems(*media: Media, text: str = "Cold", comment: bool = False, **options: Any) -> list[str]:
    post = Outgoing("key-1", text, media, options=options, is_comment=comment)
    return [problem.field for problem in TikTokBusiness.checker().problems(post)]


@pytest.mark.parametrize(
    ("media", "details", "fields"),
    [
        ((VIDEO,), {"allow_comments": False, "cover_ms": 6000}, []),
        ((PHOTO,) * 35, {"cover_photo": 35, "title": "x" * 90, "text": "x" * 4000}, []),
        ((), {"text": "x" * 150, "comment": True}, []),
        ((), {"text": "x" * 151, "comment": True}, ["text"]),
        ((PHOTO,), {"comment": True}, ["media"]),
        ((PHOTO,), {"comment": True, "text": ""}, []),
        ((PHOTO, PHOTO), {"comment": True, "text": ""}, ["media"]),
        ((VIDEO,), {"comment": True, "text": ""}, ["media"]),
        ((), {}, ["media"]),
        ((VIDEO, PHOTO), {}, ["media"]),
        ((replace(VIDEO, seconds=2),), {}, ["media"]),
        ((replace(VIDEO, size=1_000_000_001),), {}, ["media"]),
        ((replace(PHOTO, mime_type=PNG),), {}, ["media"]),
        ((replace(PHOTO, width=1200, height=1100),), {}, ["media"]),
        ((VIDEO,), {"text": "🧊" * 1101}, ["text"]),
        ((VIDEO,), {"text": "@ann " * 31}, ["text"]),
        ((VIDEO,), {"cover_ms": 6001}, ["cover_ms"]),
        ((VIDEO,), {"cover": replace(PHOTO, width=300)}, ["cover"]),
        ((PHOTO,), {"branded_content": True, "privacy": "SELF_ONLY"}, ["privacy"]),
    ],
)
def test_what_fits_and_what_does_not(media: tuple[Media, ...], details: Mapping[str, Any], fields: list[str]) -> None:
    assert problems(*media, **details) == fields


@pytest.mark.parametrize(
    ("code", "path", "error"),
    [
        (40001, "/business/video/publish/", Unauthorized),
        (40001, "/business/comment/list/", Unauthorized),
        (40001, "/business/comment/reply/create/", Rejected),
        (40002, "/business/video/publish/", Rejected),
        (40002, "/tt_user/oauth2/token/", Unauthorized),
        (40002, "/tt_user/oauth2/refresh_token/", Unauthorized),
        (40007, "/business/comment/hide/", Rejected),
        (40104, "/business/get/", Unauthorized),
        (40105, "/business/get/", Unauthorized),
        (40908, "/business/comment/image/upload/", Rejected),
        (49999, "/business/get/", Rejected),
        (40100, "/tt_user/oauth2/token/", NotNow),
        (50000, "/tt_user/oauth2/token/", Doubt),
        (51065, "/business/video/publish/", Doubt),
        ("new", "/business/video/publish/", Doubt),
    ],
)
def test_errors_are_told_apart_by_their_code(code: Any, path: str, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        TikTokBusiness.judge(answered(code, path))
    assert "request_id r1" in str(getattr(caught.value, "said", ""))


def test_without_a_code_the_status_counts_and_an_unverified_domain_is_no_dead_connection() -> None:
    TikTokBusiness.judge(answered(0))
    with pytest.raises(Doubt):
        TikTokBusiness.judge(answered(0, status=502))
    with pytest.raises(Rejected):
        TikTokBusiness.judge(answered(0, status=404))
    with pytest.raises(Rejected, match="verified domains"):
        TikTokBusiness.judge(answered(40001, "/business/video/publish/", message="Please verify the ownership of the URL."))


def test_only_a_refused_publishing_call_stops_the_channel() -> None:
    assert TikTokBusiness.pause(answered(40100, "/business/photo/publish/"))
    assert TikTokBusiness.pause(answered(40100, "/business/comment/list/")) is None
    assert TikTokBusiness.pause(answered(0, "/business/photo/publish/")) is None


def test_what_others_wrote_cannot_be_deleted() -> None:
    theirs = Incoming("1", "comment", "1", Person("ann"), "Warm!", NOW)
    checker = TikTokBusiness.checker()
    assert "hide" in checker.hindrance(Moderation.DELETE, theirs)
    assert not checker.hindrance(Moderation.DELETE, replace(theirs, mine=True))
    assert not checker.hindrance(Moderation.HIDE, theirs)


def test_pages_that_repeat_tell_each_comment_once_and_end() -> None:
    """As they do past the first 500 comments or so."""
    pages = iter(([1, 2], [2, 3], [3, 2], [4]))

    class Repeating(TikTokBusiness):
        @property
        def api(self) -> Any:
            return SimpleNamespace(get=lambda path, cursor, **query: page(cursor))

    def page(cursor: int) -> dict[str, Any]:
        found = [{"comment_id": number, "create_time": NOW.timestamp(), "text": str(number)} for number in next(pages)]
        return {"comments": found, "cursor": cursor + 2, "has_more": True}

    heard = Repeating(Account("-000abc"), APP, Http(())).incoming(NOW, ["7500000000000000001"])
    assert [item.text for item in heard] == ["1", "2", "3"]


# -- who may deliver -------------------------------------------------------------------------------------------------------


def delivered(action: str, secret: str = "hush", at: datetime = NOW, **more: Any) -> tuple[dict[str, str], bytes]:
    """`comment.update` as TikTok sends it, with bare numbers that no float can hold."""
    content = {"comment_id": 7500000000000000009, "video_id": 7500000000000000001, "comment_action": action, **more}
    whole = {"client_key": "ck1", "event": "comment.update", "create_time": int(at.timestamp()), "user_openid": "-000abc"}
    body = json.dumps({**whole, "content": json.dumps(content)}).encode()
    stamp = str(int(at.timestamp()))
    signature = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Tiktok-Signature": f"t={stamp},s={signature}"}, body


def test_a_delivery_names_a_new_comment_and_tells_a_deleted_one() -> None:
    [new] = TikTokBusiness.hooks(APP, *delivered("insert", parent_comment_id=0))
    [answer] = TikTokBusiness.hooks(APP, *delivered("insert", parent_comment_id="7500000000000000007"))
    [gone] = TikTokBusiness.hooks(APP, *delivered("delete", parent_comment_id=7500000000000000007))
    assert (new.account, new.unread) == ("-000abc", ("7500000000000000001:7500000000000000009:",))
    assert answer.unread == ("7500000000000000001:7500000000000000009:7500000000000000007",)
    [item] = gone.items
    assert (item.remote_id, item.thread, item.deleted) == ("7500000000000000009", "7500000000000000007", True)
    assert [*TikTokBusiness.hooks(APP, *delivered("set_to_hidden"))] == []
    assert [*TikTokBusiness.hooks(APP, *_as_event("post.publish.complete"))] == []


def _as_event(name: str) -> tuple[dict[str, str], bytes]:
    stamp, body = str(int(NOW.timestamp())), json.dumps({"event": name, "content": "{}"}).encode()
    signature = hmac.new(b"hush", f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {"tiktok-signature": f"t={stamp},s={signature}"}, body


def test_a_forged_delivery_is_not_read_and_an_old_one_is_told() -> None:
    headers, body = delivered("insert")
    for forged in (delivered("insert", "guess")[0], {}, {"tiktok-signature": "s=1"}):
        with pytest.raises(Unauthorized):
            TikTokBusiness.hooks(APP, forged, body)
    with pytest.raises(Unauthorized):
        TikTokBusiness.hooks(APP, headers, body + b" ")
    assert not TikTokBusiness.stale(headers, NOW + timedelta(minutes=5))
    assert TikTokBusiness.stale(headers, NOW + timedelta(minutes=5, seconds=1))
    assert TikTokBusiness.stale(headers, NOW - timedelta(minutes=6))
    assert TikTokBusiness.stale({}, NOW)
