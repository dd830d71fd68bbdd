"""Taking an import back: what has not gone out is cancelled and thrown away, what is out or was worked on stays."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Member
from accounts.verbs import Problem
from scheduler.composing.drafting import delete
from scheduler.models import Asset, Import, ImportFile, ImportRow, Post, Publication, Variant
from scheduler.planning import UNCLAIMED, cancel, withdraw


def take_back(row: ImportRow, by: Member) -> str:
    """Take back the post of a row. An empty sentence: it is gone; else why it is kept, wholly or as a draft."""
    post = by.workspace.posts.select_for_update().filter(pk=row.post_id).first() if row.post_id else None
    if post is None:
        return ""
    for publication in post.publications.filter(status__in=UNCLAIMED, part=0).select_related("channel"):
        try:
            with transaction.atomic():
                cancel(publication, by)
        except Problem as problem:
            return str(problem)
    try:
        with transaction.atomic():
            withdraw(post)
    except Problem as problem:
        return str(problem)
    if post.changed_at != row.made_at:
        Post.objects.filter(pk=post.pk).update(state=Post.State.DRAFT)
        return _("Somebody has changed this post since it was imported: it stays as a draft.")
    delete(post, by)
    row.post = None
    return ""


def drop_unused(source: Import) -> None:
    """Remove the files and labels that this import brought and nothing uses."""
    source.labels.filter(posts=None, campaigns=None).delete()
    for row in source.files.filter(new=True).select_related("asset"):
        if row.asset and not _used(source, row.asset):
            stored, storage = str(row.asset.file.name), row.asset.file.storage
            row.asset.delete()
            transaction.on_commit(lambda storage=storage, stored=stored: storage.delete(stored))  # type: ignore[misc]


def _used(source: Import, asset: Asset) -> bool:
    """Whether a post, what a network gets of its own, what was promised, or another import has it."""
    pk = str(asset.pk)
    inside = {"media__contains": [{"asset": pk}]}
    return (
        asset.uses.exists()
        or Variant.objects.filter(post__workspace=source.workspace_id, **inside).exists()
        or Publication.objects.filter(workspace=source.workspace_id, content__media__contains=[{"asset": pk}]).exists()
        or ImportFile.objects.filter(asset=asset).exclude(source=source).exists()
        or Variant.objects.filter(post__workspace=source.workspace_id, options__icontains=pk).exists()
    )
