"""What the audience matrix warns of: gaps, people reached twice, texts that contradict."""

import pytest

from accounts.models import Channel, Workspace
from accounts.verbs import Problem
from connectors.data import Targeting
from scheduler.models import Audience, Post
from scheduler.targeting import tailoring
from scheduler.targeting.cautions import cautions, overlap
from scheduler.targeting.tailoring import Told
from tests import cast
from tests.scheduler.audiences.scene import DECEMBER, audience, seen


def warned(post: Post) -> dict[str, str]:
    """The sentences by their kind."""
    return {one.kind: one.text for one in cautions(seen(post), post.workspace.audiences.all())}


def test_a_language_that_nobody_is_told_in_is_missed(
    marketer: cast.Person, draft: Post, hot: Audience, poles: Audience, brand_page: Channel
) -> None:
    tailoring.tell_audience(draft, hot, [brand_page], Told("Ice cold"), marketer.member)
    assert warned(draft) == {"gap": "Nobody is told in Polish: there is no text for Poland."}

    tailoring.tell_audience(draft, poles, [brand_page], Told("Lodowata"), marketer.member)
    assert warned(draft) == {}


def test_one_text_for_readers_of_two_languages_is_noticed(
    marketer: cast.Person, draft: Post, hot: Audience, poles: Audience, brand_page: Channel
) -> None:
    for one in (hot, poles):
        tailoring.tell_audience(draft, one, [brand_page], Told(), marketer.member)
    assert warned(draft) == {"untranslated": "Hot and Poland get the same text but read different languages."}


def test_texts_that_contradict_on_a_public_page_are_noticed_and_hidden_ones_are_not(
    marketer: cast.Person, draft: Post, hot: Audience, cold: Audience, x_channel: Channel, brand_page: Channel
) -> None:
    for one, text in ((hot, "Ice cold"), (cold, "Warms")):
        tailoring.tell_audience(draft, one, [brand_page], Told(text), marketer.member)
    assert warned(draft) == {}

    for one, text in ((hot, "Ice cold"), (cold, "Warms")):
        tailoring.tell_audience(draft, one, [brand_page, x_channel], Told(text), marketer.member)
    found = warned(draft)
    assert list(found) == ["contradiction"]
    assert "the texts for Cold and Hot contradict each other there" in found["contradiction"]


def test_people_in_two_audiences_of_a_channel_are_reached_twice(
    marketer: cast.Person, draft: Post, hot: Audience, shop: Workspace, brand_page: Channel, x_channel: Channel
) -> None:
    south = audience(shop, "South", countries=["ES", "PT"], languages=["en-GB"])
    for one, text in ((hot, "Ice cold"), (south, "Sunny")):
        tailoring.tell_audience(draft, one, [brand_page], Told(text), marketer.member)
    found = warned(draft)
    assert list(found) == ["twice"]
    assert "Hot and South overlap in Spain: people there are reached twice on" in found["twice"]

    tailoring.choose_day(draft, DECEMBER, marketer.member)  # hot is Australia then
    assert warned(draft) == {}


def test_everybody_and_an_audience_overlap(
    marketer: cast.Person, poles: Audience, x_channel: Channel, brand_page: Channel
) -> None:
    post = marketer.writes("For all", on=[brand_page, x_channel])
    tailoring.tell_audience(post, poles, [brand_page, x_channel], Told("Dla Polski"), marketer.member)
    assert set(warned(post)) == {"twice", "several"}

    tailoring.leave_out(post, None, marketer.member)
    assert warned(post) == {}


def test_a_climate_that_is_nowhere_is_said_and_cannot_be_scheduled(
    marketer: cast.Person, draft: Post, shop: Workspace, brand_page: Channel
) -> None:
    frozen = audience(shop, "Frozen Poland", countries=["PL"], climate="cold", languages=["pl"])
    tailoring.tell_audience(draft, frozen, [brand_page], Told("Grzeje"), marketer.member)

    found = warned(draft)
    assert found["nobody"] == "Nobody is reached with Frozen Poland: in June it is cold in none of its countries."
    assert "Nobody is told in Polish" in found["gap"]
    assert not seen(draft).is_ready
    with pytest.raises(Problem, match="none of its countries"):
        tailoring.schedule(Post.objects.get(pk=draft.pk), marketer.member)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (Targeting(), Targeting(countries=("PL",)), True),
        (Targeting(countries=("PL",)), Targeting(countries=("ES",)), False),
        (Targeting(languages=("en-GB",)), Targeting(languages=("en-US",)), False),
        (Targeting(languages=("en",)), Targeting(languages=("en-US",)), True),
        (Targeting(genders=("male",)), Targeting(genders=("female",)), False),
        (Targeting(age_max=17), Targeting(age_min=18), False),
        (Targeting(age_max=18), Targeting(age_min=18), True),
        (Targeting(regions=("1",)), Targeting(regions=("2",)), False),
        (Targeting(regions=("1",)), Targeting(countries=("US",)), True),
    ],
)
def test_who_can_belong_to_both(one: Targeting, other: Targeting, both: bool) -> None:
    assert overlap(one, other) == overlap(other, one) == both
