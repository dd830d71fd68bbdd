"""From a fan's comment to the one answer below it: on screen by itself, seen by two, answered by both at the same moment."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts import connecting
from inbox.models import Event, Message
from scheduler.models import Publication
from tests import cast
from tests.browser.conftest import Look
from tests.browser.test_inbox import box, lines
from tests.inbox.conftest import fans, post, workers
from tests.inbox.desk import Fans, Workers
from tests.sandbox.waiting import until

__all__ = ["fans", "post", "workers"]

QUESTION = "Do you ship to Austria?"
TEXTS = {"Responder": "Yes, in two days.", "Editor": "Only to Germany, sorry."}


def test_what_a_fan_asks_is_on_both_screens_and_of_two_answers_one_is_out(
    responder: cast.Person,
    marketer: cast.Person,
    post: Publication,
    fans: Fans,
    workers: Workers,
    site: str,
    settings: Any,
    capsys: pytest.CaptureFixture[str],
    look: Look,
) -> None:
    settings.BASE_URL = site
    assert connecting.listen(post.channel) == ""
    pages = {"Responder": look("/inbox/", responder.member), "Editor": look("/inbox/", marketer.member, phone=True)}
    for page in pages.values():
        expect(page.locator("html[data-live=on]")).to_be_attached()

    fans.comment(post, QUESTION)
    until(Event.objects.exists)
    assert lines(pages["Responder"]).count() == 0
    workers.works()
    expect(lines(pages["Responder"])).to_contain_text(QUESTION)
    with capsys.disabled():
        taken = timezone.now() - Event.objects.get().received_at
        print(f"\nfrom the webhook to the screen: {taken.total_seconds():.2f} s")

    for page in pages.values():
        lines(page).click()
        expect(page.locator("#messages")).to_contain_text(QUESTION)
    each_sees_the_other(pages)
    for page in pages.values():
        page.evaluate("setTimeout(() => document.getElementById('box').requestSubmit())")

    until(lambda: sum(page.get_by_role("alert").count() for page in pages.values()) == 1)
    late, quick = sorted(pages, key=lambda name: pages[name].get_by_role("alert").count(), reverse=True)
    expect(pages[late].get_by_role("alert")).to_contain_text(f"{quick} answered meanwhile")
    expect(pages[late].get_by_role("alert")).to_contain_text(TEXTS[quick])
    expect(box(pages[late])).to_have_value(TEXTS[late])
    workers.delivers(Message.objects.get(mine=True))
    assert fans.read(post) == [QUESTION, TEXTS[quick]]

    pages[late].get_by_role("button", name="Send anyway").click()
    expect(pages[late].locator(".msg.out")).to_have_count(2)


def each_sees_the_other(pages: dict[str, Page]) -> None:
    """Who looks, and who writes."""
    for mine, other in (("Responder", "Editor"), ("Editor", "Responder")):
        expect(pages[mine].locator("#here")).to_contain_text(f"{other} is looking at this too")
    for mine, other in (("Responder", "Editor"), ("Editor", "Responder")):
        box(pages[other]).fill(TEXTS[other])
        expect(pages[mine].locator("#here")).to_contain_text(f"{other} is writing an answer")
