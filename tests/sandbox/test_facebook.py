"""The practice Facebook: posts, targeting, errors, faults, limits."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import requests

from tests.sandbox.conftest import Practice
from tests.sandbox.facebook_scene import Page, mp4


@pytest.fixture
def brand(practice: Practice) -> Page:
    return Page(practice)


# --- publishing ----------------------------------------------------------------------------------------------


def test_a_post_is_answered_with_its_id_and_seen_by_everybody(brand: Page) -> None:
    post = brand.says("Ice cold!", link="https://example.com/can")

    assert post.startswith(f"{brand.id}_")
    assert [(seen["text"], seen["link"], seen["kind"]) for seen in brand.public()] == [
        ("Ice cold!", "https://example.com/can", "link")
    ]
    assert "Ice cold!" in requests.get(brand.public()[0]["url"], timeout=5).text


def test_json_bodies_and_the_authorization_header_are_taken_too(brand: Page) -> None:
    headers = {"Authorization": f"Bearer {brand.token}"}
    made = requests.post(f"{brand.graph}/me/feed", json={"message": "Hi", "published": True}, headers=headers, timeout=5)

    assert made.status_code == 200
    assert made.headers["facebook-api-version"] == "v26.0"


def test_fields_of_a_create_call_are_read_back_at_once(brand: Page) -> None:
    made = brand.post(f"{brand.id}/feed", message="Hi", fields="permalink_url,is_published")

    assert made["permalink_url"] == brand.public()[0]["url"]
    assert made["is_published"] is True


def test_the_same_post_twice_in_a_row_is_506_unless_its_audience_differs(brand: Page) -> None:
    brand.says("Ice cold!")

    assert brand.refused("POST", f"{brand.id}/feed", message="Ice  cold! ")[0] == 506
    brand.says("Ice cold!", targeting=json.dumps({"geo_locations": {"countries": ["DE"]}}))
    brand.says("Something else")
    brand.says("Ice cold!")
    assert len(brand.public()) == 4


def test_several_photos_are_attached_to_one_post_in_either_spelling(brand: Page) -> None:
    photos = [brand.photo(colour, published="false", alt_text_custom=f"a {colour} can")["id"] for colour in ("red", "blue")]
    assert brand.public() == []

    brand.says("Two", **{f"attached_media[{n}]": json.dumps({"media_fbid": photo}) for n, photo in enumerate(photos)})
    other = brand.photo("green", published="false")["id"]
    brand.says("One", attached_media=json.dumps([{"media_fbid": other}]))

    first, second = brand.public()
    assert [picture["alt"] for picture in first["media"]] == ["a red can", "a blue can"]
    assert (first["kind"], second["kind"]) == ("album", "photo")
    assert brand.refused("POST", f"{brand.id}/feed", attached_media=json.dumps([{"media_fbid": other}])) == (100, 1366051)


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({}, (100, 1349125)),
        ({"message": "Hi", "published": "False"}, (100, None)),
        ({"message": "Hi", "published": "maybe"}, (100, None)),
        ({"message": "Hi", "unpublished_content_type": "SOON", "published": "false"}, (100, None)),
        ({"message": "Hi", "targeting": "{'age_min': 18}"}, (100, None)),
        ({"message": "Hi", "targeting": '{"age_min": 17}'}, (100, None)),
        ({"message": "Hi", "targeting": '{"genders": [1]}'}, (100, None)),
        ({"message": "Hi", "feed_targeting": '{"genders": [3]}'}, (100, None)),
        ({"message": "Hi", "feed_targeting": '{"age_max": 70}'}, (100, None)),
        ({"message": "Hi", "targeting": '{"geo_locations": {"countries": ["Germany"]}}'}, (100, None)),
        ({"message": "Hi", "targeting": '{"geo_locations": {"countries": ["US"], "regions": [{"key": "3847"}]}}'}, (100, None)),
        ({"message": "Hi", "link": "no address"}, (100, 1609005)),
        ({"message": "Hi", "link": "https://www.facebook.com/x"}, (100, 1609008)),
        ({"message": "x" * 63_207}, (100, None)),
        ({"message": "Hi", "attached_media": '[{"media_fbid": "1"}]'}, (100, None)),
        ({"message": "Hi", "attached_media": "[{'media_fbid': '1'}]"}, (100, None)),
        ({"message": "Hi", "scheduled_publish_time": "1"}, (100, None)),
        ({"message": "Hi", "text_format_preset_id": "nice"}, (1, None)),
    ],
)
def test_what_the_real_one_refuses_is_refused(brand: Page, params: dict[str, Any], refusal: tuple[int, int | None]) -> None:
    assert brand.refused("POST", f"{brand.id}/feed", **params) == refusal
    assert brand.public() == []


def test_targeting_is_kept_and_read_back(brand: Page) -> None:
    hard = {"geo_locations": {"countries": ["DE"], "cities": [{"key": "2418779"}]}, "age_min": 18, "locales": ["6"]}
    soft = {"genders": [2], "age_min": 20, "age_max": 40}
    post = brand.says("Prost", targeting=json.dumps(hard), feed_targeting=json.dumps(soft))

    found = brand.get(post, fields="targeting,feed_targeting")

    assert (found["targeting"], found["feed_targeting"]) == (hard, soft)
    assert brand.public()[0]["labels"] == ["Only for DE, 2418779, ages 18 to 65+", "First of all for ages 20 to 40, women"]


def test_a_planned_post_comes_out_at_its_hour(brand: Page) -> None:
    at = int(time.time()) + 3600
    post = brand.says("Later", published="false", scheduled_publish_time=at, unpublished_content_type="SCHEDULED")

    assert brand.public() == []
    planned = brand.get(f"{brand.id}/scheduled_posts", fields="id,scheduled_publish_time,is_published")["data"]
    assert planned == [{"id": post, "scheduled_publish_time": at, "is_published": False}]
    brand.later(3601)
    assert [(seen["id"], int(seen["created_at"])) for seen in brand.public()] == [(post, at)]


def test_a_planned_post_can_be_moved_and_published_now(brand: Page) -> None:
    at = int(time.time()) + 3600
    post = brand.says("Later", published="false", scheduled_publish_time=at)

    brand.post(post, scheduled_publish_time=at + 600)
    assert brand.get(post, fields="scheduled_publish_time")["scheduled_publish_time"] == at + 600
    brand.post(post, is_published="true")

    assert [seen["id"] for seen in brand.public()] == [post]


@pytest.mark.parametrize("ahead", [60, 31 * 86400])
def test_a_time_outside_the_window_is_refused(brand: Page, ahead: int) -> None:
    at = int(time.time()) + ahead
    assert brand.refused("POST", f"{brand.id}/feed", message="Hi", published="false", scheduled_publish_time=at)[0] == 100


def test_posts_are_edited_hidden_and_deleted(brand: Page) -> None:
    post, other = brand.says("Helo"), brand.says("Other")

    brand.post(post, message="Hello")
    brand.post(other, is_hidden="true")
    assert [seen["text"] for seen in brand.public()] == ["Hello"]
    assert brand.call("POST", f"{post}?method=delete") == (200, {"success": True})

    assert brand.public() == []
    assert brand.refused("GET", post) == (100, 33)


def test_published_posts_are_paged_and_filtered_by_time(brand: Page) -> None:
    for number in range(5):
        brand.says(f"Post {number}")
    address, found = f"{brand.graph}/{brand.id}/published_posts?limit=2&fields=message&access_token={brand.token}", []
    while address:
        answer = requests.get(address, timeout=5).json()
        found += [post["message"] for post in answer["data"]]
        address = answer.get("paging", {}).get("next", "")

    assert found == [f"Post {number}" for number in (4, 3, 2, 1, 0)]
    assert brand.get(f"{brand.id}/published_posts", since=int(time.time()) + 60)["data"] == []


def test_the_look_after_a_doubt_finds_text_link_and_media(brand: Page) -> None:
    photo = brand.photo(published="false")["id"]
    brand.says("With photo", attached_media=json.dumps([{"media_fbid": photo}]))
    brand.says("With link", link="https://example.com/a")

    fields = "id,message,created_time,permalink_url,attachments{target{id},url}"
    linked, shown = brand.get(f"{brand.id}/published_posts", fields=fields, since=int(time.time()) - 60)["data"]

    assert linked["attachments"]["data"][0]["url"] == "https://example.com/a"
    assert shown["attachments"]["data"][0]["target"]["id"] == photo
    assert shown["created_time"].endswith("+0000")


def test_the_next_address_carries_the_token_only_when_it_came_in_the_query(brand: Page) -> None:
    brand.says("One")
    brand.says("Two")
    answer = requests.get(
        f"{brand.graph}/me/posts?limit=1", headers={"Authorization": f"Bearer {brand.token}"}, timeout=5
    ).json()

    assert "access_token" not in answer["paging"]["next"]


# --- Graph's own rules ---------------------------------------------------------------------------------------


def test_fields_can_be_nested_limited_and_are_checked(brand: Page) -> None:
    post = brand.says("Hi")
    for text in ("one", "two", "three"):
        brand.fan("comment", post, text)

    found = brand.get(post, fields="comments.limit(2).summary(true){message,from{name}},reactions.limit(0).summary(true)")

    assert [comment["message"] for comment in found["comments"]["data"]] == ["one", "two"]
    assert set(found["comments"]["data"][0]) == {"id", "message", "from"}
    assert found["comments"]["summary"]["total_count"] == 3
    assert found["reactions"]["summary"]["total_count"] == 0
    assert brand.refused("GET", post, fields="colour") == (100, None)
    assert brand.refused("GET", post, fields="message,comments{") == (2500, None)


def test_an_expired_version_is_served_as_the_oldest_and_one_never_issued_is_no_path(brand: Page) -> None:
    old = requests.get(f"{brand.root}/v18.0/me?access_token={brand.token}", timeout=5)
    never = requests.get(f"{brand.root}/v99.0/me?access_token={brand.token}", timeout=5)

    assert (old.status_code, old.headers["facebook-api-version"]) == (200, "v21.0")
    assert "Unknown path components" in never.json()["error"]["message"]


def test_unknown_parameters_are_ignored_and_unknown_edges_are_not(brand: Page) -> None:
    brand.says("Hi", colour="blue")

    assert brand.refused("GET", f"{brand.id}/colours") == (2500, None)
    assert brand.refused("POST", f"{brand.id}/colours") == (100, 33)


def test_a_batch_answers_each_call_by_itself(brand: Page) -> None:
    wanted = [{"method": "GET", "relative_url": "me?fields=name"}, {"method": "GET", "relative_url": "nobody"}]
    first, second = brand.post("", batch=json.dumps(wanted))

    assert (first["code"], json.loads(first["body"])["id"]) == (200, brand.id)
    assert second["code"] == 400


def test_both_usage_headers_are_on_every_answer(brand: Page) -> None:
    for reply in (brand.send("GET", "me"), brand.send("GET", "nobody")):
        assert json.loads(reply.headers["X-App-Usage"])["call_count"] == 0
        assert json.loads(reply.headers["X-Business-Use-Case-Usage"])[brand.id][0]["type"] == "pages"


def test_a_page_with_few_engaged_people_runs_out_of_calls(practice: Practice) -> None:
    small = Page(practice, engaged_users=5 / 4800)
    for _ in range(5):
        small.get("me")

    assert small.refused("GET", "me")[0] == 80001
    practice.control("POST", "limits", network="facebook", enforced=False)
    small.get("me")
    practice.control("POST", "limits", network="facebook", enforced=True)


def test_a_page_taken_for_a_spammer_can_read_but_not_post(brand: Page) -> None:
    requests.post(f"{brand.root}/_trouble", data={"account": brand.id, "what": "spam"}, allow_redirects=False, timeout=5)

    assert brand.refused("POST", f"{brand.id}/feed", message="Hi") == (368, 1390008)
    brand.get(f"{brand.id}/published_posts")


def test_a_page_publishes_thirty_reels_a_day(brand: Page) -> None:
    def publish() -> tuple[int, Any]:
        begun = brand.post(f"{brand.id}/video_reels", upload_phase="start")
        headers = {"Authorization": f"OAuth {brand.token}", "offset": "0", "file_size": "1000"}
        brand.http.post(begun["upload_url"], data=mp4(1000), headers=headers, timeout=5)
        return brand.call("POST", f"{brand.id}/video_reels", upload_phase="finish", video_id=begun["video_id"])

    assert {publish()[0] for _ in range(30)} == {200}
    assert publish()[1]["error"]["code"] == 368


# --- faults --------------------------------------------------------------------------------------------------


def test_a_refusal_says_in_minutes_when_to_come_back(brand: Page) -> None:
    brand.practice.fault("refuse", brand.made, seconds=300)
    reply = brand.send("POST", f"{brand.id}/feed", message="Hi")

    assert reply.json()["error"]["code"] == 80001
    usage = json.loads(reply.headers["X-Business-Use-Case-Usage"])[brand.id][0]
    assert (usage["call_count"], usage["estimated_time_to_regain_access"]) == (100, 5)
    assert brand.public() == []


@pytest.mark.parametrize(("kind", "code"), [("fail", 2), ("duplicate", 506), ("expire_token", 190), ("revoke_token", 190)])
def test_faults_speak_as_facebook_does(brand: Page, kind: str, code: int) -> None:
    brand.practice.fault(kind, brand.made, operation="publish")

    assert brand.refused("POST", f"{brand.id}/feed", message="Hi")[0] == code
    assert brand.public() == []


def test_a_timeout_after_accepting_leaves_a_post_that_can_be_found(brand: Page) -> None:
    brand.practice.fault("timeout_after", brand.made)
    with pytest.raises(requests.ReadTimeout):
        brand.http.post(f"{brand.graph}/{brand.id}/feed", data={"message": "Hi", "access_token": brand.token}, timeout=0.4)

    assert [seen["text"] for seen in brand.public()] == ["Hi"]
    assert brand.refused("POST", f"{brand.id}/feed", message="Hi")[0] == 506


def test_uploads_are_no_publishing_for_the_faults(brand: Page) -> None:
    brand.practice.fault("fail", brand.made, operation="publish")
    brand.photo(published="false")

    assert brand.refused("POST", f"{brand.id}/feed", message="Hi")[0] == 2
    operations = [entry["operation"] for entry in brand.practice.requests(network="facebook", account=brand.id)]
    assert operations == ["prepare", "publish"]


# --- insights ------------------------------------------------------------------------------------------------


def test_one_unknown_metric_fails_the_whole_request(brand: Page) -> None:
    found = brand.get(f"{brand.id}/insights", metric="page_media_view,page_follows", period="day")["data"]

    assert [series["name"] for series in found] == ["page_media_view", "page_follows"]
    assert found[0]["values"][0]["end_time"].endswith("T08:00:00+0000")
    assert brand.refused("GET", f"{brand.id}/insights", metric="page_media_view,page_fans") == (100, None)
    assert brand.refused("GET", f"{brand.id}/insights") == (3001, 1504028)
    assert brand.refused("GET", f"{brand.id}/insights", metric="page_follows", since=1, until=2**31)[1] == 1504016


def test_a_small_page_has_no_insights(practice: Practice) -> None:
    small = Page(practice, followers=99)
    assert small.refused("GET", f"{small.id}/insights", metric="page_follows") == (100, 2874008)


def test_reactions_are_counted_in_a_posts_insights(brand: Page) -> None:
    post = brand.says("Hi")
    brand.fan("like", post, "LOVE")

    found = brand.get(f"{post}/insights", metric="post_reactions_by_type_total")["data"][0]

    assert found["values"] == [{"value": {"love": 1}}]
