"""What we want to say: posts, their own wording for a network, channel or audience, and the files that go with them."""

import uuid
from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Channel, User, Workspace, network_choices
from connectors.data import SRT, VTT
from scheduler.models.planned import Audience, Campaign, Label
from scheduler.models.shelved import Folder


def asset_path(asset: "Asset", filename: str) -> str:
    """Where an asset's file lies: by workspace and content hash, so that a name from outside never reaches the disk."""
    return f"assets/{asset.workspace_id}/{asset.sha256[:2]}/{asset.sha256}{EXTENSIONS.get(asset.mime_type, '')}"


EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
    SRT: ".srt",
    VTT: ".vtt",
}


class Kept(models.Manager["Asset"]):
    """Files that nobody has thrown away."""

    def get_queryset(self) -> models.QuerySet["Asset"]:
        return super().get_queryset().filter(deleted_at=None)

    def media(self) -> models.QuerySet["Asset"]:
        """Pictures and videos, without what goes beside them."""
        return self.get_queryset().exclude(mime_type__in=(SRT, VTT))


class Asset(models.Model):
    """A file in the library, identified by the content that was uploaded (`sha256`). Size in bytes, measures in pixels,
    duration in seconds (0: unknown).

    `codec` and `sound` are of a video's pictures and sound, as ffmpeg names them (h264, aac, ...); empty: unknown, or none.
    `use_until` is the last day, in the workspace's zone, on which it may be published. `made_from` is the picture that it
    was cut from. `poster_at` is the second of the video that stands for it. `deleted_at` says since when it may be purged;
    until then it can be taken back.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="assets")
    file = models.FileField(upload_to=asset_path, max_length=300)
    name = models.CharField(max_length=200)
    mime_type = models.CharField(max_length=50)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)
    codec = models.CharField(max_length=20, blank=True)
    sound = models.CharField(max_length=20, blank=True)
    alt = models.TextField(blank=True)
    folder = models.ForeignKey(Folder, models.SET_NULL, null=True, blank=True, related_name="assets")
    labels = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    use_until = models.DateField(null=True, blank=True)
    made_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    poster_at = models.FloatField(null=True, blank=True)
    added_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = Kept()
    everything: models.Manager["Asset"] = models.Manager()

    class Meta:
        ordering = ("-added_at",)
        constraints = [models.UniqueConstraint(name="one_asset_per_content", fields=["workspace", "sha256"])]
        indexes = [
            models.Index(name="assets_by_arrival", fields=["workspace", "-added_at"]),
            GinIndex(name="assets_by_label", fields=["labels"]),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_video(self) -> bool:
        return self.mime_type.startswith("video/")

    @property
    def is_image(self) -> bool:
        return self.mime_type.startswith("image/")

    @property
    def is_captions(self) -> bool:
        """It goes with a video and is no picture itself."""
        return self.mime_type in (SRT, VTT)


class Post(models.Model):
    """What we want to say, once. `state` is its editorial life; its delivery is read from its publications, never stored."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_REVIEW = "in_review", _("In review")
        APPROVED = "approved", _("Approved")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="posts")
    campaign = models.ForeignKey(Campaign, models.SET_NULL, null=True, blank=True, related_name="posts")
    labels = models.ManyToManyField(Label, blank=True, related_name="posts")
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    text = models.TextField(blank=True)
    link = models.URLField(max_length=2000, blank=True)
    first_comment = models.TextField(blank=True)
    planned_for = models.DateTimeField(null=True, blank=True, help_text="The time the author has in mind; a draft's day.")
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=0, help_text="The number of its newest revision; 0: none is written yet.")

    class Meta:
        ordering = ("-changed_at",)
        indexes = [
            models.Index(name="posts_by_change", fields=["workspace", "-changed_at"]),
            models.Index(name="posts_by_plan", fields=["workspace", "planned_for"]),
            GinIndex(SearchVector("text", config="simple"), name="posts_by_words"),
        ]

    def __str__(self) -> str:
        return self.text[:60] or str(_("(no text)"))


class PostChannel(models.Model):
    """A channel that a post is meant for, with the audience it has there. `at`: a time of the day on the audience's clocks."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="targets")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")
    audience = models.ForeignKey(Audience, models.RESTRICT, null=True, blank=True, related_name="targets")
    at = models.TimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_target_per_channel", fields=["post", "channel", "audience"], nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return str(self.channel_id)


class PostMedia(models.Model):
    """An asset in a post, in its place, with the alt text that it has there, and how it reaches another shape (see
    scheduler.library.fitting.plan). `cover` is a video's: a second of it, or a picture's id; empty: the network chooses.
    `captions` are a video's, too, in a `language` (BCP 47).
    """

    post = models.ForeignKey(Post, models.CASCADE, related_name="media")
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="uses")
    position = models.PositiveSmallIntegerField(default=0)
    alt = models.TextField(blank=True)
    fit = models.CharField(max_length=12, default="pad")
    cover = models.CharField(max_length=40, blank=True)
    captions = models.ForeignKey(Asset, models.SET_NULL, null=True, related_name="+")
    language = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return f"{self.position}: {self.asset_id}"


class Variant(models.Model):
    """A post's own text, media or options for a network (or one channel, or one audience). What is absent is as in the post.

    `thread` holds the further parts of a thread, `options` the network's settings by option name, `media` a list of
    {asset, alt, fit, cover, captions, language} in place of the post's own media.
    """

    post = models.ForeignKey(Post, models.CASCADE, related_name="variants")
    network = models.CharField(max_length=20, choices=network_choices)
    channel = models.ForeignKey(Channel, models.CASCADE, null=True, blank=True, related_name="+")
    audience = models.ForeignKey(Audience, models.CASCADE, null=True, blank=True, related_name="+")
    text = models.TextField(null=True, blank=True)
    thread = models.JSONField(default=list, blank=True)
    media = models.JSONField(null=True, blank=True)
    options = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_variant_per_place", fields=["post", "network", "channel", "audience"], nulls_distinct=False
            )
        ]
        indexes = [GinIndex(SearchVector("text", config="simple"), name="variants_by_words")]

    def __str__(self) -> str:
        return f"{self.network}: {(self.text or '')[:40]}"

    @staticmethod
    def fitting(variants: Iterable["Variant"], channel: Channel, audience: Audience | None) -> "list[Variant]":
        """The variants for a channel and audience, the most particular first: audience before channel before network."""
        found = [
            variant
            for variant in variants
            if variant.network == channel.network
            and variant.channel_id in (None, channel.pk)
            and variant.audience_id in (None, audience.pk if audience else None)
        ]
        return sorted(found, key=lambda one: (one.audience_id is None, one.channel_id is None))
