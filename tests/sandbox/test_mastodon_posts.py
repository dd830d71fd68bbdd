"""The practice Mastodon server: statuses, media, and what it refuses."""

from __future__ import annotations

import time
from datetime import datetime

import pytest

from tests.sandbox.conftest import Practice
from tests.sandbox.mastodon_person import MP4, Person, moving_gif, png


@pytest.fixture
def brand(practice: Practice) -> Person:
    return Person(practice, name="Cold Drinks")


# -- statuses ----------------------------------------------------------------------------------------------------------


def test_a_status_is_public_as_html_and_as_a_page(practice: Practice, brand: Person) -> None:
    status = brand.posts("Ice & <b>\nnow\n\nSee https://polarfizz.com/a #cold @ann@example.com")
    assert status["content"].startswith("<p>Ice &amp; &lt;b&gt;<br />now</p><p>See <a href=")
    assert "@<span>ann</span>" in status["content"]
    assert "example.com" not in status["content"]
    page = brand.http.get(status["url"], timeout=5)
    assert page.ok
    assert "Cold Drinks" in page.text
    assert brand.get(f"/api/v1/statuses/{status['id']}/source")["text"].startswith("Ice & <b>")


def test_a_form_says_the_same_as_json(brand: Person) -> None:
    form = {
        "status": "How cold?",
        "poll[options][]": ["Ice", "More"],
        "poll[expires_in]": "300",
        "poll[multiple]": "true",
        "visibility": "unlisted",
    }
    status = brand.call("POST", "/api/v1/statuses", data=form).json()
    assert [option["title"] for option in status["poll"]["options"]] == ["Ice", "More"]
    assert (status["poll"]["multiple"], status["visibility"]) == (True, "unlisted")


def test_a_key_makes_one_status_for_an_hour_and_account(practice: Practice, brand: Person) -> None:
    first = brand.posts("Once", key="k1")
    assert brand.posts("Something else", key="k1")["id"] == first["id"]
    assert Person(practice).posts("Once", key="k1")["id"] != first["id"]
    practice.control("POST", "clock", offset=3590)
    assert brand.posts("Once", key="k1")["id"] == first["id"]
    practice.control("POST", "clock", offset=3601)
    assert brand.posts("Once", key="k1")["id"] != first["id"]


def test_characters_are_counted_as_people_see_them(brand: Person) -> None:
    family = "👨‍👩‍👧"
    assert brand.post(family * 500).status_code == 200
    assert brand.post("https://polarfizz.com/" + "a" * 600 + " " + "b" * 476).status_code == 200
    assert brand.post("@ann@" + "example." * 20 + "com " + "b" * 495).status_code == 200
    assert "character limit of 500" in brand.refused("a" * 501)
    assert "character limit of 500" in brand.refused("a" * 490, spoiler_text="b" * 11)
    assert "character limit of 500" in brand.refused("https://polarfizz.com/ " + "b" * 477)


def test_a_status_needs_words_or_media(brand: Person) -> None:
    assert "can't be blank" in brand.refused()
    assert "can't be blank" in brand.refused(poll={"options": ["a", "b"], "expires_in": 300})
    assert "Visibility" in brand.refused("x", visibility="everyone")
    assert "policy" in brand.refused("x", quote_approval_policy="friends")


@pytest.mark.parametrize(
    ("poll", "words"),
    [
        ({"options": ["a"], "expires_in": 300}, "2 to 4"),
        ({"options": list("abcde"), "expires_in": 300}, "2 to 4"),
        ({"options": ["a", "a"], "expires_in": 300}, "duplicate"),
        ({"options": ["a", "b" * 51], "expires_in": 300}, "50 characters"),
        ({"options": ["a", "b"], "expires_in": 299}, "Expires"),
        ({"options": ["a", "b"], "expires_in": 2_629_747}, "Expires"),
        ({"options": ["a", "b"]}, "Expires"),
    ],
)
def test_a_poll_keeps_its_rules(brand: Person, poll: dict[str, object], words: str) -> None:
    assert words in brand.refused("Which?", poll=poll)


def test_a_reply_needs_what_it_answers(practice: Practice, brand: Person) -> None:
    first = brand.posts("First")
    second = brand.posts("Second", in_reply_to_id=first["id"])
    assert (second["in_reply_to_id"], second["in_reply_to_account_id"]) == (first["id"], brand.id)
    context = brand.get(f"/api/v1/statuses/{first['id']}/context")
    assert [status["id"] for status in context["descendants"]] == [second["id"]]
    assert [status["id"] for status in brand.get(f"/api/v1/statuses/{second['id']}/context")["ancestors"]] == [first["id"]]
    assert brand.post("Third", in_reply_to_id="1").status_code == 404
    secret = Person(practice).posts("Secret", visibility="private")
    assert brand.post("Fourth", in_reply_to_id=secret["id"]).status_code == 404


def test_who_may_quote_is_its_authors_choice(practice: Practice, brand: Person) -> None:
    other = Person(practice)
    open_one, closed = other.posts("Quote me"), other.posts("Do not", quote_approval_policy="nobody")
    found = brand.get("/api/v2/search", q=open_one["url"], resolve="true", type="statuses")["statuses"]
    assert [status["id"] for status in found] == [open_one["id"]]
    status = brand.posts("Well said", quoted_status_id=open_one["id"])
    assert status["quote"]["quoted_status_id"] == open_one["id"]
    assert status["content"].startswith('<p class="quote-inline">RE: ')
    assert "not allowed to quote" in brand.refused("Well said", quoted_status_id=closed["id"])
    assert brand.post("?", quoted_status_id="1").status_code == 404


def test_only_ones_own_status_is_deleted_and_its_text_comes_back(practice: Practice, brand: Person) -> None:
    status = brand.posts("Oops")
    assert Person(practice).call("DELETE", f"/api/v1/statuses/{status['id']}").status_code == 404
    assert brand.call("DELETE", f"/api/v1/statuses/{status['id']}").json()["text"] == "Oops"
    assert brand.call("DELETE", f"/api/v1/statuses/{status['id']}").status_code == 404


def test_an_accounts_statuses_come_in_pages(brand: Person) -> None:
    made = [brand.posts(f"Bottle {number}")["id"] for number in range(5)]
    path = f"/api/v1/accounts/{brand.id}/statuses"
    first = brand.call("GET", path, params={"limit": "3", "exclude_reblogs": "true"})
    rest = brand.http.get(first.links["next"]["url"], timeout=5)
    assert [status["id"] for status in [*first.json(), *rest.json()]] == made[::-1]
    assert "next" not in rest.links


def test_a_fan_answers_and_likes(practice: Practice, brand: Person) -> None:
    status = brand.posts("Hello")
    for kind in ("comment", "like"):
        practice.control("POST", "fan", network="mastodon", kind=kind, post=status["id"], name="Ann", text="Nice")
    (shown,) = practice.posts("mastodon", brand.made)
    assert (shown["likes"], [reply["text"] for reply in shown["replies"]]) == (1, [f"@{brand.username} Nice"])
    assert brand.get(f"/api/v1/statuses/{status['id']}")["replies_count"] == 1


# -- media -------------------------------------------------------------------------------------------------------------


def test_photos_are_ready_at_once_and_films_later(practice: Practice, brand: Person) -> None:
    assert brand.upload(png(), description="A bottle", focus="0.5,-0.5").json()["description"] == "A bottle"
    practice.fault("slow_processing", brand.made, network="mastodon", seconds=30)
    film = brand.upload(MP4)
    assert (film.status_code, film.json()["url"], film.json()["type"]) == (202, None, "video")
    media = film.json()["id"]
    assert brand.call("GET", f"/api/v1/media/{media}").status_code == 206
    assert "have not finished processing" in brand.refused("Early", media_ids=[media])
    practice.control("POST", "clock", offset=31)
    assert brand.call("GET", f"/api/v1/media/{media}").status_code == 200
    assert brand.posts("Now", media_ids=[media])["media_attachments"][0]["id"] == media


def test_processing_can_fail(practice: Practice, brand: Person) -> None:
    practice.fault("fail_processing", brand.made, network="mastodon")
    media = brand.upload(MP4).json()["id"]
    practice.control("POST", "clock", offset=2)
    assert brand.call("GET", f"/api/v1/media/{media}").status_code == 422


def test_media_are_described_until_they_are_posted_and_posted_once(practice: Practice, brand: Person) -> None:
    media = brand.uploads(png())
    assert brand.call("PUT", f"/api/v1/media/{media}", data={"description": "New"}).json()["description"] == "New"
    assert Person(practice).call("GET", f"/api/v1/media/{media}").status_code == 404
    brand.posts(media_ids=[media])
    assert brand.call("GET", f"/api/v1/media/{media}").status_code == 404
    assert "already attached" in brand.refused(media_ids=[media])


def test_what_may_stand_together(brand: Person) -> None:
    photos, film, gif = [brand.uploads(png()) for _ in range(5)], brand.uploads(MP4), brand.uploads(moving_gif())
    assert "more than 4" in brand.refused(media_ids=photos)
    assert "already contains images" in brand.refused(media_ids=[photos[0], film])
    assert "already contains images" in brand.refused(media_ids=[gif, photos[0]])
    assert "not found" in brand.refused(media_ids=[photos[0], photos[0]])
    assert "poll" in brand.refused("x", media_ids=[film], poll={"options": ["a", "b"], "expires_in": 300})
    assert len(brand.posts(media_ids=photos[:4])["media_attachments"]) == 4
    assert brand.posts(media_ids=[gif])["media_attachments"][0]["type"] == "gifv"


def test_files_that_are_no_media_or_too_large_are_refused(brand: Person) -> None:
    def words(content: bytes, **more: str) -> str:
        reply = brand.upload(content, **more)
        assert reply.status_code == 422, reply.text
        return str(reply.json()["error"])

    assert "content type is invalid" in words(b"hello")
    assert "content type is invalid" in words(b"\x89PNG\r\n broken")
    assert "less than 16 MB" in words(png() + bytes(16_777_216))
    assert "pixels" in words(png(5761, 5760))
    assert "Description is too long" in words(png(), description="a" * 1501)
    assert "Focus" in words(png(), focus="2,0")
    assert brand.call("POST", "/api/v2/media", data={"description": "no file"}).status_code == 422


# -- rate limits -------------------------------------------------------------------------------------------------------


def test_thirty_uploads_in_half_an_hour(practice: Practice, brand: Person) -> None:
    content = png(1, 1)
    for left in range(29, -1, -1):
        assert brand.upload(content).headers["X-RateLimit-Remaining"] == str(left)
    refused = brand.upload(content)
    assert (refused.status_code, refused.json()) == (429, {"error": "Too many requests"})
    ends = datetime.fromisoformat(refused.headers["X-RateLimit-Reset"]).timestamp()
    assert 1700 < ends - time.time() <= 1801
    assert brand.post("still").status_code == 200
    practice.control("POST", "clock", offset=1801)
    assert brand.upload(content).status_code == 200


def test_a_practice_server_plays_trouble_in_its_own_words(practice: Practice, brand: Person) -> None:
    for kind, status in (("refuse", 429), ("fail", 500), ("duplicate", 422), ("revoke_token", 401)):
        practice.fault(kind, brand.made, network="mastodon")
        reply = brand.post("hello")
        assert (reply.status_code, list(reply.json())) == (status, ["error"])
    assert practice.posts("mastodon", brand.made) == []
