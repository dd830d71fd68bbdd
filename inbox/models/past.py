"""How far the history of a new channel has been read (Past)."""

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from accounts.models import Channel

HISTORY = timedelta(days=30)


class Past(models.Model):
    """What was said before a channel was connected (`began_at`) has been read from then back to `reached_at`.

    `due_at`: when to go on; NULL: it is done, or given up where `why` says so. `tries` counts the failures since the last step.
    """

    channel = models.OneToOneField(Channel, models.CASCADE, primary_key=True, related_name="past")
    began_at = models.DateTimeField()
    reached_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, default=timezone.now)
    tries = models.PositiveIntegerField(default=0)
    why = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(name="past_due", fields=["due_at"], condition=models.Q(due_at__isnull=False))]

    def __str__(self) -> str:
        return f"{self.days} of {HISTORY.days} days"

    @property
    def oldest(self) -> datetime:
        return self.began_at - HISTORY

    @property
    def days(self) -> int:
        """How many have been read."""
        return (self.began_at - self.reached_at).days

    @property
    def of(self) -> int:
        return HISTORY.days

    @property
    def goes_on(self) -> bool:
        return self.due_at is not None

    @property
    def is_shown(self) -> bool:
        """Whether there is something to say of it: it goes on, or it failed."""
        return self.goes_on or bool(self.why)
