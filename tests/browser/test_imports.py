"""Importing a table in a real browser: brought, watched while it is checked, imported, undone; what axe says."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Channel, Member, Workspace
from scheduler.bulk import working
from scheduler.models import Import, Post
from tests import cast
from tests.browser.conftest import BOTH_LOOKS, Look, flaws, sideways
from tests.scheduler.tables import SOON, table


@pytest.fixture
def owner(shop: Workspace) -> Member:
    return cast.member(shop, "owner", "ada@polarfizz.example")


@pytest.fixture
def june(tmp_path: Path) -> Path:
    """A table with a line that is good, one with a note and one with a problem."""
    good = {"text": "Ice cold! ❄️", "channels": "x", "when": f"{SOON} 09:30", "Remark": "for June"}
    long = {**good, "text": "An idea " * 60, "status": "draft"}
    file = tmp_path / "june.csv"
    file.write_text(table(good, long, {**good, "when": "2031-03-30 02:30"}))
    return file


@pytest.fixture(autouse=True)
def by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker is moved by hand, so that what is seen before it works can be looked at."""
    monkeypatch.setattr("scheduler.bulk.working.call", lambda pk: None)


def brought(look: Look, owner: Member, june: Path, **how: bool) -> Page:
    page = look("/imports/", owner, **how)
    page.get_by_label("CSV or XLSX file").set_input_files(june)
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    return page


def test_a_table_is_brought_watched_imported_and_undone(look: Look, owner: Member, x_channel: Channel, june: Path) -> None:
    page = brought(look, owner, june)
    source = Import.objects.get()

    working.work(source.pk)
    expect(page.get_by_text("02:30 does not exist on that day")).to_be_visible()
    page.get_by_role("button", name="Import 2 posts").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    working.work(source.pk)
    expect(page.get_by_role("heading", name="2 posts are imported")).to_be_visible()
    assert Post.objects.count() == 2
    page.get_by_role("button", name="Undo the import").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    working.work(source.pk)
    expect(page.get_by_role("heading", name="The import is undone")).to_be_visible()

    assert Post.objects.count() == 0


@BOTH_LOOKS
def test_the_screens_are_accessible_and_fit(
    phone: bool, dark: bool, look: Look, owner: Member, x_channel: Channel, june: Path
) -> None:
    page = brought(look, owner, june, phone=phone, dark=dark)
    assert flaws(page) == []
    working.work(Import.objects.get().pk)
    expect(page.get_by_role("button", name="Check again")).to_be_visible()

    assert flaws(page) == []
    assert sideways(page) <= 0
    page.get_by_role("link", name="Import and export").click()
    assert flaws(page) == []
    assert sideways(page) <= 0


def test_columns_are_assigned_by_keyboard(look: Look, owner: Member, x_channel: Channel, june: Path) -> None:
    page = brought(look, owner, june)
    working.work(Import.objects.get().pk)
    expect(page.get_by_label("Remark")).to_be_visible()

    page.get_by_label("Remark").press("f")
    page.get_by_role("button", name="Check again").press("Enter")
    expect(page.get_by_role("progressbar")).to_be_visible()
    working.work(Import.objects.get().pk)
    page.get_by_role("button", name="Import 2 posts").press("Enter")
    expect(page.get_by_role("progressbar")).to_be_visible()
    working.work(Import.objects.get().pk)
    expect(page.get_by_role("heading", name="2 posts are imported")).to_be_visible()

    assert {post.first_comment for post in Post.objects.all()} == {"for June"}
