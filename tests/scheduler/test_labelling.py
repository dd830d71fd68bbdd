"""Several posts of the calendar get a label, or lose it, together; and that is taken back."""

from django.test import Client
from django.urls import reverse

from accounts.models import Channel
from scheduler.models import Label
from tests import cast
from tests.scheduler.test_calendar import DAY
from tests.scheduler.test_shifting import JSON, changes, entry, undoes


def test_several_posts_get_a_label_and_lose_it_together(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    summer = Label.objects.create(workspace=marketer.workspace, name="Summer")
    promised = marketer.schedules("Ice", on=x_channel, when=DAY)
    drafts = [marketer.writes(text, on=x_channel, planned_for=DAY) for text in ("One", "Two")]
    drafts[1].labels.add(summer)

    given = changes(client, "label", promised, *drafts, label=summer.pk)

    assert (given["said"], given["refused"]) == ("2 posts labelled.", [])
    assert summer.posts.count() == 3
    assert undoes(client, given)["said"] == "2 changes undone."
    assert list(summer.posts.all()) == [drafts[1]]  # it had the label before
    taken = changes(client, "unlabel", promised, *drafts, label=summer.pk)
    assert taken["said"] == "The label is off 1 post."
    assert summer.posts.count() == 0
    undoes(client, taken)
    assert list(summer.posts.all()) == [drafts[1]]


def test_a_label_that_all_have_changes_nothing_and_says_so(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    summer = Label.objects.create(workspace=marketer.workspace, name="Summer")
    draft = marketer.writes("One", on=x_channel, planned_for=DAY)

    answer = changes(client, "unlabel", draft, label=summer.pk)

    assert (answer["said"], answer["undo"]) == ("", "")
    assert answer["notes"] == ["There is nothing to change: the posts are so already."]


def test_a_label_is_seen_by_who_writes_the_post_at_that_time(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    summer = Label.objects.create(workspace=marketer.workspace, name="Summer")
    draft = marketer.writes("One", on=x_channel, planned_for=DAY)

    changes(client, "label", draft, label=summer.pk)

    newest = draft.revisions.order_by("-number").first()
    assert newest is not None
    assert newest.content["labels"] == [str(summer.pk)]


def test_a_label_is_chosen_from_the_workspaces_own(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    draft = marketer.writes("One", on=x_channel, planned_for=DAY)
    theirs = Label.objects.create(workspace=cast.workspace("Somebody else"), name="Winter")

    for label in (str(theirs.pk), "nonsense", ""):
        values = {"do": "label", "entry": [entry(draft)], "label": label}
        answer = client.post(reverse("calendar-change"), values, headers=JSON)
        assert (answer.status_code, answer.content.decode()) == (422, "Choose a label.")
    assert not draft.labels.exists()


def test_a_label_that_is_gone_cannot_come_back(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    summer = Label.objects.create(workspace=marketer.workspace, name="Summer")
    draft = marketer.writes("One", on=x_channel, planned_for=DAY)
    draft.labels.add(summer)
    answer = changes(client, "unlabel", draft, label=summer.pk)
    summer.delete()

    assert undoes(client, answer)["refused"] == [["One", "The label is no longer there."]]
