"""Machines whose clocks are wrong: PostgreSQL's is the only one that counts."""

import signal

import pytest

from scheduler.models import Publication, Status
from tests.chaos.clock import HOUR
from tests.chaos.scene import Scene
from tests.sandbox.waiting import until

pytestmark = pytest.mark.chaos


def test_workers_whose_clocks_are_wrong_and_jump_keep_every_promise(empty_scene: Scene) -> None:
    empty_scene.begins(CHAOS_SHIFT="0")
    for name, shift in {"publish-1": HOUR, "publish-2": -HOUR, "media": HOUR}.items():
        empty_scene.stage.is_killed(name, CHAOS_SHIFT=str(shift))

    everything_is_on_time(empty_scene, jump=("publish-1", "publish-2", "media", "bell"))


def test_a_beat_whose_clock_is_set_back_goes_on_ringing(empty_scene: Scene) -> None:
    empty_scene.begins(CHAOS_SHIFT="0")
    (channel,) = empty_scene.channels("x", 1)
    empty_scene.promise(channel)
    empty_scene.until_final(within=60)

    empty_scene.stage.gets("beat", signal.SIGUSR2)
    empty_scene.promise(channel)
    empty_scene.until_final(within=60)


def test_a_bell_whose_clock_is_not_the_beats_rings(empty_scene: Scene) -> None:
    empty_scene.begins(CHAOS_SHIFT="0")
    empty_scene.stage.is_killed("bell", CHAOS_SHIFT=str(HOUR))
    (channel,) = empty_scene.channels("x", 1)

    empty_scene.promise(channel)
    empty_scene.until_final(within=60)


def everything_is_on_time(scene: Scene, jump: tuple[str, ...]) -> None:
    """What is due goes out, not before its time and once; what is due in half an hour stays. When half of it is out, the
    clocks of `jump` are set back by an hour."""
    channels = [channel for slug in ("x", "facebook") for channel in scene.channels(slug, 3)]
    later = [scene.promise(channel, 1800, kind) for channel in channels for kind in ("text", "photo")]
    scene.promises(24, 3.0, [(channel, kind) for kind in ("text", "photo") for channel in channels])
    until(lambda: scene.statuses()["published"] >= 12, within=60)
    for name in jump:
        scene.stage.gets(name, signal.SIGUSR2)
    until(lambda: scene.live() == len(later), within=60)

    seen = scene.seen()
    assert not seen.doubles()
    assert scene.statuses()["published"] == 24
    assert not [one.text for one in later if one.text in seen.ids], "out before its time"
    for one in Publication.objects.filter(status=Status.PUBLISHED):
        assert one.published_at is not None
        assert one.published_at >= one.publish_at, "out before its time"
