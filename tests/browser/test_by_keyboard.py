"""A post written, scheduled and moved without a mouse: each thing is reached by Tab, as a person reaches it."""

from datetime import datetime, timedelta

from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from accounts.models import Channel
from scheduler.models import Publication
from tests import cast
from tests.browser.conftest import Look

MOST_STOPS = 150


def reach(what: Locator, key: str = "Tab") -> None:
    """Press Tab, or Shift+Tab, until the focus is there."""
    expect(what).to_be_visible()
    for _stop in range(MOST_STOPS):
        if what.evaluate("one => one === document.activeElement"):
            return
        what.page.keyboard.press(key)
    raise AssertionError(f"{key} does not lead to {what}")


def types(page: Page, when: datetime) -> None:
    """A date and time into its field, part by part, as Chromium wants them in American English."""
    page.keyboard.type(f"{when:%m%d%Y}")
    page.keyboard.press("ArrowRight")  # a year may have six digits
    page.keyboard.type(f"{when:%I%M%p}"[:5])


def test_a_post_is_written_scheduled_and_moved_by_keyboard_alone(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    soon = (timezone.localtime(timezone.now(), marketer.workspace.zone) + timedelta(days=1)).replace(hour=10, minute=0)
    later = (soon + timedelta(days=1)).replace(hour=14, minute=30)
    page = look("/calendar/", marketer.member)

    reach(page.get_by_role("link", name="New post").first)
    page.keyboard.press("Enter")
    text = page.get_by_label("Text for all networks")
    expect(text).to_be_visible()
    reach(page.get_by_role("checkbox", name="Polar Fizz"))
    page.keyboard.press("Space")
    reach(text)
    page.keyboard.type("By keyboard alone")
    expect(page.locator(".pv-x .pv-text")).to_have_text("By keyboard alone")
    when = page.get_by_label("Date and time")
    reach(when)
    types(page, soon)
    expect(when).to_have_value(f"{soon:%Y-%m-%dT%H:%M}")
    reach(page.get_by_role("button", name="Schedule", exact=True), "Shift+Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_text("The post is scheduled.")).to_be_visible()
    reach(page.get_by_role("link", name="Calendar", exact=True).first)
    page.keyboard.press("Enter")
    entry = page.get_by_role("link", name="By keyboard alone")
    reach(entry)
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog").filter(has=page.locator("#panel-heading"))
    expect(panel.get_by_role("link", name="Open")).to_be_focused()
    reach(panel.get_by_role("button", name="Move to…"))
    page.keyboard.press("Enter")
    moved = page.get_by_role("dialog", name="Move to…").get_by_label("Date and time")
    expect(moved).to_be_focused()
    types(page, later)
    expect(moved).to_have_value(f"{later:%Y-%m-%dT%H:%M}")
    page.keyboard.press("Enter")

    expect(moved).to_be_hidden()
    expect(entry).to_be_focused()
    expect(page.locator(f'[data-date="{later:%Y-%m-%d}"]').filter(has=entry)).to_have_count(1)
    publish_at = Publication.objects.get().publish_at.astimezone(marketer.workspace.zone)
    assert f"{publish_at:%Y-%m-%d %H:%M}" == f"{later:%Y-%m-%d %H:%M}"
