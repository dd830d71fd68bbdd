"""What hangs on what people say (Attachment): a copy of ours, because networks' addresses run out."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inbox.models.talks import Message


class Attachment(models.Model):
    """One thing that hangs on a message; `key` is the network's id of it, or its place where the network tells none.

    `source` is where the network has it. `due_at` is when it is to be fetched, NULL when it is there or was given up (`why`).
    `file` is its name in the media storage, `mime_type` what its bytes are; other than pictures, films and sounds are only
    ever given to be saved.
    """

    class Kind(models.TextChoices):
        PICTURE = "picture", _("Picture")
        VIDEO = "video", _("Video")
        AUDIO = "audio", _("Sound")
        STICKER = "sticker", _("Sticker")
        FILE = "file", pgettext_lazy("attachment", "File")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments", db_index=False)
    key = models.CharField(max_length=300)
    place = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    source = models.TextField()
    name = models.CharField(max_length=200, blank=True)
    alt = models.TextField(blank=True)
    file = models.CharField(max_length=300, blank=True)
    mime_type = models.CharField(max_length=60, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True, default=timezone.now)
    tries = models.PositiveIntegerField(default=0)
    why = models.TextField(blank=True)

    class Meta:
        ordering = ("place", "key")
        constraints = [models.UniqueConstraint(name="one_attachment_per_key", fields=["message", "key"])]
        indexes = [models.Index(name="attachment_due", fields=["due_at"], condition=Q(due_at__isnull=False))]

    def __str__(self) -> str:
        return self.name or self.kind
