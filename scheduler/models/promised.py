"""The promise that a post appears on a channel at a time, and every try to keep it.

`scheduler.machine.moving.move` is the only writer of `status`; PostgreSQL holds the invariants.
"""

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Channel, Workspace
from scheduler.models.planned import Audience, Campaign
from scheduler.models.said import Post


class Status(models.TextChoices):
    SCHEDULED = "scheduled", _("Scheduled")
    PREPARING = "preparing", _("Preparing")
    READY = "ready", _("Ready")
    SENDING = "sending", _("Sending")
    CONFIRMING = "confirming", _("Checking")
    PUBLISHED = "published", _("Published")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


LIVE = (Status.SCHEDULED, Status.PREPARING, Status.READY, Status.SENDING, Status.CONFIRMING)
# It has come to an end that people should hear of, and nobody was told of the end of this promise.
UNTOLD = (Q(status="failed") | Q(status="cancelled") & ~Q(why="")) & (Q(told_for=None) | ~Q(told_for=F("publish_at")))
_LIVE = Q(status__in=[str(status) for status in LIVE])


class Publication(models.Model):
    """One post on one channel (for one audience, where the network can target).

    `publish_at` is the promise that people see. `due_at` is the machine's only clock: when somebody must look at
    the row next; it is schedule, back-off and lease at once, and NULL exactly in the final states. `content` is
    frozen when it is scheduled: {text, link, options, media: [{asset, alt, fit, cover, captions, language}], targeting,
    comment}. `kept` is what preparing has reached. `why` says in a sentence why it failed, `fault` in a word: see Fault.
    """

    class Fault(models.TextChoices):
        NONE = "", _("none")
        REJECTED = "rejected", _("refused by the network")
        UNCONFIRMED = "unconfirmed", _("nobody can say whether it is there")
        MISSED = "missed", _("too late")
        PARENT = "parent", _("the post before it did not go out")
        EXHAUSTED = "exhausted", _("tried too often")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="publications", db_index=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="publications", db_index=False)
    campaign = models.ForeignKey(Campaign, models.SET_NULL, null=True, related_name="publications", db_index=False)
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="publications")
    audience = models.ForeignKey(Audience, models.SET_NULL, null=True, related_name="+", db_index=False)
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children", db_index=False)
    part = models.PositiveSmallIntegerField(default=0, help_text="0: the post; 1, 2, ...: what follows it")
    content = models.JSONField(default=dict)
    with_media = models.BooleanField(default=False, help_text="Preparing uploads files: the media workers do it.")

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.SCHEDULED, editable=False)
    publish_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    attempt = models.PositiveIntegerField(default=0)
    looks = models.PositiveIntegerField(default=0)
    doubt_since = models.DateTimeField(null=True, help_text="When the first call that may have arrived began.")
    absent_at = models.DateTimeField(null=True, help_text="When a look first found nothing.")
    kept = models.JSONField(default=dict)
    handle = models.CharField(max_length=500, blank=True)
    remote_id = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=1000, blank=True)
    fault = models.CharField(max_length=12, choices=Fault.choices, default=Fault.NONE, blank=True)
    why = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True)
    told_for = models.DateTimeField(null=True, help_text="The promise of whose end people have been told.")

    class Meta:
        ordering = ("publish_at", "part")
        constraints = [
            models.CheckConstraint(
                name="due_exactly_while_live",
                condition=(_LIVE & Q(due_at__isnull=False)) | (~_LIVE & Q(due_at__isnull=True)),
            ),
            models.CheckConstraint(name="published_has_remote_id", condition=~Q(status="published") | ~Q(remote_id="")),
            models.UniqueConstraint(
                name="one_promise_per_place",
                fields=["post", "channel", "audience", "part"],
                condition=~Q(status="cancelled"),
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                name="one_publication_per_remote_id", fields=["channel", "remote_id"], condition=~Q(remote_id="")
            ),
            models.UniqueConstraint(name="one_sending_per_channel", fields=["channel"], condition=Q(status="sending")),
        ]
        # Each move writes into every index, so there are few: `post` is found by one_promise_per_place, `workspace` by the
        # calendar's, and what most rows do not have is indexed only where they have it.
        indexes = [
            models.Index(name="publication_campaign", fields=["campaign"], condition=Q(campaign__isnull=False)),
            models.Index(name="publication_audience", fields=["audience"], condition=Q(audience__isnull=False)),
            models.Index(name="publication_parent", fields=["parent"], condition=Q(parent__isnull=False)),
            models.Index(name="publication_due", fields=["due_at", "channel"], condition=_LIVE),  # for the bell's first look
            models.Index(name="publication_due_there", fields=["channel", "due_at"], condition=Q(due_at__isnull=False)),
            models.Index(name="publication_calendar", fields=["workspace", "publish_at"]),
            models.Index(name="publication_failed", fields=["workspace", "publish_at"], condition=Q(status="failed")),
            models.Index(name="publication_untold", fields=["workspace"], condition=UNTOLD),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} on {self.channel_id}: {self.status}"

    @property
    def key(self) -> str:
        """The same at every attempt: the idempotency key."""
        return self.id.hex

    @property
    def text(self) -> str:
        return str(self.content.get("text", ""))

    @property
    def is_comment(self) -> bool:
        return bool(self.content.get("comment"))

    @property
    def is_final(self) -> bool:
        return self.due_at is None

    @property
    def status_label(self) -> Any:
        return Status(self.status).label


class Attempt(models.Model):
    """One step of a publication's life as it happened; written once (a trigger refuses changes).

    `asked` is the method and address without query, `said` the network's own words, shortened and without secrets,
    `http` the status (0: no answer), `ms` how long it took, `next_at` when the machine looks again.
    """

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="attempts")
    number = models.PositiveIntegerField()
    step = models.CharField(max_length=12)
    outcome = models.CharField(max_length=20)
    asked = models.CharField(max_length=300, blank=True)
    http = models.PositiveSmallIntegerField(default=0)
    ms = models.PositiveIntegerField(default=0)
    said = models.TextField(blank=True)
    next_at = models.DateTimeField(null=True)
    by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("pk",)
        indexes = [models.Index(name="attempt_by", fields=["by"], condition=Q(by__isnull=False))]

    def __str__(self) -> str:
        return f"{self.number} {self.step}: {self.outcome}"
