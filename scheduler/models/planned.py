"""What posts are planned for: campaigns, labels, audiences, queues and the times at which a channel likes to post."""

import uuid
import zoneinfo

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Channel, User, Workspace


class Colour(models.TextChoices):
    """What campaigns, labels and queues are told apart by, beside their names."""

    BLUE = "blue", _("Blue")
    AZURE = "azure", _("Azure")
    INDIGO = "indigo", _("Indigo")
    PURPLE = "purple", _("Purple")
    PINK = "pink", _("Pink")
    RED = "red", _("Red")
    ORANGE = "orange", _("Orange")
    YELLOW = "yellow", _("Yellow")
    GREEN = "green", _("Green")
    TEAL = "teal", _("Teal")


class Label(models.Model):
    """A word by which posts and campaigns are found again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="labels")
    name = models.CharField(_("name"), max_length=50)
    colour = models.CharField(_("colour"), max_length=12, choices=Colour.choices, default=Colour.BLUE)

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(name="one_label_per_name", fields=["workspace", "name"])]

    def __str__(self) -> str:
        return self.name


class Campaign(models.Model):
    """Posts with a common aim. `held` is its own emergency stop.

    `utm_*` go into the links of its posts when their content is frozen; variables in them: see scheduler.plans.utm.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="campaigns")
    name = models.CharField(_("name"), max_length=100)
    aim = models.CharField(_("aim"), max_length=300, blank=True)
    brief = models.TextField(_("brief"), blank=True)
    colour = models.CharField(_("colour"), max_length=12, choices=Colour.choices, default=Colour.BLUE)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    channels = models.ManyToManyField(Channel, blank=True, related_name="+")
    audiences: "models.ManyToManyField[Audience, models.Model]" = models.ManyToManyField(
        "Audience", blank=True, related_name="campaigns"
    )
    labels = models.ManyToManyField(Label, blank=True, related_name="campaigns")
    utm_source = models.CharField(max_length=100, blank=True)
    utm_medium = models.CharField(max_length=100, blank=True)
    utm_campaign = models.CharField(max_length=100, blank=True)
    utm_content = models.CharField(max_length=100, blank=True)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    held = models.BooleanField(_("stopped"), default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(name="one_campaign_per_name", fields=["workspace", "name"])]

    def __str__(self) -> str:
        return self.name


class Audience(models.Model):
    """Whom a text is for. Countries ISO 3166 alpha-2, languages BCP 47, genders 'male' / 'female'.

    With a climate it stands for those of its countries (of all, when it names none) that have it in the month of
    publishing: see scheduler.targeting.climates. `channels` speak to this audience anyway, such as a page for one country.
    """

    class Climate(models.TextChoices):
        ANY = "", _("any climate")
        HOT = "hot", _("hot")
        MILD = "mild", _("mild")
        COLD = "cold", _("cold")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="audiences")
    name = models.CharField(_("name"), max_length=100)
    countries = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    regions = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    cities = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    genders = ArrayField(models.CharField(max_length=6), default=list, blank=True)
    age_min = models.PositiveSmallIntegerField(default=0)
    age_max = models.PositiveSmallIntegerField(default=0)
    climate = models.CharField(max_length=4, choices=Climate.choices, default=Climate.ANY, blank=True)
    time_zone = models.CharField(max_length=50, blank=True)
    channels = models.ManyToManyField(Channel, related_name="audiences", blank=True)

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(name="one_audience_per_name", fields=["workspace", "name"])]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """Its home time zone; the workspace's when it has none."""
        return zoneinfo.ZoneInfo(self.time_zone) if self.time_zone else self.workspace.zone


class Queue(models.Model):
    """Slots of any channels under one name. A paused queue gives no slot away; what is scheduled keeps its time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="queues")
    name = models.CharField(_("name"), max_length=50)
    colour = models.CharField(_("colour"), max_length=12, choices=Colour.choices, default=Colour.BLUE)
    paused = models.BooleanField(_("paused"), default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("created_at", "name")
        constraints = [models.UniqueConstraint(name="one_queue_per_name", fields=["workspace", "name"])]

    def __str__(self) -> str:
        return self.name


class Slot(models.Model):
    """A recurring time, in the workspace's zone, at which a channel likes to post. Weekday 0 is Monday."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="slots")
    queue = models.ForeignKey(Queue, models.CASCADE, related_name="slots")
    weekday = models.PositiveSmallIntegerField()
    at = models.TimeField()

    class Meta:
        ordering = ("weekday", "at")
        constraints = [
            models.UniqueConstraint(name="one_slot_per_time", fields=["channel", "weekday", "at"]),
            models.CheckConstraint(name="slot_on_a_weekday", condition=models.Q(weekday__lte=6)),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.at:%H:%M}"
