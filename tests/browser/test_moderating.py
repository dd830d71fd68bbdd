"""A message's menu in a browser: by mouse, by keyboard and on a phone; the box for a private answer."""

import re

from playwright.sync_api import Dialog, expect

from inbox.models import Conversation
from scheduler.models import Publication
from tests import cast
from tests.browser.conftest import PHONE, Look, answers, flaws, sideways
from tests.inbox.conftest import fans, post, question, workers
from tests.inbox.desk import Fans, Workers

__all__ = ["fans", "post", "question", "workers"]


def test_a_comment_is_liked_and_hidden_by_keyboard_answered_privately_and_deleted_on_a_phone(
    responder: cast.Person, question: Conversation, post: Publication, fans: Fans, workers: Workers, look: Look
) -> None:
    page = look(f"/inbox/{question.pk}/", responder.member)
    said = page.locator(".msg.in")
    page.locator("#messages").focus()
    page.keyboard.press("h")
    expect(said).to_contain_text("Liked by us")
    menu = page.get_by_role("button", name=re.compile("What to do with the message of Ann"))

    menu.focus()
    page.keyboard.press("Enter")
    hide = page.get_by_role("button", name="Hide", exact=True)
    expect(hide).to_be_visible()
    expect(page.get_by_role("button", name="Take the like back")).to_be_visible()
    assert flaws(page) == []
    hide.focus()
    page.keyboard.press("Enter")
    expect(said).to_contain_text("Hidden")
    expect(page.locator(".deed-line").last).to_contain_text("hid what Ann said")

    page.set_viewport_size(PHONE)
    menu.click()
    page.get_by_role("button", name="Answer privately").click()
    private = page.locator(".box-private")
    expect(private).to_contain_text("Private answer to Ann")
    expect(page.locator(".box-until")).to_contain_text("You can answer until")
    box = page.get_by_role("textbox", name="Answer")
    expect(box).to_be_focused()
    assert (flaws(page), sideways(page)) == ([], 0)
    box.fill("Write us your address.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".msg.out")).to_contain_text("Private answer")
    expect(private).to_have_count(0)

    sure = answers(page, Dialog.accept)
    menu.click()
    page.get_by_role("button", name="Block this person").click()
    expect(said).to_contain_text("Blocked")
    menu.click()
    page.get_by_role("button", name="Delete on the network").click()
    expect(said).to_contain_text("Deleted on the network")
    assert ["Nobody can take that back" in one.message for one in sure] == [True, True]


def test_on_a_phone_the_menu_fits_and_says_why_something_cannot_be_done(
    responder: cast.Person, post: Publication, fans: Fans, workers: Workers, look: Look
) -> None:
    fans.write(post.channel, "Where can I buy it?")
    workers.reads()
    page = look(f"/inbox/{Conversation.objects.get().pk}/", responder.member, phone=True, dark=True)
    page.get_by_role("button", name=re.compile("What to do with the message")).click()
    expect(page.locator(".deed-barred", has_text="Hide")).to_contain_text("private message")
    assert sideways(page) == 0
    assert flaws(page) == []
