"""People to mention, looked for on the networks of the chosen channels while somebody types."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from accounts import networks
from accounts.models import Channel, Workspace
from connectors import connector
from connectors.base import Connector, FindsPeople
from connectors.errors import ConnectorError, Doubt, Unauthorized
from connectors.talk import Person

PATIENCE = 4.0  # seconds: whoever types does not wait longer
LONGEST = 50


@dataclass(frozen=True)
class Found:
    """Whom one network knows by this name; `trouble` says why it could not be asked."""

    network: str
    name: str
    people: tuple[Person, ...] = ()
    trouble: str = ""


def find(workspace: Workspace, channels: Iterable[UUID], words: str) -> list[Found]:
    """One answer for each network of these channels that can be asked for `words`. Networks are asked at the same time."""
    words = words.strip()[:LONGEST]
    chosen = workspace.channels.filter(pk__in=list(channels), status=Channel.Status.CONNECTED).select_related("token")
    asked = {channel.network: channel for channel in chosen if _is_worth_asking(channel.network, words)}
    bound = [_bound(channel) for channel in asked.values()]
    with ThreadPoolExecutor(max_workers=max(len(bound), 1)) as pool:
        return list(pool.map(lambda one: one if isinstance(one, Found) else _ask(one, words), bound))


def _is_worth_asking(slug: str, words: str) -> bool:
    network = connector(slug)
    return issubclass(network, FindsPeople) and len(words) >= network.asks_from


def _bound(channel: Channel) -> Connector | Found:
    """The connector, made here as threads of the pool have no database."""
    try:
        found = networks.bound(channel)
    except (ConnectorError, Doubt) as error:
        return _trouble(connector(channel.network), error)
    found.http.deadline = PATIENCE
    return found


def _ask(network: Connector, words: str) -> Found:
    if not isinstance(network, FindsPeople):
        raise TypeError(network.slug)
    try:
        return Found(network.slug, network.name, network.people(words))
    except (ConnectorError, Doubt) as error:
        return _trouble(type(network), error)


def _trouble(network: type[Connector], error: ConnectorError | Doubt) -> Found:
    """An answer that does not come is no reason to stop typing: one sentence, and the name can be typed."""
    asleep = _("%(network)s cannot be asked just now: type the whole name.") % {"network": network.name}
    return Found(network.slug, network.name, trouble=str(error) if isinstance(error, Unauthorized) else asleep)
