"""Webhook deliveries as Facebook makes them, for what the practice network cannot be brought to do: twice, late, forged.

https://developers.facebook.com/docs/graph-api/webhooks/reference/page
"""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import Channel
from accounts.networks import PRACTICE_CLIENT
from inbox import tasks


def told(channel: Channel, comment: str, text: str = "", verb: str = "add", **more: Any) -> bytes:
    """What Facebook says about a comment; `parent`, `name`, `post` and `at` as far as they matter."""
    post = more.get("post", f"{channel.remote_id}_1")
    value = {"item": "comment", "verb": verb, "comment_id": comment, "post_id": post, "parent_id": more.get("parent", post)}
    value |= {"from": {"id": more.get("author", "ann"), "name": more.get("name", "Ann")}}
    value["created_time"] = int(more.get("at", datetime.now(UTC)).timestamp())
    if verb != "remove":
        value["message"] = text
    entry = {"id": channel.remote_id, "time": 1, "changes": [{"field": "feed", "value": value}]}
    return json.dumps({"object": "page", "entry": [entry]}).encode()


def reacted(channel: Channel, message: str, emoji: str, at: datetime, person: str = "Ann", **more: Any) -> bytes:
    """What Facebook says about a reaction to a message, an empty one taken back; `more`: keys of the reaction.

    https://developers.facebook.com/docs/messenger-platform/reference/webhook-events/message-reactions
    """
    told = {"mid": message, "action": "react" if emoji else "unreact", **({"emoji": emoji} if emoji else {}), **more}
    people = {"sender": {"id": person}, "recipient": {"id": channel.remote_id}}
    event = {**people, "timestamp": int(at.timestamp() * 1000), "reaction": told}
    return json.dumps({"object": "page", "entry": [{"id": channel.remote_id, "time": 1, "messaging": [event]}]}).encode()


def signature(body: bytes, secret: str = PRACTICE_CLIENT[1]) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def deliver(body: bytes, signed: str | None = None, address: str = "") -> Any:
    """POST a delivery, rightly signed unless told otherwise; its bell has rung."""
    headers = {"X-Hub-Signature-256": signature(body) if signed is None else signed}
    client = Client(enforce_csrf_checks=True)
    address = address or reverse("practice-hook", args=["facebook"])
    answer = client.post(address, body, content_type="application/json", headers=headers)
    tasks.events.finished()
    return answer
