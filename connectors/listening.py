"""More of what goes between SMO and a network about what people say: parts of the past, what hangs on an utterance, what
may be done with it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
