"""A beat whose clock is set back (corrected, or of a restored machine) goes on instead of waiting for the old time."""

from typing import Any

from celery.beat import PersistentScheduler


class SteadyScheduler(PersistentScheduler):
    """As Celery's own, but a last run that lies in the future counts as one of this moment."""

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        now = self.app.now()
        ahead = [entry for entry in self.schedule.values() if entry.last_run_at and entry.last_run_at > now]
        for entry in ahead:
            entry.last_run_at = now
        if ahead:
            self._heap = None  # it is ordered by the old time
        return super().tick(*args, **kwargs)
