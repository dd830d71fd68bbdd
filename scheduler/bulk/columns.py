"""The columns that an import understands: their keys, the headers under which they are known, and what to write in them.

A key is a plain name (`text`, `channels`, ...) or `kind:network` for what one network gets of its own, or
`network:option` for its options.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from connectors import connector
from connectors.options import Choice, File, Flag, Number, Option, Texts

TEXT, THREAD, MEDIA = "text", "thread", "media"
OWN = (TEXT, THREAD, MEDIA)  # what a network can have of its own
EXAMPLE = "example"  # a line whose status says so is left out: the template has one

# Further names under which a header is known, in the languages that people's tables are in.
ALIASES = {
    "text": ("post", "message", "content", "caption", "tekst", "treść", "wpis"),
    "channels": ("channel", "accounts", "profiles", "kanały", "kanał", "profile"),
    "when": ("publish at", "scheduled", "scheduled for", "date and time", "datetime", "termin", "data i godzina", "kiedy"),
    "date": ("day", "data", "dzień"),
    "time": ("hour", "godzina", "czas"),
    "zone": ("time zone", "timezone", "strefa", "strefa czasowa"),
    "status": ("state", "stan"),
    "link": ("url", "address", "adres", "odnośnik"),
    "first comment": ("comment", "komentarz", "pierwszy komentarz"),
    "campaign": ("kampania",),
    "labels": ("label", "tags", "tag", "etykiety", "etykieta", "tagi"),
    "media": ("files", "images", "image", "pictures", "picture", "video", "pliki", "obraz", "obrazy", "zdjęcie", "zdjęcia"),
    "alt text": ("alt", "alt texts", "description", "tekst alternatywny", "opis"),
}


@dataclass(frozen=True)
class Column:
    """One that an import understands. `name` is its header in the template."""

    key: str
    name: str
    help: str


def columns(networks: Iterable[str]) -> list[Column]:
    """All columns for a workspace with channels on these networks."""
    found = list(_plain())
    for network in networks:
        found += _of(network)
    return found


def _plain() -> Iterator[Column]:
    yield Column("text", "text", _("What the post says."))
    yield Column("channels", "channels", _("Where it goes: names of channels as on the Channels page, separated by ;"))
    yield Column("when", "when", _("2026-11-24 09:30 on the workspace's clocks, or with an offset: 2026-11-24 09:30+02:00."))
    yield Column("date", "date", _("In place of when: the day, 2026-11-24."))
    yield Column("time", "time", _("In place of when: the time of that day, 09:30."))
    yield Column("zone", "zone", _("The time zone of that time, such as Europe/Warsaw; empty: the workspace's."))
    yield Column("status", "status", _("draft or scheduled; empty: scheduled when there is a time."))
    yield Column("link", "link", _("An address that the post leads to."))
    yield Column("first comment", "first comment", _("Follows the post where the network knows that."))
    yield Column("campaign", "campaign", _("The name of a campaign."))
    yield Column("labels", "labels", _("Labels, separated by ; or commas. Those that are not there yet are made."))
    yield Column("media", "media", _("Names of files in the library or addresses, separated by ; or a line each."))
    yield Column("alt text", "alt text", _("What the files show, in their order, separated by | or a line each."))


def _of(network: str) -> Iterator[Column]:
    found = connector(network)
    yield Column(f"{TEXT}:{network}", f"{TEXT}:{network}", _("The text on %(network)s alone.") % {"network": found.name})
    if found.limits.thread_parts > 1:
        text = _("Further parts of a thread on %(network)s, with a line --- between them.")
        yield Column(f"{THREAD}:{network}", f"{THREAD}:{network}", text % {"network": found.name})
    yield Column(f"{MEDIA}:{network}", f"{MEDIA}:{network}", _("The files on %(network)s alone.") % {"network": found.name})
    for option in found.options:
        yield Column(
            f"{network}:{option.name}", f"{network}:{option.name}", f"{found.name}, {_(option.label)}: {_takes(option)}"
        )


def _takes(option: Option) -> str:
    match option:
        case Choice():
            return ", ".join(value or _("(empty)") for value, _label in option.values)
        case Flag():
            return _("yes or no")
        case Number():
            return f"{option.least}-{option.most} {_(option.unit) if option.unit else ''}".strip()
        case Texts():
            return _("several, separated by ; or a line each")
        case File():
            return _("name of a file in the library, or an address")
    return _(option.help) if option.help else _("text")


def guessed(headers: Iterable[str], networks: Iterable[str]) -> list[str]:
    """The key for each header, each key once; empty for a header that is not known."""
    names = _names(list(networks))
    taken: set[str] = set()
    mapping = []
    for header in headers:
        key = names.get(plain(header), "")
        mapping.append("" if key in taken else key)
        taken.add(key)
    return mapping


def _names(networks: list[str]) -> dict[str, str]:
    """Every header that is known, with its key. A network is known by its short name and by its name."""
    found = {plain(alias): key for key, aliases in ALIASES.items() for alias in aliases}
    for column in columns(networks):
        found[plain(column.key)] = column.key
    for network in networks:
        full = connector(network).name
        for kind in OWN:
            found[plain(f"{kind}:{full}")] = found[plain(f"{full}:{kind}")] = f"{kind}:{network}"
            found[plain(f"{network}:{kind}")] = f"{kind}:{network}"
        for option in connector(network).options:
            for one in (full, network):
                found.setdefault(plain(f"{one}:{option.label}"), f"{network}:{option.name}")
                found[plain(f"{one}:{option.name}")] = f"{network}:{option.name}"
    return found


def plain(header: str) -> str:
    """A header without what people write differently: case, spaces, underscores."""
    return re.sub(r"\s*:\s*", ":", re.sub(r"[\s_-]+", " ", header)).strip().casefold()
