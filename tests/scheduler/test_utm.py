"""Campaign values in links: what goes out carries them, once, and what a link says itself stays."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Channel, Workspace
from connectors import connector
from scheduler.models import Campaign, Publication
from scheduler.plans import utm
from scheduler.plans.plan_forms import CampaignForm
from tests import cast
from tests.sandbox.conftest import Practice
from tests.scheduler.desk import Desk

LATER = timezone.now() + timedelta(days=3)
BOTH = {"utm_source": "x", "utm_medium": "social"}


@pytest.mark.parametrize(
    ("link", "sent"),
    [
        ("https://a.example", "https://a.example/?utm_source=x&utm_medium=social"),
        ("https://a.example/ice", "https://a.example/ice?utm_source=x&utm_medium=social"),
        ("https://a.example/ice?size=2", "https://a.example/ice?size=2&utm_source=x&utm_medium=social"),
        ("https://a.example/ice?", "https://a.example/ice?utm_source=x&utm_medium=social"),
        ("https://a.example/ice#how", "https://a.example/ice?utm_source=x&utm_medium=social#how"),
        ("https://a.example/?utm_source=mail", "https://a.example/?utm_source=mail&utm_medium=social"),
        ("https://a.example/?UTM_Source=mail&utm_medium=", "https://a.example/?UTM_Source=mail&utm_medium="),
        ("https://a.example/?q=%C5%82%20b&r=a+b", "https://a.example/?q=%C5%82%20b&r=a+b&utm_source=x&utm_medium=social"),
        ("", ""),
    ],
)
def test_a_link_gets_what_it_does_not_say_itself(link: str, sent: str) -> None:
    assert utm.in_link(link, BOTH) == sent
    assert utm.in_link(sent, BOTH) == sent


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("Look: https://a.example/ice.", "Look: https://a.example/ice?utm_source=x."),
        ("Seen (https://a.example/ice)? Go!", "Seen (https://a.example/ice?utm_source=x)? Go!"),
        ("https://a.example/Fizz_(drink)", "https://a.example/Fizz_(drink)?utm_source=x"),
        ("https://a.example/Fizz_(drink).", "https://a.example/Fizz_(drink)?utm_source=x."),
        ("“https://a.example/ice”, he said", "“https://a.example/ice?utm_source=x”, he said"),
        ("这里 https://a.example/ice。", "这里 https://a.example/ice?utm_source=x。"),
        ("https://a.example/1 and https://a.example/2!", "https://a.example/1?utm_source=x and https://a.example/2?utm_source=x!"),
        ("HTTPS://A.example\nnext line", "HTTPS://A.example/?utm_source=x\nnext line"),
        ("a.example and mail@a.example", "a.example and mail@a.example"),
        ("nothing to see", "nothing to see"),
    ],
)  # fmt: skip
def test_the_punctuation_behind_a_link_stays_behind_it(text: str, sent: str) -> None:
    values = {"utm_source": "x"}
    assert utm.in_text(text, values) == sent
    assert utm.in_text(sent, values) == sent


def test_values_are_written_as_addresses_want_them() -> None:
    assert (
        utm.in_link("https://a.example/", {"utm_content": "zima & lód"})
        == "https://a.example/?utm_content=zima%20%26%20l%C3%B3d"
    )


@pytest.fixture
def campaign(marketer: cast.Person) -> Campaign:
    return Campaign.objects.create(
        workspace=marketer.workspace,
        name="Ice cold 2031",
        utm_source="{network}",
        utm_medium="social",
        utm_campaign="{campaign}",
        utm_content="{channel}",
    )


def sent(publication: Publication) -> list[str]:
    """The texts and links that are frozen for a post on the publication's channel."""
    rows = publication.post.publications.filter(channel=publication.channel).order_by("part")
    return [found for one in rows for found in (one.text, one.content.get("link", "")) if found]


def test_what_is_frozen_carries_the_values_of_its_own_network(
    marketer: cast.Person, x_channel: Channel, brand_page: Channel, campaign: Campaign
) -> None:
    one = marketer.schedules(
        "Ice: https://a.example/ice!", on=[x_channel, brand_page], when=LATER, campaign=campaign,
        link="https://a.example/shop", first_comment="Rules: https://a.example/rules", thread=["More: https://a.example/2"],
    )  # fmt: skip

    rows = {row.channel.network: row for row in one.post.publications.filter(part=0).select_related("channel")}
    x = "?utm_source=x&utm_medium=social&utm_campaign=ice-cold-2031&utm_content="
    page = x.replace("source=x", "source=facebook")
    mine = [text.replace(x_channel.username.lower(), "") for text in sent(rows["x"])]
    assert mine == [
        f"Ice: https://a.example/ice{x}!\n\nhttps://a.example/shop{x}",
        f"More: https://a.example/2{x}",
        f"Rules: https://a.example/rules{x}",
    ]
    assert [text.split(page)[0] for text in sent(rows["facebook"])] == [
        "Ice: https://a.example/ice", "https://a.example/shop", "Rules: https://a.example/rules"
    ]  # fmt: skip
    one.post.refresh_from_db()
    assert (one.post.text, one.post.link) == ("Ice: https://a.example/ice!", "https://a.example/shop")


def test_a_post_that_is_scheduled_again_has_them_once(marketer: cast.Person, x_channel: Channel, campaign: Campaign) -> None:
    desk = Desk(marketer)
    when = LATER.strftime("%Y-%m-%dT10:00")
    desk.opens().types(channels=x_channel.pk, text="https://a.example", when=when, campaign=campaign.pk).presses("schedule")
    post = desk.post

    desk.opens(post).presses("schedule")

    assert post.publications.latest("created_at").text.count("utm_source") == 1


def test_without_a_campaign_links_are_as_they_were_typed(marketer: cast.Person, x_channel: Channel) -> None:
    assert marketer.schedules("https://a.example", on=x_channel, when=LATER).text == "https://a.example"


def test_what_is_counted_is_what_will_be_sent(marketer: cast.Person, tube: Channel, campaign: Campaign) -> None:
    campaign.utm_content = "long" * 20
    campaign.save()
    assert connector("youtube").limits.text == 5000
    text = "https://a.example/ " + "a" * 4950

    desk = Desk(marketer).opens().types(channels=tube.pk, text=text)
    assert not desk.is_checked().sentences.get("text")

    desk.types(campaign=campaign.pk).is_checked()

    assert "shorten it" in " ".join(desk.sentences["text"])


def test_the_parts_of_a_thread_are_counted_as_they_will_be_sent(
    marketer: cast.Person, shop: Workspace, practice: Practice, campaign: Campaign
) -> None:
    sky = cast.channel(shop, practice, "bluesky")
    desk = Desk(marketer).opens().types(channels=sky.pk, text="One", bluesky__thread="https://a.example/")
    (before,) = (count.length for _text, count in desk.is_checked().answer.context["tabs"][0]["parts"])

    desk.types(campaign=campaign.pk).is_checked()

    (after,) = (count.length for _text, count in desk.answer.context["tabs"][0]["parts"])
    assert before == len("https://a.example/")
    assert after > before + len("?utm_source=bluesky&utm_medium=social")


@pytest.mark.parametrize(
    ("template", "wrong"), [("{network}-{campaign}", []), ("{netwrok}", ["netwrok"]), ("{}", [""]), ("plain", [])]
)
def test_a_variable_that_there_is_not_is_noticed(template: str, wrong: list[str]) -> None:
    assert utm.unknown(template) == wrong


def test_the_form_says_which_variables_there_are(marketer: cast.Person) -> None:
    form = CampaignForm(marketer.workspace, {"name": "Heat", "colour": "red", "utm_source": "{netwrok}"})

    assert not form.is_valid()
    assert form.errors["utm_source"] == ["{netwrok} is not known here. What can be used: {network}, {channel}, {campaign}."]
