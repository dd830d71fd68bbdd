"""The inbox in a browser: it arrives by itself, it is read and answered, nothing typed is lost."""

import re
from datetime import timedelta
from typing import Any

from playwright.sync_api import Page, Route, expect

from accounts.live import tell
from inbox.listing import ROWS
from inbox.models import Conversation, Message
from scheduler.models import Publication
from tests import cast
from tests.browser.conftest import PHONE, Look, flaws, sideways
from tests.inbox.conftest import fans, post, question, workers
from tests.inbox.desk import Fans, Workers

# `look` comes last in every test, so that the page is closed before the rows that it shows are gone.
__all__ = ["fans", "post", "question", "workers"]

ANSWER = "Yes, in two days."
OLDER = re.compile("/inbox/rows/.*after=")


def lines(page: Page) -> Any:
    return page.locator(".talk")


def box(page: Page) -> Any:
    return page.get_by_role("textbox", name="Answer")


def test_a_question_is_opened_answered_and_done(
    responder: cast.Person, question: Conversation, post: Publication, fans: Fans, workers: Workers, look: Look
) -> None:
    page = look("/inbox/", responder.member)
    expect(lines(page)).to_have_class(re.compile("unread"))

    lines(page).click()
    expect(page).to_have_url(re.compile(f"/inbox/{question.pk}/"))
    expect(page.locator(".about")).to_contain_text("Ice cold!")
    expect(lines(page)).not_to_have_class(re.compile("unread"))
    expect(lines(page)).to_have_attribute("aria-current", "true")

    box(page).fill(ANSWER)
    box(page).press("Control+Enter")
    expect(page.locator(".msg.out")).to_contain_text("Waiting to be sent")
    expect(box(page)).to_have_value("")
    page.get_by_text("What happened").click()
    expect(page.locator(".story")).to_contain_text("Next: It goes out")
    workers.delivers(Message.objects.get(mine=True))
    expect(page.locator(".msg.out .status-badge")).to_have_count(0)
    expect(page.locator("details[open] .story")).to_contain_text("the network confirmed it")
    assert fans.read(post)[-1] == ANSWER

    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("button", name="Open again")).to_be_visible()
    expect(lines(page)).to_have_count(0)


def test_what_people_say_appears_by_itself_and_nothing_typed_is_disturbed(
    responder: cast.Person, question: Conversation, post: Publication, fans: Fans, workers: Workers, look: Look
) -> None:
    page = look(f"/inbox/{question.pk}/", responder.member)
    expect(page.locator("html")).to_have_attribute("data-live", "on")
    box(page).fill("Yes, bec")

    fans.comment(post, "Hello?", below=question.messages.get().remote_id)
    fans.comment(post, "So cold!", "Jonas Weber")
    workers.reads()

    expect(page.locator(".msg.in")).to_have_count(2)
    expect(lines(page)).to_have_count(2)
    expect(box(page)).to_have_value("Yes, bec")
    expect(box(page)).to_be_focused()


def test_a_draft_outlives_a_reload_and_a_look_elsewhere(
    responder: cast.Person, question: Conversation, post: Publication, fans: Fans, workers: Workers, look: Look
) -> None:
    fans.comment(post, "So cold!", "Jonas Weber")
    workers.reads()
    page = look(f"/inbox/{question.pk}/", responder.member)
    box(page).fill("Yes, bec")

    page.get_by_role("link", name="Jonas Weber").click()
    expect(page.locator("#thread-name")).to_have_text("Jonas Weber")
    expect(box(page)).to_have_value("")
    expect(page).not_to_have_url(re.compile(str(question.pk)))  # the address changes after the page does
    page.go_back()
    expect(page.locator("#thread-name")).to_have_text("Ann")
    expect(box(page)).to_have_value("Yes, bec")
    page.reload()
    expect(box(page)).to_have_value("Yes, bec")


def test_a_late_answer_of_another_conversation_changes_nothing(
    responder: cast.Person, question: Conversation, post: Publication, fans: Fans, workers: Workers, look: Look
) -> None:
    fans.comment(post, "So cold!", "Jonas Weber")
    workers.reads()
    other = Conversation.objects.get(person_name="Jonas Weber")
    page = look(f"/inbox/{question.pk}/", responder.member)
    expect(page.locator("html")).to_have_attribute("data-live", "on")
    held: list[Route] = []
    page.route(re.compile(f"/inbox/{other.pk}/messages/"), lambda route: held.append(route))
    with page.expect_request(re.compile(f"/inbox/{other.pk}/messages/")) as asked:
        page.get_by_role("link", name="Jonas Weber").click()
        expect(page.locator("#thread-name")).to_have_text("Jonas Weber")
        tell(other.workspace_id, f"inbox:{other.pk}")

    lines(page).filter(has_text="Austria").click()
    expect(page.locator("#thread-name")).to_have_text("Ann")
    for route in held:
        route.continue_()
    assert asked.value.response()

    page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    expect(page.locator("#thread-name")).to_have_text("Ann")


def test_older_conversations_come_before_the_end_and_stay_when_something_new_arrives(
    responder: cast.Person, question: Conversation, post: Publication, fans: Fans, workers: Workers, look: Look
) -> None:
    old = {"workspace": question.workspace, "channel": question.channel, "kind": "comment", "last_text": "Ice?"}
    then = question.last_at - timedelta(days=1)
    Conversation.objects.bulk_create(Conversation(thread=f"old {n}", last_at=then, **old) for n in range(99))
    page = look("/inbox/", responder.member)
    expect(page.locator("html[data-live=on]")).to_be_attached()
    expect(lines(page)).to_have_count(ROWS)

    lines(page).nth(ROWS - 4).scroll_into_view_if_needed()
    place_of = "line => line.getBoundingClientRect().top"
    before = lines(page).nth(ROWS - 4).evaluate(place_of)
    expect(lines(page)).to_have_count(2 * ROWS)
    assert lines(page).nth(ROWS - 4).evaluate(place_of) == before

    for stand, key in [(lines(page).last, "j"), (page.get_by_role("button", name="Older conversations"), "Enter")]:
        there = lines(page).count()
        page.route(OLDER, lambda route: route.abort())
        with page.expect_event("requestfailed"):
            stand.focus()
        page.unroute(OLDER)
        page.keyboard.press(key)
        expect(lines(page).nth(there)).to_be_focused()

    fans.comment(post, "So cold!", "Jonas Weber")
    workers.reads()

    expect(lines(page).first).to_contain_text("Jonas Weber")
    assert lines(page).count() >= 4 * ROWS


def test_news_do_not_take_a_line_from_under_a_pressed_button(
    responder: cast.Person, question: Conversation, post: Publication, fans: Fans, workers: Workers, look: Look
) -> None:
    page = look("/inbox/", responder.member)
    expect(page.locator("html[data-live=on]")).to_be_attached()
    page.evaluate(
        """() => { window.told = new Promise((done) => document.addEventListener('htmx:afterOnLoad', ({ detail }) =>
            detail.xhr.responseText.includes('Jonas Weber') && done())) }"""
    )
    lines(page).hover()
    page.mouse.down()
    fans.comment(post, "So cold!", "Jonas Weber")
    workers.reads()
    page.evaluate("told")
    page.mouse.up()

    expect(page.locator("#thread-name")).to_have_text("Ann")
    expect(lines(page)).to_have_count(2)


def test_a_refresh_that_brings_nothing_new_leaves_the_lines_where_they_are(
    responder: cast.Person, question: Conversation, look: Look
) -> None:
    page = look("/inbox/", responder.member)
    expect(page.locator("html[data-live=on]")).to_be_attached()
    lines(page).evaluate("line => (line.known = true)")

    with page.expect_response("**/inbox/rows/**") as answer:
        page.locator("#talks").dispatch_event("stale")
    assert answer.value.ok
    expect(page.locator("#talks:not(.htmx-request)")).to_be_attached()
    assert lines(page).evaluate("line => line.known === true")


def test_on_a_phone_the_list_makes_room_for_the_conversation(
    responder: cast.Person, question: Conversation, look: Look
) -> None:
    page = look("/inbox/", responder.member, phone=True)
    assert sideways(page) == 0

    lines(page).click()
    expect(box(page)).to_be_in_viewport()
    expect(lines(page)).to_be_hidden()
    assert sideways(page) == 0

    page.get_by_role("link", name="Back to the list").click()
    expect(lines(page)).to_be_visible()
    lines(page).click()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("button", name="Open again")).to_be_visible()
    page.get_by_role("link", name="Back to the list").click()
    expect(lines(page)).to_have_count(0)


def test_it_works_by_keyboard_alone(responder: cast.Person, question: Conversation, look: Look) -> None:
    page = look("/inbox/", responder.member)
    expect(page.locator("html[data-live=on]")).to_be_attached()  # before that a link is an ordinary link

    lines(page).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_be_focused()
    for _ in range(8):
        if box(page).evaluate("box => box === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.type(ANSWER)
    page.keyboard.press("Control+Enter")

    expect(page.locator(".msg.out")).to_contain_text(ANSWER)


def test_conversations_are_handled_by_keyboard_alone(
    responder: cast.Person, question: Conversation, post: Publication, fans: Fans, workers: Workers, look: Look
) -> None:
    fans.comment(post, "So cold!", "Jonas Weber")
    workers.reads()
    page = look("/inbox/", responder.member)
    keys = page.keyboard

    keys.press("j")
    keys.press("j")
    expect(lines(page).nth(1)).to_be_focused()
    keys.press("k")
    expect(lines(page).first).to_be_focused()
    name = lines(page).first.locator(".talk-name").inner_text()
    keys.press("Enter")
    expect(page.locator("#thread-name")).to_have_text(name)
    expect(page.locator("#messages")).to_be_focused()
    keys.press("a")
    expect(page.locator(".deed-line")).to_contain_text("gave it to")
    keys.press("n")
    keys.type("Be kind.")
    keys.press("Tab")
    keys.press("Enter")
    expect(page.locator(".note-line")).to_contain_text("Be kind.")
    page.locator("#messages").focus()
    keys.press("r")
    expect(box(page)).to_be_focused()
    page.locator("#messages").focus()
    keys.press("e")
    expect(page.get_by_role("button", name="Open again")).to_be_visible()
    expect(lines(page)).to_have_count(1)
    page.locator("#messages").focus()
    keys.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    assert flaws(page) == []
    keys.press("Escape")
    keys.press("/")
    expect(page.get_by_role("searchbox", name="Search conversations")).to_be_focused()


def test_a_conversation_is_put_off(responder: cast.Person, question: Conversation, look: Look) -> None:
    page = look(f"/inbox/{question.pk}/", responder.member)

    aside = page.get_by_role("button", name="Put off or set aside")
    aside.click()
    assert flaws(page) == []
    aside.click()
    page.set_viewport_size(PHONE)
    aside.click()
    assert (flaws(page), sideways(page)) == ([], 0)
    page.get_by_role("button", name="Tomorrow morning").click()

    expect(page.locator(".deed-line")).to_contain_text("put it off until")
    page.get_by_role("link", name="Back to the list").click()
    expect(lines(page)).to_have_count(0)
    page.get_by_role("link", name="Snoozed").click()
    expect(lines(page)).to_have_count(1)


def test_an_answer_is_taken_back_into_the_box_before_what_was_written_since(
    responder: cast.Person, question: Conversation, look: Look
) -> None:
    page = look(f"/inbox/{question.pk}/", responder.member)
    box(page).fill(ANSWER)
    box(page).press("Control+Enter")
    expect(page.locator(".undo-seconds")).to_be_visible()
    box(page).fill("By the way:")

    page.locator("#toasts").get_by_role("button", name="Undo").click()

    expect(box(page)).to_have_value(f"{ANSWER}\n\nBy the way:")
    expect(box(page)).to_be_focused()
    expect(page.locator(".msg.out")).to_have_count(0)
    expect(page.locator(".undo-seconds")).to_have_count(0)
    assert not Message.objects.filter(mine=True).exists()
