"""What people hear of: posts that did not go out, changes by others, lost channels, empty queues, lapsing files."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Channel, Notice, Token, Told, Workspace
from accounts.saying import sentence
from scheduler import planning
from scheduler.machine.endings import fail, mark_disconnected
from scheduler.models import Asset, Publication
from scheduler.plans import queues
from scheduler.tasks import look_around, watch
from scheduler.watching import ends, states
from tests import cast
from tests.cast import Person, Worker
from tests.sandbox.conftest import Practice

Kind = Notice.Kind


def said(person: Person) -> list[str]:
    """What a person was told, the newest first."""
    return [sentence(one) for one in person.member.notices.all()]


def kinds(person: Person) -> list[str]:
    return sorted(person.member.notices.values_list("kind", flat=True))


@pytest.fixture
def refused(marketer: Person, x_channel: Channel) -> Publication:
    """A post that the network did not take."""
    publication = marketer.schedules("Ice cold!", x_channel, timezone.now() + timedelta(hours=2))
    fail(publication, Publication.Fault.REJECTED, "Too long.")
    return publication


# -- posts that did not go out ----------------------------------------------------------------------------------------


def test_a_failed_post_is_told_once(marketer: Person, admin: Person, refused: Publication) -> None:
    for _beat in range(3):
        watch()

    assert said(marketer) == said(admin) == ["“Ice cold!” did not go out on Polar Fizz: Too long."]
    assert marketer.member.notices.get().address == f"/publications/{refused.pk}/"


def test_it_is_told_again_when_it_fails_again(marketer: Person, refused: Publication) -> None:
    watch()
    planning.retry(refused, marketer.member)
    watch()
    fail(refused, Publication.Fault.REJECTED, "Too long still.")
    watch()

    assert [one.count for one in marketer.member.notices.all()] == [2]


def test_a_look_that_dies_tells_nobody_and_the_next_one_does(
    marketer: Person, refused: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_given: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr("scheduler.watching.ends._give", dies)
        with pytest.raises(SystemExit):
            ends.tell()
    assert said(marketer) == []

    ends.tell()

    assert len(said(marketer)) == 1


def test_a_burst_is_one_line_for_each(marketer: Person, admin: Person, x_channel: Channel) -> None:
    when = timezone.now() + timedelta(hours=2)
    for number in range(12):
        fail(marketer.schedules(f"Post {number}", x_channel, when), Publication.Fault.REJECTED, "Too long.")

    watch()

    assert said(marketer) == ["12 posts did not go out on Polar Fizz."]
    assert Notice.objects.count() == 2


def test_each_end_has_its_words(marketer: Person, x_channel: Channel, worker: Worker) -> None:
    when = timezone.now() + timedelta(hours=2)
    fail(marketer.schedules("Doubtful", x_channel, when), Publication.Fault.UNCONFIRMED, "No answer.")
    marketer.schedules("Late", x_channel, when)
    worker.time_passes(timedelta(hours=5))
    worker.rings()

    watch()

    assert set(said(marketer)) == {
        "“Late” was too late for Polar Fizz and waits for you: send it now, or leave it.",
        "Nobody knows whether “Doubtful” is out on Polar Fizz: look there, then decide here.",
    }
    assert kinds(marketer) == [Kind.FAILED, Kind.LATE]


def test_a_dropped_post_is_told_and_a_cancelled_one_is_not(
    marketer: Person, x_channel: Channel, worker: Worker, shop: Workspace
) -> None:
    Workspace.objects.filter(pk=shop.pk).update(late_policy=Workspace.Late.DROP)
    when = timezone.now() + timedelta(hours=2)
    marketer.schedules("Late", x_channel, when)
    planning.cancel(marketer.schedules("Never mind", x_channel, when + timedelta(hours=9)), marketer.member)
    worker.time_passes(timedelta(hours=5))
    worker.rings()

    watch()

    assert said(marketer) == ["“Late” was too late for Polar Fizz and was cancelled."]


def test_what_follows_a_failed_post_is_not_told_beside_it(marketer: Person, x_channel: Channel) -> None:
    when = timezone.now() + timedelta(hours=2)
    fail(marketer.schedules("One", x_channel, when, thread=["Two", "Three"]), Publication.Fault.REJECTED, "Too long.")

    watch()

    assert said(marketer) == ["“One” did not go out on Polar Fizz: Too long."]


def test_what_another_beat_has_in_its_hands_is_left_to_it(marketer: Person, refused: Publication) -> None:
    with transaction.atomic():
        Publication.objects.select_for_update().get(pk=refused.pk)
        other = connection.copy()
        try:
            with other.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM (SELECT 1 FROM scheduler_publication FOR UPDATE SKIP LOCKED) AS free")
                assert cursor.fetchone() == (0,)
        finally:
            other.close()
        assert ends.tell() == 1
    assert ends.tell() == 0


# -- what others do ---------------------------------------------------------------------------------------------------


def test_the_author_hears_who_moved_or_cancelled_the_post(marketer: Person, admin: Person, x_channel: Channel) -> None:
    when = timezone.now() + timedelta(hours=2)
    publication = marketer.schedules("Ice cold!", x_channel, when)

    planning.reschedule(publication, when + timedelta(hours=1), admin.member)
    publication.refresh_from_db()
    planning.cancel(publication, admin.member)

    assert said(marketer) == ["Admin has cancelled your post “Ice cold!”.", "Admin has moved your post “Ice cold!”."]
    assert said(admin) == []


def test_the_author_hears_of_a_new_wording(marketer: Person, admin: Person, x_channel: Channel) -> None:
    when = timezone.now() + timedelta(hours=2)
    post = marketer.schedules("Ice cold!", x_channel, when).post

    planning.schedule(post, when, admin.member)

    assert said(marketer) == ["Admin has changed your post “Ice cold!” and scheduled it anew."]


def test_what_one_does_oneself_is_no_news(marketer: Person, x_channel: Channel) -> None:
    when = timezone.now() + timedelta(hours=2)
    publication = marketer.schedules("Ice cold!", x_channel, when)

    planning.reschedule(publication, when + timedelta(hours=1), marketer.member)

    assert said(marketer) == []


# -- channels ---------------------------------------------------------------------------------------------------------


def test_a_lost_channel_is_told_once_until_it_is_back(marketer: Person, x_channel: Channel) -> None:
    publication = marketer.schedules("Ice cold!", x_channel, timezone.now() + timedelta(hours=2))
    mark_disconnected(publication, "The token has expired.")
    watch()
    watch()
    assert said(marketer) == ["Polar Fizz must be connected again; its posts wait until then. The token has expired."]

    Channel.objects.update(status=Channel.Status.CONNECTED)
    watch()
    assert not Told.objects.exists()
    mark_disconnected(publication, "Again.")
    watch()

    assert [one.count for one in marketer.member.notices.all()] == [2]


def test_a_missing_permission_is_told(marketer: Person, x_channel: Channel) -> None:
    Token.objects.filter(channel=x_channel).update(scopes=["users.read"])

    look_around()
    look_around()

    (told,) = said(marketer)
    assert told.startswith("Polar Fizz lacks a permission: ")
    assert told.endswith(" Connect it again and allow it.")


# -- queues and files ---------------------------------------------------------------------------------------------------


def test_a_queue_that_has_run_empty_is_told(
    marketer: Person, responder: Person, x_channel: Channel, practice: Practice, shop: Workspace
) -> None:
    unused = cast.channel(shop, practice, "x", "Another")
    for channel in (x_channel, unused):
        queues.put(channel, range(7), time(9), marketer.member)
    publication = marketer.schedules("Ice cold!", x_channel, timezone.now() + timedelta(days=2))
    look_around()
    assert said(marketer) == []

    planning.cancel(publication, marketer.member)
    look_around()
    look_around()

    assert said(marketer) == ["The queue of Polar Fizz is empty: nothing is planned in its slots for the next 7 days."]
    assert said(responder) == []


def test_a_paused_queue_may_be_empty(marketer: Person, x_channel: Channel) -> None:
    queues.put(x_channel, range(7), time(9), marketer.member)
    planning.cancel(marketer.schedules("Ice", x_channel, timezone.now() + timedelta(days=2)), marketer.member)
    queues.pause(marketer.workspace.queues.get(), True, marketer.member)

    look_around()

    assert said(marketer) == []


def test_a_file_that_lapses_soon_is_told_when_posts_have_it(marketer: Person, x_channel: Channel, picture: Asset) -> None:
    unused = marketer.uploads(picture.file.read() + b"\0", "unused.png")
    until = timezone.now().date() + timedelta(days=2)
    Asset.objects.filter(pk__in=[picture.pk, unused.pk]).update(use_until=until)
    marketer.schedules("Ice cold!", x_channel, timezone.now() + timedelta(hours=2), media=[picture])

    look_around()
    look_around()

    (told,) = said(marketer)
    assert told.startswith("bottle.png may not be used after ")


def test_a_file_that_lapses_later_is_not_told_yet(marketer: Person, x_channel: Channel, picture: Asset) -> None:
    Asset.objects.update(use_until=timezone.now().date() + timedelta(days=9))
    marketer.schedules("Ice cold!", x_channel, timezone.now() + timedelta(hours=2), media=[picture])

    states.look_around()

    assert said(marketer) == []
