"""From a channel to its connector: which app it was connected with, and tokens that are fresh.

A refresh locks the token's row, so that of all workers one asks the network and the others use what it got: a
rotating refresh token is used once and its successor is kept in the same transaction.
"""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Channel, Token
from connectors import NETWORKS, connector
from connectors.base import Connector, Connects
from connectors.data import Account, App, Pause, Tokens
from connectors.errors import Unauthorized

PRACTICE_CLIENT = ("smo-practice", "smo-practice-secret")  # the developer app that every practice network knows
FRESH_FOR = timedelta(minutes=5)


def app_for(network: str, practice: bool) -> App | None:
    """The operator's registration with a network, or the practice one. None: there is none."""
    if practice:
        return App(*PRACTICE_CLIENT, f"{settings.SANDBOX_URL}/{network}") if settings.SANDBOX_URL else None
    name = network.upper().replace("-", "_")
    client_id = settings.NETWORK_ENV.str(f"SMO_{name}_CLIENT_ID", default="")
    if not client_id:
        return None
    secret = settings.NETWORK_ENV.str(f"SMO_{name}_CLIENT_SECRET", default="")
    return App(client_id, secret, settings.NETWORK_ENV.str(f"SMO_{name}_URL", default=""))


def offered() -> list[tuple[type[Connector], bool]]:
    """What can be connected here: (connector, practice?) pairs, the real networks first."""
    pairs = [(slug, practice) for practice in (False, True) for slug in NETWORKS]
    return [(connector(slug), practice) for slug, practice in pairs if app_for(slug, practice)]


def require_app(network: str, practice: bool) -> App:
    """As app_for. Raises Unauthorized where the operator has taken the registration away."""
    if app := app_for(network, practice):
        return app
    raise Unauthorized(f"This installation has no access to {connector(network).name}: the operator must set its keys.")


def account(channel: Channel, tokens: Tokens) -> Account:
    """The channel as its connector sees it."""
    return Account(channel.remote_id, channel.name, channel.username, tokens, url=channel.url)


def bound(channel: Channel, on_pause: Callable[[Pause], None] | None = None) -> Connector:
    """A connector for the channel with a fresh token. Raises Unauthorized when it must be connected again."""
    app = require_app(channel.network, channel.practice)
    tokens = channel.token.tokens
    if stale(tokens):
        tokens = renew(channel, tokens)
    return connector(channel.network).bound(account(channel, tokens), app, on_pause)


def stale(tokens: Tokens) -> bool:
    """It ends within minutes and can be renewed."""
    return bool(tokens.refresh and tokens.expires_at and tokens.expires_at < timezone.now() + FRESH_FOR)


def renew(channel: Channel, seen: Tokens) -> Tokens:
    """Tokens newer than `seen`: another worker's when there are some, else the network's. Raises what the network answers."""
    network = connector(channel.network)
    if not issubclass(network, Connects):
        raise Unauthorized(f"{network.name} no longer accepts the connection: connect the channel again.")
    app = require_app(channel.network, channel.practice)
    with transaction.atomic():
        row = Token.objects.select_for_update().get(channel=channel)
        if row.tokens.access != seen.access:
            return row.tokens
        row.take(network.refresh(app, network.seam(app), row.tokens))
        row.save()
    return row.tokens
