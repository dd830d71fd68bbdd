"""Media on the practice X: uploads in one and in many requests, processing, what fits together."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
import requests

from tests.sandbox.conftest import Practice
from tests.sandbox.x_person import MP4, Person, png, token


@pytest.fixture
def brand(practice: Practice) -> Person:
    return Person(practice, practice.account("x", name="Cold Drinks"))


@pytest.fixture
def newcomer(practice: Practice) -> Callable[..., Person]:
    return lambda **details: Person(practice, practice.account("x", **details))


def test_a_photo_in_one_request_gets_its_alt_text_and_is_shown(brand: Person) -> None:
    reply = brand.call("POST", "/2/media/upload", files={"media": png(40, 30)}, data={"media_category": "tweet_image"})
    photo = reply.json()["data"]
    assert photo["image"] == {"w": 40, "h": 30, "image_type": "image/png"}
    assert photo["media_key"] == f"3_{photo['id']}"

    alt = {"id": photo["id"], "metadata": {"alt_text": {"text": "A cold can"}}}
    assert brand.call("POST", "/2/media/metadata", json=alt).json()["data"]["associated_metadata"] == alt["metadata"]
    brand.posts("", media={"media_ids": [photo["id"]]})

    shown = brand.practice.posts("x", brand.made)[0]["media"][0]
    assert (shown["alt"], shown["mime"]) == ("A cold can", "image/png")
    assert requests.get(shown["url"], timeout=5).content == png(40, 30)


def test_a_photo_may_come_as_json(brand: Person) -> None:
    body = {"media": base64.b64encode(png()).decode(), "media_category": "tweet_image"}

    assert brand.call("POST", "/2/media/upload", json=body).status_code == 200
    assert brand.call("POST", "/2/media/upload", json={**body, "colour": "red"}).status_code == 400
    assert brand.call("POST", "/2/media/upload", json={**body, "media": base64.b64encode(b"no").decode()}).status_code == 400
    assert brand.call("POST", "/2/media/upload", json={**body, "media_category": "tweet_video"}).status_code == 400


def test_a_video_comes_in_parts_is_processed_and_then_posted(brand: Person) -> None:
    video = brand.uploads_video()

    state = brand.state_of(video)
    assert state["state"] in ("pending", "in_progress")
    assert state["check_after_secs"] >= 1
    assert brand.post("Too soon", media={"media_ids": [video]}).status_code == 400
    assert brand.waits_for(video) == "succeeded"
    brand.posts("Now", media={"media_ids": [video]})
    assert brand.practice.posts("x", brand.made)[0]["media"][0]["mime"] == "video/mp4"


def test_parts_may_come_twice_and_in_any_order_but_none_may_be_missing(brand: Person) -> None:
    start = {"media_type": "video/mp4", "total_bytes": len(MP4), "media_category": "tweet_video"}
    media = brand.call("POST", "/2/media/upload/initialize", json=start).json()["data"]["id"]

    def append(index: int, content: bytes) -> None:
        how = {"files": {"media": content}, "data": {"segment_index": index}}
        assert brand.call("POST", f"/2/media/upload/{media}/append", **how).status_code == 200

    append(1, MP4[1_500_000:])
    assert brand.call("POST", f"/2/media/upload/{media}/finalize").status_code == 400
    append(0, MP4[:1_500_000])
    append(0, MP4[:1_500_000])
    assert brand.call("POST", f"/2/media/upload/{media}/finalize").status_code == 200
    assert brand.waits_for(media) == "succeeded"


def test_processing_can_be_slow_or_fail(practice: Practice, brand: Person) -> None:
    practice.fault("slow_processing", brand.made, seconds=600)
    slow = brand.uploads_video()
    practice.fault("fail_processing", brand.made)
    failing = brand.uploads_video()
    unreadable = brand.uploads_video(b"not a video")

    assert brand.waits_for(failing) == brand.waits_for(unreadable) == "failed"
    assert brand.state_of(failing)["error"]["name"] == "InvalidMedia"
    assert brand.state_of(slow)["state"] in ("pending", "in_progress")
    practice.control("POST", "clock", offset=601)
    assert brand.state_of(slow)["state"] == "succeeded"


def test_a_chunk_over_five_megabytes_is_too_large(brand: Person) -> None:
    start = {"media_type": "video/mp4", "total_bytes": 6_000_000, "media_category": "tweet_video"}
    media = brand.call("POST", "/2/media/upload/initialize", json=start).json()["data"]["id"]
    reply = brand.call("POST", f"/2/media/upload/{media}/append", files={"media": bytes(6_000_000)}, data={"segment_index": 0})

    assert reply.status_code == 413


def test_media_must_be_own_fresh_and_fit_together(practice: Practice, brand: Person, newcomer: Callable[..., Person]) -> None:
    photos = [brand.uploads_photo() for _ in range(4)]
    foreign, video = newcomer().uploads_photo(), brand.uploads_video()
    brand.waits_for(video)

    def status(*ids: str) -> int:
        return brand.post("Look " + " ".join(ids), media={"media_ids": list(ids)}).status_code

    assert status(foreign) == status(photos[0], video) == status(photos[0], photos[0]) == 400
    assert status(*photos, video) == 400
    assert status(*photos) == 201
    fresh = practice.control("POST", "clock", offset=86401)
    assert fresh["offset"] == 86401
    renewed = {"grant_type": "refresh_token", "refresh_token": brand.made["refresh_token"]}
    brand.http.headers["authorization"] = f"Bearer {token(practice, **renewed).json()['access_token']}"
    late = brand.post("Too late", media={"media_ids": [photos[0]]})
    assert late.status_code == 400
    assert late.json()["errors"][0]["message"] == "Your media IDs are invalid."
