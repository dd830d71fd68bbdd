"""Files brought into the networks' limits ahead of the time: who needs what, who makes it, what was lost on the way.

A message to the transcoding workers is a doorbell: it may be lost or repeated. The row says what there is to do.
"""

import hashlib
import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path, PurePosixPath
from uuid import UUID

import redis
from celery import current_app
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from kombu.exceptions import OperationalError
from PIL import Image

from accounts.languages import speaking
from accounts.live import tell
from scheduler.compose import UNMADE, assets_of, made_of, needs
from scheduler.library import storing
from scheduler.library.fitting import pictures, videos
from scheduler.library.fitting.pictures import Unfit
from scheduler.library.fitting.plan import EXTENSIONS, Profile
from scheduler.models import Asset, Publication, Rendition

QUEUE = "transcode"
TASK = "scheduler.tasks.transcode"
SOON = timedelta(seconds=2)  # a picture takes no longer, usually
UNHEARD = timedelta(seconds=20)  # so long after it was asked for, a message may be lost; a needless one does no harm
SILENT = timedelta(minutes=3)  # longer than ffmpeg may be silent (videos.STALLED), or a picture may take
TOLD_EVERY = 1.0  # seconds between two updates of the progress

log = logging.getLogger("smo.renditions")
State = Rendition.State


# -- who needs what -------------------------------------------------------------------------------------------------------


def request(publications: Iterable[Publication]) -> None:
    """Have everything made that these publications need; it begins when the transaction is committed. What failed before
    is tried again."""
    for publication in publications:
        for one in needed(publication):
            if one.state == State.FAILED:
                Rendition.objects.filter(pk=one.pk, state=State.FAILED).update(state=State.WAITING, why="", percent=0)
            if one.is_ready:
                _keep(one)
            else:
                transaction.on_commit(partial(call, one.pk))


def _keep(rendition: Rendition) -> None:
    """It is used again: old ones are swept away."""
    day_ago = timezone.now() - timedelta(days=1)
    Rendition.objects.filter(pk=rendition.pk, touched_at__lt=day_ago).update(touched_at=timezone.now())


def needed(publication: Publication) -> list[Rendition]:
    """The renditions that a publication sends in place of its files, as far as they are; they are noted where missing."""
    wanted = needs(publication.channel.network, publication.content, assets_of(publication))
    made = dict(made_of(wanted))
    for asset, profile in wanted:
        if (asset.pk, profile.key) not in made:
            made[asset.pk, profile.key] = Rendition.objects.get_or_create(asset=asset, profile=profile.key)[0]
    return list(made.values())


def awaited(publication: Publication) -> timedelta | None:
    """When to look again whether all files are made; None: nothing is being made. What was lost is begun again."""
    missing = [one for one in needed(publication) if one.is_being_made or _is_gone(one)]
    for one in missing:
        if _is_lost(one):
            call(one.pk)
    if not missing:
        return None
    return UNMADE if any(Profile.of(one.profile).is_video for one in missing) else SOON


def _is_gone(rendition: Rendition) -> bool:
    """The row says that it is made, but the file is not there (a backup was restored without it): it is made again."""
    if not rendition.is_ready or storing.has(str(rendition.file.name)):
        return False
    long_ago = timezone.now() - SILENT * 2
    rendition.state, rendition.touched_at = State.WAITING, long_ago
    return bool(Rendition.objects.filter(pk=rendition.pk, state=State.READY).update(state=State.WAITING, touched_at=long_ago))


def _is_lost(rendition: Rendition) -> bool:
    most = UNHEARD if rendition.state == State.WAITING else SILENT
    return timezone.now() - rendition.touched_at > most


def recall() -> None:
    """Begin again whatever was lost: an upgrade, say, ends a long transcoding days before its post is due."""
    now = timezone.now()
    lost = Q(state=State.WAITING, touched_at__lt=now - UNHEARD) | Q(state=State.WORKING, touched_at__lt=now - SILENT)
    for pk in Rendition.objects.filter(lost).values_list("pk", flat=True):
        call(pk)


def call(pk: UUID) -> None:
    """Ring for a worker. A lost message costs a delay, nothing else: `awaited` and `recall` send another."""
    Rendition.objects.filter(pk=pk, state=State.WAITING).update(touched_at=timezone.now())
    try:
        current_app.send_task(TASK, (str(pk),), queue=QUEUE, retry=False)
    except (OperationalError, redis.RedisError) as error:
        log.warning("message lost error=%s", type(error).__name__)


# -- making it ------------------------------------------------------------------------------------------------------------


def make(pk: UUID) -> None:
    """Make a rendition, unless it is made or being made. Why it cannot be is kept in the row."""
    if not _claim(pk):
        return
    rendition = Rendition.objects.select_related("asset__workspace").get(pk=pk)
    try:
        with speaking(rendition.asset.workspace):
            _make(rendition)
    except (Unfit, OSError) as error:
        log.warning("rendition failed id=%s error=%s", pk, type(error).__name__)
        Rendition.objects.filter(pk=pk).update(state=State.FAILED, why=str(error)[:1000], touched_at=timezone.now())
    _tell(_waiting_for(rendition.asset))


def _claim(pk: UUID) -> bool:
    """Whether it is ours: nobody has begun it, or who did is silent."""
    now = timezone.now()
    free = Q(state=State.WAITING) | Q(state=State.WORKING, touched_at__lt=now - SILENT)
    return bool(Rendition.objects.filter(free, pk=pk).update(state=State.WORKING, percent=0, why="", touched_at=now))


def _make(rendition: Rendition) -> None:
    profile, asset = Profile.of(rendition.profile), rendition.asset
    stored = _name(asset, profile)
    with _draft(stored) as draft:
        source = storing.local(str(asset.file.name))
        if profile.is_video:
            videos.make(source, draft, profile, _Told(rendition))
        else:
            pictures.make(source, draft, profile)
        _measure(rendition, draft, profile)
    rendition.file.name = stored
    rendition.state, rendition.percent, rendition.touched_at = State.READY, 100, timezone.now()
    rendition.save()


def _name(asset: Asset, profile: Profile) -> str:
    folder = f"renditions/{asset.workspace_id}/{asset.sha256[:2]}"
    return f"{folder}/{asset.sha256}-{profile.key}{EXTENSIONS[profile.mime_type]}"


@contextmanager
def _draft(stored: str) -> Iterator[Path]:
    """A file that is stored under this name when all went well: nobody ever sees half of one."""
    with storing.workshop() as folder:
        draft = folder / PurePosixPath(stored).name
        yield draft
        storing.put(stored, draft)


def _measure(rendition: Rendition, path: Path, profile: Profile) -> None:
    """What came of it, read from the file."""
    rendition.mime_type, rendition.size = profile.mime_type, path.stat().st_size
    with path.open("rb") as file:
        rendition.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    if not profile.is_video:
        with Image.open(path) as picture:
            rendition.width, rendition.height = picture.size
    elif facts := videos.probe(path):
        rendition.width, rendition.height, rendition.seconds = facts.width, facts.height, facts.seconds
    else:
        raise Unfit("ffmpeg made no video of it")


# -- telling how far it is ------------------------------------------------------------------------------------------------


class _Told:
    """Hears percents and passes them on, not too often. Whoever reports is alive: the row is not begun again."""

    def __init__(self, rendition: Rendition) -> None:
        self.rendition, self.waiting, self.next = rendition, _waiting_for(rendition.asset), 0.0

    def __call__(self, percent: int) -> None:
        if time.monotonic() < self.next:
            return
        self.next = time.monotonic() + TOLD_EVERY
        Rendition.objects.filter(pk=self.rendition.pk, state=State.WORKING).update(percent=percent, touched_at=timezone.now())
        _tell(self.waiting)


def _waiting_for(asset: Asset) -> list[tuple[UUID, UUID]]:
    """(workspace, id) of the publications that are to go out with this file."""
    holds = Q(content__media__contains=[{"asset": str(asset.pk)}])
    rows = Publication.objects.filter(holds, workspace_id=asset.workspace_id, with_media=True, due_at__isnull=False)
    return list(rows.values_list("workspace_id", "pk").order_by())


def _tell(publications: Iterable[tuple[UUID, UUID]]) -> None:
    for workspace, pk in publications:
        tell(workspace, f"publication:{pk}")
