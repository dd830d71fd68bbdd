"""The frame of a newcomer in a real browser: the search box by keyboard and on the phone, the first steps; what axe says."""

import pytest
from playwright.sync_api import expect

from accounts.models import Channel, Member, Workspace
from tests import cast
from tests.browser.conftest import BOTH_LOOKS, Look, flaws, sideways


@pytest.fixture
def owner(shop: Workspace, x_channel: Channel) -> Member:
    found = cast.member(shop, "owner", "ada@polarfizz.example")
    for text in ("Ice cold in June", "Ice and lemon", "Warm days"):
        cast.Person(found).writes(text, on=x_channel)
    return found


def test_a_post_is_found_and_opened_by_keyboard_alone(look: Look, owner: Member) -> None:
    page = look("/channels/", owner)

    page.keyboard.press("/")
    page.keyboard.type("ice")
    expect(page.locator("#suggestions .suggestion-text")).to_have_count(2)
    assert flaws(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Escape")
    expect(page.locator("#suggestions a")).to_have_count(0)
    expect(page.locator("#search-words")).to_be_focused()
    page.keyboard.type(" col")
    expect(page.locator("#suggestions .suggestion-text")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page).to_have_title("Ice cold in June · SMO")


def test_a_slash_in_a_text_is_a_slash(look: Look, owner: Member) -> None:
    page = look("/posts/new/", owner)

    page.locator("textarea[name=text]").press_sequentially("1/2")

    expect(page.locator("textarea[name=text]")).to_have_value("1/2")


@BOTH_LOOKS
def test_the_page_of_results_is_accessible_and_fits(phone: bool, dark: bool, look: Look, owner: Member) -> None:
    page = look("/channels/", owner, phone=phone, dark=dark)
    if phone:
        page.get_by_role("link", name="Search").click()
        page.get_by_label("Words to look for").fill("ice")
        page.get_by_label("Words to look for").press("Enter")
    else:
        page.goto("/search/?q=ice")

    expect(page.get_by_role("link", name="Ice and lemon")).to_be_visible()
    assert flaws(page) == []
    assert sideways(page) <= 0


@BOTH_LOOKS
def test_the_first_steps_are_accessible_and_can_be_put_away(phone: bool, dark: bool, look: Look, owner: Member) -> None:
    Member.objects.update(steps_away=False)
    page = look("/calendar/", owner, phone=phone, dark=dark)
    steps = page.get_by_role("region", name="First steps")
    expect(steps.get_by_role("link", name="Answer a comment")).to_be_visible()
    expect(steps.get_by_role("listitem").filter(has_text="Write a post")).to_contain_text("Done:")

    assert flaws(page) == []
    assert sideways(page) <= 0
    page.get_by_role("button", name="Put the first steps away").click()
    expect(steps).to_have_count(0)
