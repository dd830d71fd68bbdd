"""A real browser on a real web server. `look` opens a page as a member and fails for anything that the console complains of."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Error, FloatRect, Locator, Page, ViewportSize, expect

from accounts.models import Member
from smo.up.chromium import FLAGS
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
    found = os.environ.get("SMO_CHROMIUM") or shutil.which("chromium")
    return {**browser_type_launch_args, "executable_path": found, "args": list(FLAGS)}


@pytest.fixture(scope="session")
def site(django_db_setup: None, sandbox_url: str) -> Iterator[str]:
    """The address of the web server."""
    with running_web(sandbox_url) as url:
        yield url


Look = Callable[..., Page]


@pytest.fixture(scope="session")
def spare() -> list[BrowserContext]:
    """Browsers that a test has left as good as new. Scripts and styles that they keep need not be asked for again."""
    return []


@pytest.fixture
def look(transactional_db: None, browser: Browser, site: str, spare: list[BrowserContext]) -> Iterator[Look]:
    """look(path, member, phone=, dark=): the page, open. At the end no script error and nothing that the policy blocked."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(path: str, member: Member | None = None, phone: bool = False, dark: bool = False) -> Page:
        context = spare.pop() if spare else browser.new_context(base_url=site)
        contexts.append(context)
        if member:
            context.add_cookies([{"name": project.SESSION_COOKIE_NAME, "value": session_of(member), "url": site}])
        page = context.new_page()
        page.set_viewport_size(PHONE if phone else WIDE)
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda message: complaints.append(message.text) if "Content Security Policy" in message.text else None
        )
        page.goto(path)
        return page

    yield open_page
    found = list(complaints)
    for context in contexts:
        if leave(context, site):
            spare.append(context)
    until(nobody_works_on_it)
    assert found == []


def leave(context: BrowserContext, site: str) -> bool:
    """Close its pages and forget who it was. Whether it is as good as new: not closed by the test, its clock not replaced.

    What pages still send on leaving must not arrive while the next test's tables are being emptied: they leave without a line.
    """
    try:
        context.set_offline(True)
        good = not any(page.evaluate("'__pwClock' in window") for page in context.pages)
        for page in context.pages:
            forget = {"origin": site, "storageTypes": "local_storage,indexeddb,cache_storage,service_workers"}
            context.new_cdp_session(page).send("Storage.clearDataForOrigin", forget)
            page.close()
        context.clear_cookies()
        context.clear_permissions()
        context.unroute_all()
        context.set_offline(False)
    except Error:  # a test may have closed it itself, or a page of it hangs
        good = False
    if not good:
        with suppress(Error):
            context.close()
    return good


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
    """What `flaws` finds in a wide window and on a phone, in both themes; and that nothing is wider than either.

    For pages that need no walk to get there: one visit, its window resized, is two in half the time.
    """
    found = []
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        wide = ["wider than the window"] if sideways(page) > 0 else []
        found += [f"{size['width']} px: {flaw}" for flaw in [*flaws(page), *wide]]
    return found


def judged(page: Page, *rules: str) -> list[str]:
    """What axe says by these rules, or by all."""
    how = {"resultTypes": ["violations"]} | ({"runOnly": {"type": "rule", "values": list(rules)}} if rules else {})
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
