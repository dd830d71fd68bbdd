"""The person beside a conversation in a browser: joined, parted, undone, noted; wide, and on a phone in a sheet."""

from datetime import timedelta

from playwright.sync_api import expect

from accounts.models import Workspace
from inbox import presence
from inbox.models import Contact
from tests import cast
from tests.browser.conftest import PHONE, Look, flaws, sideways
from tests.inbox.talk import channel, says, talk


def test_a_person_is_joined_over_two_channels_and_nobody_answers_twice(
    responder: cast.Person, marketer: cast.Person, shop: Workspace, look: Look
) -> None:
    on_page = talk(says(channel(shop), "Do you ship to Austria?", who="Anna Nowak", ago=timedelta(days=2)))
    on_video = talk(says(channel(shop, "youtube"), "Hello? Shipping?", who="anna nowak", ago=timedelta(hours=1)))
    says(on_page.channel, "So cold!", thread="2", who="Annabel")
    page = look(f"/inbox/{on_page.pk}/", responder.member)
    expect(page.locator("html[data-live=on]")).to_be_attached()
    person, alike = page.get_by_role("complementary", name="Person"), page.locator(".alike-one")

    person.get_by_text("This is the same person as…").click()
    alike.filter(has_text="anna nowak").click()
    accounts = person.locator(".account")
    expect(accounts).to_have_count(2)
    expect(person.locator(".other-talk")).to_contain_text("Hello? Shipping?")
    expect(page.locator(".deed-line")).to_contain_text("same person as anna nowak (YouTube)")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(accounts).to_have_count(1)

    person.get_by_text("This is the same person as…").click()
    person.get_by_role("searchbox", name="Search people by name").fill("nna no")
    alike.click()
    expect(accounts).to_have_count(2)
    person.get_by_role("textbox", name="Note about this person").fill("Wants no ginger.")
    person.get_by_role("button", name="Keep the note").click()
    expect(person).to_contain_text("Changed by Responder")
    presence.beat(on_video, marketer.member, types=True)
    page.reload()
    elsewhere = page.locator("#elsewhere")
    expect(elsewhere).to_contain_text("Editor is writing to Anna Nowak in another conversation, on YouTube")
    person.get_by_text("This is the same person as…").click()
    person.get_by_role("searchbox", name="Search people by name").fill("anna")
    expect(alike).to_contain_text("Annabel")
    assert flaws(page) == []
    presence.leave(on_video, marketer.member)
    expect(elsewhere).to_be_hidden()

    page.set_viewport_size(PHONE)
    expect(person).to_be_hidden()
    page.get_by_role("button", name="Person").click()
    expect(person).to_be_in_viewport()
    assert flaws(page) == []
    assert sideways(page) == 0
    person.get_by_role("button", name="Not the same: anna nowak (YouTube)").click()
    expect(accounts).to_have_count(1)
    expect(page.get_by_role("textbox", name="Note about this person")).to_have_value("Wants no ginger.")
    page.keyboard.press("Escape")
    expect(person).to_be_hidden()
    assert Contact.objects.get().identities.count() == 1
