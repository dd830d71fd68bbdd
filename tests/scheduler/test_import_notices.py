"""Who brought a table of posts hears what became of it, and nobody else does."""

import pytest
from django.urls import reverse

from accounts.models import Channel, Member, Notice
from accounts.saying import sentence
from scheduler.models import Import
from tests import cast
from tests.scheduler.tables import Bringer


@pytest.fixture(autouse=True)
def messages(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker is moved by hand."""
    monkeypatch.setattr("scheduler.bulk.working.call", lambda pk: None)


@pytest.fixture
def bringer(marketer: cast.Person, x_channel: Channel) -> Bringer:
    return Bringer(marketer)


def said(member: Member) -> list[str]:
    """What a member was told, the newest first."""
    return [sentence(one) for one in member.notices.all()]


def lines(*texts: str) -> list[dict[str, str]]:
    """Drafts, and for an empty text a line that cannot be imported."""
    return [{"text": text or "Lost", "channels": "X" if text else "Nowhere", "status": "draft"} for text in texts]


def test_a_finished_import_tells_how_many_posts_and_problems(bringer: Bringer, admin: cast.Person) -> None:
    source = bringer.has_checked(*lines("One", "", "Two"))
    assert said(bringer.person.member) == []

    bringer.presses("start")

    assert said(bringer.person.member) == ["The import of june.csv is finished. Posts: 2, lines with problems: 1."]
    notice = bringer.person.member.notices.get()
    assert (notice.kind, notice.address) == (Notice.Kind.IMPORTED, reverse("import", args=[source.pk]))
    assert said(admin.member) == []


def test_an_undone_import_is_told(bringer: Bringer) -> None:
    bringer.has_checked(*lines("One"))
    bringer.presses("start")
    bringer.presses("undo")

    assert said(bringer.person.member)[0] == "The import of june.csv is undone."


def test_an_import_that_cannot_go_on_says_why(bringer: Bringer) -> None:
    bringer.has_checked(*lines("One"))
    bringer.posts("start")
    Member.objects.filter(pk=bringer.person.member.pk).update(role="viewer")

    assert bringer.waits().state == Import.State.CHECKED

    assert said(bringer.person.member) == [
        "The import of june.csv has stopped. Who began it may no longer schedule posts here. Somebody else can go on with it."
    ]
