"""Queues, campaigns and labels in a real browser: the grid by keyboard, composing into a free slot, a copy for other dates."""

from datetime import date, time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Channel
from scheduler.composing.drafting import Draft
from scheduler.models import Campaign
from scheduler.plans import labels, queues, slots
from tests import cast
from tests.browser.conftest import Look, flaws, flaws_everywhere
from tests.browser.test_composer import choose

DAILY = list(range(7))


@pytest.fixture
def campaign(marketer: cast.Person, x_channel: Channel, brand_page: Channel) -> Campaign:
    """A campaign with posts, problems, a label, and channels with slots in two queues."""
    today = timezone.now().date()
    found = Campaign.objects.create(
        workspace=marketer.workspace,
        name="Heat wave",
        aim="People know how cold it is",
        brief="Ice.\n\n" + "long" * 60,
        colour="orange",
        starts_on=today,
        owner=marketer.member.user,
        utm_source="{network}",
        held=True,
    )
    label = labels.keep("Ginger", "yellow", marketer.member)
    found.channels.set([x_channel, brand_page])
    found.labels.add(label)
    queues.put(x_channel, DAILY, time(9), marketer.member)
    evenings = queues.keep("Evenings", "purple", marketer.member)
    queues.put(x_channel, [0, 4], time(18, 30), marketer.member, evenings)
    queues.pause(evenings, True, marketer.member)
    draft = Draft(text="word" * 60, channels=(x_channel,), campaign=found, labels=(label,))
    slots.promise(draft, marketer.member)
    return found


def test_every_page_is_accessible_and_fits(look: Look, marketer: cast.Person, x_channel: Channel, campaign: Campaign) -> None:
    page = look("/queues/", marketer.member)
    for path in (
        "/queues/", f"/queues/{x_channel.pk}/", "/campaigns/", f"/campaigns/{campaign.pk}/",
        f"/campaigns/{campaign.pk}/edit/", "/labels/", "/posts/", f"/posts/new/?campaign={campaign.pk}",
    ):  # fmt: skip
        page.goto(path)
        assert flaws_everywhere(page) == [], path


def test_empty_pages_teach_what_to_do(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    page = look("/campaigns/", marketer.member)
    expect(page.get_by_text("No campaigns yet")).to_be_visible()
    assert flaws_everywhere(page) == []

    page.goto(f"/queues/{x_channel.pk}/")
    expect(page.get_by_text("This channel has no times yet")).to_be_visible()
    assert flaws_everywhere(page) == []


def test_the_week_is_filled_and_changed_by_keyboard(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    page = look(f"/queues/{x_channel.pk}/", marketer.member)
    page.get_by_label("Time", exact=True).fill("09:30")
    page.get_by_role("checkbox", name="Mon").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Add", exact=True).press("Enter")

    monday = page.get_by_role("button", name="Monday 09:30")
    expect(monday).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_role("button", name="Friday 09:30")).to_have_attribute("aria-pressed", "true")
    monday.focus()
    page.keyboard.press("Enter")
    expect(monday).to_have_attribute("aria-pressed", "true")
    expect(monday).to_be_focused()
    page.keyboard.press("Enter")
    expect(monday).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Tuesday 09:30")).to_be_focused()
    expect(page.get_by_text("Nothing is posted on: Monday, Saturday, Sunday.")).to_be_visible()
    assert x_channel.slots.count() == 4


def test_a_shuffle_is_taken_back_where_it_is_told(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    queues.put(x_channel, DAILY, time(9), marketer.member)
    for text in ("First", "Second"):
        slots.promise(Draft(text=text, channels=(x_channel,)), marketer.member)
    page = look(f"/queues/{x_channel.pk}/", marketer.member, phone=True)
    taken = page.locator(".ahead-turn:not(.gap)")
    expect(taken).to_contain_text(["First", "Second"])

    page.get_by_role("button", name="Shuffle posts").click()
    expect(taken).to_contain_text(["Second", "First"])
    expect(page.get_by_role("status").filter(has_text="2 posts have changed places.")).to_be_visible()
    page.get_by_role("button", name="Undo").press("Enter")

    expect(taken).to_contain_text(["First", "Second"])
    expect(page.get_by_role("status").filter(has_text="Undone.")).to_be_visible()


@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
def test_a_post_is_composed_for_the_next_free_slot_of_each_channel(
    phone: bool, look: Look, marketer: cast.Person, x_channel: Channel, brand_page: Channel
) -> None:
    queues.put(x_channel, DAILY, time(9), marketer.member)
    page = look("/posts/new/", marketer.member, phone=phone)
    choose(page, "X", "Facebook")
    page.get_by_label("Text for all networks").fill("Ice cold")

    free = page.locator("#free-slots li")
    expect(free).to_have_count(2)
    expect(free.filter(has=page.get_by_alt_text("X", exact=True))).to_contain_text("09:00")
    page.get_by_role("button", name="Next free slot").click()
    expect(page.locator("#problems-when")).to_contain_text("Polar Fizz on Facebook has no free slot")
    expect(page.get_by_label("Text for all networks")).to_have_value("Ice cold")

    queues.put(brand_page, DAILY, time(18, 15), marketer.member)
    page.get_by_role("button", name="Next free slot").click()

    expect(page.get_by_text("The post is scheduled for the next free slot of each channel.")).to_be_visible()
    zone = marketer.workspace.zone
    found = {one.channel_id: one.publish_at.astimezone(zone).time() for one in marketer.workspace.publications.all()}
    assert found == {x_channel.pk: time(9), brand_page.pk: time(18, 15)}


def test_the_count_follows_the_campaign_whose_values_the_links_will_carry(
    look: Look, marketer: cast.Person, tube: Channel
) -> None:
    Campaign.objects.create(workspace=marketer.workspace, name="Heat wave", utm_source="{network}")
    page = look("/posts/new/", marketer.member)
    choose(page, "YouTube")
    page.get_by_label("Text for all networks").fill("https://a.example/ice")
    count = page.locator("#counts li")
    expect(count).to_contain_text("21")

    page.get_by_label("Campaign", exact=True).select_option(label="Heat wave")

    expect(count).to_contain_text(str(len("https://a.example/ice?utm_source=youtube")))


def test_a_campaign_is_written_and_copied_to_other_dates(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    page = look("/campaigns/", marketer.member)
    page.get_by_role("link", name="New campaign").first.click()
    page.get_by_label("Name").fill("Heat wave")
    page.get_by_label("Starts on").fill("2031-06-02")
    page.get_by_text("Orange").locator("xpath=..").click()
    page.get_by_label("utm_source").fill("{netwrok}")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("{netwrok} is not known here.")).to_be_visible()
    page.get_by_label("utm_source").fill("{network}")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Heat wave")).to_be_visible()
    campaign = Campaign.objects.get()
    assert (campaign.colour, campaign.utm_source) == ("orange", "{network}")
    when = timezone.now() + timedelta(days=1)
    marketer.writes("Ice", on=x_channel, campaign=campaign, planned_for=when)

    page.get_by_role("button", name="Copy to other dates").click()
    assert flaws(page) == []
    page.get_by_label("New start").fill("2031-07-01")
    page.get_by_role("button", name="Copy", exact=True).click()

    expect(page.get_by_text("This is the copy: its posts are drafts.")).to_be_visible()
    expect(page.get_by_role("link", name="Ice", exact=True)).to_be_visible()
    assert Campaign.objects.get(name="Heat wave (copy)").starts_on == date(2031, 7, 7)
