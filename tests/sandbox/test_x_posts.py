"""Posts on the practice X: what it takes, what it refuses and in which words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.sandbox.conftest import Practice
from tests.sandbox.x_person import Person


@pytest.fixture
def brand(practice: Practice) -> Person:
    return Person(practice, practice.account("x", name="Cold Drinks"))


@pytest.fixture
def newcomer(practice: Practice) -> Callable[..., Person]:
    return lambda **details: Person(practice, practice.account("x", **details))


def test_a_post_is_created_shown_and_deleted(brand: Person) -> None:
    reply = brand.post("Ice & fire <3")

    made = reply.json()["data"]
    assert reply.status_code == 201
    assert made["text"] == "Ice &amp; fire &lt;3"
    assert made["edit_history_tweet_ids"] == [made["id"]]
    assert [shown["text"] for shown in brand.practice.posts("x", brand.made)] == ["Ice & fire <3"]
    assert brand.call("DELETE", f"/2/tweets/{made['id']}").json() == {"data": {"deleted": True}}
    assert brand.practice.posts("x", brand.made) == []


@pytest.mark.parametrize(
    "body",
    [
        {"text": "hi", "txt": "x"},
        {"text": 5},
        {"text": ""},
        {},
        {"text": "q?", "poll": {"options": ["only one"], "duration_minutes": 60}},
        {"text": "q?", "poll": {"options": ["a", "b" * 26], "duration_minutes": 60}},
        {"text": "q?", "poll": {"options": ["a", "b"], "duration_minutes": 4}},
        {"text": "q?", "poll": {"options": ["a", "b"]}},
        {"text": "hi", "reply_settings": "everyone"},
        {"text": "hi", "media": {"media_ids": []}},
        {"text": "hi", "media": {"media_ids": [12]}},
        {"text": "hi", "media": {"media_ids": ["12"]}},
        {"text": "hi", "reply": {"in_reply_to_tweet_id": "abc"}},
        {"text": "hi", "made_with_ai": "yes"},
        {"text": "hi", "share_with_followers": True},
    ],
)
def test_a_body_against_the_schema_is_refused_with_the_parameter(brand: Person, body: dict[str, Any]) -> None:
    reply = brand.call("POST", "/2/tweets", json=body)

    assert reply.status_code == 400
    assert reply.json()["type"].endswith("/problems/invalid-request")
    assert reply.json()["errors"][0]["parameters"]
    assert brand.practice.posts("x", brand.made) == []


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("a" * 280, True),
        ("a" * 281, False),
        ("日" * 140, True),
        ("日" * 141, False),
        ("👨‍👩‍👧‍👦" * 140, True),
        ("👨‍👩‍👧‍👦" * 141, False),
        ("a" * 256 + " https://example.com/" + "long/" * 60, True),
        ("a" * 257 + " https://example.com/" + "long/" * 60, False),
        ("e\u0301" * 280, True),
    ],
)
def test_280_weighted_units_fit_and_no_more(brand: Person, text: str, fits: bool) -> None:
    assert brand.post(text).status_code == (201 if fits else 403)


def test_premium_accounts_may_write_long(newcomer: Callable[..., Person]) -> None:
    premium = newcomer(subscription_type="Premium")
    made = premium.posts("long " * 200)
    shown = premium.get("/2/tweets", ids=made, tweet__fields="note_tweet")["data"][0]

    assert len(shown["text"]) <= 280
    assert shown["note_tweet"]["text"].startswith("long long")


def test_the_same_words_twice_are_a_duplicate_with_x_s_sentence(brand: Person, newcomer: Callable[..., Person]) -> None:
    first = brand.posts("Cold as ever")
    again = brand.post("Cold as ever")

    assert again.status_code == 403
    assert again.json() == {
        "detail": "You are not allowed to create a Tweet with duplicate content.",
        "type": "about:blank",
        "title": "Forbidden",
        "status": 403,
    }
    assert newcomer().post("Cold as ever").status_code == 201
    brand.call("DELETE", f"/2/tweets/{first}")
    assert brand.post("Cold as ever").status_code == 201


def test_what_self_serve_apps_may_not_do_is_forbidden(brand: Person, newcomer: Callable[..., Person]) -> None:
    stranger = newcomer().posts("Nobody asked you")

    answer = brand.post("Buy our drink", reply={"in_reply_to_tweet_id": stranger})
    quote = brand.post("Look", quote_tweet_id=stranger)
    stocks = brand.post("$KO or $PEP")

    assert [answer.status_code, quote.status_code, stocks.status_code] == [403, 403, 403]
    assert answer.json()["detail"].startswith("Reply to this conversation is not allowed")


def test_who_mentions_us_may_be_answered_and_the_answer_begins_with_the_name(practice: Practice, brand: Person) -> None:
    asked = practice.control("POST", "fan", network="x", kind="comment", account=brand.id, name="Ann", text="is it cold?")
    made = brand.posts("Very.", reply={"in_reply_to_tweet_id": asked["id"]})

    shown = brand.get(
        "/2/tweets", ids=made, tweet__fields="conversation_id,referenced_tweets", expansions="in_reply_to_user_id"
    )

    assert shown["data"][0]["text"] == "@ann Very."
    assert shown["data"][0]["referenced_tweets"] == [{"type": "replied_to", "id": asked["id"]}]
    assert shown["data"][0]["conversation_id"] == asked["id"]
    assert shown["includes"]["users"][0]["username"] == "ann"


def test_a_thread_is_one_conversation_and_shows_on_one_page(brand: Person) -> None:
    first = brand.posts("One")
    second = brand.posts("Two", reply={"in_reply_to_tweet_id": first})
    brand.posts("Three", reply={"in_reply_to_tweet_id": second})

    found = brand.get("/2/tweets/search/recent", query=f"conversation_id:{first}", tweet__fields="conversation_id")["data"]
    shown = brand.practice.posts("x", brand.made)[0]

    assert [post["text"] for post in found] == ["Three", "Two", "One"]
    assert [reply["text"] for reply in shown["replies"]] == ["Two", "Three"]
    assert requests.get(shown["url"], timeout=5).text.count("Two") >= 1
    assert brand.post("Four", reply={"in_reply_to_tweet_id": "999"}).status_code == 403


def test_links_are_wrapped_and_explained_and_media_end_the_text(brand: Person) -> None:
    made = brand.posts("See polarfizz.com and https://example.org/a?b=1&c=2.", media={"media_ids": [brand.uploads_photo()]})

    shown = brand.get("/2/tweets", ids=made, tweet__fields="entities,attachments", expansions="attachments.media_keys")
    post = shown["data"][0]
    urls = post["entities"]["urls"]

    assert re.fullmatch(r"See https://t\.co/\w+ and https://t\.co/\w+\. https://t\.co/\w+", post["text"])
    assert [url["expanded_url"] for url in urls[:2]] == ["http://polarfizz.com", "https://example.org/a?b=1&c=2"]
    assert urls[2]["expanded_url"] == f"https://x.com/{brand.username}/status/{made}/photo/1"
    assert post["text"][urls[1]["start"] : urls[1]["end"]] == urls[1]["url"]
    assert post["attachments"]["media_keys"] == [media["media_key"] for media in shown["includes"]["media"]]


def test_a_poll_and_its_settings_are_public(brand: Person) -> None:
    poll = {"options": ["Ice", "Warm"], "duration_minutes": 60}
    made = brand.posts("Which?", poll=poll, reply_settings="following")

    shown = brand.get(
        "/2/tweets", ids=made, expansions="attachments.poll_ids", tweet__fields="reply_settings", poll__fields="voting_status"
    )

    assert [option["label"] for option in shown["includes"]["polls"][0]["options"]] == ["Ice", "Warm"]
    assert shown["includes"]["polls"][0]["voting_status"] == "open"
    assert shown["data"][0]["reply_settings"] == "following"
    assert brand.practice.posts("x", brand.made)[0]["poll"] == ["Ice", "Warm"]
    assert brand.post("Both", poll=poll, media={"media_ids": [brand.uploads_photo()]}).status_code == 400


def test_an_account_in_trouble_is_told(newcomer: Callable[..., Person]) -> None:
    assert newcomer(out_of_credits=True).post("hi").json()["title"] == "CreditsDepleted"
    assert newcomer(suspended=True).post("hi").status_code == 403
