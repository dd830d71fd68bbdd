"""The frame of all screens in a real browser: themes, the phone, the keyboard, what goes live, what axe says."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import redis
from django.conf import settings as project
from django.utils import timezone
from playwright.sync_api import Dialog, Page, Route, expect

from accounts.live import _speaker, line, tell
from accounts.models import Channel, Member, Token, Workspace
from accounts.signing_in import DEMO_PASSWORD
from inbox.models import Conversation
from scheduler import planning
from scheduler.machine.moving import After, Note, move
from scheduler.models import Attempt, Publication, Status
from tests import cast
from tests.browser.conftest import Look, answers, flaws, flaws_everywhere
from tests.sandbox.waiting import until

PAGES = ["/channels/", "/team/", "/settings/", "/settings/audit/", "/publications/{publication}/", "/nothing/here/"]


@pytest.fixture
def owner(shop: Workspace) -> Member:
    return cast.member(shop, "owner", "ada@polarfizz.example")


@pytest.fixture
def channel(shop: Workspace) -> Channel:
    """A channel with a long name that must be connected again."""
    name = "Polar Fizz, the drink of the coldest places on earth"
    found = Channel.objects.create(workspace=shop, network="x", practice=True, remote_id="1", name=name, username="polarfizz")
    Token.objects.create(channel=found, access="a", refresh="r")
    return found


@pytest.fixture
def publication(owner: Member, channel: Channel) -> Publication:
    """A post for tomorrow that was tried once already."""
    person = cast.Person(owner)
    found = person.schedules("32° in Seville. We are 4°. ❄️", on=channel, when=timezone.now() + timedelta(days=1))
    asked = "POST https://api.x.com/2/tweets?" + "long=" + "x" * 200
    Attempt.objects.create(publication=found, number=1, step="send", outcome="not now", asked=asked, http=429, ms=211)
    return found


def test_every_screen_is_accessible_and_fits(look: Look, owner: Member, publication: Publication) -> None:
    page = look("/team/", owner)

    found = {}
    for path in PAGES:
        page.goto(path.format(publication=publication.pk))
        found[path] = flaws_everywhere(page)

    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_the_sign_in_page_is_accessible_and_fits(look: Look, shop: Workspace) -> None:
    assert flaws_everywhere(look("/sign-in/")) == []


def test_a_demo_log_in_is_a_click_and_enter(look: Look, shop: Workspace, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]  # which the web server knows
    maja = cast.member(shop, "editor", "maja@polarfizz.example").user
    maja.set_password(DEMO_PASSWORD)
    maja.save()
    page = look("/sign-in/")

    page.get_by_role("button", name="Maja Lind").click()

    expect(page.get_by_label("E-mail")).to_have_value("maja@polarfizz.example")
    expect(page.get_by_label("Password")).not_to_have_value("")
    page.keyboard.press("Enter")
    expect(page.get_by_role("navigation").first).to_contain_text("Calendar")


def test_the_colours_follow_the_system_until_one_chooses(look: Look, owner: Member) -> None:
    page = look("/team/", owner, dark=True)
    assert theme(page) == "dark"

    page.get_by_role("button", name="Dark colours", pressed=True).click()
    assert theme(page) == "light"
    page.reload()

    assert theme(page) == "light"
    expect(page.get_by_role("button", name="Dark colours", pressed=False)).to_be_visible()


def theme(page: Page) -> Any:
    return page.evaluate("document.documentElement.dataset.bsTheme")


def test_on_a_phone_the_side_bar_opens_and_leads_on(look: Look, owner: Member) -> None:
    page = look("/team/", owner, phone=True)
    expect(page.get_by_role("link", name="Channels")).to_be_hidden()

    page.get_by_role("button", name="Menu").click()
    expect(page.locator("#sidebar.show")).to_be_visible()  # as it opens, what lies in it moves
    page.get_by_role("link", name="Channels").click()

    expect(page.get_by_role("heading", name="Channels", level=1)).to_be_visible()


def test_by_keyboard_one_skips_to_the_content(look: Look, owner: Member) -> None:
    page = look("/team/", owner)

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"


def test_the_workspace_is_changed_from_the_side_bar(look: Look, owner: Member) -> None:
    Member.objects.create(workspace=cast.workspace("Ice Bar"), user=owner.user, role="viewer")
    page = look("/team/", owner)

    page.get_by_role("button", name="Choose the workspace").click()
    page.get_by_role("button", name="Ice Bar").click()

    expect(page.get_by_role("button", name="Choose the workspace")).to_contain_text("Ice Bar")


def test_everything_is_stopped_and_resumed_in_a_click(look: Look, owner: Member) -> None:
    page = look("/team/", owner)
    answers(page, Dialog.accept)

    page.get_by_role("button", name="Stop publishing").click()
    expect(page.get_by_role("alert").filter(has_text="Publishing is stopped.")).to_be_visible()
    assert flaws(page) == []
    page.get_by_role("button", name="Resume").click()

    expect(page.get_by_text("Publishing is stopped.")).to_be_hidden()


def test_a_practice_channel_is_connected_in_two_clicks(look: Look, owner: Member, practice: Any) -> None:
    practice.account("x", "Ice Bar")
    page = look("/channels/", owner)

    page.get_by_role("link", name="Connect practice X").click()
    page.get_by_role("button", name="Allow").click()

    expect(page.get_by_text("is connected").first).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="practice").first).to_be_visible()


# -- live ---------------------------------------------------------------------------------------------------------------


def is_live(page: Page) -> None:
    expect(page.locator("html[data-live=on]")).to_be_attached()


def test_a_publication_moves_on_before_ones_eyes(look: Look, owner: Member, publication: Publication) -> None:
    page = look(f"/publications/{publication.pk}/", owner)
    is_live(page)
    expect(page.get_by_text("It goes out")).to_be_visible()

    move(publication, Status.SCHEDULED, due=After(), note=Note("send", "waiting"))
    move(publication, Status.CANCELLED, note=Note("person", "cancelled", by=owner.user_id))

    expect(page.get_by_text("It was cancelled.")).to_be_visible()
    expect(page.locator(".publication > section .status-badge")).to_have_text("Cancelled")


def test_a_page_that_has_just_come_is_not_asked_for_again(look: Look, owner: Member, publication: Publication) -> None:
    page = look("/team/", owner)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    for path in (f"/publications/{publication.pk}/", "/inbox/", "/calendar/"):
        asked.clear()
        page.goto(path)
        is_live(page)
        page.wait_for_load_state("networkidle")
        news = ("/unread/", "/count/", "/rows/", "/past/", f"/publications/{publication.pk}/", "/feed/")
        again = [url for url in asked if any(part in url for part in news)]
        assert len(again) == (0 if path == "/inbox/" else 1), again  # itself, and the calendar's posts


def test_what_changes_before_a_page_listens_is_shown(look: Look, owner: Member, publication: Publication) -> None:
    page = look("/team/", owner)
    held: list[Route] = []
    page.route("**/live/", lambda route: held.append(route))
    page.goto(f"/publications/{publication.pk}/")
    until(lambda: page.evaluate("1") and held)

    planning.cancel(publication, owner)
    _speaker.finished()  # nobody hears it
    held[0].continue_()

    expect(page.get_by_text("It was cancelled.")).to_be_visible()


def test_others_publications_do_not_reload_it(look: Look, owner: Member, channel: Channel, publication: Publication) -> None:
    other = cast.Person(owner).schedules("Another one", on=channel, when=timezone.now() + timedelta(days=2))
    page = look(f"/publications/{publication.pk}/", owner)
    is_live(page)
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    planning.cancel(other, owner)
    planning.cancel(publication, owner)

    expect(page.get_by_text("It was cancelled.")).to_be_visible()
    assert len([url for url in asked if "/publications/" in url]) == 1


def test_a_page_that_nobody_looks_at_gives_its_stream_back(look: Look, owner: Member, publication: Publication) -> None:
    """A browser allows six connections to a server: without this, the seventh tab would wait for ever."""
    page = look(f"/publications/{publication.pk}/", owner)
    is_live(page)
    page.clock.install()
    until(lambda: listeners(owner.workspace_id) == 1)

    turn(page, away=True)
    page.clock.run_for(31_000)
    until(lambda: listeners(owner.workspace_id) == 0)
    planning.cancel(publication, owner)
    turn(page, away=False)
    page.clock.run_for(2_000)

    expect(page.get_by_text("It was cancelled.")).to_be_visible()
    until(lambda: listeners(owner.workspace_id) == 1)


def turn(page: Page, away: bool) -> None:
    """As if another tab came to the front, or this one."""
    page.evaluate(
        "hidden => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});"
        " document.dispatchEvent(new Event('visibilitychange')) }",
        away,
    )


def listeners(workspace: UUID) -> int:
    return int(redis.Redis.from_url(project.REDIS_URL).pubsub_numsub(line(workspace))[0][1])


def test_the_unread_badge_counts_by_itself(look: Look, owner: Member, channel: Channel) -> None:
    page = look("/team/", owner)
    is_live(page)
    Conversation.objects.create(workspace=owner.workspace, channel=channel, kind="comment", thread="1")
    tell(owner.workspace_id, "inbox")

    expect(page.get_by_role("link", name="Inbox")).to_contain_text("1")


def test_a_person_says_that_it_is_there(look: Look, owner: Member, publication: Publication) -> None:
    Publication.objects.filter(pk=publication.pk).update(
        status="failed", due_at=None, fault="unconfirmed", why="Nobody can say whether the post is there."
    )
    page = look(f"/publications/{publication.pk}/", owner)

    page.get_by_role("button", name="It is there").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="It is there").click()
    expect(dialog.get_by_text("This field is required.")).to_be_visible()
    assert flaws(page) == []
    dialog.get_by_label("Address of the post").fill("https://x.com/polarfizz/status/1234")
    dialog.get_by_role("button", name="It is there").click()

    expect(page.get_by_text("It counts as published from now on.")).to_be_visible()
    expect(page.get_by_role("link", name="Open on X")).to_have_attribute("href", "https://x.com/polarfizz/status/1234")
