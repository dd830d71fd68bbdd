"""Machines whose clocks are wrong: PostgreSQL's is the only one that counts."""

import signal

import pytest

from scheduler.models import Publication, Status
from tests.chaos.clock import HOUR
from tests.chaos.scene import Scene
from tests.sandbox.waiting import until

pytestmark = pytest.mark.chaos


def test_workers_whose_clocks_are_an_hour_off_keep_every_promise(empty_scene: Scene) -> None:
    scene = empty_scene
    ahead, behind = {"CHAOS_SHIFT": str(HOUR)}, {"CHAOS_SHIFT": str(-HOUR)}
    scene.begins(CHAOS_SHIFT="0")
    for name, env in {"publish-1": ahead, "publish-2": behind, "media": ahead}.items():
        scene.stage.is_killed(name, **env)

    everything_is_on_time(scene)


def test_clocks_that_jump_while_the_workers_run_change_nothing(scene: Scene) -> None:
    for name in ("publish-1", "publish-2", "media", "bell", "beat"):
        scene.stage.gets(name, signal.SIGUSR2)

    everything_is_on_time(scene)


def everything_is_on_time(scene: Scene) -> None:
    """What is due goes out, not before its time and once; what is due in half an hour stays."""
    channels = [channel for slug in ("x", "facebook") for channel in scene.channels(slug, 3)]
    later = [scene.promise(channel, 1800, kind) for channel in channels for kind in ("text", "photo")]
    scene.promises(24, 3.0, [(channel, kind) for kind in ("text", "photo") for channel in channels])

    until(lambda: scene.live() == len(later), within=20)

    seen = scene.seen()
    assert not seen.doubles()
    assert scene.statuses()["published"] == 24
    assert not [one.text for one in later if one.text in seen.ids], "out before its time"
    for one in Publication.objects.filter(status=Status.PUBLISHED):
        assert one.published_at is not None
        assert one.published_at >= one.publish_at, "out before its time"
