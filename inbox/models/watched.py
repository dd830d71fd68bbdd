"""What is learned of words (Lesson), what is usual on a channel (Usual), and what was not: Incident, its Milestones, Holds."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Channel, User, Workspace


class Lesson(models.Model):
    """What corrections have added to the weight of a word, here; by its stem."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="lessons", db_index=False)
    word = models.CharField(max_length=60)
    weight = models.FloatField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_lesson_per_word", fields=["workspace", "word"])]

    def __str__(self) -> str:
        return f"{self.word} {self.weight:+.1f}"


class Usual(models.Model):
    """What is heard in an hour as a rule: `rates` by channel, as inbox.trouble.baseline makes them; `hour`: of which."""

    workspace = models.OneToOneField(Workspace, models.CASCADE, primary_key=True, related_name="usual")
    hour = models.DateTimeField()
    rates = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.workspace_id} {self.hour:%a %H:00}"


class Incident(models.Model):
    """More was said than usual, or more of it in anger. A workspace has one at a time, whatever channels it is on.

    `began_at`: from when on its items count. `peak`: how many times the usual there was at most. `calm_since`: since when it
    has been as always; NULL while it goes on.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="incidents")
    channels = models.ManyToManyField(Channel, related_name="incidents")
    began_at = models.DateTimeField()
    opened_at = models.DateTimeField(default=timezone.now)
    peak = models.FloatField(default=0)
    calm_since = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ("-opened_at",)
        constraints = [
            models.UniqueConstraint(name="one_open_incident", fields=["workspace"], condition=Q(closed_at__isnull=True))
        ]
        indexes = [models.Index(name="incidents_by_time", fields=["workspace", "-opened_at"])]

    def __str__(self) -> str:
        return f"{self.opened_at:%d.%m. %H:%M}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class Milestone(models.Model):
    """One line of an incident's timeline; written once. `details`: numbers and names that its sentence takes."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("The incident was opened")
        SPREAD = "spread", _("It reached another channel")
        ROSE = "rose", _("It is growing")
        CALM = "calm", _("It is as quiet as usual again")
        BACK = "back", _("It has come back")
        HELD = "held", _("Outgoing posts were held")
        RELEASED = "released", _("Outgoing posts go on")
        CLOSED = "closed", pgettext_lazy("incident", "The incident was closed")

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="milestones", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    details = models.JSONField(default=dict)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("at", "pk")
        indexes = [models.Index(name="milestones_of", fields=["incident", "at"])]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def icon(self) -> str:
        return MILESTONE_ICONS[self.Kind(self.kind)]

    @property
    def says(self) -> str:
        """What was seen or done, in one sentence; empty where its kind says all."""
        key = self.details.get("signal") or self.kind
        return str(SENTENCES[key]) % self.details if key in SENTENCES and self.details else ""


MILESTONE_ICONS = {
    Milestone.Kind.OPENED: "flame",
    Milestone.Kind.SPREAD: "share-3",
    Milestone.Kind.ROSE: "trending-up",
    Milestone.Kind.CALM: "trending-down",
    Milestone.Kind.BACK: "repeat",
    Milestone.Kind.HELD: "hand-stop",
    Milestone.Kind.RELEASED: "player-play",
    Milestone.Kind.CLOSED: "check",
}
SENTENCES = {
    "volume": _("%(heard)s items in %(minutes)s minutes; %(usual)s are usual."),
    "anger": _("%(heard)s negative items in %(minutes)s minutes; %(usual)s are usual."),
    "share": _("%(heard)s of %(of)s items in an hour are negative; %(usual)s is usual."),
    Milestone.Kind.SPREAD: _("Now also on %(channels)s."),
    Milestone.Kind.HELD: _("Held: %(what)s."),
    Milestone.Kind.RELEASED: _("%(moved)s moved, %(cancelled)s cancelled before."),
}


class Hold(models.Model):
    """A stop that an incident has caused: of everything, a channel or a campaign. What was stopped before is not its own."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="holds")
    channel = models.ForeignKey(Channel, models.CASCADE, null=True, related_name="+")
    campaign = models.ForeignKey("scheduler.Campaign", models.CASCADE, null=True, related_name="+")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    released_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("at", "pk")
        constraints = [
            models.CheckConstraint(name="hold_of_one_thing", condition=Q(channel__isnull=True) | Q(campaign__isnull=True))
        ]

    def __str__(self) -> str:
        return str(self.channel or self.campaign or self.incident.workspace)
