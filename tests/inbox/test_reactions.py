"""How many react to what somebody said: read with it, told anew by webhooks, and no reason to open what is done."""

from typing import Any

import pytest

from accounts import connecting
from accounts.models import Channel, Workspace
from inbox.models import Conversation, Event, Message
from tests import cast
from tests.inbox.desk import Desk, Fans, Workers, published
from tests.sandbox.conftest import Practice
from tests.sandbox.waiting import until


def reacts(practice: Practice, channel: Channel, to: str, name: str, text: str = "") -> None:
    practice.control("POST", "fan", network=channel.network, kind="like", post=to, name=name, text=text)


@pytest.mark.parametrize("network", ["facebook", "x", "bluesky", "mastodon"])
def test_reactions_are_read_with_what_was_said_and_open_nothing(
    network: str,
    shop: Workspace,
    practice: Practice,
    marketer: cast.Person,
    worker: cast.Worker,
    fans: Fans,
    workers: Workers,
    desk: Desk,
) -> None:
    channel = cast.channel(shop, practice, network)
    post = published(marketer, worker, channel)
    comment = fans.comment(post, "So cold!", "Ana")
    workers.reads()
    conversation = Conversation.objects.get()
    desk.post("finish", conversation.pk)
    for name in ("Jo", "Lea"):
        reacts(practice, channel, comment, name)

    workers.reads()

    assert Message.objects.get(remote_id=comment).likes == 2
    conversation.refresh_from_db()
    assert conversation.state == "done"
    assert "2 reactions" in desk.get("messages", conversation.pk).content.decode()


def test_a_reaction_is_told_by_webhook_and_counted_by_reading(
    brand_page: Channel, practice: Practice, fans: Fans, workers: Workers, live_server: Any, settings: Any, post: Any
) -> None:
    settings.BASE_URL = live_server.url
    assert connecting.listen(brand_page) == ""
    comment = fans.comment(post, "So cold!", "Ana")
    workers.reads()
    reacts(practice, brand_page, comment, "Jo", "LOVE")
    until(lambda: any(b'"reaction"' in bytes(body) for body in Event.objects.values_list("body", flat=True)))

    workers.works()

    assert Message.objects.get(remote_id=comment).likes == 1
