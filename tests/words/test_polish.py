"""The screens in Polish, and who reads in which language."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User, Workspace
from accounts.roles import Role
from connectors import connector
from connectors.data import Outgoing
from connectors.errors import Rejected
from scheduler.models import Publication
from smo.words import catalogue
from tests import cast
from tests.accounts.test_access import ROUTES, ask, ours, rows, signed_in
from tests.words.reading import read

__all__ = ["ours"]
PAGES = [name for name, route in ROUTES.items() if route.method == "get" and name not in {"live", "media", "media-thumb"}]


@pytest.fixture
def polish(ours: Workspace) -> Workspace:
    Workspace.objects.filter(pk=ours.pk).update(language="pl")
    ours.language = "pl"
    return ours


def english() -> set[str]:
    """What the catalogue translates, where both languages differ."""
    same = {str(one.string) for one in catalogue.messages(catalogue.read("pl")) if not one.pluralizable}
    return {str(one.id) for one in catalogue.messages(catalogue.read("pl")) if not one.pluralizable} - same


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", [Role.EDITOR, Role.OWNER])
def test_no_screen_speaks_english_to_a_pole(role: str, polish: Workspace) -> None:
    member = cast.member(polish, role)
    arguments, client = rows(polish, member) | {"": {}}, signed_in(member)
    words = english() - {"English", *(str(user) for user in User.objects.all())}
    for name in PAGES:
        answer = ask(client, name, arguments[ROUTES[name].row])
        if answer.status_code != 200 or "html" not in answer["Content-Type"]:
            continue
        page = answer.content.decode()
        assert "<html" not in page or '<html lang="pl"' in page, name
        assert [text for text in read(page) if text in words] == [], name


# -- which language -------------------------------------------------------------------------------------------------------


def language_of(client: Client, path: str, **headers: str) -> str:
    page = client.get(path, headers=headers).content.decode()
    return page.split('<html lang="')[1].split('"')[0]


@pytest.mark.django_db
def test_a_stranger_reads_in_the_browsers_language() -> None:
    assert language_of(Client(), "/sign-in/") == "en"
    assert language_of(Client(), "/sign-in/", accept_language="pl-PL,pl;q=0.9") == "pl"
    assert language_of(Client(), "/sign-in/", accept_language="de") == "en"


@pytest.mark.django_db(transaction=True)
def test_the_workspaces_language_comes_before_the_browsers(ours: Workspace) -> None:
    client = signed_in(cast.member(ours, Role.EDITOR))
    assert language_of(client, "/channels/", accept_language="pl") == "en"

    Workspace.objects.update(language="pl")

    assert language_of(client, "/channels/", accept_language="en") == "pl"


@pytest.mark.django_db(transaction=True)
def test_the_users_own_choice_comes_first(polish: Workspace) -> None:
    member = cast.member(polish, Role.VIEWER)
    client = signed_in(member)

    answer = client.post(reverse("language"), {"language": "en", "next": "/team/"})

    assert answer["Location"] == "/team/"
    assert language_of(client, "/team/", accept_language="pl") == "en"
    member.user.refresh_from_db()
    assert member.user.language == "en"


@pytest.mark.django_db(transaction=True)
def test_what_is_chosen_on_the_sign_in_page_stays_after_it(ours: Workspace) -> None:
    member = cast.member(ours, Role.EDITOR)
    member.user.set_password("cold-when-hot")
    member.user.save()
    client = Client()
    client.post(reverse("language"), {"language": "pl", "next": "/sign-in/"})
    assert language_of(client, "/sign-in/", accept_language="en") == "pl"

    client.post(reverse("sign-in"), {"email": member.user.email, "password": "cold-when-hot"})

    assert language_of(client, "/channels/") == "pl"
    assert User.objects.get(pk=member.user.pk).language == "pl"


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["", "xx", "de"])
def test_a_language_that_there_is_not_is_refused(code: str) -> None:
    answer = Client().post(reverse("language"), {"language": code}, headers={"HX-Request": "true"})

    assert answer.status_code == 422
    assert "django_language" not in answer.cookies


@pytest.mark.django_db
def test_a_choice_does_not_lead_to_another_site() -> None:
    answer = Client().post(reverse("language"), {"language": "pl", "next": "https://example.com/"})

    assert answer["Location"] == reverse("home")


@pytest.mark.django_db(transaction=True)
def test_an_owner_chooses_the_workspaces_language(ours: Workspace) -> None:
    client = signed_in(cast.member(ours, Role.OWNER))
    values = {"name": ours.name, "time_zone": ours.time_zone, "late_policy": "hold", "late_minutes": 60, "language": "pl"}

    client.post(reverse("settings"), values)

    ours.refresh_from_db()
    assert ours.language == "pl"


# -- what is not a screen ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_an_invitation_is_written_in_the_workspaces_language(polish: Workspace) -> None:
    client = signed_in(cast.member(polish, Role.OWNER))

    client.post(reverse("invite"), {"email": "nowa@polarfizz.example", "role": "editor"})

    assert "zaprasza" in mail.outbox[0].subject
    assert mail.outbox[0].body.startswith("Dzień dobry")


@pytest.mark.django_db(transaction=True)
def test_a_worker_writes_why_in_the_workspaces_language(polish: Workspace) -> None:
    """A post that is far too late, as the machine finds it."""
    member = cast.member(polish, Role.EDITOR)
    publication = Publication.objects.get(pk=rows(polish, member)["publication"]["pk"])
    late = timezone.now() - timedelta(hours=5)
    Publication.objects.filter(pk=publication.pk).update(publish_at=late, due_at=late)

    cast.Worker().rings()

    publication.refresh_from_db()
    assert publication.why == "Post spóźniłby się o ponad 60 min. Wyślij teraz albo anuluj."


def test_a_network_says_what_is_wrong_in_the_readers_language() -> None:
    checker, post = connector("x").checker(), Outgoing(key="1", text="")

    with translation.override("pl"):
        polish = [str(problem) for problem in checker.problems(post)]
        refused = str(Rejected("X has this already."))

    assert polish == ["Post jest pusty: napisz tekst lub dodaj media."]
    assert refused == "X już to ma."
    assert [str(problem) for problem in checker.problems(post)] == ["The post is empty: write a text or add media."]
