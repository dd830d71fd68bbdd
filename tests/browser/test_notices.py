"""The bell in the browser: the count comes by itself, the menu opens by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import Notice, Workspace
from accounts.noticing import About, notify
from accounts.roles import Role
from tests import cast
from tests.browser.conftest import BOTH_LOOKS, Look, flaws, flaws_everywhere, sideways


def give(shop: Workspace, what: str) -> None:
    said = {"title": f"Ice cold {what}", "channel": "Polar Fizz", "why": "The text is too long: shorten it."}
    notify(shop, Notice.Kind.FAILED, About("failed", what, "/posts/", said))


@pytest.fixture
def shop(transactional_db: None) -> Workspace:
    return cast.workspace()


@BOTH_LOOKS
def test_a_notice_is_counted_live_and_opened_by_keyboard(look: Look, shop: Workspace, phone: bool, dark: bool) -> None:
    member = cast.member(shop, Role.EDITOR)
    page = look("/notices/", member, phone=phone, dark=dark)
    expect(page.get_by_text("Nothing to tell")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-live", "on")

    give(shop, "one")
    bell = page.get_by_role("button", name="Notices")
    expect(bell.locator(".badge")).to_contain_text("1")

    bell.focus()
    page.keyboard.press("Enter")
    line = page.locator("#bell-menu .notice-line")
    expect(line).to_contain_text("“Ice cold one” did not go out on Polar Fizz")
    expect(line).to_be_in_viewport(ratio=1)
    assert (flaws(page), sideways(page)) == ([], 0)
    line.focus()
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/posts/$"))
    expect(page.get_by_role("button", name="Notices").locator(".badge")).to_have_count(0)


def test_the_list_and_the_choices_are_sound(look: Look, shop: Workspace) -> None:
    member = cast.member(shop, Role.EDITOR)
    give(shop, "one")
    give(shop, "two")

    page = look("/notices/", member)
    expect(page.locator(".notice-list .notice-line")).to_have_count(2)
    assert flaws_everywhere(page) == []
    page.get_by_role("link", name="What you hear of").click()

    expect(page.locator(".notice-choice")).to_have_count(len(Notice.Kind))
    assert flaws_everywhere(page) == []
