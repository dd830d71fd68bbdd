"""The practice TikTok's publishing: what it takes, in which order, and what it refuses."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.connectors.tiktok_scene import serving_files
from tests.sandbox.conftest import Practice
from tests.sandbox.tiktok_creator import CLIP, POST, Creator, file
from tests.sandbox.waiting import until

VIDEO, DRAFT, PHOTO = "/post/publish/video/init/", "/post/publish/inbox/video/init/", "/post/publish/content/init/"
MEGABYTE = 1_000_000
NewCreator = Callable[..., Creator]


@pytest.fixture
def newcomer(practice: Practice) -> NewCreator:
    return lambda **details: Creator(practice, **details)


@pytest.fixture
def ann(newcomer: NewCreator) -> Creator:
    return newcomer()


def photos(*urls: str, **more: Any) -> dict[str, Any]:
    source = {"source": "PULL_FROM_URL", "photo_cover_index": 0, "photo_images": list(urls)}
    info = {"title": "t", "description": "d #tag", "privacy_level": "PUBLIC_TO_EVERYONE", "auto_add_music": True}
    return {"media_type": "PHOTO", "post_mode": "DIRECT_POST", "post_info": info, "source_info": source} | more


def test_a_video_is_public_after_its_last_byte_and_its_number_is_an_integer(ann: Creator) -> None:
    upload = ann.begins()
    assert upload["publish_id"].startswith("v_pub_file~")
    assert len(upload["upload_url"]) <= 256
    assert ann.status(upload["publish_id"]) == {"status": "PROCESSING_UPLOAD", "uploaded_bytes": 0}
    assert ann.shown() == []
    assert ann.sends(upload, CLIP, 0, len(CLIP)).status_code == 201
    number = until(lambda: ann.status(upload["publish_id"]).get("publicaly_available_post_id"))
    assert [str(one) for one in number or []] == [ann.shown()[0]["id"]]


def test_creator_info_tells_what_the_account_may(newcomer: NewCreator) -> None:
    info = newcomer(private=True, stitch_disabled=True, max_seconds=60).data("/post/publish/creator_info/query/")
    assert info["privacy_level_options"] == ["FOLLOWER_OF_CREATOR", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]
    assert (info["stitch_disabled"], info["duet_disabled"], info["max_video_post_duration_sec"]) == (True, False, 60)


def test_chunks_follow_one_another(ann: Creator) -> None:
    total, chunk = 11 * MEGABYTE, 5 * MEGABYTE
    source = file(total, chunk, 2)
    upload = ann.data(VIDEO, {"post_info": POST, "source_info": source})
    first = b"\0\0\0\x18ftypmp42" + bytes(chunk - 12)
    last = bytes(total - chunk)
    assert ann.sends(upload, last, chunk, total).status_code == 416
    assert ann.sends(upload, first[:-1], 0, total).status_code == 400
    assert ann.sends(upload, first, 0, total).status_code == 206
    assert ann.sends(upload, first, 0, total).status_code == 416
    assert ann.status(upload["publish_id"])["uploaded_bytes"] == chunk
    assert ann.sends(upload, last, chunk, total).status_code == 201
    assert ann.sends(upload, last, chunk, total).status_code == 416


def test_an_upload_address_is_a_permission_for_an_hour(ann: Creator) -> None:
    upload = ann.begins()
    wrong = {"upload_url": upload["upload_url"].replace("upload_token=", "upload_token=x")}
    assert ann.sends(wrong, CLIP, 0, len(CLIP)).status_code == 403
    gone = {"upload_url": upload["upload_url"].replace("upload_id=", "upload_id=9")}
    assert ann.sends(gone, CLIP, 0, len(CLIP)).status_code == 404
    ann.practice.control("POST", "clock", offset=3601)
    assert ann.sends(upload, CLIP, 0, len(CLIP)).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/octet-stream"},
        {"Content-Range": "0-1011/1012"},
        {"Content-Range": "bytes 0-1010/1012"},
        {"Content-Range": "bytes 0-1011/2000"},
    ],
    ids=str,
)
def test_bytes_come_with_their_type_and_range(ann: Creator, headers: dict[str, str]) -> None:
    assert ann.sends(ann.begins(), CLIP, 0, len(CLIP), **headers).status_code == 400


@pytest.mark.parametrize(
    "source",
    [
        file(0),
        file(4_000 * MEGABYTE + 1, 64 * MEGABYTE, 62),
        file(65 * MEGABYTE),
        file(8 * MEGABYTE, 4 * MEGABYTE, 2),
        file(130 * MEGABYTE, 65 * MEGABYTE, 2),
        file(11 * MEGABYTE, 5 * MEGABYTE, 3),
        {"source": "FILE_UPLOAD", "video_size": 10},
        {"source": "FTP"},
        {"source": "PULL_FROM_URL", "video_url": "http://media.example/v.mp4"},
        file(10) | {"extra": 1},
    ],
    ids=str,
)
def test_sizes_chunks_and_sources_that_are_refused(ann: Creator, source: dict[str, Any]) -> None:
    ann.practice.control("POST", "limits", enforced=False)
    assert ann.refused(VIDEO, {"post_info": POST, "source_info": source}) == (400, "invalid_params")


@pytest.mark.parametrize(
    ("info", "answer"),
    [
        ({"title": "x" * 2201}, (400, "invalid_params")),
        ({"title": "🧊" * 1101}, (400, "invalid_params")),
        ({"privacy_level": ""}, (400, "invalid_params")),
        ({"privacy_level": "FOLLOWER_OF_CREATOR"}, (403, "privacy_level_option_mismatch")),
        ({"privacy_level": "SELF_ONLY", "brand_content_toggle": True}, (400, "invalid_params")),
        ({"disable_comment": "false"}, (400, "invalid_params")),
        ({"video_cover_timestamp_ms": -1}, (400, "invalid_params")),
        ({"caption": "x"}, (400, "invalid_params")),
    ],
    ids=str,
)
def test_settings_that_are_refused(ann: Creator, info: dict[str, Any], answer: tuple[int, str]) -> None:
    assert ann.refused(VIDEO, {"post_info": POST | info, "source_info": file(100)}) == answer


def test_a_draft_ends_in_the_inbox(ann: Creator) -> None:
    upload = ann.data(DRAFT, {"source_info": file(len(CLIP))})
    ann.sends(upload, CLIP, 0, len(CLIP))
    assert ann.ended(upload["publish_id"])["status"] == "SEND_TO_USER_INBOX"
    assert ann.shown() == []


def test_five_drafts_may_wait(ann: Creator) -> None:
    for _ in range(5):
        ann.sends(ann.data(DRAFT, {"source_info": file(len(CLIP))}), CLIP, 0, len(CLIP))
    assert ann.refused(DRAFT, {"source_info": file(10)}) == (403, "spam_risk_too_many_pending_share")


def test_fifteen_posts_a_day_and_six_a_minute(ann: Creator) -> None:
    for number in range(15):
        if number % 6 == 0:
            ann.practice.control("POST", "clock", offset=number * 11)
        ann.sends(ann.begins(), CLIP, 0, len(CLIP))
    ann.practice.control("POST", "clock", offset=300)
    body = {"post_info": POST, "source_info": file(10)}
    assert ann.refused(VIDEO, body) == (403, "spam_risk_too_many_posts")
    for _ in range(5):
        ann.refused(VIDEO, body)
    assert ann.refused(VIDEO, body) == (429, "rate_limit_exceeded")


def test_each_call_needs_its_scope(newcomer: NewCreator) -> None:
    drafts = newcomer(scopes=["user.info.basic", "video.upload"])
    body = {"post_info": POST, "source_info": file(10)}
    assert drafts.refused(VIDEO, body) == (401, "scope_not_authorized")
    assert drafts.refused("/post/publish/creator_info/query/") == (401, "scope_not_authorized")
    assert drafts.refused(PHOTO, photos("https://media.example/1.jpg")) == (401, "scope_not_authorized")
    assert drafts.data(DRAFT, {"source_info": file(10)})["publish_id"].startswith("v_inbox_file~")


def test_a_number_belongs_to_an_account(ann: Creator, newcomer: NewCreator) -> None:
    status, mine = "/post/publish/status/fetch/", ann.begins()["publish_id"]
    assert ann.refused(status, {"publish_id": "v_pub_file~1"}) == (400, "invalid_publish_id")
    assert newcomer().refused(status, {"publish_id": mine}) == (400, "token_not_authorized_for_specified_publish_id")
    assert ann.refused(status, {"publish_id": mine}, token="act.guess") == (401, "access_token_invalid")


@pytest.mark.parametrize(
    "change",
    [
        {"media_type": "VIDEO"},
        {"post_mode": "LATER"},
        {"source_info": {"source": "FILE_UPLOAD"}},
        {"source_info": {"source": "PULL_FROM_URL", "photo_images": []}},
        {"source_info": {"source": "PULL_FROM_URL", "photo_images": ["https://media.example/1.jpg"] * 36}},
        {"source_info": {"source": "PULL_FROM_URL", "photo_images": ["https://a.example/1.jpg"], "photo_cover_index": 1}},
        {"source_info": {"source": "PULL_FROM_URL", "photo_images": ["http://media.example/1.jpg"]}},
        {"post_info": {"title": "x" * 91, "privacy_level": "SELF_ONLY"}},
        {"post_info": {"description": "x" * 4001, "privacy_level": "SELF_ONLY"}},
        {"post_info": {"disable_duet": True, "privacy_level": "SELF_ONLY"}},
    ],
    ids=lambda change: str(change)[:60],
)
def test_photos_that_are_refused(ann: Creator, change: dict[str, Any]) -> None:
    assert ann.refused(PHOTO, photos("https://media.example/1.jpg", **change)) == (400, "invalid_params")


def test_photos_are_fetched_and_judged(ann: Creator, tmp_path: Path) -> None:
    ann.practice.control("POST", "limits", enforced=False)
    for name, kind, size in (("ok.jpg", "JPEG", (1080, 1920)), ("png.jpg", "PNG", (9, 9)), ("big.jpg", "JPEG", (1200, 1200))):
        out = io.BytesIO()
        Image.new("RGB", size, "navy").save(out, kind)
        (tmp_path / name).write_bytes(out.getvalue())
    reasons = {
        "ok.jpg": None,
        "png.jpg": "file_format_check_failed",
        "big.jpg": "picture_size_check_failed",
        "none.jpg": "photo_pull_failed",
    }
    with serving_files(tmp_path) as url:
        found = {name: ann.data(PHOTO, photos(f"{url}/{name}"))["publish_id"] for name in reasons}
        assert {name: ann.ended(publish_id).get("fail_reason") for name, publish_id in found.items()} == reasons
    assert [post["kind"] for post in until(ann.shown)] == ["photo"]


def test_what_is_no_video_fails_afterwards(ann: Creator) -> None:
    upload = ann.begins(size=8)
    assert ann.sends(upload, b"nothing!", 0, 8).status_code == 201
    assert ann.ended(upload["publish_id"]) == {
        "status": "FAILED",
        "fail_reason": "file_format_check_failed",
        "uploaded_bytes": 8,
    }


def test_public_videos_are_listed_newest_first_and_private_ones_never(ann: Creator) -> None:
    ann.posts(title="one")
    ann.posts(title="two")
    ann.posts(title="hidden", privacy_level="SELF_ONLY")
    until(lambda: len(ann.shown()) == 2)
    page = ann.data("/video/list/?fields=id,title", {"max_count": 1})
    assert ([video["title"] for video in page["videos"]], page["has_more"]) == (["two"], True)
    rest = ann.data("/video/list/?fields=id,title", {"max_count": 1, "cursor": page["cursor"]})
    assert [video["title"] for video in rest["videos"]] == ["one"]
    asked = {"filters": {"video_ids": [rest["videos"][0]["id"], "1"]}}
    assert ann.data("/video/query/?fields=title", asked)["videos"] == [{"title": "one"}]
    assert ann.refused("/video/list/", {}) == (400, "invalid_params")


def test_fans_comment_where_comments_are_on(ann: Creator) -> None:
    ann.posts(title="open")
    (post,) = until(ann.shown)
    comment = ann.practice.control("POST", "fan", network="tiktok", kind="comment", post=post["id"], name="Bob", text="Nice")
    ann.practice.control("POST", "fan", network="tiktok", kind="comment", post=comment["id"], name="Eve", text="Very")
    assert [reply["text"] for reply in ann.shown()[0]["replies"]] == ["Nice", "Very"]
