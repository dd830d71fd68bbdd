"""Labels: words by which posts and campaigns are found again."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.live import tell
from accounts.models import Member
from accounts.roles import Action
from accounts.verbs import Problem, must, record
from scheduler.composing import history
from scheduler.models import Colour, Label, Post


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


def called(name: str, by: Member) -> tuple[Label, bool]:
    """The label of this name, whatever its case, made if there is none; whether it was made."""
    rows = by.workspace.labels.filter(name__iexact=name)
    if found := rows.first():
        return found, False
    colours = Colour.values
    try:
        return keep(name, colours[by.workspace.labels.count() % len(colours)], by), True
    except Problem:  # somebody else made it in this moment
        return rows.get(), False


def delete(label: Label, by: Member) -> None:
    """Take a label off everything and throw it away."""
    must(by, Action.WRITE)
    record(by, "deleted a label", label)
    label.delete()


# -- on posts ---------------------------------------------------------------------------------------------------------------


def put_on(post: Post, label: Label, by: Member) -> bool:
    """Give a post a label; whether it had not had it."""
    must(by, Action.WRITE)
    return not _has(post, label) and _hang(post, label, by, on=True)


def take_off(post: Post, label: Label, by: Member) -> bool:
    """Take a label off a post; whether it had had it."""
    must(by, Action.WRITE)
    return _has(post, label) and _hang(post, label, by, on=False)


def _has(post: Post, label: Label) -> bool:
    return post.labels.filter(pk=label.pk).exists()


@transaction.atomic
def _hang(post: Post, label: Label, by: Member, on: bool) -> bool:
    """A version of its own, so that somebody who is writing the post sees it and does not take it back unknowingly."""
    history.note_before(post)
    (post.labels.add if on else post.labels.remove)(label)
    history.note(post, by.user)
    record(by, "labelled" if on else "took a label off", post, label=label.name)
    tell(post.workspace_id, f"publication:{post.pk}")
    return True
