"""What people say, told twice and in any order, while Redis forgets and workers die: in the end the inbox is what is there."""

import os
import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts import connecting
from accounts.models import Channel
from accounts.networks import bound
from connectors.base import Hooks
from inbox.models import Cursor, Event, Message
from scheduler.models import Publication
from tests.chaos.talks import DESKS, Talks
from tests.inbox.deliveries import deliver
from tests.sandbox.callback import Callback, listening
from tests.sandbox.waiting import until

pytestmark = pytest.mark.chaos
DEEDS = 600 if os.environ.get("SMO_CHAOS") == "long" else 40
SIGNED = "x-hub-signature-256"


def test_in_the_end_the_inbox_is_what_is_on_the_network(talks: Talks) -> None:
    webhooks_go_astray(talks, DEEDS)


def webhooks_go_astray(talks: Talks, deeds: int) -> None:
    """Each delivery comes twice, none in its turn; every now and then Redis is emptied or a worker killed, once both, and
    what is delivered then has no bell."""
    (page,) = talks.scene.channels("facebook", 1)
    with listening(lambda asked: asked["hub.challenge"]) as callback:
        town, post = Town(talks, page, [talks.post(page), talks.post(page)]), Postman(callback)
        listen(page, callback)
        talks.all_work()
        for number in range(deeds):
            town.does_something()
            post.brings(2)
            if number % 20 == 10:
                talks.is_killed(random.choice(DESKS))
            elif number == deeds // 2:
                town.loses_a_thread()
                talks.all_are_killed()
                post.brings(4)
            if number % 10 == 0:
                talks.scene.redis.flushall()
            talks.rings("sync_due")
        until(lambda: post.collects() >= town.told)
        post.brings(deeds * 4)
    talks.scene.redis.flushall()
    until_heard(talks)

    assert talks.heard(page) == town.said()
    assert not Message.objects.exclude(text="").filter(deleted=True).exists()
    assert trees_are_whole()


def listen(page: Channel, callback: Callback) -> None:
    network = bound(page)
    assert isinstance(network, Hooks)
    network.subscribe(callback.url, connecting.hook_secret(page.network, True))


def until_heard(talks: Talks) -> None:
    """All deliveries are worked out, and the net under them has been drawn once more: not waited for, but due now."""

    def worked() -> bool:
        talks.rings("sync_due")
        return not Event.objects.filter(due_at__isnull=False).exists()

    def read() -> bool:
        talks.rings("sync_due")
        return not Cursor.objects.filter(due_at__lte=asked + timedelta(seconds=30)).exists()

    until(worked, 30)
    asked = timezone.now()
    Cursor.objects.update(due_at=asked)
    until(read, 30)


def trees_are_whole() -> bool:
    """Whether answers are in the conversation of what they answer."""
    places = dict(Message.objects.values_list("remote_id", "conversation"))
    below = Message.objects.exclude(parent_remote_id="").values_list("parent_remote_id", "conversation")
    return all(places[parent] == place for parent, place in below)


@dataclass
class Postman:
    """Brings each delivery of the network twice, in an order of his own."""

    callback: Callback
    seen: set[bytes] = field(default_factory=set)
    bag: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def collects(self) -> int:
        """How many different ones there were."""
        while self.callback.received:
            letter = self.callback.received.pop()
            self.seen.add(letter[1])
            self.bag += [letter, letter]
        return len(self.seen)

    def brings(self, count: int) -> None:
        self.collects()
        for _ in range(min(count, len(self.bag))):
            headers, body = self.bag.pop(random.randrange(len(self.bag)))
            assert deliver(body, headers[SIGNED]).status_code == 200


class Town:
    """Fans who comment, answer each other, change their minds and write to us."""

    def __init__(self, talks: Talks, page: Channel, posts: list[Publication]) -> None:
        self.talks, self.page, self.posts = talks, page, posts
        self.writers: dict[str, str] = {}  # of each comment that is there
        self.tops: dict[str, str] = {}  # what it stands below: on Facebook an answer to an answer stands beside it
        self.told = 0

    def does_something(self) -> None:
        deeds = (self.comments, self.comments, self.answers, self.answers, self.edits, self.deletes, self.writes)
        deed = random.choice(deeds) if self.writers else self.comments
        deed()
        self.told += 1

    def fan(self, kind: str, target: str, who: str) -> str:
        given: dict[str, Any] = {"network": "facebook", "kind": kind, "post": target, "name": who}
        return str(self.talks.practice.control("POST", "fan", text=self.talks.scene.text(), **given)["id"])

    def comments(self) -> None:
        self._says(random.choice(self.posts).remote_id, "")

    def answers(self) -> None:
        to = self._any()
        self._says(to, self.tops[to] or to)

    def _says(self, target: str, top: str) -> None:
        who = f"Fan {random.randrange(9)}"
        made = self.fan("comment", target, who)
        self.writers[made], self.tops[made] = who, top

    def _any(self) -> str:
        return random.choice(list(self.writers))

    def edits(self) -> None:
        one = self._any()
        self.fan("edit", one, self.writers[one])

    def deletes(self) -> None:
        """On Facebook the answers to a comment go with it."""
        self._loses(self._any())

    def loses_a_thread(self) -> None:
        """A comment that was answered is deleted."""
        self.comments()
        self.answers()
        self.told += 3
        self._loses(next(top or one for one, top in reversed(self.tops.items())))

    def _loses(self, gone: str) -> None:
        self.fan("delete", gone, self.writers[gone])
        for one in [one for one, top in self.tops.items() if gone in (one, top)]:
            del self.writers[one], self.tops[one]

    def writes(self) -> None:
        self.talks.fans.write(self.page, self.talks.scene.text(), f"Fan {random.randrange(9)}")

    def ledger(self) -> list[dict[str, Any]]:
        return self.talks.practice.posts("facebook", {"id": self.page.remote_id})

    def said(self) -> dict[str, tuple[str, str]]:
        """What is on the network: id -> text, and what it stands below."""
        found = {one["id"]: (one["text"], one["parent"]) for post in self.ledger() for one in post["replies"]}
        written = self.talks.practice.control("GET", "messages", network="facebook", account=self.page.remote_id)["data"]
        return found | {one["id"]: (one["text"], "") for one in written}
