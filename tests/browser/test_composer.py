"""The composer in a real browser: what it says while one types, files, tabs, the keyboard, and that nothing is lost."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Channel, Workspace
from scheduler.library.media import film
from scheduler.models import Asset, Campaign, Post, Status
from tests import cast
from tests.browser.conftest import BOTH_LOOKS, Look, flaws, flaws_everywhere, sideways
from tests.scheduler.desk import png

WHEN = "2031-03-26T10:00"


@pytest.fixture
def channels(x_channel: Channel, brand_page: Channel, tube: Channel) -> list[Channel]:
    return [x_channel, brand_page, tube]


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    """Two photos on the marketer's disk."""
    found = [tmp_path / "ice.png", tmp_path / "fire.png"]
    for path, colour in zip(found, ("#1c6fd0", "#c92a2a"), strict=True):
        path.write_bytes(png(colour))
    return found


def choose(page: Page, *networks: str) -> None:
    """Tick channels by the name of their network."""
    for network in networks:
        page.locator(".channel-chip").filter(has=page.get_by_alt_text(network, exact=True)).click()


def text(page: Page) -> str:
    return page.get_by_label("Text for all networks").input_value()


def count(page: Page, network: str) -> str:
    return page.locator("#counts li").filter(has=page.get_by_alt_text(network, exact=True)).inner_text()


@BOTH_LOOKS
def test_the_composer_is_accessible_and_fits(
    phone: bool, dark: bool, look: Look, marketer: cast.Person, channels: list[Channel]
) -> None:
    Campaign.objects.create(workspace=marketer.workspace, name="Heat wave")
    media = [marketer.uploads(png("#123")), film(marketer.uploads(png("#456")), None)]
    words = "Ice cold #polarfizz https://polarfizz.example/" + "very-long" * 40
    post = marketer.writes(
        words, on=channels, media=media, thread=["and " * 90], first_comment="Rules", link="https://a.example"
    )

    page = look(f"/posts/{post.pk}/edit/", marketer.member, phone=phone, dark=dark)

    assert flaws(page) == []
    assert sideways(page) <= 0
    for name in ("X", "YouTube"):
        page.get_by_role("tab", name=name).click()
        assert flaws(page) == []
        assert sideways(page) <= 0


def test_lists_and_pages_of_posts_are_accessible_and_fit(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    draft = marketer.writes("word" * 100, on=x_channel, media=[marketer.uploads(png("#123"))])

    page = look("/posts/", marketer.member)
    for path in ("/posts/", "/posts/?show=failed", f"/posts/{draft.pk}/"):
        page.goto(path)
        assert flaws_everywhere(page) == [], path


def test_lengths_problems_and_previews_follow_what_one_types(
    look: Look, marketer: cast.Person, channels: list[Channel]
) -> None:
    page = look("/posts/new/", marketer.member)
    expect(page.get_by_text("Choose a channel to see how the post will look there.")).to_be_visible()

    choose(page, "X", "Facebook")
    page.get_by_label("Text for all networks").fill("#icecold 👩‍👩‍👧 " + "a" * 280)

    expect(page.locator("#problems-text")).to_contain_text("X takes 280 units, the text has 292: shorten it by 12.")
    expect(page.locator(".pv-x .pv-over")).to_have_text("a" * 12)
    expect(page.locator(".pv-x .pv-mark")).to_have_text("#icecold")
    expect(page.locator("#checks li").filter(has_text="ready to go")).to_have_count(1)
    page.get_by_label("Text for all networks").fill("Ice cold")
    expect(page.locator("#problems-text")).to_be_empty()
    assert count(page, "X").split() == ["8", "/", "280"]
    expect(page.locator("#checks li").filter(has_text="ready to go")).to_have_count(2)
    assert not Post.objects.exists()


def test_a_network_has_a_tab_of_its_own_and_a_way_back(look: Look, marketer: cast.Person, channels: list[Channel]) -> None:
    page = look("/posts/new/", marketer.member)
    page.get_by_label("Text for all networks").fill("For everybody")
    expect(page.get_by_role("tab", name="X")).to_be_hidden()

    choose(page, "X", "Facebook")
    page.get_by_role("tab", name="X").click()
    own = page.get_by_label("Text for X")
    expect(own).to_have_value("For everybody")
    own.fill("For X")
    expect(page.get_by_role("tab", name="X")).to_contain_text("edited")
    expect(page.locator(".pv-x .pv-text")).to_have_text("For X")
    expect(page.locator(".pv-facebook .pv-text")).to_have_text("For everybody")

    page.get_by_role("button", name="Back to the original", exact=True).click()

    expect(own).to_have_value("For everybody")
    expect(page.locator(".pv-x .pv-text")).to_have_text("For everybody")
    expect(page.get_by_role("tab", name="X").get_by_text("edited")).to_be_hidden()


def test_tabs_are_walked_with_the_arrow_keys(look: Look, marketer: cast.Person, channels: list[Channel]) -> None:
    page = look("/posts/new/", marketer.member)
    choose(page, "X", "YouTube")

    page.get_by_role("tab", name="Original").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="X", selected=True)).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("tab", name="YouTube", selected=True)).to_be_focused()
    expect(page.get_by_label("Title")).to_be_visible()
    page.keyboard.press("ArrowRight")

    expect(page.get_by_role("tab", name="Original", selected=True)).to_be_focused()


def test_a_thread_grows_and_each_part_is_counted(look: Look, marketer: cast.Person, channels: list[Channel]) -> None:
    page = look("/posts/new/", marketer.member)
    choose(page, "X")
    page.get_by_label("Text for all networks").fill("First")
    page.get_by_role("tab", name="X").click()

    for words in ("Second", "Third part"):
        page.get_by_role("button", name="Add to the thread").click()
        page.keyboard.type(words)
    expect(page.locator("#count-x-part-1")).to_contain_text("10")
    expect(page.locator(".pv-x .pv-follow")).to_have_count(2)
    page.get_by_role("button", name="Remove this part").first.click()
    expect(page.locator(".pv-x .pv-follow")).to_have_count(1)
    page.get_by_role("button", name="Save draft").click()

    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    assert Post.objects.get().variants.get().thread == ["Third part"]


# -- files ------------------------------------------------------------------------------------------------------------------


def test_photos_are_added_described_ordered_and_removed(
    look: Look, marketer: cast.Person, channels: list[Channel], photos: list[Path]
) -> None:
    page = look("/posts/new/", marketer.member)
    choose(page, "X")

    page.locator("#panel-original input[type=file]").set_input_files(photos)
    rows = page.locator("#panel-original .media-row[data-asset]")
    expect(rows).to_have_count(2)
    expect(page.locator(".pv-x .pv-tile img")).to_have_count(2)
    page.get_by_label("Alt text of fire.png").fill("A fire")
    page.get_by_role("button", name="Move fire.png forward").click()
    expect(page.locator(".pv-x .pv-tile img").first).to_have_attribute("alt", "A fire")
    page.get_by_role("button", name="Remove ice.png").click()
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="Save draft").click()

    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    assert [(use.asset.name, use.alt) for use in Post.objects.get().media.all()] == [("fire.png", "A fire")]
    expect(page.get_by_label("Alt text of fire.png")).to_have_value("A fire")


def test_a_file_can_be_dropped_or_pasted(look: Look, marketer: cast.Person, channels: list[Channel]) -> None:
    page = look("/posts/new/", marketer.member)
    make = """async ([selector, kind, colour]) => {
      const canvas = Object.assign(document.createElement('canvas'), {width: 300, height: 300})
      const paper = canvas.getContext('2d'); paper.fillStyle = colour; paper.fillRect(0, 0, 300, 300)
      const file = new File([await new Promise((done) => canvas.toBlob(done))], kind + '.png', {type: 'image/png'})
      const data = new DataTransfer(); data.items.add(file)
      const event = kind === 'paste' ? new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})
        : new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true})
      document.querySelector(selector).dispatchEvent(event)
    }"""

    page.evaluate(make, ["#panel-original .drop-zone", "drop", "#1c6fd0"])
    expect(page.get_by_label("Alt text of drop.png")).to_be_visible()
    page.evaluate(make, ["#id_text", "paste", "#c92a2a"])

    expect(page.get_by_label("Alt text of paste.png")).to_be_visible()


def test_a_file_that_cannot_be_used_says_why_at_its_place(
    look: Look, marketer: cast.Person, channels: list[Channel], tmp_path: Path
) -> None:
    (tmp_path / "notes.png").write_text("no picture")
    page = look("/posts/new/", marketer.member)
    page.get_by_label("Text for all networks").fill("Ice cold")

    page.locator("#panel-original input[type=file]").set_input_files(tmp_path / "notes.png")

    expect(page.locator("#panel-original .media-block .refused")).to_contain_text("notes.png is no picture or video")
    assert text(page) == "Ice cold"


def test_a_photo_becomes_a_film_for_a_network_of_videos(
    look: Look, marketer: cast.Person, channels: list[Channel], photos: list[Path]
) -> None:
    page = look("/posts/new/", marketer.member)
    choose(page, "Facebook", "YouTube")
    page.get_by_label("Text for all networks").fill("Ice cold")
    page.locator("#panel-original input[type=file]").set_input_files(photos[0])

    page.get_by_role("button", name="Make the photo a 6-second video").click()

    expect(page.locator(".pv-youtube .pv-clock")).to_have_text("0:06")
    page.get_by_role("tab", name="YouTube").click()
    expect(page.locator("#panel-youtube .media-row[data-asset]")).to_contain_text("ice.mp4")
    page.get_by_label("Title").fill("How cold?")
    expect(page.locator("#checks li").filter(has_text="ready to go")).to_have_count(2)


def test_a_setting_takes_a_file(look: Look, marketer: cast.Person, channels: list[Channel], photos: list[Path]) -> None:
    page = look("/posts/new/", marketer.member)
    choose(page, "YouTube")
    page.get_by_role("tab", name="YouTube").click()

    setting = page.locator("#panel-youtube .file-option").filter(has=page.get_by_label("Thumbnail"))
    setting.get_by_label("Thumbnail").set_input_files(photos[0])
    expect(setting.locator(".chosen-file")).to_contain_text("ice.png")
    page.get_by_role("button", name="Save draft").click()

    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    assert Post.objects.get().variants.get().options == {"thumbnail": str(Asset.objects.get().pk)}


# -- nothing is lost ----------------------------------------------------------------------------------------------------------


def test_a_refusal_opens_the_tab_of_its_field_and_keeps_everything(
    look: Look, marketer: cast.Person, channels: list[Channel]
) -> None:
    page = look("/posts/new/", marketer.member)
    choose(page, "X")
    page.get_by_label("Text for all networks").fill("Ice cold")
    page.get_by_label("Date and time").fill(WHEN)
    page.get_by_role("tab", name="X").click()
    page.get_by_label("Poll answers").fill("only one")
    page.get_by_role("button", name="Schedule").click()

    expect(page.get_by_role("tab", name="X", selected=True)).to_be_visible()
    expect(page.get_by_label("Poll answers")).to_be_focused()
    expect(page.get_by_label("Poll answers")).to_have_value("only one")
    expect(page.locator("#problems-x-option_poll_options")).to_contain_text("write 2 to 4")
    page.get_by_role("tab", name="Original").click()
    assert text(page) == "Ice cold"
    expect(page.get_by_label("Date and time")).to_have_value(WHEN)
    assert not Post.objects.exists()


def test_a_post_is_written_and_promised_by_keyboard_alone(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    page = look("/posts/new/", marketer.member)

    def tab_to(label: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if (
                page.evaluate("document.activeElement.labels?.[0]?.innerText ?? document.activeElement.innerText").strip()
                == label
            ):
                return
        raise AssertionError(f"{label} cannot be reached")

    page.locator("#main").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    tab_to("Text for all networks")
    page.keyboard.type("By keyboard")
    page.get_by_label("Date and time").fill(WHEN)  # how its parts are typed depends on the browser's language
    page.locator("body").press("Control+Home")
    page.get_by_role("button", name="Save draft").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Schedule")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_text("The post is scheduled.")).to_be_visible()
    promised = Post.objects.get().publications.get()
    assert (promised.status, promised.text) == (Status.SCHEDULED, "By keyboard")


def test_what_became_of_a_post_shows_by_itself(
    look: Look, marketer: cast.Person, x_channel: Channel, shop: Workspace, worker: cast.Worker
) -> None:
    page = look("/posts/new/", marketer.member)
    choose(page, "X")
    page.get_by_label("Text for all networks").fill("Live!")
    page.get_by_role("button", name="Publish now").click()
    expect(page.locator(".status-badge")).to_have_text("Scheduled")
    expect(page.locator("html[data-live=on]")).to_be_attached()

    worker.finishes(Post.objects.get().publications.get())

    expect(page.locator(".status-badge")).to_have_text("Published")
    expect(page.get_by_role("link", name="See it there")).to_be_visible()
