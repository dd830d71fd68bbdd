"""Posts that come from a spreadsheet: the file, its rows, and the media that the rows name by address."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Workspace
from scheduler.models.planned import Label
from scheduler.models.said import Asset, Post


class Import(models.Model):
    """One file of posts. The rows are the work that is left: whoever finds one in its state does the next step with it.

    `headers` are the file's first line, `mapping` says which column of scheduler.bulk.columns each of them is (empty: none).
    `claimed_until` keeps a second worker away for a while; that no row is done twice is kept by the rows themselves.
    `new_labels` are the names of labels that were not there when it was checked, `labels` those that it made.
    """

    class State(models.TextChoices):
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked")
        IMPORTING = "importing", _("Being imported")
        DONE = "done", _("Imported")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")

    WORKING = (State.CHECKING, State.IMPORTING, State.UNDOING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="imports")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    read_as = models.CharField(max_length=100)
    language = models.CharField(max_length=12, default="en")
    headers = ArrayField(models.CharField(max_length=200))
    mapping = ArrayField(models.CharField(max_length=120, blank=True))
    drafts_only = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.CHECKING)
    new_labels = ArrayField(models.TextField(), default=list)
    labels = models.ManyToManyField(Label, related_name="+")
    why = models.TextField(blank=True, help_text=_("Why it stopped, for the user."))
    claimed_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-created_at",)
        indexes = [models.Index(name="imports_by_time", fields=["workspace", "-created_at"])]

    def __str__(self) -> str:
        return self.name

    @property
    def is_working(self) -> bool:
        return self.state in self.WORKING


class ImportRow(models.Model):
    """A line of the file. `number` is the one that a spreadsheet shows (the headers are 1), `cells` its texts.

    `problems` and `notes` are lists of {column, text}; the column is a header of the file, or empty. `made_at` is the
    post's `changed_at` when it was made: another one tells that a person has changed the post since.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Not checked yet")
        GOOD = "good", _("Ready")
        BAD = "bad", _("Problem")
        DONE = "done", _("Imported")
        UNDONE = "undone", _("Undone")
        KEPT = "kept", _("Kept")

    source = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    cells = models.JSONField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    problems = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    post = models.ForeignKey(Post, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("number",)
        constraints = [models.UniqueConstraint(name="one_import_row_per_line", fields=["source", "number"])]
        indexes = [models.Index(name="import_rows_by_state", fields=["source", "state", "number"])]

    def __str__(self) -> str:
        return f"{self.source_id} {self.number}: {self.state}"

    @property
    def words(self) -> str:
        """What the line says, in one."""
        return " · ".join(cell for cell in self.cells if cell)


class ImportFile(models.Model):
    """A picture or video that rows name by its address. `new`: the library did not have it before. `why`: for the user."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    source = models.ForeignKey(Import, models.CASCADE, related_name="files")
    address = models.CharField(max_length=2000)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    asset = models.ForeignKey(Asset, models.SET_NULL, null=True, related_name="+")
    new = models.BooleanField(default=False)
    why = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_import_file_per_address", fields=["source", "address"])]

    def __str__(self) -> str:
        return f"{self.address}: {self.state}"
