"""Tokens: encrypted at rest, renewed once for all workers, never lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections
from django.utils import timezone

from accounts.models import Channel, Token
from accounts.networks import bound, renew
from connectors.data import Tokens
from connectors.errors import Unauthorized
from tests.sandbox.conftest import Practice


def test_tokens_lie_encrypted_in_the_database(x_channel: Channel) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT access, refresh FROM accounts_token")
        access, refresh = cursor.fetchone()

    assert x_channel.token.access not in access
    assert x_channel.token.refresh not in refresh
    assert access.startswith("gAAAA")


def test_a_new_key_in_front_of_the_old_one_reads_what_is_there(x_channel: Channel, settings: Any) -> None:
    plain = x_channel.token.access
    old = settings.FIELD_KEYS
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *old]
    assert Token.objects.get().access == plain
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(ImproperlyConfigured, match="put the old key back"):
        Token.objects.get()


def test_a_token_that_ends_soon_is_renewed_before_it_is_used(x_channel: Channel, practice: Practice) -> None:
    before = x_channel.token.access
    Token.objects.update(expires_at=timezone.now() + timedelta(minutes=1))

    connector = bound(Channel.objects.get())

    kept = Token.objects.get()
    assert kept.access == connector.account.tokens.access != before
    assert kept.expires_at is not None
    assert kept.expires_at > timezone.now() + timedelta(hours=1)


def test_many_workers_renew_a_rotating_token_once(x_channel: Channel, practice: Practice) -> None:
    seen = x_channel.token.tokens

    def work(_: int) -> Tokens:
        try:
            return renew(Channel.objects.get(), seen)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(work, range(8)))

    assert len({tokens.access for tokens in found}) == 1
    assert Token.objects.get().refresh == found[0].refresh != seen.refresh
    asked = practice.requests(network="x", account=x_channel.remote_id, operation="token")
    assert len(asked) <= 1


def test_a_dead_refresh_token_asks_for_a_person(x_channel: Channel, practice: Practice) -> None:
    practice.control("POST", "tokens", network="x", account=x_channel.remote_id, state="revoked")
    with pytest.raises(Unauthorized, match="connect the channel again"):
        renew(x_channel, x_channel.token.tokens)
    assert Token.objects.get().refresh == x_channel.token.refresh
