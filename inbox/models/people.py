"""People of whom a colleague has said something: which accounts are theirs (Identity), and a note about them (Contact)."""

import uuid

from django.db import models

from accounts.models import Channel, User, Workspace


class Contact(models.Model):
    """A person over all channels. Nothing here comes from a network, and taking in makes none: only people join accounts.

    `note_by` and `note_at` tell who changed the note last; the audit log has every change.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="contacts")
    note = models.TextField(blank=True)
    note_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    note_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def stamp(self) -> str:
        """When the note was changed last, as ISO 8601: whoever changes it says which version they have seen."""
        return self.note_at.isoformat() if self.note_at else ""


class Identity(models.Model):
    """One account of a contact. Conversations are found by it: it holds no name and no text of the network's.

    `channel` is NULL where the network (on `server`) knows a person by one id everywhere; else the id means nothing to
    other channels.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="identities", db_index=False)
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="identities")
    network = models.CharField(max_length=20)
    practice = models.BooleanField(default=False)
    server = models.URLField(blank=True)
    channel = models.ForeignKey(Channel, models.CASCADE, null=True, related_name="+")
    person_id = models.CharField(max_length=200)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                name="one_contact_per_account",
                fields=["workspace", "person_id", "network", "practice", "server", "channel"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="account_of_somebody", condition=~models.Q(person_id="")),
        ]

    def __str__(self) -> str:
        return f"{self.network} {self.person_id}"
