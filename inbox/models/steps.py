"""What became of an answer on its way to the network (Step)."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import User
from inbox.models.talks import Message


class Step(models.Model):
    """One step of an answer's delivery as it happened; written once (a trigger refuses changes), gone with its message.

    `number` is the try that it belongs to, `why` the sentence that was told with it: never the network's own words. `by`: the
    person who decided it, where one did.
    """

    class What(models.TextChoices):
        SENDING = "sending"
        SENT = "sent"
        UNREADY = "unready", "not asked at all"
        NOT_NOW = "not now"
        REFUSED = "refused"
        UNAUTHORIZED = "unauthorized"
        UNKNOWN = "unknown"
        LOST = "lost", "the worker died"
        FOUND = "found", "at a look"
        READ = "read", "with whatever else people say"
        ABSENT = "absent"
        PROVED_ABSENT = "proved absent", "absent at a second look"
        LOOK_FAILED = "look failed"
        UNTOLD = "untold", "a person must look"
        EXHAUSTED = "exhausted"
        RESENT = "resent"

    message = models.ForeignKey(Message, models.CASCADE, related_name="steps", db_index=False)
    what = models.CharField(max_length=16)
    number = models.PositiveIntegerField()
    why = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("pk",)
        indexes = [
            models.Index(name="steps_of", fields=["message", "id"]),
            models.Index(name="step_by", fields=["by"], condition=Q(by__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.what}"
