"""States that last until somebody mends them, and that people are told of once: lost channels, empty queues, lapsing files."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Channel, Notice, Token, Workspace
from accounts.noticing import About, ended, notify, once
from connectors import connector
from scheduler.models import LIVE, Asset, Publication, Slot

WEEK, SOON = timedelta(days=7), timedelta(days=3)
State = tuple[Workspace, str, Callable[[], About]]  # where, what is in it, and what is said of it

Kind = Notice.Kind


def look_at_channels() -> None:
    """Channels that must be connected again."""
    lost = Channel.objects.filter(status=Channel.Status.DISCONNECTED).select_related("workspace")
    _tell(Kind.CHANNEL, "lost", [(one.workspace, str(one.pk), _lost(one)) for one in lost])


def look_around() -> None:
    """All that changes slowly: permissions, queues, files."""
    _tell(Kind.CHANNEL, "missing", _missing())
    _tell(Kind.EMPTY, "empty", [(one.workspace, str(one.pk), _empty(one)) for one in _run_empty()])
    _tell(Kind.LAPSING, "lapsing", _lapsing())


def _tell(kind: str, state: str, found: Iterable[State]) -> None:
    found = list(found)
    ended(state, {what for _workspace, what, _about in found})
    for workspace, what, about in found:
        with transaction.atomic():
            if once(workspace.pk, state, what):
                notify(workspace, kind, about())


# -- channels ---------------------------------------------------------------------------------------------------------------


def _lost(channel: Channel) -> Callable[[], About]:
    said = {"channel": channel.name, "why": channel.why}
    return lambda: About("disconnected", f"{channel.pk}", reverse("channels"), said)


def _missing() -> Iterator[State]:
    """Channels whose networks tell what they gave, and gave less than was asked for."""
    tokens = Token.objects.filter(channel__status=Channel.Status.CONNECTED).defer("access", "refresh")
    for token in tokens.select_related("channel__workspace"):
        channel, given = token.channel, set(token.scopes)
        lacking = [why for scope, why in connector(channel.network).scopes.items() if given and scope not in given]
        if lacking:
            yield channel.workspace, str(channel.pk), _lacks(channel, lacking)


def _lacks(channel: Channel, lacking: list[str]) -> Callable[[], About]:
    said = {"channel": channel.name, "why": ", ".join(lacking)}
    return lambda: About("missing", f"{channel.pk}", reverse("channels"), said)


# -- queues -----------------------------------------------------------------------------------------------------------------


def _run_empty() -> Iterable[Channel]:
    """Channels with slots that were used and have nothing in the days to come."""
    now = timezone.now()
    mine = Publication.objects.filter(channel=OuterRef("pk"))
    ahead = mine.filter(status__in=LIVE, publish_at__gt=now, publish_at__lt=now + WEEK)
    slots = Slot.objects.filter(channel=OuterRef("pk"), queue__paused=False)
    connected = Channel.objects.filter(status=Channel.Status.CONNECTED, held=False).select_related("workspace")
    return connected.filter(Exists(slots), Exists(mine), ~Exists(ahead))


def _empty(channel: Channel) -> Callable[[], About]:
    address = reverse("queue-week", args=[channel.pk])
    return lambda: About("empty", f"{channel.pk}", address, {"channel": channel.name})


# -- files ------------------------------------------------------------------------------------------------------------------


def _lapsing() -> Iterator[State]:
    """Files that may be used for some days more, and that posts have which are to go out."""
    today = timezone.now().date()
    near = Asset.objects.filter(use_until__gte=today - timedelta(days=1), use_until__lte=today + SOON + timedelta(days=1))
    for asset in near.select_related("workspace"):
        local = timezone.now().astimezone(asset.workspace.zone).date()
        if asset.use_until and local <= asset.use_until <= local + SOON and _is_scheduled(asset):
            yield asset.workspace, f"{asset.pk}:{asset.use_until}", _lapses(asset)


def _is_scheduled(asset: Asset) -> bool:
    live = Publication.objects.filter(workspace=asset.workspace_id, with_media=True, due_at__isnull=False)
    return live.annotate(said=Cast("content", TextField())).filter(said__contains=str(asset.pk)).exists()


def _lapses(asset: Asset) -> Callable[[], About]:
    said = {"name": asset.name, "day": date_format(asset.use_until, "DATE_FORMAT") if asset.use_until else ""}
    return lambda: About("lapsing", str(asset.pk), reverse("asset", args=[asset.pk]), said)
