"""People on the practice Mastodon server: who is told of what, who may see what, blocks, private mentions."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.sandbox.conftest import Practice
from tests.sandbox.mastodon_person import Person


@pytest.fixture
def brand(practice: Practice) -> Person:
    return Person(practice, name="Cold Drinks")


def fan(brand: Person, kind: str, text: str = "", post: str = "", name: str = "Ann") -> str:
    target = {"post": post} if post else {"account": brand.id}
    made = brand.practice.control("POST", "fan", network="mastodon", kind=kind, name=name, text=text, **target)
    return str(made["id"])


def notices(brand: Person, **query: Any) -> list[tuple[str, str]]:
    found = brand.get("/api/v1/notifications", **query)
    return [(notice["type"], notice["status"]["id"]) for notice in found]


def test_who_is_named_or_quoted_is_told_newest_first(brand: Person) -> None:
    post = brand.posts("Ice cold!")["id"]
    answer = fan(brand, "comment", "How cold?", post)
    mention = fan(brand, "mention", "Thirsty.")
    quote = fan(brand, "mention", "Look!", post)
    brand.posts(f"@{brand.username} that's us")
    assert notices(brand) == [("quote", quote), ("mention", mention), ("mention", answer)]
    assert notices(brand, **{"types[]": ["quote", "collection_update"]}) == [("quote", quote)]
    page = brand.call("GET", "/api/v1/notifications", params={"limit": 2})
    following = page.links["next"]["url"].partition("max_id=")[2].partition("&")[0]
    assert notices(brand, max_id=following) == [("mention", answer)]
    fan(brand, "delete", post=mention)
    assert len(notices(brand)) == 2


def test_a_private_mention_is_seen_by_the_two_only(practice: Practice, brand: Person) -> None:
    private = fan(brand, "message", "Where to buy?")
    again = fan(brand, "message", "Hello?")
    assert brand.get(f"/api/v1/statuses/{again}")["in_reply_to_id"] == private
    assert brand.get(f"/api/v1/statuses/{private}")["visibility"] == "direct"
    assert [one["id"] for one in brand.get("/api/v1/statuses", **{"id[]": [private, "1"]})] == [private]
    assert Person(practice).call("GET", f"/api/v1/statuses/{private}").status_code == 404
    assert practice.posts("mastodon", brand.made) == []
    page = requests.get(f"{practice.url}/mastodon/{brand.username}", timeout=5).text
    assert "Chat of Ann:" in page
    address = page.partition('<p><a href="')[2].partition('"')[0]
    assert "Where to buy?" in requests.get(address, timeout=5).text
    assert requests.get(f"{address}1", timeout=5).status_code == 404
    assert requests.get(brand.get(f"/api/v1/statuses/{private}")["url"], timeout=5).url == address


def test_an_edit_shows_when_it_was_made(brand: Person) -> None:
    answer = fan(brand, "comment", "How could?", brand.posts("Ice cold!")["id"])
    assert brand.get(f"/api/v1/statuses/{answer}")["edited_at"] is None
    fan(brand, "edit", "How cold?", answer)
    status = brand.get(f"/api/v1/statuses/{answer}")
    assert "How cold?" in status["content"]
    assert status["edited_at"] > status["created_at"]


def test_favourites_are_counted_once(brand: Person) -> None:
    mention = fan(brand, "mention", "Thirsty.")
    for deed, count in (("favourite", 1), ("unfavourite", 0)):
        for _twice in range(2):
            status = brand.call("POST", f"/api/v1/statuses/{mention}/{deed}").json()
            assert (status["favourites_count"], status["favourited"]) == (count, bool(count))
    assert brand.call("POST", "/api/v1/statuses/1/favourite").status_code == 404


def test_a_block_keeps_two_apart_until_it_is_lifted(practice: Practice, brand: Person) -> None:
    post = brand.posts("Ice cold!")["id"]
    answer = fan(brand, "comment", "You are ugly.", post)
    ann = brand.get(f"/api/v1/statuses/{answer}")["account"]["id"]
    for _twice in range(2):
        assert brand.call("POST", f"/api/v1/accounts/{ann}/block").json()["blocking"] is True
    assert notices(brand) == []
    assert brand.get(f"/api/v1/statuses/{post}/context")["descendants"] == []
    tried = {"network": "mastodon", "kind": "mention", "account": brand.id, "name": "Ann", "text": "Hello?"}
    assert requests.post(f"{practice.url}/_control/fan", json=tried, timeout=5).status_code == 400
    assert brand.call("POST", f"/api/v1/accounts/{ann}/unblock").json()["blocking"] is False
    assert fan(brand, "mention", "Hello again")
    assert brand.call("POST", "/api/v1/accounts/1/block").status_code == 404
    assert brand.call("POST", f"/api/v1/accounts/{brand.id}/block").status_code == 403


def test_each_deed_needs_its_scope(practice: Practice) -> None:
    old = Person(practice, scopes=["read:statuses", "write:statuses"])
    mention = fan(old, "mention", "Thirsty.")
    for method, path in (
        ("GET", "/api/v1/notifications"),
        ("POST", f"/api/v1/statuses/{mention}/favourite"),
        ("POST", "/api/v1/accounts/1/block"),
    ):
        assert old.call(method, path).status_code == 403
    fan(old, "block")
    assert old.call("GET", f"/api/v1/statuses/{mention}").status_code == 404, "who is blocked sees nothing of theirs"
    assert old.post("Why?", in_reply_to_id=mention).status_code == 404
