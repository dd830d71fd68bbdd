"""Answers with a picture, where the network takes one: delivered once, by the same machine."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import Channel
from inbox.models import Conversation, Message
from scheduler.models import Asset, Publication
from tests import cast
from tests.inbox.desk import Desk, Fans, Workers, published
from tests.sandbox.conftest import Practice

ANSWER = "Like this."


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
    refused = desk.post("reply", question.pk, text="", seen=0, picture=back["picture"]).content.decode()

    assert (back["picture"], back["name"]) == (str(reply.picture_id), "bottle.png")
    assert f'name="picture" value="{reply.picture_id}"' in refused
    assert ">bottle.png</output>" in refused


def test_what_is_no_picture_is_refused_and_the_text_kept(desk: Desk, question: Conversation) -> None:
    refused = desk.answers(question, ANSWER, file=photo(b"no picture"))

    assert refused.status_code == 422
    assert f">{ANSWER}</textarea>" in refused.content.decode()
    assert not Message.objects.filter(mine=True).exists()


def test_where_the_network_takes_none_there_is_no_field_and_one_that_comes_is_refused(
    desk: Desk, brand_page: Channel, fans: Fans, workers: Workers, shop: Any
) -> None:
    fans.write(brand_page, "My can was warm!")
    workers.reads()
    talk = Conversation.objects.get(kind="message")

    assert 'name="file"' not in desk.get("conversation", talk.pk).content.decode()
    refused = desk.answers(talk, ANSWER, file=photo())
    assert (refused.status_code, "cannot carry a picture" in refused.content.decode()) == (422, True)
