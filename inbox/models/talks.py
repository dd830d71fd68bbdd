"""People talking to a channel about one thing (Conversation), each utterance (Message), and raw webhook deliveries (Event)."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Channel, Member, User, Workspace
from connectors.talk import ATTACHED
from inbox.models.kinds import HUES, KINDS, LANGUAGES, MOOD_ICONS, Mood
from scheduler.models import Asset, Label, Publication


class Conversation(models.Model):
    """A comment tree, a message thread, a mention or a review. `thread` is the network's id for it.

    `about` is the remote id of our post that it hangs on, `publication` that post where it went out from here. The
    person is whoever began it. `last_*` tell the latest utterance, `last_mine` whether it was ours. `waits_since`: the
    first thing said to us that none of us (a rule is not) has answered; NULL when nobody waits. `language` and `mood` are
    those of the latest thing said to us.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("state", "Open")
        SNOOZED = "snoozed", _("Snoozed")
        DONE = "done", _("Done")
        SPAM = "spam", _("Spam")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="conversations")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="conversations")
    publication = models.ForeignKey(Publication, models.SET_NULL, null=True, related_name="conversations")
    kind = models.CharField(max_length=10)
    thread = models.CharField(max_length=300)
    about = models.CharField(max_length=200, blank=True)
    person_id = models.CharField(max_length=200, blank=True)
    person_name = models.CharField(max_length=200, blank=True)
    person_url = models.URLField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    snoozed_until = models.DateTimeField(null=True)
    assignee = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="conversations")
    labels = models.ManyToManyField(Label, blank=True, related_name="conversations")
    unread = models.BooleanField(default=True)
    waits_since = models.DateTimeField(null=True)
    last_at = models.DateTimeField(default=timezone.now)
    last_text = models.CharField(max_length=200, blank=True)
    last_mine = models.BooleanField(default=False)
    language = models.CharField(max_length=3, blank=True)
    mood = models.CharField(max_length=8, choices=Mood.choices, blank=True)

    class Meta:
        ordering = ("-last_at", "-pk")
        constraints = [
            models.UniqueConstraint(name="one_conversation_per_thread", fields=["channel", "kind", "thread"]),
            models.CheckConstraint(
                name="snoozed_until_some_time",
                condition=Q(state="snoozed", snoozed_until__isnull=False)
                | (~Q(state="snoozed") & Q(snoozed_until__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(name="inbox_list", fields=["workspace", "state", "-last_at", "-id"]),
            models.Index(
                name="inbox_assigned", fields=["assignee", "state", "-last_at", "-id"], condition=Q(assignee__isnull=False)
            ),
            models.Index(
                name="inbox_unassigned",
                fields=["workspace", "-last_at", "-id"],
                condition=Q(assignee__isnull=True, state="open"),
            ),
            models.Index(name="inbox_snoozed", fields=["snoozed_until"], condition=Q(snoozed_until__isnull=False)),
            # One for each way to narrow a box: what fits may lie far down, and all above it would be read.
            models.Index(name="inbox_of_channel", fields=["channel", "state", "-last_at", "-id"]),
            models.Index(name="inbox_of_kind", fields=["workspace", "state", "kind", "-last_at", "-id"]),
            models.Index(name="inbox_new", fields=["workspace", "state", "-last_at", "-id"], condition=Q(unread=True)),
            models.Index(
                name="inbox_waiting",
                fields=["workspace", "state", "-last_at", "-id"],
                condition=Q(waits_since__isnull=False),
            ),
            models.Index(name="inbox_person", fields=["channel", "person_id"]),
            GinIndex(OpClass(Upper("person_name"), name="gin_trgm_ops"), name="people_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.last_text[:40]}"

    @property
    def person(self) -> str:
        """Whom it is with. Some networks name nobody who has not allowed the app to know."""
        return self.person_name or str(_("Somebody"))

    @property
    def initials(self) -> str:
        """For the avatar: two letters at the most, none of a name without letters."""
        words = [word for word in self.person_name.split() if word[0].isalnum()] or [self.person_name.strip("@")]
        return "".join(word[0] for word in words[:2] if word).upper()

    @property
    def hue(self) -> str:
        """The avatar's colour, always the same for a person."""
        return HUES[sum((self.person_id or self.thread).encode()) % len(HUES)]

    @property
    def kind_label(self) -> Any:
        return KINDS.get(self.kind, self.kind)

    @property
    def mood_icon(self) -> str:
        return MOOD_ICONS[Mood(self.mood)] if self.mood else ""

    @property
    def language_name(self) -> str:
        return LANGUAGES.get(self.language, "")


ON_ITS_WAY = ("queued", "sending", "confirming")


class Message(models.Model):
    """One utterance, in or out. A reply of ours has the delivery life of `status`; what comes in is 'received'.

    Ids grow in the order in which utterances reached their conversation: whoever adds one holds the conversation's
    lock. `due_at` is when somebody must look at a reply next, NULL exactly when it is final; `key` is the same at
    every try. `inbox.delivering.move` is the only writer of `status`. `kept` is what the upload of a reply's file has
    reached, as a publication's. `mood` is empty for what we said and for what nobody has read yet.
    """

    class Status(models.TextChoices):
        RECEIVED = "received", _("Received")
        QUEUED = "queued", _("Waiting to be sent")
        SENDING = "sending", _("Sending")
        CONFIRMING = "confirming", _("Checking")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Not sent")

    id = models.BigAutoField(primary_key=True)
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")
    remote_id = models.CharField(max_length=300, blank=True)
    parent_remote_id = models.CharField(max_length=300, blank=True)
    author_name = models.CharField(max_length=200, blank=True)
    author_id = models.CharField(max_length=200, blank=True)
    mine = models.BooleanField(default=False)
    text = models.TextField(blank=True)
    url = models.URLField(max_length=1000, blank=True)
    sent_at = models.DateTimeField(default=timezone.now)
    edited = models.BooleanField(default=False)
    hidden = models.BooleanField(default=False, help_text="We hid it on the network.")
    liked = models.BooleanField(default=False)
    blocked = models.BooleanField(default=False, help_text="We blocked who wrote it.")
    private = models.BooleanField(default=False, help_text="Our private answer to something public.")
    stars = models.PositiveSmallIntegerField(default=0, help_text="Of a review: out of five; 0: none were given.")
    recommends = models.BooleanField(null=True, help_text="Of a review: whether they recommend us.")
    likes = models.PositiveIntegerField(
        default=0, help_text="How many like it or react to it on the network, when that was last told."
    )
    deleted = models.BooleanField(default=False, help_text="Deleted on the network: the row stays, its content is gone.")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RECEIVED)
    due_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    waits = models.PositiveIntegerField(default=0, help_text="Tries that found the network still at work on the file.")
    kept = models.JSONField(default=dict)
    looks = models.PositiveIntegerField(default=0)
    doubt_since = models.DateTimeField(null=True, help_text="When the first call that may have arrived began.")
    absent_at = models.DateTimeField(null=True, help_text="When a look first found nothing.")
    why = models.TextField(blank=True)
    answers = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    picture = models.ForeignKey(Asset, models.SET_NULL, null=True, related_name="+", db_index=False)
    saved = models.ForeignKey("SavedReply", models.SET_NULL, null=True, related_name="uses", db_index=False)
    rule = models.ForeignKey(
        "Rule", models.SET_NULL, null=True, related_name="answers", db_index=False, help_text="That said it."
    )
    language = models.CharField(max_length=3, blank=True)
    mood = models.CharField(max_length=8, choices=Mood.choices, blank=True)
    mood_words = models.JSONField(default=list, help_text="The words that decided, each with what it brought.")
    mood_by_hand = models.BooleanField(default=False, help_text="Somebody has corrected it.")

    class Meta:
        ordering = ("sent_at", "pk")
        constraints = [
            models.UniqueConstraint(
                name="one_message_per_remote_id", fields=["channel", "remote_id"], condition=~Q(remote_id="")
            ),
            models.UniqueConstraint(
                name="one_reply_on_its_way", fields=["conversation"], condition=Q(status__in=list(ON_ITS_WAY))
            ),
            models.CheckConstraint(
                name="reply_due_exactly_on_its_way",
                condition=Q(status__in=list(ON_ITS_WAY), due_at__isnull=False)
                | (~Q(status__in=list(ON_ITS_WAY)) & Q(due_at__isnull=True)),
            ),
            models.CheckConstraint(name="sent_reply_has_remote_id", condition=~Q(status="sent") | ~Q(remote_id="")),
        ]
        indexes = [
            models.Index(name="reply_failed", fields=["conversation"], condition=Q(status="failed")),
            models.Index(name="reply_due", fields=["due_at"], condition=Q(due_at__isnull=False)),
            models.Index(name="saved_reply_used", fields=["saved", "-id"], condition=Q(saved__isnull=False)),
            models.Index(
                name="rated_badly",
                fields=["channel"],
                condition=Q(stars__gt=0, stars__lt=5) | Q(recommends=False, recommends__isnull=False),
            ),
            models.Index(name="said_by_rule", fields=["rule"], condition=Q(rule__isnull=False)),
            models.Index(name="thread_order", fields=["conversation", "sent_at", "id"]),
            models.Index(
                name="heard_when", fields=["channel", "sent_at"], include=["mood"], condition=Q(mine=False, deleted=False)
            ),
            models.Index(name="not_yet_read", fields=["id"], condition=Q(mood="", mine=False, deleted=False)),
            GinIndex(SearchVector("text", config="simple"), name="messages_by_words"),
        ]

    def __str__(self) -> str:
        return self.said[:60]

    @property
    def said(self) -> str:
        """The text, and where a picture goes alone what networks' readings say of one."""
        return self.text or (ATTACHED if self.picture_id else "")

    @property
    def tried(self) -> int:
        """The tries that count: to wait for the network's work on a file is none."""
        return self.tries - self.waits

    @property
    def is_on_its_way(self) -> bool:
        return self.due_at is not None

    @property
    def mood_icon(self) -> str:
        return MOOD_ICONS[Mood(self.mood)] if self.mood else ""


class Note(models.Model):
    """What colleagues say to each other about a conversation. The network never sees it."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="notes")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    text = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("at", "pk")
        indexes = [models.Index(name="notes_of", fields=["conversation", "at"])]

    def __str__(self) -> str:
        return self.text[:60]


class SavedReply(models.Model):
    """What is answered again and again, in one language or several. `asked`: questions and words to which it fits.

    `gone_at`: deleted, and kept a while so that it can be brought back.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="saved_replies")
    title = models.CharField(max_length=80)
    asked = models.TextField(blank=True)
    gone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("title",)
        constraints = [
            models.UniqueConstraint(
                name="one_saved_reply_per_title", fields=["workspace", "title"], condition=Q(gone_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return self.title


class Wording(models.Model):
    """A saved reply in one language (BCP 47; empty: whatever is spoken). `{names}` in it are filled in (`inbox.offering`)."""

    reply = models.ForeignKey(SavedReply, models.CASCADE, related_name="wordings")
    language = models.CharField(max_length=12, blank=True)
    text = models.TextField()

    class Meta:
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(name="one_wording_per_language", fields=["reply", "language"])]

    def __str__(self) -> str:
        return self.text[:60]


class Deed(models.Model):
    """Who did what with a conversation, and when. `value`: whom it was given to, until when it sleeps (ISO 8601), a label, who
    said what was moderated, who is (not) the same person."""

    class Kind(models.TextChoices):
        ASSIGNED = "assigned", _("gave it to %(value)s")
        UNASSIGNED = "unassigned", _("gave it to nobody")
        SNOOZED = "snoozed", _("put it off until %(value)s")
        WOKE = "woke", _("It is due again.")
        DONE = "done", _("marked it as done")
        OPENED = "opened", _("opened it again")
        SPAM = "spam", _("marked it as spam")
        HID = "hide", _("hid what %(value)s said")
        SHOWED = "unhide", _("showed again what %(value)s said")
        LIKED = "like", _("liked what %(value)s said")
        UNLIKED = "unlike", _("took back the like of what %(value)s said")
        DELETED = "delete", _("deleted what %(value)s said")
        BLOCKED = "block", _("blocked %(value)s")
        LABELLED = "labelled", _("put the label %(value)s on it")
        UNLABELLED = "unlabelled", _("took the label %(value)s off it")
        UNDONE = "undone", _("took that back")
        RULE = "rule", _("rule %(value)s")
        MOOD = "mood", _("corrected how it sounds: %(value)s")
        JOINED = "joined", _("said that it is the same person as %(value)s")
        PARTED = "parted", _("said that %(value)s is somebody else")

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="deeds")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    value = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("at", "pk")
        indexes = [models.Index(name="deeds_of", fields=["conversation", "at"])]

    def __str__(self) -> str:
        return f"{self.by or ''} {self.said}".strip()

    @property
    def said(self) -> str:
        """What was done, as a sentence without its subject."""
        return str(self.get_kind_display()) % {"value": self.shown}

    @property
    def shown(self) -> str:
        """`value` for people: moments in the current time zone, moods in the current language."""
        if self.kind == self.Kind.MOOD:
            return str(Mood(self.value).label)
        if self.kind != self.Kind.SNOOZED:
            return self.value
        return date_format(timezone.localtime(datetime.fromisoformat(self.value)), "SHORT_DATETIME_FORMAT")


class Event(models.Model):
    """A webhook delivery as it came, kept before it is worked out; verified already. `due_at` NULL: done with."""

    network = models.CharField(max_length=20)
    practice = models.BooleanField(default=False)
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    received_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True, default=timezone.now)
    tries = models.PositiveIntegerField(default=0)
    why = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(name="event_due", fields=["due_at"], condition=Q(due_at__isnull=False)),
            models.Index(name="event_age", fields=["received_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.network} {self.received_at:%H:%M:%S}"


class Cursor(models.Model):
    """Up to when a channel has been read, and when it is read next. `tries` counts the failures since the last success.

    `listened_at`: when the network was last asked for webhooks.
    """

    channel = models.OneToOneField(Channel, models.CASCADE, primary_key=True, related_name="cursor")
    read_until = models.DateTimeField(null=True)
    due_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveIntegerField(default=0)
    listened_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(name="cursor_due", fields=["due_at"])]

    def __str__(self) -> str:
        return str(self.channel_id)
