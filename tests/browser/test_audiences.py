"""Audiences and their matrix in a real browser: the drink maker's two climates, made from nothing in two minutes."""

from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from accounts.models import Channel, Workspace
from scheduler.models import Audience, Post, Status
from scheduler.targeting import tailoring
from scheduler.targeting.tailoring import Told
from tests import cast
from tests.browser.conftest import Look, flaws_everywhere
from tests.sandbox.conftest import Practice
from tests.scheduler.desk import png

PEOPLE = {
    "Hot places": {"countries": ["EG", "SG", "AU"], "languages": ["en"], "climate": "hot", "time_zone": "Africa/Cairo"},
    "Cold places": {"countries": ["NZ", "IS", "GB"], "languages": ["en"], "climate": "cold", "time_zone": "Europe/London"},
    "Chile": {"countries": ["CL", "ES"], "languages": ["es"], "climate": "cold", "time_zone": "America/Santiago"},
    "Poland": {"countries": ["PL"], "languages": ["pl"], "time_zone": "Europe/Warsaw"},
}
TEXTS = {
    "Hot places": "Ice cold, as long as it lasts.",
    "Cold places": "It warms like a summer day.",
    "Chile": "Calienta como un día de verano.",
    "Poland": "Lodowata w upał, ciepła w mróz.",
}
ON = {"Hot places": ("Facebook", "X"), "Cold places": ("Facebook", "Bluesky"), "Chile": ("Facebook",), "Poland": ("Mastodon",)}


@pytest.fixture
def channels(shop: Workspace, practice: Practice, brand_page: Channel, x_channel: Channel) -> list[Channel]:
    return [brand_page, x_channel, *(cast.channel(shop, practice, network) for network in ("bluesky", "mastodon"))]


@pytest.fixture
def people(shop: Workspace) -> dict[str, Audience]:
    return {name: Audience.objects.create(workspace=shop, name=name, **details) for name, details in PEOPLE.items()}


@pytest.fixture
def tailored(marketer: cast.Person, people: dict[str, Audience], channels: list[Channel]) -> Post:
    """A draft with a matrix, pictures and something to warn of."""
    post = Post.objects.create(workspace=marketer.workspace, author=marketer.member.user, text="Two climates, one bottle")
    tailoring.choose_day(post, date(timezone.now().year + 1, 6, 15), marketer.member)
    picture = marketer.uploads(png("#1c6fd0"))
    for name in ("Hot places", "Cold places"):
        tailoring.tell_audience(post, people[name], channels[:2], Told(TEXTS[name], (picture,)), marketer.member)
    return post


def open_matrix(page: Page) -> None:
    """From the composer, when the scripts are there."""
    page.locator(".topbar").get_by_role("link", name="Audiences", exact=True).click()
    page.wait_for_url("**/posts/*/audiences/", wait_until="load")


def choose_day(page: Page, day: str) -> None:
    """Another day, and the matrix for it."""
    page.get_by_label("Day").fill(day)
    expect(page.get_by_label("Day")).to_have_attribute("value", day)  # as the server gives it


def add(page: Page, name: str) -> None:
    """Add an audience in its dialog."""
    page.get_by_role("button", name="Add an audience").click()
    page.locator(".dropdown-item").filter(has_text=name).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Text", exact=True).fill(TEXTS[name])
    for network in ON[name]:
        dialog.locator(".tell-channels label").filter(has=page.get_by_alt_text(network, exact=True)).click()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).not_to_be_visible()
    expect(row(page, name)).to_contain_text(TEXTS[name])


def row(page: Page, name: str) -> Locator:
    return page.locator(".matrix tbody tr").filter(has=page.get_by_role("button", name=name, exact=True))


def test_two_climates_over_four_channels_in_three_languages_for_june_and_for_december(
    look: Look, marketer: cast.Person, people: dict[str, Audience], channels: list[Channel]
) -> None:
    year = timezone.now().year + 1
    page = look("/posts/new/", marketer.member)
    page.get_by_label("Text for all networks").fill("Two climates, one bottle")
    page.get_by_role("button", name="Save draft").click()
    open_matrix(page)
    choose_day(page, f"{year}-06-15")
    for name in PEOPLE:
        add(page, name)

    expect(row(page, "Hot places")).to_contain_text("Egypt, Singapore")
    expect(row(page, "Cold places")).to_contain_text("New Zealand, Iceland")
    expect(page.locator(".cautions")).to_have_count(0)
    choose_day(page, f"{year}-12-15")
    expect(row(page, "Hot places")).to_contain_text("Singapore, Australia")
    expect(row(page, "Chile")).to_contain_text("Spain")
    choose_day(page, f"{year}-06-15")
    expect(row(page, "Chile")).to_contain_text("Chile")
    row(page, "Cold places").get_by_text("Only they see it").click()
    expect(row(page, "Cold places").locator(".reach code").first).to_contain_text('"countries": ["NZ", "IS"]')
    page.get_by_role("button", name="Schedule all").click()
    expect(page.get_by_text("Scheduled: 6 posts, each at its own time.")).to_be_visible()

    made = marketer.workspace.publications.filter(status=Status.SCHEDULED)
    assert made.count() == 6
    assert {one.text for one in made} == set(TEXTS.values())
    assert {one.publish_at.month for one in made} == {6}

    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Copy").click()
    open_matrix(page)
    choose_day(page, f"{year}-12-15")
    expect(row(page, "Hot places")).to_contain_text("Singapore, Australia")
    page.get_by_role("button", name="Schedule all").click()
    expect(page.get_by_text("Scheduled: 6 posts, each at its own time.")).to_be_visible()
    assert {one.publish_at.month for one in made.all()} == {6, 12}


def test_a_cell_gets_its_own_words_by_keyboard_and_the_focus_comes_back(
    look: Look, marketer: cast.Person, tailored: Post
) -> None:
    page = look(f"/posts/{tailored.pk}/audiences/", marketer.member)
    opener = row(page, "Hot places").get_by_role("button", name="Say it differently here").first
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_label("Text", exact=True)).to_be_focused()
    page.keyboard.type("Cold. As ice.")
    page.get_by_role("dialog").get_by_role("button", name="Save").press("Enter")

    expect(row(page, "Hot places")).to_contain_text("Cold. As ice.")
    expect(row(page, "Hot places").get_by_role("button", name="Own text here")).to_be_focused()
    expect(page.locator(".caution-contradiction")).to_contain_text("contradict each other")


def test_the_screens_of_audiences_are_accessible_and_fit(
    look: Look, marketer: cast.Person, tailored: Post, people: dict[str, Audience]
) -> None:
    people["Poland"].channels.add(*marketer.workspace.channels.all())
    for path in ("/audiences/", f"/audiences/{people['Poland'].pk}/", f"/posts/{tailored.pk}/audiences/"):
        page = look(path, marketer.member)
        expect(page.get_by_role("main")).to_be_visible()
        assert flaws_everywhere(page) == [], path
    row(page, "Cold places").get_by_role("button", name="Cold places", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert flaws_everywhere(page) == []


def test_an_audience_is_made_and_corrected_where_it_is_wrong(look: Look, marketer: cast.Person) -> None:
    page = look("/audiences/new/", marketer.member)
    page.get_by_label("Name").fill("Hot places")
    page.get_by_label("Countries").fill("Spian, Egypt")
    page.get_by_label("Climate").select_option("hot")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Do you mean Spain?")).to_be_visible()

    page.get_by_label("Countries").fill("Spain, Egypt")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("link", name="Hot places")).to_be_visible()
    expect(page.locator(".year .month")).to_have_count(12)
