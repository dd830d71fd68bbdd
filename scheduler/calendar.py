"""What a calendar shows between two moments, and how it is moved there.

The publications of a post that are promised for the same moment are one entry; so is a draft with a planned time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Left
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.live import tell
from accounts.models import Member, Workspace
from accounts.verbs import Problem
from scheduler.delivery import delivery
from scheduler.drafting import plan
from scheduler.models import Post, PostMedia, Publication, Status
from scheduler.planning import UNCLAIMED, at, between, reschedule

TITLE = 90  # characters; a card shows one line
MORNING = time(9)  # when a draft goes that is dropped on a day


@dataclass(frozen=True)
class Entry:
    """A card of the calendar: a draft, or what is `promised`. `networks` are pairs (slug, practice?); `publication` None:
    the post's page tells more.
    """

    post: UUID
    at: datetime | None
    status: str
    label: Any
    title: str
    networks: tuple[tuple[str, bool], ...]
    picture: UUID | None
    publication: UUID | None = None
    promised: bool = False
    movable: bool = False


def entries(workspace: Workspace, start: datetime, end: datetime, **only: Any) -> list[Entry]:
    """Everything between two moments; `only` narrows by `channel` or `campaign`. Two queries, however many there are."""
    promised = between(workspace.publications.filter(**_set(only)), start, end)
    drafts = planned(workspace).filter(planned_for__gte=start, planned_for__lt=end, **_of_drafts(only))
    return [*_promised(promised), *(_draft(row) for row in _rows(drafts))]


def unscheduled(workspace: Workspace, most: int) -> list[Entry]:
    """Drafts without a time, the latest first."""
    rows = _rows(planned(workspace).filter(planned_for=None).order_by("-changed_at"))
    return [_draft(row) for row in rows[:most]]


def planned(workspace: Workspace) -> QuerySet[Post]:
    """The posts that nobody has promised yet."""
    promised = Publication.objects.filter(post=OuterRef("pk")).exclude(status=Status.CANCELLED)
    return workspace.posts.filter(~Q(state=Post.State.APPROVED), ~Exists(promised))


def _set(only: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in only.items() if value}


def _of_drafts(only: dict[str, Any]) -> dict[str, Any]:
    names = {"channel": "targets__channel", "campaign": "campaign"}
    return {names[name]: value for name, value in _set(only).items()}


def _picture(post: str) -> Subquery:
    """The first file of a post: a picture, or a video, which has a frame to show."""
    return Subquery(PostMedia.objects.filter(post=OuterRef(post)).order_by("position").values("asset")[:1])


def _promised(publications: Any) -> Iterator[Entry]:
    """Rows rather than objects: a month of 3,000 must not cost a second."""
    rows = (
        publications.annotate(title=Left(KT("content__text"), TITLE), picture=_picture("post"))
        .order_by("publish_at", "post", "channel__network")
        .values(
            "pk", "post", "publish_at", "status", "title", "picture", network=F("channel__network"), test=F("channel__practice")
        )
    )
    for (moment, post), group in groupby(rows, key=lambda row: (row["publish_at"], row["post"])):
        yield _entry(post, moment, list(group))


def _entry(post: UUID, moment: datetime, rows: list[dict[str, Any]]) -> Entry:
    status = delivery(row["status"] for row in rows) or Status.SCHEDULED
    return Entry(
        post=post,
        at=moment,
        status=status,
        label=status.label,
        title=rows[0]["title"] or "",
        networks=tuple(dict.fromkeys((row["network"], row["test"]) for row in rows)),
        picture=rows[0]["picture"],
        publication=rows[0]["pk"] if len(rows) == 1 else None,
        promised=True,
        movable=all(row["status"] in UNCLAIMED for row in rows),
    )


def _rows(posts: QuerySet[Post]) -> Any:
    networks = ArrayAgg("targets__channel__network", distinct=True, filter=Q(targets__isnull=False), default=Value([]))
    practice = ArrayAgg(
        "targets__channel__network", distinct=True, filter=Q(targets__channel__practice=True), default=Value([])
    )
    words = Coalesce(Left("text", TITLE), Value(""))
    found = posts.annotate(title=words, picture=_picture("pk"), networks=networks, practice=practice)
    return found.values("pk", "planned_for", "state", "title", "picture", "networks", "practice")


def _draft(row: dict[str, Any]) -> Entry:
    state = Post.State(row["state"])
    return Entry(
        post=row["pk"],
        at=row["planned_for"],
        status=state,
        label=state.label,
        title=row["title"],
        networks=tuple((network, network in row["practice"]) for network in row["networks"]),
        picture=row["picture"],
        movable=True,
    )


# -- moving ---------------------------------------------------------------------------------------------------------------


def move_to(post: Post, promised: datetime | None, wall_time: datetime, by: Member) -> datetime:
    """Move what `post` has at the moment `promised` to a wall time of the workspace; None: it is a draft.

    Gives the new moment. Raises Problem when the time does not exist or is past, or when it is on its way.
    """
    when = at(by.workspace.zone, wall_time)
    if promised is None:
        plan(post, when, by)
    else:
        _move_promises(post, promised, when, by)
    return when


@transaction.atomic
def _move_promises(post: Post, promised: datetime, when: datetime, by: Member) -> None:
    found: Iterable[Publication] = between(
        post.publications.select_related("channel"), promised, promised + timedelta(seconds=1)
    )
    rows = [one for one in found if one.publish_at == promised]
    if not rows:
        raise Problem(_("This post is no longer planned for that time: somebody has moved it."))
    for publication in rows:
        reschedule(publication, when, by)
    post.planned_for = when
    post.save(update_fields=["planned_for", "changed_at"])
    transaction.on_commit(lambda: tell(post.workspace_id, f"publication:{rows[0].pk}"))


def on_day(workspace: Workspace, day: date, current: datetime | None) -> datetime:
    """The wall time on `day` for something that was at `current`: the same time of day.

    A draft that had none goes to the morning; today, to the next full hour.
    """
    if current is not None:
        return datetime.combine(day, current.astimezone(workspace.zone).time())
    now = timezone.now().astimezone(workspace.zone).replace(tzinfo=None)
    if day == now.date() and now.time() >= MORNING:
        return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return datetime.combine(day, MORNING)
