"""Files as the networks take them, made of the library's: kept once per file and profile."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from scheduler.models.said import Asset


class Rendition(models.Model):
    """An asset brought into a profile (`scheduler.library.fitting.plan.Profile.key`). The file and its measures are there when
    `state` is ready; `why` says in words of the tools why it failed.

    `touched_at` is when somebody last asked for it or worked on it: what is silent for long is begun again.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        WORKING = "working", _("Working")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="renditions")
    profile = models.CharField(max_length=80)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    percent = models.PositiveSmallIntegerField(default=0)
    why = models.TextField(blank=True)
    touched_at = models.DateTimeField(default=timezone.now)
    file = models.FileField(max_length=300, blank=True)
    mime_type = models.CharField(max_length=50, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_rendition_per_profile", fields=["asset", "profile"])]

    def __str__(self) -> str:
        return f"{self.asset_id} as {self.profile}: {self.state}"

    @property
    def is_being_made(self) -> bool:
        return self.state in (self.State.WAITING, self.State.WORKING)

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.READY
