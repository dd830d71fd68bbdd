"""People who ask on the practice networks, and the inbox on the stage that answers them."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from celery import current_app
from django.utils import timezone
from kombu import pools

from accounts.models import Channel
from accounts.networks import bound
from connectors.data import Outgoing, Progress, Sent
from inbox import replying
from inbox.models import ON_ITS_WAY, Conversation, Message
from scheduler.models import Publication, Status
from tests.chaos.scene import Scene
from tests.inbox.desk import Fans, Workers
from tests.sandbox.waiting import until

DESKS = ("rest-1", "rest-2")


class Talks:
    """Conversations on a scene; two workers carry out what the inbox has to do, and this is their beat."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.stage, self.practice = scene, scene.stage, scene.practice
        self.fans = Fans(scene.practice)

    def all_work(self) -> None:
        """Start the workers; they take work as soon as they can."""
        for name in DESKS:
            self.stage.runs(name, kind="rest", **self.scene.env)

    def is_killed(self, name: str) -> None:
        """kill -9, and started again at once."""
        self.stage.dies(name)
        self.stage.runs(name, kind="rest", **self.scene.env)

    def all_are_killed(self) -> None:
        for name in DESKS:
            self.stage.dies(name)
        self.all_work()

    def rings(self, task: str = "ring_replies") -> None:
        """What beat does now and then; here as often as the workers keep up."""
        if not self.scene.redis.llen("sync"):
            current_app.send_task(f"inbox.tasks.{task}", queue="sync")

    # -- people ask, and are answered --------------------------------------------------------------------------------------

    def post(self, channel: Channel) -> Publication:
        """A post that is out."""
        text = self.scene.text()
        sent = bound(channel).publish(Outgoing("a key", text), Progress())
        assert isinstance(sent, Sent)
        now, draft = timezone.now(), self.scene.marketer.writes(text, channel)
        out = {"status": Status.PUBLISHED, "publish_at": now, "published_at": now, "remote_id": sent.remote_id}
        return Publication.objects.create(workspace=channel.workspace, post=draft, channel=channel, **out)

    def questions(self, post: Publication, count: int) -> list[Conversation]:
        """So many fans ask below a post, and the inbox has read it."""
        asked = [self.fans.comment(post, self.scene.text(), f"Fan {number}") for number in range(count)]
        Workers().reads()
        return list(Conversation.objects.filter(thread__in=asked))

    def answer(self, talk: Conversation) -> Message:
        """An answer that nobody takes back."""
        seen = talk.messages.latest("pk").pk
        reply = replying.answer(talk, self.scene.text(), seen, self.scene.marketer.member)
        Message.objects.filter(pk=reply.pk).update(due_at=timezone.now())
        return reply

    def on_their_way(self) -> int:
        self.rings()
        return Message.objects.filter(status__in=ON_ITS_WAY).count()

    def until_final(self, within: float = 60) -> None:
        """Ring until no answer is on its way."""
        try:
            until(lambda: not self.on_their_way(), within)
        except AssertionError:
            rows = Message.objects.filter(status__in=ON_ITS_WAY)
            stuck = [(one.text, one.status, one.tries, one.looks, str(one.due_at), one.why) for one in rows[:5]]
            raise AssertionError(f"{rows.count()} answers stuck after {within:.0f} s, e.g. {stuck}") from None

    # -- what became of it -------------------------------------------------------------------------------------------------

    def there(self) -> dict[str, list[str]]:
        """What the public sees below our posts: text -> ids of the comments that say it."""
        found: dict[str, list[str]] = defaultdict(list)
        for post in self.practice.control("GET", "posts", network="facebook")["data"]:
            for comment in post["replies"]:
                found[comment["text"]].append(comment["id"])
        return found

    def heard(self, channel: Channel) -> dict[str, tuple[str, str]]:
        """What the inbox has: id -> text, and what it stands below."""
        rows = Message.objects.filter(channel=channel, deleted=False).select_related("conversation")
        return {one.remote_id: (one.text, one.parent_remote_id or one.conversation.about) for one in rows}

    def each_is_there_once(self) -> None:
        """Sent is what is there once; failed is what a person has to look at, and is not there twice either."""
        there = self.there()
        for reply in Message.objects.filter(by__isnull=False):
            story = f"{reply.text!r} is {reply.status} ({reply.why}), {reply.tries} tries; there: {there[reply.text]}"
            if reply.status == Message.Status.SENT:
                assert there[reply.text] == [reply.remote_id], story
            else:
                assert reply.status == Message.Status.FAILED, story
                assert reply.why, story
                assert len(there[reply.text]) <= 1, story


@contextmanager
def talking(scene: Scene) -> Iterator[Talks]:
    """Talks whose workers are gone in the end: other scenes do not know them. This process's bells reach them meanwhile."""
    there = pools.producers[current_app.connection_for_write(scene.stage.services.redis_url)]
    try:
        with patch.object(current_app.amqp, "_producer_pool", there):
            yield Talks(scene)
    finally:
        for name in set(DESKS) & set(scene.stage.crew):
            scene.stage.dies(name)
