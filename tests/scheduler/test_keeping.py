"""What is typed and not saved, two people at one post, and the versions of a post."""

from datetime import timedelta
from typing import Any, Self

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Channel
from scheduler.composing import drafting, history, keeping
from scheduler.models import Campaign, Post, Publication, Revision, Status, Unsaved
from tests import cast
from tests.scheduler.desk import Desk, png, read

TOMORROW = (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT10:00")


class Writer(Desk):
    """Somebody at the composer whose words are kept while they type."""

    def pauses(self, **extra: str) -> Self:
        """What the page does by itself a moment after something was typed."""
        self.answer = self.client.post(reverse("post-keep"), self.typed | {k: [v] for k, v in extra.items()})
        return self

    def comes_back(self, post: Post | None = None, **query: str) -> dict[str, list[str]]:
        """Open the composer again, from nowhere: what stands in its fields."""
        return self.opens(post, **query).typed


@pytest.fixture
def desk(marketer: cast.Person) -> Writer:
    return Writer(marketer)


@pytest.fixture
def colleague(admin: cast.Person) -> Writer:
    return Writer(admin)


# -- kept without saving ----------------------------------------------------------------------------------------------------


def test_what_was_typed_into_a_new_post_is_offered_and_comes_back_whole(desk: Writer, x_channel: Channel) -> None:
    picture = desk.person.uploads(png("#333"))
    desk.opens().types(channels=[x_channel.pk], text="Ice cold", link="no link yet", media=picture.pk, when=TOMORROW)
    typed = desk.types(x__own="1", x__text="For X", x__thread=["", "more"], x__option_poll_minutes="an hour").typed

    assert "Kept at" in desk.pauses().page
    assert not Post.objects.exists()
    key = typed["key"][0]

    assert "You began a post" in desk.opens().page
    back = desk.comes_back(key=key)
    assert {name: back.get(name) for name in typed if name != "csrfmiddlewaretoken"} == {
        name: values for name, values in typed.items() if name != "csrfmiddlewaretoken"
    }
    assert "This is what you typed until" in desk.page


def test_what_was_typed_over_a_post_comes_back_until_it_is_saved(desk: Writer, x_channel: Channel) -> None:
    post = desk.person.writes("Saved", on=x_channel)
    desk.opens(post).types(text="Typed").pauses()
    post.refresh_from_db()
    assert post.text == "Saved"

    assert desk.comes_back(post)["text"] == ["Typed"]
    desk.presses("draft")

    assert desk.comes_back(post)["text"] == ["Typed"]
    assert "did not save" not in desk.page
    assert not Unsaved.objects.exists()


def test_typing_over_a_promised_post_keeps_its_promise(desk: Writer, x_channel: Channel) -> None:
    promise = desk.person.schedules("Promised", x_channel, timezone.now() + timedelta(days=1))

    desk.opens(promise.post).types(text="Maybe").pauses()

    promise.refresh_from_db()
    assert (promise.status, promise.text) == (Status.SCHEDULED, "Promised")
    assert desk.comes_back(promise.post)["text"] == ["Maybe"]


def test_words_are_set_aside_and_can_still_be_brought_back(desk: Writer, x_channel: Channel) -> None:
    post = desk.person.writes("Saved", on=x_channel)
    desk.opens(post).types(text="Typed").pauses()

    desk.client.post(reverse("post-set-aside"), {"key": post.pk})

    assert desk.comes_back(post)["text"] == ["Saved"]
    assert "?unsaved" in desk.client.get(reverse("post-versions", args=[post.pk])).content.decode()
    assert desk.comes_back(post, unsaved="1")["text"] == ["Typed"]


def test_a_new_post_that_was_left_is_no_longer_offered(desk: Writer, x_channel: Channel) -> None:
    key = desk.opens().types(text="Never mind").pauses().typed["key"][0]

    assert desk.client.post(reverse("post-set-aside"), {"key": key})["Location"] == reverse("post-new")

    assert "You began a post" not in desk.opens().page


def test_nothing_is_kept_of_a_form_without_words(desk: Writer, x_channel: Channel) -> None:
    desk.opens().types(channels=[x_channel.pk], when=TOMORROW).pauses()

    assert "Kept at" not in desk.page
    assert not Unsaved.objects.exists()
    desk.types(text="a\0b").pauses()
    assert desk.comes_back(key=desk.typed["key"][0])["text"] == ["ab"]


def test_another_persons_words_are_not_shown(desk: Writer, colleague: Writer, x_channel: Channel) -> None:
    key = desk.opens().types(text="My secret idea").pauses().typed["key"][0]

    assert "My secret idea" not in colleague.opens(key=key).page
    assert "You began a post" not in colleague.opens().page


def test_what_nobody_came_back_for_is_thrown_away_and_too_much_is_refused(desk: Writer, x_channel: Channel) -> None:
    desk.opens().types(text="Old").pauses()
    Unsaved.objects.update(at=timezone.now() - keeping.LASTS - timedelta(days=1))

    desk.opens().types(text="New").pauses()
    assert [one.words for one in Unsaved.objects.all()] == ["New"]
    desk.types(text="a" * (keeping.MOST_BYTES + 1))
    refused = desk.client.post(reverse("post-keep"), desk.typed, headers={"HX-Request": "true"})

    assert (refused.status_code, "too much to keep" in refused.content.decode()) == (422, True)


def test_a_form_found_again_in_the_browser_is_not_kept_when_its_save_came_through(desk: Writer, x_channel: Channel) -> None:
    desk.opens().types(text="Once").presses("draft")

    assert desk.pauses(sent="1").answer.status_code == 204
    assert not Unsaved.objects.exists()


def test_a_session_that_is_over_says_so_and_a_button_leads_back_to_the_words(desk: Writer, x_channel: Channel) -> None:
    desk.opens().types(text="Long thought")
    desk.client = Client()

    silent = desk.client.post(reverse("post-keep"), desk.typed, headers={"HX-Request": "true"})
    pressed = desk.client.post(reverse("post-new"), desk.typed, headers={"Referer": "http://testserver/posts/new/?key=1"})

    assert silent["HX-Redirect"] == reverse("sign-in")
    assert pressed["Location"] == f"{reverse('sign-in')}?next=/posts/new/%3Fkey%3D1"
    elsewhere = desk.client.post(reverse("post-new"), desk.typed, headers={"Referer": "https://evil.example/posts/"})
    assert elsewhere["Location"] == f"{reverse('sign-in')}?next=/"


# -- two people at one post ---------------------------------------------------------------------------------------------------


def test_the_second_of_two_learns_who_changed_the_post_and_sees_both(
    desk: Writer, colleague: Writer, x_channel: Channel
) -> None:
    post = desk.person.writes("Ice cold drinks", on=x_channel)
    desk.opens(post)
    colleague.opens(post).types(text="Ice cold tea").presses("draft")

    desk.types(text="Ice cold water").pauses()
    assert "Admin changed this post at" in desk.page
    mine = desk.comes_back(post)

    assert mine["text"] == ["Ice cold water"]
    for words in ("Theirs", "<del>tea</del>", "Yours", "<ins>water</ins>"):
        assert words in desk.page
    assert desk.presses("draft").post.text == "Ice cold water"
    assert [one.content["text"] for one in post.revisions.all()] == ["Ice cold water", "Ice cold tea", "Ice cold drinks"]


def test_a_save_over_a_newer_version_is_refused_once_with_both_versions(
    desk: Writer, colleague: Writer, x_channel: Channel
) -> None:
    post = desk.person.writes("One", on=x_channel)
    desk.opens(post)
    colleague.opens(post).types(text="Two").presses("draft")

    desk.types(text="Three").presses("schedule")
    desk.types(when=TOMORROW).presses("schedule")

    assert desk.answer.status_code == 422
    assert "Admin changed this post while you were writing" in desk.sentences["-"][0]
    assert "<del>Two</del>" in desk.page
    desk.typed = read(desk.page).fields
    assert desk.presses("schedule").post.text == "Three"


def test_taking_theirs_leaves_ones_own_words_to_be_found(desk: Writer, colleague: Writer, x_channel: Channel) -> None:
    post = desk.person.writes("One", on=x_channel)
    desk.opens(post)
    colleague.opens(post).types(text="Theirs").presses("draft")
    desk.types(text="Mine").pauses()

    desk.client.post(reverse("post-set-aside"), {"key": post.pk})

    assert desk.comes_back(post)["text"] == ["Theirs"]
    assert desk.comes_back(post, unsaved="1")["text"] == ["Mine"]


def test_a_move_on_the_calendar_is_not_undone_unasked(desk: Writer, colleague: Writer, x_channel: Channel) -> None:
    post = desk.person.writes("One", on=x_channel)
    desk.opens(post)
    drafting.plan(post, timezone.now() + timedelta(days=3), colleague.person.member)

    desk.types(text="Two").presses("draft")

    assert desk.answer.status_code == 422
    assert "Date and time" in desk.page


def test_who_else_is_writing_is_told(desk: Writer, colleague: Writer, x_channel: Channel) -> None:
    post = desk.person.writes("One", on=x_channel)
    colleague.opens(post).types(text="Two").pauses()

    assert "Admin is writing here too." in desk.opens(post).types(text="Three").pauses().page
    Unsaved.objects.filter(by=colleague.person.member.user).update(at=timezone.now() - keeping.HERE)
    assert "is writing here" not in desk.pauses().page


# -- versions -----------------------------------------------------------------------------------------------------------------


def test_every_save_is_a_version_that_says_what_the_post_says(desk: Writer, x_channel: Channel, tube: Channel) -> None:
    campaign = Campaign.objects.create(workspace=desk.person.workspace, name="Heat wave")
    picture = desk.person.uploads(png("#333"))
    desk.opens().types(channels=[x_channel.pk, tube.pk], text="All", link="https://a.example", campaign=campaign.pk)
    desk.types(x__own="1", x__text="For X", x__thread=["more"], media=picture.pk, youtube__option_title="How cold?")
    desk.types(youtube__own_media="1", youtube__media=picture.pk, when=TOMORROW)
    desk.types(**{f"media-alt-{picture.pk}": "Ice", f"youtube-media-alt-{picture.pk}": "Ice"}).presses("draft")
    post = desk.post

    assert [one.number for one in post.revisions.all()] == [1]
    assert post.revisions.get().content == history.written(post)
    assert post.revisions.get().by == desk.person.member.user
    desk.opens(post).presses("draft")
    first, second = post.revisions.all()
    assert history.differences(first.content, second.content, post.workspace) == []


def test_an_earlier_version_is_shown_and_saving_brings_it_back(desk: Writer, x_channel: Channel) -> None:
    post = desk.person.writes("First words", on=x_channel)
    desk.opens(post).types(text="Second words", x__own="1", x__text="Own").presses("draft")

    page = desk.client.get(reverse("post-versions", args=[post.pk])).content.decode()
    assert "<del>First</del>" in page
    assert "<ins>Second</ins>" in page
    assert "Text for X" in page

    assert desk.comes_back(post, version="1")["text"] == ["First words"]
    assert desk.typed["x-own"] == [""]
    assert "This is version 1, as Editor saved it" in desk.page
    assert desk.presses("draft").post.text == "First words"
    assert [one.number for one in post.revisions.all()] == [3, 2, 1]
    assert not post.variants.exists()


def test_a_version_that_is_not_there_is_not_found(desk: Writer, x_channel: Channel) -> None:
    post = desk.person.writes("One", on=x_channel)

    assert desk.client.get(reverse("post-edit", args=[post.pk]), {"version": "7"}).status_code == 404


def test_versions_of_a_post_that_is_out_can_be_read_only(desk: Writer, x_channel: Channel) -> None:
    post = desk.person.writes("One", on=x_channel)
    desk.opens(post).types(text="Two").presses("now")
    Publication.objects.update(status=Status.SENDING)

    page = desk.client.get(reverse("post-versions", args=[post.pk])).content.decode()

    assert "Version 1" in page
    assert "Bring" not in page


def test_the_page_of_versions_asks_the_same_few_queries_for_many(
    desk: Writer, x_channel: Channel, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    post = desk.person.writes("0", on=x_channel)
    details: Any = {"by": desk.person.member.user, "content": history.written(post)}
    Revision.objects.bulk_create(Revision(post=post, number=n, **details) for n in range(1, 40))

    with django_assert_num_queries(13):
        page = desk.client.get(reverse("post-versions", args=[post.pk])).content.decode()

    assert page.count("Saved without a change") == 20
    assert "Version 39" in page


def test_names_that_are_gone_are_said_so(desk: Writer, x_channel: Channel) -> None:
    gone = "00000000-0000-4000-8000-000000000000"
    empty = history.written(Post(workspace=desk.person.workspace))
    old = empty | {"channels": [gone], "media": [{"asset": gone, "alt": ""}], "campaign": gone}

    found = history.differences(old, empty, desk.person.workspace)

    assert [(one.label, one.old[0].text) for one in found] == [
        ("Channels", "a channel that is gone"),
        ("Media", "a file that is gone"),
        ("Campaign", "a campaign that is gone"),
    ]
