"""The calendar's feed and what a drop on it does."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Channel
from scheduler.models import Audience, Campaign, Label, Post, Publication, Status
from tests import cast
from tests.scheduler.desk import png

WARSAW = ZoneInfo("Europe/Warsaw")
DAY = datetime(2031, 3, 26, 10, tzinfo=WARSAW)  # four days before the clocks go forward


def feed(client: Client, start: datetime, end: datetime, **more: Any) -> list[dict[str, Any]]:
    """As the calendar asks for it."""
    query = {"start": start.isoformat(), "end": end.isoformat(), "timeZone": "Europe/Warsaw", **more}
    answer = client.get(reverse("calendar-feed"), query)
    assert answer.status_code == 200, answer.content
    return list(json.loads(answer.content)["events"])


def month(client: Client, **more: Any) -> list[dict[str, Any]]:
    return feed(client, DAY - timedelta(days=20), DAY + timedelta(days=20), **more)


def drops(client: Client, event: dict[str, Any], **where: str) -> Any:
    """An entry on a `day`, or at `when`."""
    headers = {"Accept": "application/json"}
    return client.post(event["move"], {"promised": event["promised"], **where}, headers=headers)


def local(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(WARSAW).strftime("%Y-%m-%d %H:%M")


# -- what is shown ------------------------------------------------------------------------------------------------------------


def test_a_post_for_several_channels_is_one_entry(
    client: Client, marketer: cast.Person, x_channel: Channel, brand_page: Channel
) -> None:
    picture = marketer.uploads(png("#123"))
    publication = marketer.schedules("Ice\n  cold", on=[x_channel, brand_page], when=DAY, media=[picture])

    (event,) = month(client)

    assert event["title"] == "Ice cold"
    assert local(event["start"]) == "2031-03-26 10:00"
    assert event["networks"] == [["facebook", "Facebook", True], ["x", "X", True]]
    assert (event["status"], event["label"]) == ("scheduled", "Scheduled")
    assert event["thumb"] == reverse("media-thumb", args=[picture.pk])
    assert event["url"] == reverse("post", args=[publication.post_id])


def test_one_publication_alone_leads_to_its_own_page(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    publication = marketer.schedules("Ice", on=x_channel, when=DAY, thread=["and more"])

    assert [event["url"] for event in month(client)] == [reverse("publication", args=[publication.pk])]


def test_the_worst_of_its_channels_gives_an_entry_its_state(
    client: Client, marketer: cast.Person, x_channel: Channel, brand_page: Channel
) -> None:
    marketer.schedules("Ice", on=[x_channel, brand_page], when=DAY)
    Publication.objects.filter(channel=brand_page).update(status=Status.PUBLISHED, due_at=None, remote_id="1")
    Publication.objects.filter(channel=x_channel).update(status=Status.FAILED, due_at=None)

    (event,) = month(client)

    assert (event["status"], event["startEditable"]) == ("failed", False)


def test_drafts_lie_on_their_day_and_the_others_beside_the_calendar(
    client: Client, marketer: cast.Person, x_channel: Channel
) -> None:
    marketer.writes("Planned", on=x_channel, planned_for=DAY)
    marketer.writes("Some day", on=x_channel)

    assert [(event["title"], event["status"], event["startEditable"]) for event in month(client)] == [
        ("Planned", "draft", True)
    ]
    beside = client.get(reverse("calendar-drafts")).content.decode()
    assert "Some day" in beside
    assert "Planned" not in beside


def test_what_was_cancelled_is_gone_from_the_calendar(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    marketer.schedules("Ice", on=x_channel, when=DAY)
    Publication.objects.update(status=Status.CANCELLED, due_at=None)

    assert month(client) == []


def test_the_feed_can_be_narrowed_to_a_channel_or_a_campaign(
    client: Client, marketer: cast.Person, x_channel: Channel, brand_page: Channel
) -> None:
    heat = Campaign.objects.create(workspace=marketer.workspace, name="Heat wave")
    marketer.schedules("On X", on=x_channel, when=DAY, campaign=heat)
    marketer.schedules("On Facebook", on=brand_page, when=DAY)
    marketer.writes("Draft for X", on=x_channel, planned_for=DAY)

    assert {event["title"] for event in month(client, channel=x_channel.pk)} == {"On X", "Draft for X"}
    assert {event["title"] for event in month(client, campaign=heat.pk)} == {"On X"}
    assert len(month(client, channel="", campaign="nonsense")) == 3


def test_another_workspaces_posts_are_not_shown(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    theirs = cast.workspace("Somebody else")
    foreign = Channel.objects.create(workspace=theirs, network="x", remote_id="9", name="Theirs")
    cast.Person(cast.member(theirs, "owner")).schedules("Secret", on=foreign, when=DAY)

    assert month(client) == []
    assert month(client, channel=foreign.pk) == []


@pytest.mark.parametrize("query", [{}, {"start": "now", "end": "then"}, {"start": "2031-03-02", "end": "2031-03-01"}])
def test_a_time_that_makes_no_sense_is_refused(query: dict[str, str], client: Client) -> None:
    assert client.get(reverse("calendar-feed"), query).status_code == 400


def test_the_feed_can_be_narrowed_by_network_author_and_status(
    client: Client, marketer: cast.Person, admin: cast.Person, x_channel: Channel, brand_page: Channel
) -> None:
    both = marketer.schedules("Both", on=[x_channel, brand_page], when=DAY)
    admin.schedules("By the admin", on=x_channel, when=DAY)
    marketer.writes("Draft", on=brand_page, planned_for=DAY)
    both.post.publications.filter(channel=brand_page).update(status=Status.FAILED, due_at=None)

    def titles(**only: Any) -> set[str]:
        return {event["title"] for event in month(client, **only)}

    assert titles(network="facebook") == {"Both", "Draft"}
    assert titles(author=admin.member.user_id) == {"By the admin"}
    assert titles(status="draft") == {"Draft"}
    assert titles(status="failed") == {"Both"}
    assert titles(status="scheduled") == {"Both", "By the admin"}
    assert titles(status="scheduled", author=marketer.member.user_id, network="x") == {"Both"}
    assert len(titles(status="nonsense", author="nobody", network="?")) == 3
    (whole,) = month(client, status="failed")
    assert len(whole["networks"]) == 2  # what is narrowed to a part shows the whole


def test_the_feed_can_be_narrowed_by_label_and_audience(
    client: Client,
    marketer: cast.Person,
    x_channel: Channel,
    brand_page: Channel,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    summer = Label.objects.create(workspace=marketer.workspace, name="Summer")
    hot = Audience.objects.create(workspace=marketer.workspace, name="Hot countries", climate="hot")
    hot.channels.add(brand_page)
    labelled = marketer.schedules("Labelled", on=x_channel, when=DAY)
    drafted = marketer.writes("Labelled draft", on=x_channel, planned_for=DAY)
    for post in (labelled.post, drafted):
        post.labels.add(summer)
    marketer.schedules("On their own page", on=brand_page, when=DAY)
    meant = marketer.writes("Meant for them", on=x_channel, planned_for=DAY)
    meant.targets.update(audience=hot)
    told = marketer.schedules("Told them", on=[x_channel, brand_page], when=DAY + timedelta(hours=1))
    told.post.publications.update(audience=hot)

    def titles(**only: Any) -> list[str]:
        with django_assert_max_num_queries(8):
            return sorted(event["title"] for event in month(client, **only))

    assert titles(label=summer.pk) == ["Labelled", "Labelled draft"]
    assert titles(audience=hot.pk) == ["Meant for them", "On their own page", "Told them"]
    assert titles(audience=hot.pk, network="x", show="week") == ["Meant for them", "Told them"]
    assert titles(audience=hot.pk, label=summer.pk, show="list") == []
    assert len(titles(audience="nobody", label="nothing")) == 5


def test_the_page_offers_the_labels_and_audiences_of_its_workspace(client: Client, marketer: cast.Person) -> None:
    Label.objects.create(workspace=marketer.workspace, name="Summer")
    Audience.objects.create(workspace=marketer.workspace, name="Hot countries")
    theirs = cast.workspace("Somebody else")
    Label.objects.create(workspace=theirs, name="Winter")

    page = client.get(reverse("calendar"), headers={"Accept-Encoding": "identity"}).content.decode()

    assert 'data-filter="label"' in page
    assert "Summer" in page
    assert "Hot countries" in page
    assert "Winter" not in page


# -- many ---------------------------------------------------------------------------------------------------------------------


def test_a_month_gets_what_its_days_show_and_how_many_more_there_are(
    client: Client, marketer: cast.Person, x_channel: Channel
) -> None:
    for number in range(6):
        marketer.schedules(f"Ice {number}", on=x_channel, when=DAY + timedelta(hours=number))

    *shown, rest = month(client, show="month")

    assert [event["title"] for event in shown] == ["Ice 0", "Ice 1", "Ice 2", "Ice 3"]
    assert (rest["rest"], rest["url"], local(rest["end"])) == (2, "?view=day&date=2031-03-26", "2031-03-26 23:59")


def test_a_week_gets_what_its_hours_show(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    for number in range(5):
        marketer.schedules(f"Ice {number}", on=x_channel, when=DAY + timedelta(minutes=number))
    marketer.schedules("Later", on=x_channel, when=DAY + timedelta(hours=1))

    events = month(client, show="week")

    assert [event["title"] for event in events] == ["Ice 0", "Ice 1", "Later", "+3"]
    assert local(events[-1]["start"]) == "2031-03-26 10:45"


def test_the_list_comes_in_pages(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    fill(marketer, x_channel, 950)
    query = {"start": (DAY - timedelta(days=20)).isoformat(), "end": (DAY + timedelta(days=20)).isoformat(), "show": "list"}

    pages = [client.get(reverse("calendar-feed"), {**query, "page": page}).json() for page in (1, 2, 3)]

    assert [(page["page"], page["pages"], page["total"], len(page["events"])) for page in pages] == [
        (1, 3, 1050, 500),
        (2, 3, 1050, 500),
        (3, 3, 1050, 50),
    ]
    assert len({event["id"] for page in pages for event in page["events"]}) == 1050


def test_the_feed_costs_the_same_however_much_there_is(
    client: Client, marketer: cast.Person, x_channel: Channel, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    fill(marketer, x_channel, 3000)
    repeat_for_months(9)
    assert marketer.workspace.publications.count() == 30_000

    for show, days in (("month", 40), ("week", 7), ("list", 31)):
        start, end = DAY - timedelta(days=days / 2), DAY + timedelta(days=days / 2)
        query = {"start": start.isoformat(), "end": end.isoformat(), "show": show}
        with django_assert_max_num_queries(8):
            answer = client.get(reverse("calendar-feed"), query, headers={"Accept-Encoding": "gzip"})

        assert len(answer.content) <= 60_000, show  # on the wire
        found = client.get(reverse("calendar-feed"), query)
        assert found.json()["total"] > 1000, show
        assert show != "month" or len(found.content) <= 150_000
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE scheduler_post CASCADE")  # row by row it takes a minute


def fill(marketer: cast.Person, channel: Channel, count: int, around: datetime = DAY) -> None:
    """That many promised posts around a moment, and a hundred drafts at it."""
    workspace = marketer.workspace
    posts = [Post(workspace=workspace, text="Ice " * 50, state=Post.State.APPROVED) for _ in range(count)]
    drafts = [Post(workspace=workspace, text="Draft", planned_for=around) for _ in range(100)]
    Post.objects.bulk_create([*posts, *drafts])
    Publication.objects.bulk_create(
        Publication(workspace=workspace, post=post, channel=channel, publish_at=when, due_at=when, content={"text": post.text})
        for number, post in enumerate(posts)
        for when in [around + timedelta(minutes=7 * (number - count // 2))]
    )


def repeat_for_months(months: int) -> None:
    """All posts and publications again in each of the months before; by PostgreSQL, because of their number."""
    ids = {"id": "md5(one.id::text || month)::uuid", "post_id": "md5(one.post_id::text || month)::uuid"}
    moments = {name: f"one.{name} - month * interval '30 days'" for name in ("publish_at", "due_at", "planned_for")}
    with connection.cursor() as cursor:
        for model in (Post, Publication):
            columns = [str(field.column) for field in model._meta.concrete_fields]
            values = ", ".join((ids | moments).get(name, f'one."{name}"') for name in columns)
            names, table = ", ".join(f'"{name}"' for name in columns), model._meta.db_table
            months_before = f"SELECT {values} FROM {table} one, generate_series(1, {months}) month"
            cursor.execute(f"INSERT INTO {table} ({names}) {months_before}")
            cursor.execute(f"ANALYZE {table}")


# -- moving -------------------------------------------------------------------------------------------------------------------


def test_a_drop_on_another_day_keeps_the_time_of_day_over_the_change_of_the_clocks(
    client: Client, marketer: cast.Person, x_channel: Channel, brand_page: Channel
) -> None:
    publication = marketer.schedules("Ice", on=[x_channel, brand_page], when=DAY, first_comment="Rules")
    (event,) = month(client)

    answer = drops(client, event, day="2031-04-02")

    assert local(answer.json()["start"]) == "2031-04-02 10:00"
    moments = set(publication.post.publications.values_list("publish_at", flat=True))
    assert {moment.astimezone(WARSAW).strftime("%d %H:%M") for moment in moments} == {"02 10:00"}
    publication.post.refresh_from_db()
    assert {publication.post.planned_for} == moments


def test_a_drop_on_a_time_means_that_wall_time(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    marketer.schedules("Ice", on=x_channel, when=DAY)

    drops(client, month(client)[0], when="2031-04-02T15:45")

    assert local(month(client)[0]["start"]) == "2031-04-02 15:45"


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ({"day": "2020-01-01"}, "That time has passed"),
        ({"when": "2031-03-30T02:30"}, "the clocks go forward"),
        ({"when": "soon"}, "Give a date and a time"),
        ({"day": "someday"}, "Enter a valid date."),
        ({}, "Choose a date and a time."),
    ],
)
def test_a_refused_move_says_why_and_changes_nothing(
    where: dict[str, str], says: str, client: Client, marketer: cast.Person, x_channel: Channel
) -> None:
    publication = marketer.schedules("Ice", on=x_channel, when=DAY)

    answer = drops(client, month(client)[0], **where)

    assert (answer.status_code, answer["Content-Type"]) == (422, "text/plain; charset=utf-8")
    assert says in answer.content.decode()
    publication.refresh_from_db()
    assert publication.publish_at == DAY


def test_what_is_on_its_way_cannot_be_moved_not_even_in_part(
    client: Client, marketer: cast.Person, x_channel: Channel, brand_page: Channel
) -> None:
    marketer.schedules("Ice", on=[x_channel, brand_page], when=DAY)
    (event,) = month(client)
    Publication.objects.filter(channel=x_channel).update(status=Status.SENDING)

    answer = drops(client, event, day="2031-04-02")

    assert "can no longer be moved" in answer.content.decode()
    assert set(Publication.objects.values_list("publish_at", flat=True)) == {DAY.astimezone(UTC)}


def test_two_people_do_not_move_the_same_entry_twice(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    marketer.schedules("Ice", on=x_channel, when=DAY)
    (event,) = month(client)
    drops(client, event, day="2031-04-02")

    answer = drops(client, event, day="2031-04-03")

    assert "somebody has moved it" in answer.content.decode()
    assert local(month(client)[0]["start"]) == "2031-04-02 10:00"


def test_a_draft_without_a_time_goes_to_the_morning_of_its_day(
    client: Client, marketer: cast.Person, x_channel: Channel
) -> None:
    draft = marketer.writes("Some day", on=x_channel)

    answer = client.post(reverse("post-move", args=[draft.pk]), {"promised": "", "day": "2031-04-02"})

    assert local(answer.json()["start"]) == "2031-04-02 09:00"
    assert not draft.publications.exists()


def test_a_draft_dropped_on_today_goes_to_the_next_full_quarter(
    client: Client, marketer: cast.Person, x_channel: Channel
) -> None:
    draft = marketer.writes("Today", on=x_channel)
    now = timezone.now().astimezone(WARSAW)
    soon = max(now.replace(minute=now.minute // 15 * 15) + timedelta(minutes=15), now.replace(hour=9, minute=0))

    answer = client.post(reverse("post-move", args=[draft.pk]), {"promised": "", "day": f"{now:%Y-%m-%d}"})

    assert local(answer.json()["start"]) == f"{soon:%Y-%m-%d %H:%M}"


def test_the_page_tells_who_only_looks_that_nothing_can_be_moved(marketer: cast.Person, x_channel: Channel) -> None:
    viewer = cast.member(marketer.workspace, "viewer")
    looking = Client()
    looking.force_login(viewer.user)
    marketer.writes("Some day", on=x_channel)

    page = looking.get(reverse("calendar")).content.decode()

    assert 'data-may-move=""' in page
    assert 'data-new=""' in page
    assert "data-plan" not in page
