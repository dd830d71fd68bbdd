"""A real browser on a real web server. `look` opens a page as a member and fails for anything that the console complains of."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.db import connection
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Error, FloatRect, Locator, Page, ViewportSize, expect

from accounts.models import Member
from smo.up.chromium import FLAGS, find
from tests.sandbox.waiting import until
from tests.web import running_web, session_of

AXE = Path(__file__).parents[2] / "build" / "axe.js"
WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
BOTH_THEMES = ("light", "dark")
COLOURS = ("color-contrast", "link-in-text-block")  # the rules that a change of theme can break
# `flaws` judges each of the two in both themes: an axe test has seen all four looks.
BOTH_LOOKS = pytest.mark.parametrize(("phone", "dark"), [(False, False), (True, True)], ids=["wide-light", "phone-dark"])

expect.set_options(timeout=20_000)  # milliseconds until a condition counts as missing: machines are busy at times


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": find(), "args": list(FLAGS)}


@pytest.fixture(scope="session")
def site(django_db_setup: None, sandbox_url: str) -> Iterator[str]:
    """The address of the web server."""
    with running_web(sandbox_url) as url:
        yield url


Look = Callable[..., Page]


@dataclass
class Windows:
    """The browser windows that tests have left as good as new: to open one costs as much as all that a test does in it."""

    browser: Browser
    site: str
    spare: list[Page] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def take(self) -> Page:
        return self.spare.pop() if self.spare else self._open()

    def _open(self) -> Page:
        page = self.browser.new_context(base_url=self.site).new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hear)
        return page

    def _hear(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.complaints.append(message.text)

    def give_back(self, page: Page) -> None:
        context = page.context
        with suppress(Error):  # a test may have closed it itself, or a page of it hangs
            if leave(page, self.site):
                self.spare.append(page)
                return
        with suppress(Error):
            context.close()


@pytest.fixture(scope="session")
def windows(browser: Browser, site: str) -> Windows:
    return Windows(browser, site)


@pytest.fixture
def look(transactional_db: None, windows: Windows) -> Iterator[Look]:
    """look(path, member, phone=, dark=): the page, open. At the end no script error and nothing that the policy blocked."""
    taken: list[Page] = []
    windows.complaints.clear()

    def open_page(path: str, member: Member | None = None, phone: bool = False, dark: bool = False) -> Page:
        page = windows.take()
        taken.append(page)
        if member:
            page.context.add_cookies([{"name": project.SESSION_COOKIE_NAME, "value": session_of(member), "url": windows.site}])
        page.set_viewport_size(PHONE if phone else WIDE)
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.goto(path)
        return page

    yield open_page
    found = list(windows.complaints)
    for page in taken:
        windows.give_back(page)
    until(nobody_works_on_it)
    assert found == []


def leave(page: Page, site: str) -> bool:
    """Forget who it was and what the test did to it. Whether it is as good as new: its clock was not replaced.

    What a page sends on leaving may arrive in the next test, and the answer would sign that one out: it leaves without a line
    and without a word.
    """
    context = page.context
    context.set_offline(True)
    if any(one.evaluate("'__pwClock' in window") for one in context.pages):
        return False
    for other in context.pages:
        if other is not page:
            other.close()
    if page in ANSWERS:
        page.remove_listener("dialog", ANSWERS.pop(page))
    page.unroute_all()
    page.evaluate(MUTE)
    page.mouse.move(0, 0)
    context.set_offline(False)
    page.goto(f"{site}/static/brand.svg")  # of another origin, the next page would be drawn by a process of its own
    forget = {"origin": site, "storageTypes": "local_storage,indexeddb,cache_storage,service_workers"}
    session = context.new_cdp_session(page)
    session.send("Storage.clearDataForOrigin", forget)
    session.detach()
    context.clear_cookies()
    context.clear_permissions()
    return True


MUTE = """() => {
    window.fetch = () => new Promise(() => {})
    navigator.sendBeacon = () => true
    XMLHttpRequest.prototype.send = () => {}
    sessionStorage.clear()
}"""
ANSWERS: dict[Page, Callable[[Dialog], None]] = {}


def answers(page: Page, answer: Callable[[Dialog], None]) -> list[Dialog]:
    """What the page asks from now on in windows of the browser's own; `answer` is Dialog.accept or Dialog.dismiss."""
    asked: list[Dialog] = []

    def hear(dialog: Dialog) -> None:
        asked.append(dialog)
        answer(dialog)

    page.on("dialog", hear)
    ANSWERS[page] = hear
    return asked


def nobody_works_on_it() -> bool:
    """Whether the web server has answered what it was asked."""
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with connection.cursor() as cursor:
        cursor.execute(f"{others} AND state <> 'idle'")
        return bool(cursor.fetchone()[0] == 0)


def flaws(page: Page) -> list[str]:
    """What axe finds serious or critical on the page, and with the colours of the other theme.

    Asserts that the page is dressed: bare pages pass too easily.
    """
    page.wait_for_load_state()
    assert page.evaluate("getComputedStyle(document.body).getPropertyValue('--st-published').trim()"), "no style sheet"
    if not page.evaluate("'axe' in window"):  # the policy lets no script in
        page.context.new_cdp_session(page).send("Runtime.evaluate", {"expression": AXE.read_text()})
    mine = str(page.evaluate("document.documentElement.dataset.bsTheme"))
    other = next(theme for theme in BOTH_THEMES if theme != mine)
    found = judged(page)
    wears(page, other)
    found += [f"{other} {flaw}" for flaw in judged(page, *COLOURS)]
    wears(page, mine)
    return found


def flaws_everywhere(page: Page) -> list[str]:
    """What `flaws` finds in a wide window, in both themes, and axe on a phone; and that nothing is wider than either.

    For pages that need no walk to get there: one visit, its window resized, is two in half the time.
    """
    found = []
    for size, judge in ((WIDE, flaws), (PHONE, judged)):
        page.set_viewport_size(size)
        wide = ["wider than the window"] if sideways(page) > 0 else []
        found += [f"{size['width']} px: {flaw}" for flaw in [*judge(page), *wide]]
    return found


def judged(page: Page, *rules: str) -> list[str]:
    """What axe says by these rules, or by all."""
    some = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {"rules": {"region": {"enabled": False}}}
    how = {"resultTypes": ["violations"], "preload": False} | some  # `region` is moderate at most, and the dearest of those
    found = page.evaluate(
        "how => axe.run(how).then(r => r.violations.map(v => [v.impact, v.id, v.nodes.map(n => n.html).join(' ')]))", how
    )
    return [f"{rule}: {where[:300]}" for impact, rule, where in found if impact in ("serious", "critical")]


def wears(page: Page, theme: Any) -> None:
    """Change the system's colours. What fades is brought to its end: out of sight it would be on its way for ever."""
    page.emulate_media(color_scheme=theme)
    expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
    page.evaluate("for (const one of document.getAnimations()) if (one instanceof CSSTransition) one.finish()")


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def place(what: Locator) -> FloatRect:
    """Where it lies, in pixels, as soon as it lies anywhere: drawing anew takes it from the page for a moment."""
    found = until(what.bounding_box)
    assert found
    return found
