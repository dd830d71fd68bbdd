"""What a network or the database does at the worst moment: posts that show late, uploads cut short, a log that fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from scheduler.machine.moving import NEXT, After, move
from scheduler.models import Publication, Status
from tests.chaos.scene import Scene
from tests.sandbox.waiting import until

pytestmark = pytest.mark.chaos
BROKEN = """
CREATE FUNCTION breaks_at_times() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF random() < 0.1 THEN RAISE EXCEPTION 'the attempt cannot be written'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER breaks_at_times BEFORE INSERT ON scheduler_attempt FOR EACH ROW EXECUTE FUNCTION breaks_at_times();
"""
MENDED = "DROP TRIGGER breaks_at_times ON scheduler_attempt; DROP FUNCTION breaks_at_times"


def test_an_attempt_that_cannot_be_written_down_is_not_repeated(scene: Scene) -> None:
    channels = [channel for slug in ("x", "facebook") for channel in scene.channels(slug, 5)]
    with breaking_log():
        scene.promises(60, 1.0, [(channel, kind) for kind in ("text", "text", "photo") for channel in channels])
        scene.until_final(within=60)

    scene.is_right()
    assert set(scene.statuses()) == {"published"}
    assert scene.steps().get("send lease lost"), "the log never broke where it hurts"


@contextmanager
def breaking_log() -> Iterator[None]:
    """One in ten rows of the attempts' log cannot be written."""
    with connection.cursor() as cursor:
        cursor.execute(BROKEN)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(MENDED)


def test_what_shows_only_after_the_first_look_is_not_sent_again(scene: Scene) -> None:
    posts_show_late(scene)


def posts_show_late(scene: Scene) -> None:
    """The network takes longer than we wait: at the first look the comment is not there, at the second it is."""
    scene.practice.control("POST", "faults", kind="delay", path="/comments$", operation="publish", seconds=2, times=4)
    for page in scene.channels("facebook", 4):
        scene.promise(page, kind="commented")

    scene.until_final(within=60)
    until(lambda: len([call for call in scene.practice.requests(method="POST") if call["fault"] == "delay"]) >= 4)

    scene.is_right()
    assert scene.steps()["send unknown"] >= 4


def test_answers_that_never_come_are_looked_up(scene: Scene) -> None:
    answers_get_lost(scene)


def answers_get_lost(scene: Scene) -> None:
    """Accepted, but the answer is lost: by time-out, by reset, by a page that died."""
    for kind in ("timeout_after", "reset_after"):
        scene.practice.control("POST", "faults", kind=kind, path="/(comments|feed)$", operation="publish", seconds=2, times=6)
    pages = scene.channels("facebook", 4)
    scene.promises(24, 1.0, [(page, kind) for kind in ("commented", "text") for page in pages])

    scene.until_final(within=60)

    scene.is_right()
    assert set(scene.statuses()) == {"published"}


def test_a_worker_killed_while_it_sends_leaves_a_doubt(scene: Scene) -> None:
    workers_die_while_they_send(scene)


def workers_die_while_they_send(scene: Scene) -> None:
    """Comments are on their way when both publishers die; the network accepts them all the same."""
    slow = {"kind": "delay", "operation": "publish", "path": "/comments$", "seconds": 0.7}
    scene.practice.control("POST", "faults", times=None, **slow)
    for page in scene.channels("facebook", 6):
        scene.promise(page, kind="commented")
    until(lambda: sum(fault["applied"] for fault in scene.practice.control("GET", "faults")["data"]) >= 4)
    for name in ("publish-1", "publish-2"):
        scene.stage.is_killed(name, **scene.env)

    scene.until_final(within=60)

    scene.is_right()
    assert scene.steps()["send lease lost"] >= 4


def test_a_crash_of_the_database_forgets_no_call(scene: Scene) -> None:
    databases_crash(scene)


def databases_crash(scene: Scene) -> None:
    """kill -9 of PostgreSQL while posts go out: what it had answered for is still there."""
    scene.promises(60, 3.0, [(page, kind) for page in scene.channels("facebook", 5) for kind in ("text", "commented")])
    for share in (10, 25, 40):
        until(lambda share=share: scene.statuses()["published"] >= share)  # type: ignore[misc]  # the loop's own value
        scene.stage.postgres_crashes()

    scene.until_final(within=60)

    scene.is_right()


def test_a_worker_of_an_earlier_attempt_has_no_say(empty_scene: Scene) -> None:
    an_earlier_attempt_speaks_up(empty_scene)


def an_earlier_attempt_speaks_up(scene: Scene) -> None:
    """It hung so long that others looked and sent again; what it learns at last is not about the call of this moment."""
    (page,) = scene.channels("facebook", 1)
    publication, later = scene.promise(page, after=3600), After(timedelta(hours=1))
    Publication.objects.filter(pk=publication.pk).update(publish_at=timezone.now() - timedelta(seconds=1))
    for status in (Status.PREPARING, Status.READY, Status.SENDING):
        assert move(publication, status, due=later)
    hung = Publication.objects.get(pk=publication.pk)
    for status in (Status.CONFIRMING, Status.SCHEDULED):
        assert move(publication, status, due=later)
    assert move(publication, Status.PREPARING, due=later, attempt=NEXT)
    for status in (Status.READY, Status.SENDING):
        assert move(publication, status, due=later)

    assert not move(hung, Status.SCHEDULED, due=later), "an old 'not now' would send what is being sent"
    publication.delete()


def test_an_upload_cut_short_by_a_kill_goes_on_and_shows_once(scene: Scene) -> None:
    (tube,) = scene.channels("youtube", 1)
    scene.practice.control("POST", "faults", kind="delay", operation="prepare", seconds=0.25, times=None)
    publication = scene.promise(tube, kind="large video")
    until(lambda: len(puts(scene)) >= 2)
    scene.stage.is_killed("media")

    scene.until_final(within=60)

    scene.is_right()
    assert scene.statuses() == {"published": 1}
    begun = scene.practice.requests(network="youtube", method="POST", path="/upload/youtube/v3/videos$")
    assert len(begun) == 1, "the upload began anew instead of going on"
    assert publication.attempts.filter(outcome="lease lost").count() == 1


def puts(scene: Scene) -> list[dict[str, object]]:
    """The pieces of videos that have arrived."""
    return scene.practice.requests(network="youtube", method="PUT", path="/upload/")
