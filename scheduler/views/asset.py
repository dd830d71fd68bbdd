"""One file of the library: what is known of it, where it is used, which networks take it, a part of it as a new file."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, allowed
from accounts.models import Channel
from accounts.roles import Action, may
from accounts.verbs import Problem, must
from connectors import NETWORKS
from connectors.data import GIF
from scheduler.library import reshaping, shelf
from scheduler.library.fitness import fits
from scheduler.library.shelf_forms import AssetForm, CutForm
from scheduler.models import Asset
from scheduler.views.shelf import GONE

MOST_USES = 20


@require_http_methods(["GET", "POST"])
@allowed(Action.SEE)
def page(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A file with all that is known of it; posted, what somebody says about it is kept."""
    asset = get_object_or_404(request.workspace.assets.select_related("folder", "added_by", "made_from"), pk=pk)
    form = AssetForm(request.workspace, request.POST or None, instance=asset)
    if request.method == "POST":
        must(request.member, Action.WRITE)
        if form.is_valid():
            form.save()
            messages.success(request, _("Saved."))
            return redirect("asset", pk)
    elif not may(request.member.role, Action.WRITE):
        for field in form.fields.values():
            field.disabled = True
    return render(request, "scheduler/asset.html", _shown(request, asset, form), status=422 if form.errors else 200)


def _shown(request: MemberRequest, asset: Asset, form: AssetForm) -> dict[str, Any]:
    posts = shelf.posts_with(asset)
    chosen = request.workspace.channels.exclude(status=Channel.Status.REMOVED).values_list("network", flat=True)
    own = [slug for slug in NETWORKS if slug in set(chosen)]
    return {
        "asset": asset,
        "form": form,
        "count": posts.count(),
        "posts": list(posts[:MOST_USES]),
        "fits": list(fits(asset, own or NETWORKS)),
        "today": timezone.localdate(),
        "cuttable": asset.is_image and asset.mime_type != GIF and may(request.member.role, Action.WRITE),
    }


@require_POST
@allowed(Action.WRITE)
def cut(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A part of the picture, or the picture turned, as a new file."""
    asset = get_object_or_404(request.workspace.assets, pk=pk)
    made = reshaping.cut(asset, CutForm(request.POST).cut(), request.member)
    messages.success(request, _("This is the new picture. The original is still in the library."))
    return redirect("asset", made.pk)


@require_POST
@allowed(Action.WRITE)
def poster(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The frame at `seconds` stands for the video."""
    asset = get_object_or_404(request.workspace.assets, pk=pk)
    try:
        seconds = float(request.POST.get("seconds", ""))
    except ValueError as error:
        raise Problem(_("Stop the video where the picture is good, then choose the frame."), "media") from error
    reshaping.choose_poster(asset, seconds, request.member)
    messages.success(request, _("This frame stands for the video now."))
    return redirect("asset", pk)


@require_POST
@allowed(Action.WRITE)
def delete(request: MemberRequest, pk: UUID) -> HttpResponse:
    asset = get_object_or_404(request.workspace.assets, pk=pk)
    shelf.throw_away([asset], request.member)
    request.session[GONE] = [str(pk)]
    return redirect("library")
