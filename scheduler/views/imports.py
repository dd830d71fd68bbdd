"""Bringing posts in from a table: the list of imports, one import with its rows, the template."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, allowed, is_htmx
from accounts.roles import Action
from accounts.verbs import Problem
from scheduler.bulk import listing, starting, writing
from scheduler.bulk.columns import columns
from scheduler.bulk.reading import MOST_BYTES, MOST_ROWS
from scheduler.models import Import, ImportRow
from scheduler.views.exports import ExportForm

SHOWN = 20  # imports in the list
PAGE = 50  # rows on a page
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
VIEWS = {
    "problems": ("bad", gettext_lazy("With problems")),
    "notes": ("notes", gettext_lazy("With notes")),
    "all": ("", gettext_lazy("All")),
}


class ImportForm(forms.Form):
    """The file that somebody brings."""

    file = forms.FileField(
        label=gettext_lazy("CSV or XLSX file"),
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ".csv,.tsv,.txt,.xlsx"}),
    )
    drafts_only = forms.BooleanField(
        label=gettext_lazy("Keep all of them as drafts: their times are noted, nothing is scheduled"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )


@require_GET
@allowed(Action.SEE)
def imports(request: MemberRequest) -> HttpResponse:
    """What was imported, the form for more, and the form for an export."""
    return render(request, "scheduler/imports.html", _page(request, ImportForm()))


def _page(request: MemberRequest, form: ImportForm) -> dict[str, Any]:
    latest = listing.imports(request.workspace, SHOWN)
    return {"form": form, "imports": latest, "most": MOST_ROWS, "export": ExportForm(request.workspace)}


@require_POST
@allowed(Action.WRITE)
def bring(request: MemberRequest) -> HttpResponse:
    """Take a file in; on to its page, where the check can be watched."""
    form = ImportForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            content = file.read(MOST_BYTES + 1)
            source = starting.bring(content, file.name, request.member, form.cleaned_data["drafts_only"])
            return redirect("import", source.pk)
        except Problem as problem:
            form.add_error("file", str(problem))
    return render(request, "scheduler/imports.html", _page(request, form), status=422)


@require_GET
@allowed(Action.WRITE)
def page(request: MemberRequest, pk: UUID) -> HttpResponse:
    """An import: how far it is, its columns, its rows. For htmx the part that changes."""
    source = get_object_or_404(request.workspace.imports.select_related("by", "workspace"), pk=pk)
    template = "scheduler/_import.html" if is_htmx(request) else "scheduler/import.html"
    return render(request, template, _shown(request, source))


def _shown(request: MemberRequest, source: Import) -> dict[str, Any]:
    progress = listing.progress(source)
    show = request.GET.get("show", "")
    if show not in VIEWS:
        show = "problems" if progress.rows["bad"] else "all"
    rows = Paginator(_rows(source, show), PAGE).get_page(request.GET.get("page"))
    return {
        "source": source,
        "progress": progress,
        "same": listing.same_file(source) if source.state == Import.State.CHECKED else None,
        "show": show,
        "views": [(key, label) for key, (_state, label) in VIEWS.items()],
        "page": rows,
        "columns": _columns(request, source, rows[0] if rows else None),
        "choices": columns(starting.networks(request.member)),
    }


def _rows(source: Import, show: str) -> Any:
    rows = source.rows.select_related("post")
    if show == "problems":
        return rows.filter(state=ImportRow.State.BAD)
    return rows.exclude(notes=[]) if show == "notes" else rows


def _columns(request: MemberRequest, source: Import, row: ImportRow | None) -> list[dict[str, str]]:
    """Each header of the file with what it is taken for and an example from its first row."""
    cells = row.cells if row else [""] * len(source.headers)
    table = zip(source.headers, source.mapping, cells, strict=False)
    return [{"header": header or _("(no name)"), "key": key, "sample": cell[:60]} for header, key, cell in table]


@require_POST
@allowed(Action.WRITE)
def remap(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take columns for something else, and check again."""
    source = get_object_or_404(request.workspace.imports, pk=pk)
    starting.remap(source, request.POST.getlist("column"), bool(request.POST.get("drafts_only")), request.member)
    return redirect("import", pk)


@require_POST
@allowed(Action.SCHEDULE)
def start(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Import what can be imported."""
    starting.begin(get_object_or_404(request.workspace.imports, pk=pk), request.member)
    return redirect("import", pk)


@require_POST
@allowed(Action.SCHEDULE)
def undo(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take all of it back."""
    starting.undo(get_object_or_404(request.workspace.imports, pk=pk), request.member)
    return redirect("import", pk)


@require_POST
@allowed(Action.WRITE)
def discard(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Throw a file away of which nothing was imported."""
    starting.discard(get_object_or_404(request.workspace.imports, pk=pk), request.member)
    messages.success(request, _("The file is thrown away."))
    return redirect("imports")


@require_GET
@allowed(Action.WRITE)
def problems(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The lines that cannot be imported, as a file to correct."""
    source = get_object_or_404(request.workspace.imports, pk=pk)
    return _file("".join(writing.bad_lines(source)), CSV, "problems.csv")


@require_GET
@allowed(Action.WRITE)
def template(request: MemberRequest) -> HttpResponse:
    """The file to begin with; `as` is csv or xlsx."""
    if request.GET.get("as") == "csv":
        return _file(writing.csv_template(request.workspace), CSV, "posts.csv")
    return _file(writing.xlsx_template(request.workspace), XLSX, "posts.xlsx")


def _file(content: str | bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response
