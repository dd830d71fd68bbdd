"""X's rate limits: fixed windows of 15 minutes per user, a budget of 24 hours per app, told in headers.
https://docs.x.com/x-api/fundamentals/rate-limits"""

from __future__ import annotations

import time
from dataclasses import dataclass

from sandbox import clock

WINDOW = 15 * 60.0
DAY = 24 * 3600.0
PER_USER = {
    "post": 100,
    "delete": 50,
    "timeline": 900,
    "mentions": 300,
    "search": 300,
    "lookup": 5000,
    "lookup_one": 900,
    "me": 75,
    "user": 900,
    "people": 900,
    "hide": 50,
    "like": 50,
    "dm_block": 15,
    "dm_read": 15,
    "dm_write": 15,
    "upload": 500,
    "chunk": 1875,
    "upload_status": 1000,
    "metadata": 500,
    "webhooks": 450,
    "activity": 500,
}
PER_APP_AND_DAY = {
    "post": 10_000,
    "upload": 50_000,
    "metadata": 50_000,
    "chunk": 180_000,
    "upload_status": 100_000,
    "dm_write": 1440,
}


@dataclass(slots=True)
class Budget:
    """What is left of a window."""

    limit: int
    used: int
    ends: float

    def headers(self, prefix: str) -> dict[str, str]:
        """The three headers. The reset is in the caller's time: the practice clock may have been moved."""
        reset = int(time.time() + max(0.0, self.ends - clock.now())) + 1
        left = max(0, self.limit - self.used)
        return {f"{prefix}-limit": str(self.limit), f"{prefix}-remaining": str(left), f"{prefix}-reset": str(reset)}


class Limits:
    """Counters in memory: a restart of the practice server gives everybody a fresh window."""

    def __init__(self) -> None:
        self.budgets: dict[tuple[str, str], Budget] = {}

    def count(self, name: str, user: str, app: str, enforced: bool) -> tuple[dict[str, str], bool]:
        """Count one call: the headers for its answer, and whether it is one too many."""
        mine = self._budget(name, user, PER_USER[name], WINDOW)
        headers, refused = _take(mine, "x-rate-limit", enforced)
        if name in PER_APP_AND_DAY:
            ours = self._budget(name, f"app {app}", PER_APP_AND_DAY[name], DAY)
            more, also = _take(ours, "x-app-limit-24hour", enforced)
            headers, refused = headers | more, refused or also
        return headers, refused

    def forget(self, user: str = "") -> None:
        """Fresh windows for one user, or for all."""
        for key in [key for key in self.budgets if not user or key[1] == user]:
            del self.budgets[key]

    def _budget(self, name: str, whose: str, limit: int, length: float) -> Budget:
        budget = self.budgets.get((name, whose))
        if budget is None or budget.ends <= clock.now():
            budget = self.budgets[name, whose] = Budget(limit, 0, clock.now() + length)
        return budget


def _take(budget: Budget, prefix: str, enforced: bool) -> tuple[dict[str, str], bool]:
    refused = enforced and budget.used >= budget.limit
    if enforced and not refused:
        budget.used += 1
    return budget.headers(prefix), refused
