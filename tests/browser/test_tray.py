"""Beside the calendar: files dragged onto a day, the next free slot by keyboard; and labels for several posts."""

from playwright.sync_api import expect

from accounts.models import Channel
from scheduler.models import Asset, Label, Post
from tests import cast
from tests.browser.conftest import BOTH_LOOKS, Look, flaws, sideways
from tests.browser.test_calendar import MARCH, cell, drag, entry
from tests.scheduler.desk import png
from tests.scheduler.test_calendar import DAY
from tests.scheduler.test_slots import Likes, likes

__all__ = ["likes"]


def test_a_file_is_dragged_onto_its_day_and_the_post_is_taken_back(
    look: Look, marketer: cast.Person, x_channel: Channel, likes: Likes
) -> None:
    likes(x_channel, {3: ["14:30"]})
    marketer.uploads(png("#123"), "ice.png")
    marketer.uploads(png("#321"), "tea.png")
    page = look(f"{MARCH}&channel={x_channel.pk}", marketer.member)

    page.get_by_role("tab", name="Library").click()
    expect(page.locator(".file-card")).to_have_count(2)
    page.get_by_role("searchbox", name="Search files").fill("tea")
    expect(page.locator(".file-card")).to_have_count(1)
    assert flaws(page) == []
    drag(page, page.locator(".file-card"), to=cell(page, "2031-03-27"))

    expect(page.get_by_text("Planned for 14:30. This is the next free slot of Polar Fizz on X.")).to_be_visible()
    expect(cell(page, "2031-03-27").locator("a")).to_contain_text("14:30")
    expect(cell(page, "2031-03-27").locator("a")).to_have_count(1)
    expect(page.locator(".file-card")).to_have_count(1)  # it can be used again
    page.get_by_role("button", name="Undo").click()
    expect(cell(page, "2031-03-27").locator("a")).to_have_count(0)
    assert not Post.objects.exists()


def test_a_file_that_may_not_be_used_then_goes_back_with_a_sentence(look: Look, marketer: cast.Person) -> None:
    marketer.uploads(png("#123"), "ice.png")
    Asset.objects.update(use_until=DAY.date())
    page = look(MARCH, marketer.member)

    page.get_by_role("tab", name="Library").click()
    drag(page, page.locator(".file-card"), to=cell(page, "2031-03-27"))

    expect(page.get_by_text("ice.png may not be used after")).to_be_visible()
    expect(cell(page, "2031-03-27").locator("a")).to_have_count(0)


def test_a_post_with_a_file_is_planned_by_keyboard(look: Look, marketer: cast.Person) -> None:
    marketer.uploads(png("#123"), "ice.png")
    page = look(MARCH, marketer.member)

    page.get_by_role("tab", name="Unscheduled").press("ArrowRight")
    page.get_by_role("button", name="Plan a post with this file: ice.png").press("Enter")
    dialog = page.get_by_role("dialog")
    when = dialog.get_by_label("Date and time")
    expect(when).not_to_have_value("")
    when.fill("2031-03-27T12:00")
    when.press("Enter")

    expect(dialog).to_be_hidden()
    expect(cell(page, "2031-03-27").locator("a")).to_contain_text("12:00")


def test_the_dialog_offers_the_next_free_slot_of_the_day(
    look: Look, marketer: cast.Person, x_channel: Channel, likes: Likes
) -> None:
    likes(x_channel, {3: ["14:30"], 4: ["08:15"]})
    marketer.writes("Some day", on=x_channel)
    page = look(MARCH, marketer.member)

    page.get_by_role("button", name="Choose a time for Some day").press("Enter")
    dialog = page.get_by_role("dialog")
    when = dialog.get_by_label("Date and time")
    expect(dialog.get_by_role("status")).to_contain_text("This is the next free slot of Polar Fizz on X.")
    when.fill("2031-03-28T00:00")
    dialog.get_by_role("button", name="Next free slot").press("Enter")
    expect(when).to_have_value("2031-03-28T08:15")
    when.press("Enter")

    expect(cell(page, "2031-03-28").locator("a")).to_contain_text("08:15")
    expect(page.locator(".draft-card")).to_have_count(0)


def test_several_posts_are_labelled_and_found_by_their_label(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    Label.objects.create(workspace=marketer.workspace, name="Summer")
    for text in ("Ice cold", "Hot tea", "Water"):
        marketer.schedules(text, on=x_channel, when=DAY)
    page = look(MARCH, marketer.member)

    page.get_by_role("button", name="Select", exact=True).click()
    for text in ("Ice cold", "Hot tea"):
        entry(page, text).click()
    page.get_by_role("button", name="Label…").click()
    assert flaws(page) == []
    page.get_by_role("dialog").get_by_role("button", name="Give it").click()
    expect(page.get_by_text("2 posts labelled.")).to_be_visible()
    page.get_by_role("combobox", name="Label").select_option(label="Summer")

    expect(entry(page, "Water")).to_have_count(0)
    expect(entry(page, "Ice cold")).to_be_visible()
    assert "label=" in page.url


@BOTH_LOOKS
def test_the_tray_and_the_filters_fit(
    phone: bool, dark: bool, look: Look, marketer: cast.Person, x_channel: Channel, brand_page: Channel
) -> None:
    Label.objects.create(workspace=marketer.workspace, name="Summer")
    marketer.uploads(png("#123"), "a-very-long-name-of-a-photograph-of-a-bottle-on-ice.png")
    page = look(f"{MARCH}&status=scheduled", marketer.member, phone=phone, dark=dark)
    expect(page.locator("#calendar[data-ready]")).to_be_attached()

    page.get_by_role("tab", name="Library").click()
    expect(page.locator(".file-card")).to_be_visible()

    assert flaws(page) == []
    assert sideways(page) <= 0
