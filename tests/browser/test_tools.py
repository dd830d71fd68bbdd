"""Emoji, snippets and files of the library, put into a post."""

import pytest
from playwright.sync_api import expect

from accounts.models import Channel
from scheduler.models import Post, Snippet
from tests import cast
from tests.browser.conftest import BOTH_LOOKS, Look, flaws, sideways
from tests.scheduler.desk import png

TEXT = "Text for all networks"


@BOTH_LOOKS
def test_an_emoji_is_found_and_put_at_the_caret(
    phone: bool, dark: bool, look: Look, marketer: cast.Person, x_channel: Channel
) -> None:
    page = look("/posts/new/", marketer.member, phone=phone, dark=dark)
    text = page.get_by_label(TEXT)
    text.fill("Ice cold")
    text.evaluate("(box) => box.setSelectionRange(3, 3)")

    page.locator("#panel-original").get_by_role("button", name="Emoji").click()
    search = page.locator("emoji-picker").get_by_role("combobox")
    search.fill("ice cube")
    page.locator("emoji-picker").get_by_role("option", name="🧊").click()

    expect(text).to_have_value("Ice🧊 cold")
    expect(text).to_be_focused()
    page.locator("#panel-original").get_by_role("button", name="Emoji").click()
    expect(page.locator("emoji-picker").get_by_role("combobox")).to_be_visible()
    assert sideways(page) <= 0


@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
def test_a_snippet_is_filled_in_and_its_gap_is_selected(
    phone: bool, look: Look, marketer: cast.Person, x_channel: Channel
) -> None:
    page = look("/texts/", marketer.member, phone=phone)
    page.get_by_label("Name").fill("Greeting")
    page.get_by_label("Text", exact=True).fill("Hello {city}, this is {brand}!")
    page.get_by_role("button", name="Save the snippet").click()
    expect(page.get_by_text("The snippet is saved.")).to_be_visible()
    assert flaws(page) == []
    assert sideways(page) <= 0
    assert Snippet.objects.get().name == "Greeting"

    page.goto("/posts/new/")
    page.locator("#panel-original").get_by_role("button", name="Snippets").click()
    expect(page.locator("[data-snippet]")).to_contain_text("Hello {city}, this is Polar Fizz!")
    assert flaws(page) == []
    page.locator("[data-snippet]").click()
    page.keyboard.type("Gdynia")

    expect(page.get_by_label(TEXT)).to_have_value("Hello Gdynia, this is Polar Fizz!")


@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
def test_a_file_comes_from_the_library(phone: bool, look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    marketer.uploads(png("#1c6fd0"), name="ice.png", alt="A glacier")
    marketer.uploads(png("#c92a2a"), name="fire.png")
    page = look("/posts/new/", marketer.member, phone=phone)
    page.locator("#panel-original").get_by_role("button", name="From the library").click()
    expect(page.locator("[data-pick]")).to_have_count(2)
    page.get_by_label("Search the library").fill("glacier")
    expect(page.locator("[data-pick]")).to_have_count(1)
    assert flaws(page) == []
    assert sideways(page) <= 0

    page.get_by_role("button", name="ice.png").click()

    expect(page.get_by_label("Alt text of ice.png")).to_have_value("A glacier")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    assert [use.asset.name for use in Post.objects.get().media.all()] == ["ice.png"]
