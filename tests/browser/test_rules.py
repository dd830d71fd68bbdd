"""Rules and goals in a browser: a rule from its form to the conversation, clocks in the list, whose turn it is."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts.models import Workspace
from inbox import saving
from inbox.models import Goal
from tests import cast
from tests.browser.conftest import PHONE, Look, flaws, sideways
from tests.inbox import talk

HOURS = timedelta(hours=1)


@pytest.fixture
def owner(shop: Workspace) -> cast.Person:
    return cast.Person(cast.member(shop, "owner"))


def test_a_rule_is_written_tried_and_switched_on(owner: cast.Person, shop: Workspace, look: Look) -> None:
    asked = talk.says(talk.channel(shop), "I want a refund", ago=HOURS)
    shop.labels.create(name="refund")
    saving.keep("Refunds", "", {"en": "We are looking into it."}, owner.member)
    page = look("/inbox/rules/", owner.member, phone=True)
    page.get_by_role("link", name="New rule").first.click()
    assert (flaws(page), sideways(page)) == ([], 0)

    page.get_by_label("Name").fill("Refunds")
    page.get_by_label("One of these words").fill("refund, money back")
    page.get_by_role("group", name="Of these kinds").get_by_label("Comment").check()
    page.get_by_role("group", name="In these languages").get_by_label("English").check()
    page.get_by_label("Assign it").select_option(label="to whoever is next of those who speak its language")
    page.get_by_label("Put a label on it").select_option(label="refund")
    page.get_by_label("Answer with a saved reply").select_option(label="Refunds")
    page.get_by_label("Mark it").select_option(label="as read")
    page.get_by_role("button", name="Save and try").click()

    expect(page.get_by_role("heading", name="it would have acted once")).to_be_visible()
    expect(page.locator(".rule-parts")).to_contain_text("put the label refund on it; answer with “Refunds”; mark it as read")
    page.set_viewport_size(PHONE)
    assert sideways(page) == 0
    expect(page.get_by_role("link", name="I want a refund")).to_have_attribute("href", f"/inbox/{asked.conversation_id}/")
    page.get_by_role("button", name="Switch on").click()
    expect(page.locator(".rule .badge")).to_have_text("on")

    speaks = page.get_by_role("group", name=str(owner.member)).locator("details")
    speaks.locator("summary").click()
    speaks.get_by_label("Polski").check()
    page.get_by_role("button", name="Save the turns").click()
    expect(speaks.locator("summary")).to_contain_text("Polski")
    assert (flaws(page), sideways(page)) == ([], 0)

    page.get_by_role("button", name="Delete Refunds").click()
    expect(page.get_by_text("is deleted.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".rule .badge")).to_have_text("off")
    assert sideways(page) == 0


def test_goals_and_hours_are_set_and_the_report_tells_how_they_were_kept(
    owner: cast.Person, shop: Workspace, look: Look
) -> None:
    page = look("/inbox/goals/", owner.member)
    page.get_by_label("Answer within (min)").fill("60")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("The goal is saved.")).to_be_visible()

    page.set_viewport_size(PHONE)
    page.get_by_label("Around the clock").check()
    page.get_by_role("button", name="Save the hours").click()
    expect(page.get_by_text("The hours are saved.")).to_be_visible()
    assert sideways(page) == 0
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("The goal is deleted.")).to_be_visible()

    page.get_by_role("link", name="Report").click()
    page.get_by_role("navigation", name="Span of time").get_by_role("link").last.click()
    expect(page.locator(".report-spans [aria-current]")).to_have_count(1)
    assert sideways(page) == 0


def test_what_is_late_is_seen_and_given_to_whoever_is_next(responder: cast.Person, shop: Workspace, look: Look) -> None:
    Goal.objects.create(workspace=shop, answer_minutes=60, resolve_minutes=1440)
    brand = talk.channel(shop)
    talk.says(brand, "Where is my parcel?", thread="1", who="Jonas Weber", ago=4 * HOURS)
    talk.says(brand, "Do you ship to Austria?", thread="2", who="Mira Castell", ago=HOURS / 1.2)
    talk.says(brand, "So cold!", thread="3", who="Ann Ice")

    page = look("/inbox/?waiting=late", responder.member)
    expect(page.locator(".talk-clock")).to_have_text(["answer late by 3 h", "answer within 9 min"])
    page.set_viewport_size(PHONE)
    assert sideways(page) == 0

    page.get_by_role("link", name="Jonas Weber").click()
    expect(page.locator("#thread-head .talk-clock")).to_have_text(["answer late by 3 h", "finish within 19 h"])
    page.get_by_label("Whose it is").select_option(label="Whoever is next")
    expect(page.locator(".deed-line")).to_contain_text(f"gave it to {responder.member}")
    expect(page.get_by_label("Whose it is")).to_have_value(str(responder.member.pk))
    assert (flaws(page), sideways(page)) == ([], 0)
