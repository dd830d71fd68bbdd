"""Answers with a picture, where the network takes one: delivered once, by the same machine."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts import connecting
from accounts.models import Channel, Workspace
from connectors.x_media import Uploads
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


def sent_pictures(practice: Practice, channel: Channel, words: str = ANSWER) -> list[int]:
    """How many each answer of ours on the practice page has."""
    replies = [one for public in practice.posts(channel.network, {"id": channel.remote_id}) for one in public["replies"]]
    return [len(one["media"]) for one in replies if one["ours"] and words in one["text"]]


def test_an_answer_carries_a_picture_once_even_when_nobody_told_us_that_it_arrived(
    desk: Desk, question: Conversation, post: Publication, workers: Workers, practice: Practice, short_deadline: None
) -> None:
    practice.fault("timeout_after", {"id": post.channel.remote_id}, path="tweets", times=1)

    page = desk.answers(question, ANSWER, file=photo()).content.decode()
    reply = workers.delivers(Message.objects.get(mine=True))

    assert f'src="/media/{Asset.objects.get().pk}/thumb/"' in page
    assert (reply.status, reply.tries) == ("sent", 1)
    assert sent_pictures(practice, post.channel) == [1]


@pytest.mark.parametrize(("network", "path"), [("facebook", "/comments$"), ("bluesky", "createRecord$")])
def test_pictures_below_a_post_are_there_once_whether_or_not_they_arrived_when_nobody_told(
    network: str, path: str, desk: Desk, workers: Workers, fans: Fans, practice: Practice, shop: Workspace,
    marketer: cast.Person, worker: cast.Worker, live_server: Any, settings: Any,
) -> None:  # fmt: skip
    """The last one does not arrive at first: the one before it, which looks just like it, is not taken for it."""
    settings.BASE_URL = live_server.url
    below = published(marketer, worker, cast.channel(shop, practice, network))
    fans.comment(below, "How cold is it?")
    workers.reads()
    talk = Conversation.objects.get()
    for fault, text, tries in [("reset_after", ANSWER, 1), ("reset_after", "", 1), ("reset_before", "", 2)]:
        practice.fault(fault, {"id": below.channel.remote_id}, network=network, operation="any", path=path, times=1)
        desk.answers(talk, text, file=photo())
        answer = workers.delivers(talk.messages.latest("pk"))
        assert (answer.status, answer.tries) == ("sent", tries), answer.why

    assert (sent_pictures(practice, below.channel), sent_pictures(practice, below.channel, "")) == ([1], [1, 1, 1])
    workers.reads()
    assert talk.messages.count() == 4


# -- films ----------------------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """The worker dies."""


def beside(step: Callable[..., Any], deed: Callable[[], None]) -> Callable[..., Any]:
    """A step of uploading, and what happens meanwhile."""

    def both(*given: Any) -> Any:
        deed()
        return step(*given)

    return both


def dies() -> None:
    raise Killed


def time_is_up() -> None:
    Message.objects.filter(status="sending").update(due_at=timezone.now())


def is_taken_over() -> None:
    Message.objects.filter(status="sending").update(status="confirming", due_at=timezone.now(), why="Somebody else.")


def test_a_film_is_uploaded_once_though_its_worker_died_and_the_network_takes_its_time(
    desk: Desk, question: Conversation, post: Publication, workers: Workers, practice: Practice, picture: Asset,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    practice.fault("slow_processing", {"id": post.channel.remote_id}, network="x", seconds=600)
    desk.answers(question, "", picture=str(film(picture, None).pk))
    reply = Message.objects.get(mine=True)

    with monkeypatch.context() as dying:
        dying.setattr(Uploads, "_append", beside(Uploads._append, time_is_up))
        dying.setattr(Uploads, "_wait", beside(Uploads._wait, dies))
        with pytest.raises(Killed):
            workers.rings()
    reply.refresh_from_db()
    assert reply.due_at is not None
    assert reply.due_at > timezone.now() + timedelta(minutes=1), "the lease was renewed"
    with pytest.raises(AssertionError, match="still queued after 80 rings: X is still processing"):
        workers.delivers(reply, most=80)
    practice.control("POST", "clock", offset=601)
    reply = workers.delivers(reply)

    assert (reply.status, reply.tried, reply.kept) == ("sent", 2, {}), reply.why
    assert reply.tries > 20
    assert sent_pictures(practice, post.channel, "") == [1]
    assert len(practice.requests(network="x", account=post.channel.remote_id, path="initialize")) == 1


def test_who_has_lost_the_lease_while_uploading_sends_nothing(
    desk: Desk, question: Conversation, post: Publication, workers: Workers, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.answers(question, ANSWER, file=photo())
    with monkeypatch.context() as hanging:
        hanging.setattr(Uploads, "_append", beside(Uploads._append, is_taken_over))
        workers.rings()
    assert sent_pictures(practice, post.channel) == []

    reply = workers.delivers(Message.objects.get(mine=True))
    assert (reply.status, sent_pictures(practice, post.channel)) == ("sent", [1]), reply.why


def test_a_film_that_could_not_be_processed_is_said_and_goes_up_anew_when_it_is_sent_again(
    desk: Desk, question: Conversation, post: Publication, workers: Workers, practice: Practice, picture: Asset
) -> None:
    """Before that X breaks once while it goes up, which leaves no doubt: nothing was sent."""
    practice.fault("fail", {"id": post.channel.remote_id}, path="append$", times=1)
    practice.fault("fail_processing", {"id": post.channel.remote_id}, network="x")
    desk.answers(question, ANSWER, picture=str(film(picture, None).pk))
    reply = workers.delivers(Message.objects.get(mine=True))
    assert (reply.status, "X could not process" in reply.why) == ("failed", True)
    assert [*reply.steps.values_list("what", flat=True)] == ["sending", "not now", "sending", "refused"]

    desk.post("resend", question.pk, reply.pk)
    reply.refresh_from_db()
    assert reply.kept == {}
    assert workers.delivers(reply).status == "sent"
    assert sent_pictures(practice, post.channel) == [1]


def test_a_film_that_is_too_long_is_refused_at_its_field(desk: Desk, question: Conversation, picture: Asset) -> None:
    moving = film(picture, None)
    Asset.objects.filter(pk=moving.pk).update(seconds=200)

    refused = desk.answers(question, ANSWER, picture=str(moving.pk))

    assert (refused.status_code, "lasts 200 s, X takes 140 s: cut it." in refused.content.decode()) == (422, True)
    assert not Message.objects.filter(mine=True).exists()


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
def test_a_video_without_words_is_there_once(
    network: str, talk: Conversation, desk: Desk, workers: Workers, practice: Practice, picture: Asset
) -> None:
    moving = film(picture, None)
    practice.fault("reset_after", {"id": talk.channel.remote_id}, network=network, operation="any", path=SENDING[network])
    desk.answers(talk, "", picture=str(moving.pk))

    answer = workers.delivers(talk.messages.get(mine=True))
    assert (answer.status, answer.tried) == ("sent", 1), answer.why
    assert seen_by_the_fan(practice, talk.channel).count("<video") == 1
