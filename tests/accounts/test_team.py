"""The team: invitations by mail, joining, roles, and the owner who must remain."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import Invitation, Member, User
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Member:
    return cast.member(cast.workspace(), "owner", "ada@polarfizz.example")


@pytest.fixture
def office(owner: Member) -> Client:
    """The owner's browser."""
    client = Client()
    client.force_login(owner.user)
    return client


def invite(office: Client, email: str = "new@polarfizz.example", role: str = "editor") -> Any:
    return office.post("/team/invite/", {"email": email, "role": role})


def mailed_link() -> str:
    """The path of the link in the last mail."""
    found = re.search(r"(/join/\S+)", str(mail.outbox[-1].body))
    assert found
    return found.group(1)


def test_a_colleague_joins_by_the_link_in_a_mail(office: Client, owner: Member, client: Client) -> None:
    invite(office)

    (letter,) = mail.outbox
    assert letter.to == ["new@polarfizz.example"]
    assert "ada" in letter.subject.lower() or "Owner" in letter.subject
    page = client.get(mailed_link()).content.decode()
    assert "Polar Fizz" in page
    client.post(mailed_link(), {"name": "Nina Berg", "password": "thirty-two-degrees"})

    member = owner.workspace.members.get(user__email="new@polarfizz.example")
    assert (member.role, member.user.name) == ("editor", "Nina Berg")
    assert client.get("/team/").status_code == 200
    assert list(owner.workspace.audit.values_list("action", flat=True)) == ["joined", "invited"]


def test_the_secret_is_kept_as_a_hash_only(office: Client) -> None:
    invite(office)
    secret = mailed_link().split("/")[2]

    assert secret not in str(Invitation.objects.values().get())


def test_a_link_works_once(office: Client, client: Client) -> None:
    invite(office)
    client.post(mailed_link(), {"name": "Nina", "password": "thirty-two-degrees"})

    answer = Client().get(mailed_link())

    assert answer.status_code == 410
    assert "has been used already" in answer.content.decode()


def test_an_old_link_says_so(office: Client, client: Client) -> None:
    invite(office)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert "too old" in client.get(mailed_link()).content.decode()


def test_inviting_again_ends_the_link_before(office: Client, client: Client) -> None:
    invite(office)
    first = mailed_link()
    invite(office, role="viewer")

    assert client.get(first).status_code == 410
    assert client.get(mailed_link()).status_code == 200


def test_a_withdrawn_link_is_dead(office: Client, client: Client) -> None:
    invite(office)
    office.post(f"/team/invitations/{Invitation.objects.get().pk}/withdraw/")

    assert client.get(mailed_link()).status_code == 410


def test_someone_with_an_account_joins_with_a_click(office: Client, owner: Member, client: Client) -> None:
    known = cast.member(cast.workspace("Ice Bar"), "owner", "nina@icebar.example")
    invite(office, "nina@icebar.example", "responder")

    assert "Sign in to join" in client.get(mailed_link()).content.decode()
    client.force_login(known.user)
    client.post(mailed_link())

    assert owner.workspace.members.get(user=known.user).role == "responder"
    assert client.get("/team/").context["workspace"] == owner.workspace


def test_a_weak_password_is_refused_and_the_name_stays(office: Client, client: Client) -> None:
    invite(office)

    answer = client.post(mailed_link(), {"name": "Nina Berg", "password": "short"})

    assert answer.status_code == 422
    assert "Nina Berg" in answer.content.decode()
    assert "too short" in answer.content.decode()
    assert not User.objects.filter(email="new@polarfizz.example").exists()


def test_a_member_is_not_invited_again(office: Client, owner: Member) -> None:
    answer = invite(office, "ADA@polarfizz.example")

    assert answer.status_code == 422
    assert "a member already" in answer.content.decode()
    assert not mail.outbox


def test_nobody_is_invited_when_the_mail_fails(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("accounts.inviting.send_mail", refuse)

    assert "nobody was invited" in invite(office).content.decode()
    assert not Invitation.objects.exists()


def test_roles_are_changed_from_the_list(office: Client, owner: Member) -> None:
    maja = cast.member(owner.workspace, "editor")

    office.post(f"/team/{maja.pk}/role/", {"role": "viewer"})

    maja.refresh_from_db()
    assert maja.role == "viewer"
    assert owner.workspace.audit.get().details == {"before": "editor", "after": "viewer"}


@pytest.mark.parametrize(("address", "values"), [("role", {"role": "admin"}), ("remove", {})])
def test_the_last_owner_stays(address: str, values: dict[str, str], office: Client, owner: Member) -> None:
    page = office.post(f"/team/{owner.pk}/{address}/", values, follow=True).content.decode()

    assert "A workspace needs an owner" in page
    owner.refresh_from_db()
    assert owner.role == "owner"


def test_one_of_two_owners_may_go(office: Client, owner: Member) -> None:
    cast.member(owner.workspace, "owner", "second@polarfizz.example")

    office.post(f"/team/{owner.pk}/remove/")

    assert not Member.objects.filter(pk=owner.pk).exists()


def test_only_owners_make_owners(owner: Member, client: Client) -> None:
    admin = cast.member(owner.workspace, "admin")
    client.force_login(admin.user)

    assert client.post(f"/team/{admin.pk}/role/", {"role": "owner"}).status_code == 403
    assert client.post(f"/team/{owner.pk}/remove/").status_code == 403
    assert invite(client, role="owner").status_code == 403


def test_who_is_removed_is_out_at_once(office: Client, owner: Member, client: Client) -> None:
    maja = cast.member(owner.workspace, "editor")
    client.force_login(maja.user)
    assert client.get("/team/").status_code == 200

    office.post(f"/team/{maja.pk}/remove/")

    assert client.get("/team/").status_code == 403


def test_the_page_shows_the_table_of_roles_that_the_checks_read(office: Client) -> None:
    page = office.get("/team/").content.decode()

    assert "schedule, move and cancel posts" in page
    assert page.count('scope="row"') == 9


def test_the_list_costs_the_same_for_many_members(office: Client, owner: Member, django_assert_max_num_queries: Any) -> None:
    for number in range(20):
        cast.member(owner.workspace, "viewer", f"viewer{number}@polarfizz.example")

    with django_assert_max_num_queries(9):
        office.get("/team/")
