"""From what we want to say to what a network gets: the wording for a channel, the frozen content, the checks."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Channel
from connectors import connector
from connectors.base import Connector
from connectors.data import FileLimits, Limits, Media, Outgoing, Problem, Targeting
from connectors.errors import NotNow, Rejected
from connectors.options import File
from scheduler.library import captioning, covering, storing
from scheduler.library.fitting.plan import PAD, Profile, choices, plan, planned
from scheduler.library.giving import public_address
from scheduler.library.lapsing import lapsed
from scheduler.models import Asset, Audience, Post, PostMedia, Publication, Rendition, Variant
from scheduler.plans import utm
from scheduler.targeting.aiming import is_nobody, nobody, targeting

Need = tuple[Asset, Profile]  # a file that must be brought into a network's limits, and what it becomes
Made = Mapping[tuple[UUID, str], Rendition]  # by asset and profile
UNMADE = timedelta(seconds=10)  # until one looks again whether a file is made


@dataclass(frozen=True)
class Wording:
    """What a post says on one channel: its text, a thread's further parts, its media (see `item`), the options."""

    text: str
    thread: tuple[str, ...]
    media: list[dict[str, str]]
    options: Mapping[str, Any]
    edited: bool


def wording(post: Post, channel: Channel, audience: Audience | None = None) -> Wording:
    """The post's text, files and options for a channel: each from the most particular variant that has it, else the post's.

    Links carry the campaign's values, as they will be sent.
    """
    variants = Variant.fitting(post.variants.all(), channel, audience)
    network = connector(channel.network)
    spoken = next((one for one in variants if one.text is not None), None)
    own = spoken.text if spoken and spoken.text is not None else None
    text = linked(channel.network, own if own is not None else post.text, post.link)
    thread = _thread(variants, spoken)
    media = next((one.media for one in variants if one.media is not None), None)
    if media is None:
        media = [item_of(use) for use in post.media.all()]
    values = utm.values(post.campaign, channel)
    parts = tuple(utm.in_text(part, values) for part in thread)
    options = captioning.captioned(network, covering.covered(network, _options(network, variants), media), media)
    return Wording(utm.in_text(text, values), parts, media, options, edited=own is not None or bool(thread))


def _thread(variants: Iterable[Variant], spoken: Variant | None) -> tuple[str, ...]:
    """The further parts belong to the text that they follow: another text, perhaps in another language, is without them."""
    found = spoken or next((one for one in variants if one.thread), None)
    return tuple(part for part in found.thread if part.strip()) if found else ()


def _options(network: type[Connector], variants: list[Variant]) -> dict[str, Any]:
    found = {option.name: option.empty() for option in network.options}
    for one in reversed(variants):
        found |= one.options
    return found


def linked(network: str, text: str, link: str) -> str:
    """The text with the post's link, where the network has no field for it."""
    if not link or link in text or not connector(network).link_in_text:
        return text
    return f"{text}\n\n{link}".strip()


def item_of(use: PostMedia) -> dict[str, str]:
    """A post's file in a content, with the alt text of the library where it has none of its own."""
    return item(use.asset_id, use.alt or use.asset.alt, use.fit, use.cover, use.captions_id, use.language)


def item(asset: UUID, alt: str, fit: str, cover: str = "", captions: UUID | None = None, language: str = "") -> dict[str, str]:
    """A file in a content. What follows the alt text (see PostMedia) is there where it is not the usual."""
    spoken = {"captions": str(captions), "language": language} if captions else {}
    shown = {"fit": fit if fit != PAD else "", "cover": cover, **spoken}
    return {"asset": str(asset), "alt": alt} | {name: value for name, value in shown.items() if value}


def frozen(
    post: Post, channel: Channel, audience: Audience | None = None, when: datetime | None = None
) -> list[dict[str, Any]]:
    """The contents of the publications that `post` makes on a channel: the post, the parts of its thread, its first comment.

    `when` it goes out tells where an audience's climate is; without it, the time that the post is meant for.
    """
    said = wording(post, channel, audience)
    network, values = connector(channel.network), utm.values(post.campaign, channel)
    first: dict[str, Any] = {
        "text": said.text,
        "link": "" if network.link_in_text else utm.in_link(post.link, values),
        "options": dict(said.options),
        "media": said.media,
        "targeting": targeting(audience, when or post.planned_for),
    }
    parts = [{"text": text} for text in said.thread] if network.limits.thread_parts > 1 else []
    comment = utm.in_text(post.first_comment, values) if network.comments else ""
    comments = [{"text": comment, "comment": True}] if comment.strip() else []
    return [first, *parts, *comments]


def outgoing(publication: Publication) -> Outgoing:
    """A publication as its connector gets it.

    Raises NotNow while a file is not yet in the form that the network takes, Rejected when it cannot be brought into it.
    """
    network, content = publication.channel.network, publication.content
    assets = assets_of(publication)
    return to_outgoing(
        network,
        content,
        assets,
        key=publication.key,
        parent=publication.parent.remote_id if publication.parent_id and publication.parent else "",
        doubted=publication.doubt_since is not None,
        made=made_of(needs(network, content, assets)),
    )


def assets_of(publication: Publication) -> dict[UUID, Asset]:
    """The files of a publication by id."""
    wanted = file_ids(publication.channel.network, publication.content) if publication.with_media else []
    return Asset.objects.in_bulk(wanted) if wanted else {}


def made_of(needed: Iterable[Need]) -> Made:
    """What there is of the renditions that are needed, finished or not."""
    keys = {(asset.pk, profile.key) for asset, profile in needed}
    rows = Rendition.objects.filter(asset_id__in={pk for pk, _key in keys}) if keys else ()
    return {(row.asset_id, row.profile): row for row in rows if (row.asset_id, row.profile) in keys}


def to_outgoing(
    network: str,
    content: Mapping[str, Any],
    assets: Mapping[Any, Asset],
    key: str = "",
    parent: str = "",
    doubted: bool = False,
    made: Made | None = None,
) -> Outgoing:
    """Frozen content as Outgoing. `assets` by id; one that is gone is left out, and the checks then say what is missing.

    `made`: the renditions to send. Without them files are given as they will be, for the checks.
    """
    return Outgoing(
        key=key,
        text=content.get("text", ""),
        link=content.get("link", ""),
        media=tuple(_as_sent(network, asset, alt, profile, made) for asset, alt, profile in _files(network, content, assets)),
        options=_with_files(network, content.get("options", {}), assets, made),
        targeting=aimed(content.get("targeting", {})),
        parent=parent,
        is_comment=bool(content.get("comment")),
        doubted=doubted,
    )


def aimed(content: Mapping[str, Any]) -> Targeting:
    """The frozen fields of an audience as a connector gets them."""
    fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in content.items()}
    return Targeting(**fields)


def as_media(asset: Asset, alt: str = "") -> Media:
    """An asset as a connector sees it."""
    return Media(
        path=storing.path_of(str(asset.file.name)),
        mime_type=asset.mime_type,
        size=asset.size,
        name=asset.name,
        alt=alt or asset.alt,
        width=asset.width,
        height=asset.height,
        seconds=asset.seconds,
        sha256=asset.sha256,
        codec=asset.codec,
        sound=asset.sound,
        url=public_address(str(asset.file.name), asset.mime_type),
    )


# -- files in the form that a network takes -----------------------------------------------------------------------------------


def needs(network: str, content: Mapping[str, Any], assets: Mapping[Any, Asset]) -> list[Need]:
    """The files of a content that cannot go to the network as they are, and what each must become."""
    own = [(asset, profile) for asset, _alt, profile in _files(network, content, assets)]
    options = content.get("options", {})
    beside = [(asset, _beside(option, asset)) for option, asset in _files_beside(network, options, assets)]
    return [(asset, profile) for asset, profile in [*own, *beside] if profile]


def _files(
    network: str, content: Mapping[str, Any], assets: Mapping[Any, Asset]
) -> Iterator[tuple[Asset, str, Profile | None]]:
    """The post's files with their alt texts and what they must become."""
    for one in content.get("media", ()):
        if asset := assets.get(UUID(one["asset"])):
            yield asset, one["alt"], _least_change(network, content, as_media(asset), one.get("fit", PAD))


def _least_change(network: str, content: Mapping[str, Any], media: Media, fit: str) -> Profile | None:
    """The least that must change about a file, so that the connector's own checks have nothing against it, or little."""
    limits = connector(network).limits_for(_alone(network, content, media))
    found: dict[Profile | None, int] = {}
    for choice in choices(limits.video if media.is_video else limits.image, media, fit):
        if choice not in found:
            found[choice] = _complaints(network, content, planned(media, choice) if choice else media)
        if not found[choice]:
            return choice
    return min(found, key=found.__getitem__, default=None)


def _complaints(network: str, content: Mapping[str, Any], media: Media) -> int:
    """How many things the connector has to say against a file, alone in a post with these options."""
    alone = _alone(network, content, media)
    return sum(problem.field == "media" for problem in connector(network).checker().problems(alone))


def _alone(network: str, content: Mapping[str, Any], media: Media) -> Outgoing:
    options = {**content.get("options", {}), **dict.fromkeys(_file_options(network), "")}
    return Outgoing(key="", text="", media=(media,), options=options)


def _files_beside(network: str, options: Mapping[str, Any], assets: Mapping[Any, Asset]) -> Iterator[tuple[File, Asset]]:
    for option in connector(network).options:
        if isinstance(option, File) and (value := options.get(option.name)) and (asset := assets.get(UUID(str(value)))):
            yield option, asset


def _beside(option: File, asset: Asset) -> Profile | None:
    """What a file beside the media (a thumbnail) must become."""
    if asset.is_video or not any(kind.startswith("image/") for kind in option.mime_types):
        return None
    return plan(FileLimits(frozenset(option.mime_types), option.max_bytes), as_media(asset))


def _as_sent(network: str, asset: Asset, alt: str, profile: Profile | None, made: Made | None) -> Media:
    media = as_media(asset, alt)
    if profile is None:
        return media
    future = planned(media, profile)
    return future if made is None else _as_made(network, future, made.get((asset.pk, profile.key)))


def _as_made(network: str, future: Media, rendition: Rendition | None) -> Media:
    if rendition and rendition.state == Rendition.State.FAILED:
        name = connector(network).name
        text = _("%(file)s could not be brought into the form that %(network)s takes: convert it, or use another file.")
        raise Rejected(text % {"file": future.name, "network": name}, said=rendition.why)
    if not rendition or not rendition.is_ready:
        raise NotNow(_("%(file)s is still being prepared.") % {"file": future.name}, retry_in=UNMADE)
    measures = {name: getattr(rendition, name) for name in ("mime_type", "size", "sha256", "width", "height", "seconds")}
    url = public_address(str(rendition.file.name), rendition.mime_type)
    return replace(future, path=storing.path_of(str(rendition.file.name)), url=url, **measures)


def _file_options(network: str) -> set[str]:
    return {option.name for option in connector(network).options if isinstance(option, File)}


def file_ids(network: str, content: Mapping[str, Any]) -> list[UUID]:
    """The files that a content names: its media, and those among its options."""
    files = [value for name, value in content.get("options", {}).items() if name in _file_options(network) and value]
    return [UUID(item["asset"]) for item in content.get("media", ())] + [UUID(str(value)) for value in files]


def _with_files(network: str, options: Mapping[str, Any], assets: Mapping[Any, Asset], made: Made | None) -> dict[str, Any]:
    """Options with the files in them as Media instead of asset ids."""
    files = {
        option.name: _as_sent(network, asset, "", _beside(option, asset), made)
        for option, asset in _files_beside(network, options, assets)
    }
    gone = dict.fromkeys(_file_options(network) & options.keys(), "")
    return {**options, **gone, **files}


def moves_files(network: str, content: Mapping[str, Any]) -> bool:
    """Whether preparing this content uploads anything."""
    return bool(file_ids(network, content))


@dataclass(frozen=True)
class Verdict:
    """What a network says to a post: the problems that keep it back, the files that are brought into its limits, and these
    limits."""

    problems: tuple[Problem, ...]
    changes: tuple[Need, ...]
    limits: Limits


def problems(post: Post, channel: Channel, audience: Audience | None = None, when: datetime | None = None) -> list[Problem]:
    """Everything that keeps `post` from going out on `channel` as it is, in sentences for the user."""
    return list(judged(post, channel, audience, when).problems)


def judged(
    post: Post,
    channel: Channel,
    audience: Audience | None = None,
    when: datetime | None = None,
    known: Mapping[Any, Asset] | None = None,
) -> Verdict:
    """`post` on `channel`, judged by what will really be sent: files as they will be when they are brought into the limits.

    `when`: the time at which it is to go out, if it is not the time that its author has in mind. `known`: files beside the
    post's own that are at hand already.
    """
    checker = connector(channel.network).checker()
    limits = checker.limits
    found, changes, used = list(_channel_problems(channel)), list[Need](), dict[UUID, None]()
    if audience and is_nobody(audience, when or post.planned_for):
        found.append(nobody(audience, when or post.planned_for))
    assets: dict[Any, Asset] = {use.asset_id: use.asset for use in post.media.all()} | dict(known or {})
    for number, content in enumerate(frozen(post, channel, audience, when)):
        used |= dict.fromkeys(file_ids(channel.network, content))
        missing = [pk for pk in used if pk not in assets]
        assets |= post.workspace.assets.in_bulk(missing) if missing else {}
        sent = to_outgoing(channel.network, content, assets, parent="-" if number else "")
        changes += needs(channel.network, content, assets)
        limits = limits if number else checker.limits_for(sent)
        field = "first_comment" if sent.is_comment else "thread"
        for problem in checker.problems(sent):
            found.append(
                Problem(field, _("Part %(number)s: %(problem)s") % {"number": number + 1, "problem": problem})
                if number
                else problem
            )
    moment = when or post.planned_for or timezone.now()
    found += lapsed((assets[pk] for pk in used if pk in assets), moment, post.workspace.zone)
    return Verdict(tuple(found), tuple(changes), limits)


def _channel_problems(channel: Channel) -> Iterable[Problem]:
    if not channel.is_connected:
        yield Problem("channel", _("%(channel)s is not connected: connect it again.") % {"channel": channel.name})
