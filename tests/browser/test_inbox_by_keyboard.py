"""Ten conversations handled without a mouse: chosen, answered, given, labelled, noted, liked, put off, searched for, done."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Notice
from inbox import saving
from inbox.models import Conversation, Message
from scheduler.models import Label, Publication
from tests import cast
from tests.browser.conftest import Look, flaws
from tests.browser.test_inbox import box, lines
from tests.browser.test_inbox_work import inbox
from tests.inbox.conftest import fans, post, workers
from tests.inbox.desk import Fans, Workers

__all__ = ["fans", "post", "workers"]


@pytest.fixture
def asked(post: Publication, fans: Fans, workers: Workers, responder: cast.Person) -> list[str]:
    """Ten fans with a question each, a label, and a saved reply that fits."""
    Label.objects.create(workspace=responder.workspace, name="Austria")
    saving.keep("Shipping", "Do you ship?", {"en": "Yes, {person}, in two days."}, responder.member)
    names = [f"Fan {letter}" for letter in "ABCDEFGHIJ"]
    for name in names:
        fans.comment(post, "Do you ship?", name)
    workers.reads()
    return names


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def name_of(page: Page, line: int) -> str:
    return str(lines(page).nth(line).locator(".talk-name").inner_text())


def opens(page: Page, line: int = 0) -> str:
    """The next conversation in the list, which is on this line; whose it is."""
    fan = name_of(page, line)
    press(page, "Escape", "j", "Enter")
    expect(page.locator("#thread-name")).to_have_text(fan)
    expect(page.locator("#messages")).to_be_focused()
    return fan


def answers(page: Page, typed: str, read: str) -> None:
    """And the conversation is done."""
    press(page, "r")
    page.keyboard.type(typed)
    if typed != read:
        expect(page.locator(".offer")).to_have_count(1)
        press(page, "Enter")
        expect(box(page)).to_have_value(read)
    press(page, "Control+Enter")
    expect(page.locator(".msg.out")).to_have_count(1)
    expect(box(page)).to_have_value("")
    press(page, "Escape", "e")


def names(**which: object) -> list[str]:
    return sorted(Conversation.objects.filter(**which).values_list("person_name", flat=True))


def test_ten_conversations_are_handled_by_keyboard_alone(
    responder: cast.Person, marketer: cast.Person, asked: list[str], look: Look
) -> None:
    page = inbox(look, responder)
    press(page, "?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    press(page, "Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()

    finished, later = together(page)
    plainly = opens(page)
    answers(page, "No.", "No.")
    expect(lines(page)).to_have_count(4)
    kindly = opens(page)
    answers(page, "/shi", f"Yes, {kindly}, in two days.")
    expect(lines(page)).to_have_count(3)
    given, liked, found = one_by_one(page)
    assert flaws(page) == []

    assert names(state="done") == sorted([*finished, plainly, kindly])
    assert names(state="snoozed") == sorted([*later, found])
    assert names(state="open") == sorted([given, liked])
    assert names(assignee=responder.member, labels__name="Austria") == [given]
    assert names(messages__liked=True) == [liked]
    said = Message.objects.filter(mine=True, by=responder.member.user).order_by("pk")
    answered = [(one.conversation.person_name, one.text) for one in said.select_related("conversation")]
    assert answered == [(plainly, "No."), (kindly, f"Yes, {kindly}, in two days.")]
    assert Notice.objects.get().member == marketer.member


def together(page: Page) -> tuple[list[str], list[str]]:
    """Three are done (and once taken back), two put off."""
    chosen = page.locator("#several-count")
    finished = [name_of(page, line) for line in range(3)]
    press(page, *("j", "x") * 3)
    expect(chosen).to_have_text("3")
    press(page, "e")
    expect(lines(page)).to_have_count(7)
    press(page, "Control+z")
    expect(lines(page)).to_have_count(10)
    press(page, *("j", "x") * 3, "e")
    expect(lines(page)).to_have_count(7)
    later = [name_of(page, line) for line in range(2)]
    press(page, *("j", "x") * 2)
    expect(chosen).to_have_text("2")
    press(page, "s", "ArrowDown", "Enter")
    expect(lines(page)).to_have_count(5)
    return finished, later


def one_by_one(page: Page) -> tuple[str, str, str]:
    """One is taken, labelled and spoken of, one liked, one found by its name and put off."""
    deed = page.locator(".deed-line")
    given = opens(page)
    press(page, "a")
    expect(deed.last).to_contain_text("gave it to Responder")
    press(page, "l", "ArrowDown", "Enter")
    expect(deed.last).to_contain_text("put the label Austria on it")
    expect(page.locator(".talk-labels")).to_have_text("Austria")
    press(page, "n")
    page.keyboard.type("Can we, @edi")
    expect(page.locator(".offer")).to_have_text("Editor")
    press(page, "Tab", "Tab", "Enter")
    expect(page.locator(".note-line")).to_contain_text("Can we, @Editor")
    liked = opens(page, 1)
    press(page, "h")
    expect(page.locator(".msg.in")).to_contain_text("Liked by us")
    found = name_of(page, 2)
    press(page, "/")
    page.keyboard.type(f"{found}\n")
    expect(lines(page)).to_have_count(1)
    expect(page.locator("html[data-live=on]")).to_be_attached()
    assert opens(page) == found
    press(page, "s", "ArrowDown", "Enter")
    expect(deed.last).to_contain_text("put it off until")
    return given, liked, found
