"""(f) the calendar of a large workspace: 30,000 posts, 3,000 of them in the month that is shown."""

import statistics
import time
import urllib.request
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Page, sync_playwright

from accounts.models import Channel, Member, User
from bench import scene
from bench.measures import Row
from bench.rig import Rig
from smo.up.chromium import FLAGS, find

POSTS, MONTHS = 30_000, 10
FIRST = datetime(2031, 1, 1, tzinfo=UTC)
MARCH = "2031-03-15"
VIEWS = {  # what each view asks for: the six weeks of March, the fullest of its weeks, March
    "month": {"start": "2031-02-24", "end": "2031-04-07", "show": "month"},
    "week": {"start": "2031-03-10", "end": "2031-03-17", "show": "week"},
    "list": {"start": "2031-03-01", "end": "2031-04-01", "show": "list"},
}
WIDE: Any = {"width": 1440, "height": 900}
WATCH = """
  const marks = new MutationObserver(() => {
    if (!document.querySelector('a.entry-outer')) return
    marks.disconnect()
    requestAnimationFrame(() => requestAnimationFrame(() => { document.documentElement.dataset.drawn = performance.now() }))
  })
  marks.observe(document, { childList: true, subtree: true })
"""
TOOK = "Number(document.documentElement.dataset.drawn)"
WEIGHT = """performance.getEntries().filter((one) => one.transferSize).reduce((sum, one) => sum + one.transferSize, 0)"""


def calendar(rig: Rig) -> Iterable[Row]:
    """What each view costs the server, the wire and the browser."""
    cookie = sign_in(_fill())
    call_command("collectstatic", "--noinput", verbosity=0)
    with rig.web() as address:
        for view in VIEWS:
            yield from _view(view, address, cookie)


def _view(view: str, address: str, cookie: str) -> Iterable[Row]:
    queries = _asked(view, cookie)
    yield Row(f"f: calendar, {view}, queries", queries, "", None, "<= 15", queries <= 15)
    took, fed = _answered(view, address, cookie)
    yield Row(f"f: calendar, {view}, feed", fed / 1000, "KB", None, "<= 150", fed <= 150_000)
    yield Row(f"f: calendar, {view}, server, median of 20", took, "ms", None, "<= 80", took <= 80)
    if find() is None:
        return  # without a Chromium nothing is drawn
    drawn, weight = _drawn(view, address, cookie)
    yield Row(f"f: calendar, {view}, drawn after opening the page", drawn, "ms", None, "<= 1000", drawn <= 1000)
    yield Row(f"f: calendar, {view}, page on its first visit", weight / 1000, "KB", None, "<= 250", weight <= 250_000)


def _fill() -> Member:
    """The workspace and one who works there."""
    scene.clear()
    over = scene.channels(5)
    home = over[0].workspace
    Channel.objects.update(workspace=home)
    for channel in over:
        channel.workspace = home
    scene.promise(over, POSTS, FIRST, timedelta(days=30 * MONTHS))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE scheduler_post SET state = 'approved', planned_for = publish_at "
            "FROM scheduler_publication WHERE scheduler_publication.post_id = scheduler_post.id"
        )
        cursor.execute("ANALYZE")
    user, _made = User.objects.get_or_create(email="bench@polarfizz.example", defaults={"name": "Bench"})
    return Member.objects.create(workspace=home, user=user, role="editor")


def sign_in(member: Member) -> str:
    """The cookie of a session of theirs."""
    client = Client()
    client.force_login(member.user)
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


def _asked(view: str, cookie: str) -> int:
    """How many queries the feed asks."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    with CaptureQueriesContext(connection) as asked:
        answer = client.get("/calendar/feed/", VIEWS[view])
    assert answer.json()["total"] > POSTS / MONTHS / 5
    return len(asked)


def _answered(view: str, address: str, cookie: str) -> tuple[float, int]:
    """Milliseconds from asking for the feed to having it; its bytes as they are served."""
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}", "Accept-Encoding": "gzip"}
    asked = urllib.request.Request(f"{address}/calendar/feed/?{urlencode(VIEWS[view])}", headers=headers)
    took, size = [], 0
    for _ in range(23):
        began = time.perf_counter()
        with urllib.request.urlopen(asked) as answer:
            size = len(answer.read())
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took[3:]), size


def _drawn(view: str, address: str, cookie: str) -> tuple[float, float]:
    """Milliseconds until the view is drawn, the scripts being at hand; bytes of a first visit, all included."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
        context = browser.new_context(viewport=WIDE)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": address}])
        page = context.new_page()
        page.add_init_script(WATCH)
        _open(page, address, view)
        weight = float(page.evaluate(WEIGHT))
        took = []
        for _ in range(5):
            _open(page, address, view)
            took.append(float(page.evaluate(TOOK)))
        browser.close()
    return statistics.median(took), weight


def _open(page: Page, address: str, view: str) -> None:
    page.goto(f"{address}/calendar/?date={MARCH}&view={view}")
    page.locator("html[data-drawn]").wait_for(state="attached")
