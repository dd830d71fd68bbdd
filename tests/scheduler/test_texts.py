"""Snippets, templates, and files that are chosen from the library."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Channel
from scheduler.composing import snippets
from scheduler.composing.drafting import Draft
from scheduler.models import Campaign, Snippet, Template
from tests import cast
from tests.scheduler.desk import Desk, png


@pytest.fixture
def desk(marketer: cast.Person) -> Desk:
    return Desk(marketer)


def page(desk: Desk, name: str, /, *args: object, **query: str) -> str:
    return str(desk.client.get(reverse(name, args=args), query).content.decode())


def send(desk: Desk, name: str, /, *args: object, **fields: str) -> int:
    desk.answer = desk.client.post(reverse(name, args=args), fields)
    return int(desk.answer.status_code)


# -- snippets -----------------------------------------------------------------------------------------------------------------


def test_a_snippet_is_written_changed_and_deleted(desk: Desk) -> None:
    assert send(desk, "snippet-add", name="Sign-off", text="Yours, {brand}") == 302
    snippet = Snippet.objects.get()
    assert "Yours, {brand}" in page(desk, "texts")

    assert send(desk, "snippet-change", snippet.pk, name="Sign-off", text="Cheers, {brand}") == 302
    snippet.refresh_from_db()
    assert snippet.text == "Cheers, {brand}"

    assert send(desk, "snippet-delete", snippet.pk) == 302
    assert not Snippet.objects.exists()


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": "", "text": "a"}, "This field is required."),
        ({"name": "b", "text": " "}, "Write the text."),
        ({"name": "Sign-off", "text": "b"}, "“Sign-off” is there already"),
        ({"name": "a" * 81, "text": "b"}, "at most 80 characters"),
    ],
)
def test_what_is_no_snippet_is_refused_and_kept_on_the_page(fields: dict[str, str], says: str, desk: Desk) -> None:
    Snippet.objects.create(workspace=desk.person.workspace, name="Sign-off", text="first")
    other = Snippet.objects.create(workspace=desk.person.workspace, name="Other", text="second")

    for name, args in (("snippet-add", ()), ("snippet-change", (other.pk,))):
        assert send(desk, name, *args, **fields) == 422
        assert says in desk.page
        assert fields["text"].strip() in desk.page
    assert set(Snippet.objects.values_list("text", flat=True)) == {"first", "second"}


def test_names_in_braces_are_filled_in_with_what_the_post_says(desk: Desk, x_channel: Channel, brand_page: Channel) -> None:
    campaign = Campaign.objects.create(workspace=desk.person.workspace, name="Heat wave")
    Snippet.objects.create(
        workspace=desk.person.workspace,
        name="All",
        text="{brand}|{Campaign}|{ channel }|{date}|{time}|{link}|{city}|{}|{ 1",
    )
    desk.opens().types(channels=[x_channel.pk], campaign=campaign.pk, when="2031-03-04T14:30", link="https://a.example")

    shown = desk.client.post(reverse("texts-choose"), desk.typed).content.decode()
    bare = desk.client.post(reverse("texts-choose"), {}).content.decode()

    assert 'data-snippet="Polar Fizz|Heat wave|Polar Fizz|4 March|14:30|https://a.example|{city}|{}|{ 1"' in shown
    assert 'data-snippet="Polar Fizz|{Campaign}|{ channel }|{date}|{time}|{link}|{city}|{}|{ 1"' in bare


def test_the_names_are_filled_in_on_the_workspaces_clock(desk: Desk) -> None:
    draft = Draft(planned_for=datetime(2031, 7, 1, 22, 30, tzinfo=UTC))

    assert snippets.filled("{date} {time}", snippets.values(draft, desk.person.workspace)) == "2 July 00:30"


def test_another_workspaces_snippets_and_templates_are_not_there(desk: Desk) -> None:
    theirs = cast.workspace("Somebody else")
    Snippet.objects.create(workspace=theirs, name="Their words", text="secret")
    template = Template.objects.create(workspace=theirs, name="Their post", content={})

    assert "Their" not in page(desk, "texts")
    assert "secret" not in desk.client.post(reverse("texts-choose"), {}).content.decode()
    assert "Their" not in page(desk, "post-new")
    assert desk.client.get(reverse("post-new"), {"template": str(template.pk)}).status_code == 404


# -- templates ----------------------------------------------------------------------------------------------------------------


def test_a_post_begins_with_a_template(desk: Desk, x_channel: Channel, brand_page: Channel) -> None:
    picture = desk.person.uploads(png("#123"))
    post = desk.person.writes("Every Friday: {offer}", on=[x_channel, brand_page], media=[picture], thread=["more"])
    assert "Every Friday: {offer}" in page(desk, "texts", post=str(post.pk))

    assert send(desk, "template-add", post.pk, name="Friday") == 302
    assert "Friday" in desk.opens().page
    template = Template.objects.get()
    typed = desk.opens(template=str(template.pk)).typed

    assert typed["text"] == ["Every Friday: {offer}"]
    assert typed["x-thread"] == ["more"]
    assert typed["media"] == [str(picture.pk)]
    assert set(typed["channels"]) == {str(x_channel.pk), str(brand_page.pk)}
    assert typed["when"] == [""]
    kept = desk.presses("draft").post
    assert kept.pk != post.pk
    assert kept.text == "Every Friday: {offer}"


def test_a_template_needs_a_name_of_its_own_and_can_be_deleted(desk: Desk, x_channel: Channel) -> None:
    post = desk.person.writes("Every Friday", on=x_channel)
    send(desk, "template-add", post.pk, name="Friday")

    assert send(desk, "template-add", post.pk, name="Friday") == 422
    assert "is there already" in desk.page
    assert send(desk, "template-delete", Template.objects.get().pk) == 302
    assert not Template.objects.exists()


# -- the library ------------------------------------------------------------------------------------------------------------


def test_files_of_the_library_are_found_and_added_to_a_list(desk: Desk) -> None:
    ice = desk.person.uploads(png("#123"), name="ice.png", alt="A glacier")
    desk.person.uploads(png("#456"), name="fire.png", alt="A flame")

    assert "ice.png" in page(desk, "media-choose")
    for words in ("ICE", "glacier"):
        assert "ice.png" in page(desk, "media-choose", q=words)
        assert "fire.png" not in page(desk, "media-choose", q=words)
    assert "No file of this name." in page(desk, "media-choose", q="water")

    row = page(desk, "media-row", ice.pk, slot="x-media")
    assert f'name="x-media" value="{ice.pk}"' in " ".join(row.split())
    assert "A glacier" in row
    assert 'name="media"' in page(desk, "media-row", ice.pk, slot='"><script>')


def test_a_full_library_is_shown_in_pages_for_the_same_few_queries(
    desk: Desk, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        desk.person.uploads(png(f"#{number:06x}"), name=f"{number}.png")

    with django_assert_num_queries(5):
        first = page(desk, "media-choose")

    assert first.count("data-pick") == 24
    assert page(desk, "media-choose", page="2").count("data-pick") == 6
