"""Files in pieces: cut in the middle they go on where they were; what nobody finishes is swept away."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Workspace
from scheduler.library import shelf, uploading
from scheduler.library.tidying import tidy
from scheduler.models import Asset, Folder, Upload
from tests import cast
from tests.cast import Person
from tests.scheduler.desk import png

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploading, "PIECE", 100)


@dataclass
class Browser:
    """What the script of the page does: begin, send piece after piece, ask how much is there."""

    person: Person
    client: Client = field(default_factory=Client)
    said: Any = None

    def __post_init__(self) -> None:
        self.client.force_login(self.person.member.user)

    def begins(self, content: bytes, name: str = "ice.png", mark: str = "1", **details: Any) -> dict[str, Any]:
        asked = {"name": name, "size": len(content), "mark": mark, **details}
        return self._heard(self.client.post(reverse("uploads"), asked, headers={"Accept": "application/json"}))

    def sends(self, state: dict[str, Any], content: bytes, at: int) -> dict[str, Any]:
        part = content[at : at + uploading.PIECE]
        address = f"{state['address']}?at={at}"
        headers = {"Accept": "application/json"}
        return self._heard(self.client.post(address, part, content_type="application/octet-stream", headers=headers))

    def asks(self, state: dict[str, Any]) -> dict[str, Any]:
        return self._heard(self.client.get(state["address"]))

    def sends_the_rest(self, state: dict[str, Any], content: bytes) -> dict[str, Any]:
        while not state.get("asset"):
            state = self.sends(state, content, state["have"])
        return state

    def _heard(self, answer: Any) -> dict[str, Any]:
        self.said = answer
        return dict(answer.json()) if answer["Content-Type"] == "application/json" else {}


@pytest.fixture
def browser(shop: Workspace) -> Browser:
    return Browser(cast.Person(cast.member(shop, "editor")))


@pytest.fixture
def content() -> bytes:
    found = png("#abc", side=300)
    assert len(found) > 300
    return found


def pieces(settings: Any) -> list[Path]:
    return [path for path in (Path(settings.MEDIA_ROOT) / "uploads").rglob("*") if path.is_file()]


def test_a_file_arrives_in_pieces_and_is_in_the_library(browser: Browser, content: bytes, settings: Any) -> None:
    state = browser.begins(content)
    assert (state["have"], state["piece"]) == (0, 100)

    done = browser.sends_the_rest(state, content)

    asset = Asset.objects.get()
    assert (done["asset"], done["new"], done["said"]) == (str(asset.pk), True, "")
    assert default_storage.open(str(asset.file.name)).read() == content
    assert (asset.width, asset.added_by) == (300, browser.person.member.user)
    assert pieces(settings) == []
    assert browser.asks(state)["asset"] == str(asset.pk)  # its last answer may have been lost


def test_an_upload_that_is_cut_in_the_middle_goes_on_where_it_was(browser: Browser, content: bytes) -> None:
    state = browser.begins(content)
    browser.sends(state, content, 0)
    browser.sends(state, content, 100)

    again = browser.begins(content)  # the page was loaded anew and the same file chosen

    assert (again["address"], again["have"]) == (state["address"], 200)
    assert browser.sends_the_rest(again, content)["new"]
    assert default_storage.open(str(Asset.objects.get().file.name)).read() == content


def test_a_piece_that_comes_twice_or_too_early_is_not_taken(browser: Browser, content: bytes, settings: Any) -> None:
    state = browser.begins(content)
    browser.sends(state, content, 0)

    assert browser.sends(state, content, 0)["have"] == 100
    assert browser.said.status_code == 409
    assert browser.sends(state, content, 200)["have"] == 100
    assert len(pieces(settings)) == 1
    assert browser.sends_the_rest(state | {"have": 100}, content)["new"]


def test_two_that_send_the_same_piece_at_once_leave_one(browser: Browser, content: bytes, settings: Any) -> None:
    state = browser.begins(content)
    slow = Upload.objects.get()
    browser.sends(state, content, 0)

    class Body:
        def read(self, size: int = -1) -> bytes:
            return content[:100]

    assert not uploading.take(slow, 0, Body())
    assert slow.have == 100
    assert len(pieces(settings)) == 1


def test_the_same_bytes_under_another_name_are_said_to_be_there(browser: Browser, content: bytes) -> None:
    browser.sends_the_rest(browser.begins(content), content)

    done = browser.sends_the_rest(browser.begins(content, name="copy.png", mark="2"), content)

    assert (done["asset"], done["new"]) == (str(Asset.objects.get().pk), False)
    assert done["said"] == "This file is in the library already, as ice.png: that one is used."


@pytest.mark.parametrize(
    ("size", "says"),
    [("10000000", "ice.png is larger than"), ("0", "ice.png is empty"), ("much", "Choose a file"), ("", "Choose a file")],
)
def test_what_cannot_be_taken_is_refused_before_it_is_sent(size: str, says: str, browser: Browser, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 5_000_000

    answer = browser.client.post(reverse("uploads"), {"name": "ice.png", "size": size}, headers={"Accept": "application/json"})

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Upload.objects.exists()


def test_more_than_was_announced_is_refused(browser: Browser, content: bytes) -> None:
    state = browser.begins(content[:50])

    browser.sends(state, content, 0)

    assert browser.said.status_code == 422
    assert b"This is not the file that was begun" in browser.said.content


def test_what_is_no_picture_is_refused_at_the_end_and_leaves_nothing(browser: Browser, settings: Any) -> None:
    page = b"<html>" * 50
    state = browser.begins(page, name="cold.png")

    while browser.said.status_code == 200:
        state = browser.sends(state, page, state["have"]) or state

    assert browser.said.status_code == 422
    assert "cold.png is no picture or video that SMO knows" in browser.said.content.decode()
    assert (Upload.objects.count(), Asset.objects.count(), pieces(settings)) == (0, 0, [])


def test_somebody_elses_upload_is_not_there(browser: Browser, content: bytes) -> None:
    state = browser.begins(content)
    colleague = Browser(cast.Person(cast.member(browser.person.workspace, "approver")))

    assert colleague.client.get(state["address"]).status_code == 404
    assert colleague.begins(content)["address"] != state["address"]


def test_nobody_begins_without_end(browser: Browser, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploading, "MOST_UNFINISHED", 2)
    first = browser.begins(content, mark="1")
    browser.begins(content, mark="2")

    browser.begins(content, mark="3")

    assert browser.said.status_code == 422
    assert browser.begins(content, mark="1")["address"] == first["address"]


def test_a_file_goes_into_the_folder_that_was_open(browser: Browser, content: bytes) -> None:
    folder = shelf.folder_named("Summer", browser.person.member)
    theirs = Folder.objects.create(workspace=cast.workspace("Somebody else"), name="Theirs")

    browser.sends_the_rest(browser.begins(content, folder=folder.pk), content)
    other = png("#123", side=300)
    browser.sends_the_rest(browser.begins(other, mark="2", folder=theirs.pk), other)

    assert sorted(str(asset.folder) for asset in Asset.objects.all()) == ["None", "Summer"]


def test_abandoned_pieces_are_swept_away_and_fresh_ones_stay(browser: Browser, content: bytes, settings: Any) -> None:
    for mark in ("old", "new"):
        browser.sends(browser.begins(content, mark=mark), content, 0)
    Upload.objects.filter(mark="old").update(touched_at=timezone.now() - timedelta(days=3))

    tidy()

    assert Upload.objects.get().mark == "new"
    assert len(pieces(settings)) == 1
