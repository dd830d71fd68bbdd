"""Media that a table names by address: fetched through the guard of the HTTP seam, identified by their bytes."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

import requests
from django.conf import settings
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.template.defaultfilters import filesizeformat
from django.utils import translation
from django.utils.translation import gettext as _
from urllib3.exceptions import HTTPError

from accounts.verbs import Problem
from connectors.errors import Blocked, ConnectorError, Doubt
from connectors.http import Http
from scheduler.library.media import add_asset
from scheduler.models import Asset, Import, ImportFile

AT_ONCE = 6
DEADLINE = 60.0  # seconds for one file as a whole; less than a task may take
REDIRECTS = 4
CHUNK = 256 * 1024
TRIES = 3  # a file that takes its worker down with it must not do so for ever
REDIRECT = (301, 302, 303, 307, 308)


class Got(NamedTuple):
    """A file on this disk, or why there is none."""

    row: ImportFile
    path: Path | None
    why: str


def fetch_some(source: Import) -> bool:
    """Fetch the next files of an import. False: there are no more."""
    rows = list(source.files.filter(state=ImportFile.State.WAITING).order_by("pk")[:AT_ONCE])
    for row in rows:
        row.tries += 1
        row.save(update_fields=["tries"])
    with TemporaryDirectory(prefix="smo-import-") as folder, ThreadPoolExecutor(AT_ONCE) as pool:
        for got in pool.map(lambda row: _got(row, Path(folder) / str(row.pk), source.language), rows):
            _keep(source, got)
    return bool(rows)


def _got(row: ImportFile, path: Path, language: str) -> Got:
    """Runs in a thread of its own and touches no database."""
    with translation.override(language):
        if row.tries > TRIES:
            return Got(row, None, _("%(address)s could not be taken in: upload the file.") % {"address": row.address})
        try:
            download(row.address, path)
        except Problem as problem:
            return Got(row, None, str(problem))
    return Got(row, path, "")


def _keep(source: Import, got: Got) -> None:
    row = got.row
    row.why = got.why
    if got.path:
        name = PurePosixPath(unquote(urlsplit(row.address).path)).name or "file"
        try:
            row.asset, row.new = _added(source, got.path, name)
        except Problem as problem:
            row.why = str(problem)
    row.state = ImportFile.State.READY if row.asset else ImportFile.State.FAILED
    row.save()


def _added(source: Import, path: Path, name: str) -> tuple[Asset, bool]:
    for last in (False, True):
        try:
            with path.open("rb") as file, transaction.atomic():
                return add_asset(source.workspace, File(file, name=name), name, source.by)
        except IntegrityError:  # somebody has just added the same content
            if last:
                raise
    raise AssertionError


# -- over the wire --------------------------------------------------------------------------------------------------------


def download(address: str, path: Path) -> None:
    """Write what lies at an address to `path`. Raises Problem: it is not there, too large, too slow or not public."""
    ends = time.monotonic() + DEADLINE
    target = address
    try:
        for _hop in range(REDIRECTS + 1):
            with asked(target, ends) as response:
                if response.status_code not in REDIRECT:
                    _save(response, address, path, ends)
                    return
                target = urljoin(target, response.headers.get("Location", ""))
    except Blocked as error:
        text = _("%(address)s is not on the public internet: upload the file.")
        raise Problem(text % {"address": address}, "media") from error
    except (ConnectorError, Doubt, requests.RequestException, HTTPError, OSError, ValueError) as error:
        text = _("%(address)s cannot be reached: correct the address, or upload the file.")
        raise Problem(text % {"address": address}, "media") from error
    raise Problem(_("%(address)s leads from one address to the next: upload the file.") % {"address": address}, "media")


def asked(target: str, ends: float, guarded: bool = True) -> requests.Response:
    """The answer of an address that a user gave, its body still to be read, no later than `ends` (monotonic). Raises Blocked
    for one that is not on the public internet, if it is `guarded`."""
    parts = urlsplit(target)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Blocked(f"{parts.scheme} is no way to fetch a file.")
    http = Http((parts.hostname,), deadline=max(ends - time.monotonic(), 1.0), guarded=guarded and not settings.PRIVATE_SERVERS)
    return http.session.request("GET", target, stream=True, headers={"Accept-Encoding": "identity"})


def _save(response: requests.Response, address: str, path: Path, ends: float) -> None:
    """The body, as it comes: a server that dribbles is left at the deadline, not read for ever."""
    if response.status_code >= 400:
        text = _("%(address)s is not there (the server says %(status)s): correct the address, or upload the file.")
        raise Problem(text % {"address": address, "status": response.status_code}, "media")
    size = 0
    with path.open("wb") as file:
        while chunk := response.raw.read1(CHUNK):
            size += file.write(chunk)
            if size > settings.MAX_UPLOAD_BYTES:
                words = {"address": address, "most": filesizeformat(settings.MAX_UPLOAD_BYTES)}
                raise Problem(_("%(address)s is larger than %(most)s: make it smaller.") % words, "media")
            if time.monotonic() > ends:
                raise Problem(_("%(address)s comes too slowly: upload the file.") % {"address": address}, "media")
