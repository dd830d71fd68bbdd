"""How soon people are to be answered: when somebody works (Hours), what is promised (Goal), what runs (Clock)."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Channel, User, Workspace
from inbox.models.kinds import KINDS
from inbox.models.talks import Conversation

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Hours(models.Model):
    """When a workspace answers people, in its time zone. No row: around the clock.

    `week`: for each day from Monday on [opens, closes] in minutes of the day, or null. `counted_in`: the time zone that
    the running clocks were counted in.
    """

    workspace = models.OneToOneField(Workspace, models.CASCADE, primary_key=True, related_name="hours")
    week = models.JSONField(default=list)
    holidays = ArrayField(models.DateField(), default=list)
    counted_in = models.CharField(max_length=50)

    def __str__(self) -> str:
        return f"hours of {self.workspace_id}"


class Goal(models.Model):
    """Within how many minutes of work people are answered, and a conversation is done. The most particular goal holds.

    No `channel`: for all channels; empty `kind`: for all kinds.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="goals")
    channel = models.ForeignKey(Channel, models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=10, blank=True)
    answer_minutes = models.PositiveIntegerField(null=True)
    resolve_minutes = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ("channel__network", "channel__name", "kind", "pk")
        constraints = [
            models.UniqueConstraint(name="one_goal_each", fields=["workspace", "channel", "kind"], nulls_distinct=False),
            models.CheckConstraint(
                name="goal_for_something",
                condition=Q(answer_minutes__isnull=False) | Q(resolve_minutes__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel or _('All channels')}, {self.kind_label}"

    @property
    def kind_label(self) -> str:
        return str(KINDS.get(self.kind, _("All kinds")))


class Clock(models.Model):
    """How long somebody waits for our answer, or for the end of a conversation. `inbox.clocks.keep` is its only writer.

    `due_at` is when the goal is missed, `warns_at` some time before that; both NULL without a goal. `seconds`: the time of
    work that it took. `told`: which of the two people have heard of.
    """

    class Aim(models.TextChoices):
        ANSWER = "answer", gettext_lazy("Answer")
        RESOLVE = "resolve", gettext_lazy("Done")

    class Told(models.TextChoices):
        NOTHING = "", "nothing"
        SOON = "soon", "soon"
        LATE = "late", "late"

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="clocks", db_index=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="clocks")
    aim = models.CharField(max_length=8, choices=Aim.choices)
    began_at = models.DateTimeField()
    warns_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    seconds = models.PositiveBigIntegerField(null=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    told = models.CharField(max_length=4, choices=Told.choices, blank=True, default=Told.NOTHING)

    class Meta:
        ordering = ("due_at", "pk")
        constraints = [
            models.UniqueConstraint(
                name="one_running_clock", fields=["conversation", "aim"], condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                name="ended_clock_has_a_time",
                condition=Q(ended_at__isnull=True, seconds__isnull=True) | Q(ended_at__isnull=False, seconds__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="clocks_late", fields=["workspace", "warns_at"], condition=Q(ended_at__isnull=True, warns_at__isnull=False)
            ),
            models.Index(name="clocks_to_tell", fields=["warns_at"], condition=Q(ended_at__isnull=True) & ~Q(told="late")),
            models.Index(name="clocks_ended", fields=["workspace", "ended_at"], condition=Q(ended_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.aim} of {self.conversation_id}"

    @property
    def state(self) -> str:
        """late, soon or fine, at this moment."""
        now = timezone.now()
        if self.due_at is None or self.warns_at is None or now < self.warns_at:
            return "fine"
        return "late" if self.due_at <= now else "soon"

    @property
    def said(self) -> str:
        """What the clock shows at this moment, such as 'answer within 12 min'. Empty without a goal."""
        if self.due_at is None:
            return ""
        answer, left = self.aim == self.Aim.ANSWER, self.due_at - timezone.now()
        if left <= timedelta():
            sentence = _("answer late by %(time)s") if answer else _("open too long by %(time)s")
            return sentence % {"time": in_words(-left)}
        if left < DAY:
            sentence = _("answer within %(time)s") if answer else _("finish within %(time)s")
            return sentence % {"time": in_words(left)}
        sentence = _("answer by %(time)s") if answer else _("finish by %(time)s")
        return sentence % {"time": date_format(timezone.localtime(self.due_at), "j M, H:i")}


def in_words(span: timedelta) -> str:
    """Roughly: '12 min', '3 h', '2 days'."""
    if span < HOUR:
        return _("%(n)d min") % {"n": max(1, span // timedelta(minutes=1))}
    if span < 2 * DAY:
        return _("%(n)d h") % {"n": span // HOUR}
    return _("%(n)d days") % {"n": span // DAY}
