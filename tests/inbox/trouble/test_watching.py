"""Trouble is seen: a wave of anger within minutes, and nothing where nothing is."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Channel, Notice, Workspace
from connectors import NETWORKS
from inbox.models import Incident, Milestone
from inbox.trouble import incidents, watching
from tests import cast
from tests.inbox.trouble import week

MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
WAVE = MONDAY + timedelta(days=3, hours=14, minutes=7)  # on a Thursday afternoon
MINUTE = timedelta(minutes=1)


@pytest.fixture
def quiet_shop(db: None) -> Workspace:
    return cast.workspace()


@pytest.fixture
def networks(quiet_shop: Workspace) -> list[Channel]:
    return week.channels(quiet_shop)


def test_a_week_with_one_wave_of_anger_has_one_alarm_within_ten_minutes(quiet_shop: Workspace, networks: list[Channel]) -> None:
    colleague = cast.member(quiet_shop, "responder")
    said = week.traffic(MONDAY, WAVE)
    week.fill(quiet_shop, said, lambda number: networks[number * 7919 % len(networks)])
    assert (len(said), {one.network for one in networks}) == (week.ITEMS, set(NETWORKS))

    at = MONDAY
    while at < MONDAY + timedelta(days=7):
        watching.look(at)
        at += MINUTE if WAVE - 20 * MINUTE < at < WAVE + 20 * MINUTE else 15 * MINUTE

    incident = Incident.objects.get()
    assert WAVE < incident.opened_at <= WAVE + 10 * MINUTE
    assert incident.closed_at is not None
    assert incident.closed_at < WAVE + timedelta(hours=9)
    kinds = list(incident.milestones.values_list("kind", flat=True))
    assert (kinds[0], kinds[-2:]) == (Milestone.Kind.OPENED, [Milestone.Kind.CALM, Milestone.Kind.CLOSED])
    assert Milestone.Kind.ROSE in kinds
    assert incidents.items(incident).count() > week.ANGRY * 0.9
    notice = Notice.objects.get(member=colleague)
    assert (notice.kind, notice.sentence) == (Notice.Kind.TROUBLE, "worse")
    quiet_shop.refresh_from_db()
    assert not quiet_shop.alarm


def test_a_young_channel_is_not_suspected_for_its_first_lively_day(quiet_shop: Workspace, networks: list[Channel]) -> None:
    said = [(MONDAY + timedelta(minutes=8 * number), "I love the mint one!") for number in range(40)]
    said += [(MONDAY + timedelta(hours=6, minutes=number), "Where can I buy it?") for number in range(25)]
    week.fill(quiet_shop, sorted(said), lambda _number: networks[0])

    for minutes in range(0, 8 * 60, 15):
        watching.look(MONDAY + minutes * MINUTE)

    assert not Incident.objects.exists()


def test_what_a_person_has_closed_is_not_opened_again_for_the_same(quiet_shop: Workspace, networks: list[Channel]) -> None:
    colleague = cast.member(quiet_shop, "responder")
    said = [(MONDAY + timedelta(seconds=30 * number), week.FURIOUS[number % 6]) for number in range(120)]
    week.fill(quiet_shop, said, lambda number: networks[number % 2])
    now = MONDAY + 20 * MINUTE
    watching.look(now)
    incident = Incident.objects.get(closed_at=None)
    assert set(incident.channels.all()) == set(networks[:2])

    incidents.close(incident, colleague)
    Incident.objects.update(closed_at=now)
    watching.look(now + MINUTE)

    assert not Incident.objects.filter(closed_at=None).exists()
    assert [turn.kind for turn in incident.milestones.all()][-1] == Milestone.Kind.CLOSED


def test_a_quiet_minute_costs_three_queries(
    quiet_shop: Workspace, networks: list[Channel], django_assert_max_num_queries: Any
) -> None:
    said = [(MONDAY + timedelta(minutes=number), "Where can I buy it?") for number in range(120)]
    week.fill(quiet_shop, said, lambda number: networks[number % 9])
    watching.look(MONDAY + 110 * MINUTE)

    with django_assert_max_num_queries(3):
        watching.look(MONDAY + 111 * MINUTE)
