"""Webhooks: verified, kept as they came, answered; worked out afterwards, as often as it takes.

Whose signature is wrong gets a 403 and is counted. What was kept is due until it is worked out, so that neither a
dead worker nor an emptied Redis loses one.
"""

import logging
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Never

from django.core.cache import cache
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from redis import RedisError

from accounts.connecting import hook_secret
from accounts.models import Channel
from accounts.networks import app_for, bound
from connectors import NETWORKS, connector
from connectors.base import Fetches, Hooks, StampsHooks
from connectors.data import App
from connectors.errors import ConnectorError, Doubt, Rejected, Unauthorized
from connectors.talk import Hook
from inbox import reacting, sync
from inbox.models import Event

MOST_TRIES = 10  # one a minute
KEPT, KEPT_UNWORKED = timedelta(days=3), timedelta(days=30)  # they hold what people wrote, deleted things too
COUNTED_FOR = 7 * 24 * 3600

log = logging.getLogger("smo.hooks")


class Unknown(Exception):
    """There is nobody here who expects this webhook."""


class Forged(Exception):
    """It does not come from whom it says."""


def handshake(network: str, practice: bool, query: Mapping[str, str]) -> str:
    """What proves to the network that the address is ours. Raises Unknown, and Forged for a wrong secret."""
    hooks, app = expected(network, practice)
    answer = hooks.handshake(app, query, hook_secret(network, practice))
    if answer is None:
        refuse(network)
    return answer


def receive(network: str, practice: bool, headers: Mapping[str, str], body: bytes) -> Event:
    """Keep a delivery whose signature is right and fresh. Raises Unknown or Forged; ValueError for one that nobody can read."""
    hooks, app = expected(network, practice)
    if issubclass(hooks, StampsHooks) and hooks.stale(headers, timezone.now()):
        refuse(network)
    try:
        hooks.hooks(app, headers, body)
    except Unauthorized:
        refuse(network)
    return Event.objects.create(network=network, practice=practice, headers=telling(headers), body=body)


def refuse(network: str) -> Never:
    count_refused(network)
    raise Forged(network)


def expected(network: str, practice: bool) -> tuple[type[Hooks], App]:
    found = connector(network) if network in NETWORKS else None
    app = app_for(network, practice) if found else None
    if found is None or app is None or not issubclass(found, Hooks):
        raise Unknown(network)
    return found, app


def telling(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that carry signatures: those of the network's own."""
    told = {name.lower(): value for name, value in headers.items()}
    return {name: value for name, value in told.items() if name.startswith("x-") or name.endswith("-signature")}


def count_refused(network: str) -> None:
    """Count a forged delivery, for the operator; also without Redis it is in the log."""
    log.warning("webhook refused network=%s", network)
    key = f"smo:hooks:refused:{network}"
    try:
        cache.add(key, 0, COUNTED_FOR)
        cache.incr(key)
    except (RedisError, ValueError) as error:
        log.info("not counted error=%s", type(error).__name__)


def refused(network: str) -> int:
    """How many forged deliveries came in the last days."""
    return int(cache.get(f"smo:hooks:refused:{network}", 0))


# -- working out ----------------------------------------------------------------------------------------------------------


def work(pk: int, ticket: datetime) -> None:
    """Take in what a delivery tells. A stale ticket is passed over; a failure leaves it due, up to MOST_TRIES times."""
    event = Event.objects.filter(pk=pk, due_at=ticket).first()
    if event is None:
        return
    Event.objects.filter(pk=pk, due_at=ticket).update(tries=F("tries") + 1)
    why = ""
    if event.tries >= MOST_TRIES:
        why = _("It could not be worked out; the next reading of the channel brings what it told.")
        log.error("webhook given up event=%s network=%s", pk, event.network)
    else:
        for hook in told(event):
            if not spread(event, hook):
                return
    Event.objects.filter(pk=pk, due_at=ticket).update(due_at=None, why=why)


def told(event: Event) -> Iterator[Hook]:
    try:
        hooks, app = expected(event.network, event.practice)
        return hooks.hooks(app, event.headers, bytes(event.body))
    except (Unknown, Unauthorized) as error:  # the operator has changed the keys meanwhile
        log.warning("webhook left out event=%s error=%s", event.pk, type(error).__name__)
        return iter(())


def spread(event: Event, hook: Hook) -> bool:
    """To every workspace that the account is connected in. False: what it only names could not be fetched yet."""
    channels = Channel.objects.filter(
        network=event.network, practice=event.practice, remote_id=hook.account, status=Channel.Status.CONNECTED
    )
    for channel in channels:
        for item in hook.items:
            sync.take(channel, item)
        for reaction in hook.reactions:
            reacting.react(channel, reaction)
    return all(fetch(channel, reference) for channel in channels for reference in hook.unread)


def fetch(channel: Channel, reference: str) -> bool:
    """Take in what a delivery only names. False: not now."""
    try:
        network = bound(channel)
        item = network.fetch(reference) if isinstance(network, Fetches) else None
    except Rejected as error:
        log.info("not fetched channel=%s said=%s", channel.pk, error.said)
        return True
    except (ConnectorError, Doubt) as error:
        log.info("not fetched yet channel=%s said=%s", channel.pk, error.said)
        return False
    if item is not None:
        sync.take(channel, item)
    return True


def forget_old() -> None:
    """Raw deliveries are kept for days only."""
    now = timezone.now()
    Event.objects.filter(due_at__isnull=True, why="", received_at__lt=now - KEPT).delete()
    Event.objects.filter(received_at__lt=now - KEPT_UNWORKED).delete()
