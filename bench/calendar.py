"""(f) the calendar of a large workspace: 30,000 posts, 3,000 of them in the month that is shown."""

import statistics
import time
import urllib.request
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

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
MONTH = {"start": "2031-02-24", "end": "2031-04-07", "show": "month"}  # the six weeks of March
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
    """What a month costs the server, the wire and the browser."""
    cookie = sign_in(_fill())
    queries, plain = _asked(cookie)
    yield Row("f: calendar, queries of a month", queries, "", None, "<= 15", queries <= 15)
    yield Row("f: calendar, feed of a month", plain / 1000, "KB", None, "<= 150", plain <= 150_000)
    call_command("collectstatic", "--noinput", verbosity=0)
    with rig.web() as address:
        took = _answered(address, cookie)
        yield Row("f: calendar, server, median of 20", took, "ms", None, "<= 80", took <= 80)
        if find() is None:
            return  # without a Chromium nothing is drawn
        drawn, weight = _drawn(address, cookie)
    yield Row("f: calendar, drawn after opening the page", drawn, "ms", None, "<= 1000", drawn <= 1000)
    yield Row("f: calendar, page on its first visit", weight / 1000, "KB", None, "<= 250", weight <= 250_000)


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


def _asked(cookie: str) -> tuple[int, int]:
    """How many queries the feed asks, and its bytes before they are compressed."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    with CaptureQueriesContext(connection) as asked:
        answer = client.get("/calendar/feed/", MONTH)
    assert answer.json()["total"] > POSTS / MONTHS
    return len(asked), len(answer.content)


def _answered(address: str, cookie: str) -> float:
    """Milliseconds from asking for the feed to having it."""
    query = "&".join(f"{name}={value}" for name, value in MONTH.items())
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}", "Accept-Encoding": "gzip"}
    took = []
    for _ in range(23):
        began = time.perf_counter()
        with urllib.request.urlopen(urllib.request.Request(f"{address}/calendar/feed/?{query}", headers=headers)) as answer:
            answer.read()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took[3:])


def _drawn(address: str, cookie: str) -> tuple[float, float]:
    """Milliseconds until the month is drawn, the scripts being at hand; bytes of a first visit, all included."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
        context = browser.new_context(viewport=WIDE)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": address}])
        page = context.new_page()
        page.add_init_script(WATCH)
        _open(page, address)
        weight = float(page.evaluate(WEIGHT))
        took = []
        for _ in range(5):
            _open(page, address)
            took.append(float(page.evaluate(TOOK)))
        browser.close()
    return statistics.median(took), weight


def _open(page: Page, address: str) -> None:
    page.goto(f"{address}/calendar/?date=2031-03-15&view=month")
    page.locator("html[data-drawn]").wait_for(state="attached")
