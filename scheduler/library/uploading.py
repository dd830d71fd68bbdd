"""Files that arrive in pieces, so that a lost connection costs one piece and not the whole file.

Each piece is stored by itself: several web servers may take them in turn. What the file is, its content says at the end.
"""

from pathlib import Path
from typing import Protocol
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member
from accounts.roles import Action
from accounts.verbs import Problem, must
from scheduler.library import storing
from scheduler.library.media import add_asset
from scheduler.models import Asset, Folder, Upload

PIECE = 4_000_000  # bytes that are sent at once, and that a lost connection costs at most
MOST_UNFINISHED = 50  # uploads that one person may have begun


class Source(Protocol):
    """What a request is read from."""

    def read(self, size: int = ..., /) -> bytes: ...


def begin(by: Member, name: str, size: int, mark: str, folder: Folder | None = None) -> Upload:
    """Where a file's pieces go: to what is here of it already, or to a new place. Raises Problem for what is too large.

    `mark` tells two files of the same name and size apart; the same person with the same file goes on where it was cut.
    """
    must(by, Action.WRITE)
    if size < 1:
        raise Problem(_("%(name)s is empty: choose another file.") % {"name": name}, "media")
    if size > settings.MAX_UPLOAD_BYTES:
        most = filesizeformat(settings.MAX_UPLOAD_BYTES)
        raise Problem(_("%(name)s is larger than %(most)s: make it smaller.") % {"name": name, "most": most}, "media")
    unfinished = by.workspace.uploads.filter(by=by.user, asset=None)
    known = unfinished.filter(name=name[:200], size=size, mark=mark[:100]).exclude(have=size).first() if mark else None
    if known is None and unfinished.count() >= MOST_UNFINISHED:
        raise Problem(_("Too many uploads were begun and not finished: wait for them, or try again tomorrow."), "media")
    if known is None:
        known = Upload(workspace=by.workspace, by=by.user, name=name[:200], size=size, mark=mark[:100])
    known.folder, known.touched_at = folder, timezone.now()
    known.save()
    return known


def take(upload: Upload, at: int, source: Source) -> bool:
    """Take the piece that begins at byte `at`. False: another piece is wanted (`upload.have` says which).

    Raises Problem for more than was announced.
    """
    if upload.asset_id or at != upload.have:
        return False
    content = source.read(PIECE + 1)
    if not content or len(content) > PIECE or at + len(content) > upload.size:
        raise Problem(_("This is not the file that was begun: upload it again."), "media")
    # A name of its own: of two that bring the same piece at once, one takes its own away again.
    name = default_storage.save(f"uploads/{upload.pk}/{at:015d}-{uuid4().hex[:8]}", ContentFile(content))
    if _note(upload, at, name, len(content)):
        return True
    storing.remove(name)
    return False


@transaction.atomic
def _note(upload: Upload, at: int, name: str, size: int) -> bool:
    """Whether this piece is the next one: the same may have come twice in the same moment."""
    row = Upload.objects.select_for_update().get(pk=upload.pk)
    upload.have, upload.pieces = row.have, row.pieces
    if row.have != at:
        return False
    upload.have, upload.pieces, upload.touched_at = at + size, [*row.pieces, name], timezone.now()
    upload.save(update_fields=["have", "pieces", "touched_at"])
    return True


def finish(upload: Upload) -> tuple[Asset, bool]:
    """The asset of a file that is here whole, and whether it is new. Raises Problem when it is no picture or video."""
    try:
        with storing.workshop() as folder, _joined(upload, folder / "whole").open("rb") as whole:
            asset, new = add_asset(upload.workspace, File(whole), upload.name, upload.by)
    except Problem:
        forget(upload)
        raise
    if new and upload.folder_id:
        Asset.objects.filter(pk=asset.pk).update(folder=upload.folder_id)
    for name in upload.pieces:
        storing.remove(name)
    upload.asset, upload.pieces = asset, []
    upload.save(update_fields=["asset", "pieces"])
    return asset, new


def _joined(upload: Upload, path: Path) -> Path:
    with path.open("wb") as whole:
        for name in upload.pieces:
            with default_storage.open(name, "rb") as piece:
                whole.write(piece.read())
    return path


def forget(upload: Upload) -> None:
    """An upload that leads nowhere, with its pieces."""
    for name in upload.pieces:
        storing.remove(name)
    upload.delete()
