"""What people react to private messages with (Reaction)."""

from django.db import models
from django.db.models import Q

from accounts.models import Channel


class Reaction(models.Model):
    """What somebody reacts to a private message with, by the last word of it; `at` is when they did.

    It may be told before its message, so it knows that by the remote id and is shown as soon as it is there. `emoji` is empty
    where it was taken back: the row stays a while, so that nothing older brings the reaction back.
    """

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+", db_index=False)
    remote_id = models.CharField(max_length=300)
    person_id = models.CharField(max_length=200)
    person_name = models.CharField(max_length=200, blank=True)
    emoji = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")
        constraints = [
            models.UniqueConstraint(name="one_reaction_per_person", fields=["channel", "remote_id", "person_id"]),
            models.CheckConstraint(name="reaction_to_something", condition=~Q(remote_id="")),
        ]
        indexes = [models.Index(name="reaction_age", fields=["at"])]

    def __str__(self) -> str:
        return self.emoji
