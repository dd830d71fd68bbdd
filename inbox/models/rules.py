"""What is done by itself: rules, what they did, and what still has to be judged by them; and who takes turns."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, Workspace
from inbox.models.talks import Conversation, Message


class Rule(models.Model):
    """When something happens and all `conditions` hold, all `actions` are carried out.

    Both are what was chosen, by the names in inbox.conditions and inbox.actions. `minutes`: for how long nobody has answered.
    `since`: when it was last switched on; what was there before is none of its business. `why`: why it switched itself off.
    """

    class When(models.TextChoices):
        NEW = "new", _("Somebody says something")
        WAITING = "waiting", _("Nobody has answered for a while")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="rules")
    name = models.CharField(max_length=80)
    position = models.PositiveIntegerField(default=0)
    when = models.CharField(max_length=8, choices=When.choices, default=When.NEW)
    minutes = models.PositiveIntegerField(null=True)
    conditions = models.JSONField(default=dict)
    actions = models.JSONField(default=dict)
    is_on = models.BooleanField(default=False)
    since = models.DateTimeField(null=True)
    why = models.TextField(blank=True)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+", help_text="It acts with this member's rights.")
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("position", "pk")
        constraints = [
            models.CheckConstraint(
                name="rule_waits_for_minutes",
                condition=Q(when="waiting", minutes__isnull=False) | Q(~Q(when="waiting"), minutes__isnull=True),
            ),
            models.CheckConstraint(name="rule_on_since", condition=Q(is_on=False) | Q(since__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name


class Act(models.Model):
    """A rule was carried out because of a message; once. `did` tells in words what came of it."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="acts", db_index=False)
    rule = models.ForeignKey(Rule, models.CASCADE, related_name="acts", db_index=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="acts")
    message = models.ForeignKey(Message, models.CASCADE, related_name="+")
    did = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-at", "-pk")
        constraints = [models.UniqueConstraint(name="once_per_rule_and_message", fields=["rule", "message"])]
        indexes = [models.Index(name="acts_by_time", fields=["workspace", "at"])]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.did}"


class Arrival(models.Model):
    """A message that the rules have yet to judge. Gone when they have; `due_at` is when somebody must see to it."""

    message = models.OneToOneField(Message, models.CASCADE, primary_key=True, related_name="+")
    due_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(name="arrival_due", fields=["due_at"])]

    def __str__(self) -> str:
        return str(self.message_id)


class Errand(models.Model):
    """What a rule wants done with a message on its network (a connectors.data.Moderation). Gone when it is done or given up.

    It is written with the rule's act and run afterwards: no transaction waits for a network.
    """

    message = models.ForeignKey(Message, models.CASCADE, related_name="errands")
    rule = models.ForeignKey(Rule, models.CASCADE, related_name="+")
    what = models.CharField(max_length=10)
    due_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_errand_each", fields=["message", "what"])]
        indexes = [models.Index(name="errand_due", fields=["due_at"])]

    def __str__(self) -> str:
        return f"{self.what} {self.message_id}"


class Turn(models.Model):
    """Whose turn it is: whoever takes part and has waited longest. No row: takes part, and never had a turn.

    `languages`: what the member speaks, of inbox.models.LANGUAGES.
    """

    member = models.OneToOneField(Member, models.CASCADE, primary_key=True, related_name="turn")
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="turns")
    takes = models.BooleanField(default=True)
    languages = ArrayField(models.CharField(max_length=3), default=list)
    last_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"turn of {self.member_id}"
