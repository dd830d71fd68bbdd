"""What the lines of a table speak of (channels, campaigns, files), fetched once for many lines."""

import re
from collections.abc import Iterable, Iterator

from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.models import Channel
from accounts.verbs import Problem
from connectors import NETWORKS, connector
from connectors.options import File
from scheduler.bulk.columns import MEDIA
from scheduler.models import Asset, Campaign, Import, ImportFile, Label

ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
BETWEEN = re.compile(r"\s*[;|\n]\s*")
COMMA = re.compile(r"\s*,\s*")


def parts(cell: str) -> list[str]:
    """The things in a cell that are separated by semicolons, bars or lines."""
    return [part for part in BETWEEN.split(cell.strip()) if part]


def names_in(cell: str) -> Iterator[str]:
    """Everything in a cell that may be the name of one thing: names may have commas in them, or commas between them."""
    for part in parts(cell):
        yield part
        yield from (piece for piece in COMMA.split(part) if piece)


def title(channel: Channel) -> str:
    """A channel as templates and exports name it: clear even where an account is called the same on many networks."""
    return f"{channel.network_name}: {channel.name}"


class Book:
    """`rows` are the cells of the lines that it is asked about."""

    def __init__(self, source: Import, rows: Iterable[list[str]]) -> None:
        self.source, self.workspace, self.zone = source, source.workspace, source.workspace.zone
        self.channels = self.workspace.current_channels
        self.networks = list(dict.fromkeys(channel.network for channel in self.channels))
        self.labels = {found.name.casefold(): found for found in self.workspace.labels.all()}
        self.campaigns = {found.name.casefold(): found for found in self.workspace.campaigns.all()}
        places = [place for place, key in enumerate(source.mapping) if names_files(key)]
        named = {name for cells in rows for place in places for name in names_in(cells[place])}
        self.files = {found.address: found for found in self._files(named)}
        self.assets: dict[str, list[Asset]] = {}
        for asset in self._assets(named):
            self.assets.setdefault(asset.name.lower(), []).append(asset)

    def _files(self, named: set[str]) -> Iterable[ImportFile]:
        addresses = [name for name in named if ADDRESS.fullmatch(name)]
        return self.source.files.filter(address__in=addresses).select_related("asset") if addresses else []

    def _assets(self, named: set[str]) -> Iterable[Asset]:
        names = [name.lower() for name in named if not ADDRESS.fullmatch(name)]
        return self.workspace.assets.annotate(lower=Lower("name")).filter(lower__in=names) if names else []

    def header(self, key: str) -> str:
        """The header under which the file has a column; the column's own name when it has none."""
        return self.source.headers[self.source.mapping.index(key)] if key in self.source.mapping else key

    def given(self, cells: list[str]) -> dict[str, str]:
        """What a line says, by column; only what is not empty."""
        return {key: cell for key, cell in zip(self.source.mapping, cells, strict=False) if key and cell}

    # -- finding what a cell names ----------------------------------------------------------------------------------------

    def channels_in(self, cell: str) -> tuple[Channel, ...]:
        """Raises Problem for a name that is not there, or that several channels have."""
        found: dict[Channel, None] = {}
        for part in parts(cell):
            pieces = [part] if self._called(part) else COMMA.split(part)
            found |= dict.fromkeys(self._channel(piece) for piece in pieces if piece)
        return tuple(found)

    def _channel(self, name: str) -> Channel:
        found = self._called(name)
        if not found:
            there = "; ".join(title(channel) for channel in self.channels[:6]) or _("none is connected")
            raise Problem(_("There is no channel %(name)s. There are: %(there)s.") % {"name": name, "there": there})
        if len(found) > 1:
            there = _(" or ").join(dict.fromkeys(f"{one.network_name}: @{one.username}" for one in found))
            raise Problem(_("Several channels are called %(name)s: write %(there)s.") % {"name": name, "there": there})
        return found[0]

    def _called(self, name: str) -> list[Channel]:
        """By its name, alone or behind its network; by its user name; a network that has one channel stands for it."""
        wanted = re.sub(r"\s*:\s*", ": ", name).casefold()
        for known in (_full, _short, _network):
            if found := [channel for channel in self.channels if wanted in known(channel)]:
                return found
        return []

    def campaign(self, name: str) -> Campaign:
        """Raises Problem."""
        if found := self.campaigns.get(name.casefold()):
            return found
        raise Problem(_("There is no campaign %(name)s: correct the name, or make the campaign first.") % {"name": name})

    def labels_in(self, cell: str) -> tuple[list[Label], list[str]]:
        """The labels that a cell names, and the names of those that are not there yet. Raises Problem for what is no name."""
        known, new = dict[Label, None](), dict[str, str]()
        for part in parts(cell):
            for name in [part] if part.casefold() in self.labels else COMMA.split(part):
                if found := self.labels.get(name.casefold()):
                    known[found] = None
                elif name:
                    new.setdefault(name.casefold(), _short_enough(name))
        return list(known), list(new.values())

    def assets_in(self, cell: str) -> list[Asset]:
        """The files that a cell names, by their names in the library or by their addresses. Raises Problem."""
        found: list[Asset] = []
        for part in parts(cell):
            pieces = [part] if ADDRESS.fullmatch(part) or part.lower() in self.assets else COMMA.split(part)
            found += [self.asset(piece) for piece in pieces if piece]
        return list(dict.fromkeys(found))

    def asset(self, name: str) -> Asset:
        """Raises Problem."""
        if ADDRESS.fullmatch(name):
            return self._fetched(name)
        found = self.assets.get(name.lower(), [])
        if not found:
            text = _("There is no file %(name)s in the library: correct the name, upload it, or give its address.")
            raise Problem(text % {"name": name})
        if len(found) > 1:
            raise Problem(_("Several files in the library are called %(name)s: give the file's address.") % {"name": name})
        return found[0]

    def _fetched(self, address: str) -> Asset:
        found = self.files.get(address)
        if found and found.asset:
            return found.asset
        raise Problem(found.why if found and found.why else _("%(address)s could not be fetched.") % {"address": address})


def _short_enough(name: str) -> str:
    if len(name) > (most := Label._meta.get_field("name").max_length or 0):
        text = _("%(name)s is too long for a label: write at most %(most)d letters, and ; between labels.")
        raise Problem(text % {"name": name[:100], "most": most})
    return name


def _full(channel: Channel) -> tuple[str, ...]:
    names = (f"{before}: {after}" for before in (channel.network_name, channel.network) for after in _names(channel))
    return tuple(name.casefold() for name in names)


def _short(channel: Channel) -> tuple[str, ...]:
    return tuple(name.casefold() for name in _names(channel))


def _names(channel: Channel) -> tuple[str, ...]:
    return (channel.name, *((channel.username, f"@{channel.username}") if channel.username else ()))


def _network(channel: Channel) -> tuple[str, ...]:
    return (channel.network.casefold(), channel.network_name.casefold())


def names_files(key: str) -> bool:
    """Whether a column holds names or addresses of files."""
    if key == MEDIA or key.startswith(f"{MEDIA}:"):
        return True
    network, colon, name = key.partition(":")
    if not colon or network not in NETWORKS:
        return False
    return any(isinstance(option, File) and option.name == name for option in connector(network).options)
