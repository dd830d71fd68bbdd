"""Posts from a table: brought, checked row by row, imported in the background, undone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Channel, Workspace
from scheduler.bulk import working
from scheduler.models import Asset, Campaign, Import, ImportRow, Post, Publication, Status
from tests import cast
from tests.scheduler.tables import SOON, Bringer, noted, states, table, told


@pytest.fixture(autouse=True)
def messages(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The messages to workers are noted, not sent: the worker is moved by hand."""
    sent: list[Any] = []
    monkeypatch.setattr("scheduler.bulk.working.call", sent.append)
    return sent


@pytest.fixture
def bringer(marketer: cast.Person) -> Bringer:
    return Bringer(marketer)


def line(text: str = "Ice cold!", channels: str = "Polar Fizz", when: str = f"{SOON} 09:30", **more: str) -> dict[str, str]:
    return {"text": text, "channels": channels, "when": when, **more}


def test_a_table_becomes_posts_with_everything_that_its_columns_say(
    bringer: Bringer, x_channel: Channel, tube: Channel, picture: Asset, shop: Workspace
) -> None:
    summer = Campaign.objects.create(workspace=shop, name="Summer")
    row = line(
        "Ice cold!",
        "X: Polar Fizz",
        link="example.com/ice",
        media="Bottle.png",
        campaign="summer",
        **{
            "alt text": "A cold bottle",
            "first comment": "Rules",
            "text:X": "Cold!",
            "x:reply_settings": "verified",
            "thread:x": "One\n---\nTwo",
        },
    )

    source = bringer.has_checked(row)

    assert (told(source), states(source), Post.objects.count()) == ([], {"good": 1}, 0)

    bringer.presses("start")

    post = Post.objects.get()
    assert (post.text, post.link, post.first_comment, post.campaign, post.author) == (
        "Ice cold!", "https://example.com/ice", "Rules", summer, bringer.person.member.user
    )  # fmt: skip
    assert [(use.asset, use.alt) for use in post.media.all()] == [(picture, "A cold bottle")]
    variant = post.variants.get()
    assert (variant.network, variant.text, variant.thread, variant.options) == (
        "x", "Cold!", ["One", "Two"], {"reply_settings": "verified"}
    )  # fmt: skip
    first = post.publications.get(part=0)
    assert first.channel == x_channel
    assert first.publish_at.astimezone(shop.zone).strftime("%Y-%m-%d %H:%M") == f"{SOON} 09:30"
    assert first.status == Status.SCHEDULED


def test_one_line_can_go_to_several_channels_and_another_be_a_draft(
    bringer: Bringer, x_channel: Channel, brand_page: Channel
) -> None:
    both = line("Both", "X; Facebook: Polar Fizz")
    idea = {"text": "An idea", "channels": "x"}
    later = line("Later", "x", status="draft")

    bringer.has_checked(both, idea, later)
    bringer.presses("start")

    assert {one.channel for one in Post.objects.get(text="Both").publications.all()} == {x_channel, brand_page}
    assert not Post.objects.get(text="An idea").publications.exists()
    draft = Post.objects.get(text="Later")
    assert draft.planned_for is not None
    assert not draft.publications.exists()


def test_all_can_be_kept_as_drafts(bringer: Bringer, x_channel: Channel) -> None:
    bringer.has_checked(line(), drafts_only="on")
    bringer.presses("start")

    assert Post.objects.get().planned_for is not None
    assert not Publication.objects.exists()


@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ({"channels": "Nobody"}, "channels", "There is no channel Nobody. There are: X: Polar Fizz"),
        ({"channels": ""}, "channels", "No channel is named"),
        ({"when": f"{SOON} 25:00"}, "when", "There is no time 25:00"),
        ({"when": SOON}, "when", "The time of day is missing"),
        ({"when": "soon"}, "when", "soon is no date: write it as 2026-11-24"),
        ({"when": "03/04/2031 10:00"}, "when", "can be two days: write 2031-04-03 or 2031-03-04"),
        ({"when": "2020-01-01 10:00"}, "when", "That time has passed"),
        ({"when": "2031-03-30 02:30"}, "when", "02:30 does not exist on that day"),
        ({"zone": "Mars/Base"}, "zone", "Mars/Base is no time zone"),
        ({"status": "perhaps"}, "status", "perhaps is no status"),
        ({"when": "", "status": "scheduled"}, "when", "There is no time"),
        ({"link": "not an address"}, "link", "is no address"),
        ({"campaign": "Winter"}, "campaign", "There is no campaign Winter"),
        ({"media": "gone.png"}, "media", "There is no file gone.png in the library"),
        ({"text": "x" * 300}, "text", "shorten it by 20"),
        ({"text": "fine", "text:x": "y" * 281}, "text:x", "shorten it by 1"),
        ({"text": "", "channels": "x"}, "text", "The line says nothing"),
        ({"x:reply_settings": "nobody"}, "x:reply_settings", "nobody is not known, write one of"),
        ({"x:poll_options": "Yes;No", "x:poll_minutes": "long"}, "x:poll_minutes", "is no whole number"),
    ],
)
def test_a_problem_names_its_column_and_what_to_do(
    cells: dict[str, str], column: str, says: str, bringer: Bringer, x_channel: Channel
) -> None:
    source = bringer.has_checked(line(**cells))

    assert [place for place, _text in told(source)] == [column]
    assert says in told(source)[0][1]
    assert states(source) == {"bad": 1}


def test_a_name_that_several_channels_have_is_asked_about(bringer: Bringer, x_channel: Channel, brand_page: Channel) -> None:
    source = bringer.has_checked(line(channels="Polar Fizz"))

    assert "Several channels are called Polar Fizz: write" in told(source)[0][1]


def test_what_keeps_a_post_back_is_only_a_note_for_a_draft(bringer: Bringer, x_channel: Channel) -> None:
    source = bringer.has_checked(line("x" * 300, status="draft"))

    assert told(source) == []
    assert noted(source)[0][0] == "text"


def test_times_are_the_workspaces_unless_the_line_says_otherwise(bringer: Bringer, x_channel: Channel) -> None:
    bringer.has_checked(
        line("here", when="2031-07-01 12:00"),
        line("offset", when="2031-07-01T12:00:00-04:00"),
        line("zone", when="2031-07-01 12:00", zone="America/New_York"),
        line("apart", when="", date="1.07.2031", time="12:00"),
        line("american", when="7/31/2031 1:05 PM"),
    )
    bringer.presses("start")

    assert {one.post.text: one.publish_at for one in Publication.objects.all()} == {
        "here": datetime(2031, 7, 1, 10, tzinfo=UTC),
        "offset": datetime(2031, 7, 1, 16, tzinfo=UTC),
        "zone": datetime(2031, 7, 1, 16, tzinfo=UTC),
        "apart": datetime(2031, 7, 1, 10, tzinfo=UTC),
        "american": datetime(2031, 7, 31, 11, 5, tzinfo=UTC),
    }


def test_an_hour_that_comes_twice_is_told_and_the_offset_chooses(bringer: Bringer, x_channel: Channel) -> None:
    source = bringer.has_checked(line("first", when="2031-10-26 02:30"), line("second", when="2031-10-26 02:30+01:00"))
    bringer.presses("start")

    assert "comes twice in that night" in noted(source, 2)[0][1]
    assert noted(source, 3) == []
    assert [one.publish_at.hour for one in Publication.objects.order_by("publish_at")] == [0, 1]


def test_columns_can_be_taken_for_something_else(bringer: Bringer, x_channel: Channel) -> None:
    source = bringer.has_checked({"Slogan": "Ice cold!", "channels": "x", "when": f"{SOON} 10:00"})
    assert told(source)[0][1].startswith("The line says nothing")

    address = reverse("import-columns", args=[source.pk])
    assert "Two columns are called when" in str(
        bringer.client.post(address, {"column": ["when", "when", ""]}, headers={"Accept": "application/json"}).content
    )
    bringer.client.post(address, {"column": ["text", "channels", "when"]})
    source = bringer.waits()

    assert states(source) == {"good": 1}
    bringer.presses("start")
    assert Post.objects.get().text == "Ice cold!"


def test_two_thousand_rows_with_seventeen_bad_ones(bringer: Bringer, x_channel: Channel) -> None:
    rows = [line(f"Post {number}", status="" if number % 20 == 0 else "draft") for number in range(2000)]
    for number in range(17):
        rows[number * 101]["when"] = "2031-03-30 02:30"

    source = bringer.has_checked(*rows)

    assert states(source) == {"good": 1983, "bad": 17}
    assert sorted(source.rows.filter(state="bad").values_list("number", flat=True)) == [2 + 101 * n for n in range(17)]
    page = bringer.client.get(reverse("import", args=[source.pk])).content.decode()
    assert "Import 1983 posts" in page
    assert page.count("02:30 does not exist") == 17

    source = bringer.presses("start")

    assert states(source) == {"done": 1983, "bad": 17}
    assert len(set(Post.objects.values_list("text", flat=True))) == Post.objects.count() == 1983
    assert Publication.objects.filter(status=Status.SCHEDULED).count() == 100 - 1

    again = bringer.client.get(reverse("import-problems", args=[source.pk])).content.decode()
    assert len(again.splitlines()) == 18
    bringer.brings(again)
    assert states(bringer.waits()) == {"bad": 17}


class Killed(BaseException):
    """As a worker dies: nothing catches it."""


def test_after_a_killed_worker_no_row_is_missing_and_none_is_twice(
    bringer: Bringer, x_channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = bringer.has_checked(*(line(f"Post {number}") for number in range(30)))
    bringer.client.post(reverse("import-start", args=[source.pk]))
    made: list[str] = []
    save = ImportRow.save

    def dies_at_the_twelfth(row: ImportRow, *args: Any, **details: Any) -> None:
        made.append(str(row.pk))
        if len(made) == 12:
            raise Killed
        save(row, *args, **details)

    monkeypatch.setattr(ImportRow, "save", dies_at_the_twelfth)
    with pytest.raises(Killed):
        working.work(source.pk)
    assert Post.objects.count() == 10, "two lines of the bundle in which it died are made anew"

    working.work(source.pk)
    assert Post.objects.count() == 10, "the dead worker's claim still holds"
    Import.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    source = bringer.waits()

    assert states(source) == {"done": 30}
    assert sorted(Post.objects.values_list("text", flat=True)) == sorted(f"Post {number}" for number in range(30))


def test_whoever_is_lost_is_rung_for_again(bringer: Bringer, x_channel: Channel, messages: list[Any]) -> None:
    bringer.brings(table(line()))
    source = bringer.latest
    assert messages == [source.pk]

    working.recall()
    assert messages == [source.pk] * 2
    Import.objects.update(claimed_until=timezone.now() + timedelta(seconds=60))
    working.recall()
    assert messages == [source.pk] * 2
    Import.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    working.recall()

    assert messages == [source.pk] * 3


def test_undo_takes_back_what_is_not_out_and_leaves_the_rest(bringer: Bringer, x_channel: Channel, brand_page: Channel) -> None:
    bringer.has_checked(
        line("Waits", "x; facebook"), line("Is out", "x"), line("Was worked on", "x"), line("Half out", "x; facebook")
    )
    bringer.presses("start")
    out = Publication.objects.filter(post__text__contains="out", channel=x_channel)
    for number, one in enumerate(out):
        Publication.objects.filter(pk=one.pk).update(status=Status.PUBLISHED, due_at=None, remote_id=str(number))
    Post.objects.get(text="Was worked on").save()

    source = bringer.presses("undo")

    assert source.state == Import.State.UNDONE
    assert states(source) == {"undone": 1, "kept": 3}
    assert set(Post.objects.values_list("text", flat=True)) == {"Is out", "Was worked on", "Half out"}
    assert Post.objects.get(text="Was worked on").state == Post.State.DRAFT
    assert not Publication.objects.filter(due_at__isnull=False).exists()
    assert [one[1] for one in noted(source, 3)] == [
        "This post is already out on a channel, or on its way. Copy it to change it."
    ]


def test_a_running_import_can_be_stopped_and_undone(
    bringer: Bringer, x_channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = bringer.has_checked(*(line(f"Post {number}") for number in range(5)))
    monkeypatch.setattr(working, "BATCH", 2)
    monkeypatch.setattr(working, "SLICE", 0.0)
    bringer.client.post(reverse("import-start", args=[source.pk]))
    working.work(source.pk)
    working.work(source.pk)
    monkeypatch.setattr(working, "SLICE", 20.0)

    source = bringer.presses("undo")

    assert source.state == Import.State.UNDONE
    assert not Post.objects.exists()


def test_who_may_no_longer_schedule_imports_nothing_more(bringer: Bringer, x_channel: Channel) -> None:
    source = bringer.has_checked(line())
    bringer.client.post(reverse("import-start", args=[source.pk]))
    bringer.person.workspace.members.update(role="viewer")

    source = bringer.waits()

    assert source.state == Import.State.CHECKED
    assert "may no longer schedule" in source.why
    assert not Post.objects.exists()


def test_a_time_that_passes_between_check_and_import_is_told(
    bringer: Bringer, x_channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = bringer.has_checked(line())
    bringer.client.post(reverse("import-start", args=[source.pk]))
    later = timezone.now() + timedelta(days=90)
    monkeypatch.setattr("scheduler.bulk.lines.timezone.now", lambda: later)

    source = bringer.waits()

    assert "That time has passed" in told(source)[0][1]
    assert not Post.objects.exists()


def test_the_same_file_again_is_warned_of(bringer: Bringer, x_channel: Channel) -> None:
    bringer.has_checked(line())
    bringer.presses("start")

    source = bringer.has_checked(line())

    assert "This very file was imported on" in bringer.client.get(reverse("import", args=[source.pk])).content.decode()


def test_a_file_can_be_thrown_away_until_it_is_imported(bringer: Bringer, x_channel: Channel) -> None:
    source = bringer.has_checked(line())
    bringer.client.post(reverse("import-discard", args=[source.pk]))
    assert not Import.objects.exists()

    bringer.has_checked(line())
    source = bringer.presses("start")
    answer = bringer.client.post(reverse("import-discard", args=[source.pk]), follow=True)

    assert "wait until it is done" in answer.content.decode()
    assert Import.objects.filter(pk=source.pk).exists()


@pytest.mark.parametrize("what", ["start", "undo", "discard"])
def test_nobody_without_the_role_can_import(what: str, bringer: Bringer, responder: cast.Person, x_channel: Channel) -> None:
    source = bringer.has_checked(line())
    theirs = Bringer(responder)

    assert theirs.brings(table(line())).status_code == 403
    assert theirs.client.post(reverse(f"import-{what}", args=[source.pk])).status_code == 403
    assert states(source) == {"good": 1}


def test_the_pages_cost_the_same_for_a_few_rows_and_for_many(bringer: Bringer, x_channel: Channel) -> None:
    def queries(source: Import) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as one:
            bringer.client.get(reverse("import", args=[source.pk]))
        with CaptureQueriesContext(connection) as listed:
            bringer.client.get(reverse("imports"))
        return len(one), len(listed)

    bringer.has_checked(line("One"))
    few = queries(bringer.presses("start"))
    bringer.has_checked(*(line(f"Post {number}") for number in range(60)))
    many = queries(bringer.presses("start"))

    assert few == many
    assert max(few) <= 14


def test_progress_is_shown_while_it_works_and_then_the_page_rests(bringer: Bringer, x_channel: Channel) -> None:
    bringer.brings(table(line()))
    address = reverse("import", args=[bringer.latest.pk])
    client: Client = bringer.client

    assert 'hx-trigger="load delay:1s"' in client.get(address, headers={"HX-Request": "true"}).content.decode()
    bringer.waits()
    assert "hx-trigger" not in client.get(address, headers={"HX-Request": "true"}).content.decode()
