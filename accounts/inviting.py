"""The people of a workspace: inviting, joining, changing roles, removing. There is always an owner."""

import hashlib
import logging
import secrets
import smtplib
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.languages import speaking
from accounts.models import Invitation, Member, User, Workspace
from accounts.roles import Action, Role
from accounts.verbs import Forbidden, Problem, must, record

log = logging.getLogger("smo.accounts")


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _may_give(by: Member, *roles: str) -> None:
    """Only an owner makes or unmakes owners."""
    must(by, Action.INVITE)
    if Role.OWNER in roles and by.role != Role.OWNER:
        raise Forbidden(_("Only an owner may decide who is an owner."))


@transaction.atomic
def first_owner(name: str, email: str) -> str:
    """Make a workspace `name`; gives the link by which the person with this address becomes its owner."""
    workspace, secret = Workspace.objects.create(name=name), secrets.token_urlsafe(32)
    workspace.invitations.create(email=email.lower(), role=Role.OWNER, secret_hash=_hashed(secret))
    return f"{settings.BASE_URL}{reverse('join', args=[secret])}"


# -- inviting -------------------------------------------------------------------------------------------------------------


def invite(by: Member, email: str, role: str) -> str:
    """Mail a link that gives a place in the workspace; an earlier one for the address stops working. Gives the link.

    Raises Problem when the person is a member already or the mail cannot be sent.
    """
    _may_give(by, role)
    email = email.lower()
    if by.workspace.members.filter(user__email=email).exists():
        raise Problem(_("This person is a member already."), "email")
    secret = secrets.token_urlsafe(32)
    link = f"{settings.BASE_URL}{reverse('join', args=[secret])}"
    with transaction.atomic():
        by.workspace.invitations.filter(email=email, accepted_at__isnull=True).delete()
        Invitation.objects.create(
            workspace=by.workspace, email=email, role=role, secret_hash=_hashed(secret), invited_by=by.user
        )
        record(by, "invited", email, role=role)
        _mail(by, email, link)
    return link


def _mail(by: Member, email: str, link: str) -> None:
    words: dict[str, Any] = {"by": by.user, "workspace": by.workspace, "link": link}
    with speaking(by.workspace):
        subject = _("%(name)s invites you to %(workspace)s") % {"name": by.user, "workspace": by.workspace}
        text = render_to_string("accounts/invitation.txt", words)
    try:
        send_mail(" ".join(subject.split()), text, None, [email])
    except (smtplib.SMTPException, OSError) as error:
        log.warning("invitation not mailed: %s", type(error).__name__)
        raise Problem(
            _("The mail could not be sent: nobody was invited. Try again, or tell your operator."), "email"
        ) from error


def withdraw(by: Member, invitation: Invitation) -> None:
    """The link stops working."""
    _may_give(by)
    invitation.delete()
    record(by, "withdrew the invitation of", invitation.email)


# -- joining --------------------------------------------------------------------------------------------------------------


def invitation(secret: str) -> Invitation:
    """The invitation behind a link. Raises Problem when it is unknown, used or too old."""
    rows = Invitation.objects.select_related("workspace", "invited_by")
    found = rows.filter(secret_hash=_hashed(secret)).first()
    if found is None:
        raise Problem(_("This link is not valid (any more). Ask for a new invitation."))
    if found.accepted_at:
        raise Problem(_("This link has been used already. Sign in, or ask for a new invitation."))
    if found.expires_at < timezone.now():
        raise Problem(_("This link is too old. Ask for a new invitation."))
    return found


@transaction.atomic
def join(secret: str, user: User) -> Member:
    """`user` becomes a member; one who is already keeps the role. Raises Problem as `invitation` does."""
    Invitation.objects.select_for_update().filter(secret_hash=_hashed(secret)).first()  # two clicks: one after the other
    found = invitation(secret)
    member, _new = Member.objects.get_or_create(workspace=found.workspace, user=user, defaults={"role": found.role})
    found.accepted_at = timezone.now()
    found.save(update_fields=["accepted_at"])
    record(member, "joined", user.email, role=member.role)
    return member


@transaction.atomic
def join_new(secret: str, name: str, password: str) -> Member:
    """A new user with the invited address becomes a member. Raises Problem, also for a weak password."""
    found = invitation(secret)
    if User.objects.filter(email=found.email).exists():
        raise Problem(_("There is an account with this address already. Sign in to join."))
    try:
        validate_password(password, User(email=found.email, name=name))
    except ValidationError as error:
        raise Problem(" ".join(error.messages), "password") from error
    return join(secret, User.objects.create_user(found.email, password, name))


# -- changing -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def change_role(by: Member, member: Member, role: str) -> None:
    """Give a member another role. Raises Problem for the last owner."""
    _may_give(by, role, member.role)
    _keep_an_owner(member, role)
    before, member.role = member.role, role
    member.save(update_fields=["role"])
    record(by, "changed the role of", member, before=before, after=role)


@transaction.atomic
def remove(by: Member, member: Member) -> None:
    """Take a member out of the workspace; what they wrote stays. Raises Problem for the last owner."""
    _may_give(by, member.role)
    _keep_an_owner(member, "")
    record(by, "removed", member, role=member.role)
    member.delete()


def _keep_an_owner(member: Member, role: str) -> None:
    """Two owners who demote each other at once wait here for one another."""
    Workspace.objects.select_for_update().get(pk=member.workspace_id)
    owners = Member.objects.filter(workspace=member.workspace_id, role=Role.OWNER)
    if member.role == Role.OWNER and role != Role.OWNER and not owners.exclude(pk=member.pk).exists():
        raise Problem(_("A workspace needs an owner: make somebody else an owner first."))
