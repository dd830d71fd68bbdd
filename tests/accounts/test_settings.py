"""The workspace's settings, the emergency stop, and the record of who did what."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Member
from accounts.verbs import record
from tests import cast

pytestmark = pytest.mark.django_db
VALUES = {"name": "Polar Fizz", "time_zone": "Europe/Warsaw", "late_policy": "hold", "late_minutes": "60", "language": "en"}


@pytest.fixture
def owner() -> Member:
    return cast.member(cast.workspace(), "owner", "ada@polarfizz.example")


@pytest.fixture
def office(owner: Member) -> Client:
    client = Client()
    client.force_login(owner.user)
    return client


def test_what_is_changed_is_kept_and_recorded(office: Client, owner: Member) -> None:
    office.post("/settings/", {**VALUES, "time_zone": "Europe/Madrid", "late_minutes": "15"})

    owner.workspace.refresh_from_db()
    assert (owner.workspace.time_zone, owner.workspace.late_minutes) == ("Europe/Madrid", 15)
    entry = owner.workspace.audit.get()
    assert entry.details == {"time_zone": ["Europe/Warsaw", "Europe/Madrid"], "late_minutes": [60, 15]}


def test_saving_without_a_change_records_nothing(office: Client, owner: Member) -> None:
    office.post("/settings/", VALUES)

    assert not owner.workspace.audit.exists()


@pytest.mark.parametrize(
    "wrong", [{"time_zone": "Mars/Olympus"}, {"name": ""}, {"late_minutes": "-1"}, {"late_policy": "never"}]
)
def test_what_makes_no_sense_is_refused_with_the_rest_kept(wrong: dict[str, str], office: Client, owner: Member) -> None:
    answer = office.post("/settings/", {**VALUES, "name": "Polar Fizz Nord", **wrong})

    assert answer.status_code == 422
    assert ("Polar Fizz Nord" in answer.content.decode()) or "name" in wrong
    owner.workspace.refresh_from_db()
    assert owner.workspace.name == "Polar Fizz"


def test_the_emergency_stop_is_seen_on_every_page_until_it_is_resumed(office: Client, owner: Member) -> None:
    stopped = office.post("/stop/", follow=True, headers={"Referer": "http://testserver/team/"}).content.decode()
    assert "Publishing is stopped." in stopped
    owner.workspace.refresh_from_db()
    assert owner.workspace.held

    office.post("/resume/")

    assert "Publishing is stopped." not in office.get("/team/").content.decode()
    assert list(owner.workspace.audit.values_list("action", flat=True)) == ["resumed", "stopped"]


def test_the_record_is_shown_page_by_page(office: Client, owner: Member, django_assert_max_num_queries: Any) -> None:
    for number in range(60):
        record(owner, "did", f"thing {number}.")

    with django_assert_max_num_queries(8):
        newest = office.get("/settings/audit/").content.decode()
    older = office.get("/settings/audit/?page=2").content.decode()

    assert "thing 59." in newest
    assert "thing 9." not in newest
    assert "thing 9." in older
    assert office.get("/settings/audit/?page=nonsense").status_code == 200
