"""(g) every main page of the demo's workspace against the budgets: weight, queries, server, and what a browser sees."""

import statistics
import sys
import time
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from accounts.models import Member
from bench import scene
from bench.calendar import WEIGHT, WIDE, sign_in
from bench.measures import Row
from bench.rig import Rig
from smo.up.chromium import FLAGS, find
from smo.up.prepare import wait_for
from smo.up.services import free_port

ORDINARY, CALENDAR = 150_000, 250_000  # bytes on the wire
QUERIES, SERVER, LCP, CLS = 30, 100, 1000, 0.1
TRIES = 9
WATCH = """
  window.seen = { lcp: 0, cls: 0 }
  new PerformanceObserver((list) => { for (const one of list.getEntries()) seen.lcp = one.startTime })
    .observe({ type: 'largest-contentful-paint', buffered: true })
  new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) seen.cls += one.value })
    .observe({ type: 'layout-shift', buffered: true })
"""
SETTLED = 600  # milliseconds after which nothing is fetched or moved any more


@dataclass(frozen=True)
class Seen:
    """What one visit cost: bytes, milliseconds until the largest thing is painted, the sum of all shifts."""

    weight: float
    lcp: float
    cls: float


def pages(rig: Rig) -> Iterable[Row]:
    """What each page costs the server, the wire and the browser."""
    with _demo(rig):
        call_command("collectstatic", "--noinput", verbosity=0)
        member = Member.objects.filter(workspace__name="Polar Fizz", role="owner").get()
        cookie, addresses = sign_in(member), _addresses(member)
        counted = {name: _queries(cookie, path) for name, path in addresses.items()}
        with rig.web() as address:
            took = {name: _server(f"{address}{path}", cookie) for name, path in addresses.items()}
            seen = _browse(address, cookie, addresses) if find() else {}
    for name in addresses:
        yield from _rows(name, counted[name], took[name], seen.get(name, []))


@contextmanager
def _demo(rig: Rig) -> Iterator[None]:
    """The demo's workspace, with practice networks for as long as it is filled."""
    scene.clear()
    port = free_port()
    networks = rig.run(
        "sandbox", [sys.executable, "manage.py", "sandbox", "--port", str(port), "--store", str(rig.var / "sandbox")]
    )
    wait_for(f"http://127.0.0.1:{port}/healthz")
    with override_settings(SANDBOX_URL=f"http://127.0.0.1:{port}"):
        call_command("demo", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    try:
        yield
    finally:
        networks.stop()


def _addresses(member: Member) -> dict[str, str]:
    """The main pages, by the names under which the table tells of them."""
    home = member.workspace
    draft = home.posts.filter(publications=None, targets__isnull=False).first() or home.posts.first()
    told = home.posts.filter(targets__audience__isnull=False).first() or draft
    campaign, channel = home.campaigns.first(), home.channels.first()
    assert draft
    assert told
    assert campaign
    assert channel
    named = {
        "posts": reverse("posts"),
        "composer": reverse("post-edit", args=[draft.pk]),
        "library": reverse("library"),
        "campaign": reverse("campaign", args=[campaign.pk]),
        "queues": reverse("queue-week", args=[channel.pk]),
        "audiences": reverse("audiences"),
        "matrix": reverse("post-audiences", args=[told.pk]),
        "import": reverse("imports"),
        "search": f"{reverse('search')}?q=ice",
        **{name: reverse(name) for name in ("inbox", "channels", "team", "settings")},
    }
    return {f"calendar, {view}": f"{reverse('calendar')}?view={view}" for view in ("month", "week", "list")} | named


def _queries(cookie: str, path: str) -> int:
    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return len(asked)


def _server(url: str, cookie: str) -> float:
    """Milliseconds from asking for the page to having it, the median of some tries."""
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}", "Accept-Encoding": "gzip"}
    took = []
    for _ in range(TRIES + 2):
        began = time.perf_counter()
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
            answer.read()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took[2:])


def _browse(address: str, cookie: str, addresses: dict[str, str]) -> dict[str, list[Seen]]:
    """Each page three times: the first visit fetches everything, the others have the scripts and styles at hand."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
        found = {name: _visits(browser, f"{address}{path}", address, cookie) for name, path in addresses.items()}
        browser.close()
    return found


def _visits(browser: Browser, url: str, address: str, cookie: str) -> list[Seen]:
    context = browser.new_context(viewport=WIDE)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": address}])
    context.add_init_script(WATCH)
    seen = [_visit(context, url) for _ in range(3)]
    context.close()
    return seen


def _visit(context: BrowserContext, url: str) -> Seen:
    page = context.new_page()
    page.goto(url, wait_until="load")
    page.wait_for_timeout(SETTLED)
    found: Any = page.evaluate(f"({{ ...seen, weight: {WEIGHT} }})")
    page.close()
    return Seen(found["weight"], found["lcp"], found["cls"])


def _rows(name: str, queries: int, took: float, seen: list[Seen]) -> Iterable[Row]:
    yield Row(f"g: {name}, queries", queries, "", None, f"<= {QUERIES}", queries <= QUERIES)
    yield Row(f"g: {name}, server, median of {TRIES}", took, "ms", None, f"<= {SERVER}", took <= SERVER)
    if not seen:
        return  # without a Chromium nobody looks
    most = CALENDAR if name.startswith("calendar") else ORDINARY
    first, again = seen[0].weight, statistics.median(one.weight for one in seen[1:])
    lcp, cls = statistics.median(one.lcp for one in seen), max(one.cls for one in seen)
    yield Row(f"g: {name}, first visit", first / 1000, "KB", None, f"<= {most // 1000}", first <= most)
    yield Row(f"g: {name}, with a warm cache", again / 1000, "KB")
    yield Row(f"g: {name}, LCP", lcp, "ms", None, f"< {LCP}", lcp < LCP)
    yield Row(f"g: {name}, CLS", cls, "", None, f"< {CLS}", cls < CLS)
