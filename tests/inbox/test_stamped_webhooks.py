"""Webhooks that are signed with their time and name a comment without its words: TikTok's."""

import hashlib
import hmac
import io
import json
import time
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts import connecting
from accounts.models import Workspace
from accounts.networks import PRACTICE_CLIENT
from inbox import webhooks
from inbox.models import Event, Message
from scheduler.models import Publication, Status
from tests import cast
from tests.inbox.desk import Desk, Fans, Workers
from tests.sandbox.conftest import Practice
from tests.sandbox.waiting import until

NETWORK = "tiktok_business"


def signed(body: bytes, age: float, secret: str = PRACTICE_CLIENT[1]) -> dict[str, str]:
    """The header of a delivery that was signed so many seconds ago."""
    stamp = str(int(time.time() - age))
    signature = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {"TikTok-Signature": f"t={stamp},s={signature}"}


def deliver(body: bytes, headers: dict[str, str]) -> int:
    """The status of our answer."""
    address = reverse("practice-hook", args=[NETWORK])
    return int(Client().post(address, body, content_type="application/json", headers=headers).status_code)


def photo() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (640, 480), "#f59f00").save(buffer, "JPEG")
    return buffer.getvalue()


def test_a_comment_is_fetched_answered_by_a_picture_and_shown_as_deleted(
    shop: Workspace,
    practice: Practice,
    marketer: cast.Person,
    worker: cast.Worker,
    fans: Fans,
    desk: Desk,
    live_server: Any,
    settings: Any,
) -> None:
    settings.BASE_URL = live_server.url
    channel = cast.channel(shop, practice, NETWORK)
    assert connecting.listen(channel) == ""
    post = marketer.publishes("Ice cold!", channel, media=[marketer.uploads(photo(), "bottle.jpg")])
    worker.runs_until(lambda: Publication.objects.get().status == Status.CONFIRMING)
    until(lambda: cast.said(practice, channel))  # the practice network works in real time, our worker's is moved by hand
    worker.finishes(post)

    comment = fans.comment(post, "Is it vegan?", "Ana Ruiz")
    until(Event.objects.exists)
    Workers().works()
    [message] = Message.objects.all()
    assert (message.remote_id, message.text, message.author_name) == (comment, "Is it vegan?", "Ana Ruiz")
    assert message.conversation.publication == post

    practice.fault("reset_after", {"id": channel.remote_id}, network=NETWORK, operation="publish")
    desk.answers(message.conversation, "", file=SimpleUploadedFile("can.jpg", photo(), "image/jpeg"))
    answer = Workers().delivers(Message.objects.get(mine=True))
    assert (answer.status, answer.tries, len(fans.read(post))) == ("sent", 1, 2), answer.why

    Event.objects.all().delete()
    practice.control("POST", "fan", network=NETWORK, kind="delete", name="Ana Ruiz", text="", post=comment)
    until(Event.objects.exists)
    Workers().works()
    assert set(Message.objects.values_list("deleted", flat=True)) == {True}, "with the answer below it"


def test_only_a_fresh_delivery_with_a_right_signature_is_let_in(shop: Workspace) -> None:
    body = json.dumps({"event": "post.publish.complete", "content": "{}"}).encode()
    before = webhooks.refused(NETWORK)
    assert [deliver(body, signed(body, age)) for age in (0, 240, 360, -360)] == [200, 200, 403, 403]
    assert deliver(body, signed(body, 0, "guess")) == 403
    assert webhooks.refused(NETWORK) == before + 3
    assert [event.headers.keys() for event in Event.objects.all()] == [{"tiktok-signature"}] * 2
    assert Client().get(reverse("practice-hook", args=[NETWORK])).status_code == 403


def test_one_that_waited_long_for_us_is_still_worked_out(shop: Workspace) -> None:
    content = json.dumps({"comment_id": 2, "video_id": 1, "comment_action": "insert"})
    body = json.dumps({"event": "comment.update", "user_openid": "a", "content": content}).encode()
    event = Event(network=NETWORK, practice=True, headers=webhooks.telling(signed(body, age=3600)), body=body)
    assert [(hook.account, hook.unread) for hook in webhooks.told(event)] == [("a", ("1:2:",))]
