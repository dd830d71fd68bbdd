"""The measurements (a) to (e); each gives rows for the table."""

import math
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from accounts.models import Channel
from bench import ideal, scene, slow
from bench.rig import Rig, cpu_seconds, megabytes
from scheduler import publishing
from scheduler.machine import ringing
from scheduler.models import Publication, Status
from smo.up.processes import WORKERS

CHANNELS = 200
BURSTS = 11
PUBLISH = next(worker for worker in WORKERS if worker.name == "publish")
IN_FLIGHT: int = settings.PUBLISH_THREADS * PUBLISH.processes


@dataclass(frozen=True)
class Row:
    """One line of the table. `limit`: what this computer or the arrangement allows; `sought`: the aim, as a sentence."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    sought: str = ""
    holds: bool | None = None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def throughput(rig: Rig) -> Iterable[Row]:
    """(a) posts a second for bursts, at once and with answers that take 200 ms; (b) beside the limit; (e) what a post costs."""
    bare = {delay: _bare(rig, delay) for delay in (0, 200)}
    for delay in (0, 200):
        with rig.workers("publish", "bell"):
            _wait_until_ready(rig, delay)
            for count in (500, 5000):
                yield from _burst(rig, count, delay, bare[delay])


def _bare(rig: Rig, delay: int) -> float:
    rig.delay(delay)
    count = 4000 if not delay else 1500
    return ideal.posts_a_second(rig.services.database_url, rig.port, count, PUBLISH.processes, settings.PUBLISH_THREADS)


def _wait_until_ready(rig: Rig, delay: int) -> None:
    """Workers are up, connections are made: measured is the running set, not its start."""
    rig.delay(delay)
    scene.clear()
    scene.promise(scene.channels(CHANNELS), 400, scene.soon())
    _until(lambda: scene.out() == 400, 90)


def _burst(rig: Rig, count: int, delay: int, bare: float) -> Iterable[Row]:
    """A short burst is over in a second or two, so it is told as the median of several."""
    before, tries = _costs(rig), BURSTS if count < 1000 else 1
    seconds = statistics.median(_last_out(count) for _ in range(tries))
    after = _costs(rig)
    rate, label = count / seconds, f"{count} posts at {delay} ms"
    if delay:
        ideal_rate = _ideal(count, delay / 1000)
        yield Row(f"a: {label}", rate, "posts/s", ideal_rate, ">= 80 % of the ideal", rate >= 0.8 * ideal_rate)
    else:
        yield Row(f"a: {label}", rate, "posts/s", bare, ">= 400", rate >= 400)
    yield Row(f"a: last out, {label}", seconds, "s")
    yield Row(f"b: share of the limit, {label}", rate / bare, "ratio", bare, ">= 0.4", rate / bare >= 0.4)
    if count == 5000:
        cpu, connections = (after[0] - before[0]) * 1000 / count, after[1] - before[1]
        yield Row(f"e: CPU per post, {label}", cpu, "ms", None, "<= 4", cpu <= 4)
        yield Row(f"e: new connections, {label}", connections, "", None, "0 per post", connections <= IN_FLIGHT + 20)
        for child in rig.publishers():
            yield Row(f"e: memory of {child.name}, {label}", megabytes(child), "MB")


def _last_out(count: int) -> float:
    """Seconds from the promise of `count` posts to the last of them being out."""
    scene.clear()
    over, first = scene.channels(CHANNELS), scene.soon() + timedelta(seconds=count / 1000)
    scene.promise(over, count, first)
    _until(lambda: scene.out() == count, 240)
    return (max(out for _, out in scene.published()) - first).total_seconds()


def _ideal(count: int, delay: float) -> float:
    """Posts a second if nothing but the network's answers took time: they go in waves of as many as are in flight, and the
    last wave takes as long as a full one."""
    return count / (math.ceil(count / IN_FLIGHT) * delay)


def _costs(rig: Rig) -> tuple[float, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sessions FROM pg_stat_database WHERE datname = current_database()")
        sessions = int(cursor.fetchone()[0])
    return sum(cpu_seconds(child) for child in rig.publishers()), sessions


def statements(rig: Rig) -> Iterable[Row]:
    """(e) SQL statements per post, counted where they leave."""
    rig.delay(0)
    scene.clear()
    scene.promise(scene.channels(20), 200, scene.soon() - timedelta(seconds=5))
    count = 0

    def counting(execute: Callable[..., Any], *args: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*args)

    with connection.execute_wrapper(counting):
        while bells := ringing.lease_due():
            for bundle in ringing.bundles(bells):
                publishing.advance(bundle)
    each = count / len(scene.published())
    yield Row("e: SQL statements per post", each, "", None, "<= 6", each <= 6)


def lateness(rig: Rig) -> Iterable[Row]:
    """(c) how late posts are that are spread over a minute: idle, and while the other queues are full of slow work."""
    rig.delay(0)
    with rig.workers("publish", "bell", "media", "rest"):
        _wait_until_ready(rig, 0)
        yield from _minute("idle")
        for _ in range(60):
            slow.transcode.apply_async((5,), queue="media")
            slow.read_comments.apply_async((8,), queue="sync")
        yield from _minute("media and sync full")


def _minute(label: str) -> Iterable[Row]:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE scheduler_post CASCADE")
    scene.promise(scene.channels(CHANNELS), 200, scene.soon(), timedelta(seconds=60))
    _until(lambda: scene.out() == 200, 120)
    late = sorted((out - promised).total_seconds() for promised, out in scene.published())
    p99 = late[int(len(late) * 0.99) - 1]
    yield Row(f"c: lateness p50, {label}", statistics.median(late), "s")
    yield Row(f"c: lateness p99, {label}", p99, "s", None, "<= 1.0", p99 <= 1.0)


def claim(rig: Rig) -> Iterable[Row]:
    """(d) the bell's statement with few and with very many rows in the table."""
    for count in (10_000, 1_000_000):
        scene.clear()
        over = scene.channels(CHANNELS)
        scene.fill(over, count)
        times = []
        for _ in range(200):
            scene.promise(over, 20, scene.soon() - timedelta(seconds=5))
            started = time.perf_counter()
            bells = ringing.lease_due()
            times.append((time.perf_counter() - started) * 1000)
            assert len(bells) == 20, len(bells)
            Publication.objects.filter(pk__in=[bell.id for bell in bells]).delete()
        p99 = sorted(times)[int(len(times) * 0.99) - 1]
        yield Row(f"d: claim p50, {count:,} rows", statistics.median(times), "ms")
        yield Row(f"d: claim p99, {count:,} rows", p99, "ms", None, "<= 5 and flat", p99 <= 5)


def fairness(rig: Rig) -> Iterable[Row]:
    """How long one workspace's burst of 5,000 posts delays another workspace's single post."""
    for delay in (0, 200):
        with rig.workers("publish", "bell"):
            _wait_until_ready(rig, delay)
            late = _single_post_beside_a_burst()
        yield Row(f"a burst of 5,000 delays another workspace's post, {delay} ms", late, "s", None, "< 2", late < 2)


def _single_post_beside_a_burst() -> float:
    """Seconds that the single post was late."""
    scene.clear()
    mine, *burst = scene.channels(CHANNELS)
    burst = [channel for channel in burst if channel.workspace_id != mine.workspace_id]
    Channel.objects.filter(pk__in=[channel.pk for channel in burst]).update(workspace_id=burst[0].workspace_id)
    for channel in burst:
        channel.workspace_id = burst[0].workspace_id
    first = scene.soon() + timedelta(seconds=5)
    scene.promise(burst, 5000, first)
    scene.promise([mine], 1, first + timedelta(seconds=3))
    _until(lambda: mine.publications.filter(status=Status.PUBLISHED).exists(), 120)
    ((promised, out),) = scene.published(mine)
    return float((out - promised).total_seconds())


def _until(condition: Callable[[], bool], seconds: float) -> None:
    ends = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends:
            raise RuntimeError(f"not reached in {seconds:.0f} s; {scene.left()} publications are left")
        time.sleep(0.25)


ALL: dict[str, Callable[[Rig], Iterable[Row]]] = {
    "throughput": throughput,
    "statements": statements,
    "lateness": lateness,
    "claim": claim,
    "fairness": fairness,
}
assert settings.configured
