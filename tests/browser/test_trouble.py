"""Trouble in a browser: how people sound, an incident, holding what goes out, and looking at it before it goes on."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Channel, Workspace
from inbox.models import Incident
from inbox.trouble import watching
from tests import cast
from tests.browser.conftest import PHONE, Look, flaws, sideways
from tests.inbox.trouble import week


@pytest.fixture
def incident(shop: Workspace, marketer: cast.Person, x_channel: Channel, brand_page: Channel) -> Incident:
    """Half an hour of anger on two channels, seen by the watch; two posts are planned."""
    now = timezone.now()
    said = [(now - timedelta(seconds=30 * number), week.FURIOUS[number % 6]) for number in range(60)]
    week.fill(shop, sorted(said), lambda number: (x_channel, brand_page)[number % 2])
    marketer.schedules("Ice cold! Open one today.", x_channel, now + timedelta(hours=1))
    marketer.schedules("Summer in a bottle.", brand_page, now + timedelta(hours=3))
    watching.look(now)
    return Incident.objects.get()


def test_outgoing_posts_are_held_looked_at_and_let_go(marketer: cast.Person, incident: Incident, look: Look) -> None:
    page = look("/inbox/", marketer.member)
    page.get_by_role("link", name="Look at it").click()
    page.get_by_role("main").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()
    assert flaws(page) == []

    page.get_by_label("Hold").select_option("all")
    page.get_by_role("button", name="Hold outgoing posts").click()
    expect(page.get_by_text("2 posts wait.")).to_be_visible()
    page.set_viewport_size(PHONE)
    page.get_by_role("link", name="Look at them and resume").click()
    page.get_by_role("group", name="Summer in a bottle.").get_by_label("Cancel it").check()
    assert (flaws(page), sideways(page)) == ([], 0)
    page.get_by_role("button", name="Resume publishing").click()

    expect(page.get_by_text("0 moved, 1 cancelled before.")).to_be_visible()
    page.get_by_role("button", name="It is over").click()
    expect(page.get_by_text("The incident was closed")).to_be_visible()


def test_how_it_sounds_is_corrected_with_one_press(marketer: cast.Person, incident: Incident, look: Look) -> None:
    page = look(f"/inbox/{incident.workspace.conversations.latest('last_at').pk}/", marketer.member)
    sounds = page.get_by_role("button", name="How it sounds:")
    expect(sounds).to_contain_text("Negative")

    page.set_viewport_size(PHONE)
    sounds.click()
    expect(page.get_by_text("These words decided:")).to_be_visible()
    assert (flaws(page), sideways(page)) == ([], 0)
    page.get_by_role("button", name="Positive").click()

    expect(sounds).to_contain_text("Positive")
    expect(page.locator(".deed-line")).to_contain_text("corrected how it sounds")
    page.get_by_role("link", name="Back to the list").click()
    page.get_by_text("More filters").click()
    page.get_by_label("How it sounds", exact=True).select_option("positive")
    expect(page.locator(".talk")).to_have_count(1)
