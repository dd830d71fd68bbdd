"""People to mention: offered from the networks of the chosen channels, and told where they are nobody."""

import json
from html import unescape
from random import choice
from string import ascii_lowercase
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Channel, Workspace
from scheduler.composing import naming
from scheduler.models import Post
from tests import cast
from tests.sandbox.conftest import Practice


@pytest.fixture
def sky(shop: Workspace, practice: Practice) -> Channel:
    return cast.channel(shop, practice, "bluesky")


def offered(person: cast.Person, words: str, *channels: Channel) -> str:
    client = Client()
    client.force_login(person.member.user)
    answer = client.get(reverse("post-people"), {"q": words, "channel": [str(one.pk) for one in channels]})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def name() -> str:
    """Unlike those of other tests: accounts of the practice networks stay."""
    return "zoe" + "".join(choice(ascii_lowercase) for _ in range(6))


@pytest.fixture
def zoes(practice: Practice, name: str) -> dict[str, Any]:
    return {slug: practice.account(slug, f"{name.title()} Zest") for slug in ("x", "bluesky")}


def test_people_are_grouped_by_the_networks_of_the_chosen_channels(
    marketer: cast.Person, sky: Channel, x_channel: Channel, brand_page: Channel, name: str, zoes: dict[str, Any]
) -> None:
    both = offered(marketer, name, sky, x_channel, brand_page)

    assert f'data-mention="@{zoes["bluesky"]["handle"]}"' in both
    assert f'data-mention="@{zoes["x"]["username"]}"' in both
    assert both.count('role="group"') == 2, "Facebook has no search that is open to us"
    assert "<img" in both
    assert "avatar" not in both, "no picture comes from a foreign host"
    assert f'data-mention="@{zoes["x"]["username"]}"' not in offered(marketer, name, sky)


@pytest.mark.parametrize("words", ["", "z", "  ", "\x00\x00", "@" * 500, "xyzzyx"])
def test_nothing_is_offered_for_no_name(words: str, marketer: cast.Person, sky: Channel, x_channel: Channel) -> None:
    assert "option" not in offered(marketer, words, sky, x_channel)


def test_a_network_in_trouble_is_one_line_and_the_others_are_there(
    marketer: cast.Person, practice: Practice, sky: Channel, x_channel: Channel, name: str, zoes: dict[str, Any]
) -> None:
    practice.fault("refuse", {"id": x_channel.remote_id}, network="x", operation="read", seconds=30, times=1)

    found = offered(marketer, name, sky, x_channel)

    assert "X cannot be asked just now: type the whole name." in found
    assert zoes["bluesky"]["handle"] in found


def test_a_channel_that_is_cut_off_says_what_to_do(
    marketer: cast.Person, practice: Practice, x_channel: Channel, name: str
) -> None:
    practice.fault("revoke_token", {"id": x_channel.remote_id}, network="x")
    assert "connect the channel again" in offered(marketer, name, x_channel)


def test_only_channels_of_the_workspace_are_asked(
    marketer: cast.Person, practice: Practice, name: str, zoes: dict[str, Any], shop: Workspace
) -> None:
    foreign = cast.channel(cast.workspace("Other"), practice, "bluesky")
    assert "option" not in offered(marketer, name, foreign)


def test_who_may_not_write_is_refused(responder: cast.Person, sky: Channel) -> None:
    client = Client()
    client.force_login(responder.member.user)
    assert client.get(reverse("post-people"), {"q": "zoe", "channel": str(sky.pk)}).status_code == 403


# -- where a name means nobody ----------------------------------------------------------------------------------------------


def told(person: cast.Person, text: str, *channels: Channel, **more: str) -> str:
    client = Client()
    client.force_login(person.member.user)
    typed = {"text": text, "channels": [str(one.pk) for one in channels], **more}
    return client.post(reverse("post-check"), typed).content.decode()


def test_a_mention_for_one_network_is_told_and_moved_there(marketer: cast.Person, sky: Channel, brand_page: Channel) -> None:
    found = told(marketer, "Thanks, @zoe.bsky.social!", sky, brand_page)

    assert "@zoe.bsky.social is somebody on Bluesky only" in found
    assert "Put it into the text for Bluesky only" in found
    (fix,) = naming_fixes(found)
    assert fix == {"text": "Thanks, zoe!", "bluesky-own": "1", "bluesky-text": "Thanks, @zoe.bsky.social!"}
    assert "is somebody on" not in told(marketer, fix.pop("text"), sky, brand_page, **fix)


def naming_fixes(html: str) -> list[dict[str, str]]:
    found = [unescape(part.split('"')[0]) for part in html.split('data-fix="')[1:]]
    return [json.loads(one)["fields"] for one in dict.fromkeys(found) if "bluesky-own" in one]


def test_one_network_alone_or_all_that_know_it_are_told_nothing(
    marketer: cast.Person, sky: Channel, x_channel: Channel, brand_page: Channel
) -> None:
    assert "is somebody on" not in told(marketer, "Thanks, @zoe.bsky.social!", sky)
    assert "is somebody on" not in told(marketer, "mail@zoe.example, https://a.example/@zoe", x_channel, brand_page)
    assert "@zoe is somebody on X only" in told(marketer, "Thanks, @zoe!", sky, x_channel)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Hi @zoe.ice.social, hi", "Hi zoe, hi"),
        ("@zoe@ice.social", "zoe"),
        ("@zoe and @zoe.b", "zoe and @zoe.b"),
        ("@zoe.", "zoe."),
    ],
)
def test_the_name_stays_when_the_mention_goes(text: str, left: str) -> None:
    mention = next(one.rstrip(".-") for one in naming.NAMED.findall(text))
    assert naming.without(text, mention) == left


def test_a_mention_goes_out_as_one(
    marketer: cast.Person, sky: Channel, practice: Practice, worker: cast.Worker, zoes: dict[str, Any]
) -> None:
    worker.finishes(marketer.publishes(f"Thanks @{zoes['bluesky']['handle']}", on=sky))
    (post,) = practice.posts("bluesky", {"id": sky.remote_id})
    assert zoes["bluesky"]["id"] in str(post["details"]["facets"])
    assert Post.objects.get().text.startswith("Thanks @")
