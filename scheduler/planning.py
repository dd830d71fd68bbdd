"""When posts go out: scheduling, moving, cancelling, stopping; and what a person decides when the machine cannot."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Channel, Member
from accounts.networks import bound
from accounts.roles import Action
from accounts.verbs import Problem, must, record
from connectors import connector
from connectors.base import Deletes
from connectors.errors import ConnectorError, Doubt
from scheduler.compose import assets_of, frozen, moves_files, problems
from scheduler.library import renditions
from scheduler.library.lapsing import lapsed
from scheduler.machine.endings import close_children
from scheduler.machine.moving import NOW, After, Note, move
from scheduler.models import Attempt, Audience, Campaign, Post, PostChannel, Publication, Status
from scheduler.targeting.aiming import aimed_anew, is_nobody, nobody
from scheduler.watching.telling import touched

UNCLAIMED = (Status.SCHEDULED, Status.READY)


def at(zone: ZoneInfo, wall_time: datetime) -> datetime:
    """A naive wall time in `zone` as a moment in UTC. In an autumn overlap the earlier one is meant.

    Raises Problem when the clocks jump over it in spring.
    """
    moment = wall_time.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != wall_time:
        text = _("%(time)s does not exist on that day: the clocks go forward. Choose a time an hour later.")
        raise Problem(text % {"time": f"{wall_time:%H:%M}"}, "when")
    return moment


def is_twice(zone: ZoneInfo, wall_time: datetime) -> bool:
    """Whether the clock shows this naive wall time twice: in the hour of autumn that comes again."""
    first, second = (wall_time.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return first is not None and second is not None and first > second


def lead(channel: Channel, with_media: bool) -> timedelta:
    """How long before the promised time the machine begins: uploads are done ahead."""
    return connector(channel.network).min_lead if with_media else timedelta()


def day_of(post: Post) -> date | None:
    """The day that a post is meant for, on the workspace's calendar."""
    return post.planned_for.astimezone(post.workspace.zone).date() if post.planned_for else None


def moment_of(post: Post, target: PostChannel) -> datetime | None:
    """When a post goes out to a target: at the target's own time on the post's day, on its audience's clocks, else when the
    post does. None: nobody has chosen. Raises Problem when there is no such time on that day."""
    day = day_of(post)
    if target.at is None or day is None:
        return post.planned_for if target.at is None else None
    return at(target.audience.zone if target.audience else post.workspace.zone, datetime.combine(day, target.at))


# -- scheduling -----------------------------------------------------------------------------------------------------------


def schedule(post: Post, when: datetime, by: Member, each: Mapping[UUID, datetime] = MappingProxyType({})) -> list[Publication]:
    """Promise `post` on all its channels at `when` (aware). What was promised before and is unclaimed is frozen anew.

    `each`: channels, by their ids, that have a time of their own.

    Raises Problem when a channel cannot take it as it is, or the time is past.
    """
    return schedule_each(post, lambda target: each.get(target.channel_id, when), by, planned_for=when)


@transaction.atomic
def schedule_each(
    post: Post, when_of: Callable[[PostChannel], datetime], by: Member, planned_for: datetime | None
) -> list[Publication]:
    """Promise `post` on each channel, and to each audience there, at its own time. As `schedule` otherwise."""
    must(by, Action.SCHEDULE)
    targets = list(post.targets.select_related("channel", "audience__workspace"))
    if not targets:
        raise Problem(_("Choose at least one channel."), "channels")
    times = [(target, when_of(target)) for target in targets]
    _still_to_come(when for _target, when in times)
    for target, when in times:
        if found := problems(post, target.channel, target.audience, when):
            raise Problem(f"{target.channel.name}: {found[0]}", found[0].field)
    anew = post.publications.filter(status__in=UNCLAIMED).exists()
    withdraw(post)
    made = [one for target, when in times for one in promise_there(post, target.channel, target.audience, when)]
    renditions.request(made)
    Post.objects.filter(pk=post.pk).update(state=Post.State.APPROVED, planned_for=planned_for)
    first = min(when for _target, when in times)
    record(by, "scheduled", post, publish_at=first.isoformat(), channels=len(targets))
    if anew:
        touched(post, by, "rewritten")
    return made


def _still_to_come(times: Iterable[datetime]) -> None:
    if any(when < timezone.now() - timedelta(minutes=1) for when in times):
        raise Problem(_("That time has passed: choose a later one, or publish now."), "when")


def publish_now(post: Post, by: Member) -> list[Publication]:
    """Promise `post` for this moment."""
    return schedule(post, timezone.now(), by)


def withdraw(post: Post) -> None:
    """Take back the promises of `post` that nobody has begun to keep. Raises Problem when one is on its way."""
    for publication in post.publications.filter(status__in=UNCLAIMED).order_by("part"):
        if not move(publication, Status.CANCELLED, note=Note("plan", "replaced")):
            raise Problem(_("This post is being published at this moment; it can no longer be changed."))
    if post.publications.exclude(status__in=(Status.CANCELLED, Status.FAILED)).exists():
        raise Problem(_("This post is already out on a channel, or on its way. Copy it to change it."))
    failed = post.publications.filter(status=Status.FAILED)
    if failed.filter(fault=Publication.Fault.UNCONFIRMED).exists():
        raise Problem(_("Nobody knows yet whether this post is out. Decide that first on its page."))
    failed.delete()


def promise_there(post: Post, channel: Channel, audience: Audience | None, when: datetime) -> list[Publication]:
    """The publications of a post on one channel: each follows the one before; a comment follows the first."""
    made: list[Publication] = []
    for part, content in enumerate(frozen(post, channel, audience, when)):
        with_media = moves_files(channel.network, content)
        parent = None if not made else made[0] if content.get("comment") else made[-1]
        publication = Publication(
            workspace_id=post.workspace_id,
            post=post,
            campaign_id=post.campaign_id,
            channel=channel,
            audience=audience,
            parent=parent,
            part=part,
            content=content,
            with_media=with_media,
            publish_at=when,
            due_at=max(when - lead(channel, with_media), timezone.now()),
        )
        publication.save(force_insert=True)
        made.append(publication)
    return made


def reschedule(publication: Publication, when: datetime, by: Member) -> None:
    """Move a promise that nobody has begun to keep, with all that follows it. Raises Problem when it is on its way."""
    must(by, Action.SCHEDULE)
    if when < timezone.now() - timedelta(minutes=1):
        raise Problem(_("That time has passed: choose a later one."), "when")
    with transaction.atomic():
        for one in [publication, *_followers(publication)]:
            for problem in lapsed(assets_of(one).values(), when, publication.workspace.zone):
                raise Problem(str(problem), "when")
            if one.status not in UNCLAIMED or not _shift(one, when):
                raise Problem(_("This post is already being published; it can no longer be moved."))
        record(by, "rescheduled", publication.post, publish_at=when.isoformat())
        touched(publication.post, by, "moved")


def _followers(publication: Publication) -> list[Publication]:
    found: list[Publication] = []
    for child in publication.children.select_related("channel"):
        found += [child, *_followers(child)]
    return found


def _shift(publication: Publication, when: datetime) -> bool:
    publication_lead = (
        lead(publication.channel, publication.with_media) if publication.status == Status.SCHEDULED else timedelta()
    )
    if publication.audience and is_nobody(publication.audience, when):
        raise Problem(str(nobody(publication.audience, when)), "when")
    content = json.dumps(aimed_anew(publication, when))
    with connection.cursor() as cursor:  # the promise moves; the status does not
        cursor.execute(
            "UPDATE scheduler_publication SET publish_at = %s, due_at = greatest(%s, statement_timestamp()), content = %s "
            "WHERE id = %s AND status = %s AND attempt = %s",
            [when, when - publication_lead, content, publication.pk, str(publication.status), publication.attempt],
        )
        return bool(cursor.rowcount == 1)


# -- what a person decides ------------------------------------------------------------------------------------------------


def cancel(publication: Publication, by: Member) -> None:
    """Take a promise back, with all that follows it. Raises Problem when it is on its way or over."""
    must(by, Action.SCHEDULE)
    if publication.status not in UNCLAIMED or not move(
        publication, Status.CANCELLED, note=Note("person", "cancelled", by=by.user_id), why=""
    ):
        raise Problem(_("This post is already being published or done; it can no longer be cancelled."))
    close_children(publication, Status.CANCELLED)
    record(by, "cancelled", publication.post)
    touched(publication.post, by, "cancelled")


def retry(publication: Publication, by: Member) -> None:
    """Send a failed publication again, now; what failed only because of it comes back too."""
    must(by, Action.DECIDE)
    if publication.status != Status.FAILED:
        raise Problem(_("Only a post that failed can be sent again."))
    _again(publication, by)
    record(by, "retried", publication.post)


def _again(publication: Publication, by: Member) -> None:
    fresh: dict[str, Any] = {"fault": "", "why": "", "looks": 0, "absent_at": None, "publish_at": NOW, "handle": ""}
    if publication.fault == Publication.Fault.REJECTED:
        fresh["kept"] = {}  # what was uploaded may be what the network refused
    note = Note("person", "send again", by=by.user_id)
    if move(publication, Status.SCHEDULED, due=After(), note=note, **fresh):
        renditions.request([publication])
        for child in publication.children.filter(status=Status.FAILED, fault=Publication.Fault.PARENT):
            _again(child, by)


def declare_there(publication: Publication, url: str, by: Member) -> None:
    """A person has seen the post on the network: published, with its address."""
    must(by, Action.DECIDE)
    if publication.status != Status.FAILED:
        raise Problem(_("Only a post that failed can be declared published."))
    remote_id = url.rstrip("/").rsplit("/", 1)[-1].rsplit("=", 1)[-1]
    if not remote_id:
        raise Problem(_("Copy the address of the post from the network and paste it here."), "url")
    if publication.channel.publications.filter(remote_id=remote_id).exclude(pk=publication.pk).exists():
        raise Problem(_("This address belongs to another post of this channel."), "url")
    note = Note("person", "it is there", said=url, by=by.user_id)
    move(publication, Status.PUBLISHED, note=note, remote_id=remote_id, url=url, published_at=NOW, fault="", why="")
    for child in publication.children.filter(status=Status.FAILED, fault=Publication.Fault.PARENT):
        _again(child, by)
    record(by, "declared published", publication.post, url=url)


def take_down(publication: Publication, by: Member) -> None:
    """Delete a published post on its network. The row stays published, and its timeline tells that it was taken down."""
    must(by, Action.DECIDE)
    if publication.status != Status.PUBLISHED or not issubclass(connector(publication.channel.network), Deletes):
        raise Problem(_("This post cannot be deleted from here: delete it on the network."))
    try:
        network = bound(publication.channel)
        assert isinstance(network, Deletes)
        network.delete(publication.remote_id)
    except (ConnectorError, Doubt) as error:
        raise Problem(str(error)) from error
    Attempt.objects.create(
        publication=publication, number=publication.attempt, step="person", outcome="taken down", by_id=by.user_id
    )
    record(by, "taken down", publication.post, url=publication.url)


# -- the emergency stop ---------------------------------------------------------------------------------------------------


def hold(by: Member, held: bool, channel: Channel | None = None, campaign: Campaign | None = None) -> None:
    """Stop or resume a channel, a campaign or the whole workspace. What is stopped starts nothing new."""
    must(by, Action.STOP)
    what: Any = channel or campaign or by.workspace
    what.held = held
    what.save(update_fields=["held"])
    record(by, "stopped" if held else "resumed", what)


# -- what there is --------------------------------------------------------------------------------------------------------


def between(publications: Any, start: datetime, end: datetime) -> Iterable[Publication]:
    """The main publications (no thread parts, no comments) promised between two moments, for a calendar."""
    return publications.filter(~Q(status=Status.CANCELLED), publish_at__gte=start, publish_at__lt=end, part=0)  # type: ignore[no-any-return]
