"""How a post will look: the words in pieces, what is too long marked, ready for a template."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from connectors import captions, connector
from scheduler.composing.cards import Card, known
from scheduler.composing.checking import Check
from scheduler.library import covering
from scheduler.models import Asset, Post
from scheduler.plans import utm

MARKED = re.compile(r"(https?://[^\s<>]+|(?<!\w)[#@$][^\W\d_][\w.]*\w|(?<!\w)[#@]\w+)")
LINK = re.compile(r"https?://[^\s<>]+")
TILES = 4  # a network shows so many at the most, and a number for the rest


@dataclass(frozen=True)
class Piece:
    """A stretch of text. `marked`: a link, hashtag or mention. `over`: beyond what the network takes. `folded`: seen only
    after a click on "more", which stands before the first of them (`folds`)."""

    text: str
    marked: bool = False
    over: bool = False
    folded: bool = False
    folds: bool = False


@dataclass(frozen=True)
class Tile:
    """A file as it will be there: `asset` is what is drawn (of a video perhaps a picture), `look` how, but for its size.
    `captions`: their language."""

    asset: Asset
    alt: str
    look: str
    is_video: bool = False
    captions: str = ""
    seconds: float = 0
    width: int = 0
    height: int = 0


@dataclass(frozen=True)
class Preview:
    """One channel's view of the post. `title` is what the option of that name says, where a network has it. `warning`:
    what hides the post (or only its media: `veiled`) until a click.
    """

    check: Check
    title: str
    text: tuple[Piece, ...]
    thread: tuple[tuple[Piece, ...], ...]
    media: tuple[Tile, ...]
    card: Card | None
    comment: str
    poll: tuple[str, ...] = ()
    poll_minutes: int = 0
    warning: str = ""
    veiled: bool = False

    @property
    def tiles(self) -> tuple[Tile, ...]:
        return self.media[:TILES]

    @property
    def poll_time(self) -> str:
        """How long the poll runs, in words."""
        days, minutes = divmod(self.poll_minutes, 24 * 60)
        hours, minutes = divmod(minutes, 60)
        counted = (
            ngettext("%(n)s day", "%(n)s days", days) % {"n": days} if days else "",
            ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours} if hours else "",
            ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes} if minutes else "",
        )
        return _("Runs for %(time)s") % {"time": " ".join(part for part in counted if part)}

    @property
    def more(self) -> int:
        return len(self.media) - TILES


def previews(post: Post, checks: list[Check], assets: Mapping[Any, Asset] | None = None) -> list[Preview]:
    """The post as it will stand on each channel. `assets`: its files, where they are at hand."""
    assets = _assets(post, checks) if assets is None else assets
    return [preview(post, check, assets) for check in checks]


def _assets(post: Post, checks: list[Check]) -> Mapping[Any, Asset]:
    media = [item for check in checks for item in check.wording.media]
    wanted = {UUID(item["asset"]) for item in media}
    wanted |= {UUID(item["cover"]) for item in media if covering.is_picture(item.get("cover", ""))}
    wanted |= {UUID(pk) for check in checks if (pk := _said(check, connector(check.channel.network).look.card_picture))}
    return post.workspace.assets.in_bulk(wanted) if wanted else {}


def preview(post: Post, check: Check, assets: Mapping[Any, Asset]) -> Preview:
    """The post as it will stand on the check's channel."""
    network, said = connector(check.channel.network), check.wording
    look = network.look
    return Preview(
        check=check,
        title=str(said.options.get("title") or ""),
        text=tuple(pieces(check.channel.network, said.text, check.count.limit)),
        thread=tuple(tuple(pieces(check.channel.network, part)) for part in said.thread),
        media=tuple(_tile(check, item, assets) for item in said.media if UUID(item["asset"]) in assets),
        card=None if said.media else _card(post, check, assets),
        comment=utm.in_text(post.first_comment, utm.values(post.campaign, check.channel)) if network.comments else "",
        poll=tuple(_said(check, look.poll) or ()),
        poll_minutes=int(_said(check, look.poll_minutes) or 0),
        warning=_warning(check),
        veiled=bool(_said(check, look.sensitive)) or (look.veils_media and bool(_said(check, look.warning))),
    )


def _said(check: Check, option: str) -> Any:
    """What an option of the network says; nothing where it has no such option."""
    return check.wording.options.get(option, "") if option else ""


def _warning(check: Check) -> str:
    network = connector(check.channel.network)
    value = _said(check, network.look.warning)
    return next(option.shown(value) for option in network.options if option.name == network.look.warning) if value else ""


def _card(post: Post, check: Check, assets: Mapping[Any, Asset]) -> Card | None:
    """The link as a card, where the network shows one: of what its author says, or of what the page says."""
    look = connector(check.channel.network).look
    found = LINK.search(check.wording.text)
    address = post.link or (found[0].rstrip(".,;:!?)") if found else "")
    if not look.card or not address:
        return None
    if not look.card_title:
        return known(address) or Card(address, is_asked=True)
    plain = Card(address)
    picture = _said(check, look.card_picture)
    title = _said(check, look.card_title) or f"{plain.host}{urlsplit(address).path.rstrip('/')}"
    own = {"picture": picture, "is_own": True} if picture and UUID(picture) in assets else {}
    return Card(address, title, _said(check, look.card_about), **own)


def _tile(check: Check, item: Mapping[str, str], assets: Mapping[Any, Asset]) -> Tile:
    """With the cover that the network takes, in the shape that it is brought into."""
    asset, cover = assets[UUID(item["asset"])], item.get("cover", "")
    profile, shown = check.profiles.get(asset.pk), asset
    look: dict[str, str] = {}
    if covering.option_for(connector(check.channel.network), check.wording.options, cover):
        if not covering.is_picture(cover):
            look["at"] = cover
        elif UUID(cover) in assets:
            shown = assets[UUID(cover)]
    if profile and profile.fit:
        look["shape"] = f"{profile.width}x{profile.height}-{profile.fit}"
    width, height = (profile.width, profile.height) if profile and profile.width else (asset.width, asset.height)
    spoken = item.get("language", "") if "captions" in item and captions.taken(connector(check.channel.network).options) else ""
    return Tile(shown, item["alt"], urlencode(look), asset.is_video, spoken, asset.seconds, width, height)


def pieces(network: str, text: str, limit: int = 0) -> Iterator[Piece]:
    """`text` in pieces; what goes beyond the limit comes last (0: the network's usual one)."""
    end = fitting(network, text, limit or connector(network).limits.text)
    fold = fold_at(network, text[:end])
    at = 0
    for number, stretch in enumerate(MARKED.split(text[:end])):
        here = min(max(fold - at, 0), len(stretch))
        if here:
            yield Piece(stretch[:here], marked=bool(number % 2))
        if stretch[here:]:
            yield Piece(stretch[here:], marked=bool(number % 2), folded=True, folds=at + here == fold)
        at += len(stretch)
    if text[end:]:
        yield Piece(text[end:], over=True)


def fold_at(network: str, text: str) -> int:
    """How many characters the network shows before "more", up to the end of a word; all when the text is short enough."""
    look = connector(network).look
    if not look.fold:
        return len(text)
    lines = text.split("\n")
    end = min(look.fold, len("\n".join(lines[: look.fold_lines])) if look.fold_lines else look.fold)
    if end >= len(text):
        return len(text)
    return max(text.rfind(" ", 0, end + 1), text.rfind("\n", 0, end + 1), 0) or end


def fitting(network: str, text: str, limit: int) -> int:
    """How many characters from the start fit. Counts never shrink as a text grows, so halving finds it."""
    length = connector(network).checker().length
    if length(text) <= limit:
        return len(text)
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if length(text[:middle]) <= limit else (low, middle - 1)
    return low
