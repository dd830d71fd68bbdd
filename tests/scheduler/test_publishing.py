"""The publication machine against the practice networks: at most once, never lost."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Channel
from scheduler import planning, publishing
from scheduler.machine import ringing
from scheduler.machine.moving import After, move
from scheduler.models import Attempt, Publication, Status
from tests.cast import Person, Worker, said
from tests.sandbox.conftest import Practice


def outcomes(publication: Publication) -> list[str]:
    return list(publication.attempts.values_list("outcome", flat=True))


def test_a_post_goes_out_at_its_time_and_not_before(
    marketer: Person, x_channel: Channel, practice: Practice, worker: Worker
) -> None:
    publication = marketer.schedules("Ice cold!", x_channel, timezone.now() + timedelta(hours=2))

    assert worker.rings() == 0
    assert said(practice, x_channel) == []
    worker.time_passes(timedelta(hours=2, seconds=1))
    worker.finishes(publication)

    assert said(practice, x_channel) == ["Ice cold!"]
    assert publication.status == Status.PUBLISHED
    assert publication.url.endswith(publication.remote_id)
    assert outcomes(publication) == ["sent"]


def test_a_timeout_after_acceptance_is_looked_up_and_never_posted_twice(
    marketer: Person, x_channel: Channel, practice: Practice, worker: Worker, short_deadline: None
) -> None:
    practice.fault("timeout_after", {"id": x_channel.remote_id}, times=1)
    publication = marketer.publishes("Ice cold!", x_channel)

    worker.finishes(publication)

    assert said(practice, x_channel) == ["Ice cold!"]
    assert publication.status == Status.PUBLISHED
    assert outcomes(publication) == ["unknown", "found"]


def test_a_timeout_before_acceptance_is_sent_again_after_two_looks(
    marketer: Person, x_channel: Channel, practice: Practice, worker: Worker, short_deadline: None
) -> None:
    practice.fault("timeout_before", {"id": x_channel.remote_id}, times=1)
    publication = marketer.publishes("Ice cold!", x_channel)

    worker.finishes(publication)

    assert said(practice, x_channel) == ["Ice cold!"]
    assert outcomes(publication) == ["unknown", "absent", "absent", "sent"]


@pytest.mark.parametrize("kind", ["reset_after", "reset_before", "fail"])
def test_a_broken_connection_or_an_error_of_the_network_never_doubles_or_loses_a_post(
    kind: str, marketer: Person, x_channel: Channel, practice: Practice, worker: Worker
) -> None:
    practice.fault(kind, {"id": x_channel.remote_id}, times=1)
    publication = marketer.publishes("Ice cold!", x_channel)

    worker.finishes(publication)

    assert said(practice, x_channel) == ["Ice cold!"]
    assert publication.status == Status.PUBLISHED
    assert outcomes(publication)[0] == "unknown"


def test_a_network_that_asks_to_slow_down_gets_the_post_later(
    marketer: Person, x_channel: Channel, practice: Practice, worker: Worker
) -> None:
    practice.fault("refuse", {"id": x_channel.remote_id}, times=1, seconds=120)
    publication = marketer.publishes("Ice cold!", x_channel)
    worker.rings()
    publication.refresh_from_db()

    assert publication.status == Status.SCHEDULED
    assert publication.due_at is not None
    assert publication.due_at > timezone.now() + timedelta(seconds=100)


def test_what_the_network_refuses_fails_with_a_sentence_and_can_be_sent_again_by_a_person(
    marketer: Person, x_channel: Channel, practice: Practice, worker: Worker
) -> None:
    first = worker.finishes(marketer.publishes("Ice cold!", x_channel))
    again = worker.finishes(marketer.publishes("Ice cold!", x_channel))

    assert first.status == Status.PUBLISHED
    assert (again.status, again.fault) == (Status.FAILED, "rejected")
    assert again.why
    assert said(practice, x_channel) == ["Ice cold!"]
    planning.retry(again, marketer.member)
    assert worker.finishes(again).status == Status.FAILED
    assert outcomes(again) == ["rejected", "send again", "rejected"]


def test_an_expired_token_is_renewed_and_the_post_goes_out(
    marketer: Person, x_channel: Channel, practice: Practice, worker: Worker
) -> None:
    practice.fault("expire_token", {"id": x_channel.remote_id}, times=1, operation="any")
    before = x_channel.token.access
    publication = worker.finishes(marketer.publishes("Ice cold!", x_channel))

    x_channel.token.refresh_from_db()
    assert publication.status == Status.PUBLISHED
    assert x_channel.token.access != before
    assert outcomes(publication) == ["unauthorized", "sent"]


def test_a_revoked_channel_waits_for_a_person_and_its_posts_go_out_when_it_is_back(
    marketer: Person, x_channel: Channel, practice: Practice, worker: Worker
) -> None:
    practice.fault("revoke_token", {"id": x_channel.remote_id}, times=1, operation="any")
    publication = marketer.publishes("Ice cold!", x_channel)
    while worker.rings():
        pass
    x_channel.refresh_from_db()
    publication.refresh_from_db()

    assert x_channel.status == Channel.Status.DISCONNECTED
    assert x_channel.why
    assert publication.status == Status.SCHEDULED
    fresh = practice.account("x", account=x_channel.remote_id)
    x_channel.token.access, x_channel.token.refresh = fresh["access_token"], fresh.get("refresh_token", "")
    x_channel.token.save()
    Channel.objects.update(status=Channel.Status.CONNECTED)
    assert worker.finishes(publication).status == Status.PUBLISHED
    assert said(practice, x_channel) == ["Ice cold!"]


# -- leases, doorbells, locks ---------------------------------------------------------------------------------------------


def test_a_worker_that_dies_while_sending_leaves_a_doubt_that_is_looked_up(
    marketer: Person, x_channel: Channel, practice: Practice, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication = marketer.publishes("Ice cold!", x_channel)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(publishing, "settle", dies)
    with pytest.raises(KeyboardInterrupt):
        worker.rings()
    monkeypatch.undo()
    publication.refresh_from_db()
    assert publication.status == Status.SENDING
    worker.finishes(publication)

    assert said(practice, x_channel) == ["Ice cold!"]
    assert outcomes(publication) == ["lease lost", "found"]


def test_a_failing_log_line_after_success_does_not_post_twice(
    marketer: Person, x_channel: Channel, practice: Practice, worker: Worker
) -> None:
    publication = marketer.publishes("Ice cold!", x_channel)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE scheduler_attempt ADD CONSTRAINT broken CHECK (outcome <> 'sent')")
    try:
        worker.finishes(publication)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE scheduler_attempt DROP CONSTRAINT broken")

    assert said(practice, x_channel) == ["Ice cold!"]
    assert publication.status == Status.PUBLISHED
    assert outcomes(publication) == ["lease lost", "found"]


def test_a_bell_that_rings_twice_or_late_changes_nothing(
    marketer: Person, x_channel: Channel, practice: Practice, worker: Worker
) -> None:
    publication = marketer.publishes("Ice cold!", x_channel)
    (bell,) = ringing.lease_due()
    bells = [(str(bell.id), bell.ticket.isoformat())]
    publishing.advance(bells)
    publishing.advance(bells)
    publishing.advance([(str(bell.id), timezone.now().isoformat())])
    publication.refresh_from_db()

    assert said(practice, x_channel) == ["Ice cold!"]
    assert outcomes(publication) == ["sent"]


def test_a_lost_bell_rings_again(marketer: Person, x_channel: Channel, practice: Practice, worker: Worker) -> None:
    publication = marketer.publishes("Ice cold!", x_channel)
    assert len(ringing.lease_due()) == 1
    assert ringing.lease_due() == []
    worker.finishes(publication)
    assert said(practice, x_channel) == ["Ice cold!"]


def test_a_renewed_lease_is_not_taken_for_a_lost_one(marketer: Person, x_channel: Channel, worker: Worker) -> None:
    publication = marketer.publishes("Ice cold!", x_channel)
    assert move(publication, Status.PREPARING, due=After(timedelta(minutes=3)), attempt=1)
    stale = Publication.objects.get(pk=publication.pk)
    stale.due_at = timezone.now() - timedelta(hours=1)

    publishing.give_back(stale)

    publication.refresh_from_db()
    assert publication.status == Status.PREPARING


def test_only_one_process_moves_a_publication(marketer: Person, x_channel: Channel) -> None:
    mine = marketer.publishes("Ice cold!", x_channel)
    theirs = Publication.objects.get(pk=mine.pk)

    assert move(mine, Status.PREPARING, due=After(), attempt=1)
    assert not move(theirs, Status.PREPARING, due=After(), attempt=1)


def test_a_channel_sends_one_post_at_a_time(marketer: Person, x_channel: Channel, practice: Practice, worker: Worker) -> None:
    first, second = (marketer.publishes(text, x_channel) for text in ("Ice", "cold"))
    for publication in (first, second):
        assert move(publication, Status.PREPARING, due=After(), attempt=1)
        assert move(publication, Status.READY, due=After())
    assert move(first, Status.SENDING, due=After(timedelta(minutes=3)))
    assert not move(second, Status.SENDING, due=After(timedelta(minutes=3)))

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE scheduler_publication SET status = 'sending' WHERE id = %s", [second.pk])


def test_a_row_without_a_next_look_cannot_be_written(marketer: Person, x_channel: Channel) -> None:
    publication = marketer.publishes("Ice cold!", x_channel)
    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.filter(pk=publication.pk).update(due_at=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.filter(pk=publication.pk).update(status="published", due_at=None)


def test_an_attempt_cannot_be_rewritten(marketer: Person, x_channel: Channel, worker: Worker) -> None:
    worker.finishes(marketer.publishes("Ice cold!", x_channel))
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        Attempt.objects.update(outcome="nothing happened")


# -- what a person decides -------------------------------------------------------------------------------------------------


def test_a_stopped_workspace_channel_or_campaign_sends_nothing_until_it_is_resumed(
    marketer: Person, x_channel: Channel, practice: Practice, worker: Worker
) -> None:
    campaign = marketer.workspace.campaigns.create(name="Summer")
    publication = marketer.publishes("Ice cold!", x_channel, campaign=campaign)
    for scope in ({}, {"channel": x_channel}, {"campaign": campaign}):
        planning.hold(marketer.member, True, **scope)
        assert worker.rings() == 0
        planning.hold(marketer.member, False, **scope)

    assert worker.finishes(publication).status == Status.PUBLISHED
    assert said(practice, x_channel) == ["Ice cold!"]


def test_the_stop_holds_between_preparing_and_sending(marketer: Person, x_channel: Channel, practice: Practice) -> None:
    publication = marketer.publishes("Ice cold!", x_channel)
    assert move(publication, Status.PREPARING, due=After(), attempt=1)
    assert move(publication, Status.READY, due=After())
    planning.hold(marketer.member, True)

    publishing.send_ready(publication)

    assert publication.status == Status.READY
    assert said(practice, x_channel) == []


@pytest.mark.parametrize(("policy", "status"), [("publish", "published"), ("hold", "failed"), ("drop", "cancelled")])
def test_a_late_post_is_published_held_or_dropped_as_the_workspace_wants(
    policy: str, status: str, marketer: Person, x_channel: Channel, worker: Worker
) -> None:
    type(marketer.workspace).objects.update(late_policy=policy)
    publication = marketer.publishes("Ice cold!", x_channel)
    worker.time_passes(timedelta(minutes=61))

    assert worker.finishes(publication).status == status


def test_a_cancelled_post_never_goes_out(marketer: Person, x_channel: Channel, practice: Practice, worker: Worker) -> None:
    publication = marketer.schedules("Ice cold!", x_channel, timezone.now() + timedelta(hours=1))
    planning.cancel(publication, marketer.member)
    worker.time_passes(timedelta(hours=2))

    assert worker.rings() == 0
    assert said(practice, x_channel) == []


def test_a_thread_goes_out_in_order_and_a_crash_in_its_middle_goes_on(
    marketer: Person, x_channel: Channel, practice: Practice, worker: Worker, short_deadline: None
) -> None:
    marketer.publishes("One", x_channel, thread=["Two", "Three"])
    worker.rings()
    practice.fault("timeout_after", {"id": x_channel.remote_id}, times=1)
    worker.runs_until(lambda: not Publication.objects.filter(due_at__isnull=False).exists())

    posts = practice.posts("x", {"id": x_channel.remote_id})
    assert [post["text"] for post in posts] == ["One", "Two", "Three"]
    assert [post["parent"] for post in posts[1:]] == [posts[0]["id"], posts[1]["id"]]


def test_what_follows_a_post_that_failed_waits_for_the_decision_about_it(
    marketer: Person, x_channel: Channel, worker: Worker
) -> None:
    worker.finishes(marketer.publishes("One", x_channel))
    doomed = worker.finishes(marketer.publishes("One", x_channel, thread=["Two"]))
    second = doomed.children.get()

    assert (doomed.status, second.status, second.fault) == ("failed", "failed", "parent")
    planning.declare_there(doomed, "https://x.com/polarfizz/status/4711", marketer.member)
    second.refresh_from_db()
    assert second.status == Status.SCHEDULED
