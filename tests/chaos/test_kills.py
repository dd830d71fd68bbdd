"""Processes and services killed at any moment, networks that lose and delay: nothing is lost, nothing goes out twice."""

import os
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from accounts.models import Channel
from tests.chaos.scene import Scene

pytestmark = pytest.mark.chaos
LONG = os.environ.get("SMO_CHAOS") == "long"
MISFORTUNES = ("timeout_after", "timeout_before", "reset_after", "reset_before", "fail", "refuse")
VICTIMS = ("publish-1", "publish-2") * 4 + ("media",) * 2 + ("bell", "beat")


@dataclass(frozen=True)
class Size:
    """So many posts over so many seconds, so many kills meanwhile, and how many accounts of each network."""

    posts: int
    seconds: float
    kills: int
    accounts: int


SIZE = Size(1200, 200, 600, 15) if LONG else Size(100, 8, 30, 3)


def test_kills_at_any_moment_lose_nothing_and_double_nothing(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    began = time.monotonic()
    kills_at_any_moment(scene, SIZE)
    with capsys.disabled():
        report(scene, time.monotonic() - began)


def kills_at_any_moment(scene: Scene, size: Size) -> None:
    """The whole week of a busy workspace within seconds, while somebody breaks things."""
    slow = sprinkle(scene, "", 12)
    scene.promises(size.posts, size.seconds, kinds(scene, size.accounts))
    events = disasters(scene, size)
    pause = threading.Event()
    for number in range(size.kills):
        pause.wait(random.uniform(0.2, 1.8) * size.seconds / size.kills)  # moments that nobody chose
        scene.stage.is_killed(random.choice(VICTIMS), **scene.env)
        if number % 3 == 0:
            slow = sprinkle(scene, slow, 6)
        if event := events.get(number):
            event()
    scene.practice.control("DELETE", "faults")
    scene.until_final(within=120 if not LONG else 180)
    scene.is_right()


def kinds(scene: Scene, accounts: int) -> list[tuple[Channel, str]]:
    """Several kinds of posts in turn, three of one kind in a row on a channel: what repeats itself is then not the newest."""
    every: list[tuple[Channel, str]] = []
    networks = zip(*(scene.channels(slug, accounts) for slug in ("x", "facebook", "youtube")), strict=True)
    for x, page, tube in networks:
        every += [(x, "text"), (page, "text")] * 5
        every += [(page, "photo"), (tube, "video"), (page, "commented"), (x, "thread")]
    random.shuffle(every)
    return every


def disasters(scene: Scene, size: Size) -> dict[int, Callable[[], None]]:
    """What happens besides, after how many kills."""
    stage, some = scene.stage, size.kills // 6
    return {
        some: stage.redis_loses_everything,
        2 * some: stage.postgres_restarts,
        3 * some: stage.postgres_crashes,
        4 * some: stage.redis_loses_everything,
    }


def sprinkle(scene: Scene, slow: str, count: int) -> str:
    """`count` misfortunes for the next calls; whoever is spared waits a little, so that kills meet calls. `slow`: what
    this gave last."""
    if slow:
        scene.practice.control("DELETE", f"faults/{slow}")
    for kind in random.choices(MISFORTUNES, k=count):
        operation = random.choice(("publish", "publish", "prepare", "read"))
        scene.practice.control("POST", "faults", kind=kind, operation=operation, seconds=2)
    return str(scene.practice.control("POST", "faults", kind="delay", operation="publish", seconds=0.15, times=None)["id"])


def report(scene: Scene, seconds: float) -> None:
    """For the person who ran it."""
    how, kills = scene.statuses(), scene.stage.kills - scene.kills_before
    print(f"\n{sum(how.values())} publications, {kills} kills, {seconds:.0f} s: {dict(how)}; steps: {scene.steps()}")
