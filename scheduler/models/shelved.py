"""How the library is kept: its folders, and files that are still arriving in pieces."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Workspace


class Folder(models.Model):
    """A place in the library; a file lies in one or in none."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="folders")
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(name="one_folder_per_name", fields=["workspace", "name"])]

    def __str__(self) -> str:
        return self.name


class Upload(models.Model):
    """A file that arrives in pieces: `have` of `size` bytes are here, in `pieces` (names in the storage, in order).

    `mark` is what the browser tells the file by, so that it finds its way back after a lost connection. What the file is,
    its content says when all is here; then `asset` is set.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="uploads")
    by = models.ForeignKey(User, models.CASCADE, related_name="+")
    asset = models.ForeignKey("scheduler.Asset", models.CASCADE, null=True, related_name="+")
    folder = models.ForeignKey(Folder, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=200)
    mark = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField()
    have = models.PositiveBigIntegerField(default=0)
    pieces = models.JSONField(default=list)
    touched_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.have} of {self.size}"
