"""What hangs on what people say: fetched once, shown as what it is, gone with what it hung on."""

import io
import json
from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import Channel, Workspace
from connectors.talk import Attachment as Told
from connectors.talk import Incoming, Person
from inbox import enclosing, ringing, sync, tasks
from inbox.models import Attachment, Message
from scheduler.library import storing
from scheduler.models import Publication
from tests import cast
from tests.inbox import talk
from tests.inbox.deliveries import signature
from tests.inbox.desk import Desk, Fans, Workers, published
from tests.sandbox.conftest import Practice

PAGE = b"<!doctype html><script>alert(1)</script>"


def png() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), "#f59f00").save(buffer, "PNG")
    return buffer.getvalue()


def encloses(practice: Practice, to: Channel, content: bytes, kind: str = "message", **more: Any) -> None:
    """A fan adds a file to what the fan says."""
    file = b64encode(content).decode()
    target = {"account": to.remote_id} | more
    practice.control("POST", "fan", network=to.network, kind=kind, file=file, **({"name": "Ann", "text": ""} | target))


def fetched() -> None:
    while bells := ringing.due_attachments():
        for key, ticket in bells:
            enclosing.fetch(key, ticket)


def hears(channel: Channel, file: str, **more: Any) -> Attachment:
    """A message with something at that address, fetched."""
    files = (Told("picture", file),)
    item = Incoming("m1", "message", "t1", Person("ann", "Ann"), "Look!", timezone.now(), attachments=files, **more)
    sync.take(channel, item)
    fetched()
    return Attachment.objects.get()


def test_a_picture_is_fetched_once_shown_with_its_thread_and_gone_with_it(
    brand_page: Channel, practice: Practice, workers: Workers, desk: Desk
) -> None:
    encloses(practice, brand_page, png())
    workers.reads()
    message = Message.objects.get()
    assert "is being loaded" in desk.get("conversation", message.conversation_id).content.decode()

    fetched()
    workers.reads()

    row = Attachment.objects.get()
    assert (row.mime_type, row.width, row.height, row.due_at, row.why) == ("image/png", 64, 48, None, "")
    page = desk.get("conversation", message.conversation_id).content.decode()
    assert f'<img src="/inbox/attachments/{row.pk}/"' in page
    assert "(attachment)" not in page.partition('id="messages"')[2].partition("</article>")[0]
    answer = desk.get("attachment", row.pk)
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert "sandbox" in answer["Content-Security-Policy"]

    sync.take(brand_page, Incoming(message.remote_id, "message", "", Person(""), "", message.sent_at, deleted=True))

    assert not Attachment.objects.exists()
    assert desk.get("attachment", row.pk).status_code == 404


def test_a_file_goes_with_its_row(brand_page: Channel, practice: Practice, django_capture_on_commit_callbacks: Any) -> None:
    encloses(practice, brand_page, png())
    Workers().reads()
    fetched()
    row = Attachment.objects.get()
    assert storing.has(row.file)

    with django_capture_on_commit_callbacks(execute=True):
        Message.objects.update(deleted=True, text="")
        tasks.tidy()

    assert not storing.has(row.file)


@pytest.mark.parametrize("network", ["instagram", "x", "bluesky", "mastodon"])
def test_each_network_tells_what_hangs_on_what_is_said(
    network: str, shop: Workspace, practice: Practice, workers: Workers
) -> None:
    channel = cast.channel(shop, practice, network)
    kind = {"instagram": "message", "x": "comment"}.get(network, "mention")
    encloses(practice, channel, png(), kind, alt="A can in the snow", text=f"See? @{channel.username}")

    workers.reads()
    fetched()
    workers.reads()

    row = Attachment.objects.get()
    assert (row.kind, row.mime_type, row.width, row.why) == ("picture", "image/png", 64, "")
    assert row.alt == ("" if network == "instagram" else "A can in the snow")


def test_a_webhook_and_the_reading_after_it_make_one_row(
    post: Publication, practice: Practice, workers: Workers, fans: Fans
) -> None:
    encloses(practice, post.channel, png(), "comment", post=post.remote_id, text="See?")
    for _ in range(2):
        workers.reads()

    [row] = Attachment.objects.all()
    told = (Told("picture", "https://elsewhere.example/other?signed=2"),)
    item = Incoming(row.message.remote_id, "comment", "", Person("x"), "See?", row.message.sent_at, attachments=told)
    assert sync.take(post.channel, item) is None
    assert Attachment.objects.count() == 1


def test_what_is_no_picture_can_only_be_saved(brand_page: Channel, practice: Practice, workers: Workers, desk: Desk) -> None:
    encloses(practice, brand_page, PAGE, mime="image/png")
    workers.reads()
    fetched()

    row = Attachment.objects.get()
    answer = desk.get("attachment", row.pk)

    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert '<img src="/inbox/' not in desk.get("messages", row.message.conversation_id).content.decode()
    stranger = Desk(cast.member(cast.workspace("Somebody else"), "owner"))
    assert stranger.get("attachment", row.pk).status_code == 404


def test_the_guard_keeps_us_from_our_own_network(shop: Workspace, sandbox_url: str, desk: Desk) -> None:
    real = talk.channel(shop)
    Channel.objects.update(practice=False)
    real.refresh_from_db()

    row = hears(real, f"{sandbox_url}/facebook/_media/1", url="https://www.facebook.com/m1")

    assert (row.file, row.due_at) == ("", None)
    assert "not on the public internet" in row.why
    page = desk.get("messages", row.message.conversation_id).content.decode()
    assert "could not be loaded" in page
    assert 'href="https://www.facebook.com/m1"' in page
    assert enclosing.keep(row.message, (Told("picture", "javascript:alert(1)", "other"),)) is False


def test_what_is_gone_or_too_large_is_said_and_what_may_come_is_tried_again(
    brand_page: Channel, practice: Practice, workers: Workers, monkeypatch: pytest.MonkeyPatch, sandbox_url: str
) -> None:
    gone = hears(brand_page, f"{sandbox_url}/facebook/_media/none")
    assert "does not have it any more" in gone.why

    Attachment.objects.all().delete()
    encloses(practice, brand_page, png())
    workers.reads()
    monkeypatch.setattr(enclosing, "MOST_BYTES", 10)
    fetched()
    assert "larger than 10" in Attachment.objects.get().why

    Attachment.objects.update(due_at=timezone.now(), source="http://127.0.0.1:9/nobody", why="")
    monkeypatch.setattr(enclosing, "_is_practice", lambda *_: True)
    fetched()
    row = Attachment.objects.get()
    assert row.due_at
    assert row.due_at > timezone.now()
    Attachment.objects.update(due_at=timezone.now(), tries=len(enclosing.PAUSES))
    fetched()
    assert "did not give it" in Attachment.objects.get().why


@pytest.mark.parametrize("network", ["facebook", "mastodon"])
def test_what_an_edit_takes_away_is_gone_and_the_thread_tells_that_it_was_there(
    network: str, shop: Workspace, marketer: cast.Person, worker: cast.Worker, practice: Practice, desk: Desk
) -> None:
    channel = cast.channel(shop, practice, network)
    out, workers = published(marketer, worker, channel), Workers()
    encloses(practice, channel, png(), "comment", post=out.remote_id, text="See?")
    workers.reads()
    fetched()
    row = Attachment.objects.get()
    comment = row.message.remote_id

    practice.control("POST", "fan", network=network, kind="edit", post=comment, name="Ann", text="See!")
    workers.reads()
    assert Attachment.objects.get().file == row.file, "other words leave it"
    if network == "facebook":  # it gives pictures no ids
        row = _swapped(practice, workers, row)
    practice.control("POST", "fan", network=network, kind="edit", post=comment, name="Ann", text="Forget it.", file="")
    workers.reads()

    left = Attachment.objects.get()
    assert (left.file, left.source, left.alt, left.mime_type, left.due_at) == ("", "", "", "", None)
    assert not storing.has(row.file)
    assert desk.get("attachment", row.pk).status_code == 404
    page = desk.get("messages", row.message.conversation_id).content.decode()
    assert "was taken away on the network" in page
    assert "edited" in page
    again = Told("picture", row.source, row.key)
    told = Incoming(comment, "comment", "", Person("x"), "See?", row.message.sent_at, attachments=(again,))
    assert sync.take(channel, replace(told, text="Forget it.")) is None, "a late webhook does not bring it back"
    assert sync.take(channel, replace(told, text="Look again!"), polled=True)
    assert Attachment.objects.get().due_at


def _swapped(practice: Practice, workers: Workers, row: Attachment) -> Attachment:
    """Another picture in the place of this one: what was fetched of the first is gone."""
    of = {"network": "facebook", "kind": "edit", "post": row.message.remote_id, "name": "Ann"}
    practice.control("POST", "fan", text="See that!", file=b64encode(png()).decode(), **of)
    workers.reads()
    fetched()
    now = Attachment.objects.get()
    assert storing.has(now.file)
    assert now.source != row.source
    assert not storing.has(row.file)
    return now


def test_what_hangs_on_a_message_is_fetched_although_its_webhook_only_names_it(
    x_channel: Channel, practice: Practice, workers: Workers
) -> None:
    to_us = {"network": "x", "kind": "message", "account": x_channel.remote_id, "name": "Ann", "text": ""}
    made = practice.control("POST", "fan", file=b64encode(png()).decode(), alt="A can in the snow", **to_us)
    payload = {"id": made["id"], "text": "", "sender_id": made["from"], "attachments": {"media_keys": ["3_1"]}}
    event = {"filter": {"user_id": x_channel.remote_id}, "event_type": "dm.received", "payload": payload, "includes": {}}
    body = json.dumps({"data": event}).encode()
    signed = {"x-twitter-webhooks-signature": "sha256=" + b64encode(bytes.fromhex(signature(body)[7:])).decode()}
    hook = reverse("practice-hook", args=["x"])
    assert Client().post(hook, body, content_type="application/json", headers=signed).status_code == 200

    workers.works()
    fetched()

    row = Attachment.objects.get()
    assert (row.message.text, row.mime_type, row.alt, row.why) == ("(attachment)", "image/png", "A can in the snow", "")
