"""Posts and publications as CSV."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Channel, Workspace
from scheduler.models import Asset, Campaign, Label, Post, Publication, Status
from tests import cast
from tests.scheduler.tables import Bringer, states

MAY = datetime(2031, 5, 1, 22, 30, tzinfo=timezone.get_fixed_timezone(0))  # the second of May in Warsaw


def body(stream: AsyncIterator[bytes]) -> str:
    async def whole() -> bytes:
        try:
            return b"".join([part async for part in stream])
        finally:
            await sync_to_async(connections.close_all)()

    with ThreadPoolExecutor(1) as aside:  # a browser's event loop may be running in this thread
        return aside.submit(asyncio.run, whole()).result().decode()


def exported(client: Client, **query: Any) -> list[dict[str, str]]:
    answer: Any = client.get(reverse("export"), query)
    assert answer.status_code == 200, answer
    return list(csv.DictReader(io.StringIO(body(answer.streaming_content).removeprefix("\ufeff"))))


def test_what_is_exported_can_be_imported_again(
    client: Client, marketer: cast.Person, x_channel: Channel, shop: Workspace, picture: Asset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.bulk.working.call", lambda pk: None)
    campaign = Campaign.objects.create(workspace=shop, name="Summer")
    details = {"campaign": campaign, "link": "https://example.com", "media": [picture], "first_comment": "Rules"}
    options = {"reply_settings": "verified", "made_with_ai": True}
    said = '-5 degrees,\nat least; "ice"'
    made = marketer.schedules(said, x_channel, MAY, thread=["one", "two"], options=options, **details)
    made.post.labels.set([Label.objects.create(workspace=shop, name=name) for name in ("Ice, ice", "Summer")])
    before = exported(client)

    bringer = Bringer(marketer)
    bringer.brings(body(client.get(reverse("export")).streaming_content))  # type: ignore[attr-defined]
    assert states(bringer.waits()) == {"good": 1}
    bringer.presses("start")

    assert before[0]["text"] == '\'-5 degrees,\nat least; "ice"'
    assert before[0]["labels"] == "Ice, ice; Summer"
    assert (before[0]["when"], before[0]["zone"]) == ("2031-05-02 00:30", "Europe/Warsaw")
    assert exported(client) == before * 2
    one, two = (post.publications.get(part=0).content for post in Post.objects.all())
    assert one == two


def test_publications_tell_what_became_of_them(client: Client, marketer: cast.Person, x_channel: Channel) -> None:
    publication = marketer.schedules("Ice", x_channel, MAY)
    Publication.objects.filter(pk=publication.pk).update(
        status=Status.PUBLISHED, due_at=None, remote_id="1", url="https://x.example/1", published_at=MAY
    )

    row = exported(client, what="publications")[0]

    assert (row["channel"], row["network"], row["status"], row["address"]) == (
        "Polar Fizz",
        "X",
        "published",
        "https://x.example/1",
    )
    assert row["published at"] == row["when"] == "2031-05-02 00:30"


def test_days_channel_and_state_choose(client: Client, marketer: cast.Person, x_channel: Channel, brand_page: Channel) -> None:
    marketer.schedules("May", x_channel, MAY)
    marketer.schedules("June", brand_page, MAY + timedelta(days=31))
    marketer.writes("Draft", on=x_channel)

    def texts(**query: Any) -> list[str]:
        return [row["text"] for row in exported(client, **query)]

    assert texts() == ["May", "June", "Draft"]
    assert texts(since="2031-05-02", until="2031-05-02") == ["May"]
    assert texts(until="2031-05-01") == []
    assert texts(channel=x_channel.pk) == ["May", "Draft"]
    assert texts(state="drafts") == ["Draft"]
    assert texts(state="scheduled") == ["May", "June"]
    assert texts(what="publications", channel=brand_page.pk) == ["June"]
    assert texts(what="publications", state="published") == []


def test_it_comes_in_pieces_and_none_is_missing_or_twice(
    client: Client, marketer: cast.Person, x_channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.bulk.exporting.PIECE", 3)
    for number in range(10):
        marketer.schedules(str(number), x_channel, MAY)

    for what in ("posts", "publications"):
        assert sorted(row["text"] for row in exported(client, what=what)) == [str(number) for number in range(10)]


def test_another_workspaces_posts_and_channels_are_not_there(client: Client, x_channel: Channel) -> None:
    theirs = cast.Person(cast.member(cast.workspace("Somebody else"), "owner"))
    channel = Channel.objects.create(workspace=theirs.workspace, network="x", practice=True, remote_id="7", name="Theirs")
    theirs.writes("Secret", on=channel)

    assert exported(client) == []
    refused = client.get(reverse("export"), {"channel": str(channel.pk)}, headers={"Accept": "application/json"})
    assert refused.status_code == 422


def test_a_viewer_can_export_but_is_shown_no_import(shop: Workspace, x_channel: Channel) -> None:
    viewer = Client()
    viewer.force_login(cast.member(shop, "viewer").user)

    page = viewer.get(reverse("imports")).content.decode()

    assert reverse("export") in page
    assert reverse("import-new") not in page
    assert viewer.get(reverse("export")).status_code == 200
