"""Audiences: where their climate is, the list and the form, who may change them, and what is for them."""

from datetime import UTC, datetime, timedelta
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
from scheduler.models import Audience, PostChannel, Status
from scheduler.targeting import aiming, audiences, climates, places
from tests import cast

JUNE, DECEMBER = datetime(2031, 6, 15, 12, tzinfo=UTC), datetime(2031, 12, 15, 12, tzinfo=UTC)
TYPED = {"name": "Hot, in Spanish", "countries": "Spain, mx, ARGENTINA", "climate": "hot", "languages": "Spanish, pt_br"}


def audience(of: Workspace, name: str = "Hot places", **details: Any) -> Audience:
    return Audience.objects.create(workspace=of, name=name, **details)


def errors(client: Client, **typed: Any) -> dict[str, list[str]]:
    """What the form says when this is typed."""
    answer = client.post(reverse("audience-new"), TYPED | typed)
    assert answer.status_code == 422, answer
    return {name: [str(one) for one in found] for name, found in answer.context["form"].errors.items()}


# -- climates and names ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "in_june", "in_december"),
    [("ES", "hot", "cold"), ("AU", "mild", "hot"), ("NZ", "cold", "mild"), ("SG", "hot", "hot"), ("IS", "cold", "cold")],
)
def test_the_year_turns_and_the_hemispheres_differ(country: str, in_june: str, in_december: str) -> None:
    assert (climates.climate_of(country, 6), climates.climate_of(country, 12)) == (in_june, in_december)


def test_the_data_cover_many_countries_that_exist_and_every_month() -> None:
    found = climates.temperatures()
    assert len(found) >= 200
    assert set(found) <= set(places.countries())
    assert {len(months) for months in found.values()} == {12}
    assert all(climates.having(climate, month) for climate in ("hot", "mild", "cold") for month in range(1, 13))
    assert climates.climate_of("TV", 6) == ""


def test_an_audience_stands_for_the_countries_that_have_its_climate_then(shop: Workspace) -> None:
    hot = audience(shop, countries=["ES", "AU", "SG", "IS"], climate="hot", languages=["en"])
    cold = audience(shop, "Cold", countries=["ES", "AU", "IS", "NZ"], climate="cold")

    assert aiming.targeting(hot, JUNE) == {"countries": ["ES", "SG"], "languages": ["en"]}
    assert aiming.targeting(hot, DECEMBER)["countries"] == ["AU", "SG"]
    assert aiming.places(cold, JUNE) == ("IS", "NZ")
    assert aiming.places(cold, DECEMBER) == ("ES", "IS")
    assert len(aiming.places(audience(shop, "Anywhere hot", climate="hot"), JUNE)) > 40


def test_the_month_is_the_one_on_the_audiences_own_calendar(shop: Workspace) -> None:
    there = audience(shop, countries=["NZ"], climate="cold", time_zone="Pacific/Auckland")
    last_of_august_in_warsaw = datetime(2031, 8, 31, 15, tzinfo=UTC)  # in Auckland it is September already
    assert climates.climate_of("NZ", 8) == "cold"
    assert climates.climate_of("NZ", 9) == "mild"
    assert aiming.is_nobody(there, last_of_august_in_warsaw)
    assert not aiming.is_nobody(there, last_of_august_in_warsaw - timedelta(hours=6))


@pytest.mark.parametrize(
    ("said", "tag"),
    [("Polish", "pl"), ("polski", "pl"), ("pt_br", "pt-BR"), ("zh-hant-tw", "zh-Hant-TW"), ("Chinese", "zh"), ("fil", "fil")],
)
def test_languages_are_understood_by_name_and_by_tag(said: str, tag: str) -> None:
    assert places.language(said) == tag


# -- the screens ----------------------------------------------------------------------------------------------------------


def test_an_audience_is_made_changed_and_deleted(client: Client, shop: Workspace, x_channel: Channel) -> None:
    typed = {"age_min": "18", "age_max": "35", "genders": ["female"], "time_zone": "Europe/Madrid", "channels": [x_channel.pk]}
    assert client.post(reverse("audience-new"), TYPED | typed)["Location"] == reverse("audiences")

    made = shop.audiences.get()
    assert (made.name, made.countries, made.languages) == ("Hot, in Spanish", ["ES", "MX", "AR"], ["es", "pt-BR"])
    assert (made.climate, made.age_min, made.age_max, made.genders) == ("hot", 18, 35, ["female"])
    assert (made.time_zone, list(made.channels.all())) == ("Europe/Madrid", [x_channel])

    form = client.get(reverse("audience", args=[made.pk])).context["form"]
    assert form["countries"].value() == "Spain, Mexico, Argentina"
    again = TYPED | {"name": "Warm", "climate": "", "countries": ""}
    assert client.post(reverse("audience", args=[made.pk]), again).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.countries, made.climate, list(made.channels.all())) == ("Warm", [], "", [])

    client.post(reverse("audience-delete", args=[made.pk]))
    assert not shop.audiences.exists()
    assert list(shop.audit.values_list("action", flat=True)) == ["deleted", "changed", "added"]


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"countries": "Spian"}, "countries", "There is no country “Spian”. Do you mean Spain?"),
        ({"countries": "Tuvalu"}, "countries", "no climate data for Tuvalu"),
        ({"languages": "Klingon"}, "languages", "There is no language “Klingon”."),
        ({"age_min": "40", "age_max": "30"}, "age_max", "give 40 or more"),
        ({"age_min": "-1"}, "age_min", "greater than or equal to 0"),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "not one of the available choices"),
        ({"name": ""}, "name", "required"),
        ({"regions": "x" * 51}, "regions", "at most 50 characters"),
        ({"climate": "boiling"}, "climate", "not one of the available choices"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(client: Client, typed: dict[str, str], field: str, words: str) -> None:
    found = errors(client, **typed)
    assert list(found) == [field]
    assert words in found[field][0]


def test_a_name_is_given_once(client: Client, shop: Workspace) -> None:
    audience(shop, "hot, in spanish")
    assert errors(client) == {"name": ["There is an audience of this name already: choose another name."]}


def test_another_workspaces_channel_cannot_be_theirs(client: Client, shop: Workspace) -> None:
    theirs = Channel.objects.create(workspace=cast.workspace("Else"), network="x", remote_id="1", name="Else")
    assert list(errors(client, channels=[theirs.pk])) == ["channels"]


def test_an_audience_is_kept_while_posts_are_for_it(
    client: Client, marketer: cast.Person, shop: Workspace, x_channel: Channel
) -> None:
    used = audience(shop)
    post = marketer.writes("Ice cold!", on=x_channel)
    post.targets.update(audience=used)

    answer = client.post(reverse("audience-delete", args=[used.pk]), follow=True)
    assert "1 post is for this audience" in answer.content.decode()
    assert shop.audiences.exists()

    post.delete()
    client.post(reverse("audience-delete", args=[used.pk]))
    assert not shop.audiences.exists()


def test_who_changes_an_audience_is_told_what_keeps_the_old_one(
    client: Client, marketer: cast.Person, shop: Workspace, brand_page: Channel
) -> None:
    used = audience(shop, countries=["ES"])
    post = marketer.writes("Ice cold!", on=brand_page)
    post.targets.update(audience=used)
    [promised] = planning.schedule(post, timezone.now() + timedelta(days=1), marketer.member)

    answer = client.post(reverse("audience", args=[used.pk]), {"name": "Norway", "countries": "NO"}, follow=True)

    assert "1 scheduled post keeps the audience as it was" in answer.content.decode()
    promised.refresh_from_db()
    assert promised.content["targeting"] == {"countries": ["ES"]}


def test_viewers_look_and_change_nothing(shop: Workspace) -> None:
    viewer = cast.member(shop, "viewer")
    client = Client()
    client.force_login(viewer.user)
    seen = audience(shop, climate="hot")

    page = client.get(reverse("audiences")).content.decode()

    assert "Hot places" in page
    assert reverse("audience-new") not in page
    assert client.get(reverse("audience", args=[seen.pk])).status_code == 403
    with pytest.raises(Forbidden):
        audiences.delete(seen, viewer)


def test_the_list_costs_the_same_for_one_audience_and_for_many(
    client: Client, marketer: cast.Person, shop: Workspace, x_channel: Channel
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(reverse("audiences")).status_code == 200
        return len(found)

    def one_more(number: int) -> None:
        made = audience(shop, f"Audience {number}", countries=["ES"], climate="hot", languages=["es"])
        made.channels.add(x_channel)
        marketer.writes("Ice cold!", on=x_channel).targets.update(audience=made)

    one_more(0)
    few = queries()
    for number in range(1, 12):
        one_more(number)
    assert queries() == few <= 12


# -- what is for an audience ----------------------------------------------------------------------------------------------


def test_posts_and_promises_are_found_by_audience(
    marketer: cast.Person, shop: Workspace, x_channel: Channel, brand_page: Channel
) -> None:
    hot, cold = audience(shop), audience(shop, "Cold places")
    cold.channels.add(x_channel)
    meant = marketer.writes("Ice cold!", on=brand_page)
    meant.targets.update(audience=hot)
    marketer.writes("For all", on=brand_page)
    [promised] = planning.schedule(meant, timezone.now() + timedelta(days=1), marketer.member)
    own = marketer.schedules("Warm", on=x_channel, when=timezone.now() + timedelta(days=1))

    assert list(audiences.posts_for(shop.posts.all(), hot)) == [meant]
    assert list(audiences.posts_for(shop.posts.all(), cold)) == []
    assert list(audiences.publications_for(shop.publications.all(), hot)) == [promised]
    assert list(audiences.publications_for(shop.publications.all(), cold)) == [own]


# -- promising ------------------------------------------------------------------------------------------------------------


def test_a_post_for_a_climate_that_is_nowhere_then_is_refused_and_goes_to_nobody(
    marketer: cast.Person, shop: Workspace, brand_page: Channel
) -> None:
    never = audience(shop, "Cold Egypt", countries=["EG"], climate="cold")
    post = marketer.writes("Warms like a summer day", on=brand_page)
    post.targets.update(audience=never)

    with pytest.raises(Problem, match="Cold Egypt: in June it is cold in none of its countries"):
        planning.schedule(post, JUNE, marketer.member)
    assert not post.publications.exists()


def test_a_promise_that_moves_to_another_month_is_aimed_anew(
    marketer: cast.Person, shop: Workspace, brand_page: Channel
) -> None:
    hot = audience(shop, countries=["ES", "AU", "SG"], climate="hot")
    post = marketer.writes("Ice cold!", on=brand_page, first_comment="Cheers")
    post.targets.update(audience=hot)
    promised = planning.schedule(post, JUNE, marketer.member)[0]
    assert promised.content["targeting"]["countries"] == ["ES", "SG"]

    planning.reschedule(promised, DECEMBER, marketer.member)

    promised.refresh_from_db()
    assert promised.content["targeting"]["countries"] == ["AU", "SG"]
    assert (promised.text, promised.publish_at, promised.status) == ("Ice cold!", DECEMBER, Status.SCHEDULED)


def test_a_promise_does_not_move_to_a_month_in_which_there_is_nobody(
    marketer: cast.Person, shop: Workspace, brand_page: Channel
) -> None:
    hot = audience(shop, countries=["ES"], climate="hot")
    post = marketer.writes("Ice cold!", on=brand_page)
    PostChannel.objects.filter(post=post).update(audience=hot)
    promised = planning.schedule(post, JUNE, marketer.member)[0]

    with pytest.raises(Problem, match="hot in none of its countries"):
        planning.reschedule(promised, DECEMBER, marketer.member)

    promised.refresh_from_db()
    assert promised.publish_at == JUNE
