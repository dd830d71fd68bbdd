"""The next free slot of a channel: weekly times, what is taken, paused queues, the two nights when the clocks change."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from threading import Thread
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Channel
from accounts.verbs import Problem
from scheduler import planning
from scheduler.composing.drafting import Draft
from scheduler.models import Publication, Queue, Slot, Status
from scheduler.plans import queues, slots
from tests import cast
from tests.sandbox.waiting import until

WARSAW = ZoneInfo("Europe/Warsaw")
MONDAY = datetime(2031, 6, 2, 8, tzinfo=WARSAW)
SPRING, AUTUMN = datetime(2031, 3, 30, tzinfo=WARSAW), datetime(2031, 10, 26, tzinfo=WARSAW)  # both are Sundays


Likes = Callable[..., Queue]


@pytest.fixture
def likes() -> Likes:
    """likes(channel, {weekday: times}): the channel has these slots, in a queue of this name."""

    def put(channel: Channel, week: dict[int, list[str]], name: str = "Everyday") -> Queue:
        queue, _ = Queue.objects.get_or_create(workspace=channel.workspace, name=name)
        for weekday, times in week.items():
            for at in times:
                Slot.objects.create(channel=channel, queue=queue, weekday=weekday, at=time.fromisoformat(at))
        return queue

    return put


def wall(moment: datetime | None) -> str:
    return f"{moment.astimezone(WARSAW):%a %d %b %H:%M}" if moment else "never"


def test_the_next_slot_is_the_next_on_the_clocks_of_the_workspace(x_channel: Channel, likes: Likes) -> None:
    likes(x_channel, {0: ["09:00", "17:30"], 4: ["12:00"]})

    assert wall(slots.next_free(x_channel, MONDAY)) == "Mon 02 Jun 09:00"
    assert wall(slots.next_free(x_channel, MONDAY.replace(hour=9))) == "Mon 02 Jun 17:30"
    assert wall(slots.next_free(x_channel, MONDAY.replace(hour=18))) == "Fri 06 Jun 12:00"
    assert wall(slots.next_free(x_channel, MONDAY + timedelta(days=5))) == "Mon 09 Jun 09:00"


def test_a_channel_without_slots_has_no_free_one(x_channel: Channel) -> None:
    assert slots.next_free(x_channel, MONDAY) is None


def test_slots_that_live_posts_of_this_channel_have_are_passed_over(
    marketer: cast.Person, x_channel: Channel, brand_page: Channel, likes: Likes
) -> None:
    likes(x_channel, {0: ["09:00"], 2: ["09:00"]})
    first = marketer.schedules("First", on=x_channel, when=MONDAY.replace(hour=9, second=30))
    marketer.schedules("Elsewhere", on=brand_page, when=MONDAY.replace(day=4, hour=9))
    assert wall(slots.next_free(x_channel, MONDAY)) == "Wed 04 Jun 09:00"
    assert wall(slots.next_free(x_channel, MONDAY, besides=[first.post_id])) == "Mon 02 Jun 09:00"

    planning.cancel(first, marketer.member)

    assert wall(slots.next_free(x_channel, MONDAY)) == "Mon 02 Jun 09:00"


def test_a_paused_queue_gives_no_slot_away(x_channel: Channel, likes: Likes) -> None:
    paused = likes(x_channel, {0: ["09:00"]}, "Offers")
    open_queue = likes(x_channel, {1: ["10:00"]}, "Everyday")
    Queue.objects.filter(pk=paused.pk).update(paused=True)

    assert wall(slots.next_free(x_channel, MONDAY)) == "Tue 03 Jun 10:00"
    assert slots.next_free(x_channel, MONDAY, queue=paused) is None
    assert wall(slots.next_free(x_channel, MONDAY, queue=open_queue)) == "Tue 03 Jun 10:00"


def test_who_asks_for_one_queue_gets_a_slot_of_it(x_channel: Channel, likes: Likes) -> None:
    likes(x_channel, {0: ["09:00"]})
    offers = likes(x_channel, {3: ["20:00"]}, "Offers")

    assert wall(slots.next_free(x_channel, MONDAY, queue=offers)) == "Thu 05 Jun 20:00"


def test_when_all_is_taken_there_is_none(x_channel: Channel, marketer: cast.Person, likes: Likes) -> None:
    likes(x_channel, {0: ["09:00"]})
    weeks = [MONDAY.replace(hour=9) + timedelta(weeks=number) for number in range(54)]
    walls = [planning.at(WARSAW, week.replace(tzinfo=None)) for week in weeks]
    for one in walls:
        post = marketer.writes("Always", on=x_channel)
        Publication.objects.create(workspace=post.workspace, post=post, channel=x_channel, publish_at=one, due_at=one)

    assert slots.next_free(x_channel, MONDAY) is None


# -- when the clocks change -----------------------------------------------------------------------------------------------


def test_a_slot_that_the_clocks_jump_over_waits_a_week(x_channel: Channel, likes: Likes) -> None:
    likes(x_channel, {6: ["02:30"]})

    assert wall(slots.next_free(x_channel, SPRING - timedelta(hours=1))) == "Sun 06 Apr 02:30"


def test_a_slot_after_the_jump_keeps_its_wall_time(x_channel: Channel, likes: Likes) -> None:
    likes(x_channel, {6: ["02:30", "03:30"], 0: ["09:00"]})

    found = slots.next_free(x_channel, SPRING)
    assert wall(found) == "Sun 30 Mar 03:30"
    assert found == datetime(2031, 3, 30, 1, 30, tzinfo=UTC)
    assert wall(slots.next_free(x_channel, SPRING.replace(hour=4))) == "Mon 31 Mar 09:00"


def test_a_slot_that_comes_twice_in_autumn_is_given_away_once(marketer: cast.Person, x_channel: Channel, likes: Likes) -> None:
    likes(x_channel, {6: ["02:30"]})
    first, second = datetime(2031, 10, 26, 0, 30, tzinfo=UTC), datetime(2031, 10, 26, 1, 30, tzinfo=UTC)

    assert slots.next_free(x_channel, AUTUMN) == first
    assert wall(slots.next_free(x_channel, first)) == "Sun 02 Nov 02:30"
    marketer.schedules("Night owl", on=x_channel, when=first)
    assert wall(slots.next_free(x_channel, AUTUMN)) == "Sun 02 Nov 02:30"
    assert wall(slots.next_free(x_channel, second)) == "Sun 02 Nov 02:30"


# -- promising ------------------------------------------------------------------------------------------------------------


def draft(*channels: Channel, text: str = "Ice cold") -> Draft:
    return Draft(text=text, channels=channels)


def test_each_channel_takes_its_own_next_free_slot(
    marketer: cast.Person, x_channel: Channel, brand_page: Channel, likes: Likes
) -> None:
    likes(x_channel, {day: ["09:00"] for day in range(7)})
    likes(brand_page, {day: ["18:15"] for day in range(7)})

    post = slots.promise(draft(x_channel, brand_page), marketer.member)
    again = slots.promise(draft(x_channel, text="Colder"), marketer.member)

    times = {one.channel_id: one.publish_at for one in post.publications.all()}
    assert {pk: f"{at.astimezone(WARSAW):%H:%M}" for pk, at in times.items()} == {x_channel.pk: "09:00", brand_page.pk: "18:15"}
    post.refresh_from_db()
    assert post.planned_for == min(times.values())
    next_day = again.publications.get().publish_at.astimezone(WARSAW).date()
    assert next_day == times[x_channel.pk].astimezone(WARSAW).date() + timedelta(days=1)


def test_a_post_that_is_promised_again_may_keep_its_slot(marketer: cast.Person, x_channel: Channel, likes: Likes) -> None:
    likes(x_channel, {day: ["09:00"] for day in range(7)})
    post = slots.promise(draft(x_channel), marketer.member)
    before = post.publications.get().publish_at

    slots.promise(draft(x_channel, text="Colder"), marketer.member, post=post)

    assert post.publications.exclude(status=Status.CANCELLED).get().publish_at == before


def test_two_people_who_want_the_next_slot_at_once_get_one_each(
    marketer: cast.Person, x_channel: Channel, likes: Likes
) -> None:
    likes(x_channel, {day: ["09:00"] for day in range(7)})

    def colleague() -> None:
        slots.promise(draft(x_channel, text="Mine"), marketer.member)
        connection.close()

    other = Thread(target=colleague)
    with transaction.atomic():
        slots.promise(draft(x_channel), marketer.member)
        other.start()
        until(somebody_waits_for_a_lock)
    other.join(10)

    assert x_channel.publications.values("publish_at").distinct().count() == 2


def somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
        return bool(cursor.fetchone()[0])


def test_a_channel_without_a_free_slot_keeps_everything_as_it_was(
    marketer: cast.Person, x_channel: Channel, brand_page: Channel, likes: Likes
) -> None:
    likes(x_channel, {0: ["09:00"]})

    with pytest.raises(Problem, match="Polar Fizz on Facebook has no free slot"):
        slots.promise(draft(x_channel, brand_page), marketer.member)

    assert not marketer.workspace.posts.exists()


def test_the_free_slots_of_many_channels_cost_three_queries(
    marketer: cast.Person, x_channel: Channel, brand_page: Channel, likes: Likes,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    likes(x_channel, {day: ["09:00"] for day in range(7)})
    with django_assert_num_queries(3):
        found = slots.next_free_of(marketer.workspace, [x_channel, brand_page])
    assert found[brand_page.pk] is None
    assert found[x_channel.pk] is not None


def test_where_a_draft_is_placed_is_not_free_for_another(marketer: cast.Person, x_channel: Channel, likes: Likes) -> None:
    likes(x_channel, {day: ["09:00"] for day in range(7)})
    first = slots.next_free_of(marketer.workspace, [x_channel])[x_channel.pk]
    assert first is not None
    draft = marketer.writes("Placed, not promised", x_channel, planned_for=first)

    assert slots.next_free_of(marketer.workspace, [x_channel])[x_channel.pk] == first + timedelta(days=1)
    assert slots.next_free_of(marketer.workspace, [x_channel], post=draft)[x_channel.pk] == first
    promised = slots.promise(Draft("And this", channels=(x_channel,)), marketer.member)
    assert promised.publications.get().publish_at == first + timedelta(days=1)


# -- the days ahead -------------------------------------------------------------------------------------------------------


def test_gaps_are_shown_beside_what_is_taken(marketer: cast.Person, x_channel: Channel, likes: Likes) -> None:
    likes(x_channel, {day: ["09:00"] for day in range(7)})
    slots.promise(draft(x_channel), marketer.member)

    found = slots.ahead(x_channel, timedelta(days=3))

    assert [bool(turn.publication) for turn in found] == [True, False, False]


def test_a_paused_queue_shows_what_it_has_and_no_gaps(marketer: cast.Person, x_channel: Channel, likes: Likes) -> None:
    queue = likes(x_channel, {day: ["09:00"] for day in range(7)})
    slots.promise(draft(x_channel), marketer.member)

    queues.pause(queue, True, marketer.member)

    assert [bool(turn.publication) for turn in slots.ahead(x_channel, timedelta(days=3))] == [True]
    assert slots.ahead(x_channel)[0].at > timezone.now()
