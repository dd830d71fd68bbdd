"""The practice Instagram: containers, what it refuses, publishing once, quotas, comments, public pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.instagram_scene import mp4, on_the_web
from tests.sandbox.conftest import Practice
from tests.sandbox.instagram_scene import Brand
from tests.sandbox.waiting import until


@pytest.fixture
def brand(practice: Practice, tmp_path: Path) -> Iterator[Brand]:
    with on_the_web(tmp_path) as address:
        yield Brand(practice, tmp_path, address)


def film(brand: Brand, seconds: float = 6, **params: Any) -> str:
    """A container with a film's bytes in it."""
    made = brand.post(f"{brand.id}/media", upload_type="resumable", **{"media_type": "REELS", **params})
    assert brand.upload(made["uri"], mp4(seconds, 1000)).json() == {"success": True, "message": "Upload successful."}
    return str(made["id"])


def test_an_image_is_fetched_ready_at_once_and_published_once(brand: Brand) -> None:
    container = brand.container(caption="Cold #fizz", alt_text="A can")
    assert brand.get(container, fields="status_code,status")["status"].startswith("Finished")
    assert brand.public() == []
    media = brand.publish(container)
    assert brand.state(container) == "PUBLISHED"
    assert brand.refused("POST", f"{brand.id}/media_publish", creation_id=container) == (9007, 2207027)
    found = brand.get(media, fields="id,caption,media_type,media_product_type,permalink,alt_text,is_comment_enabled")
    assert (found["caption"], found["media_type"], found["media_product_type"]) == ("Cold #fizz", "IMAGE", "FEED")
    assert (found["alt_text"], found["is_comment_enabled"]) == ("A can", True)
    assert "Cold" in brand.http.get(found["permalink"], timeout=5).text
    assert [one["id"] for one in brand.get(f"{brand.id}/media")["data"]] == [media]


@pytest.mark.parametrize(
    ("picture", "answer"),
    [
        ({"size": (1080, 1400)}, (36003, 2207009)),
        ({"size": (1080, 560)}, (36003, 2207009)),
        ({"kind": "PNG"}, (36001, 2207005)),
        ({"pad": 8 * 1024 * 1024}, (36000, 2207004)),
    ],
)
def test_images_are_refused_for_what_they_are(brand: Brand, picture: dict[str, Any], answer: tuple[int, int]) -> None:
    assert brand.refuses(image_url=brand.photo(**picture)) == answer


def test_addresses_must_lead_to_a_picture(brand: Brand) -> None:
    (brand.folder / "page.html").write_text("<p>Log in")
    for address in (f"{brand.address}/none.jpg", f"{brand.address}/page.html", "ftp://a/b.jpg", "http://127.0.0.1:9/a.jpg"):
        assert brand.refuses(image_url=address) == (9004, 2207052)


@pytest.mark.parametrize(
    ("params", "answer"),
    [
        ({"caption": "a" * 2201}, (36004, 2207010)),
        ({"caption": "#a " * 31}, (36004, 2207010)),
        ({"caption": "@a " * 21}, (100, 2207040)),
        ({"media_type": "POSTER"}, (100, 2207023)),
        ({"media_type": "VIDEO"}, (100, 2207023)),
        ({"media_type": "REELS"}, (100, None)),
        ({"user_tags": json.dumps([{"username": "ann"}])}, (100, 2207036)),
        ({"user_tags": json.dumps([{"username": "ann", "x": 2, "y": 0}])}, (100, 2207036)),
        ({"user_tags": json.dumps([{"username": "ann", "x": 0.5, "y": 0.5}] * 21)}, (100, 2207040)),
        ({"user_tags": "ann"}, (100, None)),
        ({"collaborators": '["a","b","c","d"]'}, (100, None)),
        ({"location_id": "Berlin"}, (100, None)),
        ({"alt_text": "a" * 1001}, (100, None)),
        ({"is_carousel_item": "True"}, (100, None)),
        ({"is_carousel_item": "true", "caption": "No"}, (100, None)),
        ({"thumb_offset": "10"}, (100, None)),
        ({"captoin": "A wrong name"}, (100, None)),
    ],
)
def test_parameters_are_checked(brand: Brand, params: dict[str, str], answer: tuple[int, int | None]) -> None:
    assert brand.refuses(image_url=brand.photo(), **params) == answer


def test_reels_and_stories_know_their_own_parameters(practice: Practice, brand: Brand) -> None:
    reel = {"media_type": "REELS", "upload_type": "resumable"}
    assert brand.refuses(**reel, alt_text="No")[0] == 100
    assert brand.refuses(**reel, user_tags=json.dumps([{"username": "ann", "x": 0.5, "y": 0.5}])) == (100, 2207036)
    assert brand.refuses(**reel, trial_params='{"graduation_strategy":"SOON"}')[0] == 100
    assert brand.refuses(media_type="STORIES", image_url=brand.photo(), caption="No")[0] == 100
    assert brand.refuses(media_type="IMAGE", upload_type="resumable")[0] == 100
    assert brand.refuses(**{**reel, "upload_type": "chunked"})[0] == 100
    small = Brand(practice, brand.folder, brand.address, trial_reels=False)
    assert small.refuses(**reel, trial_params='{"graduation_strategy":"MANUAL"}') == (100, 2207081)


def test_bytes_go_to_the_address_in_order(brand: Brand) -> None:
    made, content = brand.post(f"{brand.id}/media", media_type="REELS", upload_type="resumable"), mp4(6, 1000)
    assert brand.state(made["id"]) == "IN_PROGRESS"
    assert brand.refused("POST", f"{brand.id}/media_publish", creation_id=made["id"]) == (9007, 2207027)
    assert brand.upload(made["uri"], content, token="nobody").status_code == 401
    assert brand.upload(made["uri"], content, offset=5).json()["debug_info"]["type"] == "OffsetInvalidError"
    partial = brand.upload(made["uri"], content[:400], size=len(content)).json()["debug_info"]
    assert (partial["type"], partial["retriable"]) == ("PartialRequestError", True)
    told = brand.get(made["id"], fields="video_status")["video_status"]["uploading_phase"]
    assert told == {"status": "in_progress", "bytes_transferred": "400"}
    assert brand.upload(made["uri"], content[400:], offset=400, size=len(content)).ok
    assert brand.upload(made["uri"], content).status_code == 400, "no more bytes"
    until(lambda: brand.state(made["id"]) == "FINISHED")
    media = brand.get(brand.publish(made["id"]), fields="media_type,media_product_type,permalink")
    assert (media["media_type"], media["media_product_type"]) == ("VIDEO", "REELS")
    assert "/reel/" in media["permalink"]


@pytest.mark.parametrize(
    ("seconds", "kind", "is_good"), [(2, "REELS", False), (901, "REELS", False), (61, "STORIES", False), (60, "STORIES", True)]
)
def test_films_have_a_length(brand: Brand, seconds: float, kind: str, is_good: bool) -> None:
    container = film(brand, seconds, media_type=kind)
    until(lambda: brand.state(container) != "IN_PROGRESS")
    assert brand.state(container) == ("FINISHED" if is_good else "ERROR")
    if not is_good:
        assert "2207026" in brand.get(container, fields="status")["status"]
        assert brand.refused("POST", f"{brand.id}/media_publish", creation_id=container) == (24, 2207006)


def test_a_film_may_be_fetched_too(brand: Brand) -> None:
    (brand.folder / "film.mp4").write_bytes(mp4(6, 1000))
    container = brand.container(media_type="REELS", video_url=f"{brand.address}/film.mp4", share_to_feed="false")
    until(lambda: brand.state(container) == "FINISHED")
    assert brand.refuses(media_type="REELS", image_url=brand.photo())[0] == 100


def test_a_carousel_wants_two_to_ten_ready_items(brand: Brand) -> None:
    items = [brand.container(is_carousel_item="true") for _ in range(2)]
    assert brand.refuses(media_type="CAROUSEL", children=items[0]) == (100, 2207028)
    assert brand.refuses(media_type="CAROUSEL", children=",".join(items * 6)) == (100, 2207028)
    assert brand.refuses(media_type="CAROUSEL", children=f"{items[0]},{brand.container()}") == (24, 2207008)
    slow = film(brand, media_type="VIDEO", is_carousel_item="true")
    assert brand.refuses(media_type="CAROUSEL", children=f"{items[0]},{slow}") == (9007, 2207027)
    until(lambda: brand.state(slow) == "FINISHED")
    assert brand.refused("POST", f"{brand.id}/media_publish", creation_id=items[0]) == (24, 2207008)
    album = brand.publish(brand.container(media_type="CAROUSEL", children=f"{items[0]},{slow},{items[1]}", caption="All"))
    assert brand.get(album, fields="media_type")["media_type"] == "CAROUSEL_ALBUM"
    assert len(brand.get(f"{album}/children")["data"]) == 3
    assert [one["mime"] for one in brand.public()[0]["media"]] == ["image/jpeg", "video/mp4", "image/jpeg"]


def test_a_container_lives_for_a_day(brand: Brand) -> None:
    container = brand.container()
    brand.later(86_401)
    assert brand.state(container) == "EXPIRED"
    assert brand.refused("POST", f"{brand.id}/media_publish", creation_id=container) == (-2, 2207020)
    assert brand.refused("POST", f"{brand.id}/media_publish", creation_id="1") == (24, 2207008)


def test_stories_have_an_edge_and_a_life_of_their_own(brand: Brand) -> None:
    story = brand.publish(brand.container(media_type="STORIES", image_url=brand.photo(size=(1080, 1920))))
    assert [one["id"] for one in brand.get(f"{brand.id}/stories")["data"]] == [story]
    assert brand.get(f"{brand.id}/media")["data"] == []
    link = brand.get(story, fields="permalink")["permalink"]
    assert brand.http.get(link, timeout=5).status_code == 200
    brand.later(86_401)
    assert brand.get(f"{brand.id}/stories")["data"] == []
    assert brand.http.get(link, timeout=5).status_code == 404
    assert brand.refused("GET", story) == (100, 33)


def test_the_quota_is_counted_and_refuses(brand: Brand) -> None:
    containers = [brand.container() for _ in range(51)]
    for container in containers[:50]:
        brand.publish(container)
    told = brand.get(f"{brand.id}/content_publishing_limit", fields="quota_usage,config")["data"]
    assert told == [{"quota_usage": 50, "config": {"quota_total": 50, "quota_duration": 86400}}]
    assert brand.refused("POST", f"{brand.id}/media_publish", creation_id=containers[50]) == (9, 2207042)
    pages = brand.get(f"{brand.id}/media", limit=40)
    assert len(pages["data"]) == 40
    rest = brand.http.get(pages["paging"]["next"], params={"access_token": brand.token}, timeout=5).json()
    assert (len(rest["data"]), "next" in rest["paging"]) == (10, False)


def test_comments_can_be_written_read_and_switched_off(brand: Brand) -> None:
    media = brand.publish(brand.container())
    ours = brand.post(f"{media}/comments", message="First!")["id"]
    brand.practice.control("POST", "fan", network="instagram", kind="comment", post=media, name="Ann", text="Nice")
    told = brand.get(f"{media}/comments", fields="id,text,username")["data"]
    assert [(one["text"], one["username"] == brand.made["username"]) for one in told] == [("Nice", False), ("First!", True)]
    assert brand.refused("POST", f"{media}/comments", message="a" * 301)[0] == 100
    assert brand.refused("POST", f"{media}/comments", message="#a #b #c #d #e")[0] == 100
    assert brand.refused("POST", f"{media}/comments", message="https://a.example https://b.example")[0] == 100
    assert brand.refused("POST", f"{media}/comments")[0] == 100
    assert brand.refused("POST", media, caption="Captions stay")[0] == 100
    assert brand.post(media, comment_enabled="false") == {"success": True}
    assert brand.refused("POST", f"{media}/comments", message="Too late")[0] == 100
    assert brand.call("DELETE", ours)[1] == {"success": True}
    assert brand.call("DELETE", media)[1] == {"success": True}
    assert brand.refused("DELETE", media) == (100, 33)
    assert brand.public() == []


def test_every_answer_tells_how_much_is_used(brand: Brand) -> None:
    reply = brand.http.get(f"{brand.graph}/{brand.id}", params={"access_token": brand.token}, timeout=5)
    assert json.loads(reply.headers["x-business-use-case-usage"])[brand.id][0]["type"] == "instagram"
    assert brand.refused("GET", f"{brand.id}/nothing")[0] == 2500
    assert brand.refused("POST", f"{brand.id}/nothing") == (100, 33)


def test_the_profile_shows_what_is_out(brand: Brand) -> None:
    brand.publish(brand.container(caption="Ice-cold"))
    page = brand.http.get(f"{brand.root}/{brand.made['username']}", timeout=5).text
    assert "Ice-cold" in page
    assert "1 post ·" in page
