"""From a channel to its connector: which app it was connected with, and tokens that are fresh.

A refresh locks the token's row, so that of all workers one asks the network and the others use what it got: a
rotating refresh token is used once and its successor is kept in the same transaction.
"""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Channel, Registration, Token
from connectors import NETWORKS, connector
from connectors.base import Connector, Registers, Renews
from connectors.data import Account, App, Pause, Tokens
from connectors.errors import Unauthorized

PRACTICE_CLIENT = ("smo-practice", "smo-practice-secret")  # the developer app that every practice network knows
FRESH_FOR = timedelta(minutes=5)


def app_for(network: str, practice: bool, server: str = "") -> App | None:
    """The operator's registration with a network (or with one `server` of it), or the practice one. None: there is none."""
    if practice:
        return App(*PRACTICE_CLIENT, f"{settings.SANDBOX_URL}/{network}") if settings.SANDBOX_URL else None
    if connector(network).home:
        return _server_app(network, server or usual_server(network))
    client_id = _setting(network, "CLIENT_ID")
    return App(client_id, _setting(network, "CLIENT_SECRET"), operators_address(network)) if client_id else None


def operators_address(network: str) -> str:
    """Where the operator says that a network answers; empty: at its usual address."""
    return _setting(network, "URL")


def usual_server(network: str) -> str:
    """Of a network with many servers, the one that is taken when nobody names another."""
    return operators_address(network) or connector(network).home


def _setting(network: str, name: str) -> str:
    return str(settings.NETWORK_ENV.str(f"SMO_{network.upper().replace('-', '_')}_{name}", default=""))


def _server_app(network: str, server: str) -> App | None:
    """The app at one server of many."""
    if not issubclass(connector(network), Registers):
        return _at(network, server)
    row = Registration.objects.filter(network=network, server=server).first()
    return replace(_at(network, server), client_id=row.client_id, client_secret=row.client_secret) if row else None


def _at(network: str, server: str) -> App:
    """A server without keys. One that the operator has set may lie on loopback; one that a user names may not."""
    return App("", "", server, given=server != operators_address(network) and not settings.PRIVATE_SERVERS)


def register(network: str, server: str, redirect_uri: str) -> App:
    """The app at a server, registered now if it is not yet for what it is needed for. Raises what the server answers."""
    registers = connector(network)
    if not issubclass(registers, Registers):
        raise TypeError(network)
    needed = f"{redirect_uri}#{_mark(registers)}"
    if not Registration.objects.filter(network=network, server=server, redirect_uri=needed).exists():
        made = registers.register(registers.seam(_at(network, server)), server, redirect_uri)
        keys = {"client_id": made.client_id, "client_secret": made.client_secret, "redirect_uri": needed}
        Registration.objects.update_or_create(network=network, server=server, defaults=keys)
    return require_app(network, practice=False, server=server)


def _mark(registers: type[Connector]) -> str:
    """The permissions that we ask for, in short: an app may ask for those only with which it was registered."""
    return hashlib.sha256(" ".join(registers.scopes).encode()).hexdigest()[:16]


def forget_registration(network: str, server: str) -> None:
    """The server does not accept its own registration any more: the next attempt registers anew."""
    Registration.objects.filter(network=network, server=server).delete()


def offered() -> list[tuple[type[Connector], bool]]:
    """What can be connected here: (connector, practice?) pairs, the real networks first."""
    pairs = [(slug, practice) for practice in (False, True) for slug in NETWORKS]
    return [(connector(slug), practice) for slug, practice in pairs if _is_offered(slug, practice)]


def _is_offered(network: str, practice: bool) -> bool:
    return bool(app_for(network, practice) or (connector(network).home and not practice))


def require_app(network: str, practice: bool, server: str = "") -> App:
    """As app_for. Raises Unauthorized where the operator has taken the registration away."""
    if app := app_for(network, practice, server):
        return app
    raise Unauthorized(
        _("This installation has no access to %(network)s: the operator must set its keys.")
        % {"network": connector(network).name}
    )


def account(channel: Channel, tokens: Tokens) -> Account:
    """The channel as its connector sees it."""
    return Account(channel.remote_id, channel.name, channel.username, tokens, url=channel.url)


def bound(channel: Channel, on_pause: Callable[[Pause], None] | None = None) -> Connector:
    """A connector for the channel with a fresh token. Raises Unauthorized when it must be connected again."""
    app = require_app(channel.network, channel.practice, channel.server)
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
    if not issubclass(network, Renews):
        raise Unauthorized(_("%(name)s no longer accepts the connection: connect the channel again.") % {"name": network.name})
    app = require_app(channel.network, channel.practice, channel.server)
    with transaction.atomic():
        row = Token.objects.select_for_update().get(channel=channel)
        if row.tokens.access != seen.access:
            return row.tokens
        row.take(network.refresh(app, network.seam(app), row.tokens))
        row.save()
    return row.tokens
