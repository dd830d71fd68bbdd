"""What keeps words from being lost: versions of a post, what somebody typed and has not saved, texts to use again."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Workspace
from scheduler.models.said import Post


class Revision(models.Model):
    """A post as somebody saved it: `content` is what `scheduler.composing.history.content_of` gives. Written once."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    content = models.JSONField()

    class Meta:
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(name="one_revision_per_number", fields=["post", "number"])]

    def __str__(self) -> str:
        return f"{self.post_id} {self.number}"


class Unsaved(models.Model):
    """What somebody has typed into the composer and not saved: the fields of the form with their values, as a browser sends
    them.

    `key` is the id of the post, which need not be there yet. `seen`: the version of the post that it began with.
    `set_aside`: the person went on without it; it is kept, but no longer brought back by itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="unsaved")
    by = models.ForeignKey(User, models.CASCADE, related_name="+")
    key = models.UUIDField(db_index=True)
    seen = models.PositiveIntegerField(default=0)
    typed = models.JSONField()
    at = models.DateTimeField(default=timezone.now)
    set_aside = models.BooleanField(default=False)

    class Meta:
        ordering = ("-at",)
        constraints = [models.UniqueConstraint(name="one_unsaved_per_person", fields=["workspace", "by", "key"])]

    def __str__(self) -> str:
        return f"{self.key} by {self.by_id}"

    @property
    def words(self) -> str:
        """The post's text as it was typed."""
        return str((self.typed.get("text") or [""])[0])


class Snippet(models.Model):
    """A stretch of text to use again; `{names}` in it are filled in (`scheduler.composing.snippets`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="snippets")
    name = models.CharField(_("name"), max_length=80)
    text = models.TextField(_("text"))

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(name="one_snippet_per_name", fields=["workspace", "name"])]

    def __str__(self) -> str:
        return self.name


class Template(models.Model):
    """A post to begin with: `content` as in a Revision, for no time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="templates")
    name = models.CharField(_("name"), max_length=80)
    content = models.JSONField()

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(name="one_template_per_name", fields=["workspace", "name"])]

    def __str__(self) -> str:
        return self.name
