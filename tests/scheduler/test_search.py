"""Searching posts, campaigns and files."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Channel, Workspace
from scheduler.models import Campaign, Post, Variant
from scheduler.searching import search
from tests import cast
from tests.scheduler.desk import png


def texts(shop: Workspace, words: str) -> set[str]:
    return {post.text for post in search(shop, words, 10).posts}


def test_posts_are_found_by_the_beginnings_of_all_words(shop: Workspace, marketer: cast.Person, x_channel: Channel) -> None:
    for text in ("Żółty lód on #IceTuesday", "Hot days, ice cold", "Nothing else", ""):
        marketer.writes(text, on=x_channel)

    assert texts(shop, "ice") == {"Żółty lód on #IceTuesday", "Hot days, ice cold"}
    assert texts(shop, "COL ice") == {"Hot days, ice cold"}
    assert texts(shop, "żół") == {"Żółty lód on #IceTuesday"}
    assert texts(shop, "old") == set()


def test_what_a_network_says_of_its_own_is_found_too(shop: Workspace, marketer: cast.Person, x_channel: Channel) -> None:
    post = marketer.writes("For all", on=x_channel)
    Variant.objects.create(post=post, network="x", text="Shorter here")

    assert texts(shop, "shorter") == {"For all"}


@pytest.mark.parametrize("words", ["", "  ", "&|!", "a' & b:*", "\\", "(((", "ice:* | x", "\x00", "x" * 5000])
def test_nothing_that_is_typed_is_an_error(words: str, client: Client) -> None:
    assert client.get(reverse("search"), {"q": words}).status_code == 200


def test_campaigns_and_files_are_found_by_their_names(shop: Workspace, marketer: cast.Person) -> None:
    campaign = Campaign.objects.create(workspace=shop, name="Ice summer", aim="Sell more")
    asset = marketer.uploads(png("#123"), "ice-cube.png")

    found = search(shop, "ice", 10)

    assert (found.campaigns, found.assets) == ([campaign], [asset])
    assert found.campaigns[0].size == 0  # type: ignore[attr-defined]
    assert search(shop, "bottle ice", 10).assets == [asset], "words of its alt text count"


def test_it_takes_three_queries_however_much_there_is(shop: Workspace, marketer: cast.Person, x_channel: Channel) -> None:
    for number in range(20):
        marketer.writes(f"Ice {number}", on=x_channel)

    with CaptureQueriesContext(connection) as seen:
        found = search(shop, "ice", 5)

    assert len(seen) == 3
    assert (len(found.posts), found.more_posts) == (5, True)
    with CaptureQueriesContext(connection) as seen:
        search(shop, "?", 5)
    assert len(seen) == 0


def test_the_words_are_found_by_an_index(shop: Workspace, marketer: cast.Person, x_channel: Channel) -> None:
    Post.objects.bulk_create(Post(workspace=shop, text=f"word{number} post") for number in range(3000))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE scheduler_post")
    with CaptureQueriesContext(connection) as seen:
        search(shop, "word2999", 5)

    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + next(one["sql"] for one in seen if "scheduler_variant" in one["sql"]))
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "posts_by_words" in plan


def test_the_page_shows_all_and_the_box_a_few(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    for number in range(8):
        marketer.writes(f"Ice {number}", on=x_channel)

    page = client.get(reverse("search"), {"q": "ice"}).content.decode()
    few = client.get(reverse("search"), {"q": "ice"}, headers={"HX-Request": "true"}).content.decode()

    assert page.count('class="suggestion-text"') == 8
    assert few.count('class="suggestion-text"') == 5
    assert "<html" not in few
    assert "Nothing is called that" in client.get(reverse("search"), {"q": "beer"}).content.decode()


def test_another_workspace_finds_nothing_of_ours(shop: Workspace, marketer: cast.Person, x_channel: Channel) -> None:
    marketer.writes("Secret ice", on=x_channel)
    Campaign.objects.create(workspace=shop, name="Secret")
    marketer.uploads(png("#123"), "secret.png")
    theirs = cast.Person(cast.member(cast.workspace("Somebody else"), "owner"))

    assert not search(theirs.workspace, "secret", 10)
