"""Nothing typed is lost, in a real browser: a killed tab, no connection, an expired session, two people at one post."""

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Dialog, Page, expect

from accounts.models import Channel, Member
from scheduler.models import Post, Unsaved
from tests import cast
from tests.browser.conftest import Look, answers, flaws, sideways
from tests.sandbox.waiting import until

TEXT = "Text for all networks"


def kept(words: str) -> bool:
    """Whether the server has these words of somebody."""
    return any(one.words == words for one in Unsaved.objects.all())


def left_in_browser(page: Page) -> int:
    return int(page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('smo:composer:')).length"))


def with_a_password(member: Member, settings: Any) -> None:
    """Hashed as the web server reads it: the tests' own quick hashes are not known there."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    member.user.set_password("a long password")
    member.user.save()


def sign_in(page: Page, member: Member) -> None:
    page.get_by_label("E-mail").fill(member.user.email)
    page.get_by_label("Password").fill("a long password")
    page.get_by_role("button", name="Sign in").click()


def test_a_killed_tab_loses_nothing(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    page = look("/posts/new/", marketer.member)
    page.locator(".channel-chip").click()
    page.get_by_label(TEXT).fill("Ice cold")
    expect(page.locator("#kept")).to_contain_text("Kept at")
    assert left_in_browser(page) == 0
    page.close()

    page = look("/posts/new/", marketer.member)
    expect(page.get_by_text("You began a post")).to_contain_text("Ice cold")
    assert flaws(page) == []
    page.get_by_role("link", name="Go on with it").click()

    expect(page.get_by_label(TEXT)).to_have_value("Ice cold")
    expect(page.locator(".channel-chip input")).to_be_checked()
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    assert Post.objects.get().text == "Ice cold"
    assert not Unsaved.objects.exists()


def test_a_reload_in_the_middle_of_a_word_brings_it_back(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    page = look("/posts/new/", marketer.member)
    page.get_by_label(TEXT).fill("Ice co")
    expect(page).to_have_url(re.compile("key="))  # else the browser loads the address that it had before
    page.reload()

    expect(page.get_by_label(TEXT)).to_have_value("Ice co")
    expect(page.get_by_text("This is what you typed until")).to_be_visible()


def test_without_a_connection_words_stay_in_the_browser(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    post = marketer.writes("Saved", on=x_channel)
    page = look(f"/posts/{post.pk}/edit/", marketer.member)
    page.route("**/posts/keep/", lambda route: route.abort())
    page.get_by_label(TEXT).fill("Typed in a tunnel")
    expect(page.locator("#kept")).to_contain_text("The server cannot be reached")
    assert left_in_browser(page) == 1
    assert not Unsaved.objects.exists()

    page.unroute_all()
    answers(page, Dialog.accept)
    page.goto(f"/posts/{post.pk}/edit/")

    expect(page.get_by_label(TEXT)).to_have_value("Typed in a tunnel")
    until(lambda: kept("Typed in a tunnel"))
    until(lambda: left_in_browser(page) == 0)


def test_leaving_asks_first_only_when_the_server_has_not_got_the_words(
    look: Look, marketer: cast.Person, x_channel: Channel
) -> None:
    page = look("/posts/new/", marketer.member)
    page.route("**/posts/keep/", lambda route: route.abort())
    asked = answers(page, Dialog.dismiss)
    page.get_by_label(TEXT).press_sequentially("Ice")
    expect(page.locator("#kept")).to_contain_text("The server cannot be reached")
    page.get_by_role("link", name="Calendar").click(no_wait_after=True)
    until(lambda: [one.type for one in asked] == ["beforeunload"])
    assert page.get_by_label(TEXT).input_value() == "Ice"

    page.unroute_all()
    page.get_by_label(TEXT).press_sequentially(" cold")
    expect(page.locator("#kept")).to_contain_text("Kept at")
    page.get_by_role("link", name="Calendar").click()
    page.wait_for_url("**/calendar/")

    assert len(asked) == 1
    assert kept("Ice cold")


@pytest.mark.parametrize("presses", [False, True], ids=["typing on", "pressing a button"])
def test_an_expired_session_loses_nothing(
    presses: bool, look: Look, marketer: cast.Person, x_channel: Channel, settings: Any
) -> None:
    with_a_password(marketer.member, settings)
    page = look("/posts/new/", marketer.member)
    Session.objects.all().delete()
    page.get_by_label(TEXT).fill("Written too late")

    if presses:
        page.get_by_role("button", name="Save draft").click()
    else:
        expect(page.locator("#kept")).to_contain_text("You are signed out. Your words are kept in this browser")
        assert flaws(page) == []
        answers(page, Dialog.accept)
        page.get_by_role("link", name="sign in and go on").click()
    assert not Post.objects.exists()
    sign_in(page, marketer.member)

    expect(page.get_by_label(TEXT)).to_have_value("Written too late")
    expect(page.get_by_text("This is what you typed until")).to_be_visible()
    until(lambda: left_in_browser(page) == 0)


@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
def test_two_browsers_at_one_post_see_each_other_and_overwrite_nothing(
    phone: bool, look: Look, marketer: cast.Person, admin: cast.Person, x_channel: Channel
) -> None:
    post = marketer.writes("Ice cold drinks", on=x_channel)
    page = look(f"/posts/{post.pk}/edit/", marketer.member, phone=phone, dark=phone)
    theirs = look(f"/posts/{post.pk}/edit/", admin.member)
    page.get_by_label(TEXT).fill("Ice cold water")
    expect(page.locator("#kept")).to_contain_text("Kept at")

    theirs.get_by_label(TEXT).fill("Ice cold tea")
    expect(theirs.locator("#kept")).to_contain_text("Editor is writing here too.")
    theirs.get_by_role("button", name="Save draft").click()
    expect(theirs.get_by_text("The draft is saved.")).to_be_visible()
    page.get_by_label(TEXT).press_sequentially("!")
    expect(page.locator("#kept")).to_contain_text("Admin changed this post at")
    page.get_by_role("link", name="See both versions").click()

    change = page.get_by_role("group", name="Text", exact=True)
    expect(change.locator("del")).to_have_text("tea")
    expect(change.locator("ins")).to_contain_text("water")
    assert flaws(page) == []
    assert sideways(page) <= 0
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("The draft is saved.")).to_be_visible()

    page.goto(f"/posts/{post.pk}/versions/")
    expect(page.locator(".versions > li")).to_have_count(3)
    assert flaws(page) == []
    assert sideways(page) <= 0
    page.get_by_role("link", name="Bring version 2 back").click()
    expect(page.get_by_label(TEXT)).to_have_value("Ice cold tea")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    post.refresh_from_db()
    assert post.text == "Ice cold tea"
