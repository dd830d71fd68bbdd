"""Shuffling a queue, and taking that back."""

import random
import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Channel
from accounts.verbs import Problem
from scheduler import planning
from scheduler.models import Publication, Status
from scheduler.plans import dealing, slots
from tests import cast
from tests.scheduler.test_queues import fill, posts


def order(channel: Channel) -> list[str]:
    rows = channel.publications.filter(status=Status.SCHEDULED).order_by("publish_at")
    return [one.text for one in rows]


def token(page: str) -> str:
    """What the page was given to take it back."""
    return unescape(re.findall(r'data-undo="([^"]*)"', page)[0])


def test_shuffling_deals_the_same_slots_anew(marketer: cast.Person, x_channel: Channel) -> None:
    fill(marketer, x_channel, 5)
    before, times = order(x_channel), [turn.at for turn in slots.ahead(x_channel)[:5]]

    dealt = dealing.shuffle(x_channel, marketer.member, chance=random.Random(7))

    assert {one.publication for one in dealt} <= set(Publication.objects.values_list("pk", flat=True))

    assert order(x_channel) != before
    assert sorted(order(x_channel)) == before
    assert [turn.at for turn in slots.ahead(x_channel) if turn.publication] == times


def test_shuffling_two_posts_swaps_them(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    fill(marketer, x_channel, 2)

    page = client.post(reverse("queue-shuffle", args=[x_channel.pk]), follow=True).content.decode()

    assert order(x_channel) == ["Post 1", "Post 0"]
    assert "2 posts have changed places." in page


def test_posts_outside_of_slots_are_left_alone(marketer: cast.Person, x_channel: Channel) -> None:
    fill(marketer, x_channel, 1)
    marketer.schedules("At its own time", on=x_channel, when=timezone.now() + timedelta(days=2, minutes=3))

    with pytest.raises(Problem, match="two posts"):
        dealing.shuffle(x_channel, marketer.member)


# -- taking back ------------------------------------------------------------------------------------------------------------


def test_a_shuffle_is_taken_back(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    fill(marketer, x_channel, 4)
    before = list(Publication.objects.order_by("pk").values_list("pk", "publish_at"))
    told = posts(client, "queue-shuffle", x_channel)
    assert "posts have changed places." in told
    assert list(Publication.objects.order_by("pk").values_list("pk", "publish_at")) != before

    page = posts(client, "queue-unshuffle", x_channel, token=token(told))

    assert list(Publication.objects.order_by("pk").values_list("pk", "publish_at")) == before
    assert 'data-said="Undone."' in page
    assert token(page) == ""


def test_what_moved_meanwhile_stays_and_nothing_is_laid_on_it(
    client: Client, marketer: cast.Person, x_channel: Channel
) -> None:
    fill(marketer, x_channel, 5)
    a, b, c, d, e = x_channel.publications.order_by("publish_at")
    first, second, third, fourth, fifth = (one.publish_at for one in (a, b, c, d, e))
    swapped = [
        dealing.Dealt(a.pk, first, second), dealing.Dealt(b.pk, second, first),
        dealing.Dealt(c.pk, third, fourth), dealing.Dealt(d.pk, fourth, fifth), dealing.Dealt(e.pk, fifth, third),
    ]  # fmt: skip
    for one in swapped:
        planning.reschedule(Publication.objects.get(pk=one.publication), one.after, marketer.member)
    planning.reschedule(Publication.objects.get(pk=d.pk), fifth + timedelta(hours=3), marketer.member)
    late = marketer.schedules("New", on=x_channel, when=third)

    page = posts(client, "queue-unshuffle", x_channel, token=dealing.seal(swapped, x_channel))

    now = dict(Publication.objects.values_list("pk", "publish_at"))
    assert (now[a.pk], now[b.pk]) == (first, second)
    assert (now[c.pk], now[e.pk], now[late.pk]) == (fourth, fifth, third)
    assert now[d.pk] == fifth + timedelta(hours=3)
    assert "2 posts stay: they were moved or sent in the meantime" in page


def test_a_token_of_another_channel_takes_nothing_back(
    client: Client, marketer: cast.Person, x_channel: Channel, brand_page: Channel
) -> None:
    fill(marketer, x_channel, 2)
    told = dealing.seal(dealing.shuffle(x_channel, marketer.member), x_channel)

    answer = client.post(reverse("queue-unshuffle", args=[brand_page.pk]), {"token": told}, headers={"HX-Request": "true"})

    assert (answer.status_code, answer.content.decode()) == (422, "This can no longer be undone.")
    assert order(x_channel) == ["Post 1", "Post 0"]
