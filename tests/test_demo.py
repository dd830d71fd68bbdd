"""The demo: one workspace as if it had been in use for weeks, everything in it really on the practice networks."""

import io
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import redis
import requests
from django.conf import settings as django_settings
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from accounts.models import Notice, Workspace
from accounts.saying import sentence
from accounts.signing_in import DEMO_LOG_INS
from connectors import NETWORKS
from inbox.models import Conversation, Message
from scheduler.compose import problems
from scheduler.models import Asset, Post, Publication, Status
from scheduler.targeting import tailoring
from scheduler.targeting.cautions import cautions
from scheduler.targeting.climates import having
from scheduler.targeting.matrix import matrix
from scheduler.watching import rechecks
from smo.demo import audiences, pictures, words
from smo.demo.posts import latest_usual_hours
from tests.sandbox.conftest import Practice

pytestmark = pytest.mark.django_db

Kind = Notice.Kind
FAULTS = {"rejected": 2, "missed": 1, "unconfirmed": 1}


def demo(*options: str) -> str:
    """`manage.py demo`, and what it prints."""
    printed = io.StringIO()
    call_command("demo", *options, stdout=printed)
    return printed.getvalue()


@pytest.fixture(scope="module")
def filled(
    django_db_setup: None, django_db_blocker: Any, sandbox_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The demo, filled once for all tests here; each of them takes back what it changes."""
    redis.Redis.from_url(django_settings.REDIS_URL).flushdb()
    with django_db_blocker.unblock():
        quick = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        media = tmp_path_factory.mktemp("media")
        with override_settings(SANDBOX_URL=sandbox_url, MEDIA_ROOT=media, PASSWORD_HASHERS=quick):
            demo()
        yield
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def brand(filled: None) -> Workspace:
    return Workspace.objects.get(name="Polar Fizz")


def test_without_practice_networks_it_says_so_in_one_line_and_leaves_nothing(settings: Any) -> None:
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    with pytest.raises(
        CommandError, match=r"^The practice networks do not answer at http://127.0.0.1:9\. Start them with .+\.$"
    ):
        demo()
    assert not Workspace.objects.exists()


def test_a_brand_with_its_people_channels_campaigns_and_forty_posts(brand: Workspace) -> None:
    assert brand.time_zone == "Europe/Warsaw"
    assert set(brand.members.values_list("user__email", "role")) == {(one.email, one.role) for one in DEMO_LOG_INS}
    assert set(brand.channels.values_list("network", "practice", "status")) == {(slug, True, "connected") for slug in NETWORKS}
    assert set(brand.campaigns.values_list("name", flat=True)) == {"Ice cold", "Warms like a summer day"}
    assert set(brand.audiences.values_list("climate", flat=True)) == {"hot", "cold", ""}
    assert brand.posts.count() == 44


def test_its_channels_may_do_all_that_is_asked_for(brand: Workspace) -> None:
    assert {channel.network: channel.missing for channel in brand.channels.all() if channel.missing} == {}


def test_every_channel_has_its_week_and_campaigns_say_what_they_are_for(brand: Workspace) -> None:
    assert all(channel.slots.exists() for channel in brand.channels.all())
    assert brand.queues.count() == 2
    for campaign in brand.campaigns.all():
        assert campaign.aim
        assert campaign.brief
        assert campaign.utm_source == "{network}"
        assert campaign.owner in {member.user for member in brand.members.all()}
    assert all(label.posts.exists() or label.conversations.exists() for label in brand.labels.all())
    texts = " ".join(brand.publications.values_list("content__text", flat=True))
    assert "https://www.polarfizz.com/stories/clear-ice?utm_source=" in texts


def test_posts_lie_on_both_sides_of_today(brand: Workspace) -> None:
    now = timezone.now()
    states = Counter(brand.publications.filter(part=0).values_list("status", flat=True))
    assert set(states) == {Status.PUBLISHED, Status.SCHEDULED, Status.FAILED}
    published = brand.publications.filter(status=Status.PUBLISHED)
    assert not published.filter(published_at__gt=now).exists()
    assert not published.filter(published_at__lt=now - timedelta(days=15)).exists()
    assert not brand.publications.filter(status=Status.SCHEDULED, publish_at__lt=now).exists()
    assert brand.posts.filter(state=Post.State.DRAFT, planned_for=None).count() == 4
    assert brand.posts.filter(state=Post.State.DRAFT, planned_for__gt=now).count() == 4


@pytest.mark.parametrize(("month", "hot", "cold"), [(6, {"EG", "SG"}, {"NZ", "IS"}), (12, {"AU", "ZA"}, {"GB", "CA"})])
def test_one_draft_says_something_to_each_audience_in_june_and_in_december(
    brand: Workspace, month: int, hot: set[str], cold: set[str]
) -> None:
    post = brand.posts.get(text=audiences.TEXT)
    tailoring.choose_day(post, date(2031, month, 15), brand.members.get(role="editor"))
    post.refresh_from_db()

    found = matrix(post)

    assert [problem for cell in found.cells for problem in cell.problems] == []
    assert found.is_ready
    assert {channel.network for channel in found.channels} == {"facebook", "x", "bluesky", "mastodon"}
    assert {tag for row in found.rows for tag in (row.audience.languages if row.audience else ())} == {"en", "es", "pl"}
    there = {str(row.audience): set(row.places) for row in found.rows}
    assert hot <= there[words.HOT]
    assert cold <= there[words.COLD]
    assert {one.kind for one in cautions(found, brand.audiences.all())} == {"several"}


@pytest.mark.parametrize("name", [words.HOT, words.COLD, words.HOT_ES])
def test_whenever_the_demo_is_filled_its_posts_reach_somebody(name: str) -> None:
    people = audiences.PEOPLE[name]
    assert all(having(people.climate, month, people.countries.split()) for month in range(1, 13))


@pytest.mark.parametrize("clause", ["One photo", "One film"])
def test_a_click_would_bring_a_draft_to_every_network_that_can_take_it(brand: Workspace, clause: str) -> None:
    post = brand.posts.get(text__startswith=clause)
    channels = [target.channel for target in post.targets.select_related("channel")]
    assert len(channels) >= len(NETWORKS) - 1
    assert {channel.network: [str(one) for one in problems(post, channel)] for channel in channels} == {
        channel.network: [] for channel in channels
    }


def test_one_post_goes_out_while_a_newcomer_looks_round(brand: Workspace) -> None:
    soon = brand.publications.filter(publish_at__range=(timezone.now(), timezone.now() + timedelta(minutes=16)))
    assert {one.text for one in soon} == {
        "The office fridge says 3 °C. The meeting has been moved to the fridge. 🧊",
        words.FUTURE[0].text,
    }


def test_there_is_something_to_be_told_of(brand: Workspace) -> None:
    marketer = brand.members.get(role="editor")
    notices = {one.kind: sentence(one) for one in marketer.notices.all()}

    assert set(notices) == {Kind.FAILED, Kind.LATE, Kind.PROBLEM, Kind.CHANGED, Kind.LAPSING}
    assert "is about to go out on Polar Fizz and has a problem: dunes.jpg may not be used after" in notices[Kind.PROBLEM]
    assert "has moved" in notices[Kind.CHANGED]
    assert notices[Kind.LAPSING].startswith("flavours.jpg may not be used after")
    warned = brand.publications.annotate(warning=rechecks.warning()).exclude(warning=None)
    assert [one.post.text[:10] for one in warned] == ["Three cans"]


def test_everything_published_can_be_opened_on_its_practice_page(brand: Workspace) -> None:
    published = brand.publications.filter(status=Status.PUBLISHED)
    assert published.count() > 30
    assert {one.url: requests.get(one.url, timeout=10).status_code for one in published} == {one.url: 200 for one in published}


def test_the_pages_show_the_days_that_the_calendar_shows(brand: Workspace, practice: Practice) -> None:
    for channel in brand.channels.all():
        shown = {post["id"]: post["created_at"] for post in practice.posts(channel.network, {"id": channel.remote_id})}
        for one in channel.publications.filter(status=Status.PUBLISHED, part=0):
            assert one.published_at
            assert shown[one.remote_id] == pytest.approx(one.published_at.timestamp(), abs=60), one.text


def test_failures_are_instructive(brand: Workspace) -> None:
    failed = brand.publications.filter(status=Status.FAILED)
    assert Counter(failed.values_list("fault", flat=True)) == FAULTS
    said = " ".join(failed.values_list("why", flat=True))
    assert "X has this text already" in said
    assert "more than 60 minutes late" in said
    assert "YouTube does not show the video" in said


def test_what_nobody_knows_is_there_for_who_looks(brand: Workspace, practice: Practice) -> None:
    doubtful = brand.publications.get(fault="unconfirmed")
    shown = [post["text"] for post in practice.posts(doubtful.channel.network, {"id": doubtful.channel.remote_id})]
    assert shown.count(doubtful.text) == 1


@pytest.mark.parametrize(
    ("words_of", "outcomes"),
    [
        ("Somebody asked", ["unknown", "found"]),
        ("Five flavours walked", ["ready", "unknown", "absent", "absent", "ready", "sent"]),
    ],
)
def test_doubts_end_published_once(brand: Workspace, practice: Practice, words_of: str, outcomes: list[str]) -> None:
    one = brand.publications.get(content__text__startswith=words_of)
    assert one.status == Status.PUBLISHED
    assert list(one.attempts.values_list("outcome", flat=True)) == outcomes
    shown = [post["text"] for post in practice.posts(one.channel.network, {"id": one.channel.remote_id})]
    assert shown.count(one.text) == 1


def test_timelines_tell_one_story_in_order(brand: Workspace) -> None:
    for one in brand.publications.exclude(status=Status.SCHEDULED):
        told = [attempt.at for attempt in one.attempts.all()]
        assert told[0] >= one.publish_at
        assert all(before <= after for before, after in pairwise(told)), one.text
        assert told[-1] < timezone.now(), one.text


def test_fans_have_spoken_and_some_were_answered(brand: Workspace) -> None:
    heard = Message.objects.filter(channel__workspace=brand, mine=False)
    assert len(heard) >= len(words.FANS)
    answers = Message.objects.filter(channel__workspace=brand, status=Message.Status.SENT)
    assert {one.text for one in answers} == {one.answer for one in words.FANS if one.answer}
    assert {one.conversation.state for one in answers} == {Conversation.State.DONE}
    assert brand.conversations.filter(unread=True).count() >= 10


def test_the_practice_networks_are_left_in_order(brand: Workspace, practice: Practice) -> None:
    assert practice.control("GET", "clock")["offset"] == 0
    assert practice.control("GET", "faults")["data"] == []


def test_a_second_run_changes_nothing_and_takes_no_time(brand: Workspace) -> None:
    def rows() -> tuple[int, ...]:
        return (
            Notice.objects.count(),
            Workspace.objects.count(),
            Post.objects.count(),
            Publication.objects.count(),
            Asset.objects.count(),
        )

    before, started = rows(), time.monotonic()
    assert demo() == "The demo is there already.\n"
    assert time.monotonic() - started < 0.5
    assert rows() == before


def test_the_log_ins_it_prints_work(brand: Workspace) -> None:
    lines = [line.split() for line in demo("--logins").splitlines()]
    assert [role for role, *_ in lines] == [one.role for one in DEMO_LOG_INS]
    for _, email, password in lines:
        assert authenticate(username=email, password=password), email


def test_at_any_hour_there_is_time_for_what_went_wrong() -> None:
    midnight = datetime(2026, 3, 28, 23, tzinfo=UTC)  # the clocks go forward in this night
    for minutes in range(0, 2 * 24 * 60, 7):
        now = midnight + timedelta(minutes=minutes)
        latest, _, third = latest_usual_hours(ZoneInfo("Europe/Warsaw"), now)[:3]
        assert now - latest >= timedelta(hours=1)
        assert timedelta(hours=6) < now - third < timedelta(hours=23)


def test_pictures_come_out_the_same_every_time() -> None:
    assert pictures.jpeg("garden") == pictures.jpeg("garden")
    assert pictures.draw("beach").size == (pictures.WIDTH, pictures.HEIGHT)
