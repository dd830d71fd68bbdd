"""What one click does about a text, and what is hinted at: no character cut in two, no word lost."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Channel
from connectors import connector
from scheduler.composing import fixing, hints
from scheduler.models import Post, Publication, Status
from tests import cast
from tests.scheduler.desk import Desk, png

FAMILY = "👩‍👩‍👧"
STORY = (
    "The heat is back, and so are we. Dr. Lind asked for mint; she got mint! Is 3.5 °C cold enough? "
    "We say yes.\n\nCome by, e.g. on Friday. Bring a friend… or two. See https://polarfizz.example/a.b?c=d. Cheers"
)


def up_to(limit: int) -> Callable[[str], bool]:
    return lambda text: len(text) <= limit


# -- shorter, in parts ------------------------------------------------------------------------------------------------------


def test_a_text_is_cut_at_a_sentence_or_a_word() -> None:
    assert fixing.shorten(STORY, up_to(80)) == "The heat is back, and so are we. Dr. Lind asked for mint; she got mint!"
    assert fixing.shorten("one two three four", up_to(14)) == "one two three…"
    assert fixing.shorten("one two three four", up_to(12)) == "one two…"
    assert fixing.shorten("fits", up_to(4)) == "fits"
    assert fixing.shorten("a" * 20, up_to(5)) == "aaaa…"


@pytest.mark.parametrize("limit", range(1, 40))
def test_no_family_no_accent_and_no_link_is_cut_in_two(limit: int) -> None:
    text = f"{FAMILY * 5} caf\u0065\u0301 https://polarfizz.example/summer {FAMILY}"

    shorter = fixing.shorten(text, up_to(limit))

    assert set(fixing.ATOM.findall(shorter.removesuffix("…"))) <= set(fixing.ATOM.findall(text))
    assert len(shorter) <= max(limit, 1)


@pytest.mark.parametrize("network", ["x", "bluesky", "mastodon", "youtube"])
@pytest.mark.parametrize("text", ["a" * 6000, f"{FAMILY} " * 2000, "żółć " * 1500, STORY * 30, "炭酸水。" * 900])
def test_a_shortened_text_fits_as_the_network_counts_and_wastes_little(network: str, text: str) -> None:
    found = connector(network)
    length, limit = found.checker().length, found.limits.text

    shorter = fixing.shorten(text, lambda one: length(one) <= limit)

    assert 0.5 * limit < length(shorter) <= limit


def test_a_thread_is_split_at_the_ends_of_sentences() -> None:
    assert fixing.split(STORY, up_to(100)) == [
        "The heat is back, and so are we. Dr. Lind asked for mint; she got mint! Is 3.5 °C cold enough?",
        "We say yes.\n\nCome by, e.g. on Friday. Bring a friend… or two. See https://polarfizz.example/a.b?c=d.",
        "Cheers",
    ]


@pytest.mark.parametrize("limit", [1, 7, 30, 60, 150])
@pytest.mark.parametrize("text", [STORY, f"{FAMILY}" * 40, "word " * 60, "炭酸水。冷たい！" * 9, "", "  \n "])
def test_splitting_loses_no_word(text: str, limit: int) -> None:
    parts = fixing.split(text, up_to(limit), up_to(max(1, limit - 5)))

    assert re.sub(r"\s", "", "".join(parts)) == re.sub(r"\s", "", text)
    assert all(len(part) <= limit or len(fixing.ATOM.findall(part)) == 1 for part in parts)


def test_hashtags_go_from_the_end_and_stay_words_within_a_sentence() -> None:
    text = "We love #ice and #mint. #cold #fizz"

    assert fixing.fewer_tags(text, 1) == "We love #ice and #mint. #cold"
    assert fixing.fewer_tags(text, 2) == "We love #ice and #mint."
    assert fixing.fewer_tags(text, 3) == "We love #ice and mint."
    assert fixing.fewer_mentions("With @anna and @ola.k!", 1) == "With @anna and ola.k!"
    assert fixing.fewer_cashtags("$AAA beats $BBB", 1) == "$AAA beats BBB"


def test_invisible_characters_go_and_emoji_stay_whole() -> None:
    scotland = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"

    assert fixing.visible(f"I\u200bce\ufeff \u202ecold {FAMILY}{scotland}\n") == f"Ice cold {FAMILY}{scotland}\n"


# -- hints --------------------------------------------------------------------------------------------------------------------


def said(text: str, *words: str) -> list[str]:
    return [hint.sentence for hint in hints.about_text("text", text, words)]


def better(text: str, *words: str) -> str:
    """What the first hint's click makes of it."""
    fix = next(hint.fix for hint in hints.about_text("text", text, words) if hint.fix)
    return str(fix.fields["text"])


def test_hashtags_get_a_capital_for_each_word_that_is_known() -> None:
    assert better("Try #polarfizz, not #polarfizzes", "Polar", "Fizz") == "Try #PolarFizz, not #polarfizzes"
    assert better("Ice cold drinks #icecolddrinks") == "Ice cold drinks #IceColdDrinks"
    assert "Begin each word in #lemonadeforeveryone" in said("#lemonadeforeveryone")[0]
    assert said("#PolarFizz #ice #lato") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("OUR BEST OFFER EVER is here", "Our best offer ever is here"),
        ("KUP TERAZ, ŻÓŁTA ŁÓDKA!", "Kup teraz, żółta łódka!"),
        ("𝗜𝗰𝗲 cold", "Ice cold"),
    ],
)
def test_shouting_and_letters_that_are_none_are_calmed(text: str, expected: str) -> None:
    assert better(text) == expected


def test_floods_of_emoji_and_gaps_of_snippets_are_told() -> None:
    assert "There are 5 emoji" in said(f"Cold {FAMILY * 5}")[0]
    assert "There are 8 emoji" in said("a 🧊 b 🍋 c 🥤 d 🌞 e 🧊 f 🍋 g 🥤 h 🌞")[0]
    assert said("Hi {city}!") == ["{city} is not filled in yet."]
    assert said("Calm words, 🧊 and 🍋. NATO, the EU and {} 10 # 20.") == []


# -- in the composer ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(marketer: cast.Person) -> Desk:
    return Desk(marketer)


def fixes(desk: Desk) -> dict[str, dict[str, Any]]:
    """The fixes on the page by their labels."""
    found = re.findall(r'data-fix="(.*?)">.*?<span dir="auto">(.*?)</span>', desk.page, re.S)
    return {label: json.loads(data.replace("&quot;", '"').replace("&#x27;", "'")) for data, label in found}


def test_a_text_too_long_for_one_of_two_networks_is_shortened_or_split_for_that_one(
    desk: Desk, x_channel: Channel, brand_page: Channel
) -> None:
    desk.opens().types(channels=[x_channel.pk, brand_page.pk], text=STORY * 2, link="https://polarfizz.example").is_checked()

    offered = fixes(desk)

    assert list(offered) == ["Shorten to 280 for X", "Split into a thread of 2 for X"]
    for one in offered.values():
        again = {name.replace("-", "__"): value for name, value in one["fields"].items()}
        desk.types(**again).is_checked()
        assert "ready to go" in desk.page
        assert fixes(desk) == {}
        assert desk.typed["text"] == [STORY * 2]


def test_a_single_networks_fix_changes_the_original(desk: Desk, x_channel: Channel) -> None:
    desk.opens().types(channels=[x_channel.pk], text="$AAA and $BBB " + "a" * 300, first_comment="b" * 300)
    desk.types(x__thread=["word " * 100]).is_checked()

    offered = fixes(desk)

    assert list(offered["Shorten to 280"]["fields"]) in (["text"], ["first_comment"])
    assert offered["Take the $ off 1 cashtag"]["fields"]["text"].startswith("$AAA and BBB")
    assert len(offered["Split what is too long"]["fields"]["x-thread"]) == 2


def test_files_that_are_too_many_are_left_out_for_the_network_that_minds(
    desk: Desk, x_channel: Channel, brand_page: Channel
) -> None:
    pictures = [desk.person.uploads(png(f"#{n}{n}{n}")) for n in range(1, 7)]
    desk.opens().types(channels=[x_channel.pk, brand_page.pk], text="Six", media=[one.pk for one in pictures]).is_checked()

    keep = [str(one.pk) for one in pictures[:4]]
    assert fixes(desk)["Keep the first 4 files for X"]["files"] == {"from": "media", "to": "x-media", "keep": keep}


def test_hashtags_beyond_a_networks_number_are_offered_for_removal(shop: Any, marketer: cast.Person, practice: Any) -> None:
    channel = cast.channel(shop, practice, "instagram")
    desk = Desk(marketer)
    picture = marketer.uploads(png("#123"))
    tags = " ".join(f"#Tag{n}" for n in range(33))
    desk.opens().types(channels=[channel.pk], text=f"Ice {tags}", media=picture.pk).is_checked()

    assert fixes(desk)["Remove 3 hashtags"]["fields"]["text"].count("#") == 30


def test_a_picture_without_alt_text_is_a_hint_and_no_problem(desk: Desk, x_channel: Channel) -> None:
    picture = desk.person.uploads(png("#123"), name="ice.png", alt="")
    desk.opens().types(channels=[x_channel.pk], text="Ice cold", media=picture.pk).is_checked()

    assert "ice.png: no alt text" in desk.page
    assert "ready to go" in desk.page
    desk.types(**{f"media-alt-{picture.pk}": "A bottle"}).is_checked()
    assert "no alt text" not in desk.page


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Ice cold lemonade in the park on Friday", "The same text is on Polar Fizz"),
        ("Ice cold lemonade in the park, on Friday!!", "Nearly the same text is on Polar Fizz"),
        ("ice cold lemonade in the park on fridays", "Nearly the same text is on Polar Fizz"),
        ("Warm tea in the library on Monday", ""),
    ],
)
def test_a_text_that_a_channel_has_already_is_told_with_the_way_to_it(
    text: str, says: str, desk: Desk, x_channel: Channel, brand_page: Channel
) -> None:
    there = desk.person.schedules("Ice cold lemonade in the park on Friday", x_channel, timezone.now() + timedelta(days=3))

    desk.opens().types(channels=[brand_page.pk], text=text).is_checked()
    assert "the same text" not in desk.page.lower()
    desk.types(channels=[x_channel.pk, brand_page.pk]).is_checked()

    assert (says in desk.page) if says else ("the same text" not in desk.page.lower())
    assert (f"/posts/{there.post_id}/" in desk.page) == bool(says)


def test_other_alphabets_are_compared_and_old_or_cancelled_posts_are_not(desk: Desk, x_channel: Channel) -> None:
    words = "Лимонад со льдом в парке, żółta łódź"
    promise = desk.person.schedules(words, x_channel, timezone.now() + timedelta(days=3))
    desk.opens().types(channels=[x_channel.pk], text=words + "!").is_checked()
    assert "Nearly the same text" in desk.page

    desk.opens(promise.post).is_checked(promise.post)
    assert "the same text" not in desk.page.lower()
    Publication.objects.update(publish_at=timezone.now() - hints.REPEATED_WITHIN - timedelta(days=1))
    desk.opens().types(channels=[x_channel.pk], text=words).is_checked()
    assert "the same text" not in desk.page.lower()
    Publication.objects.update(publish_at=timezone.now(), status=Status.CANCELLED, due_at=None)
    assert "the same text" not in desk.is_checked().page.lower()


def test_advice_costs_one_query_for_channels_that_get_the_same(
    desk: Desk, x_channel: Channel, brand_page: Channel, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    post = Post(workspace=desk.person.workspace)

    texts = [("text", "Something quite new", [x_channel, brand_page]), ("x-text", "For one audience", [x_channel])]

    with django_assert_num_queries(1):
        assert not list(hints.repeated(post, texts, None))
