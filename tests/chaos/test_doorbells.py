"""A bell may ring twice, late or from two beats; a person may take a post back in the last moment."""

import random
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.verbs import Problem
from scheduler import planning
from scheduler.models import Publication, Status
from tests.chaos.scene import Scene
from tests.sandbox.waiting import until

pytestmark = pytest.mark.chaos
QUEUES = ("publish", "media")
LOOKED = timedelta(seconds=0.2)  # how long before the promise a person looks at the post


def test_bells_that_ring_again_and_late_change_nothing(scene: Scene) -> None:
    bells_ring_again(scene)


def bells_ring_again(scene: Scene) -> None:
    """Every message of the queues is delivered three times: copies at once, and again when all is over."""
    slow_calls(scene)
    pages, postman = scene.channels("facebook", 6), Postman(scene)
    with everybody_asleep(scene):
        scene.promises(36, 2.0, [(page, kind) for kind in ("text", "photo", "commented") for page in pages])
        until(lambda: all(scene.redis.llen(queue) for queue in QUEUES))
        postman.copies()
    until(lambda: postman.copies() and not scene.live(), within=60)

    postman.brings_all_again()
    last = scene.promise(pages[0])
    until(lambda: Publication.objects.get(pk=last.pk).is_final)
    until(lambda: not any(scene.redis.llen(queue) for queue in QUEUES))

    scene.is_right()
    assert set(scene.statuses()) == {"published"}
    assert "send lease lost" not in scene.steps(), "a copy took a living worker for a dead one"


@contextmanager
def everybody_asleep(scene: Scene) -> Iterator[None]:
    """The workers stop in the middle of what they do, and go on when the block is over."""
    for sent in (signal.SIGSTOP, signal.SIGCONT):
        for name in ("publish-1", "publish-2", "media"):
            scene.stage.gets(name, sent)
        if sent is signal.SIGSTOP:
            yield


class Postman:
    """Copies what waits in the queues of Redis, each message twice, and keeps one of each."""

    def __init__(self, scene: Scene) -> None:
        self.redis = scene.redis
        self.taken: Counter[tuple[str, bytes | str]] = Counter()

    def copies(self) -> bool:
        for queue in QUEUES:
            for message in self.redis.lrange(queue, 0, -1):
                if self.taken[queue, message] < 2:
                    self.taken[queue, message] += 1
                    self.redis.lpush(queue, message)
        return True

    def brings_all_again(self) -> None:
        for queue, message in random.sample(list(self.taken), len(self.taken)):
            self.redis.lpush(queue, message)


def test_two_beats_do_no_harm(scene: Scene) -> None:
    scene.stage.runs("beat-2", kind="beat")
    scene.promises(24, 2.0, [(channel, "text") for slug in ("x", "facebook") for channel in scene.channels(slug, 3)])

    scene.until_final(within=60)

    scene.is_right()
    assert set(scene.steps()) <= {"send sent", "send waiting"}


def test_what_is_taken_back_in_the_last_moment_is_not_out(scene: Scene) -> None:
    people_change_their_minds(scene)


def people_change_their_minds(scene: Scene) -> None:
    """Each post is cancelled about when it goes out, from a page that somebody opened a moment ago: either the person is
    told that it is too late, or nobody sees it."""
    slow_calls(scene)
    pages = scene.channels("facebook", 4)
    scene.promises(32, 3.0, [(page, kind) for kind in ("photo", "text") for page in pages])
    outcomes: Counter[str] = Counter()
    for one in Publication.objects.order_by("publish_at"):
        until(lambda one=one: timezone.now() > one.publish_at - LOOKED)  # type: ignore[misc]  # the loop's own value
        shown = Publication.objects.get(pk=one.pk)
        clicked = one.publish_at + timedelta(seconds=random.uniform(-0.1, 0.4))
        until(lambda clicked=clicked: timezone.now() >= clicked)  # type: ignore[misc]  # the loop's own value
        outcomes[takes_back(scene, shown)] += 1
    scene.until_final(within=60)

    scene.is_right()
    assert outcomes["cancelled"] == scene.statuses()[Status.CANCELLED]


def takes_back(scene: Scene, publication: Publication) -> str:
    """A person's click."""
    try:
        planning.cancel(publication, scene.marketer.member)
    except Problem:
        return "too late"
    return "cancelled"


def slow_calls(scene: Scene) -> None:
    """Every publishing call takes a while, so that others come in between."""
    scene.practice.control("POST", "faults", kind="delay", operation="publish", seconds=0.2, times=None)
