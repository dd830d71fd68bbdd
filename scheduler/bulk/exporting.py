"""Posts and publications as CSV, in pieces: a year of them needs no more memory than a page."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db.models import Exists, Func, OuterRef, Prefetch, Q, QuerySet, TextField
from django.utils.translation import gettext as _

from accounts.models import Channel, Workspace
from connectors import connector
from connectors.options import File
from scheduler.bulk.book import title
from scheduler.bulk.columns import OWN, TEXT, THREAD
from scheduler.bulk.writing import MARK, line
from scheduler.machine.delivery import delivery
from scheduler.models import LIVE, Post, PostChannel, Publication, Status, Variant

PIECE = 500  # rows of one query
POSTS, PUBLICATIONS = "posts", "publications"
STATES = {"scheduled": LIVE, "published": (Status.PUBLISHED,), "failed": (Status.FAILED,), "cancelled": (Status.CANCELLED,)}
DRAFTS = "drafts"
HEADERS = {
    POSTS: ("text", "channels", "when", "zone", "status", "link", "first comment", "campaign", "labels", "media", "alt text"),
    PUBLICATIONS: (
        "channel", "network", "status", "when", "published at", "zone", "address", "problem", "text", "part", "campaign",
        "author", "post",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What is exported: POSTS or PUBLICATIONS, from a day to a day (both included, in the workspace's zone), of a channel, in
    a state of STATES or DRAFTS. None or empty: all."""

    what: str = POSTS
    since: date | None = None
    until: date | None = None
    channel: Channel | None = None
    state: str = ""


async def pieces(workspace: Workspace, wanted: Wanted) -> AsyncIterator[str]:
    """The CSV from its first line on. Each piece is a query of its own, so that no transaction stays open for a slow reader."""
    own = await sync_to_async(_own_columns)(workspace) if wanted.what == POSTS else []
    yield MARK + line([*HEADERS[wanted.what], *own])
    last: tuple[datetime, UUID] | None = None
    while True:
        text, last = await sync_to_async(_piece)(workspace, wanted, last, own)
        if not last:
            return
        yield text


def _own_columns(workspace: Workspace) -> list[str]:
    """Text and thread of each network, and the options that a post has anywhere."""
    own = Variant.objects.filter(post__workspace=workspace, channel=None, audience=None)
    networks = sorted(set(own.values_list("network", flat=True)))
    keys = own.annotate(key=Func("options", function="jsonb_object_keys", output_field=TextField()))
    given = sorted(set(keys.values_list("network", "key")))
    options = [f"{network}:{name}" for network, name in given if _is_written(network, name)]
    return [*(f"{kind}:{network}" for network in networks for kind in (TEXT, THREAD)), *options]


def _is_written(network: str, name: str) -> bool:
    """Whether an option can be written into a cell: a file cannot."""
    return any(option.name == name and not isinstance(option, File) for option in connector(network).options)


def _piece(
    workspace: Workspace, wanted: Wanted, last: tuple[datetime, UUID] | None, own: list[str]
) -> tuple[str, tuple[datetime, UUID] | None]:
    """The lines after a row, and the row that was the last; None: there were no more."""
    if wanted.what == PUBLICATIONS:
        found = list(_after(_publications(workspace, wanted), "publish_at", last)[:PIECE])
        text = "".join(line(_of_publication(one, workspace)) for one in found)
        return text, (found[-1].publish_at, found[-1].pk) if found else None
    posts = list(_after(_posts(workspace, wanted), "created_at", last)[:PIECE])
    text = "".join(line(_of_post(one, workspace, own)) for one in posts)
    return text, (posts[-1].created_at, posts[-1].pk) if posts else None


def _after(rows: QuerySet[Any], column: str, last: tuple[datetime, UUID] | None) -> QuerySet[Any]:
    if last:
        at, pk = last
        rows = rows.filter(Q(**{f"{column}__gt": at}) | Q(**{column: at, "pk__gt": pk}))
    return rows.order_by(column, "pk")


def _bounds(workspace: Workspace, wanted: Wanted, column: str) -> Q:
    """The days as moments."""
    found = Q()
    if wanted.since:
        found &= Q(**{f"{column}__gte": datetime.combine(wanted.since, time(), workspace.zone)})
    if wanted.until:
        found &= Q(**{f"{column}__lt": datetime.combine(wanted.until + timedelta(days=1), time(), workspace.zone)})
    return found


# -- publications ------------------------------------------------------------------------------------------------------------


def _publications(workspace: Workspace, wanted: Wanted) -> QuerySet[Publication]:
    rows = workspace.publications.filter(_bounds(workspace, wanted, "publish_at"))
    if wanted.channel:
        rows = rows.filter(channel=wanted.channel)
    if wanted.state:
        rows = rows.filter(status__in=STATES.get(wanted.state, ()))
    return rows.select_related("channel", "campaign", "post__author")


def _of_publication(one: Publication, workspace: Workspace) -> Iterator[object]:
    yield one.channel.name
    yield one.channel.network_name
    yield one.status
    yield _wall(one.publish_at, workspace)
    yield _wall(one.published_at, workspace)
    yield workspace.time_zone
    yield one.url
    yield one.why
    yield one.text
    yield _("comment") if one.is_comment else one.part + 1
    yield one.campaign or ""
    yield one.post.author or ""
    yield one.post_id


def _wall(moment: datetime | None, workspace: Workspace) -> str:
    return moment.astimezone(workspace.zone).strftime("%Y-%m-%d %H:%M") if moment else ""


# -- posts: in the words of an import, so that what was exported can be brought again ------------------------------------------


def _posts(workspace: Workspace, wanted: Wanted) -> QuerySet[Post]:
    rows = workspace.posts.filter(_bounds(workspace, wanted, "planned_for"))
    if wanted.channel:
        rows = rows.filter(Exists(PostChannel.objects.filter(post=OuterRef("pk"), channel=wanted.channel)))
    if wanted.state:
        promises = Publication.objects.filter(post=OuterRef("pk"), part=0)
        live = Exists(promises.exclude(status=Status.CANCELLED))
        rows = rows.filter(
            ~live if wanted.state == DRAFTS else Exists(promises.filter(status__in=STATES.get(wanted.state, ())))
        )
    first = Publication.objects.filter(part=0).only("post_id", "status", "publish_at").order_by("publish_at")
    return rows.select_related("campaign").prefetch_related(
        Prefetch("publications", first), "targets__channel", "media__asset", "variants", "labels"
    )


def _of_post(post: Post, workspace: Workspace, own: list[str]) -> Iterator[object]:
    live = [one for one in post.publications.all() if one.status != Status.CANCELLED]
    files = list(post.media.all())
    yield post.text
    yield "; ".join(title(target.channel) for target in post.targets.all())
    yield _wall(live[0].publish_at if live else post.planned_for, workspace)
    yield workspace.time_zone
    yield delivery(one.status for one in live) or "draft"
    yield post.link
    yield post.first_comment
    yield post.campaign or ""
    yield "; ".join(label.name for label in post.labels.all())
    yield "; ".join(use.asset.name for use in files)
    yield " | ".join(use.alt or use.asset.alt for use in files)
    variants = {one.network: one for one in post.variants.all() if not one.channel_id and not one.audience_id}
    for column in own:
        yield _own_cell(variants, column)


def _own_cell(variants: dict[str, Variant], column: str) -> str:
    kind, _colon, name = column.partition(":")
    if kind in OWN:
        found = variants.get(name)
        if found is None:
            return ""
        return (found.text or "") if kind == TEXT else "\n---\n".join(found.thread)
    value = variants[kind].options.get(name, "") if kind in variants else ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "; ".join(value) if isinstance(value, list) else str(value)
