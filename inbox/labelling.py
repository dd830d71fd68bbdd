"""Labels on conversations: the workspace's own, as on posts and campaigns."""

from django.db import transaction

from accounts.models import Member
from accounts.roles import Action
from accounts.verbs import must
from inbox.models import Conversation, Deed
from inbox.threads import tell_of
from scheduler.models import Label


def put_on(conversation: Conversation, label: Label, by: Member) -> None:
    """Give it a label; nothing where it has it."""
    _hang(conversation, label, by, on=True)


def take_off(conversation: Conversation, label: Label, by: Member) -> None:
    """Take a label off it; nothing where it has not had it."""
    _hang(conversation, label, by, on=False)


@transaction.atomic
def _hang(conversation: Conversation, label: Label, by: Member, on: bool) -> None:
    must(by, Action.REPLY)
    locked = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if locked.labels.filter(pk=label.pk).exists() == on:
        return
    (locked.labels.add if on else locked.labels.remove)(label)
    kind = Deed.Kind.LABELLED if on else Deed.Kind.UNLABELLED
    Deed.objects.create(conversation=locked, kind=kind, by=by.user, value=label.name)
    tell_of(conversation)
