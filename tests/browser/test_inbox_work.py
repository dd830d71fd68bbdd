"""Working through the inbox in a browser: several at once, with saved replies."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Channel, Workspace
from inbox import saving
from inbox.models import Conversation, Message
from scheduler.models import Label
from tests import cast
from tests.browser.conftest import PHONE, Look, flaws, sideways
from tests.browser.test_inbox import box, lines


@pytest.fixture
def ten(shop: Workspace, brand_page: Channel, responder: cast.Person) -> list[Conversation]:
    """Ten questions, a label and a saved reply that fits them."""
    Label.objects.create(workspace=shop, name="Austria")
    saving.keep("Shipping", "Do you ship?", {"en": "Yes, {person}, in two days."}, responder.member)
    saving.keep("Sugar", "How sweet is it?", {"en": "Four grams."}, responder.member)
    now, at = timezone.now(), {"workspace": shop, "channel": brand_page, "kind": "comment", "last_text": "Do you ship?"}
    rows = [Conversation(thread=str(n), person_id=str(n), person_name=f"Fan {n}", **at) for n in range(10)]
    talks = Conversation.objects.bulk_create(rows)
    asked = {"channel": brand_page, "text": "Do you ship?", "sent_at": now}
    Message.objects.bulk_create(Message(conversation=one, remote_id=f"{one.thread}_1", **asked) for one in talks)
    return talks


def inbox(look: Look, person: cast.Person, phone: bool = False) -> Page:
    page = look("/inbox/", person.member, phone=phone)
    expect(page.locator("html[data-live=on]")).to_be_attached()
    expect(lines(page)).to_have_count(10)
    return page


def test_several_are_chosen_with_shift_and_saved_replies_with_a_press_also_on_a_phone(
    responder: cast.Person, marketer: cast.Person, ten: list[Conversation], look: Look
) -> None:
    page = inbox(look, responder, phone=True)
    ticks = page.locator(".talk-tick")
    ticks.nth(1).click()
    ticks.nth(4).click(modifiers=["Shift"])
    expect(page.locator("#several-count")).to_have_text("4")
    assert flaws(page) == []
    assert sideways(page) == 0
    page.get_by_role("combobox", name="Give them to").select_option("Responder")
    expect(page.locator(".talk-whose")).to_have_count(4)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".talk-whose")).to_have_count(0)

    lines(page).first.click()
    suggested = page.get_by_role("group", name="Suggested replies").get_by_role("button")
    expect(suggested).to_have_text(re.compile("Shipping"))
    suggested.click()
    expect(box(page)).to_have_value(re.compile("Yes, Fan [0-9], in two days."))
    box(page).fill("")
    page.get_by_role("button", name="Saved replies").click()
    expect(page.locator(".offer")).to_have_count(2)
    assert flaws(page) == []
    assert sideways(page) == 0
    page.locator(".offer", has_text="Sugar").click()
    expect(box(page)).to_have_value("Four grams.")
    box(page).fill("")

    page.get_by_role("button", name="Labels").click()
    page.get_by_role("button", name="Austria").click()
    expect(page.locator(".deed-line").last).to_contain_text("put the label Austria on it")
    page.locator(".note-box summary").click()
    note = page.get_by_role("textbox", name="Note for colleagues")
    note.fill("Can we, @edi")
    expect(page.locator(".offer")).to_have_text("Editor")
    page.locator(".offer").click()
    page.get_by_role("button", name="Keep the note").click()
    expect(page.locator(".note-line")).to_contain_text("Can we, @Editor")
    assert sideways(page) == 0


def test_the_list_is_searched_and_narrowed_also_on_a_phone(responder: cast.Person, ten: list[Conversation], look: Look) -> None:
    Message.objects.filter(conversation=ten[3]).update(text="Is it vegan?")
    ten[4].labels.add(Label.objects.get())
    page = inbox(look, responder)
    words = page.get_by_role("searchbox", name="Search conversations")
    words.fill("vegan")
    words.press("Enter")
    expect(lines(page)).to_have_count(1)
    expect(lines(page)).to_contain_text("Fan 3")

    page.set_viewport_size(PHONE)
    words.fill("")
    words.press("Enter")
    expect(lines(page)).to_have_count(10)
    page.get_by_label("Label", exact=True).select_option("Austria")
    expect(lines(page)).to_have_count(1)
    expect(lines(page)).to_contain_text("Fan 4")
    page.get_by_text("More filters").click()
    page.get_by_label("Kind", exact=True).select_option("message")
    expect(lines(page)).to_have_count(0)
    assert sideways(page) == 0
