"""How much of its allowance a Page or the app has used, told in headers on every answer.
https://developers.facebook.com/docs/graph-api/overview/rate-limiting"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from sandbox.facebook.errors import too_many_calls

if TYPE_CHECKING:
    from sandbox.facebook.network import Facebook

CALLS_PER_ENGAGED_USER = 4_800  # in 24 hours, for a Page's token
CALLS_PER_APP_USER = 200  # in an hour, for people's and the app's tokens
ENGAGED_USERS, APP_USERS = 1_000.0, 100


class Usage:
    """Calls counted per owner and hour; in memory, for they are worth nothing after a restart."""

    def __init__(self) -> None:
        self.calls: defaultdict[str, Counter[int]] = defaultdict(Counter)

    def count(self, net: Facebook, owner: str) -> None:
        """One more call; those made while blocked count as well, so that they prolong the block."""
        self.calls[owner][int(net.now() // 3600)] += 1

    def percent(self, net: Facebook, owner: str) -> int:
        """How much is used up."""
        hour = int(net.now() // 3600)
        page = net.docs.get("account", owner)
        if page is None:
            return int(100 * self.calls[owner][hour] / (CALLS_PER_APP_USER * APP_USERS))
        made = sum(count for when, count in self.calls[owner].items() if hour - 24 < when <= hour)
        return int(100 * made / (CALLS_PER_ENGAGED_USER * float(page.get("engaged_users", ENGAGED_USERS))))

    def check(self, net: Facebook, owner: str, is_page: bool) -> None:
        """Raise 80001 or 4 when nothing is left."""
        self.count(net, owner)
        if net.enforces_limits and self.percent(net, owner) > 100:
            raise too_many_calls(owner if is_page else "", 60)


def headers(owner: str, percent: int, minutes: int = 0) -> list[tuple[bytes, bytes]]:
    """`X-App-Usage` and `X-Business-Use-Case-Usage`, in percent; `minutes` until access is regained."""
    used = {"call_count": percent, "total_cputime": percent // 4, "total_time": percent // 4}
    pages = {owner: [{"type": "pages", **used, "estimated_time_to_regain_access": minutes}]} if owner else {}
    app = dict.fromkeys(used, percent // 10) if owner else used
    return [
        (b"x-app-usage", json.dumps(app).encode()),
        (b"x-business-use-case-usage", json.dumps(pages).encode()),
    ]
