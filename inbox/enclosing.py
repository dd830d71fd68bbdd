"""What hangs on what people say: kept in mind with the message, fetched after it, gone with it.

The addresses come from the network, and so from people: files are fetched through the guard, to a limit, and are what their
bytes say they are.
"""

import logging
import mimetypes
import os
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests
from django.contrib.postgres.expressions import ArraySubquery
from django.core.files.base import File
from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, F, OuterRef, Q
from django.db.models.functions import JSONObject
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from urllib3.exceptions import HTTPError

from accounts.languages import speaking
from accounts.models import Channel
from accounts.networks import app_for
from accounts.verbs import Problem
from connectors.errors import Blocked, ConnectorError, Doubt
from connectors.talk import Attachment as Told
from inbox import threads
from inbox.models import Attachment, Message
from scheduler.bulk.fetching import CHUNK, REDIRECT, asked
from scheduler.library import storing
from scheduler.library.media import IMAGES, identify
from scheduler.library.stripping import stripped

MOST_BYTES = 64 * 1024 * 1024
MOST_OF_ONE = 20  # attachments that a message may have
DEADLINE = 30.0  # seconds for one file
HOPS = 4
MOST_TRIES = 6  # a file that takes its worker down with it must not do so for ever
PAUSES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))  # after a failure that may pass
NOTHING = {"source": "", "name": "", "alt": "", "file": "", "mime_type": "", "size": 0, "due_at": None, "why": ""}
SAVED_ONLY = "application/octet-stream"
SOUNDS = {b"OggS": "audio/ogg", b"ID3": "audio/mpeg", b"\xff\xfb": "audio/mpeg", b"fLaC": "audio/flac"}

log = logging.getLogger("smo.inbox")


# -- with the message -----------------------------------------------------------------------------------------------------


def keep(message: Message, told: Sequence[Told]) -> bool:
    """A row for each thing that hangs on a message, however often it is told; whether one is new. Our own picture we have."""
    if not told or message.deleted or message.picture_id:
        return False
    known = set(Attachment.objects.filter(message=message).values_list("key", flat=True))
    rows = [_row(message, place, one) for place, one in enumerate(told[:MOST_OF_ONE])]
    new = [row for row in rows if row.key not in known and row.source]
    Attachment.objects.bulk_create(new, ignore_conflicts=True)
    return bool(new)


def _row(message: Message, place: int, told: Told) -> Attachment:
    return Attachment(
        message=message,
        key=(told.remote_id or str(place))[:300],
        place=place,
        kind=told.kind if told.kind in Attachment.Kind else Attachment.Kind.FILE,
        source=told.url if told.url.startswith(("https://", "http://")) else "",
        name=threads.clean(told.name)[:200],
        alt=threads.clean(told.alt)[:2000],
    )


def follow(message: Message, told: Sequence[Told]) -> bool:
    """What hangs on an edited message is what was read now. The content of what is missing goes, as with a deletion, and its
    row tells that it was there; what came back, or stands in another's place, is kept anew. Whether something went."""
    rows = Attachment.objects.filter(message=message)
    keys = {row.key: row for row in (_row(message, place, one) for place, one in enumerate(told))}
    for row in rows.filter(key__in=[key for key, row in keys.items() if row.source]).select_for_update():
        if _is_another(row, keys[row.key]):
            row.delete()
    missing = list(rows.exclude(source="").exclude(key__in=keys).select_for_update())
    for row in missing:
        remove_file(row)
    return bool(rows.filter(pk__in=[row.pk for row in missing]).update(**NOTHING))


def _is_another(kept: Attachment, told: Attachment) -> bool:
    """Whether a file has come in the place of one that went, or was changed. Where a network gives files no ids, the name in
    the address tells it: the rest of an address may be another at each reading. [U] that the name stays while the file does."""
    return urlsplit(kept.source).path.rpartition("/")[2] != urlsplit(told.source).path.rpartition("/")[2]


def forget(message: Message) -> None:
    """It was deleted on the network: what hung on it goes too."""
    Attachment.objects.filter(message=message).delete()


@receiver(post_delete, sender=Attachment)
def remove_file(instance: Attachment, **_: object) -> None:
    """The copy goes with its row, whatever the row went with."""
    if instance.file:
        transaction.on_commit(lambda: storing.remove(instance.file))


def tidy() -> None:
    """The same for what was deleted on other ways."""
    Attachment.objects.filter(message__deleted=True).delete()


def shown() -> ArraySubquery:
    """For messages: what hangs on each, as its template reads it."""
    columns = ("pk", "kind", "name", "alt", "file", "mime_type", "size", "width", "height", "why")
    rows = Attachment.objects.filter(message=OuterRef("pk")).order_by("place", "key")
    gone = ExpressionWrapper(Q(source=""), BooleanField())
    return ArraySubquery(rows.values_list(JSONObject(gone=gone, **{name: name for name in columns}), flat=True))


# -- fetching -------------------------------------------------------------------------------------------------------------


def fetch(pk: str, ticket: datetime) -> None:
    """Answer a bell: get the file. A stale ticket is passed over; what may pass is tried again some times."""
    rows = Attachment.objects.filter(pk=pk, due_at=ticket)
    if not rows.update(tries=F("tries") + 1):
        return
    row = rows.select_related("message__conversation", "message__channel__workspace").first()
    if row is None or row.message.deleted:
        rows.delete()
        return
    with speaking(row.message.channel.workspace):
        if row.tries > MOST_TRIES:
            rows.update(due_at=None, why=_("It cannot be read."))
        else:
            _fetch(row, ticket)
    threads.tell_of(row.message.conversation)


def _fetch(row: Attachment, ticket: datetime) -> None:
    rows = Attachment.objects.filter(pk=row.pk, due_at=ticket)
    try:
        with storing.workshop() as folder:
            path = folder / "file"
            _download(row.source, path, row.message.channel)
            facts = _facts(path)
            name = (
                f"inbox/{row.message.channel.workspace_id}/{row.pk}{mimetypes.guess_extension(str(facts['mime_type'])) or ''}"
            )
            storing.put(name, path)
    except Problem as problem:
        rows.update(due_at=None, why=str(problem))
    except (ConnectorError, Doubt, requests.RequestException, HTTPError, OSError, ValueError, SyntaxError) as error:
        log.info("not fetched attachment=%s error=%s", row.pk, type(error).__name__)
        why = _("The network did not give it.")
        again = timezone.now() + PAUSES[row.tries - 1] if row.tries <= len(PAUSES) else None
        rows.update(due_at=again, why="" if again else why)
    else:
        if not rows.update(**facts, file=name, due_at=None, why=""):  # it was deleted, or fetched by somebody else
            _drop(row, name)


def _drop(row: Attachment, name: str) -> None:
    if not Attachment.objects.filter(pk=row.pk, file=name).exists():
        storing.remove(name)


def _facts(path: Path) -> dict[str, object]:
    """What the bytes are. A picture is kept without what it tells of its maker; what is unknown is a file to save."""
    with path.open("rb") as opened:
        file = File(opened, name=path.name)
        head = file.read(4)
        mime_type = next((kind for mark, kind in SOUNDS.items() if head.startswith(mark)), "")
        width = height = 0
        if not mime_type:
            try:
                mime_type, width, height, _seconds = identify(file, path.name)
            except Problem:
                mime_type = SAVED_ONLY
    if mime_type in IMAGES.values():
        bare = stripped(path.read_bytes())
        path.write_bytes(bare)
    if not mime_type.startswith(("image/", "video/", "audio/")):
        mime_type = SAVED_ONLY
    return {"mime_type": mime_type, "width": width, "height": height, "size": os.path.getsize(path)}


def _download(source: str, path: Path, channel: Channel) -> None:
    """Write what lies there to `path`. Raises Problem where another try is no use."""
    ends, target = time.monotonic() + DEADLINE, source
    try:
        for _hop in range(HOPS + 1):
            with asked(target, ends, guarded=not _is_practice(target, channel)) as response:
                if response.status_code not in REDIRECT:
                    _save(response, path, ends)
                    return
                target = urljoin(target, response.headers.get("Location", ""))
    except Blocked as error:
        raise Problem(_("Its address is not on the public internet.")) from error
    raise Problem(_("Its address leads from one to the next."))


def _is_practice(target: str, channel: Channel) -> bool:
    """The practice networks run beside SMO, on no public address."""
    app = app_for(channel.network, practice=True) if channel.practice else None
    return app is not None and urlsplit(app.base_url)[:2] == urlsplit(target)[:2]


def _save(response: requests.Response, path: Path, ends: float) -> None:
    if 400 <= response.status_code < 500 and response.status_code != 429:
        raise Problem(_("The network does not have it any more."))
    if response.status_code != 200:
        raise OSError(response.status_code)
    size = 0
    with path.open("wb") as file:
        while chunk := response.raw.read1(CHUNK):
            size += file.write(chunk)
            if size > MOST_BYTES:
                raise Problem(_("It is larger than %(most)s.") % {"most": filesizeformat(MOST_BYTES)})
            if time.monotonic() > ends:
                raise TimeoutError
    if not size:
        raise OSError("empty")
