"""Labels: words by which posts and campaigns are found again."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Member
from accounts.roles import Action
from accounts.verbs import Problem, must, record
from scheduler.models import Label


def keep(name: str, colour: str, by: Member, label: Label | None = None) -> Label:
    """Make a label, or give it another name and colour. Raises Problem when another one has the name."""
    must(by, Action.WRITE)
    kept = label or Label(workspace=by.workspace)
    kept.name, kept.colour = name, colour
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError as error:
        raise Problem(_("There is a label of this name already: choose another name."), "name") from error
    record(by, "changed a label" if label else "made a label", kept)
    return kept


def delete(label: Label, by: Member) -> None:
    """Take a label off everything and throw it away."""
    must(by, Action.WRITE)
    record(by, "deleted a label", label)
    label.delete()
