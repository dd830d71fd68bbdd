"""Labels in a table of posts: found, made, told of before, and taken back with the import."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Channel, Workspace
from scheduler.bulk.writing import csv_template
from scheduler.models import Import, Label, Post
from tests import cast
from tests.scheduler.tables import Bringer, states, told


@pytest.fixture(autouse=True)
def messages(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker is moved by hand."""
    monkeypatch.setattr("scheduler.bulk.working.call", lambda pk: None)


@pytest.fixture
def ginger(shop: Workspace) -> Label:
    return Label.objects.create(workspace=shop, name="Ginger, fresh")


def names(post: Post) -> list[str]:
    return [label.name for label in post.labels.all()]


def page(bringer: Bringer, source: Import) -> str:
    """The import's page, its white space made plain."""
    return " ".join(bringer.client.get(reverse("import", args=[source.pk])).content.decode().split())


def test_labels_are_found_and_those_that_are_not_there_are_made_and_told_of_before(
    marketer: cast.Person, shop: Workspace, ginger: Label, x_channel: Channel
) -> None:
    bringer, line = Bringer(marketer), {"channels": "X", "status": "draft"}

    source = bringer.has_checked(
        line | {"text": "One", "Tags": "ginger, fresh; Summer"}, line | {"text": "Two", "Tags": "summer, Ice | SUMMER"}
    )

    assert source.new_labels == ["Summer", "Ice"]
    assert "New labels: Summer, Ice" in page(bringer, source)
    assert list(shop.labels.all()) == [ginger]
    bringer.presses("start")
    one, two = Post.objects.order_by("text")
    assert (names(one), names(two)) == (["Ginger, fresh", "Summer"], ["Ice", "Summer"])
    assert one.revisions.get().content["labels"] == sorted(str(label.pk) for label in one.labels.all())


def test_undo_takes_away_the_labels_that_it_made_and_nobody_uses(
    marketer: cast.Person, shop: Workspace, ginger: Label, x_channel: Channel
) -> None:
    bringer = Bringer(marketer)
    bringer.has_checked({"text": "One", "status": "draft", "labels": "Summer; Ice; Ginger, fresh"})
    bringer.presses("start")
    marketer.writes("Mine", on=x_channel).labels.add(shop.labels.get(name="Ice"))

    bringer.presses("undo")

    assert [label.name for label in shop.labels.all()] == ["Ginger, fresh", "Ice"]
    assert "New labels:" not in page(bringer, bringer.latest)


def test_what_is_too_long_for_a_label_is_a_problem_and_makes_none(marketer: cast.Person, x_channel: Channel) -> None:
    source = Bringer(marketer).has_checked({"text": "One", "status": "draft", "labels": f"Ice; {'long ' * 12}"})

    [(column, sentence)] = told(source)
    assert (column, states(source)) == ("labels", {"bad": 1})
    assert "is too long for a label: write at most 50 letters" in sentence


def test_the_template_has_labels(shop: Workspace, x_channel: Channel) -> None:
    headers: Any = csv_template(shop).splitlines()[0].split(",")

    assert headers.index("labels") == headers.index("campaign") + 1
