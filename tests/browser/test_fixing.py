"""Problems mended with one click, and taken back."""

from playwright.sync_api import expect

from accounts.models import Channel
from tests import cast
from tests.browser.conftest import BOTH_LOOKS, Look, flaws, sideways
from tests.scheduler.desk import png

TEXT = "Text for all networks"
LONG = "The heat is back, and so are we. " * 12


@BOTH_LOOKS
def test_a_long_text_becomes_a_thread_and_goes_back(
    phone: bool, dark: bool, look: Look, marketer: cast.Person, x_channel: Channel, brand_page: Channel
) -> None:
    page = look("/posts/new/", marketer.member, phone=phone, dark=dark)
    for chip in page.locator(".channel-chip").all():
        chip.click()
    page.get_by_label(TEXT).fill(LONG + " #polarfizz")
    expect(page.get_by_text("Screen readers read #PolarFizz word by word")).to_be_visible()
    assert flaws(page) == []
    assert sideways(page) <= 0

    page.get_by_role("button", name="Split into a thread of 2 for X").click()

    expect(page.locator("#checks").get_by_text("ready to go")).to_have_count(2)
    expect(page.locator(".pv-x .pv-follow")).to_have_count(1)
    expect(page.get_by_role("tab", name="X")).to_contain_text("edited")
    assert page.get_by_label(TEXT).input_value() == LONG + " #polarfizz"
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".pv-x .pv-follow")).to_have_count(0)
    expect(page.get_by_role("tab", name="X").get_by_text("edited")).to_be_hidden()

    page.get_by_role("button", name="Shorten to 280 for X").click()
    expect(page.locator("#checks").get_by_text("ready to go")).to_have_count(2)
    page.get_by_role("button", name="Write #PolarFizz").click()
    expect(page.get_by_label(TEXT)).to_have_value(LONG + " #PolarFizz")


def test_too_many_pictures_are_left_out_for_one_network(
    look: Look, marketer: cast.Person, x_channel: Channel, brand_page: Channel
) -> None:
    post = marketer.writes("Six", on=[x_channel, brand_page], media=[marketer.uploads(png(f"#{n}{n}{n}")) for n in range(6)])
    page = look(f"/posts/{post.pk}/edit/", marketer.member)
    page.locator("#panel-original .media-row textarea").first.fill("The first")

    page.get_by_role("button", name="Keep the first 4 files for X").click()

    expect(page.locator(".pv-x .pv-tile")).to_have_count(4)
    expect(page.locator(".pv-x .pv-tile img").first).to_have_attribute("alt", "The first")
    expect(page.locator("#panel-original .media-row[data-asset]")).to_have_count(6)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Keep the first 4 files for X")).to_be_enabled()
    expect(page.locator(".pv-x .pv-more")).to_have_text("+2")
