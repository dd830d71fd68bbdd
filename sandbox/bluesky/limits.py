"""Rate limits in windows that roll by the clock, told in headers. https://docs.bsky.app/docs/advanced-guides/rate-limits"""

from __future__ import annotations

import time
from dataclasses import dataclass

from sandbox import clock
from sandbox.bluesky.calls import XrpcError

POINTS = {"create": 3, "update": 2, "delete": 1}
EVERY_CALL = (3000, 300.0)  # per caller's address
PER_ACCOUNT = {
    "points": ((5000, 3600.0), (35_000, 86_400.0)),
    "session": ((30, 300.0), (300, 86_400.0)),
    "blob": ((1000, 86_400.0),),
}


@dataclass(slots=True)
class Budget:
    """What is left of a window."""

    limit: int
    window: float
    ends: float
    used: int = 0

    @property
    def left(self) -> int:
        return max(0, self.limit - self.used)

    def headers(self) -> dict[str, str]:
        """The four headers. The reset is in the caller's time: the practice clock may have been moved."""
        reset = int(time.time() + max(0.0, self.ends - clock.now())) + 1
        policy = f"{self.limit};w={self.window:.0f}"
        told = {"Limit": str(self.limit), "Remaining": str(self.left), "Reset": str(reset), "Policy": policy}
        return {f"RateLimit-{name}": value for name, value in told.items()}


class Limits:
    """Counters in memory: a restart of the practice server gives everybody a fresh window."""

    def __init__(self) -> None:
        self.budgets: dict[tuple[str, str, float], Budget] = {}
        self.last: dict[str, Budget] = {}

    def count(self, bucket: str, account: str, caller: str, enforced: bool, weight: int = 1) -> None:
        """Take from every window that the call falls into, or refuse it. 'points' are taken by the repo itself."""
        rules = [("call", caller, EVERY_CALL)] if caller else []
        rules += [(bucket, account, rule) for rule in PER_ACCOUNT.get(bucket, ())]
        budgets = [self._budget(name, owner, *rule) for name, owner, rule in rules]
        tightest = min(budgets, key=lambda budget: budget.left, default=None)
        if tightest:
            self.last[account] = tightest
        if enforced and tightest and any(budget.left < weight for budget in budgets):
            raise XrpcError("RateLimitExceeded", "Rate Limit Exceeded", 429)
        for budget in budgets:
            budget.used += weight

    def headers(self, account: str) -> dict[str, str]:
        """Of the tightest window that the account's last call fell into."""
        budget = self.last.get(account)
        return budget.headers() if budget else {}

    def forget(self, account: str = "") -> None:
        """Fresh windows for one account, or for all."""
        kept = {key: budget for key, budget in self.budgets.items() if account and key[1] != account}
        self.budgets, self.last = kept, {}

    def _budget(self, name: str, owner: str, limit: int, window: float) -> Budget:
        key = (name, owner, window)
        found = self.budgets.get(key)
        if found is None or found.ends <= clock.now():
            found = self.budgets[key] = Budget(limit, window, clock.now() + window)
        return found
