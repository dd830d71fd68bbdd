"""The week of a channel on its grid, queues with names, pausing, and scheduling into slots."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Channel
from accounts.verbs import Forbidden, Problem
from scheduler import planning
from scheduler.composing.drafting import Draft
from scheduler.models import Post, Queue, Slot
from scheduler.plans import dealing, queues, slots
from tests import cast
from tests.scheduler.desk import Desk

HTMX = {"HX-Request": "true"}
DAILY = list(range(7))


def week(channel: Channel) -> list[tuple[int, str]]:
    return [(slot.weekday, f"{slot.at:%H:%M}") for slot in channel.slots.all()]


def posts(client: Client, name: str, channel: Channel, **fields: Any) -> str:
    """The part of the page that changes after a click."""
    answer = client.post(reverse(name, args=[channel.pk]), fields, headers=HTMX)
    assert answer.status_code in (200, 422), answer
    return answer.content.decode()


# -- the grid ---------------------------------------------------------------------------------------------------------------


def test_a_time_is_added_to_several_weekdays_at_once(client: Client, x_channel: Channel) -> None:
    page = posts(client, "queue-times", x_channel, at="09:00", days=[0, 2])

    assert week(x_channel) == [(0, "09:00"), (2, "09:00")]
    assert "Nothing is posted on: Tuesday, Thursday, Friday, Saturday, Sunday." in page
    assert "<html" not in page
    assert Queue.objects.get().name == "Everyday"


def test_a_cell_is_switched_on_and_off_and_its_row_stays_for_the_way_back(client: Client, x_channel: Channel) -> None:
    posts(client, "queue-times", x_channel, at="09:00", days=[0])

    off = posts(client, "queue-slot", x_channel, slot="0-09:00")
    assert week(x_channel) == []
    assert 'aria-label="Monday 09:00"' in off

    assert 'aria-label="Monday 09:00, Everyday"' in posts(client, "queue-slot", x_channel, slot="0-09:00")
    assert week(x_channel) == [(0, "09:00")]


def test_without_script_the_page_comes_again(client: Client, x_channel: Channel) -> None:
    answer = client.post(reverse("queue-times", args=[x_channel.pk]), {"at": "09:00", "days": [0]})

    assert answer["Location"] == reverse("queue-week", args=[x_channel.pk])


@pytest.mark.parametrize(
    ("fields", "says"),
    [({"at": "09:00"}, "Choose at least one weekday."), ({"at": "soon", "days": [0]}, "Enter a valid time."),
     ({"at": "09:00", "days": [7]}, "7 is not one of the available choices")],
)  # fmt: skip
def test_what_is_no_time_of_the_week_is_refused(fields: dict[str, Any], says: str, client: Client, x_channel: Channel) -> None:
    assert says in posts(client, "queue-times", x_channel, **fields)
    assert not Slot.objects.exists()


def test_a_cell_that_is_no_time_is_refused_in_a_sentence(client: Client, x_channel: Channel) -> None:
    assert "That is no time of the week" in posts(client, "queue-slot", x_channel, slot="9-99:99")
    assert "That is no time of the week" in posts(client, "queue-slot", x_channel, slot="1-99:99")


def test_a_week_has_an_end(marketer: cast.Person, x_channel: Channel) -> None:
    for number in range(queues.MOST // 7):
        queues.put(x_channel, DAILY, time(number % 24, number // 24), marketer.member)

    with pytest.raises(Problem, match="200 times"):
        queues.put(x_channel, DAILY, time(23, 30), marketer.member)


def test_a_channel_takes_the_times_of_another_beside_its_own(
    client: Client, marketer: cast.Person, x_channel: Channel, brand_page: Channel
) -> None:
    queues.put(x_channel, [0, 1], time(9), marketer.member)
    queues.put(brand_page, [1, 2], time(9), marketer.member)

    client.post(reverse("queue-copy", args=[brand_page.pk]), {"source": x_channel.pk})

    assert week(brand_page) == [(0, "09:00"), (1, "09:00"), (2, "09:00")]


def test_another_workspaces_times_are_not_copied(client: Client, x_channel: Channel, practice: Any) -> None:
    foreign = cast.channel(cast.workspace("Somebody else"), practice, "x", "Other")

    client.post(reverse("queue-copy", args=[x_channel.pk]), {"source": foreign.pk})

    assert week(x_channel) == []


# -- queues with names ------------------------------------------------------------------------------------------------------


def test_a_queue_is_made_named_anew_paused_and_deleted(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    client.post(reverse("queue-make"), {"new-name": "Offers", "new-colour": "red"})
    queue = Queue.objects.get()
    queues.put(x_channel, [0], time(9), marketer.member, queue)
    address = reverse("queue-change", args=[queue.pk])

    client.post(address, {"do": "keep", "name": "Friday offers", "colour": "teal"})
    client.post(address, {"do": "pause"})
    queue.refresh_from_db()
    assert (queue.name, queue.colour, queue.paused) == ("Friday offers", "teal", True)

    client.post(address, {"do": "resume"})
    queue.refresh_from_db()
    assert not queue.paused

    client.post(address, {"do": "delete"})
    assert week(x_channel) == []


def test_two_queues_cannot_have_one_name(client: Client, marketer: cast.Person) -> None:
    queues.keep("Offers", "red", marketer.member)

    page = client.post(reverse("queue-make"), {"new-name": "Offers", "new-colour": "blue"}, follow=True).content.decode()

    assert "There is a queue of this name already" in page
    assert Queue.objects.count() == 1


def test_a_slot_goes_to_the_queue_that_was_chosen(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    queues.keep("Everyday", "blue", marketer.member)
    offers = queues.keep("Offers", "red", marketer.member)

    posts(client, "queue-times", x_channel, at="09:00", days=[0], queue=offers.pk)
    posts(client, "queue-slot", x_channel, slot="1-09:00", queue=offers.pk)

    assert {slot.queue for slot in x_channel.slots.all()} == {offers}


@pytest.mark.parametrize("role", ["viewer", "responder"])
def test_who_may_not_schedule_sees_the_week_and_changes_nothing(role: str, marketer: cast.Person, x_channel: Channel) -> None:
    queues.put(x_channel, [0], time(9), marketer.member)
    reader = cast.Person(cast.member(marketer.workspace, role))
    client = Client()
    client.force_login(reader.member.user)

    page = client.get(reverse("queue-week", args=[x_channel.pk])).content.decode()

    assert "09:00" in page
    assert "<button" not in page.split('id="queue-week"')[1].split("</main>")[0]
    for verb in (
        lambda: queues.put(x_channel, [1], time(9), reader.member),
        lambda: queues.toggle(x_channel, 0, time(9), reader.member),
        lambda: dealing.shuffle(x_channel, reader.member),
        lambda: queues.keep("Mine", "red", reader.member),
    ):
        with pytest.raises(Forbidden):
            verb()


# -- in the composer ----------------------------------------------------------------------------------------------------------


def fill(marketer: cast.Person, channel: Channel, count: int) -> list[Post]:
    queues.put(channel, DAILY, time(9), marketer.member)
    return [slots.promise(Draft(text=f"Post {number}", channels=(channel,)), marketer.member) for number in range(count)]


def test_the_composer_schedules_into_the_next_free_slot_of_each_channel(
    marketer: cast.Person, x_channel: Channel, brand_page: Channel
) -> None:
    queues.put(x_channel, DAILY, time(9), marketer.member)
    queues.put(brand_page, DAILY, time(18, 15), marketer.member)
    desk = Desk(marketer).opens().types(channels=[x_channel.pk, brand_page.pk], text="Ice cold")

    assert [channel for channel, moment in desk.is_checked().answer.context["free"] if moment] == [brand_page, x_channel]
    desk.presses("slot")

    zone = ZoneInfo(marketer.workspace.time_zone)
    times = {one.channel.network: f"{one.publish_at.astimezone(zone):%H:%M}" for one in desk.post.publications.all()}
    assert times == {"x": "09:00", "facebook": "18:15"}


def test_the_composer_says_which_channel_has_no_free_slot(marketer: cast.Person, x_channel: Channel) -> None:
    desk = Desk(marketer).opens().types(channels=x_channel.pk, text="Ice cold").presses("slot")

    assert "has no free slot: add times on its queue page" in desk.sentences["when"][0]
    assert desk.typed["text"] == ["Ice cold"]
    assert not Post.objects.exists()


def test_a_queue_can_be_chosen_in_the_composer(marketer: cast.Person, x_channel: Channel) -> None:
    queues.put(x_channel, DAILY, time(9), marketer.member)
    offers = queues.keep("Offers", "red", marketer.member)
    queues.put(x_channel, DAILY, time(20, 45), marketer.member, offers)
    desk = Desk(marketer).opens().types(channels=x_channel.pk, text="Half price", queue=offers.pk).presses("slot")

    at = desk.post.publications.get().publish_at.astimezone(marketer.workspace.zone)
    assert at.time() == time(20, 45)


def test_a_gap_leads_to_the_composer_with_its_channel_and_time(
    client: Client, marketer: cast.Person, x_channel: Channel
) -> None:
    queues.put(x_channel, DAILY, time(9), marketer.member)
    gap = slots.ahead(x_channel)[0].at.astimezone(marketer.workspace.zone)
    page = client.get(reverse("queue-week", args=[x_channel.pk])).content.decode()
    link = f"?when={gap:%Y-%m-%dT%H:%M}&amp;channel={x_channel.pk}"
    assert link in page

    desk = Desk(marketer).opens(when=f"{gap:%Y-%m-%dT%H:%M}", channel=str(x_channel.pk))

    assert desk.typed["when"] == [f"{gap:%Y-%m-%dT%H:%M}"]
    assert desk.typed["channels"] == [str(x_channel.pk)]


# -- what it costs ------------------------------------------------------------------------------------------------------------


def test_the_overview_costs_the_same_for_one_channel_and_for_many(
    client: Client, marketer: cast.Person, x_channel: Channel, brand_page: Channel, tube: Channel
) -> None:
    def cost(name: str, *arguments: Any) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse(name, args=arguments)).status_code == 200
        return len(seen)

    queues.put(x_channel, [0], time(9), marketer.member)
    once, one_week = cost("queues"), cost("queue-week", x_channel.pk)
    for channel in (x_channel, brand_page, tube):
        queues.put(channel, DAILY, time(10), marketer.member)
    fill(marketer, x_channel, 6)

    assert cost("queues") == once
    assert cost("queue-week", x_channel.pk) == one_week
    assert max(once, one_week) <= 15


def test_moments_are_those_of_the_workspace(marketer: cast.Person, x_channel: Channel) -> None:
    queues.put(x_channel, DAILY, time(9), marketer.member)
    marketer.workspace.time_zone = "America/New_York"
    marketer.workspace.save()
    x_channel.refresh_from_db()

    found = slots.next_free(Channel.objects.get(pk=x_channel.pk), datetime(2031, 6, 2, 12, tzinfo=ZoneInfo("UTC")))

    assert found == planning.at(ZoneInfo("America/New_York"), datetime(2031, 6, 2, 9))
