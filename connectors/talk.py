"""What people say on networks, and what can be done about it: the shapes that polling and webhooks bring."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

ATTACHED = "(attachment)"  # what a picture alone says: an empty line in the inbox would look like a fault


@dataclass(frozen=True)
class Span:
    """A part of the past: what was said or last touched from `since` to before `until`; of what goes on for longer (a
    conversation, the comments on a post), all since `oldest`."""

    since: datetime
    until: datetime
    oldest: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.since <= moment < self.until


@dataclass(frozen=True)
class Attachment:
    """What hangs on an utterance: `kind` is picture, video, audio, sticker or file; `url` where its bytes are.

    `remote_id` is the network's own; where a network has none, or tells it on one of its ways only, it is known by its place.
    """

    kind: str
    url: str
    remote_id: str = ""
    name: str = ""
    alt: str = ""


@dataclass(frozen=True)
class Person:
    """Somebody on a network."""

    remote_id: str
    name: str = ""
    username: str = ""
    picture_url: str = ""
    url: str = ""

    @property
    def mention(self) -> str:
        """What names this person in a text."""
        return f"@{self.username}"


@dataclass(frozen=True)
class Reaction:
    """What somebody reacts to a private message with: an emoji, or several in a row where a network lets one. Empty: it was
    taken back. `message` is the message's remote id, `at` when it was done."""

    message: str
    person: Person
    emoji: str
    at: datetime


@dataclass(frozen=True)
class Incoming:
    """One utterance on a network, somebody's or our own, as polling and webhooks both give it.

    `kind` is comment, mention, message or review. `thread` groups what belongs together (the top comment's id, the
    message thread's id). `post` is the remote id of our post that it is about, if any. `mine`: we said it. `edited`: the
    network says that it was changed. `likes`: how many like it or react to it; None: this way does not tell. `reactions`: all
    that there are to a private message; None: this way does not tell.
    """

    remote_id: str
    kind: str
    thread: str
    author: Person
    text: str
    sent_at: datetime
    post: str = ""
    parent: str = ""
    url: str = ""
    mine: bool = False
    deleted: bool = False
    edited: bool = False
    stars: int = 0
    recommends: bool | None = None
    attachments: tuple[Attachment, ...] = ()
    likes: int | None = None
    reactions: tuple[Reaction, ...] | None = None


class Moderation(StrEnum):
    """What can be done to something that was said, or to who said it. Each may be repeated: done twice is done once."""

    HIDE = "hide"
    UNHIDE = "unhide"
    LIKE = "like"
    UNLIKE = "unlike"
    DELETE = "delete"
    BLOCK = "block"


@dataclass(frozen=True)
class Leave:
    """Whether a network lets one answer something: `why_not` says why it does not (any more) and what to do, empty: it does.

    `until`: when its leave ends, None: never. `note`: what is special about an answer now, a sentence.
    """

    why_not: str = ""
    until: datetime | None = None
    note: str = ""


@dataclass(frozen=True)
class Hook:
    """One webhook delivery, verified: whose account it concerns and what is new there.

    `unread`: references to what it names without telling it; `Fetches.fetch` brings each. `reactions`: to private messages,
    each a change, which may come before its message.
    """

    account: str
    items: tuple[Incoming, ...] = ()
    unread: tuple[str, ...] = ()
    reactions: tuple[Reaction, ...] = ()
