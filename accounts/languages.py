"""The languages of the interface: which there are, and which one somebody reads.

A user's own choice comes first, then the workspace's, then what the browser asks for.
"""

from contextlib import AbstractContextManager

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from accounts.models import Language, Member, User, Workspace
from accounts.verbs import Problem


def of(request: HttpRequest) -> str:
    """The language for a request of somebody who is signed in; empty: as the browser asks."""
    workspace: Workspace | None = getattr(request, "workspace", None)
    own: str = getattr(request.user, "language", "")
    return own or (workspace.language if workspace else "")


def choose(user: User, code: str) -> None:
    """The user reads everything in this language from now on. Raises Problem when there is no such language."""
    user.language = known(code)
    user.save(update_fields=["language"])


def keep_choice(request: HttpRequest, user: User) -> None:
    """What was chosen on the sign-in page is the choice of a user who has made none."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if not user.language and chosen in Language.values:
        choose(user, chosen)


def known(code: str) -> str:
    """The code, if it is one of ours. Raises Problem."""
    if code not in Language.values:
        raise Problem(translation.gettext("SMO does not speak this language yet: choose one of the list."))
    return code


def addressing(member: Member) -> AbstractContextManager[None]:
    """Within, sentences are made in the language that the member reads."""
    return translation.override(member.user.language or member.workspace.language)


def speaking(workspace: Workspace) -> AbstractContextManager[None]:
    """Within, sentences are made in the workspace's language: for what workers write into rows and mails."""
    return translation.override(workspace.language)
