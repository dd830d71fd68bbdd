"""From what we want to say to what a network gets: the wording for a channel, the frozen content, the checks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.models import Channel
from connectors import connector
from connectors.data import Media, Outgoing, Problem, Targeting
from connectors.options import File
from scheduler.models import Asset, Audience, Post, Publication, Variant


@dataclass(frozen=True)
class Wording:
    """What a post says on one channel: its text, the parts of a thread that follow, media [{asset, alt}], the options."""

    text: str
    thread: tuple[str, ...]
    media: list[dict[str, str]]
    options: Mapping[str, Any]
    edited: bool


def wording(post: Post, channel: Channel, audience: Audience | None = None) -> Wording:
    """The post's text and options for a channel, from the most particular variant down to the post's own text."""
    variant = Variant.best(post.variants.all(), channel, audience)
    network = connector(channel.network)
    own = variant.text if variant and variant.text is not None else None
    text = own if own is not None else post.text
    if post.link and network.link_in_text and post.link not in text:
        text = f"{text}\n\n{post.link}".strip()
    options = {option.name: option.empty() for option in network.options} | dict(variant.options if variant else {})
    thread = tuple(part for part in variant.thread if part.strip()) if variant else ()
    media = variant.media if variant else None
    if media is None:
        media = [{"asset": str(use.asset_id), "alt": use.alt or use.asset.alt} for use in post.media.all()]
    return Wording(text, thread, media, options, edited=own is not None or bool(thread))


def frozen(post: Post, channel: Channel, audience: Audience | None = None) -> list[dict[str, Any]]:
    """The contents of the publications that `post` makes on a channel: the post, the parts of its thread, its first comment."""
    said = wording(post, channel, audience)
    network = connector(channel.network)
    first: dict[str, Any] = {
        "text": said.text,
        "link": "" if network.link_in_text else post.link,
        "options": dict(said.options),
        "media": said.media,
        "targeting": targeting(audience),
    }
    parts = [{"text": text} for text in said.thread] if network.limits.thread_parts > 1 else []
    comments = [{"text": post.first_comment, "comment": True}] if post.first_comment.strip() and network.comments else []
    return [first, *parts, *comments]


def targeting(audience: Audience | None) -> dict[str, Any]:
    """An audience as the fields of connectors.data.Targeting; empty without one."""
    if audience is None:
        return {}
    names = ("countries", "regions", "cities", "languages", "genders", "age_min", "age_max")
    return {name: getattr(audience, name) for name in names if getattr(audience, name)}


def outgoing(publication: Publication) -> Outgoing:
    """A publication as its connector gets it."""
    content = publication.content
    assets = Asset.objects.in_bulk(_asset_ids(publication.channel.network, content)) if publication.with_media else {}
    return to_outgoing(
        publication.channel.network,
        content,
        assets,
        key=publication.key,
        parent=publication.parent.remote_id if publication.parent_id and publication.parent else "",
        doubted=publication.doubt_since is not None,
    )


def to_outgoing(
    network: str,
    content: Mapping[str, Any],
    assets: Mapping[Any, Asset],
    key: str = "",
    parent: str = "",
    doubted: bool = False,
) -> Outgoing:
    """Frozen content as Outgoing. `assets` by id; one that is gone is left out, and the checks then say what is missing."""
    targets: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in content.get("targeting", {}).items()
    }
    found = [(assets.get(UUID(item["asset"])), item["alt"]) for item in content.get("media", ())]
    return Outgoing(
        key=key,
        text=content.get("text", ""),
        link=content.get("link", ""),
        media=tuple(as_media(asset, alt) for asset, alt in found if asset),
        options=_with_files(network, content.get("options", {}), assets),
        targeting=Targeting(**targets),
        parent=parent,
        is_comment=bool(content.get("comment")),
        doubted=doubted,
    )


def as_media(asset: Asset, alt: str = "") -> Media:
    """An asset as a connector sees it."""
    return Media(
        path=asset.file.path,
        mime_type=asset.mime_type,
        size=asset.size,
        name=asset.name,
        alt=alt or asset.alt,
        width=asset.width,
        height=asset.height,
        seconds=asset.seconds,
        sha256=asset.sha256,
    )


def _file_options(network: str) -> set[str]:
    return {option.name for option in connector(network).options if isinstance(option, File)}


def _asset_ids(network: str, content: Mapping[str, Any]) -> list[UUID]:
    files = [value for name, value in content.get("options", {}).items() if name in _file_options(network) and value]
    return [UUID(item["asset"]) for item in content.get("media", ())] + [UUID(str(value)) for value in files]


def _with_files(network: str, options: Mapping[str, Any], assets: Mapping[Any, Asset]) -> dict[str, Any]:
    """Options with the files in them as Media instead of asset ids."""
    given = dict(options)
    for name in _file_options(network) & given.keys():
        asset = assets.get(UUID(str(given[name]))) if given[name] else None
        given[name] = as_media(asset) if asset else ""
    return given


def moves_files(network: str, content: Mapping[str, Any]) -> bool:
    """Whether preparing this content uploads anything."""
    return bool(_asset_ids(network, content))


def problems(post: Post, channel: Channel, audience: Audience | None = None) -> list[Problem]:
    """Everything that keeps `post` from going out on `channel` as it is, in sentences for the user."""
    checker = connector(channel.network).checker()
    found = list(_channel_problems(channel))
    assets: dict[Any, Asset] = {use.asset_id: use.asset for use in post.media.all()}
    for number, content in enumerate(frozen(post, channel, audience)):
        missing = [pk for pk in _asset_ids(channel.network, content) if pk not in assets]
        assets |= post.workspace.assets.in_bulk(missing) if missing else {}
        sent = to_outgoing(channel.network, content, assets, parent="-" if number else "")
        field = "first_comment" if sent.is_comment else "thread"
        for problem in checker.problems(sent):
            found.append(Problem(field, f"Part {number + 1}: {problem}") if number else problem)
    return found


def _channel_problems(channel: Channel) -> Iterable[Problem]:
    if not channel.is_connected:
        yield Problem("channel", f"{channel.name} is not connected: connect it again.")
