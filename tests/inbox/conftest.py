"""The desks and the fans of the inbox's tests."""

from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import Channel, Token, Workspace
from inbox.models import Conversation
from scheduler.models import Publication
from tests import cast
from tests.connectors.youtube_scene import Scene
from tests.inbox.desk import Desk, Fans, Workers, published
from tests.sandbox.conftest import Practice


@pytest.fixture
def desk(responder: cast.Person) -> Desk:
    """Somebody who answers people."""
    return Desk(responder.member)


@pytest.fixture
def workers() -> Workers:
    return Workers()


@pytest.fixture
def fans(practice: Practice) -> Fans:
    return Fans(practice)


@pytest.fixture
def post(marketer: cast.Person, brand_page: Channel, worker: cast.Worker) -> Publication:
    """A post of ours on a practice Page."""
    return published(marketer, worker, brand_page)


@pytest.fixture
def video(shop: Workspace, marketer: cast.Person, practice: Practice, tmp_path: Path) -> Publication:
    """A video of ours on practice YouTube, uploaded past the publishing machine."""
    scene = Scene(practice, tmp_path)
    sent = scene.published()
    channel = shop.channels.create(network="youtube", practice=True, remote_id=scene.channel["id"], name="Polar Fizz Lab")
    Token.objects.create(channel=channel, access=scene.channel["access_token"], scopes=scene.channel.get("scopes", []))
    now = timezone.now()
    return Publication.objects.create(
        workspace=shop,
        post=marketer.writes("How cold is it?", channel),
        channel=channel,
        status="published",
        remote_id=sent.remote_id,
        publish_at=now,
        published_at=now,
    )


@pytest.fixture
def question(post: Publication, fans: Fans, workers: Workers) -> Conversation:
    """A fan's question below the post, read into the inbox."""
    fans.comment(post, "Do you ship to Austria?")
    workers.reads()
    return Conversation.objects.get()
