"""Saying by hand that two accounts are one person's, or are not; notes about people. Joining is taken back exactly."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import connection, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.models import Member, User, Workspace
from accounts.roles import Action
from accounts.verbs import Problem, must, record
from inbox.models import Contact, Conversation, Deed, Identity
from inbox.people import Key, columns, key_of
from inbox.threads import tell_of

MOST = 20  # accounts of one person
LONGEST = 5000  # letters of a note
UNDO = timedelta(hours=1)

Kept = list[dict[str, Any]]  # contacts with their accounts, as JSON has them


@transaction.atomic
def join(conversation: Conversation, other: Conversation, by: Member) -> str:
    """The persons of both are one from now on, with all their accounts; what takes that back. Raises Problem if it cannot."""
    must(by, Action.REPLY)
    keys = [_key(conversation), _key(other)]
    _one_at_a_time(by.workspace)
    contact, theirs = (_found(by.workspace, key) for key in keys)
    if keys[0] == keys[1] or (contact and contact == theirs):
        raise Problem(_("They are the same person already."))
    before = _kept(by.workspace, keys)
    if sum(len(one["accounts"]) for one in before) >= MOST:
        raise Problem(_("A person has %(most)d accounts at the most.") % {"most": MOST})
    contact = contact or _made(by.workspace, keys[0])
    _take_over(contact, theirs or _made(by.workspace, keys[1]))
    _write_down(conversation, Deed.Kind.JOINED, by, name_of(other))
    return _seal(by.workspace, conversation, keys, before)


@transaction.atomic
def part(conversation: Conversation, account: int, name: str, by: Member) -> str:
    """This account (id of an Identity), of the person of that conversation, is somebody else's; what takes that back.

    `name` is for the trail. Raises Problem when it is joined with no other.
    """
    must(by, Action.REPLY)
    _one_at_a_time(by.workspace)
    contact = _found(by.workspace, _key(conversation))
    joined = list(contact.identities.all()) if contact else []
    if contact is None or len(joined) < 2 or account not in {one.pk for one in joined}:
        raise Problem(_("This account is not joined with another one any more."))
    keys = [_key_of(one) for one in joined]
    before = _kept(by.workspace, keys)
    contact.identities.filter(pk=account).delete()
    if not contact.note and len(joined) == 2:
        contact.delete()
    _write_down(conversation, Deed.Kind.PARTED, by, name)
    return _seal(by.workspace, conversation, keys, before)


@transaction.atomic
def undo(conversation: Conversation, token: str, by: Member) -> None:
    """Take back what gave this token. Raises Problem when it is too old, or when somebody has changed the same since then."""
    must(by, Action.REPLY)
    keys, before, after = _unseal(by.workspace, conversation, token)
    _one_at_a_time(by.workspace)
    if _kept(by.workspace, keys) != after:
        raise Problem(_("It was changed meanwhile, so it stays as it is."))
    by.workspace.contacts.filter(pk__in=[one["id"] for one in after]).delete()
    for one in before:
        _bring_back(by.workspace, one)
    _write_down(conversation, Deed.Kind.UNDONE, by)


class Outdated(Problem):
    """A colleague has changed the note since it was read."""


@transaction.atomic
def write_note(conversation: Conversation, text: str, seen: str, by: Member) -> None:
    """Keep a note about the person. `seen`: the stamp of what the writer has read, or empty.

    Raises Outdated when that was not the last time.
    """
    must(by, Action.REPLY)
    key = _key(conversation)
    if len(text) > LONGEST:
        raise Problem(_("A note has %(most)d letters at the most.") % {"most": LONGEST}, "note")
    _one_at_a_time(by.workspace)
    contact = _found(by.workspace, key)
    if (contact.note if contact else "") == text.strip():
        return
    if (contact.stamp if contact else "") != seen:
        raise Outdated(_("This note was changed meanwhile: put both together, and save again."), "note")
    contact = contact or _made(by.workspace, key)
    contact.note, contact.note_by, contact.note_at = text.strip(), by.user, timezone.now()
    contact.save(update_fields=["note", "note_by", "note_at"])
    record(by, "note about a person changed", conversation.person)
    tell_of(conversation)


def name_of(conversation: Conversation) -> str:
    """Somebody, for the trail."""
    return f"{conversation.person} ({conversation.channel.network_name})"


# -- rows -------------------------------------------------------------------------------------------------------------------


def _one_at_a_time(workspace: Workspace) -> None:
    """Nobody else joins or parts accounts here until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"contacts {workspace.pk}"])


def _key(conversation: Conversation) -> Key:
    if not conversation.person_id:
        raise Problem(_("The network does not say who this is, so nothing can be kept about them."))
    return key_of(conversation)


def _key_of(identity: Identity) -> Key:
    return (identity.network, identity.practice, identity.server, identity.channel_id, identity.person_id)


def _found(workspace: Workspace, key: Key) -> Contact | None:
    return workspace.contacts.filter(identities__in=workspace.identities.filter(**columns(key))).first()


def _made(workspace: Workspace, key: Key) -> Contact:
    contact = workspace.contacts.create()
    contact.identities.create(workspace=workspace, **columns(key))
    return contact


def _take_over(contact: Contact, other: Contact) -> None:
    """Accounts and note of the other; who wrote later is who wrote last."""
    other.identities.update(contact=contact)
    if other.note:
        if not contact.note_at or (other.note_at and other.note_at > contact.note_at):
            contact.note_by, contact.note_at = other.note_by, other.note_at
        contact.note = "\n\n".join(filter(None, (contact.note, other.note)))
        contact.save(update_fields=["note", "note_by", "note_at"])
    other.delete()


def _write_down(conversation: Conversation, kind: Deed.Kind, by: Member, value: str = "") -> None:
    Deed.objects.create(conversation=conversation, kind=kind, by=by.user, value=value[:200])
    tell_of(conversation)


# -- what takes it back -----------------------------------------------------------------------------------------------------


def _kept(workspace: Workspace, keys: Iterable[Key]) -> Kept:
    """The contacts that have one of these accounts, whole."""
    pks = {contact.pk for key in keys if (contact := _found(workspace, key))}
    rows = workspace.contacts.filter(pk__in=pks).order_by("pk").prefetch_related("identities")
    return [
        {
            "id": str(one.pk),
            "note": one.note,
            "by": one.note_by_id,
            "at": one.stamp,
            "accounts": sorted(_plain(_key_of(account)) for account in one.identities.all()),
        }
        for one in rows
    ]


def _bring_back(workspace: Workspace, kept: dict[str, Any]) -> None:
    writer = User.objects.filter(pk=kept["by"]).first()
    contact = workspace.contacts.create(
        pk=UUID(kept["id"]), note=kept["note"], note_by=writer, note_at=parse_datetime(kept["at"]) if kept["at"] else None
    )
    for account in kept["accounts"]:
        contact.identities.create(workspace=workspace, **columns(_rich(account)))


def _plain(key: Key) -> list[Any]:
    network, practice, server, channel, person_id = key
    return [network, practice, server, str(channel or ""), person_id]


def _rich(plain: list[Any]) -> Key:
    network, practice, server, channel, person_id = plain
    return (network, practice, server, UUID(channel) if channel else None, person_id)


def _seal(workspace: Workspace, conversation: Conversation, keys: list[Key], before: Kept) -> str:
    """Signed, so that only this server can have written it."""
    after = _kept(workspace, keys)
    return signing.dumps([[_plain(key) for key in keys], before, after], salt=_salt(conversation), compress=True)


def _unseal(workspace: Workspace, conversation: Conversation, token: str) -> tuple[list[Key], Kept, Kept]:
    try:
        keys, before, after = signing.loads(token, salt=_salt(conversation), max_age=UNDO)
    except signing.BadSignature as error:
        raise Problem(_("This can no longer be undone.")) from error
    return [_rich(key) for key in keys], before, after


def _salt(conversation: Conversation) -> str:
    return f"inbox.joining:{conversation.workspace_id}:{conversation.pk}"
