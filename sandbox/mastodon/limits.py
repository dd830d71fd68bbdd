"""The server's rate limits: fixed windows, told in headers whose reset is an ISO time.
https://docs.joinmastodon.org/api/rate-limits/"""

from __future__ import annotations

import time
from dataclasses import dataclass

from sandbox import clock

MINUTE = 60.0
PER_TOKEN, PER_ACCOUNT, UPLOADS, DELETES, STATUSES = "token", "account", "uploads", "deletes", "statuses"
BUDGETS = {
    PER_TOKEN: (300, 5 * MINUTE),
    PER_ACCOUNT: (1500, 5 * MINUTE),
    UPLOADS: (30, 30 * MINUTE),
    DELETES: (30, 30 * MINUTE),
    STATUSES: (300, 180 * MINUTE),
}


@dataclass(slots=True)
class Budget:
    """What is used of a window."""

    limit: int
    used: int
    ends: float

    @property
    def left(self) -> int:
        return max(0, self.limit - self.used)

    def headers(self) -> dict[str, str]:
        """The three headers. The reset is in the caller's time: the practice clock may have been moved."""
        return told(self.limit, self.left, max(0.0, self.ends - clock.now()))


def told(limit: int, left: int, seconds: float) -> dict[str, str]:
    """Rate headers for a window that ends in `seconds`."""
    reset = clock.iso_millis(time.time() + seconds)
    return {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(left), "X-RateLimit-Reset": reset}


class Limits:
    """Counters in memory: a restart gives everybody a fresh window."""

    def __init__(self) -> None:
        self.budgets: dict[tuple[str, str], Budget] = {}

    def count(self, account: str, token: str, special: str, enforced: bool) -> tuple[dict[str, str], bool]:
        """Count one call: the headers of the closest budget, and whether it is one too many."""
        mine = [self._budget(PER_TOKEN, token), self._budget(PER_ACCOUNT, account)]
        mine += [self._budget(special, account)] if special else []
        refused = enforced and any(not budget.left for budget in mine)
        for budget in mine if enforced and not refused else ():
            budget.used += 1
        return min(mine, key=lambda budget: budget.left).headers(), refused

    def forget(self, account: str = "") -> None:
        """Fresh windows for one account (its tokens' go on), or for all."""
        for key in [key for key in self.budgets if not account or key[1] == account]:
            del self.budgets[key]

    def _budget(self, name: str, whose: str) -> Budget:
        budget = self.budgets.get((name, whose))
        if budget is None or budget.ends <= clock.now():
            limit, length = BUDGETS[name]
            budget = self.budgets[name, whose] = Budget(limit, 0, clock.now() + length)
        return budget
