"""Networks without webhooks: what people say there is read, answered from the desk, and read again without doubles."""

import pytest

from accounts.models import Workspace
from inbox.models import Conversation, Message
from tests import cast
from tests.inbox.desk import Desk, Fans, Workers, published
from tests.sandbox.conftest import Practice


@pytest.mark.parametrize("network", ["bluesky", "mastodon"])
def test_comments_mentions_and_messages_are_answered_once(
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
    fans.comment(post, "Is it vegan?", "Ana")
    practice.control("POST", "fan", network=network, kind="mention", account=channel.remote_id, name="Jo", text="Look!")
    fans.write(channel, "Where can I buy it?", "Lea")
    workers.reads()
    found = {one.kind: one for one in Conversation.objects.all()}
    assert {kind: one.person_name for kind, one in found.items()} == {"comment": "Ana", "mention": "Jo", "message": "Lea"}
    assert found["comment"].publication == post

    for conversation in found.values():
        desk.answers(conversation, "Everywhere, and yes.")
        practice.fault("reset_after", {"id": channel.remote_id}, network=network, operation="any", path=SENDING[network])
        answer = workers.delivers(conversation.messages.get(mine=True))
        assert answer.status == Message.Status.SENT, answer.why
    workers.reads()

    assert [one.messages.count() for one in Conversation.objects.all()] == [2, 2, 2]
    assert len(fans.read(post)) == 2
    heard = practice.requests(network=network, account=channel.remote_id, method="POST", path=SENDING[network])
    assert len(heard) == 1 + 3, "our post and three answers, none sent twice"


SENDING = {"bluesky": r"createRecord$|sendMessage$", "mastodon": r"/api/v1/statuses$"}
