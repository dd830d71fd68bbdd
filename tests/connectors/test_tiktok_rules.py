"""TikTok's rules: what fits, what an error means, where bytes may go. Needs no network."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import requests

from connectors.data import JPEG, MP4, PNG, App, Media, Outgoing, Progress, Uncertain
from connectors.errors import Blocked, Doubt, NotNow, Rejected, Unauthorized
from connectors.tiktok import TikTok
from connectors.tiktok_answers import FAILURES, OutOfOrder, UploadGone
from connectors.tiktok_login import Api
from connectors.tiktok_upload import State, Upload, Uploads
from tests.connectors.scenery import now

VIDEO = Media("/nowhere/film.mp4", MP4, 30_000_000, "film.mp4", width=720, height=1280, seconds=6)
PHOTO = Media("/nowhere/photo.jpg", JPEG, 900_000, "photo.jpg", width=1200, height=900)
HOST = "https://open.tiktokapis.com/v2"
CHOSEN = {"privacy": "PUBLIC_TO_EVERYONE"}


def answered(status: int, body: Any, method: str = "POST", url: str = f"{HOST}/x/") -> requests.Response:
    """An answer made by hand."""
    response = requests.Response()
    response.status_code, response.url = status, url
    response._content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    response.request = requests.Request(method, url).prepare()
    return response


def envelope(code: str) -> dict[str, Any]:
    return {"data": {}, "error": {"code": code, "message": "m", "log_id": "l1"}}


def problems(*media: Media, text: str = "Cold", **options: Any) -> list[str]:
    post = Outgoing("key-1", text, media, options=CHOSEN | options)
    return [problem.field for problem in TikTok.checker().problems(post)]


# -- what fits -----------------------------------------------------------------------------------------------------------


def test_an_ordinary_video_and_an_ordinary_photo_fit() -> None:
    assert problems(VIDEO) == []
    assert problems(PHOTO) == []
    assert problems(*[PHOTO] * 35, cover_photo=35, title="x" * 90) == []


@pytest.mark.parametrize(
    ("media", "details", "field"),
    [
        ((), {}, "media"),
        ((VIDEO, VIDEO), {}, "media"),
        ((VIDEO, PHOTO), {}, "media"),
        ((PHOTO,) * 36, {}, "media"),
        ((replace(PHOTO, mime_type=PNG),), {}, "media"),
        ((replace(PHOTO, size=20_000_001),), {}, "media"),
        ((replace(PHOTO, width=1200, height=1100),), {}, "media"),
        ((replace(PHOTO, width=1921, height=1000),), {}, "media"),
        ((replace(VIDEO, seconds=601),), {}, "media"),
        ((replace(VIDEO, width=359),), {}, "media"),
        ((replace(VIDEO, size=4_000_000_001),), {}, "media"),
        ((VIDEO,), {"privacy": ""}, "privacy"),
        ((VIDEO,), {"privacy": "SELF_ONLY", "branded_content": True}, "privacy"),
        ((VIDEO,), {"text": "🧊" * 1101}, "text"),
        ((PHOTO,), {"text": "x" * 4001}, "text"),
        ((PHOTO,), {"title": "🧊" * 46}, "title"),
        ((PHOTO,), {"cover_photo": 2}, "cover_photo"),
        ((VIDEO,), {"cover_ms": 6001}, "cover_ms"),
    ],
)
def test_what_does_not_fit_is_said(media: tuple[Media, ...], details: Mapping[str, Any], field: str) -> None:
    assert field in problems(*media, **details)


def test_a_photo_post_has_a_longer_text_and_a_draft_needs_no_visibility() -> None:
    assert problems(PHOTO, text="x" * 4000) == []
    assert problems(VIDEO, text="x" * 2201) == ["text"]
    assert problems(VIDEO, privacy="", mode="inbox") == []


def test_emoji_count_twice() -> None:
    assert TikTok.checker().length("a🧊é") == 4


def test_nothing_is_preset_that_the_audit_wants_chosen() -> None:
    preset = {option.name: option.empty() for option in TikTok.options}
    assert preset["privacy"] == ""
    assert not any(preset[name] for name in ("allow_comments", "allow_duet", "allow_stitch", "your_brand", "branded_content"))


# -- what answers mean -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (500, "internal_error", Doubt),
        (429, "rate_limit_exceeded", NotNow),
        (401, "access_token_invalid", Unauthorized),
        (401, "scope_not_authorized", Unauthorized),
        (401, "scope_permission_missed", Unauthorized),
        (400, "invalid_param", Rejected),
        (400, "invalid_params", Rejected),
        (400, "invalid_file_upload", Rejected),
        (400, "invalid_publish_id", Rejected),
        (400, "token_not_authorized_for_specified_publish_id", Rejected),
        (403, "privacy_level_option_mismatch", Rejected),
        (403, "url_ownership_unverified", Rejected),
        (403, "unaudited_client_can_only_post_to_private_accounts", Rejected),
        (403, "spam_risk_too_many_posts", NotNow),
        (403, "spam_risk_too_many_pending_share", NotNow),
        (403, "reached_active_user_cap", NotNow),
        (403, "spam_risk_user_banned_from_posting", Rejected),
        (403, "app_version_check_failed", Rejected),
        (403, "something_new", Rejected),
        (200, "something_new", Doubt),
        (200, "rate_limit_exceeded", NotNow),
    ],
)
def test_errors_are_told_apart_by_their_code(status: int, code: str, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        TikTok.judge(answered(status, envelope(code)))
    assert str(getattr(caught.value, "said", "")).startswith(f"{status} ")
    assert code in str(getattr(caught.value, "said", ""))


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (200, "invalid_grant", Unauthorized),
        (400, "invalid_request", Unauthorized),
        (400, "access_denied", Unauthorized),
        (401, "invalid_client", Rejected),
        (400, "invalid_scope", Rejected),
        (200, "server_error", Doubt),
        (503, "temporarily_unavailable", NotNow),
    ],
)
def test_the_token_endpoint_says_so_in_a_word(status: int, error: str, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        TikTok.judge(answered(status, {"error": error, "error_description": "d", "log_id": "l"}))


@pytest.mark.parametrize(
    ("status", "kind"), [(400, Rejected), (403, UploadGone), (404, UploadGone), (416, OutOfOrder), (502, Doubt), (429, NotNow)]
)
def test_the_upload_host_only_has_a_status(status: int, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        TikTok.judge(answered(status, "no", "PUT"))


@pytest.mark.parametrize("status", [200, 201, 206])
def test_what_is_well_passes(status: int) -> None:
    TikTok.judge(answered(status, "", "PUT"))
    TikTok.judge(answered(200, envelope("ok")))
    TikTok.judge(answered(200, {"access_token": "act.1", "scope": "a,b"}))


def test_tokens_are_hidden_in_what_was_said() -> None:
    with pytest.raises(Doubt) as caught:
        TikTok.judge(answered(500, "upload_url https://x/video/?upload_id=1&upload_token=hush act access_token=hush"))
    assert "hush" not in caught.value.said


@pytest.mark.parametrize(
    ("status", "code", "url", "pause"),
    [
        (
            429,
            "rate_limit_exceeded",
            f"{HOST}/post/publish/video/init/",
            (timedelta(minutes=1), "channel"),
        ),
        (429, "rate_limit_exceeded", f"{HOST}/post/publish/status/fetch/", None),
        (403, "spam_risk_too_many_posts", f"{HOST}/x/", (timedelta(hours=2), "channel")),
        (403, "reached_active_user_cap", f"{HOST}/x/", (timedelta(hours=2), "app")),
        (403, "url_ownership_unverified", f"{HOST}/x/", None),
    ],
)
def test_refusals_tell_how_long_to_stop(status: int, code: str, url: str, pause: tuple[timedelta, str] | None) -> None:
    found = TikTok.pause(answered(status, envelope(code), url=url))
    assert (found and (found.retry_in, found.scope)) == pause


@pytest.mark.parametrize("reason", [*FAILURES, "internal", "video_pull_failed", "spam_risk_too_many_posts", "auth_removed"])
def test_a_failed_post_is_refused_or_tried_again(reason: str) -> None:
    post = Outgoing("key-1", "x", (VIDEO,), options=CHOSEN)
    state = State.read({"status": "FAILED", "fail_reason": reason})
    tiktok, doubt = TikTok.checker(), Uncertain(now(), "v_pub_file~1")
    assert isinstance(tiktok, TikTok)
    if reason in FAILURES:
        with pytest.raises(Rejected):
            tiktok._outcome(post, "v_pub_file~1", state, doubt)
    else:
        assert tiktok._outcome(post, "v_pub_file~1", state, doubt) is None


def test_ids_stay_exact() -> None:
    state = State.read(json.loads('{"status":"PUBLISH_COMPLETE","publicaly_available_post_id":[7500000000000000001]}'))
    assert state == State("PUBLISH_COMPLETE", -1, "", "7500000000000000001")


# -- where bytes may go ----------------------------------------------------------------------------------------------------


def test_an_upload_address_elsewhere_is_not_followed() -> None:
    uploads = Uploads(Api(TikTok.seam(App("", "")), "act.1"), Progress())
    upload = Upload("v_pub_file~1", "https://evil.example/video/?upload_id=1", "m", 9e9, VIDEO.size, VIDEO.size)
    with pytest.raises(Blocked):
        uploads.complete(upload, replace(VIDEO, path=__file__))


def test_a_regional_upload_host_of_tiktok_is_followed() -> None:
    http = TikTok.seam(App("", ""))
    http.carry = lambda method, url, send: _reached(http.address(url))  # type: ignore[method-assign]
    upload = Upload("v_pub_file~1", "https://open-upload-sg.tiktokapis.com/video/?upload_id=1", "m", 9e9, 10, 10)
    with pytest.raises(Reached, match="open-upload-sg"):
        Uploads(Api(http, "act.1"), Progress()).complete(upload, replace(VIDEO, path=__file__))


class Reached(Exception):
    """A call would have gone there."""


def _reached(address: str) -> requests.Response:
    raise Reached(address)
