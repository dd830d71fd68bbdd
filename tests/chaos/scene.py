"""A workspace on the stage: what is promised there, what the public saw of it in the end, and whether that is right."""

import io
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle

import redis
from django.db import connection
from django.utils import timezone
from PIL import Image

from accounts.models import Channel
from scheduler.models import Asset, Attempt, Publication, Status
from tests import cast
from tests.chaos.stage import CREW, Stage
from tests.sandbox.waiting import until
from tests.sandbox.youtube_channel import mp4

CHUNKS = 8  # of a large video: see chunk_size in hurry.py
EXPLAINED = (Publication.Fault.UNCONFIRMED, Publication.Fault.REJECTED, Publication.Fault.PARENT)


@dataclass
class Seen:
    """What the public sees: text -> ids of the posts or comments that say it."""

    ids: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def doubles(self) -> dict[str, list[str]]:
        return {text: ids for text, ids in self.ids.items() if len(ids) > 1}


class Scene:
    """One test's workspace with an editor; channels are made as they are asked for."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.practice = stage, stage.practice
        self.env: dict[str, str] = {}  # for the crew: see nursery.py
        self.kills_before = stage.kills
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE accounts_workspace, accounts_user CASCADE")
        self.redis = redis.Redis.from_url(stage.services.redis_url)
        self.redis.flushall()
        self.practice.control("POST", "reset")
        self.practice.control("POST", "limits", enforced=False)
        self.marketer = cast.Person(cast.member(cast.workspace(), "editor"))
        self._numbers = iter(range(1, 1_000_000))
        self._picture: Asset | None = None
        self._video: Asset | None = None

    def channels(self, network: str, count: int) -> list[Channel]:
        return [cast.channel(self.marketer.workspace, self.practice, network) for _ in range(count)]

    # -- promises --------------------------------------------------------------------------------------------------

    def text(self) -> str:
        """Words that nobody has said before."""
        return f"Ice cold, number {next(self._numbers)}"

    def promise(self, channel: Channel, after: float = 0.0, kind: str = "text") -> Publication:
        """A post `after` so many seconds. `kind`: text, photo, video, large video, thread, commented."""
        details: dict[str, object] = {}
        text = self.text()
        if kind == "photo":
            details["media"] = [self.picture]
        elif kind == "video":
            details |= {"media": [self.video], "options": {"title": text}}
        elif kind == "large video":
            details |= {"media": [self.marketer.uploads(mp4(size=CHUNKS * 256 * 1024), "fizz.mp4")], "options": {"title": text}}
        elif kind == "thread":
            details["thread"] = [self.text(), self.text()]
        elif kind == "commented":
            details["first_comment"] = self.text()
        when = timezone.now() + timedelta(seconds=after)
        return self.marketer.schedules(text, channel, when, **details)

    def promises(self, count: int, over: float, kinds: Iterable[tuple[Channel, str]]) -> None:
        """`count` posts, spread evenly over so many seconds, round and round through `kinds`."""
        for number, (channel, kind) in zip(range(count), cycle(list(kinds)), strict=False):
            self.promise(channel, over * number / count, kind)

    @property
    def picture(self) -> Asset:
        """A small photo in the library."""
        if self._picture is None:
            buffer = io.BytesIO()
            Image.new("RGB", (640, 480), "#f59f00").save(buffer, "PNG")
            self._picture = self.marketer.uploads(buffer.getvalue())
        return self._picture

    @property
    def video(self) -> Asset:
        """A tiny video in the library."""
        if self._video is None:
            self._video = self.marketer.uploads(mp4(), "drop.mp4")
        return self._video

    def begins(self, **env: str) -> None:
        """A crew of its own, that finds this in its environment (see nursery.py); it goes with the scene."""
        self.env = env
        self.stage.all_run(env)

    # -- what became of them ---------------------------------------------------------------------------------------

    def live(self) -> int:
        return Publication.objects.filter(due_at__isnull=False).count()

    def is_over(self) -> bool:
        """Whether the next scene can go on with this crew."""
        return not self.env and not self.live() and self.stage.crew.keys() == CREW.keys()

    def until_final(self, within: float) -> None:
        """Wait until every row is final; AssertionError names those that are stuck."""
        try:
            until(lambda: not self.live(), within)
        except AssertionError:
            stuck = Publication.objects.filter(due_at__isnull=False)
            told = [(str(one.status), one.text, one.attempt, one.looks, str(one.due_at), one.why) for one in stuck[:5]]
            raise AssertionError(f"{stuck.count()} rows stuck after {within:.0f} s, e.g. {told}") from None

    def seen(self) -> Seen:
        """The ledger of the practice networks: posts, and the comments below them."""
        seen = Seen()
        for network in ("x", "facebook", "youtube"):
            for post in self.practice.control("GET", "posts", network=network)["data"]:
                seen.ids[post["text"]].append(post["id"])
                for reply in post["replies"] if network != "x" else ():  # on X an answer is a post of its own
                    seen.ids[reply["text"]].append(reply["id"])
        return seen

    def statuses(self) -> Counter[str]:
        """How many rows ended how: status, with the fault of those that failed."""
        rows = Publication.objects.values_list("status", "fault")
        return Counter(f"{status} {fault}".strip() for status, fault in rows)

    def steps(self) -> dict[str, int]:
        """How often which step came out how."""
        return dict(Counter(f"{step} {outcome}" for step, outcome in Attempt.objects.values_list("step", "outcome")))

    def is_right(self) -> None:
        """Nothing twice, nothing lost: published is what is there once; failed is what is not there, or a person's to see."""
        seen = self.seen()
        assert not seen.doubles(), self._doubles(seen)
        for one in Publication.objects.prefetch_related("attempts"):
            there = seen.ids.get(one.text, [])
            story = f"{one.text!r} is {one.status} {one.fault} ({one.why}); there: {there}; {_life(one)}"
            if one.status == Status.PUBLISHED:
                assert there == [one.remote_id], story
            elif one.status == Status.CANCELLED:
                assert not there, story
            else:
                assert one.status == Status.FAILED, story
                assert one.fault in EXPLAINED, story
                assert one.why, story
                assert not there or one.fault == Publication.Fault.UNCONFIRMED, story

    def _doubles(self, seen: Seen) -> str:
        stories = {one.text: _life(one) for one in Publication.objects.filter(content__text__in=list(seen.doubles()))}
        return f"{len(stories)} posted twice: " + "; ".join(f"{text!r} ({life})" for text, life in stories.items())


def _life(publication: Publication) -> str:
    return ", ".join(f"{one.number} {one.step}: {one.outcome}" for one in publication.attempts.all())
