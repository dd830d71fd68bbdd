"""How a post will look: the words in pieces, what is too long marked, ready for a template."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from connectors import connector
from scheduler.composing.checking import Check
from scheduler.library import covering
from scheduler.models import Asset, Post
from scheduler.plans import utm

MARKED = re.compile(r"(https?://[^\s<>]+|(?<!\w)[#@$][^\W\d_][\w.]*\w|(?<!\w)[#@]\w+)")
TILES = 4  # a network shows so many at the most, and a number for the rest


@dataclass(frozen=True)
class Piece:
    """A stretch of text. `marked`: a link, hashtag or mention. `over`: beyond what the network takes."""

    text: str
    marked: bool = False
    over: bool = False


@dataclass(frozen=True)
class Tile:
    """A file as it will be there: `asset` is what is drawn (of a video perhaps a picture), `look` how, but for its size."""

    asset: Asset
    alt: str
    look: str
    is_video: bool = False
    seconds: float = 0
    width: int = 0
    height: int = 0


@dataclass(frozen=True)
class Preview:
    """One channel's view of the post. `title` is what the option of that name says, where a network has it."""

    check: Check
    title: str
    text: tuple[Piece, ...]
    thread: tuple[tuple[Piece, ...], ...]
    media: tuple[Tile, ...]
    link: str
    comment: str

    @property
    def tiles(self) -> tuple[Tile, ...]:
        return self.media[:TILES]

    @property
    def more(self) -> int:
        return len(self.media) - TILES

    @property
    def host(self) -> str:
        return urlsplit(self.link).netloc.removeprefix("www.")


def previews(post: Post, checks: list[Check]) -> list[Preview]:
    """The post as it will stand on each channel."""
    media = [item for check in checks for item in check.wording.media]
    wanted = {UUID(item["asset"]) for item in media}
    wanted |= {UUID(item["cover"]) for item in media if covering.is_picture(item.get("cover", ""))}
    assets = post.workspace.assets.in_bulk(wanted) if wanted else {}
    return [preview(post, check, assets) for check in checks]


def preview(post: Post, check: Check, assets: Mapping[Any, Asset]) -> Preview:
    """The post as it will stand on the check's channel."""
    network, said = connector(check.channel.network), check.wording
    return Preview(
        check=check,
        title=str(said.options.get("title") or ""),
        text=tuple(pieces(check.channel.network, said.text, check.count.limit)),
        thread=tuple(tuple(pieces(check.channel.network, part)) for part in said.thread),
        media=tuple(_tile(check, item, assets) for item in said.media if UUID(item["asset"]) in assets),
        link="" if network.link_in_text else post.link,
        comment=utm.in_text(post.first_comment, utm.values(post.campaign, check.channel)) if network.comments else "",
    )


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
    return Tile(shown, item["alt"], urlencode(look), asset.is_video, asset.seconds, width, height)


def pieces(network: str, text: str, limit: int = 0) -> Iterator[Piece]:
    """`text` in pieces; what goes beyond the limit comes last (0: the network's usual one)."""
    end = fitting(network, text, limit or connector(network).limits.text)
    for number, stretch in enumerate(MARKED.split(text[:end])):
        if stretch:
            yield Piece(stretch, marked=bool(number % 2))
    if text[end:]:
        yield Piece(text[end:], over=True)


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
