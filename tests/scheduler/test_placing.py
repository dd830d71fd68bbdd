"""What is put on a day without a time of its own: drafts and files of the library, at the channel's next free slot."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Channel
from scheduler.models import Asset, Campaign, Label, Post, Queue
from tests import cast
from tests.scheduler.desk import png
from tests.scheduler.test_calendar import DAY, WARSAW
from tests.scheduler.test_shifting import JSON, lies, undoes
from tests.scheduler.test_slots import Likes, likes

__all__ = ["likes"]
WEDNESDAY = "2031-03-26"  # DAY's


def drops(client: Client, draft: Post, day: str = WEDNESDAY) -> dict[str, Any]:
    answer = client.post(reverse("post-move", args=[draft.pk]), {"promised": "", "day": day}, headers=JSON)
    assert answer.status_code == 200, answer.content.decode()
    return dict(answer.json())


def drops_file(client: Client, asset: Asset, **where: Any) -> Any:
    return client.post(reverse("calendar-begin", args=[asset.pk]), where, headers=JSON)


def offered(client: Client, **asked: Any) -> dict[str, Any]:
    return dict(client.get(reverse("calendar-slot"), asked).json())


# -- drafts -------------------------------------------------------------------------------------------------------------------


def test_a_draft_gets_the_next_free_slot_of_its_channel_on_that_day(
    client: Client, marketer: cast.Person, x_channel: Channel, likes: Likes
) -> None:
    likes(x_channel, {2: ["10:00", "14:30", "18:00"], 3: ["08:00"]})
    marketer.schedules("Taken", on=x_channel, when=DAY)
    first, second, third = (marketer.writes(text, on=x_channel) for text in ("First", "Second", "Third"))

    said = [drops(client, draft)["said"] for draft in (first, second, third)]

    assert said == [
        "Planned for 14:30. This is the next free slot of Polar Fizz on X.",
        "Planned for 18:00. This is the next free slot of Polar Fizz on X.",  # where another draft lies is not free
        "Planned for 09:00. No slot of its channels is free on that day.",
    ]
    assert [lies(draft) for draft in (first, second, third)] == [f"{WEDNESDAY} {at}" for at in ("14:30", "18:00", "09:00")]


def test_of_several_channels_the_first_one_with_a_free_slot_decides(
    client: Client, marketer: cast.Person, x_channel: Channel, brand_page: Channel, likes: Likes
) -> None:
    likes(x_channel, {2: ["10:00"]})
    likes(brand_page, {2: ["11:00"]})
    marketer.schedules("Taken", on=x_channel, when=DAY)
    draft = marketer.writes("Both", on=[x_channel, brand_page])

    assert "Planned for 11:00." in drops(client, draft)["said"]
    assert "on Facebook" in drops(client, marketer.writes("Page", on=[brand_page, x_channel]), "2031-04-02")["said"]


def test_slots_of_a_paused_queue_are_not_given_away(
    client: Client, marketer: cast.Person, x_channel: Channel, likes: Likes
) -> None:
    queue = likes(x_channel, {2: ["10:00"]})
    Queue.objects.filter(pk=queue.pk).update(paused=True)

    assert "Planned for 09:00." in drops(client, marketer.writes("Ice", on=x_channel))["said"]


def test_a_draft_without_a_channel_goes_to_the_morning(client: Client, marketer: cast.Person) -> None:
    draft = marketer.writes("Nowhere yet", on=[])

    assert drops(client, draft)["said"] == "Planned for 09:00. Without a channel it has no slots."
    assert lies(draft) == f"{WEDNESDAY} 09:00"


def test_the_drop_is_undone_and_a_draft_with_a_time_keeps_it(
    client: Client, marketer: cast.Person, x_channel: Channel, likes: Likes
) -> None:
    likes(x_channel, {2: ["14:30"]})
    draft, timed = marketer.writes("Ice", on=x_channel), marketer.writes("At ten", on=x_channel, planned_for=DAY)

    undoes(client, drops(client, draft))

    assert lies(draft) == "nowhere"
    assert drops(client, timed, "2031-04-02")["said"] == "Moved."
    assert lies(timed) == "2031-04-02 10:00"


def test_a_day_that_is_over_is_refused(client: Client, marketer: cast.Person, x_channel: Channel, likes: Likes) -> None:
    likes(x_channel, {day: ["14:30"] for day in range(7)})
    draft = marketer.writes("Late", on=x_channel)

    answer = client.post(reverse("post-move", args=[draft.pk]), {"promised": "", "day": "2020-01-01"}, headers=JSON)

    assert answer.status_code == 422
    assert "That time has passed" in answer.content.decode()
    assert lies(draft) == "nowhere"


# -- what the dialog offers ---------------------------------------------------------------------------------------------------


def test_the_dialog_offers_the_next_free_slot_of_all_days_or_of_one(
    client: Client, marketer: cast.Person, x_channel: Channel, likes: Likes
) -> None:
    likes(x_channel, {2: ["14:30"]})
    draft = marketer.writes("Ice", on=x_channel)

    soon, then = offered(client, post=draft.pk), offered(client, post=draft.pk, day=WEDNESDAY)

    moment = datetime.fromisoformat(soon["when"]).replace(tzinfo=WARSAW)
    assert (moment.weekday(), f"{moment:%H:%M}") == (2, "14:30")
    assert timezone.now() < moment <= timezone.now() + timedelta(days=8)
    assert then == {"when": f"{WEDNESDAY}T14:30", "why": "This is the next free slot of Polar Fizz on X."}
    assert offered(client, channel=x_channel.pk, day=WEDNESDAY) == then
    assert offered(client, day=WEDNESDAY, channel="nonsense")["when"] == f"{WEDNESDAY}T09:00"


def test_nothing_is_offered_for_another_workspaces_post(client: Client) -> None:
    theirs = cast.Person(cast.member(cast.workspace("Somebody else"), "owner")).writes("Secret", on=[])

    assert client.get(reverse("calendar-slot"), {"post": str(theirs.pk)}).status_code == 404


# -- files --------------------------------------------------------------------------------------------------------------------


def test_a_file_on_a_day_begins_a_draft_with_it_that_can_be_taken_back(
    client: Client, marketer: cast.Person, x_channel: Channel, likes: Likes
) -> None:
    likes(x_channel, {2: ["14:30"]})
    picture = marketer.uploads(png("#123"), alt="A bottle on ice")
    heat = Campaign.objects.create(workspace=marketer.workspace, name="Heat wave")
    summer = Label.objects.create(workspace=marketer.workspace, name="Summer")

    answer = drops_file(client, picture, day=WEDNESDAY, channel=x_channel.pk, campaign=heat.pk, label=summer.pk).json()

    (post,) = Post.objects.all()
    assert answer["said"] == "Planned for 14:30. This is the next free slot of Polar Fizz on X."
    assert (lies(post), post.state, post.campaign, post.author) == (
        f"{WEDNESDAY} 14:30",
        Post.State.DRAFT,
        heat,
        marketer.member.user,
    )
    assert [(use.asset, use.alt) for use in post.media.all()] == [(picture, "A bottle on ice")]
    assert list(post.labels.all()) == [summer]
    assert [target.channel for target in post.targets.all()] == [x_channel]
    assert undoes(client, answer)["said"] == "1 change undone."
    assert not Post.objects.exists()
    assert Asset.objects.filter(pk=picture.pk).exists()


def test_a_file_goes_to_the_morning_without_a_channel_and_to_the_time_that_somebody_names(
    client: Client, marketer: cast.Person
) -> None:
    picture = marketer.uploads(png("#123"))

    drops_file(client, picture, day=WEDNESDAY)
    named = drops_file(client, picture, when=f"{WEDNESDAY}T16:20").json()

    assert sorted(lies(post) for post in Post.objects.all()) == [f"{WEDNESDAY} 09:00", f"{WEDNESDAY} 16:20"]
    assert named["said"] == "A draft with bottle.png is begun."


def test_what_somebody_has_worked_on_is_not_taken_back(client: Client, marketer: cast.Person) -> None:
    answer = drops_file(client, marketer.uploads(png("#123")), day=WEDNESDAY).json()
    Post.objects.get().save()

    assert "it stays" in undoes(client, answer)["refused"][0][1]
    assert Post.objects.count() == 1


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ({"day": WEDNESDAY}, "bottle.png may not be used after 25"),
        ({"when": f"{WEDNESDAY}T08:00"}, "may not be used after"),
        ({"day": "2020-01-01"}, "That time has passed"),
        ({"when": "2031-03-30T02:30"}, "the clocks go forward"),
        ({}, "Choose a date and a time."),
    ],
)
def test_a_file_that_cannot_go_there_is_refused_with_a_sentence(
    where: dict[str, str], says: str, client: Client, marketer: cast.Person
) -> None:
    picture = marketer.uploads(png("#123"))
    Asset.objects.update(use_until=(DAY - timedelta(days=1)).date())

    answer = drops_file(client, picture, **where)

    assert answer.status_code == 422
    assert says in answer.content.decode().replace("March 25, 2031", "25 March 2031")
    assert not Post.objects.exists()


def test_the_last_day_of_a_file_counts(client: Client, marketer: cast.Person) -> None:
    picture = marketer.uploads(png("#123"))
    Asset.objects.update(use_until=DAY.date())

    assert drops_file(client, picture, day=WEDNESDAY).status_code == 200


def test_another_workspaces_files_and_channels_are_out_of_reach(
    client: Client, marketer: cast.Person, x_channel: Channel
) -> None:
    theirs = cast.workspace("Somebody else")
    foreign = cast.Person(cast.member(theirs, "owner")).uploads(png("#321"))
    channel = Channel.objects.create(workspace=theirs, network="x", remote_id="9", name="Theirs")

    assert drops_file(client, foreign, day=WEDNESDAY).status_code == 404
    drops_file(client, marketer.uploads(png("#123")), day=WEDNESDAY, channel=channel.pk)
    assert not Post.objects.get().targets.exists()


def test_the_tray_lists_files_by_pages_and_finds_them(
    client: Client, marketer: cast.Person, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(14):
        marketer.uploads(png(f"#{number:03}"), f"bottle {number}.png")
    marketer.uploads(png("#fff"), "tea.png")

    with django_assert_max_num_queries(7):
        first = client.get(reverse("calendar-library")).content.decode()
    older = client.get(reverse("calendar-library"), {"page": 2}).content.decode()
    found = client.get(reverse("calendar-library"), {"q": "tea"}).content.decode()

    assert (first.count("file-card"), older.count("file-card"), found.count("file-card")) == (12, 3, 1)
    assert "Plan a post with this file: tea.png" in found
    assert "No file of this name." in client.get(reverse("calendar-library"), {"q": "coffee"}).content.decode()
