"""Taking files in by pieces. Answers are JSON: {address, piece, size, have}, in the end also {asset, new, said, row}."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, allowed
from accounts.roles import Action
from accounts.verbs import Problem
from scheduler.composing.fields import is_uuid
from scheduler.library import uploading
from scheduler.models import Upload


@require_POST
@allowed(Action.WRITE)
def begin(request: MemberRequest) -> HttpResponse:
    """Where a file goes, by its `name`, `size`, `mark` and `folder`; what is here of it already need not be sent again."""
    size, folder = request.POST.get("size", ""), request.POST.get("folder", "")
    if not size.isdecimal():
        raise Problem(_("Choose a file."), "media")
    place = request.workspace.folders.filter(pk=folder).first() if is_uuid(folder) else None
    name, mark = request.POST.get("name", "").strip() or _("no name"), request.POST.get("mark", "")
    return JsonResponse(_state(uploading.begin(request.member, name, int(size), mark, place)))


@require_http_methods(["GET", "POST"])
@allowed(Action.WRITE)
def upload(request: MemberRequest, pk: UUID) -> HttpResponse:
    """How much of a file is here; or its piece from byte `at` on, as the body. With the last one it is in the library."""
    found = get_object_or_404(request.workspace.uploads.filter(by=request.user), pk=pk)
    if request.method == "GET":
        return JsonResponse(_state(found))
    at = request.GET.get("at", "")
    if found.have < found.size and not uploading.take(found, int(at) if at.isdecimal() else -1, request):
        return JsonResponse(_state(found), status=409)
    new = found.have == found.size and found.asset_id is None and uploading.finish(found)[1]
    return JsonResponse(_state(found, new))


def _state(found: Upload, new: bool = False) -> dict[str, Any]:
    address = reverse("upload", args=[found.pk])
    state: dict[str, Any] = {"address": address, "piece": uploading.PIECE, "size": found.size, "have": found.have}
    if (asset := found.asset) is None:
        return state
    said = "" if new else _("This file is in the library already, as %(name)s: that one is used.") % {"name": asset.name}
    return {**state, "asset": str(asset.pk), "new": new, "said": said, "row": reverse("media-row", args=[asset.pk])}
