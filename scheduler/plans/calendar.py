"""What a calendar shows between two moments.

The publications of a post that are promised for the same moment are one entry; so is a draft with a planned time. A month
or a week of a busy workspace holds more than a screen: first it is asked when there is something, then what the screen
has room for.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Left
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace
from scheduler.machine.delivery import delivery
from scheduler.models import Post, PostMedia, Publication, Status
from scheduler.planning import UNCLAIMED, between
from scheduler.targeting.audiences import meant_for, promised_to
from scheduler.watching.rechecks import warning

TITLE = 90  # characters; a card shows one line
MORNING = time(9)  # when something goes that has no time of its own, nor a free slot
A_DAY, AN_HOUR, A_PAGE = 4, 2, 500  # entries that a day of a month, an hour of a week and a page of the list have room for

# What a calendar can be narrowed to, in the words and colours of its legend.
STATES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "draft": (_("Draft"), ()),
    "scheduled": (_("Scheduled"), (Status.SCHEDULED, Status.READY)),
    "sending": (_("On its way"), (Status.PREPARING, Status.SENDING, Status.CONFIRMING)),
    "published": (_("Published"), (Status.PUBLISHED,)),
    "failed": (_("Failed"), (Status.FAILED,)),
}


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
    warning: str = ""  # what keeps it back, found shortly before its time


@dataclass(frozen=True)
class Only:
    """What a calendar is narrowed to; `status` is a key of STATES. An entry is shown whole when a part of it fits."""

    channel: UUID | None = None
    campaign: UUID | None = None
    label: UUID | None = None
    audience: UUID | None = None
    author: int | None = None
    network: str = ""
    status: str = ""

    @property
    def of_promises(self) -> Q:
        """For publications."""
        names = {
            "channel": self.channel,
            "campaign": self.campaign,
            "post__author": self.author,
            "channel__network": self.network,
        }
        wanted = Q(**{name: value for name, value in names.items() if value}) & self._labelled("post__in")
        if self.audience:
            wanted &= promised_to(self.audience)
        return wanted & Q(status__in=STATES[self.status][1]) if self.status in STATES else wanted

    @property
    def of_drafts(self) -> Q:
        """For posts that nobody has promised."""
        if self.status not in ("", "draft"):
            return Q(pk__in=[])
        names = {
            "targets__channel": self.channel,
            "targets__channel__network": self.network,
            "campaign": self.campaign,
            "author": self.author,
        }
        wanted = Q(**{name: value for name, value in names.items() if value}) & self._labelled("pk__in")
        return wanted & meant_for(self.audience) if self.audience else wanted

    def _labelled(self, posts: str) -> Q:
        rows = Post.labels.through.objects.filter(label=self.label)
        return Q(**{posts: rows.values("post")}) if self.label else Q()


class Key(NamedTuple):
    """Where an entry lies: all that choosing among thousands needs."""

    at: datetime
    post: UUID
    promised: bool


class Rest(NamedTuple):
    """So many entries more than are shown, in the day or hour that begins with the wall time `at`."""

    at: datetime
    number: int


EVERYTHING = Only()


def keys(workspace: Workspace, start: datetime, end: datetime, only: Only = EVERYTHING) -> list[Key]:
    """Where everything between two moments lies, in order. Two queries, however many there are."""
    promises: Any = between(workspace.publications, start, end)
    promised = promises.filter(only.of_promises).order_by().values_list("publish_at", "post").distinct()
    drafts = planned(workspace).filter(only.of_drafts, planned_for__gte=start, planned_for__lt=end)
    meant = drafts.order_by().values_list("planned_for", "pk").distinct()
    return sorted([*(Key(at, post, True) for at, post in promised), *(Key(at, post, False) for at, post in meant if at)])


def capped(found: Iterable[Key], workspace: Workspace, hours: bool = False) -> tuple[list[Key], list[Rest]]:
    """What each day has room for, or each hour, and how many are left over there."""
    most, zone = AN_HOUR if hours else A_DAY, workspace.zone
    shown: list[Key] = []
    counted: Counter[datetime] = Counter()
    for key in found:
        local = key.at.astimezone(zone)
        counted[place := _hour(local) if hours else _day(local)] += 1
        if counted[place] <= most:
            shown.append(key)
    return shown, [Rest(place, count - most) for place, count in counted.items() if count > most]


def _day(local: datetime) -> datetime:
    return datetime(local.year, local.month, local.day)


def _hour(local: datetime) -> datetime:
    return datetime(local.year, local.month, local.day, local.hour)


def entries(workspace: Workspace, wanted: Collection[Key]) -> list[Entry]:
    """The cards of the places in `wanted`, in their order. Two queries, however many there are."""
    found = {Key(one.at, one.post, one.promised): one for one in _cards(workspace, wanted) if one.at}
    return [
        found[key] for key in wanted if key in found
    ]  # what moved in this very moment is missing: it comes with the next look


def _cards(workspace: Workspace, wanted: Collection[Key]) -> Iterator[Entry]:
    promised, drafts = ([key for key in wanted if key.promised is kind] for kind in (True, False))
    if promised:
        within = between(workspace.publications, promised[0].at, promised[-1].at + timedelta(microseconds=1))
        yield from _promised(_of(within, promised))
    if drafts:
        yield from (_draft(row) for row in _rows(workspace.posts.filter(pk__in=[key.post for key in drafts])))


def _of(publications: Any, wanted: Iterable[Key]) -> Any:
    return publications.filter(post__in={key.post for key in wanted})


def unscheduled(workspace: Workspace, most: int) -> list[Entry]:
    """Drafts without a time, the latest first."""
    latest = planned(workspace).filter(planned_for=None).order_by("-changed_at").values_list("pk", flat=True)
    chosen = list(latest[:most])
    found = {row["pk"]: row for row in _rows(workspace.posts.filter(pk__in=chosen))}
    return [_draft(found[pk]) for pk in chosen if pk in found]


def planned(workspace: Workspace) -> QuerySet[Post]:
    """The posts that nobody has promised yet."""
    promised = Publication.objects.filter(post=OuterRef("pk")).exclude(status=Status.CANCELLED)
    return workspace.posts.filter(~Q(state=Post.State.APPROVED), ~Exists(promised))


def _picture(post: str) -> Subquery:
    """The first file of a post: a picture, or a video, which has a frame to show."""
    return Subquery(PostMedia.objects.filter(post=OuterRef(post)).order_by("position").values("asset")[:1])


def _promised(publications: Any) -> Iterator[Entry]:
    """Rows rather than objects: a month of 3,000 must not cost a second."""
    rows = (
        publications.annotate(title=Left(KT("content__text"), TITLE), picture=_picture("post"), warning=warning())
        .order_by("publish_at", "post", "channel__network")
        .values(
            "pk",
            "post",
            "publish_at",
            "status",
            "title",
            "picture",
            "warning",
            network=F("channel__network"),
            test=F("channel__practice"),
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
        warning=next((row["warning"][0] for row in rows if row["warning"]), ""),
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


def on_day(workspace: Workspace, day: date, current: datetime | None) -> datetime:
    """The wall time on `day` for something that was at `current`: the same time of day.

    What had none goes to the morning; when that is past, to the next full quarter of an hour.
    """
    if current is not None:
        return datetime.combine(day, current.astimezone(workspace.zone).time())
    now = timezone.now().astimezone(workspace.zone).replace(tzinfo=None)
    if day == now.date() and now.time() >= MORNING:
        return now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0) + timedelta(minutes=15)
    return datetime.combine(day, MORNING)
