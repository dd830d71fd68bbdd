"""Connecting a channel: to the network's consent page and back, choosing an account, and letting it go again.

What must come back is kept in a `Connecting` row, never in the browser: the state is checked against the user and the
workspace that began, the PKCE verifier stays here, and the accounts on offer wait with their tokens encrypted.
"""

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts import networks
from accounts.live import tell
from accounts.models import Channel, Connecting, Member, Token
from accounts.roles import Action
from accounts.verbs import Problem, must, record
from connectors import NETWORKS, connector
from connectors.base import Connector, Connects, Hooks, Renews, SignsIn
from connectors.data import Account, App, Tokens
from connectors.errors import ConnectorError, Doubt, Unauthorized
from connectors.oauth import new_verifier

MOST = timedelta(minutes=15)  # from the click here to the return from the network

log = logging.getLogger("smo.accounts")


def redirect_uri() -> str:
    """Where networks send people back to; it must be registered with each of them."""
    return f"{settings.BASE_URL}/connected/"


def hook_address(network: str, practice: bool) -> str:
    """Where a network sends its webhooks."""
    return f"{settings.BASE_URL}/hooks/{network}/{'practice' if practice else 'real'}/"


def hook_secret(network: str, practice: bool) -> str:
    """What a network repeats in the handshake of its webhooks, so that we know that it is ours. Needs no place to be kept."""
    return salted_hmac("smo.hooks", f"{network} {practice}", algorithm="sha256").hexdigest()


# -- there ----------------------------------------------------------------------------------------------------------------


def start(by: Member, network: str, practice: bool, server: str = "") -> str:
    """Begin to connect an account: the address of the network's consent page. Raises Problem for what isn't offered here."""
    must(by, Action.CONNECT)
    connects = _known(network)
    if not issubclass(connects, Connects):
        raise _not_set_up()
    app = networks.app_for(network, practice) if practice or not server else _registered(network, server)
    if app is None:
        raise _not_set_up()
    row = _begin(by, network, practice, server)
    return connects.authorize_url(app, redirect_uri(), row.state, row.verifier)


def sign_in(by: Member, network: str, practice: bool, answers: Mapping[str, str]) -> Connecting:
    """Connect with what was typed into the network's form: the row with the account on offer. Raises Problem at a field."""
    must(by, Action.CONNECT)
    signs_in = _known(network)
    if not issubclass(signs_in, SignsIn):
        raise _not_set_up()
    for field in signs_in.sign_in_fields:
        if problem := field.problem(answers.get(field.name, "")):
            raise Problem(problem, field.name)
    server = "" if practice else server_address(network, answers.get("server", "") or networks.usual_server(network))
    app = networks.app_for(network, practice, server)
    if app is None:
        raise _not_set_up()
    try:
        found = signs_in.sign_in(app, signs_in.seam(app), answers)
    except (ConnectorError, Doubt) as error:
        raise Problem(str(error)) from error
    row = _begin(by, network, practice, server)
    row.offer = _pack(found)
    row.save(update_fields=["offer"])
    return row


def server_address(network: str, typed: str) -> str:
    """A server as people type it (its name, or a whole address), as its base address. Raises Problem for none."""
    if typed == networks.operators_address(network):
        return typed
    parts = urlsplit(typed if "://" in typed else f"https://{typed.strip()}")
    wanted = ("https", "http") if settings.PRIVATE_SERVERS else ("https",)
    if parts.scheme not in wanted or not parts.hostname or "." not in parts.hostname + "." * settings.PRIVATE_SERVERS:
        text = _("This is not the address of a server. It looks like this: %(home)s")
        raise Problem(text % {"home": connector(network).home.partition("://")[2]}, "server")
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"


def _registered(network: str, server: str) -> App:
    try:
        return networks.register(network, server, redirect_uri())
    except (ConnectorError, Doubt) as error:
        log.info("not registered network=%s said=%s", network, error.said)
        text = _("%(server)s does not answer as a server of this network: check the address. %(why)s")
        raise Problem(text % {"server": server, "why": error}, "server") from error


def _begin(by: Member, network: str, practice: bool, server: str) -> Connecting:
    Connecting.objects.filter(workspace=by.workspace, created_at__lt=timezone.now() - MOST).delete()
    row = Connecting(
        workspace=by.workspace, user=by.user, network=network, practice=practice, server=server, verifier=new_verifier()
    )
    row.save(force_insert=True)
    return row


def _known(network: str) -> type[Connector]:
    if network not in NETWORKS:
        raise _not_set_up()
    return connector(network)


def _not_set_up() -> Problem:
    return Problem(_("This network is not set up here. Whoever runs this installation must set its keys."))


# -- and back -------------------------------------------------------------------------------------------------------------


def back(by: Member, query: Mapping[str, str]) -> Connecting:
    """The return from the consent page: the row with the accounts on offer. Raises Problem when there is nothing to offer."""
    must(by, Action.CONNECT)
    row = waiting(by, query.get("state", ""))
    code = query.get("code", "")
    if query.get("error") or not code or row.offer:
        row.delete()
        raise _refusal(query)
    row.offer = _pack(_accounts(row, code))
    row.save(update_fields=["offer"])
    return row


def waiting(by: Member, state: str) -> Connecting:
    """The connection under way that belongs to `state`. Raises Problem when it is another's, too old, or done."""
    row = Connecting.objects.filter(pk=state, workspace=by.workspace, user=by.user).first()
    if row is None or row.created_at < timezone.now() - MOST:
        text = _("This attempt to connect is over: it took too long, was finished already, or began in another workspace.")
        raise Problem(f"{text} {_('Please begin again.')}")
    return row


def _refusal(query: Mapping[str, str]) -> Problem:
    if query.get("error") == "access_denied":
        return Problem(_("Nothing was connected, because access was not granted. Begin again when you like."))
    words = query.get("error_description") or query.get("error") or _("no answer")
    return Problem(_("The network did not connect the account (%(words)s). Please begin again.") % {"words": words[:200]})


def _accounts(row: Connecting, code: str) -> list[Account]:
    """What the network offers for the code. The code works once, so a failure means to begin again."""
    connects, app = _known(row.network), networks.app_for(row.network, row.practice, row.server)
    if app is None or not issubclass(connects, Connects):
        raise _not_set_up()
    http = connects.seam(app)
    try:
        tokens = connects.exchange(app, http, code, redirect_uri(), row.verifier)
        found = connects.accounts(app, http, tokens)
    except (ConnectorError, Doubt) as error:
        row.delete()
        if isinstance(error, Unauthorized):
            networks.forget_registration(row.network, row.server)
        log.info("connecting failed network=%s said=%s", row.network, error.said)
        raise Problem(str(error)) from error
    if not found:
        row.delete()
        raise Problem(_("The network offers no account that could be connected. Use another log-in there."))
    return found


# -- choosing -------------------------------------------------------------------------------------------------------------


def offer(row: Connecting) -> list[Account]:
    """The accounts to choose from, with their tokens."""
    return [_unpack(packed) for packed in json.loads(row.offer or "[]")]


def choose(by: Member, row: Connecting, remote_ids: Iterable[str]) -> list[Channel]:
    """Connect the chosen accounts of an offer. Raises Problem when none was chosen, or the offer is too old."""
    must(by, Action.CONNECT)
    row = waiting(by, row.state)
    wanted = set(remote_ids)
    chosen = [account for account in offer(row) if account.remote_id in wanted]
    if not chosen:
        raise Problem(_("Choose at least one account."), "accounts")
    channels = [_keep(by, row, account) for account in chosen]
    row.delete()
    tell(by.workspace_id, "channels")
    return channels


@transaction.atomic
def _keep(by: Member, row: Connecting, account: Account) -> Channel:
    """The account as a channel with its tokens; the one that is there already comes back to life."""
    now: dict[str, Any] = {
        "status": Channel.Status.CONNECTED,
        "why": "",
        "connected_by": by.user,
        "connected_at": timezone.now(),
    }
    now |= {"name": account.name or account.username or account.remote_id, "username": account.username, "url": account.url}
    channel, new = by.workspace.channels.update_or_create(
        network=row.network, practice=row.practice, server=row.server, remote_id=account.remote_id, defaults=now
    )
    token = Token.objects.select_for_update().filter(channel=channel).first() or Token(channel=channel)
    token.take(account.tokens)
    token.save()
    record(by, "connected" if new else "connected again", channel, network=row.network, practice=row.practice)
    return channel


def listen(channel: Channel) -> str:
    """Ask the network for webhooks. Best effort: a sentence when it did not work, else empty; reading goes on without them."""
    network = connector(channel.network)
    if not issubclass(network, Hooks):
        return ""
    try:
        _listening(networks.bound(channel)).subscribe(
            hook_address(channel.network, channel.practice), hook_secret(channel.network, channel.practice)
        )
    except (ConnectorError, Doubt) as error:
        log.info("no webhooks channel=%s said=%s", channel.pk, error.said)
        text = _("%(channel)s is connected, but sends no instant updates; comments are fetched every few minutes. %(why)s")
        return text % {"channel": channel.name, "why": error}
    return ""


def _listening(bound: Connector) -> Hooks:
    if not isinstance(bound, Hooks):
        raise TypeError(bound.slug)
    return bound


# -- letting go -----------------------------------------------------------------------------------------------------------


def disconnect(channel: Channel, by: Member) -> None:
    """Give the tokens back to the network (best effort) and forget them. What is scheduled there stays and waits."""
    must(by, Action.CONNECT)
    _revoke(channel)
    with transaction.atomic():
        Token.objects.filter(channel=channel).update(access="", refresh="", expires_at=None, scopes=[])
        channel.status, channel.why = Channel.Status.REMOVED, ""
        channel.save(update_fields=["status", "why"])
        record(by, "disconnected", channel, network=channel.network, practice=channel.practice)
    tell(by.workspace_id, "channels")


def _revoke(channel: Channel) -> None:
    app, network = networks.app_for(channel.network, channel.practice, channel.server), connector(channel.network)
    token = Token.objects.filter(channel=channel).first()
    if app is None or token is None or not issubclass(network, Renews) or _shared(channel, token):
        return
    try:
        network.revoke(app, network.seam(app), token.tokens)
    except (ConnectorError, Doubt) as error:
        log.info("not revoked channel=%s said=%s", channel.pk, error.said)


def _shared(channel: Channel, token: Token) -> bool:
    """Whether another channel lives on the same consent (Pages of one person): then the network must not take it back."""
    others = Token.objects.filter(channel__network=channel.network, channel__practice=channel.practice)
    others = others.exclude(channel=channel).exclude(channel__status=Channel.Status.REMOVED)
    return bool(token.refresh) and any(other.refresh == token.refresh for other in others)


# -- keeping an offer -----------------------------------------------------------------------------------------------------


def _pack(accounts: Iterable[Account]) -> str:
    return json.dumps([asdict(account) for account in accounts], default=lambda value: value.isoformat())


def _unpack(packed: dict[str, Any]) -> Account:
    tokens = packed.pop("tokens")
    ends = tokens["expires_at"]
    expires_at = datetime.fromisoformat(ends) if ends else None
    return Account(**packed, tokens=Tokens(tokens["access"], tokens["refresh"], expires_at, tuple(tokens["scopes"])))
