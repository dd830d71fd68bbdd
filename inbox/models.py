"""People talking to a channel about one thing (Conversation), each utterance (Message), and raw webhook deliveries (Event)."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Channel, Workspace
from scheduler.models import Publication


class Conversation(models.Model):
    """A comment tree, a message thread, a mention or a review. `thread` is the network's id for it."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="conversations")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="conversations")
    publication = models.ForeignKey(Publication, models.SET_NULL, null=True, related_name="conversations")
    kind = models.CharField(max_length=10)
    thread = models.CharField(max_length=200)
    person_id = models.CharField(max_length=200, blank=True)
    person_name = models.CharField(max_length=200, blank=True)
    person_url = models.URLField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    unread = models.BooleanField(default=True)
    last_at = models.DateTimeField(default=timezone.now)
    last_text = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-last_at",)
        constraints = [models.UniqueConstraint(name="one_conversation_per_thread", fields=["channel", "kind", "thread"])]
        indexes = [models.Index(name="inbox_list", fields=["workspace", "state", "-last_at"])]

    def __str__(self) -> str:
        return f"{self.person_name}: {self.last_text[:40]}"


class Message(models.Model):
    """One utterance, in or out. A reply of ours has the delivery life of `status`; what comes in is 'received'."""

    class Status(models.TextChoices):
        RECEIVED = "received", _("Received")
        QUEUED = "queued", _("Waiting to be sent")
        SENDING = "sending", _("Sending")
        CONFIRMING = "confirming", _("Checking")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Not sent")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")
    remote_id = models.CharField(max_length=200, blank=True)
    parent_remote_id = models.CharField(max_length=200, blank=True)
    author_name = models.CharField(max_length=200, blank=True)
    author_id = models.CharField(max_length=200, blank=True)
    mine = models.BooleanField(default=False)
    text = models.TextField(blank=True)
    url = models.URLField(max_length=1000, blank=True)
    sent_at = models.DateTimeField(default=timezone.now)
    deleted = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RECEIVED)
    due_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    doubt_since = models.DateTimeField(null=True)
    why = models.TextField(blank=True)
    answers = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ("sent_at", "pk")
        constraints = [
            models.UniqueConstraint(
                name="one_message_per_remote_id", fields=["channel", "remote_id"], condition=~models.Q(remote_id="")
            ),
            models.UniqueConstraint(
                name="one_reply_on_its_way",
                fields=["conversation"],
                condition=models.Q(status__in=["queued", "sending", "confirming"]),
            ),
        ]
        indexes = [models.Index(name="reply_due", fields=["due_at"], condition=models.Q(due_at__isnull=False))]

    def __str__(self) -> str:
        return self.text[:60]


class Event(models.Model):
    """A webhook delivery as it came, kept before it is worked out; verified already."""

    network = models.CharField(max_length=20)
    practice = models.BooleanField(default=False)
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    received_at = models.DateTimeField(default=timezone.now)
    worked_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(name="event_open", fields=["received_at"], condition=models.Q(worked_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.network} {self.received_at:%H:%M:%S}"


class Cursor(models.Model):
    """Up to when a channel has been read, and when it is read next."""

    channel = models.OneToOneField(Channel, models.CASCADE, primary_key=True, related_name="cursor")
    read_until = models.DateTimeField(null=True)
    due_at = models.DateTimeField(default=timezone.now)
    why = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(name="cursor_due", fields=["due_at"])]

    def __str__(self) -> str:
        return str(self.channel_id)
