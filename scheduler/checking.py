"""What the composer says while somebody types: does it fit, what is missing and where, how will it look.

Every number and sentence comes from the connectors, through `scheduler.compose`; a slot is the name of a place in the form.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounts.models import Channel
from connectors import connector
from connectors.data import Problem
from scheduler.compose import Wording, problems, wording
from scheduler.forms import OPTION
from scheduler.models import Audience, Post

SHARED = ("link", "first_comment")
NEAR = 0.9  # from here on a count is shown as nearly full


@dataclass(frozen=True)
class Count:
    """How long a text is, as its network counts it."""

    length: int
    limit: int
    unit: str

    @property
    def left(self) -> int:
        return self.limit - self.length

    @property
    def tone(self) -> str:
        return "over" if self.left < 0 else "near" if self.length >= NEAR * self.limit else ""


@dataclass(frozen=True)
class Check:
    """One channel's verdict: the count of its text, and its problems as pairs of slot and sentence."""

    channel: Channel
    audience: Audience | None
    wording: Wording
    count: Count
    problems: tuple[tuple[str, str], ...]

    @property
    def fits(self) -> bool:
        return not self.problems


def check(post: Post, channel: Channel, audience: Audience | None = None) -> Check:
    """Everything that the connector has to say about `post` on `channel`."""
    said = wording(post, channel, audience)
    found = tuple((slot(post, channel.network, one), str(one)) for one in problems(post, channel, audience))
    return Check(channel, audience, said, count(channel.network, said.text), found)


def parts(network: str, thread: Iterable[str]) -> tuple[Count, ...]:
    return tuple(count(network, text) for text in thread)


def count(network: str, text: str) -> Count:
    """As the network counts it."""
    found = connector(network)
    return Count(found.checker().length(text), found.limits.text, found.limits.unit)


def slot(post: Post, network: str, problem: Problem) -> str:
    """The place in the form at which a connector's problem belongs: the network's own text or media, else the post's."""
    if problem.field in SHARED:
        return problem.field
    if problem.field in ("text", "media"):
        own = any(one.network == network and getattr(one, problem.field) is not None for one in post.variants.all())
        return f"{network}-{problem.field}" if own else problem.field
    if problem.field == "thread":
        return f"{network}-thread"
    if any(option.name == problem.field for option in connector(network).options):
        return f"{network}-{OPTION}{problem.field}"
    return "channels"


def by_slot(checks: Sequence[Check]) -> dict[str, list[str]]:
    """All problems by their places, each sentence once."""
    found: dict[str, list[str]] = {}
    for one in checks:
        for place, sentence in one.problems:
            if sentence not in found.setdefault(place, []):
                found[place].append(sentence)
    return found


def is_blank(post: Post) -> bool:
    """Nobody has said anything yet: too early to complain."""
    return not (post.text.strip() or post.link or post.media.all() or any(one.text for one in post.variants.all()))
