"""Files that may be used only until a day: a licence, a model's release, a campaign's rules."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from connectors.data import Problem
from connectors.errors import Rejected
from scheduler.models import Asset


def lapsed(assets: Iterable[Asset], when: datetime, zone: ZoneInfo) -> Iterator[Problem]:
    """What keeps these files from being published at `when`. The last day counts whole, by the clocks of `zone`."""
    day = max(when, timezone.now()).astimezone(zone).date()
    for asset in assets:
        if asset.use_until and asset.use_until < day:
            text = _("%(name)s may not be used after %(day)s: choose another file, or an earlier time.")
            yield Problem("media", text % {"name": asset.name, "day": date_format(asset.use_until, "DATE_FORMAT")})


def refuse_lapsed(assets: Iterable[Asset], when: datetime, zone: ZoneInfo) -> None:
    """The same just before sending. Raises Rejected: a person must choose."""
    for problem in lapsed(assets, when, zone):
        raise Rejected(str(problem))
