"""How X reads a text: its own conformance tables where they are at hand, and cases of ours that always run."""

import os
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from connectors.x_text import canonical, cashtags, links, same, shown, units

SHARED = Path(os.environ.get("SMO_SHARED", Path(__file__).parents[3] / "shared"))
TABLES = SHARED / "specs/x/twitter-text/conformance"


# -- X's own tables ----------------------------------------------------------------------------------------------------


def table(name: str, *groups: str) -> list[Any]:
    """The cases of some groups as pytest parameters; one that is skipped where the tables are not at hand."""
    if not TABLES.exists():
        return [pytest.param({}, marks=pytest.mark.skip(reason=f"twitter-text's tables are not at {TABLES}: set SMO_SHARED"))]
    tests = yaml.safe_load((TABLES / f"{name}.yml").read_text())["tests"]
    return [pytest.param(case, id=f"{group}: {case['description'][:60]}") for group in groups for case in tests[group]]


@pytest.mark.parametrize(
    "case", table("validate", "WeightedTweetsWithDiscountedEmojiCounterTest", "UnicodeDirectionalMarkerCounterTest")
)
def test_it_counts_as_x_counts(case: dict[str, Any]) -> None:
    assert units(case["text"]) == case["expected"]["weightedLength"]


@pytest.mark.parametrize("case", table("validate", "WeightedTweetsCounterTest"))
def test_it_counts_as_x_did_before_emoji_were_discounted(case: dict[str, Any]) -> None:
    assert units(case["text"], whole_emoji=False) == case["expected"]["weightedLength"]


@pytest.mark.parametrize("case", table("extract", "urls", "tco_urls_with_params"))
def test_it_finds_the_links_that_x_finds(case: dict[str, Any]) -> None:
    assert [link.text for link in links(case["text"])] == case["expected"]


@pytest.mark.parametrize("case", table("extract", "urls_with_indices", "urls_with_directional_markers"))
def test_it_finds_links_where_x_finds_them(case: dict[str, Any]) -> None:
    found = [{"url": link.text, "indices": [link.start, link.end]} for link in links(case["text"])]
    assert found == case["expected"]


@pytest.mark.parametrize("case", table("extract", "cashtags"))
def test_it_finds_the_cashtags_that_x_finds(case: dict[str, Any]) -> None:
    assert cashtags(case["text"]) == case["expected"]


@pytest.mark.skipif(not TABLES.exists(), reason=f"twitter-text's tables are not at {TABLES}: set SMO_SHARED")
def test_it_knows_the_top_level_domains_but_those_given_up_since() -> None:
    """The tables are of 2021 and keep some domains that never were or no longer are delegated; IANA's list is of today."""
    cases = [case for group in yaml.safe_load((TABLES / "tlds.yml").read_text())["tests"].values() for case in group]
    known = [case for case in cases if [link.text for link in links(case["text"])] == case["expected"]]
    assert len(cases) > 1500
    assert len(known) > 0.9 * len(cases)


# -- cases that always run ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("Ice cold!", 9),
        ("Eiskalt für Übermütige", 22),
        ("e\u0301", 1),
        ("Лёд и пламя", 11),
        ("冷たい", 6),
        ("“Cold” – it’s cold…", 20),
        ("🧊", 2),
        ("👨‍👩‍👧‍👦", 2),
        ("👋🏽", 2),
        ("🇩🇪", 2),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2),
        ("1️⃣", 2),
        ("❤️", 2),
        ("❤️‍🔥", 2),
        ("© 2026", 6),
        ("Read https://polarfizz.example.com/a/very/long/address?with=a&query=string#and-more now", 32),
        ("Read polarfizz.com now", 32),
        ("Read t.co now", 32),
        ("Mail ice@polarfizz.com", 22),
        ("It is version 2.0 of file.bz2", 29),
        ("Two: example.com example.org", 52),
        ("冷たいexample.com冷たい", 35),
        ("(https://polarfizz.com/cold).", 26),
    ],
)
def test_weighted_length(text: str, length: int) -> None:
    assert units(text) == length


@pytest.mark.parametrize(
    "text",
    ["a." * 12_500, "冷" * 25_000, "a.冷" * 8_000, "a-" * 12_500, "example.com/" + "a.(" * 4_000, "http://" + "a" * 25_000],
)
def test_even_an_odd_text_is_counted_at_once(text: str) -> None:
    began = time.process_time()
    units(text)
    assert time.process_time() - began < 1


def entity(url: str, expanded: str, **more: str) -> dict[str, Any]:
    return {"url": url, "expanded_url": expanded, **more}


def test_a_post_is_shown_as_its_author_wrote_it() -> None:
    post = {
        "text": "Fish &amp; chips &lt;cold&gt; https://t.co/a https://t.co/m",
        "entities": {
            "urls": [
                entity("https://t.co/a", "https://polarfizz.com/a", unwound_url="https://shop.polarfizz.com/a?x=1"),
                entity("https://t.co/m", "https://x.com/polarfizz/status/1/photo/1", media_key="3_1880"),
                entity("https://t.co/m", "https://x.com/polarfizz/status/1/photo/1", media_key="3_1881"),
            ]
        },
    }
    assert shown(post) == "Fish & chips <cold> https://polarfizz.com/a"
    assert shown(post, unwound=True) == "Fish & chips <cold> https://shop.polarfizz.com/a?x=1"


@pytest.mark.parametrize("name", ["note_tweet", "note_post"])
def test_a_long_post_is_shown_whole_in_both_vocabularies(name: str) -> None:
    note = {"text": "very long &amp; https://t.co/b", "entities": {"urls": [entity("https://t.co/b", "https://polarfizz.com")]}}
    assert shown({"text": "very… https://t.co/z", name: note}) == "very long & https://polarfizz.com"


@pytest.mark.parametrize(
    ("written", "given"),
    [
        ("Ice cold!", "Ice cold!"),
        ("  Ice \n\n cold! ", "Ice\ncold!"),
        ("Cafe\u0301", "Café"),
        ("See example.com", "See http://example.com"),
        ("See https://Example.COM/Path/", "See https://example.com/Path"),
        ("See https://bücher.de/ä", "See https://xn--bcher-kva.de/%C3%A4"),
    ],
)
def test_what_x_rewrites_is_the_same(written: str, given: str) -> None:
    assert same(written, [given])


@pytest.mark.parametrize(
    ("written", "given"),
    [
        ("Ice cold!", "Ice cold"),
        ("See example.com/a", "See example.com/b"),
        ("See example.com?utm_source=a", "See example.com?utm_source=b"),
        ("@ann Ice cold!", "Ice cold!"),
        ("", "Ice cold!"),
    ],
)
def test_what_differs_is_not_the_same(written: str, given: str) -> None:
    assert not same(written, [given])


def test_the_names_that_x_puts_before_a_reply_do_not_matter() -> None:
    assert same("Thank you!", ["@ann @ben Thank you!"], is_reply=True)
    assert same("@ann Thank you!", ["@ann Thank you!"], is_reply=True)
    assert not same("Thank you!", ["@ann No."], is_reply=True)


def test_a_link_that_cannot_be_taken_apart_is_compared_as_it_is() -> None:
    assert canonical("http://example.com/[a") == canonical("http://example.com/[a")
