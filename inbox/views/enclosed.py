"""The files that hang on what people say."""

from uuid import UUID

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from accounts.access import MemberRequest, allowed
from accounts.roles import Action
from inbox.enclosing import SAVED_ONLY
from inbox.models import Attachment
from scheduler.library import storing
from scheduler.views.library import file_answer


@require_GET
@allowed(Action.SEE)
def attachment(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """The file, or the range of it that a player asks for. What is no picture, film or sound can only be saved."""
    here = Attachment.objects.filter(message__conversation__workspace=request.workspace, message__deleted=False)
    found = get_object_or_404(here.exclude(file=""), pk=pk)
    path = storing.local(found.file)
    if not path.is_file():
        raise Http404
    name = found.name or found.file.rpartition("/")[2]
    answer = file_answer(path, found.mime_type, name, request.headers.get("Range", ""))
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"  # it is a stranger's
    if found.mime_type == SAVED_ONLY:
        answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return answer
