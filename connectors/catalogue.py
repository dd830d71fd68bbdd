"""What each network can do, as a table made from the connectors' own data: for `manage.py networks` and the README."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from connectors import captions, connectors
from connectors.base import (
    AnswersPrivately,
    Confirms,
    Connector,
    Connects,
    Deletes,
    Hooks,
    Inbox,
    Registers,
    Replies,
    SignsIn,
    Targets,
)
from connectors.data import FileLimits
from connectors.problems import codec_name
from connectors.talk import Moderation


@dataclass(frozen=True)
class Row:
    """One network, in words. The order of the fields is the order of the columns."""

    network: str
    text: str
    pictures: str
    videos: str
    options: str
    after: str
    connect: str
    doubt: str
    delete: str
    people: str
    allowance: str


TITLES = {
    "network": "Network",
    "text": "Text",
    "pictures": "Pictures",
    "videos": "Videos",
    "options": "Options",
    "after": "After it",
    "connect": "Connect by",
    "doubt": "Looks up a doubt",
    "delete": "Deletes",
    "people": "People",
    "allowance": "Posts",
}


def rows() -> list[Row]:
    """All networks, in the order of the registry."""
    return [row(network) for network in connectors()]


def row(network: type[Connector]) -> Row:
    """What a network's constants and methods say of it."""
    limits = network.limits
    return Row(
        network=network.name,
        text=f"{limits.text:,} {limits.unit}" + (", required" if limits.text_required else ""),
        pictures=files(limits.images, limits.image),
        videos=files(limits.videos, limits.video) + (", captions" if captions.taken(network.options) else ""),
        options="; ".join(option.label for option in network.options) or "-",
        after=_joined(
            ("thread", limits.thread_parts > 1), ("first comment", network.comments), ("audience", issubclass(network, Targets))
        ),
        connect=connecting(network),
        doubt="yes" if issubclass(network, Confirms) else "no: a person decides",
        delete="yes" if issubclass(network, Deletes) else "no",
        people=_joined(
            ("reads", issubclass(network, Inbox)),
            ("answers", issubclass(network, Replies)),
            ("webhooks", issubclass(network, Hooks)),
            ("private answers", issubclass(network, AnswersPrivately)),
            *deeds(network),
        ),
        allowance=f"{limits.posts_per_day:,} a day" if limits.posts_per_day else "-",
    )


def deeds(network: type[Connector]) -> list[tuple[str, bool]]:
    """What it can do to what was said; that a deed can be undone goes without saying."""
    told: frozenset[Moderation] = getattr(network, "moderations", frozenset())
    return [(f"{what}s", what in told) for what in Moderation if what not in (Moderation.UNHIDE, Moderation.UNLIKE)]


def files(most: int, limits: FileLimits) -> str:
    """How many files of a kind, and what they may be: `1, MP4, AAC H.264, 5 MB, 0.5-140 s`."""
    if not most:
        return "-"
    kinds = " ".join(sorted(kind.partition("/")[2].replace("quicktime", "mov").upper() for kind in limits.mime_types))
    codecs = " ".join(sorted(codec_name(codec) for codec in limits.codecs | limits.sound))
    parts = [f"1-{most}" if most > 1 else "1", kinds, codecs, _size(limits.max_bytes), _seconds(limits)]
    return ", ".join(part for part in parts if part)


def connecting(network: type[Connector]) -> str:
    """How an account is connected."""
    if issubclass(network, SignsIn):
        return "form"
    if issubclass(network, Registers):
        return "server's consent page"
    return "consent page" if issubclass(network, Connects) else "-"


def moderations(network: type[Connector]) -> frozenset[Moderation]:
    """What can be done there to what people said, beside answering."""
    found: frozenset[Moderation] = getattr(network, "moderations", frozenset())
    return found


def _size(count: int) -> str:
    for unit, name in ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")):
        if count >= unit:
            return f"{count / unit:.3g} {name}"
    return ""


def _seconds(limits: FileLimits) -> str:
    if not limits.max_seconds:
        return ""
    return f"{limits.min_seconds:g}-{limits.max_seconds:g} s" if limits.min_seconds else f"{limits.max_seconds:g} s"


def _joined(*things: tuple[str, bool]) -> str:
    return ", ".join(name for name, there in things if there) or "-"


def as_markdown(found: Iterable[Row]) -> str:
    """The table for the README, with the number of options in place of their names."""
    short = [replace(one, options=str(one.options.count(";") + 1)) for one in found]
    table = [tuple(TITLES.values()), ("---",) * len(TITLES), *(tuple(asdict(one).values()) for one in short)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in table)


def as_text(found: Iterable[Row]) -> str:
    """The table for a terminal: a block for each network."""
    width = max(map(len, TITLES.values()))
    blocks = ["\n".join(f"{TITLES[name]:<{width}}  {value}" for name, value in asdict(one).items()) for one in found]
    return "\n\n".join(blocks)


def as_data(found: Iterable[Row]) -> list[dict[str, Any]]:
    """For `--json`."""
    return [asdict(one) for one in found]
