"""Naming colleagues in a note: '@' and the whole name, as the field offers it."""

import re
from collections.abc import Iterable

from django.urls import reverse

from accounts import noticing
from accounts.models import Member, Notice
from inbox.models import Note

MOST_WORDS = 200  # letters of the note in the notice


def named(text: str, members: Iterable[Member]) -> list[Member]:
    """Whom a text names. Long names are looked for first: who means Ann Brown does not mean Ann."""
    rest, found = text.casefold(), []
    for one in sorted(members, key=lambda member: -len(str(member))):
        rest, times = re.subn(rf"(?<!\w)@{re.escape(str(one).casefold())}(?!\w)", " ", rest)
        if times:
            found.append(one)
    return found


def tell_named(note: Note, by: Member) -> None:
    """A notice for each colleague whom the note names."""
    if "@" not in note.text:
        return
    people, conversation = named(note.text, by.workspace.members.select_related("user")), note.conversation
    details = {"who": by, "person": conversation.person, "words": note.text[:MOST_WORDS]}
    about = noticing.About("named", str(conversation.pk), reverse("conversation", args=[conversation.pk]), details)
    if people:
        noticing.notify(by.workspace, Notice.Kind.NAMED, about, by=by.user_id, members=people)
