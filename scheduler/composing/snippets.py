"""Texts to use again: snippets with names in braces that are filled in, and templates to begin a post with."""

from collections.abc import Mapping
from typing import Any

import regex
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Member, Workspace
from accounts.roles import Action
from accounts.verbs import Problem, must, record
from scheduler.composing import history
from scheduler.composing.drafting import Draft
from scheduler.models import Post, Snippet, Template

NAME = regex.compile(r"\{\s*([\p{L}_][\p{L}\d_ ]{0,30}?)\s*\}")
KNOWN = ("brand", "campaign", "channel", "date", "link", "time")  # what SMO fills in by itself


def values(draft: Draft, workspace: Workspace) -> dict[str, str]:
    """What the known names stand for in this draft; empty where it says nothing."""
    moment = timezone.localtime(draft.planned_for, workspace.zone) if draft.planned_for else None
    return {
        "brand": workspace.name,
        "campaign": draft.campaign.name if draft.campaign else "",
        "channel": draft.channels[0].name if len(draft.channels) == 1 else "",
        "date": date_format(moment, "j E") if moment else "",
        "link": draft.link,
        "time": date_format(moment, "H:i") if moment else "",
    }


def filled(text: str, known: Mapping[str, str]) -> str:
    """`text` with the known names filled in. What is not known stays in its braces, for the person to type."""

    def value(found: "regex.Match[str]") -> str:
        return known.get(found.group(1).lower()) or found.group()

    return str(NAME.sub(value, text))


@transaction.atomic
def keep_snippet(name: str, text: str, by: Member, snippet: Snippet | None = None) -> Snippet:
    """A new snippet, or a changed one. Raises Problem when the name is taken."""
    must(by, Action.WRITE)
    kept = snippet or Snippet(workspace=by.workspace)
    kept.name, kept.text = name, text
    _save(kept)
    record(by, "wrote snippet", kept)
    return kept


@transaction.atomic
def keep_template(post: Post, name: str, by: Member) -> Template:
    """What a post says, to begin others with; for no time. Raises Problem when the name is taken."""
    must(by, Action.WRITE)
    content: dict[str, Any] = history.written(post) | {"planned_for": ""}
    kept = Template(workspace=by.workspace, name=name, content=content)
    _save(kept)
    record(by, "wrote template", kept)
    return kept


def _save(row: Snippet | Template) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Problem(_("“%(name)s” is there already: choose another name.") % {"name": row.name}, "name") from error


@transaction.atomic
def delete(row: Snippet | Template, by: Member) -> None:
    must(by, Action.WRITE)
    record(by, "deleted", row)
    row.delete()
