"""What nobody needs any more leaves the disk: abandoned uploads, files thrown away, renditions of long ago."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from scheduler.library import storing
from scheduler.library.shelf import uses
from scheduler.library.uploading import forget
from scheduler.models import Asset, Publication, Rendition, Upload

ABANDONED = timedelta(days=2)  # an upload that is interrupted on Friday evening goes on in the morning
TRASHED = timedelta(days=7)
UNUSED = timedelta(days=30)  # a rendition is made again when it is needed after all
MOST = 200  # of each kind at once: the next look takes the rest


def tidy() -> None:
    """Look for all of it. May run at any time and in several places."""
    now = timezone.now()
    for upload in Upload.objects.filter(touched_at__lt=now - ABANDONED)[:MOST]:
        forget(upload)
    for asset in Asset.everything.filter(deleted_at__lt=now - TRASHED).select_related("workspace")[:MOST]:
        _purge(asset)
    made = ~Q(state=Rendition.State.WORKING)
    for rendition in Rendition.objects.filter(made, touched_at__lt=now - UNUSED).select_related("asset")[:MOST]:
        if not _is_awaited(rendition.asset):
            _discard(rendition)


def _purge(asset: Asset) -> None:
    """A file that was thrown away, for good. One that is used nonetheless is taken back: a post was copied in that moment."""
    if uses(asset.workspace, [asset]):
        Asset.everything.filter(pk=asset.pk).update(deleted_at=None)
        return
    for rendition in asset.renditions.all():
        _discard(rendition)
    name, thumbs = str(asset.file.name), f"{asset.workspace_id}/{asset.pk}-*"
    asset.delete()
    storing.remove(name)
    for thumb in (Path(settings.MEDIA_ROOT) / "thumbs").glob(thumbs):
        thumb.unlink(missing_ok=True)


def _is_awaited(asset: Asset) -> bool:
    """Whether a post that is to go out has this file, among its media or beside them."""
    live = Publication.objects.filter(workspace_id=asset.workspace_id, with_media=True, due_at__isnull=False)
    return live.annotate(said=Cast("content", TextField())).filter(said__contains=str(asset.pk)).exists()


def _discard(rendition: Rendition) -> None:
    name = str(rendition.file.name or "")
    rendition.delete()
    storing.remove(name)
