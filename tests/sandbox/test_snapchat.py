"""The practice Snapchat: media, posts, and what it refuses."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.connectors.snapchat_scene import encoded
from tests.sandbox.conftest import Practice
from tests.sandbox.snapchat_brand import Brand, code, encrypted, jpeg

MIB = 1024 * 1024


@pytest.fixture
def brand(practice: Practice) -> Brand:
    return Brand(practice)


# -- media -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "GIF"},
        {"name": ""},
        {"name": None},
        {"key": base64.b64encode(bytes(16)).decode()},
        {"iv": base64.b64encode(bytes(12)).decode()},
        {"key": "not base64!"},
        {"iv": base64.urlsafe_b64encode(b"\xff" * 16).decode()},
        {"media_url": "https://polarfizz.com/ice.jpg"},
    ],
)
def test_an_announcement_with_a_mistake_is_refused(brand: Brand, wrong: dict[str, Any]) -> None:
    assert code(brand.announces(**wrong)) == "400 INVALID_PARAMETER"


def test_parts_come_in_any_order_and_again(brand: Brand) -> None:
    made = brand.announces().json()
    content, path = encrypted(jpeg()), made["add_path"]
    assert path.startswith("/us/v1/")
    for number, part in ((2, content[1600:]), (1, b"old"), (1, content[:1600])):
        assert brand.adds(path, part, number).json()["request_status"] == "SUCCESS"
    assert brand.finalizes(made["finalize_path"]).ok
    brand.below("stories", media_id=made["media_id"])
    (media,) = brand.public()[0]["media"]
    assert brand.http.get(media["url"], timeout=5).content == jpeg()


@pytest.mark.parametrize("number", [0, 36, "one", -1])
def test_a_part_has_a_number_from_1_to_35(brand: Brand, number: Any) -> None:
    assert code(brand.adds(brand.announces().json()["add_path"], b"part", number)) == "400 INVALID_PARAMETER"


def test_a_part_of_32_mebibytes_is_too_large(brand: Brand) -> None:
    path = brand.announces(type="VIDEO").json()["add_path"]
    assert code(brand.adds(path, bytes(32 * MIB))) == "400 MEDIA_SIZE_TOO_LARGE"
    assert brand.adds(path, bytes(32 * MIB - 1)).ok


def test_an_upload_is_multipart_with_its_action(brand: Brand) -> None:
    path = brand.announces().json()["add_path"]
    assert code(brand.call("POST", path, json={"action": "FINALIZE"})) == "400 INVALID_PARAMETER"
    assert code(brand.adds(path, b"part", action="INIT")) == "400 INVALID_PARAMETER"
    assert (
        code(brand.call("POST", path, files={"action": (None, "ADD"), "part_number": (None, "1")})) == "400 INVALID_PARAMETER"
    )


def test_the_paths_are_taken_as_given(brand: Brand) -> None:
    made = brand.announces(type="VIDEO").json()
    assert made["add_path"] != made["finalize_path"]
    assert code(brand.finalizes(made["add_path"])) == "400 INVALID_PARAMETER"
    assert code(brand.adds(made["add_path"].partition("?")[0], b"part")) == "404 NOT_FOUND"


def test_missing_parts_are_noticed_at_the_end(brand: Brand) -> None:
    made = brand.announces().json()
    assert code(brand.finalizes(made["finalize_path"])) == "400 INVALID_PARAMETER"
    brand.adds(made["add_path"], b"part", 2)
    assert code(brand.finalizes(made["finalize_path"])) == "400 INVALID_PARAMETER"


@pytest.mark.parametrize(
    "content", [jpeg(), jpeg() + bytes(16 - len(jpeg()) % 16), encrypted(jpeg())[:-16], encrypted(jpeg(), key=bytes(32))]
)
def test_what_cannot_be_decrypted_is_refused(brand: Brand, content: bytes) -> None:
    made = brand.announces().json()
    brand.adds(made["add_path"], content)
    assert code(brand.finalizes(made["finalize_path"])) == "400 MEDIA_DECRYPTION_FAILED"


@pytest.mark.parametrize(("kind", "content"), [("IMAGE", b"GIF89a" + bytes(99)), ("VIDEO", jpeg()), ("IMAGE", bytes(40))])
def test_media_are_what_they_were_announced_as(brand: Brand, kind: str, content: bytes) -> None:
    made = brand.announces(type=kind).json()
    brand.adds(made["add_path"], encrypted(content))
    assert code(brand.finalizes(made["finalize_path"])) == "400 MEDIA_INVALID"


def test_an_upload_ends_once_and_lives_for_a_day(brand: Brand, practice: Practice) -> None:
    made = brand.announces().json()
    assert code(brand.below("stories", media_id=made["media_id"])) == "400 MEDIA_NOT_FINALIZED"
    brand.adds(made["add_path"], encrypted(jpeg()))
    assert brand.finalizes(made["finalize_path"]).ok
    assert code(brand.finalizes(made["finalize_path"])) == "400 MEDIA_ALREADY_FINALIZED"
    practice.control("POST", "clock", offset=86_401)
    fresh = practice.control("POST", "accounts", network="snapchat", account=brand.id)["access_token"]
    brand.http.headers["authorization"] = f"Bearer {fresh}"
    assert code(brand.below("stories", media_id=made["media_id"])) == "400 MEDIA_EXPIRED"


# -- posts -------------------------------------------------------------------------------------------------------------


def test_a_story_has_no_id_and_goes_out_once(brand: Brand) -> None:
    media = brand.uploads()
    answer = brand.below("stories", media_id=media, customized_ttl={"ttl": "TWO_DAYS"})
    assert set(answer.json()) == {"request_id", "request_status"}
    assert code(brand.below("stories", media_id=media)) == "400 MEDIA_POSTING_ALREADY_IN_PROGRESS"
    assert len(brand.public()) == 1


def test_a_saved_story_is_wrapped(brand: Brand) -> None:
    story = {"title": "Summer", "snap_sources": [{"media_id": brand.uploads()}]}
    (entry,) = brand.below("saved_stories", saved_stories=[story]).json()["saved_stories"]
    assert entry["sub_request_status"] == "SUCCESS"
    assert entry["saved_story"] == {"id": brand.public()[0]["id"], "title": "Summer"}


@pytest.mark.parametrize(
    ("where", "body"),
    [
        ("stories", {}),
        ("stories", {"media_id": 5}),
        ("stories", {"media_id": "m", "text": "Ice"}),
        ("stories", {"media_id": "m", "customized_ttl": "ONE_DAY"}),
        ("stories", {"media_id": "m", "customized_ttl": {"ttl": "ONE_YEAR"}}),
        ("saved_stories", {"media_id": "m"}),
        ("saved_stories", {"saved_stories": [{"title": "x" * 46, "snap_sources": [{"media_id": "m"}]}]}),
        ("saved_stories", {"saved_stories": [{"title": " ", "snap_sources": [{"media_id": "m"}]}]}),
        ("saved_stories", {"saved_stories": [{"title": "Ice", "snap_sources": []}]}),
        ("spotlights", {"media_id": "m"}),
        ("spotlights", {"media_id": "m", "locale": "en"}),
        ("spotlights", {"media_id": "m", "locale": "en_US", "description": "x" * 161}),
        ("spotlights", {"media_id": "m", "locale": "en_US", "skip_save_to_profile": "no"}),
    ],
)
def test_a_post_with_a_mistake_is_refused(brand: Brand, where: str, body: dict[str, Any]) -> None:
    assert code(brand.below(where, **body)) == "400 INVALID_PARAMETER"


def test_media_of_others_are_not_known(brand: Brand, practice: Practice) -> None:
    assert code(brand.below("stories", media_id=Brand(practice).uploads())) == "404 NOT_FOUND"


def test_pictures_fit_stories_and_are_not_small(brand: Brand) -> None:
    spotlight = brand.below("spotlights", media_id=brand.uploads(), locale="en_US")
    assert code(spotlight) == "400 MEDIA_TYPE_INVALID"
    small = brand.below("stories", media_id=brand.uploads(jpeg(539, 960)))
    assert code(small) == "400 MEDIA_RESOLUTION_INVALID"


def test_a_spotlight_is_processed_then_reviewed_then_live(brand: Brand, practice: Practice) -> None:
    practice.fault("slow_processing", brand.made, network="snapchat", seconds=60)
    media = brand.uploads(encoded(720, 1280, 6), "VIDEO")
    body = {"media_id": media, "description": "Ice #cold", "locale": "en_US"}
    assert code(brand.below("spotlights", **body)) == "400 MEDIA_PROCESSING"
    practice.control("POST", "clock", offset=61)
    made = brand.below("spotlights", **body).json()
    assert made["spotlight_id"].startswith("W7_")
    (shown,) = brand.public()
    assert shown["labels"] == ["Spotlight", "In review"]

    def state() -> str:
        path = f"/v1/public_profiles/{brand.id}/spotlights/{made['spotlight_id']}"
        return str(brand.call("GET", path).json()["spotlight"]["status"])

    assert state() == "SUBMITTED"
    practice.control("POST", "clock", offset=61 + 30)
    assert state() == "LIVE"
    assert brand.public()[0]["labels"] == ["Spotlight"]
    assert "Ice" in brand.http.get(shown["url"], timeout=5).text


def test_a_spotlight_that_the_review_refuses_is_not_shown(practice: Practice) -> None:
    brand = Brand(practice, rejects=True)
    media = brand.uploads(encoded(720, 1280, 6), "VIDEO")
    practice.control("POST", "clock", offset=1)
    assert brand.below("spotlights", media_id=media, locale="en_US").ok
    practice.control("POST", "clock", offset=32)
    assert brand.public() == []


def test_fans_like_and_answer_but_only_people_see_it(brand: Brand, practice: Practice) -> None:
    brand.below("stories", media_id=brand.uploads())
    post = brand.public()[0]
    practice.control("POST", "fan", network="snapchat", kind="comment", post=post["id"], name="Ann", text="Brrr")
    practice.control("POST", "fan", network="snapchat", kind="like", post=post["id"], name="Ann")
    (post,) = brand.public()
    assert ([reply["text"] for reply in post["replies"]], post["likes"]) == (["Brrr"], 1)
    assert "Brrr" in brand.http.get(post["url"], timeout=5).text
    assert brand.call("GET", f"/v1/public_profiles/{brand.id}/comments").status_code == 404
