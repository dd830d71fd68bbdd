"""The library's screen: files found, selected and put in order; folders."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, allowed, is_htmx
from accounts.roles import Action
from scheduler.composing.fields import is_uuid
from scheduler.library import shelf
from scheduler.library.shelf import NOWHERE, Wanted
from scheduler.library.shelf_forms import ManyForm
from scheduler.models import Asset

PAGE = 48
GONE = "library_gone"  # in the session: the files that were thrown away last, until the next look
KINDS = (("", gettext_lazy("Photos and videos")), ("image", gettext_lazy("Photos")), ("video", gettext_lazy("Videos")))
SHOWN = (
    ("", gettext_lazy("Used or not")),
    ("used", gettext_lazy("Used in posts")),
    ("unused", gettext_lazy("Not used yet")),
    ("no-alt", gettext_lazy("Without alt text")),
    ("over", gettext_lazy("No longer to be used")),
)


@require_GET
@allowed(Action.SEE)
def page(request: MemberRequest) -> HttpResponse:
    """Files by name, alt text (`q`), `folder`, `label`, `kind` and `show`; for htmx the part that changes."""
    wanted = _wanted(request)
    files = Paginator(shelf.find(request.workspace, wanted), PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    shown = {
        "page": files,
        "rows": _rows(request, list(files)),
        "wanted": wanted,
        "query": query.urlencode(),
        "gone": request.session.pop(GONE, []),
        "folders": request.workspace.folders.annotate(files=Count("assets", filter=Q(assets__deleted_at=None))),
        "today": timezone.localdate(),
        "kinds": KINDS,
        "shown": SHOWN,
        "labels": shelf.labels(request.workspace),
        "nowhere": NOWHERE,
        "most": settings.MAX_UPLOAD_BYTES,
    }
    return render(request, "scheduler/_shelf.html" if is_htmx(request) else "scheduler/library.html", shown)


def _wanted(request: MemberRequest) -> Wanted:
    asked, folder = request.GET, request.GET.get("folder", "")
    return Wanted(
        words=asked.get("q", "").strip(),
        folder=folder if folder == NOWHERE or is_uuid(folder) else "",
        label=asked.get("label", ""),
        kind=asked.get("kind", "") if asked.get("kind") in dict(KINDS) else "",
        show=asked.get("show", "") if asked.get("show") in dict(SHOWN) else "",
    )


def _rows(request: MemberRequest, files: list[Asset]) -> list[tuple[Asset, int]]:
    uses = shelf.uses(request.workspace, files)
    return [(asset, uses.get(asset.pk, 0)) for asset in files]


@require_POST
@allowed(Action.WRITE)
def many(request: MemberRequest) -> HttpResponse:
    """Do something with the files that are selected: `do` is move, label, delete or restore."""
    form, do = ManyForm(request.workspace, request.POST), request.POST.get("do", "")
    if do == "restore":
        ids = [UUID(pk) for pk in request.POST.getlist("asset") if is_uuid(pk)]
        _say(request, shelf.take_back(ids, request.member), "restore")
        return _back(request)
    assets = form.chosen()
    if do == "move":
        folder, new = form.goal()
        shelf.move(assets, shelf.folder_named(new, request.member) if new else folder, request.member)
    elif do == "label":
        shelf.label(assets, form.cleaned_data["label"].split(","), request.member)
    elif do == "delete":
        shelf.throw_away(assets, request.member)
        request.session[GONE] = [str(asset.pk) for asset in assets]
    if do != "delete":
        _say(request, len(assets), do)
    return _back(request)


def _say(request: MemberRequest, count: int, do: str) -> None:
    said = {
        "move": ngettext("%(count)s file was moved.", "%(count)s files were moved.", count),
        "label": ngettext("%(count)s file has the label.", "%(count)s files have the label.", count),
        "restore": ngettext("%(count)s file is back.", "%(count)s files are back.", count),
    }
    if do in said:
        messages.success(request, said[do] % {"count": count})


def _back(request: MemberRequest) -> HttpResponse:
    """To the same look at the library; `back` is its query."""
    query = QueryDict(request.POST.get("back", "")).urlencode()
    return redirect(f"{reverse('library')}?{query}" if query else "library")


@require_POST
@allowed(Action.WRITE)
def add_folder(request: MemberRequest) -> HttpResponse:
    made = shelf.folder_named(request.POST.get("name", ""), request.member)
    return redirect(f"{reverse('library')}?folder={made.pk}")


@require_POST
@allowed(Action.WRITE)
def change_folder(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Rename a folder, or with `do` delete remove it: its files stay."""
    folder = get_object_or_404(request.workspace.folders, pk=pk)
    if request.POST.get("do") == "delete":
        shelf.remove_folder(folder, request.member)
        messages.success(request, _("The folder is deleted; its files are still in the library."))
        return redirect("library")
    shelf.rename(folder, request.POST.get("name", ""), request.member)
    return redirect(f"{reverse('library')}?folder={pk}")
