"""What was seen when a promise was looked at once more, shortly before its time."""

from django.db import models
from django.utils import timezone

from scheduler.models.promised import Publication


class Recheck(models.Model):
    """The last look at a publication before it goes out. It counts for the `promise` that it was made for, no other.

    `problems` are sentences for the user; empty: all is well.
    """

    publication = models.OneToOneField(Publication, models.CASCADE, primary_key=True, related_name="recheck")
    promise = models.DateTimeField()
    problems = models.JSONField(default=list)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(name="rechecks_with_problems", fields=["at"], condition=~models.Q(problems=[]))]

    def __str__(self) -> str:
        return f"{self.publication_id}: {len(self.problems)}"
