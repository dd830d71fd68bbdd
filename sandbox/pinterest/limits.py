"""Pinterest's rate limits: per minute for each user of an app, or 1000 calls a day for an app on trial.
https://developers.pinterest.com/docs/reference/rate-limits/

The headers' names are as seen in practice, their reset in seconds from now.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from sandbox import clock

MINUTE, DAY = 60.0, 86_400.0
PER_MINUTE = {"org_read": 1000, "org_write": 100}
TRIAL_A_DAY = 1000


@dataclass(slots=True)
class Window:
    """What has been used of an allowance."""

    limit: int
    ends: float
    used: int = 0

    def headers(self) -> dict[str, str]:
        """How it stands."""
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(0, self.limit - self.used)),
            "X-RateLimit-Reset": str(max(1, math.ceil(self.ends - clock.now()))),
        }


class Limits:
    """Counters in memory: a restart of the practice server gives everybody a fresh window."""

    def __init__(self) -> None:
        self.windows: dict[tuple[str, str], Window] = {}

    def count(self, category: str, user: str, app: str, trial: bool, enforced: bool) -> tuple[dict[str, str], bool]:
        """Count one call: the headers for its answer, and whether it is one too many."""
        if trial:
            window = self._window(("trial", app), TRIAL_A_DAY, DAY)
        else:
            window = self._window((category, f"{user} {app}"), PER_MINUTE[category], MINUTE)
        refused = enforced and window.used >= window.limit
        if enforced and not refused:
            window.used += 1
        return window.headers(), refused

    def forget(self, user: str = "") -> None:
        """Fresh windows for one user, or for all."""
        for key in [key for key in self.windows if not user or key[1].startswith(f"{user} ")]:
            del self.windows[key]

    def _window(self, key: tuple[str, str], limit: int, length: float) -> Window:
        window = self.windows.get(key)
        if window is None or window.ends <= clock.now():
            window = self.windows[key] = Window(limit, clock.now() + length)
        return window
