"""What was said before a channel was connected: it is there to be read, but it is news to nobody.

No rule hears of it, no clock runs for it and no alarm counts it. What nobody has answered by then is open, all else is done.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from accounts.models import Channel
from connectors import connector
from connectors.base import ReadsBack
from inbox.models import Past


def begin(channels: Iterable[Channel]) -> None:
    """Have these new channels read back, as far as their networks show what was."""
    able = (one for one in channels if issubclass(connector(one.network), ReadsBack))
    # Some networks tell whole seconds: what is said in the second of connecting is news.
    moments = ((one, one.connected_at.replace(microsecond=0)) for one in able)
    rows = (Past(channel=one, began_at=at, reached_at=at) for one, at in moments)
    Past.objects.bulk_create(rows, ignore_conflicts=True)


def start(channel_id: UUID) -> datetime | None:
    """From when on the channel's utterances are news; None: all of them are."""
    return Past.objects.filter(channel=channel_id).values_list("began_at", flat=True).first()


def is_old(channel_id: UUID, sent_at: datetime) -> bool:
    since = start(channel_id)
    return since is not None and sent_at < since


def old() -> Exists:
    """For messages: whether each was said before its channel was connected."""
    return Exists(Past.objects.filter(channel=OuterRef("channel"), began_at__gt=OuterRef("sent_at")))
