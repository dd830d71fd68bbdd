"""The bell: fair between workspaces, whole channels in one message, nothing early, nothing that was moved meanwhile."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Channel
from scheduler import planning, publishing
from scheduler.machine import ringing
from scheduler.machine.moving import After, ChannelBusy, move
from scheduler.models import Publication, Status
from tests.cast import Person, Worker, channel, member, said, workspace
from tests.sandbox.conftest import Practice


def test_the_bell_is_fair_between_workspaces(marketer: Person, x_channel: Channel, practice: Practice, shop: object) -> None:
    for number in range(30):
        marketer.publishes(f"Burst {number}", x_channel)
    neighbour = workspace("Tea House")
    other = channel(neighbour, practice, "x", "Tea House")
    small = Person(member(neighbour, "editor")).publishes("One cup", other)

    bells = ringing.lease_due(rows=2)

    assert {bell.channel for bell in bells} == {x_channel.pk, other.pk}
    assert small.pk in {bell.id for bell in bells}


def test_a_message_brings_many_rows_and_never_parts_a_channel(
    marketer: Person, x_channel: Channel, brand_page: Channel, practice: Practice
) -> None:
    third = channel(marketer.workspace, practice, "x", "Polar Fizz Poland")
    for number in range(3):
        for place in (x_channel, brand_page, third):
            marketer.publishes(f"Post {number}", place)
    bells = ringing.lease_due()

    messages = ringing.bundles(bells, size=3)

    homes = {str(bell.id): bell.channel for bell in bells}
    assert len(messages) == 2
    held = [{homes[pk] for pk, _ in message} for message in messages]
    assert not held[0] & held[1]


def test_a_channel_that_is_in_hand_is_passed_over(marketer: Person, x_channel: Channel, worker: Worker) -> None:
    texts = [f"Post {number}" for number in range(ringing.PER_CHANNEL + 1)]
    publications = [marketer.publishes(text, x_channel) for text in texts]

    assert len(ringing.lease_due()) == ringing.PER_CHANNEL
    assert ringing.lease_due() == []
    worker.time_passes(ringing.BELL_LEASE + timedelta(seconds=1))  # whoever held them has died
    assert len(ringing.lease_due()) == ringing.PER_CHANNEL
    worker.time_passes(ringing.BELL_LEASE + timedelta(seconds=1))
    for publication in publications:
        assert worker.finishes(publication).status == Status.PUBLISHED


def test_a_post_that_is_moved_while_its_bell_waits_for_a_thread_goes_out_at_its_new_time(
    marketer: Person, x_channel: Channel, practice: Practice, worker: Worker
) -> None:
    publication = marketer.publishes("Ice cold!", x_channel)
    (message,) = ringing.bundles(ringing.lease_due())
    in_hand = publishing.rung(message)
    later = timezone.now() + timedelta(hours=2)
    publication.refresh_from_db()
    planning.reschedule(publication, later, marketer.member)

    publishing.answer(in_hand)

    publication.refresh_from_db()
    assert (publication.status, publication.attempt, publication.due_at) == (Status.SCHEDULED, 0, later)
    assert said(practice, x_channel) == []
    worker.time_passes(timedelta(hours=2, seconds=1))
    assert worker.finishes(publication).status == Status.PUBLISHED


def test_nothing_is_sent_before_its_time_whatever_its_row_is_due_for(
    marketer: Person, x_channel: Channel, practice: Practice, worker: Worker
) -> None:
    publication = marketer.schedules("Ice cold!", x_channel, timezone.now() + timedelta(hours=2))
    Publication.objects.update(due_at=timezone.now())

    worker.rings()

    publication.refresh_from_db()
    assert (publication.status, publication.due_at) == (Status.SCHEDULED, publication.publish_at)
    assert said(practice, x_channel) == []


def test_two_processes_at_the_same_channel_do_not_collide(marketer: Person, x_channel: Channel) -> None:
    first, second = (marketer.publishes(text, x_channel) for text in ("Ice", "cold"))
    for publication in (first, second):
        move(publication, Status.PREPARING, due=After(), attempt=1)
        move(publication, Status.READY, due=After())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE scheduler_publication SET status = 'sending' WHERE id = %s", [first.pk])
    second_again = Publication.objects.get(pk=second.pk)
    try:
        assert not move(second_again, Status.SENDING, due=After())
    except ChannelBusy:
        pytest.fail("the statement itself must look first")
