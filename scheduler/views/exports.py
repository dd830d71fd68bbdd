"""Taking posts and publications away as CSV."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from accounts.access import MemberRequest, allowed
from accounts.models import Workspace
from accounts.roles import Action
from accounts.verbs import Problem
from scheduler.bulk.exporting import DRAFTS, POSTS, PUBLICATIONS, STATES, Wanted, pieces

WORDS = {
    "scheduled": gettext_lazy("Scheduled or on the way"),
    "published": gettext_lazy("Published"),
    "failed": gettext_lazy("Failed"),
    "cancelled": gettext_lazy("Cancelled"),
}


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}))


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "form-select"})


class ExportForm(forms.Form):
    """What is to be in the file."""

    what = forms.ChoiceField(
        label=gettext_lazy("One line for each"),
        choices=[
            (POSTS, gettext_lazy("post, as an import reads it")),
            (PUBLICATIONS, gettext_lazy("publication, with what became of it")),
        ],
        widget=_select(),
    )
    since = _day(gettext_lazy("From"))
    until = _day(gettext_lazy("To"))
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("All")), (DRAFTS, gettext_lazy("Drafts")), *((key, WORDS[key]) for key in STATES)],
        widget=_select(),
    )

    def __init__(self, workspace: Workspace, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="export-%s")
        self.fields["channel"] = forms.ModelChoiceField(
            workspace.channels.all(), label=_("Channel"), required=False, empty_label=_("All channels"), widget=_select()
        )


@require_GET
@allowed(Action.SEE)
def export(request: MemberRequest) -> HttpResponseBase:
    """The file, as it is made. `what`, `since`, `until`, `channel` and `state` in the query."""
    form = ExportForm(request.workspace, {"what": POSTS, **request.GET.dict()})
    if not form.is_valid():
        raise Problem(" ".join(str(error) for errors in form.errors.values() for error in errors))
    wanted = Wanted(**form.cleaned_data)
    response = StreamingHttpResponse(pieces(request.workspace, wanted), content_type="text/csv; charset=utf-8")
    name = f"{wanted.what}-{timezone.localdate().isoformat()}.csv"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response
