"""The workspace's settings, the emergency stop, and the record of who did what."""

from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import Member, User
from accounts.verbs import record
from connectors.data import FileLimits, Media
from connectors.problems import file_problems
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


def test_the_record_speaks_the_language_of_its_reader(office: Client, owner: Member) -> None:
    record(owner, "changed the role of", "Vera", before="editor", after="viewer")
    record(owner, "rescheduled", "Ice", publish_at="2031-05-01T22:30:00+00:00")
    record(owner, "added slots", "X", at="09:00", days=[0, 2])
    record(owner, "changed the settings of", "Polar Fizz", late_policy=["hold", "drop"], practice=True, network="x")

    english = office.get("/settings/audit/").content.decode()
    User.objects.update(language="pl")
    polish = office.get("/settings/audit/").content.decode()

    for told in ("before: Editor · after: Viewer", "for: 2 May 2031, 00:30", "at: 09:00 · days: Monday, Wednesday"):
        assert told in english
    late = "keep them for a person to decide → cancel them"
    assert f"posts that are late: {late} · network: X · practice: yes" in english
    assert "2031-05-01T22:30" not in polish
    assert "Poniedziałek, Środa" in polish
    assert "Editor" not in polish


def test_networks_say_numbers_as_the_reader_writes_them() -> None:
    bottle = Media("bottle.png", "image/png", 20_400_000, "bottle.png")

    def said() -> list[str]:
        return [str(one) for one in file_problems("Mastodon", FileLimits(max_bytes=16_777_216), bottle)]

    assert said() == ["bottle.png has 20.4 MB, Mastodon takes 16.8 MB: make it smaller."]
    with translation.override("pl"):
        assert "20,4 MB" in said()[0]
        assert "16,8 MB" in said()[0]
