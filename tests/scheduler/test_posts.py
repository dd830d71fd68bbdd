"""The list of posts, a post's page, copying and deleting."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Channel
from scheduler.models import Post, PostChannel, Publication, Status
from tests import cast
from tests.scheduler.desk import png

LATER = timezone.now() + timedelta(days=3)


def listed(client: Client, **query: Any) -> list[tuple[str, str]]:
    """(text, word of its state) of each row."""
    return [(row["post"].text, str(row["label"])) for row in client.get(reverse("posts"), query).context["rows"]]


def test_each_post_says_what_became_of_it(
    client: Client, marketer: cast.Person, x_channel: Channel, brand_page: Channel
) -> None:
    marketer.writes("A draft", on=x_channel)
    marketer.schedules("Waits", on=x_channel, when=LATER)
    for text, status in (("Out", Status.PUBLISHED), ("Stuck", Status.FAILED), ("Off", Status.CANCELLED)):
        marketer.schedules(text, on=[x_channel, brand_page], when=LATER)
        rows = Publication.objects.filter(post__text=text)
        rows.update(status=Status.PUBLISHED, due_at=None, remote_id=text) if status != Status.CANCELLED else None
        rows.filter(channel=x_channel).update(status=status, due_at=None)
        rows.filter(status=Status.SCHEDULED).update(status=Status.CANCELLED, due_at=None)

    assert dict(listed(client)) == {
        "A draft": "Draft", "Waits": "Scheduled", "Out": "Published", "Stuck": "Failed", "Off": "Cancelled"
    }  # fmt: skip
    assert [text for text, _word in listed(client, show="drafts")] == ["A draft"]
    assert [text for text, _word in listed(client, show="scheduled")] == ["Waits"]
    assert {text for text, _word in listed(client, show="published")} == {"Out", "Stuck"}
    assert [text for text, _word in listed(client, show="failed")] == ["Stuck"]
    assert [text for text, _word in listed(client, q="STU")] == ["Stuck"]


def test_the_list_costs_the_same_for_one_post_and_for_a_page_of_them(
    client: Client, marketer: cast.Person, x_channel: Channel, brand_page: Channel
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(reverse("posts"))
        return len(seen)

    picture = marketer.uploads(png("#123"))
    marketer.schedules("First", on=x_channel, when=LATER, media=[picture])
    once = queries()
    for number in range(30):
        marketer.schedules(f"Post {number}", on=[x_channel, brand_page], when=LATER, media=[picture])

    assert queries() == once
    assert once <= 16
    assert len(listed(client)) == 25
    assert len(listed(client, page="2")) == 6
    assert len(listed(client, page="99")) == 6


def test_a_posts_page_shows_each_channel_with_its_delivery(
    client: Client, marketer: cast.Person, x_channel: Channel, brand_page: Channel
) -> None:
    publication = marketer.schedules("Ice", on=[x_channel, brand_page], when=LATER, first_comment="Rules")

    page = client.get(reverse("post", args=[publication.post_id])).content.decode()

    for one in publication.post.publications.all():
        assert reverse("publication", args=[one.pk]) in page
    assert "First comment" in page
    assert reverse("post-edit", args=[publication.post_id]) in page


def test_a_drafts_page_tells_where_it_is_meant_to_go(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    draft = marketer.writes("Ice", on=[x_channel])
    page = client.get(reverse("post", args=[draft.pk])).content.decode()
    assert x_channel.name in page


def test_the_part_of_a_posts_page_that_changes_comes_alone(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    publication = marketer.schedules("Ice", on=x_channel, when=LATER)

    part = client.get(reverse("post", args=[publication.post_id]), headers={"HX-Request": "true"}).content.decode()

    assert "Where it goes" in part
    assert "<html" not in part


def test_a_copy_is_a_draft_that_says_the_same(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    picture = marketer.uploads(png("#123"))
    options = {"reply_settings": "verified"}
    publication = marketer.schedules("Ice", on=x_channel, when=LATER, media=[picture], thread=["more"], options=options)

    answer = client.post(reverse("post-copy", args=[publication.post_id]))

    copy = Post.objects.exclude(pk=publication.post_id).get()
    assert answer["Location"] == reverse("post-edit", args=[copy.pk])
    assert (copy.text, copy.state, copy.planned_for) == ("Ice", Post.State.DRAFT, None)
    assert copy.targets.get().channel == x_channel
    assert copy.media.get().asset == picture
    assert (copy.variants.get().thread, copy.variants.get().options) == (["more"], options)
    assert not copy.publications.exists()


def test_a_copy_leaves_out_channels_that_are_gone(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    post = marketer.writes("Ice", on=x_channel)
    Channel.objects.update(status=Channel.Status.REMOVED)

    client.post(reverse("post-copy", args=[post.pk]))

    assert PostChannel.objects.count() == 1


def test_a_draft_can_be_deleted(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    draft = marketer.writes("Never mind", on=x_channel, media=[marketer.uploads(png("#123"))])

    assert client.post(reverse("post-delete", args=[draft.pk]))["Location"] == reverse("posts")

    assert not Post.objects.exists()


@pytest.mark.parametrize(
    ("status", "says"),
    [(Status.SCHEDULED, "Take it back to the drafts first"), (Status.PUBLISHED, "a record of what went out")],
)
def test_what_is_promised_or_out_is_not_deleted(
    status: Status, says: str, client: Client, marketer: cast.Person, x_channel: Channel
) -> None:
    publication = marketer.schedules("Ice", on=x_channel, when=LATER)
    due = LATER if status == Status.SCHEDULED else None
    Publication.objects.update(status=status, due_at=due, remote_id="1")

    answer = client.post(reverse("post-delete", args=[publication.post_id]), follow=True)

    assert says in answer.content.decode()
    assert Post.objects.filter(pk=publication.post_id).exists()
