"""Signing in and out, and the choice of the workspace."""

from typing import Any

import pytest
import redis
from django.test import Client

from accounts.models import Member, Workspace
from accounts.signing_in import DEMO_LOG_INS
from tests import cast

pytestmark = pytest.mark.django_db
PASSWORD = "a long password"


@pytest.fixture
def maja(settings: Any) -> Member:
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    return cast.member(cast.workspace(), "editor", "maja@polarfizz.example")


def sign_in(client: Client, password: str = PASSWORD, email: str = "maja@polarfizz.example", **more: str) -> Any:
    return client.post("/sign-in/", {"email": email, "password": password, **more})


def test_with_e_mail_and_password_one_gets_where_one_was_going(client: Client, maja: Member) -> None:
    assert sign_in(client, next="/channels/")["Location"] == "/channels/"
    assert client.get("/channels/").status_code == 200


def test_the_address_may_be_written_in_capitals(client: Client, maja: Member) -> None:
    assert sign_in(client, email="Maja@PolarFizz.example").status_code == 302


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_led_to_another_site(elsewhere: str, client: Client, maja: Member) -> None:
    assert sign_in(client, next=elsewhere)["Location"] == "/"


def test_a_wrong_password_and_an_unknown_address_look_the_same(client: Client, maja: Member) -> None:
    wrong, unknown = sign_in(client, "wrong"), sign_in(client, email="nobody@polarfizz.example")

    assert wrong.status_code == unknown.status_code == 422
    for answer in (wrong, unknown):
        assert "do not fit together" in answer.content.decode()


def test_the_eleventh_try_in_ten_minutes_must_wait(client: Client, maja: Member) -> None:
    for _ in range(10):
        sign_in(client, "wrong")

    answer = sign_in(client)

    assert answer.status_code == 422
    assert "Wait ten minutes" in answer.content.decode()


def test_a_success_forgets_the_tries_before_it(client: Client, maja: Member) -> None:
    for _ in range(9):
        sign_in(client, "wrong")
    sign_in(client)
    client.post("/sign-out/")
    sign_in(client, "wrong")

    assert sign_in(client).status_code == 302


def test_without_redis_one_can_still_sign_in(client: Client, maja: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise redis.ConnectionError

    monkeypatch.setattr("accounts.signing_in._limiter", away)

    assert sign_in(client).status_code == 302


def test_signing_out_ends_it(client: Client, maja: Member) -> None:
    client.force_login(maja.user)
    client.post("/sign-out/")

    assert client.get("/channels/").status_code == 302


def test_a_demo_shows_its_log_ins_and_nothing_else_does(client: Client, maja: Member, settings: Any) -> None:
    assert DEMO_LOG_INS[0].email in client.get("/sign-in/").content.decode()

    settings.DEMO = False

    assert DEMO_LOG_INS[0].email not in client.get("/sign-in/").content.decode()


def test_one_works_in_the_workspace_that_one_chose_last(client: Client, maja: Member) -> None:
    other = cast.workspace("Ice Bar")
    Member.objects.create(workspace=other, user=maja.user, role="viewer")
    client.force_login(maja.user)

    client.post(f"/workspaces/{other.pk}/switch/")
    assert client.get("/team/").context["workspace"] == other
    client.post(f"/workspaces/{maja.workspace_id}/switch/")
    assert client.get("/team/").context["workspace"] == maja.workspace


def test_a_workspace_that_one_has_left_is_not_shown_any_more(client: Client, maja: Member) -> None:
    other: Workspace = cast.workspace("Ice Bar")
    place = Member.objects.create(workspace=other, user=maja.user, role="owner")
    client.force_login(maja.user)
    client.post(f"/workspaces/{other.pk}/switch/")

    place.delete()

    assert client.get("/team/").context["workspace"] == maja.workspace
