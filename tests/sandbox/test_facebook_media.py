"""The practice Facebook: photos, the three ways to upload a video, reels, stories."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import requests

from tests.sandbox.conftest import Practice
from tests.sandbox.facebook_scene import APP, Page, mp4, png

PROCESSED = 5  # seconds after which any video is ready


@pytest.fixture
def brand(practice: Practice) -> Page:
    return Page(practice)


def state_of(brand: Page, video: str) -> str:
    return str(brand.get(video, fields="status")["status"]["video_status"])


def reel(brand: Page, content: bytes, edge: str = "video_reels") -> str:
    """Bytes of a reel, uploaded."""
    begun = brand.post(f"{brand.id}/{edge}", upload_phase="start")
    assert send(brand, begun["upload_url"], content, 0, len(content)).json() == {"success": True}
    return str(begun["video_id"])


def send(brand: Page, address: str, content: bytes, offset: int, size: int) -> requests.Response:
    headers = {"Authorization": f"OAuth {brand.token}", "offset": str(offset), "file_size": str(size)}
    return brand.http.post(address, data=content, headers=headers, timeout=5)


# --- photos --------------------------------------------------------------------------------------------------


def test_a_photo_is_a_post_of_its_own(brand: Page) -> None:
    made = brand.photo(caption="Red", alt_text_custom="a red can")

    seen = brand.public()[0]
    assert (seen["id"], seen["text"], seen["kind"]) == (made["post_id"], "Red", "photo")
    assert seen["media"][0]["alt"] == "a red can"
    assert requests.get(seen["media"][0]["url"], timeout=5).content == png("red")
    assert brand.get(made["id"], fields="alt_text_custom,page_story_id,images")["images"][0]["width"] == 40


def test_an_unpublished_photo_has_no_post_and_can_be_deleted(brand: Page) -> None:
    made = brand.photo(published="false", temporary="true")

    assert set(made) == {"id"}
    assert brand.call("DELETE", made["id"]) == (200, {"success": True})
    assert brand.refused("GET", made["id"]) == (100, 33)


def test_a_photo_is_fetched_from_an_address(brand: Page) -> None:
    address = requests.get(f"{brand.root}/_picture/{brand.id}.png", timeout=5).url

    assert "post_id" in brand.post(f"{brand.id}/photos", url=address)
    assert brand.refused("POST", f"{brand.id}/photos", url=f"{brand.root}/nothing/here") == (324, 2061006)
    assert brand.refused("POST", f"{brand.id}/photos", url="ftp://example.com/a.png") == (100, 2061006)


def test_what_is_no_picture_or_too_big_is_refused(brand: Page) -> None:
    for content, refusal in ((b"no picture", (324, None)), (png() + bytes(10 * 1024 * 1024), (100, 1366046))):
        _, found = brand.call("POST", f"{brand.id}/photos", files={"source": ("a.png", content, "image/png")})
        assert (found["error"]["code"], found["error"].get("error_subcode")) == refusal
    assert brand.refused("POST", f"{brand.id}/photos") == (324, None)


# --- videos --------------------------------------------------------------------------------------------------


def test_a_video_in_one_call_comes_out_when_it_is_processed(brand: Page) -> None:
    video = brand.post(f"{brand.id}/videos", files={"source": ("a.mp4", mp4(), "video/mp4")}, title="T", description="D")["id"]

    assert state_of(brand, video) == "processing"
    assert brand.public() == []
    brand.later(PROCESSED)
    assert state_of(brand, video) == "ready"
    seen = brand.public()[0]
    assert (seen["kind"], seen["title"], seen["text"], seen["media"][0]["mime"]) == ("video", "T", "D", "video/mp4")
    assert brand.get(video, fields="post_id,permalink_url") == {
        "id": video,
        "post_id": seen["id"],
        "permalink_url": seen["url"],
    }
    assert requests.get(seen["url"], timeout=5).status_code == 200


def test_the_phases_take_a_video_in_pieces(brand: Page) -> None:
    content = mp4(1_500_000)
    begun = brand.post(f"{brand.id}/videos", upload_phase="start", file_size=len(content))
    window: dict[str, Any] = begun
    while window["start_offset"] != window["end_offset"]:
        piece = content[int(window["start_offset"]) : int(window["end_offset"])]
        about = {
            "upload_phase": "transfer",
            "upload_session_id": begun["upload_session_id"],
            "start_offset": window["start_offset"],
        }
        window = brand.post(f"{brand.id}/videos", files={"video_file_chunk": ("piece", piece)}, **about)
    brand.post(f"{brand.id}/videos", upload_phase="finish", upload_session_id=begun["upload_session_id"], description="Done")
    brand.later(PROCESSED)

    seen = brand.public()[0]
    assert (seen["text"], seen["media"][0]["id"]) == ("Done", begun["video_id"])
    assert requests.get(seen["media"][0]["url"], timeout=5).content == content


def test_a_piece_at_the_wrong_place_is_told_the_right_one(brand: Page) -> None:
    session = brand.post(f"{brand.id}/videos", upload_phase="start", file_size=5_000)["upload_session_id"]
    about: dict[str, Any] = {"upload_phase": "transfer", "upload_session_id": session, "start_offset": 100}
    _, found = brand.call("POST", f"{brand.id}/videos", files={"video_file_chunk": ("piece", b"abc")}, **about)

    assert found["error"]["error_data"] == {"start_offset": "0", "end_offset": "5000"}
    assert brand.refused("POST", f"{brand.id}/videos", upload_phase="finish", upload_session_id=session) == (100, 1363037)
    brand.post(f"{brand.id}/videos", upload_phase="cancel", upload_session_id=session)
    assert brand.refused("POST", f"{brand.id}/videos", upload_phase="finish", upload_session_id=session) == (100, None)


def test_a_broken_upload_is_resumed_by_its_handle(brand: Page) -> None:
    content = mp4(4_000)
    upload = brand.post(f"{APP}/uploads", file_name="a.mp4", file_length=len(content), file_type="video/mp4")["id"]
    address, headers = f"{brand.graph}/{upload}", {"Authorization": f"OAuth {brand.token}", "file_offset": "0"}

    requests.post(address, data=content[:1_000], headers=headers, timeout=5)
    assert requests.get(address, headers=headers, timeout=5).json() == {"id": upload, "file_offset": 1_000}
    assert requests.post(address, data=content[:9], headers=headers, timeout=5).status_code == 400
    handle = requests.post(address, data=content[1_000:], headers={**headers, "file_offset": "1000"}, timeout=5).json()["h"]
    brand.post(f"{brand.id}/videos", fbuploader_video_file_chunk=handle, description="By handle")
    brand.later(PROCESSED)

    assert requests.get(brand.public()[0]["media"][0]["url"], timeout=5).content == content


def test_a_planned_video_waits_for_its_hour(brand: Page) -> None:
    at = int(time.time()) + 3600
    about = {"published": "false", "scheduled_publish_time": at}
    brand.post(f"{brand.id}/videos", files={"source": ("a.mp4", mp4(), "video/mp4")}, **about)

    brand.later(PROCESSED)
    assert brand.public() == []
    brand.later(3601)
    assert len(brand.public()) == 1


@pytest.mark.parametrize("fault", ["fail_processing", ""])
def test_a_video_that_fails_never_comes_out_and_says_why(brand: Page, fault: str) -> None:
    if fault:
        brand.practice.fault(fault, brand.made)
    content = mp4() if fault else b"this is no video"
    video = brand.post(f"{brand.id}/videos", files={"source": ("a.mp4", content, "video/mp4")})["id"]
    brand.later(PROCESSED)

    phase = brand.get(video, fields="status")["status"]["processing_phase"]
    assert (phase["status"], phase["errors"][0]["code"]) == ("error", 1363030)
    assert brand.public() == []


def test_slow_processing_takes_as_long_as_the_fault_says(brand: Page) -> None:
    brand.practice.fault("slow_processing", brand.made, seconds=100)
    video = brand.post(f"{brand.id}/videos", files={"source": ("a.mp4", mp4(), "video/mp4")})["id"]

    brand.later(60)
    progress = brand.get(video, fields="status")["status"]
    assert (progress["video_status"], progress["processing_progress"] in range(55, 65)) == ("processing", True)
    brand.later(101)
    assert state_of(brand, video) == "ready"


# --- reels and stories ---------------------------------------------------------------------------------------


def test_a_reel_is_uploaded_to_rupload_and_processed_after_the_finish(brand: Page) -> None:
    video = reel(brand, mp4(seconds=10))

    assert state_of(brand, video) == "upload_complete"
    finished = brand.post(
        f"{brand.id}/video_reels", upload_phase="FINISH", video_id=video, video_state="PUBLISHED", description="Fizz"
    )
    assert finished["success"] is True
    assert state_of(brand, video) == "processing"
    brand.later(PROCESSED)
    seen = brand.public()[0]
    assert (seen["id"], seen["kind"], seen["labels"]) == (finished["post_id"], "reel", ["Reel"])
    assert brand.get(f"{brand.id}/video_reels")["data"][0]["id"] == video
    assert brand.refused("POST", f"{brand.id}/video_reels", upload_phase="finish", video_id=video)[0] == 100


def test_a_broken_rupload_goes_on_from_its_offset(brand: Page) -> None:
    content = mp4(3_000)
    begun = brand.post(f"{brand.id}/video_reels", upload_phase="start")

    assert send(brand, begun["upload_url"], content[:1_000], 0, 3_000).json()["debug_info"]["retriable"] is True
    assert brand.refused("POST", f"{brand.id}/video_reels", upload_phase="finish", video_id=begun["video_id"])[0] == 6000
    phase = brand.get(begun["video_id"], fields="status")["status"]["uploading_phase"]
    assert phase == {"status": "in_progress", "bytes_transferred": 1_000}
    assert send(brand, begun["upload_url"], content, 0, 3_000).status_code == 400
    assert send(brand, begun["upload_url"], content[1_000:], 1_000, 3_000).json() == {"success": True}


def test_rupload_wants_the_pages_token_in_its_own_spelling(brand: Page) -> None:
    address = brand.post(f"{brand.id}/video_reels", upload_phase="start")["upload_url"]
    headers = {"Authorization": f"Bearer {brand.token}", "offset": "0", "file_size": "3"}

    assert requests.post(address, data=b"abc", headers=headers, timeout=5).status_code == 401


@pytest.mark.parametrize(("seconds", "state"), [(2, "error"), (91, "error"), (90, "ready")])
def test_a_reel_lasts_3_to_90_seconds(brand: Page, seconds: int, state: str) -> None:
    video = reel(brand, mp4(seconds=seconds))
    brand.post(f"{brand.id}/video_reels", upload_phase="finish", video_id=video)
    brand.later(PROCESSED)

    assert state_of(brand, video) == state


def test_stories_are_seen_for_a_day_and_are_no_posts(brand: Page) -> None:
    brand.post(f"{brand.id}/photo_stories", photo_id=brand.photo(published="false")["id"])
    video = reel(brand, mp4(), edge="video_stories")
    brand.post(f"{brand.id}/video_stories", upload_phase="finish", video_id=video)
    brand.later(PROCESSED)

    assert [seen["kind"] for seen in brand.public()] == ["story", "story"]
    assert len(brand.get(f"{brand.id}/stories")["data"]) == 2
    assert brand.get(f"{brand.id}/published_posts")["data"] == []
    brand.later(90_000)
    assert brand.public() == []


def test_a_photo_of_a_post_can_not_become_a_story(brand: Page) -> None:
    photo = brand.photo()["id"]
    assert brand.refused("POST", f"{brand.id}/photo_stories", photo_id=photo) == (100, None)


def test_videos_are_no_attached_media(brand: Page) -> None:
    video = reel(brand, mp4())
    assert brand.refused("POST", f"{brand.id}/feed", attached_media=json.dumps([{"media_fbid": video}]))[0] == 100
