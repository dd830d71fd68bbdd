"""Campaigns and labels: what is said about them, how far they are, what is wrong, and a copy for other dates."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Channel, Workspace
from accounts.verbs import Forbidden, Problem
from scheduler import planning
from scheduler.composing import drafting
from scheduler.models import Audience, Campaign, Label, Post, Publication, Status
from scheduler.plans import campaigns, labels
from tests import cast
from tests.scheduler.desk import Desk

LATER = timezone.now() + timedelta(days=3)
START = date(2031, 3, 24)  # a Monday; the clocks go forward on the Sunday after it
SAYS: dict[str, Any] = {"name": "Heat wave", "colour": "orange", "aim": "Sell more", "brief": "Ice.\nMore ice."}


@pytest.fixture
def campaign(marketer: cast.Person) -> Campaign:
    return Campaign.objects.create(workspace=marketer.workspace, name="Heat wave", starts_on=START)


def wall(workspace: Workspace, day: date, at: str) -> datetime:
    return planning.at(workspace.zone, datetime.combine(day, time.fromisoformat(at)))


# -- writing about them -----------------------------------------------------------------------------------------------------


def test_a_campaign_is_made_and_changed(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    label = labels.keep("Ginger", "red", marketer.member)
    cold = Audience.objects.create(workspace=marketer.workspace, name="Cold")
    people = {"audiences": [cold.pk], "owner": marketer.member.user_id}
    more = {"channels": [x_channel.pk], "labels": [label.pk], "utm_source": "{network}", **people}

    answer = client.post(reverse("campaign-new"), SAYS | more | {"starts_on": "2031-06-01", "ends_on": "2031-06-30"})

    made = Campaign.objects.get()
    assert answer["Location"] == reverse("campaign", args=[made.pk])
    assert (made.name, made.colour, made.aim, made.brief) == ("Heat wave", "orange", "Sell more", "Ice.\nMore ice.")
    assert (made.owner, made.starts_on, made.utm_source) == (marketer.member.user, date(2031, 6, 1), "{network}")
    assert [list(rows.all()) for rows in (made.channels, made.audiences, made.labels)] == [[x_channel], [cold], [label]]
    assert "Cold" in client.get(answer["Location"]).content.decode()
    assert client.get(reverse("campaign-edit", args=[made.pk])).context["chosen"] == {
        str(one.pk) for one in (x_channel, cold, label)
    }

    client.post(reverse("campaign-edit", args=[made.pk]), SAYS | {"name": "Heat waves"})

    made.refresh_from_db()
    assert (made.name, made.owner, made.channels.count(), made.audiences.count()) == ("Heat waves", None, 0, 0)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": "Taken"}, "There is a campaign of this name already"),
        ({"starts_on": "2031-06-02", "ends_on": "2031-06-01"}, "It would end before it starts"),
        ({"utm_medium": "{medium}"}, "is not known here"),
        ({"name": ""}, "This field is required."),
    ],
)
def test_what_cannot_be_is_said_at_its_field(fields: dict[str, str], says: str, client: Client, marketer: cast.Person) -> None:
    Campaign.objects.create(workspace=marketer.workspace, name="Taken")

    answer = client.post(reverse("campaign-new"), SAYS | fields)

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert Campaign.objects.count() == 1


def test_channels_audiences_and_people_of_another_workspace_cannot_be_chosen(client: Client, practice: Any) -> None:
    theirs = cast.workspace("Somebody else")
    foreign, stranger = cast.channel(theirs, practice, "x", "Other"), cast.member(theirs, "owner")

    people = Audience.objects.create(workspace=theirs, name="Other")

    for more in ({"channels": [foreign.pk]}, {"audiences": [people.pk]}, {"owner": stranger.user_id}):
        assert client.post(reverse("campaign-new"), SAYS | more).status_code == 422

    assert not Campaign.objects.exists()


@pytest.mark.parametrize("role", ["viewer", "responder"])
def test_who_may_not_write_posts_may_not_change_campaigns(role: str, campaign: Campaign) -> None:
    reader = cast.member(campaign.workspace, role)
    given = dict[str, Any]({field: getattr(campaign, field) for field in campaigns.PLAIN}, channels=[], audiences=[], labels=[])
    client = Client()
    client.force_login(reader.user)

    page = client.get(reverse("campaign", args=[campaign.pk])).content.decode()

    assert "Add a post" not in page
    for verb in (
        lambda: campaigns.keep(given, reader, campaign),
        lambda: campaigns.copy(campaign, "Again", date(2031, 6, 2), True, reader),
        lambda: campaigns.delete(campaign, reader),
        lambda: labels.keep("Mine", "red", reader),
    ):
        with pytest.raises(Forbidden):
            verb()


def test_a_deleted_campaign_leaves_its_posts(
    client: Client, marketer: cast.Person, x_channel: Channel, campaign: Campaign
) -> None:
    post = marketer.writes("Ice", on=x_channel, campaign=campaign)

    client.post(reverse("campaign-delete", args=[campaign.pk]))

    post.refresh_from_db()
    assert post.campaign is None


# -- how far they are -------------------------------------------------------------------------------------------------------


def test_progress_counts_posts_by_what_became_of_them(
    marketer: cast.Person, x_channel: Channel, brand_page: Channel, campaign: Campaign
) -> None:
    marketer.writes("Draft", on=x_channel, campaign=campaign)
    marketer.writes("Without a campaign", on=x_channel)
    marketer.schedules("Waits", on=[x_channel, brand_page], when=LATER, campaign=campaign)
    for text, status in (("Out", Status.PUBLISHED), ("Half out", Status.FAILED), ("Off", Status.CANCELLED)):
        one = marketer.schedules(text, on=[x_channel, brand_page], when=LATER, campaign=campaign)
        rows = Publication.objects.filter(post=one.post)
        rows.filter(channel=brand_page).update(status=Status.PUBLISHED, due_at=None, remote_id=text)
        rows.filter(channel=x_channel).update(status=status, due_at=None, remote_id=f"x {text}")
    Publication.objects.filter(post__text="Off").update(status=Status.CANCELLED)

    found = campaigns.progress(marketer.workspace)[campaign.pk]

    assert (found.drafts, found.waiting, found.published, found.failed, found.total) == (1, 1, 1, 1, 4)
    assert [(part.state, part.start, part.percent) for part in found.parts] == [
        ("published", 0, 25), ("scheduled", 25, 25), ("failed", 50, 25)
    ]  # fmt: skip
    assert campaigns.progress(marketer.workspace, campaign) == {campaign.pk: found}


def test_its_page_shows_its_posts_by_state(
    client: Client, marketer: cast.Person, x_channel: Channel, campaign: Campaign
) -> None:
    marketer.writes("A draft of it", on=x_channel, campaign=campaign)
    marketer.schedules("Waits", on=x_channel, when=LATER, campaign=campaign)
    marketer.writes("Another matter", on=x_channel)

    def listed(**query: str) -> set[str]:
        return {row["post"].text for row in client.get(reverse("campaign", args=[campaign.pk]), query).context["rows"]}

    assert listed() == {"A draft of it", "Waits"}
    assert listed(show="drafts") == {"A draft of it"}
    assert listed(show="scheduled") == {"Waits"}


def test_problems_say_what_keeps_it_from_going_well(
    marketer: cast.Person, x_channel: Channel, brand_page: Channel, tube: Channel, campaign: Campaign
) -> None:
    assert campaigns.troubles(campaign) == []
    campaign.channels.set([x_channel, brand_page, tube])
    heard, page_readers, unheard = (
        Audience.objects.create(workspace=marketer.workspace, name=name) for name in ("Heard", "Readers of the page", "Unheard")
    )
    page_readers.channels.add(brand_page)
    campaign.audiences.set([heard, page_readers, unheard])
    failed = marketer.schedules("Ice", on=x_channel, when=LATER, campaign=campaign)
    Publication.objects.update(status=Status.FAILED, due_at=None, why="X has this text already.")
    late = marketer.writes("Late", on=brand_page, campaign=campaign, planned_for=timezone.now() - timedelta(hours=1))
    Channel.objects.filter(pk=brand_page.pk).update(status=Channel.Status.DISCONNECTED)
    Channel.objects.filter(pk=x_channel.pk).update(held=True)
    late.targets.create(channel=x_channel, audience=heard)
    campaign.held = True

    found = campaigns.troubles(campaign)

    assert [one.sentence for one in found] == [
        "The campaign is stopped: nothing of it goes out until somebody resumes it.",
        "Polar Fizz is not connected: connect it again.",
        "Polar Fizz is stopped: resume it.",
        "Failed on Polar Fizz: X has this text already.",
        "“Late” was meant to be out by now and is still a draft.",
        "2 posts lie outside of the campaign's dates.",
        "Nothing is written yet for Polar Fizz (YouTube).",
        "No post speaks to Unheard yet.",
    ]
    assert [one.publication for one in found if one.publication] == [failed.pk]
    assert [one.post for one in found if one.post] == [late.pk]


def test_a_campaign_is_stopped_and_goes_on(client: Client, campaign: Campaign) -> None:
    for held in ("1", "0"):
        client.post(reverse("campaign-hold", args=[campaign.pk]), {"held": held})
        campaign.refresh_from_db()
        assert campaign.held == (held == "1")


def test_a_post_can_be_begun_from_the_campaign(
    client: Client, marketer: cast.Person, x_channel: Channel, campaign: Campaign
) -> None:
    label = labels.keep("Ginger", "red", marketer.member)
    campaign.channels.add(x_channel)
    campaign.labels.add(label)

    typed = Desk(marketer).opens(campaign=str(campaign.pk)).typed

    assert (typed["campaign"], typed["channels"], typed["labels"]) == (
        [str(campaign.pk)], [str(x_channel.pk)], [str(label.pk)]
    )  # fmt: skip


# -- a copy for other dates -------------------------------------------------------------------------------------------------


def moments(campaign: Campaign) -> dict[str, str]:
    zone = campaign.workspace.zone
    rows = campaign.posts.all()
    return {one.text: f"{one.planned_for.astimezone(zone):%a %d %b %H:%M}" if one.planned_for else "" for one in rows}


@pytest.fixture
def full(marketer: cast.Person, x_channel: Channel, campaign: Campaign) -> Campaign:
    """A campaign with a draft, a draft without a time, and a post that is scheduled."""
    marketer.writes("Monday", on=x_channel, campaign=campaign, planned_for=wall(campaign.workspace, START, "09:00"))
    marketer.writes("Whenever", on=x_channel, campaign=campaign)
    friday = wall(campaign.workspace, START + timedelta(days=4), "17:30")
    marketer.schedules("Friday", on=x_channel, when=friday, campaign=campaign, thread=["More"])
    return campaign


def test_a_copy_has_the_same_posts_as_drafts_as_much_later(client: Client, marketer: cast.Person, full: Campaign) -> None:
    label = labels.keep("Ginger", "red", marketer.member)
    full.labels.add(label)
    full.audiences.add(Audience.objects.create(workspace=marketer.workspace, name="Cold"))
    for post in full.posts.all():
        post.labels.add(label)
    full.ends_on, full.utm_source, full.aim = START + timedelta(days=6), "{network}", "Sell"
    full.save()

    client.post(reverse("campaign-copy", args=[full.pk]), {"name": "Again", "starts_on": "2031-07-01"})

    again = Campaign.objects.get(name="Again")
    assert (again.starts_on, again.ends_on) == (date(2031, 7, 1), date(2031, 7, 7))
    assert (again.utm_source, again.aim, list(again.labels.all())) == ("{network}", "Sell", [label])
    assert [one.name for one in again.audiences.all()] == ["Cold"]
    assert moments(again) == {"Monday": "Tue 01 Jul 09:00", "Friday": "Sat 05 Jul 17:30", "Whenever": ""}
    assert {post.state for post in again.posts.all()} == {Post.State.DRAFT}
    assert not Publication.objects.filter(post__campaign=again).exists()
    assert again.posts.get(text="Friday").variants.get().thread == ["More"]
    assert all(list(post.labels.all()) == [label] for post in again.posts.all())
    assert full.posts.count() == 3


def test_weekdays_can_be_kept(client: Client, full: Campaign) -> None:
    client.post(reverse("campaign-copy", args=[full.pk]), {"name": "Again", "starts_on": "2031-07-01", "weekdays": "on"})

    again = Campaign.objects.get(name="Again")
    assert again.starts_on == date(2031, 7, 7)
    assert moments(again) == {"Monday": "Mon 07 Jul 09:00", "Friday": "Fri 11 Jul 17:30", "Whenever": ""}


def test_a_time_that_the_clocks_jump_over_is_an_hour_later_in_the_copy(
    marketer: cast.Person, x_channel: Channel, campaign: Campaign
) -> None:
    night = wall(campaign.workspace, START, "02:30")
    marketer.writes("Owls", on=x_channel, campaign=campaign, planned_for=night)

    again = campaigns.copy(campaign, "Again", date(2031, 3, 30), False, marketer.member)

    assert moments(again) == {"Owls": "Sun 30 Mar 03:30"}


def test_a_campaign_without_dates_is_counted_from_its_first_post(full: Campaign, marketer: cast.Person) -> None:
    Campaign.objects.update(starts_on=None)
    full.refresh_from_db()

    again = campaigns.copy(full, "Again", START + timedelta(days=7), False, marketer.member)

    assert again.starts_on == START + timedelta(days=7)
    assert moments(again)["Monday"] == "Mon 31 Mar 09:00"


@pytest.mark.parametrize(
    ("name", "day", "says"),
    [("Heat wave", date(2031, 7, 1), "of this name already"), ("Again", date(2020, 7, 1), "That day has passed")],
)
def test_a_copy_that_cannot_be_leaves_nothing(name: str, day: date, says: str, full: Campaign, marketer: cast.Person) -> None:
    with pytest.raises(Problem, match=says):
        campaigns.copy(full, name, day, True, marketer.member)

    assert (Campaign.objects.count(), Post.objects.count()) == (1, 3)


# -- labels -----------------------------------------------------------------------------------------------------------------


def test_labels_are_made_named_anew_and_taken_off(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    client.post(reverse("label-make"), {"new-name": "Ginger", "new-colour": "red"})
    label = Label.objects.get()
    post = marketer.writes("Ice", on=x_channel)
    post.labels.add(label)

    client.post(reverse("label-change", args=[label.pk]), {"name": "Lime", "colour": "green"})
    label.refresh_from_db()
    assert (label.name, label.colour) == ("Lime", "green")
    assert "1 post" in client.get(reverse("labels")).content.decode()

    client.post(reverse("label-change", args=[label.pk]), {"do": "delete"})
    assert not post.labels.exists()


def test_two_labels_cannot_have_one_name(client: Client, marketer: cast.Person) -> None:
    labels.keep("Ginger", "red", marketer.member)

    page = client.post(reverse("label-make"), {"new-name": "Ginger", "new-colour": "blue"}, follow=True).content.decode()

    assert "There is a label of this name already" in page


def test_posts_are_labelled_in_the_composer_and_found_again_in_the_list(
    client: Client, marketer: cast.Person, x_channel: Channel
) -> None:
    ginger, lime = (labels.keep(name, "red", marketer.member) for name in ("Ginger", "Lime"))
    desk = Desk(marketer).opens().types(channels=x_channel.pk, text="Ice", labels=[ginger.pk]).presses("draft")
    marketer.writes("Without", on=x_channel)
    post = desk.post
    assert list(post.labels.all()) == [ginger]

    def found(label: str) -> list[str]:
        return [row["post"].text for row in client.get(reverse("posts"), {"label": label}).context["rows"]]

    assert found(str(ginger.pk)) == ["Ice"]
    assert found(str(lime.pk)) == []
    assert set(found("nonsense")) == {"Ice", "Without"}

    Desk(marketer).opens(post).presses("draft")
    assert list(post.labels.all()) == [ginger]
    Desk(marketer).opens(post).types(labels=[]).presses("draft")
    assert not post.labels.exists()


def test_a_draft_that_says_nothing_of_labels_leaves_them(marketer: cast.Person, x_channel: Channel) -> None:
    post = marketer.writes("Ice", on=x_channel)
    post.labels.add(labels.keep("Ginger", "red", marketer.member))

    drafting.save(drafting.Draft(text="Ice", channels=(x_channel,)), marketer.member, post)

    assert post.labels.count() == 1


# -- what it costs ----------------------------------------------------------------------------------------------------------


def test_pages_of_campaigns_cost_the_same_for_one_and_for_many(
    client: Client, marketer: cast.Person, x_channel: Channel, brand_page: Channel, campaign: Campaign
) -> None:
    def cost(name: str, *arguments: Any) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse(name, args=arguments)).status_code == 200
        return len(seen)

    label = labels.keep("Ginger", "red", marketer.member)
    campaign.channels.set([x_channel])
    campaign.audiences.add(Audience.objects.create(workspace=campaign.workspace, name="Cold"))
    campaign.labels.add(label)
    marketer.schedules("First", on=x_channel, when=LATER, campaign=campaign).post.labels.add(label)
    pages: list[Callable[[], int]] = [
        lambda: cost("campaigns"),
        lambda: cost("campaign", campaign.pk),
        lambda: cost("labels"),
    ]
    once = [page() for page in pages]
    for number in range(8):
        other = Campaign.objects.create(workspace=campaign.workspace, name=f"Campaign {number}")
        other.channels.set([x_channel, brand_page])
        other.audiences.add(Audience.objects.create(workspace=campaign.workspace, name=f"Audience {number}"))
        for text in ("a", "b", "c"):
            marketer.schedules(f"{text} {number}", on=[x_channel, brand_page], when=LATER, campaign=campaign)
            marketer.writes(f"{text} {number}", on=x_channel, campaign=other)
        labels.keep(f"Label {number}", "blue", marketer.member)

    assert [page() for page in pages] == once
    assert once[0] <= 15
    assert once[1] <= 25
