"""Keeping saved replies: who answers people keeps them, because they know what is asked."""

from collections.abc import Mapping
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member, Workspace
from accounts.roles import Action
from accounts.verbs import Problem, must, record
from inbox.models import SavedReply, Wording

BACK = timedelta(days=1)  # for which a deleted one can be brought back


@transaction.atomic
def keep(title: str, asked: str, texts: Mapping[str, str], by: Member, reply: SavedReply | None = None) -> SavedReply:
    """A new saved reply, or a changed one. `texts`: its wordings by language. Raises Problem when the title is taken."""
    must(by, Action.REPLY)
    kept = reply or SavedReply(workspace=by.workspace)
    kept.title, kept.asked = title, asked
    _save(kept)
    kept.wordings.exclude(language__in=texts).delete()
    for language, text in texts.items():
        Wording.objects.update_or_create(reply=kept, language=language, defaults={"text": text})
    record(by, "wrote saved reply", kept)
    return kept


@transaction.atomic
def delete(reply: SavedReply, by: Member) -> None:
    """Take it off the list. For a while it can be brought back; those whose time is over are gone with this."""
    must(by, Action.REPLY)
    SavedReply.objects.filter(workspace=by.workspace, gone_at__lt=timezone.now() - BACK).delete()
    reply.gone_at = timezone.now()
    reply.save(update_fields=["gone_at"])
    record(by, "deleted saved reply", reply)


@transaction.atomic
def restore(reply: SavedReply, by: Member) -> None:
    """Bring a deleted one back. Raises Problem when another has its title by now."""
    must(by, Action.REPLY)
    reply.gone_at = None
    _save(reply)
    record(by, "brought saved reply back", reply)


def _save(reply: SavedReply) -> None:
    try:
        with transaction.atomic():
            reply.save()
    except IntegrityError as error:
        raise Problem(_("“%(name)s” is there already: choose another title.") % {"name": reply.title}, "title") from error


def there(workspace: Workspace) -> "list[SavedReply]":
    """All that can be answered with, with their wordings."""
    return list(workspace.saved_replies.filter(gone_at=None).prefetch_related("wordings"))
