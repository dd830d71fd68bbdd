"""Answers with a picture, where the network takes one: delivered once, by the same machine."""

import io
import re
from typing import Any
from urllib.parse import urljoin

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts import connecting
from accounts.models import Channel, Workspace
from inbox.models import Conversation, Event, Message
from scheduler.library.media import film
from scheduler.models import Asset, Publication
from tests import cast
from tests.inbox.desk import Desk, Fans, Workers, published
from tests.sandbox.conftest import Practice
from tests.sandbox.waiting import until

pytestmark = pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")  # the tests' own server is synchronous

ANSWER = "Like this."
SENDING = {  # private messages
    "facebook": r"/messages$",
    "instagram": r"/me/messages$",
    "mastodon": r"/api/v1/statuses$",
    "x": r"/dm_conversations/.+/messages$",
}


@pytest.fixture
def post(x_channel: Channel, marketer: cast.Person, worker: cast.Worker) -> Publication:
    return published(marketer, worker, x_channel)


def photo(content: bytes = b"") -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), "#f59f00").save(buffer, "PNG")
    return SimpleUploadedFile("bottle.png", content or buffer.getvalue(), "image/png")


def sent_pictures(practice: Practice, post: Publication) -> list[int]:
    """How many each answer on the practice page has."""
    found = practice.posts("x", {"id": post.channel.remote_id})
    return [len(one["media"]) for public in found for one in public["replies"] if ANSWER in one["text"]]


def test_an_answer_carries_a_picture_once_even_when_nobody_told_us_that_it_arrived(
    desk: Desk, question: Conversation, post: Publication, workers: Workers, practice: Practice, short_deadline: None
) -> None:
    practice.fault("timeout_after", {"id": post.channel.remote_id}, path="tweets", times=1)

    page = desk.answers(question, ANSWER, file=photo()).content.decode()
    reply = workers.delivers(Message.objects.get(mine=True))

    assert f'src="/media/{Asset.objects.get().pk}/thumb/"' in page
    assert (reply.status, reply.tries) == ("sent", 1)
    assert sent_pictures(practice, post) == [1]


def test_a_picture_is_taken_back_with_its_text_and_kept_when_the_answer_is_refused(desk: Desk, question: Conversation) -> None:
    desk.post("reply", question.pk, text=ANSWER, seen=desk.sees(question), file=photo())
    reply = Message.objects.get(mine=True)
    address = f"/inbox/{question.pk}/messages/{reply.pk}/take-back/"

    back = desk.client.post(address, headers={"Accept": "application/json"}).json()
    refused = desk.post("reply", question.pk, text=40 * ANSWER, seen=0, picture=back["picture"]).content.decode()

    assert (back["picture"], back["name"]) == (str(reply.picture_id), "bottle.png")
    assert f'name="picture" value="{reply.picture_id}"' in refused
    assert ">bottle.png</output>" in refused


def test_what_is_no_picture_is_refused_and_the_text_kept(desk: Desk, question: Conversation) -> None:
    refused = desk.answers(question, ANSWER, file=photo(b"no picture"))

    assert refused.status_code == 422
    assert "bottle.png is no picture or video that SMO knows" in refused.content.decode()
    assert f">{ANSWER}</textarea>" in refused.content.decode()
    assert not Message.objects.filter(mine=True).exists()


def test_where_the_network_takes_none_there_is_no_field_and_one_that_comes_is_refused(
    desk: Desk, shop: Workspace, practice: Practice, fans: Fans, workers: Workers
) -> None:
    fans.write(cast.channel(shop, practice, "bluesky"), "My can was warm!")
    workers.reads()
    talk = Conversation.objects.get()

    assert 'name="file"' not in desk.get("conversation", talk.pk).content.decode()
    refused = desk.answers(talk, ANSWER, file=photo())
    assert (refused.status_code, "cannot carry a picture" in refused.content.decode()) == (422, True)


# -- private messages -----------------------------------------------------------------------------------------------------


@pytest.fixture
def talk(
    network: str, shop: Workspace, practice: Practice, fans: Fans, workers: Workers, live_server: Any, settings: Any
) -> Conversation:
    """A fan has written; the network can reach us."""
    settings.BASE_URL = live_server.url
    channel = cast.channel(shop, practice, network)
    if network == "x":  # which tells of private messages by webhook alone
        assert connecting.listen(channel) == ""
        fans.write(channel, "My can was warm!")
        until(Event.objects.exists)
        workers.works()
    else:
        fans.write(channel, "My can was warm!")
        workers.reads()
    return Conversation.objects.get(kind="message")


def seen_by_the_fan(practice: Practice, channel: Channel) -> str:
    """The fan's page of the conversation."""
    name = f"@{channel.username}" if channel.network == "mastodon" else channel.username
    profile = f"{practice.url}/{channel.network}/{name}"
    found = re.search(r'href="([^"]+/messages/[^"]+)"', practice.http.get(profile, timeout=10).text)
    assert found, "no conversation"
    return str(practice.http.get(urljoin(profile, found[1]), timeout=10).text)


@pytest.mark.parametrize("network", list(SENDING))
def test_a_picture_without_words_is_there_once_whether_or_not_it_arrived_when_nobody_told(
    network: str, talk: Conversation, desk: Desk, workers: Workers, practice: Practice
) -> None:
    """The second one does not arrive at first: the one before it, which looks just like it, is not taken for it."""
    for number, (fault, tries) in enumerate([("reset_after", 1), ("reset_before", 2)], 1):
        practice.fault(fault, {"id": talk.channel.remote_id}, network=network, operation="any", path=SENDING[network], times=1)
        page = desk.answers(talk, "", file=photo()).content.decode()
        answer = workers.delivers(talk.messages.latest("pk"))

        assert (answer.status, answer.tries) == ("sent", tries), answer.why
        assert seen_by_the_fan(practice, talk.channel).count("/_media/") == number
        assert page.count(f'src="/media/{answer.picture_id}/thumb/"') == number
    if network != "x":
        workers.reads()
    talk.refresh_from_db()
    assert (talk.messages.count(), talk.last_text) == (3, "(attachment)")


@pytest.mark.parametrize("network", list(SENDING))
def test_words_beside_a_picture_go_where_the_network_takes_both(
    network: str, talk: Conversation, desk: Desk, workers: Workers, practice: Practice
) -> None:
    practice.fault("reset_after", {"id": talk.channel.remote_id}, network=network, operation="any", path=SENDING[network])
    said = desk.answers(talk, ANSWER, file=photo())

    if network in ("facebook", "instagram"):
        page = said.content.decode()
        assert (said.status_code, "sends a picture without words" in page) == (422, True)
        assert f">{ANSWER}</textarea>" in page
        assert f'name="picture" value="{Asset.objects.get().pk}"' in page
        assert not talk.messages.filter(mine=True).exists()
    else:
        assert workers.delivers(talk.messages.get(mine=True)).tries == 1
        page = seen_by_the_fan(practice, talk.channel)
        assert (page.count("/_media/"), page.count(ANSWER)) == (1, 1)


@pytest.mark.parametrize("network", list(SENDING))
def test_a_video_goes_where_the_network_loads_it_itself(
    network: str, talk: Conversation, desk: Desk, workers: Workers, practice: Practice, picture: Asset
) -> None:
    moving = film(picture, None)
    practice.fault("reset_after", {"id": talk.channel.remote_id}, network=network, operation="any", path=SENDING[network])
    page = desk.answers(talk, "", picture=str(moving.pk)).content.decode()

    if network in ("facebook", "instagram"):
        assert workers.delivers(talk.messages.get(mine=True)).tries == 1
        assert seen_by_the_fan(practice, talk.channel).count("<video") == 1
    else:
        assert "cannot carry a video" in page
        assert not talk.messages.filter(mine=True).exists()
