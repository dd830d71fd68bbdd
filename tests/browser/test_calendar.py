"""The calendar in a real browser: dragging, the keyboard, the phone, live changes."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from accounts.live import tell
from accounts.models import Channel
from scheduler import planning
from scheduler.models import Campaign, Publication, Status
from tests import cast
from tests.browser.conftest import BOTH_LOOKS, Look, flaws, place, sideways
from tests.scheduler.desk import png
from tests.scheduler.test_calendar import DAY

WARSAW = ZoneInfo("Europe/Warsaw")
MARCH = "/calendar/?date=2031-03-26"


def cell(page: Page, day: str) -> Locator:
    return page.locator(f'[role="gridcell"][data-date="{day}"]')


def entry(page: Page, title: str) -> Locator:
    return page.locator("a.entry-outer").filter(has_text=title)


def drag(page: Page, what: Locator, to: Locator) -> None:
    take(page, what)
    there = place(to)
    page.mouse.move(there["x"] + there["width"] / 2, there["y"] + there["height"] / 2, steps=8)
    page.mouse.up()


def take(page: Page, what: Locator) -> tuple[float, float]:
    """Press on it and move until it follows, in steps, as a hand does it. Where the pointer is then, in pixels."""
    expect(page.locator("#calendar[data-ready]")).to_be_attached()
    what.hover(position={"x": 20, "y": 8})  # waits until it stays where it is
    box = place(what)
    x, y = box["x"] + 20, box["y"] + 8
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 10, y + 6, steps=3)
    return x + 10, y + 6


def lies_at(publication: Publication) -> str:
    publication.refresh_from_db()
    return f"{publication.publish_at.astimezone(WARSAW):%Y-%m-%d %H:%M}"


@BOTH_LOOKS
@pytest.mark.parametrize("view", ["month", "week", "list"])
def test_the_calendar_is_accessible_and_fits(
    view: str, phone: bool, dark: bool, look: Look, marketer: cast.Person, x_channel: Channel, brand_page: Channel
) -> None:
    Campaign.objects.create(workspace=marketer.workspace, name="Heat wave")
    picture = marketer.uploads(png("#123"))
    for number in range(7):
        marketer.schedules(f"Ice {number}", on=[x_channel, brand_page], when=DAY + timedelta(hours=number), media=[picture])
    for text, status in (("Failed", Status.FAILED), ("Sending", Status.SENDING), ("Published", Status.PUBLISHED)):
        one = marketer.schedules(text, on=x_channel, when=DAY - timedelta(days=1))
        due = DAY if status == Status.SENDING else None
        Publication.objects.filter(pk=one.pk).update(status=status, remote_id=text, due_at=due)
    marketer.writes("Planned", on=x_channel, planned_for=DAY)
    marketer.writes("Some day", on=x_channel)

    page = look(f"{MARCH}&view={view}", marketer.member, phone=phone, dark=dark)
    expect(entry(page, "Ice 1").first).to_be_visible()

    assert flaws(page) == []
    assert sideways(page) <= 0
    if view == "month":
        entry(page, "Ice 1").click()
        expect(page.get_by_role("heading", name="Preview")).to_be_visible()
        assert flaws(page) == []
        page.keyboard.press("Escape")
        page.get_by_text("+4 more").click()
        expect(entry(page, "Ice 6")).to_be_visible()
        assert flaws(page) == []
        assert sideways(page) <= 0


def test_an_entry_tells_time_networks_and_state_in_the_workspaces_zone(
    look: Look, marketer: cast.Person, x_channel: Channel, brand_page: Channel
) -> None:
    marketer.schedules("Ice cold", on=[x_channel, brand_page], when=DAY)

    page = look(MARCH, marketer.member)  # the browser's own clock is in another zone

    card = cell(page, "2031-03-26").locator("a")
    expect(card).to_contain_text("10:00")
    expect(card).to_contain_text("Scheduled")
    expect(card.get_by_alt_text("X")).to_be_visible()
    expect(card).to_contain_text("practice")


def test_dragging_to_another_day_keeps_the_time_of_day(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    publication = marketer.schedules("Ice cold", on=x_channel, when=DAY)
    page = look(MARCH, marketer.member)

    drag(page, entry(page, "Ice cold"), to=cell(page, "2031-04-03"))

    expect(page.get_by_text("Moved.")).to_be_visible()
    expect(cell(page, "2031-04-03")).to_contain_text("10:00")
    assert lies_at(publication) == "2031-04-03 10:00"  # the clocks went forward in between


def test_dragging_in_the_week_chooses_the_time(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    publication = marketer.schedules("Ice cold", on=x_channel, when=DAY)
    page = look(f"{MARCH}&view=week", marketer.member)

    x, y = take(page, entry(page, "Ice cold"))
    page.mouse.move(x, y + 120, steps=8)
    page.mouse.up()

    expect(page.get_by_text("Moved.")).to_be_visible()
    assert re.fullmatch("2031-03-26 1[12]:[03]0", lies_at(publication))


def test_news_do_not_take_a_post_out_of_the_hand(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    publication = marketer.schedules("Ice cold", on=x_channel, when=DAY)
    other = marketer.schedules("Hot tea", on=x_channel, when=DAY)
    page = look(MARCH, marketer.member)
    expect(page.locator("html[data-live=on]")).to_be_attached()
    there = place(cell(page, "2031-04-03"))

    take(page, entry(page, "Ice cold"))
    Publication.objects.filter(pk=other.pk).update(status=Status.PUBLISHED, due_at=None, remote_id="1")
    tell(publication.workspace_id, f"publication:{other.pk}")
    expect(entry(page, "Hot tea")).to_contain_text("Published")
    page.mouse.move(there["x"] + 30, there["y"] + 60, steps=8)
    page.mouse.up()

    expect(page.get_by_text("Moved.")).to_be_visible()
    assert lies_at(publication) == "2031-04-03 10:00"


def test_a_refused_drag_goes_back_and_says_why(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    publication = marketer.schedules("Ice cold", on=x_channel, when=DAY)
    page = look(MARCH, marketer.member)
    expect(entry(page, "Ice cold")).to_be_visible()
    Publication.objects.update(status=Status.SENDING)

    drag(page, entry(page, "Ice cold"), to=cell(page, "2031-04-03"))

    expect(page.get_by_text("can no longer be moved")).to_be_visible()
    expect(cell(page, "2031-03-26")).to_contain_text("Ice cold")
    assert lies_at(publication) == "2031-03-26 10:00"


def test_by_keyboard_a_post_is_opened_and_moved(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    publication = marketer.schedules("Ice cold", on=x_channel, when=DAY)
    page = look(MARCH, marketer.member)

    entry(page, "Ice cold").focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog", name="26 Mar 2031")
    expect(panel.get_by_role("link", name="Open")).to_be_focused()
    panel.get_by_role("button", name="Move to…").press("Enter")
    dialog = page.get_by_role("dialog", name="Move to…")
    when = dialog.get_by_label("Date and time")
    expect(when).to_be_focused()
    expect(when).to_have_value("2031-03-26T10:00")
    assert flaws(page) == []
    when.fill("2031-03-30T02:30")
    expect(dialog.get_by_role("status")).to_contain_text("the clocks go forward")
    when.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("the clocks go forward")
    when.fill("2031-03-28T18:15")
    expect(dialog.get_by_role("status")).to_be_empty()
    when.press("Enter")

    expect(dialog).to_be_hidden()
    expect(cell(page, "2031-03-28")).to_contain_text("18:15")
    expect(entry(page, "Ice cold")).to_be_focused()
    assert lies_at(publication) == "2031-03-28 18:15"


def test_the_panel_tells_what_became_of_a_post_and_gives_the_focus_back(
    look: Look, marketer: cast.Person, x_channel: Channel
) -> None:
    publication = marketer.schedules("Ice cold", on=x_channel, when=DAY)
    page = look(MARCH, marketer.member)
    expect(page.locator("html[data-live=on]")).to_be_attached()

    entry(page, "Ice cold").click()
    panel = page.get_by_role("dialog", name="26 Mar 2031")
    expect(panel.locator("#panel-state")).to_contain_text("Scheduled")
    expect(panel.locator(".pv-text")).to_have_text("Ice cold")
    Publication.objects.update(status=Status.PUBLISHED, due_at=None, remote_id="1")
    tell(publication.workspace_id, f"publication:{publication.pk}")
    expect(panel.locator("#panel-state")).to_contain_text("Published")
    page.keyboard.press("Escape")

    expect(panel).to_be_hidden()
    expect(entry(page, "Ice cold")).to_be_focused()
    page.keyboard.press("Enter")
    expect(panel.get_by_role("button", name="Move to…")).to_have_count(0)
    panel.get_by_role("link", name="Open").click()
    page.wait_for_url(f"**/publications/{publication.pk}/")


def test_a_draft_is_dragged_onto_its_day(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    draft = marketer.writes("Some day", on=x_channel)
    page = look(MARCH, marketer.member)

    drag(page, page.locator(".draft-card"), to=cell(page, "2031-03-27"))

    expect(cell(page, "2031-03-27")).to_contain_text("09:00")
    expect(cell(page, "2031-03-27").locator("a")).to_have_count(1)
    expect(page.locator(".draft-card")).to_have_count(0)
    draft.refresh_from_db()
    assert draft.planned_for == planning.at(WARSAW, datetime(2031, 3, 27, 9))
    assert not draft.publications.exists()


def test_a_draft_is_given_a_time_by_keyboard(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    marketer.writes("Some day", on=x_channel)
    page = look(MARCH, marketer.member)

    page.get_by_role("button", name="Choose a time for Some day").press("Enter")
    page.get_by_role("dialog").get_by_label("Date and time").fill("2031-03-27T12:00")
    page.keyboard.press("Enter")

    expect(cell(page, "2031-03-27")).to_contain_text("12:00")
    expect(page.locator(".draft-card")).to_have_count(0)


def test_a_click_on_a_day_begins_a_post_for_it(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    page = look(MARCH, marketer.member)

    cell(page, "2031-03-27").click()

    expect(page.get_by_label("Date and time")).to_have_value("2031-03-27T09:00")


def test_a_phone_begins_with_a_list_from_today(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    marketer.schedules("Ice cold", on=x_channel, when=timezone.now() + timedelta(hours=2))
    marketer.writes("Yesterday", on=x_channel, planned_for=timezone.now() - timedelta(days=1))

    page = look("/calendar/", marketer.member, phone=True)

    expect(page.get_by_role("button", name="List", pressed=True)).to_be_visible()
    expect(entry(page, "Ice cold")).to_be_visible()
    expect(entry(page, "Yesterday")).to_have_count(0)


def test_a_post_shortly_before_midnight_is_shown_on_its_day_only(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    marketer.schedules("Ice cold", on=x_channel, when=planning.at(WARSAW, datetime(2031, 3, 27, 23, 50)))

    for view in ("list", "week", "month"):
        page = look(f"/calendar/?view={view}&date=2031-03-27", marketer.member)
        expect(entry(page, "Ice cold")).to_have_count(1)


def test_what_others_do_shows_without_reloading(
    look: Look, marketer: cast.Person, admin: cast.Person, x_channel: Channel
) -> None:
    publication = marketer.schedules("Ice cold", on=x_channel, when=DAY)
    page = look(MARCH, marketer.member)
    expect(page.locator("html[data-live=on]")).to_be_attached()
    expect(entry(page, "Ice cold")).to_be_visible()

    Publication.objects.update(status=Status.PUBLISHED, due_at=None, remote_id="1")
    tell(publication.workspace_id, f"publication:{publication.pk}")
    expect(entry(page, "Ice cold")).to_contain_text("Published")
    admin.writes("New idea", on=x_channel)
    tell(publication.workspace_id, f"publication:{publication.pk}")

    expect(page.locator(".draft-card")).to_contain_text("New idea")


def test_the_calendar_is_narrowed_to_a_channel(
    look: Look, marketer: cast.Person, x_channel: Channel, brand_page: Channel
) -> None:
    marketer.schedules("On X", on=x_channel, when=DAY)
    marketer.schedules("On Facebook", on=brand_page, when=DAY)
    page = look(MARCH, marketer.member)
    expect(entry(page, "On Facebook")).to_be_visible()

    page.get_by_role("combobox", name="Channel").select_option(str(x_channel.pk))

    expect(entry(page, "On Facebook")).to_have_count(0)
    expect(entry(page, "On X")).to_be_visible()


def test_who_only_looks_can_move_nothing(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    publication = marketer.schedules("Ice cold", on=x_channel, when=DAY)
    page = look(MARCH, cast.member(marketer.workspace, "viewer"))

    drag(page, entry(page, "Ice cold"), to=cell(page, "2031-04-03"))
    page.wait_for_load_state("networkidle")

    assert lies_at(publication) == "2031-03-26 10:00"
