"""Somebody is mentioned while a text is written."""

from random import choice
from string import ascii_lowercase
from typing import Any

import pytest
from playwright.sync_api import expect

from accounts.models import Channel, Workspace
from scheduler.models import Post
from tests import cast
from tests.browser.conftest import BOTH_LOOKS, Look, flaws, sideways
from tests.browser.test_composer import choose
from tests.sandbox.conftest import Practice

TEXT = "Text for all networks"


@pytest.fixture
def sky(shop: Workspace, practice: Practice) -> Channel:
    return cast.channel(shop, practice, "bluesky")


@pytest.fixture
def name() -> str:
    """Unlike those of other tests: accounts of the practice networks stay."""
    return "yve" + "".join(choice(ascii_lowercase) for _ in range(6))


@pytest.fixture
def two(practice: Practice, name: str) -> list[dict[str, Any]]:
    return [practice.account("bluesky", f"{name.title()} {last}") for last in ("Aster", "Boreal")]


@BOTH_LOOKS
def test_a_mention_is_chosen_by_keyboard(
    phone: bool,
    dark: bool,
    look: Look,
    marketer: cast.Person,
    sky: Channel,
    x_channel: Channel,
    name: str,
    two: list[dict[str, Any]],
) -> None:
    page = look(f"/posts/new/?channel={sky.pk}", marketer.member, phone=phone, dark=dark)
    text = page.get_by_label(TEXT)
    text.focus()
    page.keyboard.type(f"Thanks, @{name}")

    options = page.get_by_role("listbox", name="People to mention").get_by_role("option")
    expect(options).to_have_count(2)
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(text).to_have_attribute("aria-expanded", "true")
    assert flaws(page) == []
    assert sideways(page) <= 0
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")

    expect(text).to_have_value(f"Thanks, @{two[1]['handle']} ")
    expect(text).to_be_focused()
    expect(options).to_have_count(0)
    page.keyboard.type("and hello")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    assert Post.objects.get().text == f"Thanks, @{two[1]['handle']} and hello"


def test_escape_leaves_the_words_and_a_touch_chooses(
    look: Look, marketer: cast.Person, sky: Channel, name: str, two: list[dict[str, Any]]
) -> None:
    page = look(f"/posts/new/?channel={sky.pk}", marketer.member)
    text = page.get_by_label(TEXT)
    options = page.get_by_role("listbox", name="People to mention").get_by_role("option")
    text.focus()
    page.keyboard.type(f"@{name[:-1]}")
    expect(options).to_have_count(2)
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    expect(text).to_have_value(f"@{name[:-1]}")

    page.keyboard.type(name[-1])
    expect(options).to_have_count(2)
    options.first.click()

    expect(text).to_have_value(f"@{two[0]['handle']} ")


def test_what_means_nobody_elsewhere_goes_where_it_means_somebody(
    look: Look, marketer: cast.Person, sky: Channel, brand_page: Channel
) -> None:
    page = look("/posts/new/", marketer.member)
    choose(page, "Bluesky", "Facebook")
    page.get_by_label(TEXT).fill("Thanks, @zoe.bsky.social!")
    page.get_by_role("button", name="Put it into the text for Bluesky only").first.click()

    expect(page.get_by_label(TEXT)).to_have_value("Thanks, zoe!")
    expect(page.get_by_role("tab", name="Bluesky")).to_contain_text("edited")
    expect(page.locator(".pv-bluesky .pv-text")).to_have_text("Thanks, @zoe.bsky.social!")
    expect(page.locator(".pv-facebook .pv-text")).to_have_text("Thanks, zoe!")
