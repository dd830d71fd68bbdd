"""Reading from the practice X: timelines, mentions, both vocabularies; and its rate limits."""

from __future__ import annotations

import pytest
import requests

from tests.sandbox.conftest import Practice
from tests.sandbox.x_person import Person


@pytest.fixture
def brand(practice: Practice) -> Person:
    return Person(practice, practice.account("x", name="Cold Drinks"))


def test_a_timeline_is_newest_first_in_pages_and_from_a_time(brand: Person) -> None:
    ids = [brand.posts(f"Number {number}") for number in range(7)]
    brand.posts("An answer", reply={"in_reply_to_tweet_id": ids[-1]})
    path = f"/2/users/{brand.id}/tweets"

    first = brand.get(path, max_results=5, exclude="replies")
    rest = brand.get(path, max_results=5, exclude="replies", pagination_token=first["meta"]["next_token"])
    times = brand.get("/2/tweets", ids=ids[5], tweet__fields="created_at")["data"][0]["created_at"]
    late = brand.get(path, start_time=times)

    assert [post["id"] for post in first["data"] + rest["data"]] == ids[::-1]
    assert "next_token" not in rest["meta"]
    assert [post["text"] for post in late["data"]] == ["An answer", "Number 6", "Number 5"]
    assert brand.get(path, end_time="2020-01-01T00:00:00Z") == {"meta": {"result_count": 0}}


def test_both_vocabularies_are_spoken(brand: Person) -> None:
    made = brand.posts("Words")
    old = brand.get(f"/2/users/{brand.id}/tweets", tweet__fields="public_metrics,author_id")["data"][0]
    new = brand.get(f"/2/users/{brand.id}/tweets", post__fields="public_metrics", expansions="author_id")["data"][0]

    assert old["edit_history_tweet_ids"] == new["edit_history_post_ids"] == [made]
    assert old["author_id"] == new["author_id"] == brand.id
    assert "retweet_count" in old["public_metrics"]
    assert "repost_count" in new["public_metrics"]


@pytest.mark.parametrize(
    "query",
    [{"tweet.fields": "colour"}, {"expansions": "mother"}, {"max_results": "4"}, {"limit": "5"}, {"start_time": "yesterday"}],
)
def test_parameters_that_x_does_not_know_are_refused(brand: Person, query: dict[str, str]) -> None:
    reply = brand.call("GET", f"/2/users/{brand.id}/tweets", params=query)

    assert reply.status_code == 400
    assert next(iter(query)) in reply.json()["errors"][0]["parameters"]


def test_missing_posts_come_as_errors_beside_the_data(brand: Person) -> None:
    made = brand.posts("Here")
    found = brand.get("/2/tweets", ids=f"{made},123")

    assert [post["id"] for post in found["data"]] == [made]
    assert found["errors"][0]["resource_id"] == "123"
    assert "data" not in brand.get("/2/tweets", ids="123")


def test_mentions_and_replies_to_me_are_listed_with_their_authors(practice: Practice, brand: Person) -> None:
    made = brand.posts("Hot today")
    reply = practice.control("POST", "fan", network="x", kind="comment", post=made, name="Bob Ray", text="so hot")
    named = practice.control("POST", "fan", network="x", kind="comment", account=brand.id, name="Cid", text="cool!")
    practice.control("POST", "fan", network="x", kind="like", post=made, name="Cid")

    found = brand.get(f"/2/users/{brand.id}/mentions", expansions="author_id", tweet__fields="author_id,public_metrics")
    mine = brand.get("/2/tweets", ids=made, tweet__fields="public_metrics,non_public_metrics")["data"][0]

    assert [post["id"] for post in found["data"]] == [named["id"], reply["id"]]
    assert found["data"][1]["text"] == f"@{brand.username} so hot"
    assert {user["name"] for user in found["includes"]["users"]} == {"Bob Ray", "Cid"}
    assert (mine["public_metrics"]["reply_count"], mine["public_metrics"]["like_count"]) == (1, 1)
    assert mine["non_public_metrics"]["engagements"] == 2


def test_a_reply_can_be_hidden_by_the_conversation_s_owner_only(practice: Practice, brand: Person) -> None:
    made = brand.posts("Be kind")
    rude = practice.control("POST", "fan", network="x", kind="comment", post=made, name="Troll", text="bah")

    assert brand.call("PUT", f"/2/tweets/{made}/hidden", json={"hidden": True}).status_code == 403
    assert brand.call("PUT", f"/2/tweets/{rude['id']}/hidden", json={"hidden": True}).json() == {"data": {"hidden": True}}
    assert "bah" not in requests.get(practice.posts("x", brand.made)[0]["url"], timeout=5).text


def test_a_hundred_posts_in_fifteen_minutes_and_the_headers_count_down(practice: Practice, brand: Person) -> None:
    first = brand.post("Number 0")
    for number in range(1, 100):
        brand.posts(f"Number {number}")
    refused = brand.post("Number 100")

    assert (first.headers["x-rate-limit-limit"], first.headers["x-rate-limit-remaining"]) == ("100", "99")
    assert refused.status_code == 429
    assert refused.json() == {"title": "Too Many Requests", "detail": "Too Many Requests", "type": "about:blank", "status": 429}
    assert refused.headers["x-rate-limit-remaining"] == "0"
    assert int(first.headers["x-app-limit-24hour-limit"]) == 10_000
    practice.control("POST", "clock", offset=15 * 60 + 1)
    assert brand.post("Number 100").status_code == 201


def test_the_bench_can_switch_the_limits_off(practice: Practice, brand: Person) -> None:
    practice.control("POST", "limits", network="x", enforced=False)
    answers = {brand.post(f"Number {number}").headers["x-rate-limit-remaining"] for number in range(105)}

    assert answers == {"100"}
    assert len(brand.practice.posts("x", brand.made)) == 105


def test_a_refusal_by_fault_tells_when_to_come_back(practice: Practice, brand: Person) -> None:
    practice.fault("refuse", brand.made, seconds=30)
    refused = brand.post("Later")

    now = practice.control("GET", "clock")["now"]
    assert 28 <= int(refused.headers["x-rate-limit-reset"]) - now <= 32
    assert refused.headers["x-rate-limit-remaining"] == "0"
