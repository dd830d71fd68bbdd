"""More of what goes between SMO and a network about what people say: parts of the past."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Span:
    """A part of the past: what was said or last touched from `since` to before `until`; of what goes on for longer (a
    conversation, the comments on a post), all since `oldest`."""

    since: datetime
    until: datetime
    oldest: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.since <= moment < self.until
