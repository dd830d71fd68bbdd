"""Writing a post for several networks: what is kept, what is said where, what goes out."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries

from accounts.models import Channel, Workspace
from connectors import connector
from scheduler import planning
from scheduler.models import Asset, Audience, Campaign, Post, PostChannel, Publication, Status
from tests import cast
from tests.sandbox.conftest import Practice
from tests.scheduler.desk import Desk, png, read

TOMORROW = (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT10:00")


@pytest.fixture
def desk(marketer: cast.Person) -> Desk:
    return Desk(marketer)


def contents(post: Post) -> dict[str, list[str]]:
    """The texts that are promised, by network, in the order of their parts."""
    found: dict[str, list[str]] = {}
    for one in post.publications.exclude(status=Status.CANCELLED).select_related("channel").order_by("part"):
        found.setdefault(one.channel.network, []).append(one.text)
    return found


# -- what goes out ----------------------------------------------------------------------------------------------------------


def test_a_post_is_written_once_and_promised_on_every_chosen_channel(
    desk: Desk, x_channel: Channel, brand_page: Channel
) -> None:
    desk.opens().types(channels=[x_channel.pk, brand_page.pk], text="Ice cold at 38 °C", when=TOMORROW).presses("schedule")

    assert contents(desk.post) == {"x": ["Ice cold at 38 °C"], "facebook": ["Ice cold at 38 °C"]}
    moments = desk.post.publications.values_list("publish_at", flat=True)
    assert {one.astimezone(desk.person.workspace.zone).strftime("%Y-%m-%dT%H:%M") for one in moments} == {TOMORROW}


def test_a_network_gets_its_own_text_thread_and_settings(desk: Desk, x_channel: Channel, brand_page: Channel) -> None:
    desk.opens().types(
        channels=[x_channel.pk, brand_page.pk], text="For all", link="polarfizz.example/heat", first_comment="Rules"
    )
    desk.types(x__own="1", x__text="For X", x__thread=["second", " ", "third"], x__option_reply_settings="verified")
    desk.types(when=TOMORROW).presses("schedule")

    link = "https://polarfizz.example/heat"
    assert contents(desk.post) == {"x": [f"For X\n\n{link}", "second", "third", "Rules"], "facebook": ["For all", "Rules"]}
    first = desk.post.publications.get(channel=x_channel, part=0)
    assert first.content["options"]["reply_settings"] == "verified"
    assert desk.post.publications.get(channel=brand_page, part=0).content["link"] == link


def test_publish_now_promises_for_this_moment(desk: Desk, x_channel: Channel) -> None:
    desk.opens().types(channels=[x_channel.pk], text="Now!").presses("now")

    assert abs(desk.post.publications.get().publish_at - timezone.now()) < timedelta(seconds=10)


def test_files_go_along_in_their_order_with_their_alt_texts(desk: Desk, x_channel: Channel, marketer: cast.Person) -> None:
    first, second = marketer.uploads(png("#111")), marketer.uploads(png("#222"))
    desk.opens().types(channels=[x_channel.pk], text="Two", media=[second.pk, first.pk], when=TOMORROW)
    desk.types(**{f"media__alt__{second.pk}".replace("alt__", "alt-"): "The second"}).presses("schedule")

    sent = desk.post.publications.get().content["media"]
    assert sent == [{"asset": str(second.pk), "alt": "The second"}, {"asset": str(first.pk), "alt": "A bottle on ice"}]


def test_line_ends_of_the_browser_are_not_counted_twice(desk: Desk, x_channel: Channel) -> None:
    desk.opens().types(channels=[x_channel.pk], text="a\r\nb", x__thread=["c\r\nd"], when=TOMORROW).presses("schedule")

    assert contents(desk.post) == {"x": ["a\nb", "c\nd"]}


# -- drafts -----------------------------------------------------------------------------------------------------------------


def test_a_draft_is_kept_unfinished_and_comes_back_as_it_was_typed(desk: Desk, x_channel: Channel, tube: Channel) -> None:
    campaign = Campaign.objects.create(workspace=desk.person.workspace, name="Heat wave")
    picture = desk.person.uploads(png("#333"))
    desk.opens().types(channels=[x_channel.pk, tube.pk], text="a" * 900, campaign=campaign.pk, when=TOMORROW, media=picture.pk)
    desk.types(
        x__own="1", x__text="short", x__thread=["more"], x__option_poll_options="mint\nlime", x__option_poll_minutes="60"
    )
    desk.types(youtube__option_title="How cold?", youtube__option_embeddable="0", youtube__own_media="1").presses("draft")
    kept = desk.post
    typed = desk.opens(kept).typed

    desk.presses("draft")

    assert desk.opens(kept).typed == typed | {
        "seen": desk.typed["seen"],
        "csrfmiddlewaretoken": desk.typed["csrfmiddlewaretoken"],
    }
    assert typed["x-thread"] == ["more"]
    assert typed["x-option_poll_options"] == ["mint\nlime"]
    assert typed["youtube-option_embeddable"] == ["0"]
    assert typed["youtube-own_media"] == ["1"]
    assert not kept.publications.exists()
    assert kept.variants.get(network="x").options == {"poll_options": ["mint", "lime"], "poll_minutes": 60}


def test_a_click_on_the_calendar_fills_in_the_day(desk: Desk, x_channel: Channel) -> None:
    assert desk.opens(day="2031-03-04").typed["when"] == ["2031-03-04T09:00"]
    assert desk.opens(when="2031-03-04T14:30").typed["when"] == ["2031-03-04T14:30"]
    assert desk.opens(day="nonsense").typed["when"] == [""]


def test_what_another_person_saved_meanwhile_is_not_overwritten_unasked(
    desk: Desk, x_channel: Channel, admin: cast.Person
) -> None:
    post = desk.person.writes("Mine", on=x_channel)
    desk.opens(post)
    Desk(admin).opens(post).types(text="Theirs").presses("draft")

    desk.types(text="Mine, longer").presses("draft")

    assert desk.answer.status_code == 422
    assert "Admin changed this post while you were writing" in desk.sentences["-"][0]
    assert read(desk.page).fields["text"] == ["Mine, longer"]
    desk.typed = read(desk.page).fields
    assert desk.presses("draft").post.text == "Mine, longer"


def test_a_form_that_is_sent_twice_makes_one_post(desk: Desk, x_channel: Channel) -> None:
    desk.opens().types(channels=[x_channel.pk], text="Once!")

    first, second = desk.presses("now").post, desk.presses("now").post

    assert first == second
    assert contents(first) == {"x": ["Once!"]}


def test_a_form_that_is_sent_again_when_it_is_out_changes_nothing(desk: Desk, x_channel: Channel) -> None:
    desk.opens().types(channels=[x_channel.pk], text="Once!").presses("now")
    Publication.objects.update(status=Status.SENDING)

    desk.presses("now")

    assert desk.answer.status_code == 422
    assert "Copy it to change it" in desk.sentences["-"][0]
    assert Publication.objects.count() == 1


def test_the_id_of_anothers_post_cannot_be_taken(desk: Desk, x_channel: Channel) -> None:
    theirs = Post.objects.create(workspace=cast.workspace("Somebody else"), text="Theirs")

    desk.opens().types(key=theirs.pk, text="Mine").presses("draft")

    assert desk.answer.status_code == 422
    assert "has just been saved" in desk.sentences["-"][0]
    theirs.refresh_from_db()
    assert theirs.text == "Theirs"


# -- refusals ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("when", "", "Choose a date and a time."),
        ("when", "2020-01-01T10:00", "That time has passed"),
        ("when", "2031-03-30T02:30", "02:30 does not exist on that day"),  # Warsaw's clocks go forward
        ("when", "soon", "Give a date and a time"),
        ("link", "not a link", "Enter a valid URL"),
        ("channels", [], "Choose at least one channel."),
        ("text", "", "The post is empty"),
        ("text", "a" * 281, "X takes 280 units, the text has 281: shorten it by 1."),
        ("x-option_poll_minutes", "an hour", "Enter a whole number."),
        ("x-option_poll_minutes", "1", "Poll runs for must be a whole number from 5"),
        ("first_comment", "a" * 281, "Part 3: X takes 280 units"),
        ("x-thread", ["a" * 281], "Part 2: X takes 280 units"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_typed_is_lost(
    field: str, value: Any, says: str, desk: Desk, x_channel: Channel
) -> None:
    desk.opens().types(channels=[x_channel.pk], text="Ice cold", when=TOMORROW, x__thread=["and more"])
    desk.types(x__option_poll_options="mint\nlime", **{field.replace("-", "__"): value}).presses("schedule")

    assert desk.answer.status_code == 422
    assert says in " ".join(desk.sentences[field])
    again = read(desk.page).fields
    assert {name: values for name, values in again.items() if name != "csrfmiddlewaretoken"} == {
        name: values for name, values in desk.typed.items() if name != "csrfmiddlewaretoken" and values
    }
    assert not Post.objects.exists()


def test_a_text_of_its_own_that_is_too_long_is_told_in_its_networks_tab(
    desk: Desk, x_channel: Channel, brand_page: Channel
) -> None:
    desk.opens().types(channels=[x_channel.pk, brand_page.pk], text="fine", x__own="1", x__text="a" * 300, when=TOMORROW)

    desk.presses("schedule")

    assert list(desk.sentences) == ["x-text"]


def test_a_channel_that_is_not_connected_says_so(desk: Desk, x_channel: Channel) -> None:
    Channel.objects.update(status=Channel.Status.DISCONNECTED)

    desk.opens().types(channels=[x_channel.pk], text="Ice cold", when=TOMORROW).presses("schedule")

    assert "is not connected: connect it again" in desk.sentences["channels"][0]


def test_rows_of_another_workspace_cannot_be_slipped_in(desk: Desk, x_channel: Channel) -> None:
    theirs = cast.workspace("Somebody else")
    owner = cast.Person(cast.member(theirs, "owner"))
    foreign = Channel.objects.create(workspace=theirs, network="x", remote_id="9", name="Theirs")
    desk.opens().types(text="Mine", channels=[foreign.pk], media=[owner.uploads(png("#444")).pk])
    desk.types(campaign=Campaign.objects.create(workspace=theirs, name="Theirs").pk)

    desk.presses("draft")

    assert desk.answer.status_code == 422
    assert set(desk.sentences) == {"channels", "media", "campaign"}


def test_a_responder_may_not_write(responder: cast.Person, x_channel: Channel) -> None:
    desk = Desk(responder)
    desk.types(channels=[x_channel.pk], text="Me too").presses("draft")

    assert desk.answer.status_code == 403


# -- while somebody types -----------------------------------------------------------------------------------------------------


def test_lengths_are_counted_as_each_network_counts(desk: Desk, x_channel: Channel, brand_page: Channel, tube: Channel) -> None:
    text = "Zażółć 👩‍👩‍👧 https://polarfizz.example/a/very/long/address?with=things"
    desk.opens().types(channels=[x_channel.pk, brand_page.pk, tube.pk], text=text).is_checked()

    for network in ("x", "facebook", "youtube"):
        known = connector(network)
        expected = f'title="{known.checker().length(text)} / {known.limits.text} {known.limits.unit}"'
        assert expected in desk.page


def test_the_count_knows_what_the_post_becomes(desk: Desk, shop: Workspace, practice: Practice, marketer: cast.Person) -> None:
    tok = cast.channel(shop, practice, "tiktok")
    desk.opens().types(channels=[tok.pk], text="Ice cold").is_checked()
    assert 'title="8 / 2200 UTF-16 units"' in desk.page

    desk.types(media=[marketer.uploads(png("navy")).pk]).is_checked()

    assert 'title="8 / 4000 UTF-16 units"' in desk.page, "a photo post may say more"


def test_the_check_judges_what_is_typed_and_writes_nothing(desk: Desk, x_channel: Channel, tube: Channel) -> None:
    desk.opens().types(channels=[x_channel.pk, tube.pk], text="#cold " + "a" * 300, x__thread=["b" * 281]).is_checked()

    assert "shorten it by" in desk.sentences["text"][0]
    assert "Part 2" in desk.sentences["x-thread"][0]
    assert "Title is missing" in desk.sentences["youtube-option_title"][0]
    assert "add a video" in desk.sentences["media"][0]
    assert '<mark class="pv-over">' in desk.page
    assert '<span class="pv-mark">#cold</span>' in desk.page
    assert not Post.objects.exists()


def test_an_empty_composer_does_not_complain_yet(desk: Desk, x_channel: Channel) -> None:
    assert desk.opens().types(channels=[x_channel.pk]).is_checked().sentences == {}


def test_each_networks_tab_tells_its_rules_and_which_cannot_be_asked(
    desk: Desk, x_channel: Channel, shop: Workspace, practice: Practice
) -> None:
    cast.channel(shop, practice, "snapchat")

    page = desk.opens().page

    for rule in (*connector("x").rules, *connector("snapchat").rules):
        assert escape(rule) in page
    assert "Snapchat cannot be asked whether a post is there" in page
    assert "X cannot be asked" not in page


def test_text_from_a_person_is_never_markup(desk: Desk, x_channel: Channel) -> None:
    desk.opens().types(channels=[x_channel.pk], text='<script>alert("cold")</script> https://x.example/"onload=').is_checked()

    assert "<script>alert" not in desk.page
    assert "&lt;script&gt;alert" in desk.page


def test_a_photo_can_become_a_film_where_only_videos_are_taken(desk: Desk, brand_page: Channel, tube: Channel) -> None:
    photo = desk.person.uploads(png("#555"))
    desk.opens().types(
        channels=[brand_page.pk, tube.pk], text="Ice", media=[photo.pk], youtube__option_title="Ice"
    ).is_checked()
    assert f"/media/{photo.pk}/film/" in desk.page

    row = desk.client.post(f"/media/{photo.pk}/film/", {"slot": "youtube-media"}).content.decode()
    film = read(row).fields["youtube-media"][0]
    desk.types(youtube__own_media="1", youtube__media=[film], when=TOMORROW).presses("schedule")

    media = {one.channel.network: one.content["media"][0]["asset"] for one in desk.post.publications.select_related("channel")}
    assert media == {"facebook": str(photo.pk), "youtube": film}
    assert Asset.objects.get(pk=film).is_video


def test_a_file_of_a_setting_is_kept_by_its_id(desk: Desk, tube: Channel) -> None:
    upload = SimpleUploadedFile("cover.png", png("#666"))
    row = desk.uploads(upload, option="youtube-option_thumbnail").page
    thumbnail = read(row).fields["youtube-option_thumbnail"][0]

    desk.opens().types(channels=[tube.pk], text="Ice", youtube__option_thumbnail=thumbnail).presses("draft")

    assert desk.post.variants.get().options == {"thumbnail": thumbnail}
    assert "cover.png" in desk.opens(desk.post).page


def test_a_post_with_many_files_and_networks_opens_with_few_queries(
    desk: Desk, x_channel: Channel, brand_page: Channel, tube: Channel, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    files = [desk.person.uploads(png(f"#{number}00")) for number in range(1, 9)]
    post = desk.person.writes("Ice", on=[x_channel, brand_page, tube], media=files, thread=["more"])

    with django_assert_max_num_queries(25):
        desk.opens(post)
    with django_assert_max_num_queries(22):
        desk.is_checked(post)


# -- changing what is promised ------------------------------------------------------------------------------------------------


def test_changing_a_promised_post_promises_it_anew(desk: Desk, x_channel: Channel, marketer: cast.Person) -> None:
    old = marketer.schedules("First wording", on=x_channel, when=timezone.now() + timedelta(days=2))

    desk.opens(old.post).types(text="Second wording", when=TOMORROW).presses("schedule")

    old.refresh_from_db()
    assert old.status == Status.CANCELLED
    assert contents(old.post) == {"x": ["Second wording"]}


def test_a_promised_post_can_go_back_to_the_drafts(desk: Desk, x_channel: Channel, marketer: cast.Person) -> None:
    promised = marketer.schedules("Wait", on=x_channel, when=timezone.now() + timedelta(days=2))

    assert desk.opens(promised.post).presses("draft").post.state == Post.State.DRAFT

    assert not promised.post.publications.exclude(status=Status.CANCELLED).exists()


def test_a_refused_change_leaves_the_promise_as_it_was(desk: Desk, x_channel: Channel, marketer: cast.Person) -> None:
    promised = marketer.schedules("Wait", on=x_channel, when=timezone.now() + timedelta(days=2))

    desk.opens(promised.post).types(text="a" * 281).presses("schedule")

    assert desk.answer.status_code == 422
    promised.refresh_from_db()
    assert (promised.status, promised.post.text) == (Status.SCHEDULED, "Wait")


def test_what_is_on_its_way_can_no_longer_be_changed(desk: Desk, x_channel: Channel, marketer: cast.Person) -> None:
    promised = marketer.schedules("Going", on=x_channel, when=timezone.now() + timedelta(days=2))
    desk.opens(promised.post)
    Publication.objects.update(status=Status.SENDING)

    desk.types(text="Too late").presses("schedule")

    assert desk.answer.status_code == 422
    assert "Copy it to change it" in desk.sentences["-"][0]
    assert read(desk.page).fields["text"] == ["Too late"]
    assert contents(promised.post) == {"x": ["Going"]}
    assert desk.client.get(desk.address)["Location"] == f"/posts/{promised.post_id}/"


def test_a_post_for_an_audience_keeps_it(desk: Desk, brand_page: Channel, x_channel: Channel, marketer: cast.Person) -> None:
    hot = Audience.objects.create(workspace=marketer.workspace, name="Hot places", countries=["ES"])
    post = marketer.writes("Ice", on=x_channel)
    PostChannel.objects.create(post=post, channel=brand_page, audience=hot)

    desk.opens(post).types(text="Ice!", when=TOMORROW).presses("schedule")

    assert [one.audience for one in post.publications.order_by("channel__network")] == [hot, None]


def test_scheduling_keeps_the_day_for_when_it_becomes_a_draft_again(desk: Desk, x_channel: Channel) -> None:
    desk.opens().types(channels=[x_channel.pk], text="Ice", when=TOMORROW).presses("schedule")
    planned = desk.post.planned_for

    assert planned == planning.at(desk.person.workspace.zone, datetime.fromisoformat(TOMORROW))
