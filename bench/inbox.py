"""(h) the inbox: webhooks taken in, from webhook to screen, and the list, a thread and a search however much there is."""

import hashlib
import hmac
import http.client
import json
import statistics
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Member
from accounts.networks import PRACTICE_CLIENT
from bench import talks
from bench.calendar import sign_in
from bench.measures import Row
from bench.rig import Rig
from inbox import listing
from inbox.models import Conversation, Event, Message

BURST, LINES = 1000, (4, 8)  # events, and connections over which a network sends them
SHOWN = 20  # webhooks that are followed to the screen
TRIES = 15
COUNTS = (1_000, 100_000)
LIST, QUERIES, WIRE, ANSWERED = 30, 12, 100_000, 50


def inbox(rig: Rig) -> Iterable[Row]:
    """What comes in, then what is looked at."""
    call_command("collectstatic", "--noinput", verbosity=0)
    cookie = sign_in(talks.fill(COUNTS[0]))
    with rig.web() as address:
        for lines in LINES:
            yield from _intake(address, lines)
        with rig.workers("rest"):
            yield from _to_screen(address, cookie)
        for count in COUNTS:
            yield from _looks(address, talks.fill(count), count)


# -- coming in ----------------------------------------------------------------------------------------------------------------


def _delivery(comment: str) -> tuple[bytes, dict[str, str]]:
    """What Facebook says of a new comment, signed as the practice network signs."""
    post = f"{talks.PAGE}_1"
    value: dict[str, Any] = {"item": "comment", "verb": "add", "comment_id": comment, "post_id": post, "parent_id": post}
    value |= {"message": "Ice?", "from": {"id": "ann", "name": "Ann"}, "created_time": int(time.time())}
    entry = {"id": talks.PAGE, "time": 1, "changes": [{"field": "feed", "value": value}]}
    body = json.dumps({"object": "page", "entry": [entry]}).encode()
    signature = hmac.new(PRACTICE_CLIENT[1].encode(), body, hashlib.sha256).hexdigest()
    return body, {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={signature}"}


@contextmanager
def _line(address: str) -> Iterator[http.client.HTTPConnection]:
    line = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    try:
        yield line
    finally:
        line.close()


def _tell(line: http.client.HTTPConnection, comment: str) -> float:
    """Send a delivery; milliseconds until it was answered."""
    body, headers = _delivery(comment)
    began = time.perf_counter()
    line.request("POST", reverse("practice-hook", args=["facebook"]), body, headers)
    answer = line.getresponse()
    answer.read()
    assert answer.status == 200, answer.status
    return (time.perf_counter() - began) * 1000


def _share(address: str, lines: int, first: int) -> list[float]:
    with _line(address) as line:
        return [_tell(line, f"burst.{lines}.{number}") for number in range(first, BURST, lines)]


def _intake(address: str, lines: int) -> Iterable[Row]:
    """A burst; whatever is answered was kept before, so that none may be missing."""
    with _line(address) as line:
        for number in range(50):
            _tell(line, f"warm.{number}")
    before, began = Event.objects.count(), time.perf_counter()
    with ThreadPoolExecutor(lines) as pool:
        took = sorted(one for share in pool.map(lambda first: _share(address, lines, first), range(lines)) for one in share)
    seconds, lost = time.perf_counter() - began, BURST - (Event.objects.count() - before)
    p99, label = took[int(len(took) * 0.99) - 1], f"burst of {BURST:,} over {lines} connections"
    yield Row(f"h: webhooks taken in, {label}", BURST / seconds, "/s")
    yield Row(f"h: webhook answered, p50, {label}", statistics.median(took), "ms")
    yield Row(f"h: webhook answered, p99, {label}", p99, "ms", None, f"< {ANSWERED}", p99 < ANSWERED)
    yield Row(f"h: webhooks lost, {label}", lost, "", None, "0", lost == 0)


# -- to the screen ------------------------------------------------------------------------------------------------------------


def _to_screen(address: str, cookie: str) -> Iterable[Row]:
    """From a network's call to the moment at which an open page hears of it; the bursts are worked out before."""
    ends = time.monotonic() + 180
    while Event.objects.filter(due_at__isnull=False).exists():
        if time.monotonic() > ends:
            raise RuntimeError("the bursts are not worked out")
        time.sleep(0.25)
    arrived = Message.objects.filter(remote_id__startswith="burst.").count()
    missing = BURST * len(LINES) - arrived
    yield Row("h: utterances missing after the bursts", missing, "", None, "0", missing == 0)
    with _line(address) as line, _line(address) as page:
        page.request("GET", reverse("live"), headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"})
        stream = page.getresponse()
        _heard(stream, "opened")
        took = sorted(_seen(line, stream, f"shown.{number}") for number in range(SHOWN))
    yield Row("h: from webhook to screen, median", statistics.median(took), "s")
    yield Row(f"h: from webhook to screen, slowest of {SHOWN}", took[-1], "s", None, "<= 2", took[-1] <= 2)


def _seen(line: http.client.HTTPConnection, stream: http.client.HTTPResponse, comment: str) -> float:
    began = time.perf_counter()
    _tell(line, comment)
    _heard(stream, "inbox")
    return time.perf_counter() - began


def _heard(stream: http.client.HTTPResponse, topic: str) -> None:
    """Read on until an event of this topic is whole."""
    while (said := stream.readline()) != f"event: {topic}\n".encode():
        assert said, "the stream has ended"
    while stream.readline().strip():
        pass


# -- looked at ----------------------------------------------------------------------------------------------------------------


def _looks(address: str, member: Member, count: int) -> Iterable[Row]:
    cookie = sign_in(member)
    for name, path in _addresses(member).items():
        queries, wire = _asked(path, cookie)
        took, label = _answered(address, path, cookie), f"h: {name}, {count:,} conversations"
        if name.startswith(("list", "search")):
            yield Row(f"{label}, server, median of {TRIES}", took, "ms", None, f"<= {LIST}", took <= LIST)
            yield Row(f"{label}, queries", queries, "", None, f"<= {QUERIES}", queries <= QUERIES)
            yield Row(f"{label}, page", wire / 1000, "KB", None, "<= 100", wire <= WIRE)
        else:
            yield Row(f"{label}, server, median of {TRIES}", took, "ms")


def _addresses(member: Member) -> dict[str, str]:
    home, channel = reverse("inbox"), member.workspace.channels.first()
    assert channel
    deep = member.workspace.conversations.filter(state="open").order_by("-last_at")[member.workspace.conversations.count() // 4]
    narrowed = {f"list, {box.label}": f"state={box.value}" for box in listing.Box}
    narrowed |= {
        "list, of a channel": f"channel={channel.pk}",
        "list, of a kind": "kind=review",
        "list, waiting": "waiting=24",
        "list, unread": "unread=1",
        "list, half-way down": f"after={listing.cursor(deep).replace('+', '%2B')}",
        "search, a common word": "q=bottle",
        "search, a rare word": "q=hailstorm",
        "search, a name": "q=okafor",
        "search, in vain": "q=xyzzy",
    }
    long = Conversation.objects.get(workspace=member.workspace, thread="t1")
    threads = {"thread": deep, "thread of 1,000": long}
    return {name: f"{home}?{query}" for name, query in narrowed.items()} | {
        name: reverse("conversation", args=[one.pk]) for name, one in threads.items()
    }


def _asked(path: str, cookie: str) -> tuple[int, int]:
    """How many queries a page asks, and its bytes before they are compressed."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return len(asked), len(answer.content)


def _answered(address: str, path: str, cookie: str) -> float:
    """Milliseconds from asking to having it, over a connection that is there already."""
    headers, took = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}", "Accept-Encoding": "gzip"}, []
    with _line(address) as line:
        for _ in range(TRIES + 3):
            began = time.perf_counter()
            line.request("GET", path, headers=headers)
            line.getresponse().read()
            took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took[3:])
