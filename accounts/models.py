"""People, workspaces, the channels that they publish on, and who did what."""

import secrets
import uuid
import zoneinfo
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.crypto import SecretField
from accounts.roles import Role
from connectors import NETWORKS, connector
from connectors.data import Tokens


class Language(models.TextChoices):
    """What the interface speaks, each under its own name."""

    ENGLISH = "en", "English"
    POLISH = "pl", "Polski"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, name: str = "") -> "User":
        user = self.model(email=self.normalize_email(email).lower(), name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who signs in with an e-mail address."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=100, blank=True)
    is_active = models.BooleanField(default=True)
    language = models.CharField(_("language"), max_length=10, choices=Language.choices, blank=True, default="")
    joined_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def initials(self) -> str:
        words = str(self).replace("@", " ").split()
        return "".join(word[0] for word in words[:2]).upper()


class Workspace(models.Model):
    """One brand or client. It owns every row; everything is fetched through it."""

    class Late(models.TextChoices):
        PUBLISH = "publish", _("publish them anyway")
        HOLD = "hold", _("keep them for a person to decide")
        DROP = "drop", _("cancel them")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=100)
    time_zone = models.CharField(_("time zone"), max_length=50, default="Europe/Warsaw")
    language = models.CharField(_("language"), max_length=10, choices=Language.choices, default=Language.ENGLISH)
    held = models.BooleanField(_("stopped"), default=False, help_text=_("The emergency stop: nothing goes out while it is on."))
    late_minutes = models.PositiveIntegerField(_("late after (minutes)"), default=60)
    late_policy = models.CharField(_("posts that are late"), max_length=8, choices=Late.choices, default=Late.HOLD)
    alarm = models.BooleanField(default=False, help_text="An incident is open: a column here, because every page tells it.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2]).upper()

    @cached_property
    def current_channels(self) -> Sequence["Channel"]:
        """All but removed ones, read once: the frame of a page and the page itself ask for them."""
        return list(self.channels.exclude(status=Channel.Status.REMOVED))


class Member(models.Model):
    """A user's role in a workspace."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="members")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.EDITOR)
    joined_at = models.DateTimeField(default=timezone.now)
    steps_away = models.BooleanField(default=False, help_text="The first steps are not shown any more.")

    class Meta:
        ordering = ("user__email",)
        constraints = [models.UniqueConstraint(name="one_role_per_member", fields=["workspace", "user"])]

    def __str__(self) -> str:
        return str(self.user)


def _two_weeks_from_now() -> Any:
    return timezone.now() + timedelta(days=14)


class Invitation(models.Model):
    """A place in a workspace, offered by mail. The link's secret is kept only as a hash."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.EDITOR)
    secret_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField(default=_two_weeks_from_now)
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("email",)
        constraints = [
            models.UniqueConstraint(
                name="one_open_invitation", fields=["workspace", "email"], condition=models.Q(accepted_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return self.email


def network_choices() -> list[tuple[str, str]]:
    """Every registered network; by slug, because the names would import all client libraries at every start."""
    return [(slug, slug) for slug in NETWORKS]


class Channel(models.Model):
    """One connected account or page of a workspace on a network. `practice`: it lives in the sandbox."""

    class Status(models.TextChoices):
        CONNECTED = "connected", _("connected")
        DISCONNECTED = "disconnected", _("needs to be connected again")
        REMOVED = "removed", _("removed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="channels")
    network = models.CharField(max_length=20, choices=network_choices)
    practice = models.BooleanField(default=False)
    remote_id = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    username = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=500, blank=True)
    server = models.URLField(blank=True, help_text=_("The account's server, on networks that have many."))
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.CONNECTED)
    why = models.TextField(blank=True, help_text=_("Why it is disconnected, for the user."))
    held = models.BooleanField(default=False)
    connected_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    connected_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("network", "name")
        constraints = [
            models.UniqueConstraint(
                name="one_channel_per_account", fields=["workspace", "network", "practice", "server", "remote_id"]
            )
        ]
        indexes = [models.Index(name="channel_by_remote_id", fields=["network", "remote_id"])]

    def __str__(self) -> str:
        return self.name

    @property
    def network_name(self) -> str:
        return connector(self.network).name

    @property
    def is_connected(self) -> bool:
        return self.status == self.Status.CONNECTED

    @property
    def no_inbox(self) -> str:
        """Why nothing that people say there can be read, and what to do; empty: it can."""
        return gettext(why) if (why := connector(self.network).no_inbox) else ""

    @property
    def missing(self) -> list[str]:
        """What it may not do: the reasons of the permissions that were asked for and not given. A network that does not
        tell what it gave misses nothing."""
        given = set(self.token.scopes)
        return [gettext(why) for scope, why in connector(self.network).scopes.items() if given and scope not in given]


class Token(models.Model):
    """A channel's tokens, encrypted at rest. A row of its own: a refresh locks it without stopping the publishing."""

    channel = models.OneToOneField(Channel, models.CASCADE, primary_key=True)
    access = SecretField()
    refresh = SecretField(blank=True)
    expires_at = models.DateTimeField(null=True)
    scopes = models.JSONField(default=list)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"tokens of {self.channel_id}"

    @property
    def tokens(self) -> Tokens:
        return Tokens(self.access, self.refresh, self.expires_at, tuple(self.scopes))

    def take(self, tokens: Tokens) -> None:
        """Write fresh tokens into the row (not saved)."""
        self.access, self.refresh, self.expires_at = tokens.access, tokens.refresh, tokens.expires_at
        self.scopes = list(tokens.scopes)


def _new_state() -> str:
    return secrets.token_urlsafe(32)


class Connecting(models.Model):
    """A connection under way: what must come back from the network's consent page, and what it then offers."""

    state = models.CharField(primary_key=True, max_length=64, default=_new_state)
    workspace = models.ForeignKey(Workspace, models.CASCADE)
    user = models.ForeignKey(User, models.CASCADE)
    network = models.CharField(max_length=20)
    practice = models.BooleanField(default=False)
    server = models.URLField(blank=True)
    verifier = SecretField()
    offer = SecretField(blank=True, help_text="JSON of the accounts to choose from, with their tokens")
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.network} for {self.workspace_id}"


class Registration(models.Model):
    """This installation as an app of one server, on networks where each server registers apps by itself."""

    network = models.CharField(max_length=20)
    server = models.URLField()
    redirect_uri = models.URLField()
    client_id = models.CharField(max_length=200)
    client_secret = SecretField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_registration_per_server", fields=["network", "server"])]

    def __str__(self) -> str:
        return f"{self.network} at {self.server}"


class AuditEntry(models.Model):
    """Who did what, when; written once."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="audit")
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    action = models.CharField(max_length=50)
    subject = models.CharField(max_length=200)
    details = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-at",)
        indexes = [models.Index(name="audit_by_time", fields=["workspace", "-at"])]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class Notice(models.Model):
    """What a member should know, or should have been told by mail. The sentence is made when it is shown: accounts.noticing.

    While it is unread, the same `kind` about the same `what` is counted up instead of said again. `mail_due_at`: when it is to
    be sent by mail; whoever empties it sends it.
    """

    class Kind(models.TextChoices):
        FAILED = "failed", _("A post has failed, or nobody knows whether it is out")
        LATE = "late", _("A post was too late to go out")
        PROBLEM = "problem", _("A problem was found shortly before publishing")
        CHANNEL = "channel", _("A channel must be connected again, or a permission is missing")
        CHANGED = "changed", _("Somebody else has moved or cancelled your post")
        IMPORTED = "imported", _("Your import is finished")
        EMPTY = "empty", _("A queue has run empty")
        LAPSING = "lapsing", _("A file of scheduled posts may soon no longer be used")
        NAMED = "named", _("A colleague has named you in a note")
        TROUBLE = "trouble", _("More is said than usual, or more of it in anger")
        OVERDUE = "overdue", _("Somebody waits too long for an answer, or soon will")
        RULE = "rule", _("A rule of the inbox tells you something, or has switched itself off")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="notices")
    member = models.ForeignKey(Member, models.CASCADE, related_name="notices", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    what = models.CharField(max_length=100)
    sentence = models.CharField(max_length=12, help_text="A key of accounts.noticing.SENTENCES.")
    details = models.JSONField(default=dict)
    address = models.CharField(max_length=300)
    count = models.PositiveIntegerField(default=1)
    shown = models.BooleanField(default=True, help_text="In the app; else it is there for the mail alone.")
    made_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    mail_due_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-made_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                name="one_unread_notice", fields=["member", "kind", "what"], condition=models.Q(read_at__isnull=True)
            )
        ]
        indexes = [
            models.Index(name="notices_by_time", fields=["member", "-made_at"], condition=models.Q(shown=True)),
            models.Index(name="notices_to_mail", fields=["mail_due_at"], condition=models.Q(mail_due_at__isnull=False)),
            models.Index(name="notices_by_age", fields=["made_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.what} for {self.member_id}"

    @property
    def leads_to(self) -> str:
        """The address of what it is about; of the list of them, when it stands for several."""
        return str(self.details.get("several") or self.address) if self.count > 1 else self.address


class NoticeChoice(models.Model):
    """How a member wants to hear of one kind of notice. No row: in the app, not by mail."""

    class Mail(models.TextChoices):
        OFF = "off", _("no mail")
        NOW = "now", _("at once")
        DAILY = "daily", _("once a day, at 8:00")

    member = models.ForeignKey(Member, models.CASCADE, related_name="notice_choices", db_index=False)
    kind = models.CharField(max_length=8, choices=Notice.Kind.choices)
    shown = models.BooleanField(default=True)
    mail = models.CharField(max_length=5, choices=Mail.choices, default=Mail.OFF)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_choice_per_kind", fields=["member", "kind"])]

    def __str__(self) -> str:
        return f"{self.member_id} {self.kind}: {self.shown} {self.mail}"


class Told(models.Model):
    """A state of which people have been told once: it is told again when it has ended in between."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="told", db_index=False)
    kind = models.CharField(max_length=8)
    what = models.CharField(max_length=100)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(name="told_once", fields=["workspace", "kind", "what"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.what}"
