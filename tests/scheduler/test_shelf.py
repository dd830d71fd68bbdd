"""The library's screen: files found, put in order, thrown away and taken back, and never used after their last day."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from pytest_django import DjangoAssertNumQueries

from accounts.models import Channel, Workspace
from accounts.verbs import Problem
from scheduler import planning
from scheduler.composing.snippets import keep_template
from scheduler.library import shelf
from scheduler.library.media import film
from scheduler.models import Asset, Folder, PostMedia, Publication, Status, Variant
from tests import cast
from tests.cast import Person, Worker, said
from tests.sandbox.conftest import Practice
from tests.scheduler.desk import Desk, png

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(shop: Workspace) -> Desk:
    return Desk(cast.Person(cast.member(shop, "editor")))


def names(page: Any) -> list[str]:
    return [asset.name for asset, _uses in page.context["rows"]]


def look(desk: Desk, **query: Any) -> Any:
    answer = desk.client.get(reverse("library"), query)
    assert answer.status_code == 200
    return answer


def with_selected(desk: Desk, do: str, *assets: Asset, **fields: Any) -> str:
    answer = desk.client.post(
        reverse("library-many"), {"do": do, "asset": [asset.pk for asset in assets], **fields}, follow=True
    )
    return str(answer.content.decode())


# -- finding --------------------------------------------------------------------------------------------------------------


def test_files_are_found_by_words_of_their_name_and_alt_text(desk: Desk) -> None:
    desk.person.uploads(png("#100"), "Summer_beach.png", alt="A bottle in the sand")
    desk.person.uploads(png("#200"), "snow.png", alt="A mug in the snow")

    assert names(look(desk, q="BEACH")) == ["Summer_beach.png"]
    assert names(look(desk, q="mug snow")) == ["snow.png"]
    assert names(look(desk, q="a in")) == ["snow.png", "Summer_beach.png"]
    assert "No file is like that" in look(desk, q="desert").content.decode()


def test_files_are_filtered_by_folder_label_kind_and_what_is_missing(desk: Desk) -> None:
    photo = desk.person.uploads(png("#100"), "photo.png", alt="")
    video = film(desk.person.uploads(png("#200"), "other.png"), None)
    folder = shelf.folder_named("Summer", desk.person.member)
    shelf.move([photo], folder, desk.person.member)
    shelf.label([video], ["#Ice Cold"], desk.person.member)

    assert names(look(desk, folder=folder.pk)) == ["photo.png"]
    assert names(look(desk, folder="none")) == ["other.mp4", "other.png"]
    assert names(look(desk, label="Ice Cold")) == ["other.mp4"]
    assert names(look(desk, kind="image")) == ["other.png", "photo.png"]
    assert names(look(desk, show="no-alt")) == ["photo.png"]
    assert len(names(look(desk, folder="nonsense", kind="film", show="all"))) == 3


def test_used_means_used_anywhere_in_a_post(desk: Desk, x_channel: Channel) -> None:
    in_post, own, beside, free = (desk.person.uploads(png(f"#{n}00"), f"{n}.png") for n in range(1, 5))
    first = desk.person.writes("One", on=x_channel, media=[in_post])
    desk.person.writes("Two", on=x_channel, media=[in_post])
    Variant.objects.create(post=first, network="x", media=[{"asset": str(own.pk), "alt": ""}])
    Variant.objects.create(post=first, network="youtube", options={"thumbnail": str(beside.pk), "title": "not-an-id"})

    assert names(look(desk, show="used")) == ["3.png", "2.png", "1.png"]
    assert names(look(desk, show="unused")) == ["4.png"]
    assert shelf.uses(desk.person.workspace, [in_post, own, beside, free]) == {in_post.pk: 2, own.pk: 1, beside.pk: 1}
    page = look(desk).content.decode()
    assert "Used in 2 posts" in page
    assert f'href="{reverse("asset", args=[in_post.pk])}#uses"' in page
    uses = desk.client.get(reverse("asset", args=[in_post.pk])).content.decode()
    assert f'href="{reverse("post", args=[first.pk])}"' in uses


def test_a_thousand_files_take_no_more_queries_than_one(
    desk: Desk, x_channel: Channel, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def shown(number: int) -> Any:
        with django_assert_num_queries(11):
            return look(desk, page=number)

    desk.person.uploads(png("#100"))
    shown(1)
    post = desk.person.writes("Many", on=x_channel)
    facts: dict[str, Any] = {"workspace": post.workspace, "mime_type": "image/png", "size": 1}
    made = [Asset(name=f"{n}.png", sha256=str(n), labels=["a", f"b{n % 7}"], **facts) for n in range(1000)]
    Asset.objects.bulk_create(made)
    PostMedia.objects.bulk_create(PostMedia(post=post, asset=asset, position=n) for n, asset in enumerate(made[::2]))

    first = shown(1)

    assert len(names(first)) == 48
    assert "Page 1 of 21" in first.content.decode()
    assert len(first.content) < 150_000
    assert names(shown(21)) == names(shown(999))


def test_another_workspaces_files_are_not_there(desk: Desk) -> None:
    other = cast.Person(cast.member(cast.workspace("Somebody else"), "owner"))
    theirs, folder = other.uploads(png("#100")), shelf.folder_named("Theirs", other.member)

    assert names(look(desk)) == []
    assert names(look(desk, folder=folder.pk)) == []
    with_selected(desk, "delete", theirs)
    with_selected(desk, "restore", theirs)
    assert Asset.objects.get().deleted_at is None


def test_a_viewer_sees_and_changes_nothing(desk: Desk) -> None:
    asset = desk.person.uploads(png("#100"))
    viewer = Client()
    viewer.force_login(cast.member(desk.person.workspace, "viewer").user)

    page = viewer.get(reverse("asset", args=[asset.pk]))

    assert b"asset-pick" not in viewer.get(reverse("library")).content
    assert b"Save" not in page.content
    assert viewer.post(reverse("asset", args=[asset.pk]), {"name": "mine"}).status_code == 403
    assert viewer.post(reverse("library-many"), {"do": "delete", "asset": asset.pk}).status_code == 403


# -- putting in order -----------------------------------------------------------------------------------------------------


def test_selected_files_are_moved_and_labelled_together(desk: Desk) -> None:
    assets = [desk.person.uploads(png(f"#{n}00"), f"{n}.png") for n in (1, 2)]

    assert "2 files were moved" in with_selected(desk, "move", *assets, new_folder="  Heat   wave ")
    assert "2 files have the label" in with_selected(desk, "label", *assets, label="#Summer, summer, ice cold")

    folder = Folder.objects.get()
    assert (folder.name, folder.assets.count()) == ("Heat wave", 2)
    assert Asset.objects.values_list("labels", flat=True).distinct().get() == ["Summer", "ice cold"]
    with_selected(desk, "move", assets[0])
    assert folder.assets.count() == 1


@pytest.mark.parametrize(("do", "fields", "says"), [
    ("move", {}, "Select files first"),
    ("label", {"label": " , #"}, "Select files first"),
])  # fmt: skip
def test_nothing_selected_is_said(do: str, fields: dict[str, str], says: str, desk: Desk) -> None:
    assert says in with_selected(desk, do, **fields)


def test_what_cannot_be_a_label_or_a_folder_is_said(desk: Desk) -> None:
    asset = desk.person.uploads(png("#100"))

    assert "Type a label" in with_selected(desk, "label", asset, label=" # ")
    assert "A label has at most 40 characters" in with_selected(desk, "label", asset, label="a" * 41)
    assert "at most 20 labels" in with_selected(desk, "label", asset, label=",".join(map(str, range(21))))
    answer = desk.client.post(reverse("folder-add"), {"name": " "}, follow=True)
    assert "Give the folder a name" in answer.content.decode()


def test_a_folder_is_made_renamed_and_removed_and_its_files_stay(desk: Desk) -> None:
    asset = desk.person.uploads(png("#100"))
    desk.client.post(reverse("folder-add"), {"name": "Summer"})
    desk.client.post(reverse("folder-add"), {"name": "Winter"})
    folder = Folder.objects.get(name="Summer")
    with_selected(desk, "move", asset, folder=folder.pk)
    address = reverse("folder", args=[folder.pk])

    answer = desk.client.post(address, {"name": "Winter"}, follow=True)
    assert "There is a folder with that name already" in answer.content.decode()
    desk.client.post(address, {"name": "Hot"})
    folder.refresh_from_db()
    assert folder.name == "Hot"
    desk.client.post(address, {"do": "delete"})

    assert list(Folder.objects.values_list("name", flat=True)) == ["Winter"]
    assert Asset.objects.get().folder is None


def test_what_is_known_of_a_file_is_kept_on_its_page(desk: Desk) -> None:
    asset = desk.person.uploads(png("#100"), alt="")
    address = reverse("asset", args=[asset.pk])
    typed = {"name": "Ice", "alt": " A bottle\r\non ice ", "labels": "ice, #Ice, cold", "use_until": "2031-05-03"}

    assert desk.client.post(address, typed).status_code == 302
    refused = desk.client.post(address, {"name": "Ice", "labels": "a" * 50})

    asset.refresh_from_db()
    assert (asset.name, asset.alt, asset.labels, str(asset.use_until)) == (
        "Ice",
        "A bottle\non ice",
        ["ice", "cold"],
        "2031-05-03",
    )
    assert refused.status_code == 422
    assert "A label has at most 40 characters" in refused.content.decode()


def test_an_alt_text_from_the_composer_is_kept_with_the_file_and_offered_again(desk: Desk, x_channel: Channel) -> None:
    asset = desk.person.uploads(png("#100"), alt="")
    desk.opens().types(text="Ice", channels=[x_channel.pk], media=[asset.pk], **{f"media-alt-{asset.pk}": "A bottle on ice"})
    desk.presses("draft")

    row = desk.client.get(reverse("media-row", args=[asset.pk]), {"slot": "x-media"}).content.decode()

    assert "A bottle on ice</textarea>" in row
    assert f'name="x-media-alt-{asset.pk}"' in row
    desk.opens().types(text="Again", channels=[x_channel.pk], media=[asset.pk], **{f"media-alt-{asset.pk}": "Another"})
    desk.presses("draft")
    assert Asset.objects.get().alt == "A bottle on ice"


# -- throwing away ----------------------------------------------------------------------------------------------------------


def test_files_are_deleted_and_taken_back(desk: Desk) -> None:
    assets = [desk.person.uploads(png(f"#{n}00"), f"{n}.png") for n in (1, 2)]

    page = with_selected(desk, "delete", *assets)

    assert "2 files are deleted." in page
    assert "Undo" in page
    assert names(look(desk)) == []
    assert desk.client.get(reverse("media", args=[assets[0].pk])).status_code == 404
    assert "2 files are back" in with_selected(desk, "restore", *assets)
    assert len(names(look(desk))) == 2


def test_a_file_that_is_used_cannot_be_deleted_and_nothing_else_is(desk: Desk, x_channel: Channel) -> None:
    used, free = desk.person.uploads(png("#100"), "used.png"), desk.person.uploads(png("#200"), "free.png")
    desk.person.writes("Ice", on=x_channel, media=[used])

    assert "used.png is used in a post: take it out there first. Nothing was deleted." in with_selected(
        desk, "delete", used, free
    )
    answer = desk.client.post(reverse("asset-delete", args=[used.pk]), follow=True)

    assert "used.png is used in a post" in answer.content.decode()
    assert Asset.objects.count() == 2


def test_a_file_that_a_template_holds_cannot_be_deleted(desk: Desk, x_channel: Channel) -> None:
    held = desk.person.uploads(png("#100"), "held.png")
    post = desk.person.writes("Ice", on=x_channel, media=[held])
    keep_template(post, "Offer", desk.person.member)
    post.delete()

    assert "held.png is in the template &quot;Offer&quot;: delete that first. Nothing was deleted." in with_selected(
        desk, "delete", held
    )
    assert Asset.objects.count() == 1


def test_a_deleted_file_that_is_uploaded_again_is_back(desk: Desk) -> None:
    asset = desk.person.uploads(png("#100"))
    desk.client.post(reverse("asset-delete", args=[asset.pk]))

    again = desk.person.uploads(png("#100"))

    assert again.pk == asset.pk
    assert names(look(desk)) == ["bottle.png"]


# -- the last day -----------------------------------------------------------------------------------------------------------


def lapses(asset: Asset, days: int) -> str:
    """Let a file be usable until so many days from today; the day in words."""
    asset.use_until = timezone.now().astimezone(asset.workspace.zone).date() + timedelta(days=days)
    asset.save()
    return date_format(asset.use_until, "DATE_FORMAT")


def test_a_file_is_not_scheduled_after_its_last_day(marketer: Person, x_channel: Channel, picture: Asset) -> None:
    day = lapses(picture, 2)
    soon, late = timezone.now() + timedelta(days=1), timezone.now() + timedelta(days=4)

    with pytest.raises(Problem, match=f"may not be used after {day}: choose another file, or an earlier time"):
        marketer.schedules("Ice", x_channel, late, media=[picture])
    publication = marketer.schedules("Ice", x_channel, soon, media=[picture])
    with pytest.raises(Problem, match="may not be used after"):
        planning.reschedule(publication, late, marketer.member)

    publication.refresh_from_db()
    assert publication.publish_at == soon


def test_the_composer_says_so_while_one_types(desk: Desk, x_channel: Channel) -> None:
    picture = desk.person.uploads(png("#100"))
    lapses(picture, 2)
    fields: dict[str, Any] = {"text": "Ice", "channels": [x_channel.pk], "media": [picture.pk]}

    late = desk.opens().types(**fields, when="2044-06-01T10:00").is_checked().page
    assert "may not be used after" in late
    assert "may not be used after" not in desk.types(when="").is_checked().page


def test_a_post_with_a_lapsed_file_fails_in_words_and_is_never_sent(
    marketer: Person, x_channel: Channel, picture: Asset, practice: Practice, worker: Worker
) -> None:
    publication = marketer.schedules("Ice", x_channel, timezone.now() + timedelta(hours=1), media=[picture])
    day = lapses(picture, -1)

    worker.finishes(publication)

    assert (publication.status, publication.fault) == (Status.FAILED, Publication.Fault.REJECTED)
    assert publication.why == f"bottle.png may not be used after {day}: choose another file, or an earlier time."
    assert said(practice, x_channel) == []


def test_the_last_day_counts_whole_by_the_workspaces_clocks(marketer: Person, x_channel: Channel, picture: Asset) -> None:
    zone = marketer.workspace.zone
    lapses(picture, 2)
    assert picture.use_until
    midnight = datetime.combine(picture.use_until + timedelta(days=1), time.min, zone)

    marketer.schedules("Just in time", x_channel, midnight - timedelta(minutes=1), media=[picture])
    with pytest.raises(Problem, match="may not be used after"):
        marketer.schedules("Too late", x_channel, midnight, media=[picture])
