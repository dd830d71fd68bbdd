"""What is promised of every connector that does more to what people said than answer it: done twice is done once."""

from datetime import UTC, datetime, timedelta

import pytest

from connectors import NETWORKS, connector
from connectors.base import Inbox, Moderates, Replies
from connectors.catalogue import moderations
from connectors.talk import Incoming, Moderation
from tests.contract.stage import Stage

ORDER = [one for one in Moderation if one not in (Moderation.DELETE, Moderation.BLOCK)]  # what leaves it where it is
ABLE = [network for network in NETWORKS if moderations(connector(network))]


@pytest.mark.parametrize("network", ABLE)
def test_every_deed_may_be_repeated(stage: Stage, network: str) -> None:
    post = stage.published(stage.post(stage.cast.samples[0])).remote_id
    stage.fan("comment", "You are ugly.", post)
    said = heard(stage, post)
    asked = stage.connector()
    assert isinstance(asked, Moderates)
    for deed in [*(one for one in ORDER if one in asked.moderations), *(asked.moderations & {Moderation.BLOCK})]:
        for _twice in range(2):
            asked.moderate(deed, said)


@pytest.mark.parametrize("network", [network for network in ABLE if Moderation.DELETE in moderations(connector(network))])
def test_an_own_answer_is_deleted(stage: Stage, network: str) -> None:
    post = stage.published(stage.post(stage.cast.samples[0])).remote_id
    stage.fan("comment", "How cold?", post)
    said = heard(stage, post)
    asked = stage.connector()
    assert isinstance(asked, Moderates)
    assert isinstance(asked, Replies)
    answer = asked.reply(said, "Very!", "key-1")
    ours = Incoming(answer.remote_id, said.kind, said.thread, said.author, "Very!", datetime.now(UTC), said.post, mine=True)
    for _twice in range(2):
        asked.moderate(Moderation.DELETE, ours)
    shown = next(shown for shown in stage.shown() if shown["id"] == post)
    assert [reply["ours"] for reply in shown["replies"]] == [False]


def heard(stage: Stage, post: str) -> Incoming:
    inbox = stage.connector()
    assert isinstance(inbox, Inbox)
    (said,) = inbox.incoming(datetime.now(UTC) - timedelta(minutes=1), [post])
    return said
