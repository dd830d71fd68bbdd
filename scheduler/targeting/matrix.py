"""The audience matrix of a post: who is told what, where and when. Rows are audiences, columns channels."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.utils.formats import date_format

from accounts.models import Channel
from accounts.verbs import Problem
from connectors import connector
from connectors.base import Targets
from connectors.data import Targeting
from scheduler.compose import Wording, aimed, judged, wording
from scheduler.composing.checking import Count, count
from scheduler.models import Asset, Audience, Post, PostChannel, Publication, Status, Variant
from scheduler.planning import UNCLAIMED, day_of, moment_of
from scheduler.targeting.aiming import is_nobody, places, targeting

ANYBODY = Targeting()
Key = tuple[UUID | None, UUID]  # of an audience (None: everybody) and a channel


@dataclass(frozen=True)
class Reach:
    """How a cell reaches its audience. `kind` is native (the network shows it to them: `fields` are what is sent), regional
    (the channel is theirs), wording (only what it says and when) or everybody. `hides`: nobody else sees it."""

    kind: str
    targeting: Targeting = ANYBODY
    fields: Mapping[str, Any] | None = None
    hides: bool = False

    @property
    def sent(self) -> list[tuple[str, str]]:
        """The fields as they are sent: names and JSON."""
        return [(name, json.dumps(value, ensure_ascii=False)) for name, value in (self.fields or {}).items()]


@dataclass(frozen=True)
class Moment:
    """When a cell goes out. `at` None: no time yet; then `problem` may say why. `local` and `here` are for people."""

    at: datetime | None
    local: str = ""
    place: str = ""
    here: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Cell:
    """A text for an audience on a channel. `own` says whose text it is: cell, row (the audience's) or empty (the post's)."""

    audience: Audience | None
    channel: Channel
    wording: Wording
    own: str
    moment: Moment
    count: Count
    problems: tuple[str, ...]
    reach: Reach
    media: tuple[Asset, ...]
    publication: Publication | None

    @property
    def text(self) -> str:
        return self.wording.text


@dataclass(frozen=True)
class Row:
    """An audience (None: everybody) with a cell or None for each column. `places`: where its climate is on the day."""

    audience: Audience | None
    cells: tuple[Cell | None, ...]
    places: tuple[str, ...]
    nobody: bool

    @property
    def filled(self) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.cells if cell)


@dataclass(frozen=True)
class Matrix:
    """All of it. `day` is the post's, on the workspace's calendar. `state`: draft, promised or out."""

    post: Post
    day: date | None
    channels: tuple[Channel, ...]
    rows: tuple[Row, ...]
    state: str

    @property
    def cells(self) -> list[Cell]:
        return [cell for row in self.rows for cell in row.filled]

    @property
    def is_ready(self) -> bool:
        """Whether all of it could be scheduled."""
        return bool(self.cells) and not any(cell.problems or cell.moment.at is None for cell in self.cells)


def matrix(post: Post) -> Matrix:
    """The matrix of a post as it is kept."""
    post.workspace  # noqa: B018  # fetched once, for all zones
    prefetch_related_objects([post], "variants", "media__asset")
    targets = _targets(post)
    found = {target.channel_id: target.channel for target in targets}
    channels = tuple(sorted(found.values(), key=lambda one: (one.network, one.name, one.pk)))
    audiences = {target.audience_id: target.audience for target in targets}
    files = _files(post)
    promises = {(one.audience_id, one.channel_id): one for one in _promises(post)}
    cells = {
        (target.audience_id, target.channel_id): _cell(post, target, files, promises.get(_key(target))) for target in targets
    }
    rows = tuple(_row(post, audience, channels, cells) for audience in audiences.values())
    return Matrix(post, day_of(post), channels, rows, state_of(promises.values()))


def state_of(promises: Iterable[Publication]) -> str:
    """What may still be done with a post that has these promises."""
    statuses = {one.status for one in promises}
    if statuses - set(UNCLAIMED) - {Status.FAILED}:
        return "out"
    return "promised" if statuses else "draft"


# -- its parts ------------------------------------------------------------------------------------------------------------


def _targets(post: Post) -> list[PostChannel]:
    rows = post.targets.select_related("channel", "audience").prefetch_related("audience__channels")
    found = list(rows.order_by("channel__network", "channel__name", "pk"))
    for target in found:
        target.post = post
        if target.audience:
            target.audience.workspace = post.workspace
    return sorted(found, key=lambda one: (one.audience is not None, one.audience.name if one.audience else ""))


def _promises(post: Post) -> Iterable[Publication]:
    return post.publications.filter(part=0).exclude(status=Status.CANCELLED)


def _files(post: Post) -> dict[Any, Asset]:
    """All files of the post and its variants, fetched at once."""
    wanted = {UUID(item["asset"]) for variant in post.variants.all() for item in variant.media or ()}
    own = {use.asset_id: use.asset for use in post.media.all()}
    missing = wanted - own.keys()
    return own | (post.workspace.assets.in_bulk(missing) if missing else {})


def _key(target: PostChannel) -> Key:
    return target.audience_id, target.channel_id


def _row(post: Post, audience: Audience | None, channels: tuple[Channel, ...], cells: Mapping[Key, Cell]) -> Row:
    pk = audience.pk if audience else None
    found = tuple(cells.get((pk, channel.pk)) for channel in channels)
    when = next((cell.moment.at for cell in found if cell and cell.moment.at), post.planned_for)
    there = places(audience, when) if audience and audience.climate else ()
    return Row(audience, found, there, is_nobody(audience, when))


def _cell(post: Post, target: PostChannel, files: Mapping[Any, Asset], promise: Publication | None) -> Cell:
    channel, audience = target.channel, target.audience
    said, moment = wording(post, channel, audience), _moment(post, target, promise)
    verdict = judged(post, channel, audience, moment.at, files)
    missing = [moment.problem] if moment.problem else []
    return Cell(
        audience,
        channel,
        said,
        _whose(post, channel, audience),
        moment,
        count(channel.network, said.text),
        tuple(dict.fromkeys([*missing, *map(str, verdict.problems)])),
        reach(channel, audience, moment.at or post.planned_for),
        tuple(files[pk] for item in said.media if (pk := UUID(item["asset"])) in files),
        promise,
    )


def _whose(post: Post, channel: Channel, audience: Audience | None) -> str:
    said = (one for one in Variant.fitting(post.variants.all(), channel, audience) if one.text is not None)
    found = next(said, None)
    if found is None or (found.audience_id is None and found.channel_id is None):
        return ""
    return "cell" if found.channel_id else "row"


def _moment(post: Post, target: PostChannel, promise: Publication | None) -> Moment:
    zone = target.audience.zone if target.audience else post.workspace.zone
    place = zone.key.rpartition("/")[2].replace("_", " ")
    try:
        when = promise.publish_at if promise else moment_of(post, target)
    except Problem as problem:
        return Moment(None, _clock(target.at), place, problem=str(problem))
    if when is None:
        return Moment(None, _clock(target.at), place)
    here = date_format(when.astimezone(post.workspace.zone), "D j M, H:i")
    return Moment(when, f"{when.astimezone(zone):%H:%M}", place, here)


def _clock(wall_time: time | None) -> str:
    return f"{wall_time:%H:%M}" if wall_time else ""


def reach(channel: Channel, audience: Audience | None, when: datetime | None) -> Reach:
    """How a post on `channel` reaches `audience` at `when`."""
    if audience is None:
        return Reach("everybody")
    people = aimed(targeting(audience, when))
    network = connector(channel.network).checker()
    if isinstance(network, Targets) and (fields := network.targeting_fields(people)):
        return Reach("native", people, fields, network.hides(people))
    own = channel.pk in {one.pk for one in audience.channels.all()}
    return Reach("regional" if own else "wording", people)
