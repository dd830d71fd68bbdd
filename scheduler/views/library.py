"""Files of the library: taking them in, giving them out to members of their workspace."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.defaultfilters import filesizeformat
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.access import MemberRequest, allowed
from accounts.roles import Action
from accounts.verbs import Problem
from scheduler.composing.fields import COVER
from scheduler.library import captioning, giving, storing
from scheduler.library.media import add_asset, film
from scheduler.library.thumbs import ENDING, MIME, SHAPE, SIZES, thumbnail
from scheduler.models import Asset

CHUNK = 256 * 1024
RANGE = re.compile(r"bytes=(\d*)-(\d*)$")
SLOT = re.compile(r"[a-z0-9-]*media$")


@require_POST
@allowed(Action.WRITE)
def add(request: MemberRequest) -> HttpResponse:
    """Take in the uploaded `file`; the answer is its row in the list that `slot` names, or its field for `option`."""
    file = request.FILES.get("file")
    if file is None:
        raise Problem(_("Choose a file."), "media")
    if (file.size or 0) > settings.MAX_UPLOAD_BYTES:
        most = filesizeformat(settings.MAX_UPLOAD_BYTES)
        raise Problem(_("%(name)s is larger than %(most)s: make it smaller.") % {"name": file.name, "most": most}, "media")
    asset, _new = add_asset(request.workspace, file, file.name or "", request.user)
    return _row(request, asset)


@require_POST
@allowed(Action.WRITE)
def make_film(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A short film of a picture, for networks that take videos only."""
    photo = get_object_or_404(request.workspace.assets, pk=pk)
    if photo.is_video:
        raise Problem(_("This is a video already."), "media")
    return _row(request, film(photo, request.user))


@require_GET
@allowed(Action.WRITE)
def row(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A file of the library as a row in the list that `slot` names, or as the field for `option`."""
    return _row(request, get_object_or_404(request.workspace.assets, pk=pk))


def _row(request: MemberRequest, asset: Asset) -> HttpResponse:
    asked = request.POST or request.GET
    slot = asked.get("slot", "media")
    captioning.check_place(asset, asked.get("option", ""))
    template = "scheduler/_chosen_file.html" if asked.get("option") else "scheduler/_media.html"
    shown = {
        "asset": asset,
        "alt": asset.alt,
        "slot": slot if SLOT.match(slot) else "media",
        "name": asked.get("option", ""),
    }
    return render(request, template, shown)


@require_GET
@allowed(Action.SEE)
def thumb(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """A small picture of a file; `size` is one of scheduler.library.thumbs.SIZES, `at` a second of a film, `shape` its own."""
    asset = get_object_or_404(request.workspace.assets, pk=pk)
    size, at, shape = (request.GET.get(name, "") for name in ("size", "at", "shape"))
    second = float(at) if asset.is_video and COVER.fullmatch(at) else None
    path = thumbnail(asset, size if size in SIZES else "small", second, shape if SHAPE.fullmatch(shape) else "")
    if path is None:
        raise Http404
    answer = file_answer(path, MIME, f"{asset.pk}{ENDING}", "")
    if asset.is_video:  # another frame may be chosen for it
        answer["Cache-Control"] = "private, max-age=60"
    return answer


@require_GET
@allowed(Action.SEE)
def media(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """A file as it was uploaded, or the range of it that a player asks for."""
    asset = get_object_or_404(request.workspace.assets, pk=pk)
    path = storing.local(str(asset.file.name))
    if not path.is_file():
        raise Http404
    return file_answer(path, asset.mime_type, asset.name, request.headers.get("Range", ""))


@require_safe
def given(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """A file for a network that fetches it; whoever has the address needs no session."""
    found = giving.given(token)
    if found is None:
        raise Http404
    path, mime_type = found
    return file_answer(path, mime_type, name, request.headers.get("Range", ""))


def file_answer(path: Path, mime_type: str, name: str, wanted: str) -> HttpResponseBase:
    """A file in chunks: FileResponse would read it whole into memory under ASGI. It never changes, so it may be kept."""
    size = path.stat().st_size
    start, end = _range(wanted, size)
    response = StreamingHttpResponse(_chunks(path, start, end), content_type=mime_type)
    response["Content-Length"] = str(end - start)
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    response["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=name) or "inline"
    if (start, end) != (0, size):
        response.status_code = 206
        response["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return response


def _range(wanted: str, size: int) -> tuple[int, int]:
    """(first byte, behind the last) of a Range header with one range; all of the file for anything else."""
    found = RANGE.match(wanted)
    if not found or found.group(0) == "bytes=-":
        return 0, size
    first, last = found.groups()
    start, end = (int(first), min(int(last) + 1, size) if last else size) if first else (max(size - int(last), 0), size)
    return (start, end) if start < end else (0, size)


async def _chunks(path: Path, start: int, end: int) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(path.open, "rb") as file:
        file.seek(start)
        while start < end and (data := await asyncio.to_thread(file.read, min(CHUNK, end - start))):
            start += len(data)
            yield data
