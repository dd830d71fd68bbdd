"""The desks and the fans of the inbox's tests."""

import pytest

from accounts.models import Channel
from inbox.models import Conversation
from scheduler.models import Publication
from tests import cast
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
def question(post: Publication, fans: Fans, workers: Workers) -> Conversation:
    """A fan's question below the post, read into the inbox."""
    fans.comment(post, "Do you ship to Austria?")
    workers.reads()
    return Conversation.objects.get()
