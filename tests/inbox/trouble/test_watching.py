"""Trouble is seen: a wave of anger within minutes, and nothing where nothing is."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Channel, Notice, Workspace
from inbox.models import Incident, Turn
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


def test_a_week_with_one_wave_of_anger_has_one_alarm_within_ten_minutes(
    quiet_shop: Workspace, networks: list[Channel]
) -> None:
    colleague = cast.member(quiet_shop, "responder")
    said = week.traffic(MONDAY, WAVE)
    week.fill(quiet_shop, said, lambda number: networks[number * 7919 % len(networks)])
    assert (len(said), {one.network for one in networks}) == (week.ITEMS, set(week.NETWORKS))

    at = MONDAY
    while at < MONDAY + timedelta(days=7):
        watching.look(at)
        at += MINUTE if abs(at - WAVE) < timedelta(hours=1) else 15 * MINUTE

    incident = Incident.objects.get()
    assert WAVE < incident.opened_at <= WAVE + 10 * MINUTE
    assert incident.closed_at is not None
    assert incident.closed_at < WAVE + timedelta(hours=9)
    kinds = list(incident.turns.values_list("kind", flat=True))
    assert (kinds[0], kinds[-2:]) == (Turn.Kind.OPENED, [Turn.Kind.CALM, Turn.Kind.CLOSED])
    assert Turn.Kind.ROSE in kinds
    assert incidents.items(incident).count() > week.ANGRY * 0.9
    notice = Notice.objects.get(member=colleague)
    assert (notice.kind, notice.sentence) == (Notice.Kind.TROUBLE, "worse")
    quiet_shop.refresh_from_db()
    assert not quiet_shop.alarm
