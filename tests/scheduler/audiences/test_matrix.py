"""The audience matrix of a post: cells, how they reach people, what is warned of, and scheduling from it."""

import json
from datetime import UTC, date, datetime, time
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Channel, Workspace
from accounts.verbs import Forbidden, Problem
from scheduler import planning
from scheduler.composing import drafting
from scheduler.models import Asset, Audience, Campaign, Post, Status, Variant
from scheduler.targeting import tailoring
from scheduler.targeting.matrix import Cell
from scheduler.targeting.tailoring import Told
from tests import cast
from tests.sandbox.conftest import Practice
from tests.scheduler.audiences.scene import DECEMBER, JUNE, audience, seen
from tests.scheduler.desk import Desk, png


def cell(post: Post, name: str, channel: Channel) -> Cell:
    [found] = [one for one in seen(post).cells if (one.audience and one.audience.name) == name and one.channel == channel]
    return found


# -- what a cell says -----------------------------------------------------------------------------------------------------


def test_an_audience_has_its_text_its_files_and_nine_o_clock_at_home(
    marketer: cast.Person, draft: Post, hot: Audience, cold: Audience, x_channel: Channel, brand_page: Channel
) -> None:
    ice, fire = marketer.uploads(png("#1c6fd0"), "ice.png"), marketer.uploads(png("#c92a2a"), "fire.png")
    tailoring.tell_audience(draft, hot, [x_channel, brand_page], Told("Ice cold", (ice,)), marketer.member)
    tailoring.tell_audience(draft, cold, [brand_page], Told("Warms like a summer day", (fire,), time(18, 30)), marketer.member)

    cooling, warming = cell(draft, "Hot", x_channel), cell(draft, "Cold", brand_page)

    assert (cooling.text, cooling.media, cooling.own) == ("Ice cold", (ice,), "row")
    assert cooling.moment.at == datetime(2031, 6, 16, 7, tzinfo=UTC)  # 9:00 in Madrid
    assert (cooling.moment.local, cooling.moment.place) == ("09:00", "Madrid")
    assert (warming.text, warming.media) == ("Warms like a summer day", (fire,))
    assert warming.moment.at == datetime(2031, 6, 16, 6, 30, tzinfo=UTC)  # 18:30 in Auckland
    assert len(seen(draft).cells) == 3
    assert seen(draft).is_ready


def test_one_channel_may_have_words_of_its_own_and_gives_them_back(
    marketer: cast.Person, draft: Post, hot: Audience, x_channel: Channel, brand_page: Channel
) -> None:
    tailoring.tell_audience(draft, hot, [x_channel, brand_page], Told("Ice cold"), marketer.member)
    tailoring.tell_there(draft, hot, x_channel, Told("Cold. As ice.", at=time(20)), marketer.member)

    assert [cell(draft, "Hot", one).text for one in (x_channel, brand_page)] == ["Cold. As ice.", "Ice cold"]
    assert cell(draft, "Hot", x_channel).own == "cell"
    assert [cell(draft, "Hot", one).moment.local for one in (x_channel, brand_page)] == ["20:00", "09:00"]

    tailoring.tell_there(draft, hot, x_channel, Told(), marketer.member)
    assert cell(draft, "Hot", x_channel).text == "Ice cold"


def test_what_an_audience_is_told_keeps_the_options_of_the_network_but_not_a_thread_in_another_language(
    marketer: cast.Person, hot: Audience, tube: Channel, x_channel: Channel
) -> None:
    post = marketer.writes("Cold", on=x_channel, thread=["And colder"], options={"poll_options": ["Lime", "Mint"]})
    tailoring.tell_audience(post, hot, [x_channel], Told("Fría"), marketer.member)

    said = cell(post, "Hot", x_channel).wording

    assert (said.text, said.thread, said.options["poll_options"]) == ("Fría", (), ["Lime", "Mint"])


def test_an_audience_that_is_taken_out_leaves_nothing_behind(
    marketer: cast.Person, draft: Post, hot: Audience, x_channel: Channel, brand_page: Channel
) -> None:
    tailoring.tell_audience(draft, hot, [x_channel, brand_page], Told("Ice cold"), marketer.member)
    tailoring.tell_audience(draft, hot, [x_channel], Told("Ice cold"), marketer.member)
    assert [one.channel for one in seen(draft).cells] == [x_channel]
    assert Variant.objects.count() == 1

    tailoring.leave_out(draft, hot, marketer.member)

    assert seen(draft).rows == ()
    assert not Variant.objects.exists()


def test_the_composer_keeps_what_the_matrix_says(
    marketer: cast.Person, draft: Post, hot: Audience, cold: Audience, brand_page: Channel
) -> None:
    for one, text in ((hot, "Ice cold"), (cold, "Warm")):
        tailoring.tell_audience(draft, one, [brand_page], Told(text), marketer.member)
    draft.refresh_from_db()

    desk = Desk(marketer).opens(draft)
    desk.types(text="Something else").presses("draft")

    assert desk.post == draft
    assert [one.text for one in seen(draft).cells] == ["Warm", "Ice cold"]


def test_nine_o_clock_in_the_night_when_the_clocks_jump_is_said_at_the_cell(
    marketer: cast.Person, draft: Post, hot: Audience, x_channel: Channel
) -> None:
    tailoring.choose_day(draft, date(2031, 3, 30), marketer.member)  # 2:00 to 3:00 in Madrid
    tailoring.tell_audience(draft, hot, [x_channel], Told("Ice cold", at=time(2, 30)), marketer.member)

    found = cell(draft, "Hot", x_channel)

    assert found.moment.at is None
    assert any("02:30 does not exist on that day" in one for one in found.problems)
    with pytest.raises(Problem, match="does not exist"):
        tailoring.schedule(Post.objects.get(pk=draft.pk), marketer.member)


# -- June and December ----------------------------------------------------------------------------------------------------


def test_with_the_day_the_climates_move_to_the_other_hemisphere(
    marketer: cast.Person, draft: Post, hot: Audience, cold: Audience, brand_page: Channel
) -> None:
    for one, text in ((hot, "Ice cold"), (cold, "Warm")):
        tailoring.tell_audience(draft, one, [brand_page], Told(text), marketer.member)

    def places() -> dict[str, tuple[str, ...]]:
        return {str(row.audience): row.places for row in seen(draft).rows}

    assert places() == {"Hot": ("ES",), "Cold": ("IS", "NZ")}
    tailoring.choose_day(draft, DECEMBER, marketer.member)
    assert places() == {"Hot": ("AU",), "Cold": ("ES", "IS")}


# -- how a cell reaches them ----------------------------------------------------------------------------------------------


def test_the_fields_that_are_shown_are_those_that_reach_the_page(
    marketer: cast.Person, draft: Post, hot: Audience, brand_page: Channel, worker: cast.Worker, practice: Practice
) -> None:
    tailoring.tell_audience(draft, hot, [brand_page], Told("Ice cold"), marketer.member)
    shown = cell(draft, "Hot", brand_page).reach
    assert (shown.kind, shown.hides) == ("native", True)

    [promised] = tailoring.schedule(Post.objects.get(pk=draft.pk), marketer.member)
    worker.finishes(promised)

    assert promised.status == Status.PUBLISHED, promised.why
    [post] = practice.posts("facebook", {"id": brand_page.remote_id})
    assert {name: json.loads(post["details"][name]) for name, _ in shown.sent} == dict(shown.fields or {})
    assert json.loads(post["details"]["targeting"])["geo_locations"] == {"countries": ["ES"]}


def test_a_channel_of_their_own_and_a_channel_for_all_say_so(
    marketer: cast.Person, draft: Post, poles: Audience, hot: Audience, x_channel: Channel, tube: Channel
) -> None:
    poles.channels.add(x_channel)
    tailoring.tell_audience(draft, poles, [x_channel, tube], Told("Lodowata"), marketer.member)

    assert cell(draft, "Poland", x_channel).reach.kind == "regional"
    assert cell(draft, "Poland", tube).reach.kind == "wording"


def test_what_a_network_only_prefers_is_not_said_to_be_hidden(
    marketer: cast.Person, draft: Post, shop: Workspace, brand_page: Channel
) -> None:
    women = audience(shop, "Women", genders=["female"])
    tailoring.tell_audience(draft, women, [brand_page], Told("For her"), marketer.member)
    assert (cell(draft, "Women", brand_page).reach.kind, cell(draft, "Women", brand_page).reach.hides) == ("native", False)


# -- scheduling -----------------------------------------------------------------------------------------------------------


def test_each_cell_becomes_one_promise_at_its_own_time_with_its_own_words(
    client: Client, marketer: cast.Person, draft: Post, hot: Audience, cold: Audience, brand_page: Channel, x_channel: Channel
) -> None:
    tailoring.tell_audience(draft, hot, [brand_page, x_channel], Told("Ice cold"), marketer.member)
    tailoring.tell_audience(draft, cold, [brand_page], Told("Warms"), marketer.member)

    answer = client.post(reverse("post-schedule", args=[draft.pk]))

    assert answer["Location"] == reverse("post", args=[draft.pk])
    made = {(str(one.audience), one.channel.network): one for one in draft.publications.select_related("channel", "audience")}
    assert {key: one.text for key, one in made.items()} == {
        ("Hot", "facebook"): "Ice cold", ("Hot", "x"): "Ice cold", ("Cold", "facebook"): "Warms"
    }  # fmt: skip
    assert made["Hot", "facebook"].content["targeting"]["countries"] == ["ES"]
    assert made["Cold", "facebook"].content["targeting"]["countries"] == ["IS", "NZ"]
    assert made["Hot", "x"].publish_at == datetime(2031, 6, 16, 7, tzinfo=UTC)
    assert made["Cold", "facebook"].publish_at == datetime(2031, 6, 15, 21, tzinfo=UTC)  # 9:00 on the 16th in Auckland
    assert seen(draft).day == JUNE


def test_a_promised_post_is_fixed_until_it_is_taken_back(
    client: Client, marketer: cast.Person, draft: Post, hot: Audience, x_channel: Channel
) -> None:
    tailoring.tell_audience(draft, hot, [x_channel], Told("Ice cold"), marketer.member)
    tailoring.schedule(Post.objects.get(pk=draft.pk), marketer.member)

    with pytest.raises(Problem, match="Take it back to the drafts"):
        tailoring.tell_there(draft, hot, x_channel, Told("Warm"), marketer.member)
    page = client.get(reverse("post-audiences", args=[draft.pk])).content.decode()
    assert "what each audience gets is fixed" in page
    assert reverse("post-cell", args=[draft.pk, hot.pk, x_channel.pk]) not in page

    client.post(reverse("post-take-back", args=[draft.pk]))
    assert set(draft.publications.values_list("status", flat=True)) == {Status.CANCELLED}
    tailoring.tell_there(draft, hot, x_channel, Told("Warm"), marketer.member)
    assert cell(draft, "Hot", x_channel).text == "Warm"


def test_without_a_day_nothing_is_scheduled(client: Client, marketer: cast.Person, hot: Audience, x_channel: Channel) -> None:
    post = Post.objects.create(workspace=marketer.workspace, text="Cold")
    tailoring.tell_audience(post, hot, [x_channel], Told("Ice cold"), marketer.member)

    answer = client.post(reverse("post-schedule", args=[post.pk]), follow=True)

    assert "Choose the day first." in answer.content.decode()
    assert not post.publications.exists()


def test_a_time_that_has_passed_names_its_cell(marketer: cast.Person, draft: Post, hot: Audience, x_channel: Channel) -> None:
    tailoring.tell_audience(draft, hot, [x_channel], Told("Ice cold"), marketer.member)
    tailoring.choose_day(draft, date(2020, 6, 16), marketer.member)
    with pytest.raises(Problem, match=rf"Hot, {x_channel.name}: that time has passed"):
        tailoring.schedule(Post.objects.get(pk=draft.pk), marketer.member)


def test_a_copy_for_december_says_the_same_at_the_same_times(
    marketer: cast.Person, draft: Post, hot: Audience, brand_page: Channel
) -> None:
    tailoring.tell_audience(draft, hot, [brand_page], Told("Ice cold", at=time(8)), marketer.member)
    again = drafting.copy(draft, marketer.member)
    tailoring.choose_day(again, DECEMBER, marketer.member)

    [promised] = tailoring.schedule(Post.objects.get(pk=again.pk), marketer.member)

    assert (promised.text, promised.content["targeting"]["countries"]) == ("Ice cold", ["AU"])
    assert promised.publish_at == datetime(2031, 12, 15, 7, tzinfo=UTC)


def test_the_composer_schedules_each_audience_at_its_own_time_too(
    marketer: cast.Person, draft: Post, hot: Audience, cold: Audience, brand_page: Channel
) -> None:
    tailoring.tell_audience(draft, hot, [brand_page], Told("Ice cold"), marketer.member)
    tailoring.tell_audience(draft, cold, [brand_page], Told("Warm", at=None), marketer.member)
    draft.refresh_from_db()

    desk = Desk(marketer).opens(draft)
    assert "each audience gets it at its own time" in desk.page
    desk.types(when="2031-06-16T15:00").presses("schedule")

    assert {one.text: one.publish_at.hour for one in desk.post.publications.all()} == {"Ice cold": 7, "Warm": 13}


def test_scheduling_at_one_time_for_all_still_does(
    marketer: cast.Person, draft: Post, hot: Audience, cold: Audience, brand_page: Channel
) -> None:
    for one in (hot, cold):
        tailoring.tell_audience(draft, one, [brand_page], Told(), marketer.member)
    when = datetime(2031, 6, 16, 12, tzinfo=UTC)
    assert {one.publish_at for one in planning.schedule(draft, when, marketer.member)} == {when}


# -- the screen -----------------------------------------------------------------------------------------------------------


def test_a_row_is_written_on_the_screen(
    client: Client, draft: Post, hot: Audience, x_channel: Channel, brand_page: Channel, picture: Asset
) -> None:
    address = reverse("post-audience", args=[draft.pk, hot.pk])
    assert 'value="09:00"' in client.get(address).content.decode()
    typed = {"text": "Ice cold", "at": "07:45", "channels": [x_channel.pk, brand_page.pk], "media": [picture.pk]}

    answer = client.post(address, typed, headers={"HX-Request": "true"})

    assert (answer["HX-Retarget"], answer["HX-Trigger-After-Swap"]) == ("#matrix", "smo:told")
    assert "Ice cold" in answer.content.decode()
    assert "07:45" in answer.content.decode()
    form = client.get(address).context["form"]
    assert (form["text"].value(), form.on, form.chosen) == (
        "Ice cold",
        {str(x_channel.pk), str(brand_page.pk)},
        {str(picture.pk)},
    )
    client.post(address, {"do": "leave-out"}, headers={"HX-Request": "true"})
    assert seen(draft).rows == ()


@pytest.mark.parametrize(
    ("typed", "words"),
    [({"text": "Cold", "at": "09:00"}, "Choose at least one channel"), ({"at": "25:61"}, "Enter a valid time")],
)
def test_what_is_missing_is_said_in_the_dialog(
    client: Client, draft: Post, hot: Audience, typed: dict[str, str], words: str
) -> None:
    answer = client.post(reverse("post-audience", args=[draft.pk, hot.pk]), typed, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert seen(draft).rows == ()


def test_another_day_is_chosen_on_the_screen(client: Client, draft: Post) -> None:
    address = reverse("post-day", args=[draft.pk])
    assert client.post(address, {"day": "2031-12-15"}, headers={"HX-Request": "true"}).status_code == 200
    assert seen(draft).day == DECEMBER
    assert client.post(address, {"day": "yesterday"}).status_code == 422


def test_rows_of_other_workspaces_are_not_there(client: Client, draft: Post, hot: Audience, x_channel: Channel) -> None:
    other = cast.workspace("Else")
    theirs = audience(other, "Theirs")
    channel = Channel.objects.create(workspace=other, network="x", remote_id="9", name="Theirs")
    asset = cast.Person(cast.member(other, "editor")).uploads(png("#fff"))
    for args in ([draft.pk, theirs.pk], [uuid4(), hot.pk]):
        assert client.post(reverse("post-audience", args=args), {"at": "9:00"}).status_code == 404
    for args in ([draft.pk, hot.pk, channel.pk], [draft.pk, theirs.pk, x_channel.pk]):
        assert client.get(reverse("post-cell", args=args)).status_code == 404
    for typed in ({"channels": [channel.pk]}, {"channels": [x_channel.pk], "media": [asset.pk]}):
        assert client.post(reverse("post-audience", args=[draft.pk, hot.pk]), {"at": "9:00", **typed}).status_code == 422
    assert seen(draft).rows == ()


def test_viewers_see_the_matrix_and_change_nothing(
    marketer: cast.Person, draft: Post, hot: Audience, x_channel: Channel
) -> None:
    tailoring.tell_audience(draft, hot, [x_channel], Told("Ice cold"), marketer.member)
    viewer = cast.member(marketer.workspace, "viewer")
    client = Client()
    client.force_login(viewer.user)

    page = client.get(reverse("post-audiences", args=[draft.pk])).content.decode()

    assert "Ice cold" in page
    assert "hx-post" not in page.partition("<main")[2]
    assert "Schedule all" not in page
    with pytest.raises(Forbidden):
        tailoring.tell_there(draft, hot, x_channel, Told("Mine"), viewer)
    with pytest.raises(Forbidden):
        tailoring.schedule(draft, viewer)


def test_the_page_costs_the_same_for_one_cell_and_for_many(
    client: Client, marketer: cast.Person, draft: Post, shop: Workspace, brand_page: Channel, x_channel: Channel, tube: Channel
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse("post-audiences", args=[draft.pk])).status_code == 200
        return len(found)

    def one_more(number: int) -> None:
        made = audience(shop, f"Audience {number}", countries=["ES"], climate="hot", languages=["es"])
        asset = marketer.uploads(png(f"#{number:06x}"), f"{number}.png")
        tailoring.tell_audience(draft, made, [brand_page, x_channel, tube], Told(f"Text {number}", (asset,)), marketer.member)

    one_more(1)
    few = queries()
    for number in range(2, 8):
        one_more(number)
    assert queries() == few <= 20


def test_the_campaigns_audiences_are_offered_first(
    client: Client, draft: Post, hot: Audience, cold: Audience, poles: Audience
) -> None:
    campaign = Campaign.objects.create(workspace=draft.workspace, name="Winter")
    campaign.audiences.add(poles)
    Post.objects.update(campaign=campaign)

    answer = client.get(reverse("post-audiences", args=[draft.pk]))

    assert answer.context["offered"] == [("Audiences of the campaign", [poles]), ("Others", [cold, hot])]
    assert "Audiences of the campaign" in answer.content.decode()
