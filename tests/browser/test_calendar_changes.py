"""The calendar in a real browser: several posts at once, undo, what the address keeps, a second time zone, full days."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from accounts.models import Channel
from scheduler.models import Post, Publication, Status
from tests import cast
from tests.browser.conftest import Look, flaws, sideways
from tests.browser.test_calendar import MARCH, cell, drag, entry, lies_at
from tests.scheduler.test_calendar import DAY, WARSAW, fill

PATIENT = 30_000  # milliseconds for drawing hundreds of entries on a machine that does other things too


def chosen(page: Page) -> Locator:
    return page.get_by_role("region", name="Selected posts")


# -- undo ---------------------------------------------------------------------------------------------------------------------


def test_a_drag_is_taken_back_by_undo(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    publication = marketer.schedules("Ice cold", on=x_channel, when=DAY)
    page = look(MARCH, marketer.member)

    drag(page, entry(page, "Ice cold"), to=cell(page, "2031-04-03"))
    expect(cell(page, "2031-04-03")).to_contain_text("10:00")
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_text("Undone.")).to_be_visible()
    expect(cell(page, "2031-03-26")).to_contain_text("Ice cold")
    assert lies_at(publication) == "2031-03-26 10:00"


def test_undo_says_when_the_post_is_published_in_the_meantime(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    publication = marketer.schedules("Ice cold", on=x_channel, when=DAY)
    page = look(MARCH, marketer.member)
    drag(page, entry(page, "Ice cold"), to=cell(page, "2031-04-03"))
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    Publication.objects.update(status=Status.PUBLISHED, due_at=None, remote_id="1")

    page.keyboard.press("Control+z")

    expect(page.get_by_text("Ice cold: This post is already being published")).to_be_visible()
    assert lies_at(publication) == "2031-04-03 10:00"


def test_a_time_that_comes_twice_is_told(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    marketer.schedules("Ice cold", on=x_channel, when=datetime(2031, 10, 25, 2, 30, tzinfo=WARSAW))
    page = look("/calendar/?date=2031-10-25", marketer.member)

    drag(page, entry(page, "Ice cold"), to=cell(page, "2031-10-26"))

    expect(page.get_by_text("02:30 comes twice on that day")).to_be_visible()
    expect(cell(page, "2031-10-26")).to_contain_text("02:30")


def test_a_post_is_cancelled_in_its_panel_and_brought_back(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    marketer.schedules("Ice cold", on=x_channel, when=DAY)
    page = look(MARCH, marketer.member)

    entry(page, "Ice cold").click()
    page.get_by_role("button", name="Cancel the post").click()
    expect(page.get_by_text("1 post cancelled.")).to_be_visible()
    expect(entry(page, "Ice cold")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()

    expect(entry(page, "Ice cold")).to_contain_text("Scheduled")


# -- several ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
def test_several_posts_are_chosen_and_moved_together(
    phone: bool, look: Look, marketer: cast.Person, x_channel: Channel
) -> None:
    posts = [marketer.schedules(f"Ice {n}", on=x_channel, when=DAY + timedelta(days=n)) for n in range(3)]
    page = look(f"{MARCH}&view=list", marketer.member, phone=phone)

    page.get_by_role("button", name="Select").click()
    entry(page, "Ice 0").click()
    entry(page, "Ice 2").click()
    expect(chosen(page)).to_contain_text("2 selected")
    expect(entry(page, "Ice 0")).to_contain_text("selected")
    assert flaws(page) == []
    assert sideways(page) <= 0
    chosen(page).get_by_role("button", name="Move…").click()
    dialog = page.get_by_role("dialog", name="Move the selected posts")
    dialog.get_by_label("Days", exact=True).fill("2")
    assert flaws(page) == []
    dialog.get_by_role("button", name="Move").click()

    expect(page.get_by_text("2 posts moved.")).to_be_visible()
    expect(chosen(page)).to_be_hidden()
    assert [lies_at(one) for one in posts] == ["2031-03-28 10:00", "2031-03-27 10:00", "2031-03-30 10:00"]
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone.")).to_be_visible()
    assert [lies_at(one) for one in posts] == ["2031-03-26 10:00", "2031-03-27 10:00", "2031-03-28 10:00"]


def test_by_keyboard_several_posts_are_chosen_and_copied_to_a_date(
    look: Look, marketer: cast.Person, x_channel: Channel
) -> None:
    for number in range(3):
        marketer.schedules(f"Ice {number}", on=x_channel, when=DAY + timedelta(hours=number))
    page = look(MARCH, marketer.member)

    entry(page, "Ice 0").focus()
    page.keyboard.press("Space")
    entry(page, "Ice 2").focus()
    page.keyboard.press("Shift+Space")
    expect(chosen(page)).to_contain_text("3 selected")
    chosen(page).get_by_role("button", name="Copy…").press("Enter")
    dialog = page.get_by_role("dialog", name="Copy the selected posts")
    dialog.get_by_label("Date", exact=True).fill("2031-04-03")
    expect(dialog.get_by_label("To a date")).to_be_checked()
    page.keyboard.press("Enter")

    expect(page.get_by_text("3 posts copied, as drafts.")).to_be_visible()
    expect(cell(page, "2031-04-03").locator("a")).to_have_count(3)
    expect(cell(page, "2031-04-03").locator("a").first).to_contain_text("Draft")


def test_what_is_refused_among_several_is_told_by_its_title(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    marketer.schedules("Fine", on=x_channel, when=DAY)
    out = marketer.schedules("Out", on=x_channel, when=DAY)
    page = look(MARCH, marketer.member)
    entry(page, "Fine").click(modifiers=["Shift"])
    entry(page, "Out").click(modifiers=["ControlOrMeta"])
    Publication.objects.filter(pk=out.pk).update(status=Status.PUBLISHED, due_at=None, remote_id="1")

    chosen(page).get_by_role("button", name="Cancel posts").click()

    expect(page.get_by_text("Out: This post is already being published or done")).to_be_visible()
    expect(page.get_by_text("1 post cancelled.")).to_be_visible()
    expect(entry(page, "Fine")).to_have_count(0)


def test_a_date_that_is_missing_is_asked_for(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    marketer.schedules("Fine", on=x_channel, when=DAY)
    page = look(MARCH, marketer.member)
    entry(page, "Fine").click(modifiers=["Shift"])
    chosen(page).get_by_role("button", name="Move…").click()
    dialog = page.get_by_role("dialog", name="Move the selected posts")

    dialog.get_by_label("To a date").check()
    dialog.get_by_role("button", name="Move").click()

    expect(dialog.get_by_role("alert")).to_have_text("Choose a date and a time.")


# -- what the address keeps ---------------------------------------------------------------------------------------------------


def test_view_date_and_filters_stand_in_the_address(
    look: Look, marketer: cast.Person, x_channel: Channel, brand_page: Channel
) -> None:
    marketer.schedules("On X", on=x_channel, when=DAY)
    marketer.schedules("On Facebook", on=brand_page, when=DAY)
    page = look(MARCH, marketer.member)

    page.get_by_role("combobox", name="Network").select_option("x")
    expect(entry(page, "On Facebook")).to_have_count(0)
    page.get_by_role("button", name="Week").click()
    expect(page.get_by_role("button", name="Week", pressed=True)).to_be_visible()
    assert re.search(r"\?view=week&date=2031-03-26&network=x$", page.url)

    page.reload()
    expect(entry(page, "On X")).to_be_visible()
    expect(page.get_by_role("combobox", name="Network")).to_have_value("x")
    expect(entry(page, "On Facebook")).to_have_count(0)
    page.go_back()
    expect(page.get_by_role("button", name="Month", pressed=True)).to_be_visible()
    page.go_back()
    expect(entry(page, "On Facebook")).to_be_visible()
    expect(page.get_by_role("combobox", name="Network")).to_have_value("")


def test_a_year_from_now_is_one_step_away(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    marketer.schedules("Next spring", on=x_channel, when=DAY + timedelta(days=365))
    page = look(MARCH, marketer.member)

    page.get_by_label("Go to date").fill("2032-03-25")

    expect(entry(page, "Next spring")).to_be_visible()
    expect(page.get_by_role("heading", name="March 2032")).to_be_visible()
    assert "date=2032-03-25" in page.url


def test_filters_are_cleared_at_once(look: Look, marketer: cast.Person, admin: cast.Person, x_channel: Channel) -> None:
    marketer.schedules("Ice cold", on=x_channel, when=DAY)
    page = look(f"{MARCH}&status=failed&author={admin.member.user_id}", marketer.member, phone=True)
    expect(page.get_by_role("combobox", name="Status")).to_be_hidden()  # the calendar is what is wanted to be seen
    page.get_by_role("button", name="Filters 2 set").click()
    expect(page.get_by_role("combobox", name="Status")).to_have_value("failed")
    expect(entry(page, "Ice cold")).to_have_count(0)

    page.get_by_role("button", name="Clear filters").click()

    expect(entry(page, "Ice cold")).to_be_visible()
    assert "status" not in page.url


# -- full days, and a second zone ---------------------------------------------------------------------------------------------


def test_a_full_day_opens_with_all_its_posts(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    for number in range(6):
        marketer.schedules(f"Ice {number}", on=x_channel, when=DAY + timedelta(hours=number))
    page = look(MARCH, marketer.member)
    expect(cell(page, "2031-03-26").locator("a.entry-outer")).to_have_count(4)

    page.get_by_role("link", name="+2 more").press("Enter")

    expect(page.locator("a.entry-outer")).to_have_count(6)
    assert "view=day&date=2031-03-26" in page.url
    page.go_back()
    expect(page.get_by_role("link", name="+2 more")).to_be_visible()


def test_a_long_list_is_turned_page_by_page(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    fill(marketer, x_channel, 1300)
    page = look("/calendar/?date=2031-03-21&view=list", marketer.member)
    pages = page.get_by_role("navigation", name="Pages of the list")
    expect(pages).to_contain_text("Page 1 of 3", timeout=PATIENT)
    expect(page.locator("a.entry-outer")).to_have_count(500, timeout=PATIENT)

    pages.get_by_role("button", name="Next page").click()

    expect(pages).to_contain_text("Page 2 of 3", timeout=PATIENT)
    assert "page=2" in page.url
    page.reload()
    expect(pages).to_contain_text("Page 2 of 3", timeout=PATIENT)

    # An answer that is overtaken by the next one turns no page back.
    held: list[Route] = []
    page.route("**/calendar/feed/?*page=1*", lambda route: held.append(route))
    with page.expect_request("**/calendar/feed/?*page=1*"):
        pages.get_by_role("button", name="Previous page").click()
    with page.expect_response("**/calendar/feed/?*page=2*"):
        pages.get_by_role("button", name="Next page").click()
    for route in held:
        route.fulfill(json={"events": [], "page": 1, "pages": 3, "total": 1400})
    third = held[0].request.url.replace("page=1", "page=3")
    page.evaluate("(url) => fetch(url).then((answer) => answer.json())", third)  # so the first one has been read
    assert "Page 2 of 3" in pages.inner_text()


def test_a_second_time_zone_stands_beside_the_workspaces_in_the_week(
    look: Look, marketer: cast.Person, x_channel: Channel
) -> None:
    marketer.schedules("Ice cold", on=x_channel, when=DAY)
    page = look(f"{MARCH}&view=week", marketer.member)

    page.get_by_role("combobox", name="Second time zone").select_option("America/New_York")

    expect(entry(page, "Ice cold").locator(".second-time")).to_contain_text("05:00")  # the clocks there have changed already
    expect(page.locator("#calendar .second-time").filter(has_text="02:00").first).to_be_visible()
    assert "zone=America%2FNew_York" in page.url
    assert flaws(page) == []
    page.reload()
    expect(entry(page, "Ice cold").locator(".second-time")).to_contain_text("05:00")


def test_a_month_of_a_large_workspace_draws_what_its_days_show(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    fill(marketer, x_channel, 3000)
    page = look("/calendar/?date=2030-01-01", marketer.member)
    expect(page.locator("#calendar[data-ready]")).to_be_attached()

    page.get_by_label("Go to date").fill("2031-03-26")
    expect(page.locator("a.entry-outer").first).to_be_visible(timeout=PATIENT)

    assert Post.objects.count() == 3100
    assert page.locator("a.entry-outer").count() <= 4 * 42
    expect(page.get_by_role("link", name=re.compile(r"^\+\d+ more")).first).to_be_visible()
