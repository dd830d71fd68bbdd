"""What each audience is told, where and when: writing the audience matrix of a post, and scheduling from it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.live import tell
from accounts.models import Channel, Member
from accounts.roles import Action
from accounts.verbs import Problem, must, record
from scheduler import planning
from scheduler.compose import item
from scheduler.library.fitting.plan import PAD
from scheduler.models import Asset, Audience, Post, PostChannel, Publication, Status, Variant
from scheduler.planning import day_of, moment_of
from scheduler.targeting.matrix import state_of

MORNING = time(9)


@dataclass(frozen=True)
class Told:
    """What an audience is told: an empty text or no files are the post's. `at` on its own clocks; None: when the post is."""

    text: str = ""
    media: tuple[Asset, ...] = ()
    at: time | None = MORNING

    @property
    def is_own(self) -> bool:
        return bool(self.text.strip() or self.media)


@transaction.atomic
def tell_audience(post: Post, audience: Audience, channels: Iterable[Channel], told: Told, by: Member) -> None:
    """Say the same to an audience on these channels and no others. What a single channel has of its own there stays."""
    kept, chosen = _opened(post, by), list(channels)
    if not chosen:
        raise Problem(_("Choose at least one channel, or take the audience out."), "channels")
    kept.targets.filter(audience=audience).exclude(channel__in=chosen).delete()
    kept.variants.filter(audience=audience).exclude(channel__in=chosen).delete()  # texts of the row as well: written below
    for channel in chosen:
        PostChannel.objects.update_or_create(post=kept, channel=channel, audience=audience, defaults={"at": told.at})
    for network in dict.fromkeys(channel.network for channel in chosen):
        _write(kept, network, None, audience, told)
    _changed(kept, by, "tailored")


@transaction.atomic
def tell_there(post: Post, audience: Audience, channel: Channel, told: Told, by: Member) -> None:
    """Say something of its own to an audience on one channel."""
    kept = _opened(post, by)
    PostChannel.objects.update_or_create(post=kept, channel=channel, audience=audience, defaults={"at": told.at})
    _write(kept, channel.network, channel, audience, told)
    _changed(kept, by, "tailored")


@transaction.atomic
def leave_out(post: Post, audience: Audience | None, by: Member, channel: Channel | None = None) -> None:
    """Tell an audience (None: everybody) nothing, on one channel or at all."""
    kept = _opened(post, by)
    there = {"channel": channel} if channel else {}
    kept.targets.filter(audience=audience, **there).delete()
    if audience:
        kept.variants.filter(audience=audience, **there).delete()
    _changed(kept, by, "tailored")


@transaction.atomic
def choose_day(post: Post, day: date, by: Member) -> None:
    """The day on which all of it goes out, each at its own time; the post's own time of the day stays, or is the morning."""
    kept = _opened(post, by)
    zone = kept.workspace.zone
    wall_time = kept.planned_for.astimezone(zone).time() if kept.planned_for else MORNING
    kept.planned_for = planning.at(zone, datetime.combine(day, wall_time))
    kept.save(update_fields=["planned_for"])
    _changed(kept, by, "planned")


def schedule(post: Post, by: Member) -> list[Publication]:
    """Promise every cell at its time: one publication each, its content frozen. Raises Problem when one cannot go out."""
    must(by, Action.SCHEDULE)
    if day_of(post) is None:
        raise Problem(_("Choose the day first."), "day")
    return planning.schedule_each(post, lambda target: _when(post, target), by, post.planned_for)


def _when(post: Post, target: PostChannel) -> datetime:
    when = moment_of(post, target)
    assert when, "the post has a day"
    name = target.audience.name if target.audience else _("Everybody")
    if when < timezone.now():
        text = _("%(name)s, %(channel)s: that time has passed. Choose a later time or day.")
        raise Problem(text % {"name": name, "channel": target.channel.name}, "day")
    return when


@transaction.atomic
def take_back(post: Post, by: Member) -> None:
    """A promised post is a draft again, so that it can be changed."""
    must(by, Action.SCHEDULE)
    planning.withdraw(post)
    Post.objects.filter(pk=post.pk).update(state=Post.State.DRAFT)
    _changed(post, by, "taken back")


# -- writing --------------------------------------------------------------------------------------------------------------


def _opened(post: Post, by: Member) -> Post:
    """The post, locked. Raises Problem when it is promised or out: its contents are frozen then."""
    must(by, Action.WRITE)
    kept = by.workspace.posts.select_for_update().get(pk=post.pk)
    state = state_of(kept.publications.filter(part=0).exclude(status=Status.CANCELLED))
    if state == "promised":
        raise Problem(_("This post is scheduled. Take it back to the drafts to change it."))
    if state == "out":
        raise Problem(_("This post is out, or on its way. Copy it to change it."))
    return kept


def _write(post: Post, network: str, channel: Channel | None, audience: Audience, told: Told) -> None:
    place: dict[str, Any] = {"network": network, "channel": channel, "audience": audience}
    if not told.is_own:
        post.variants.filter(**place).delete()
        return
    media = [item(asset.pk, asset.alt, PAD) for asset in told.media] or None
    Variant.objects.update_or_create(post=post, **place, defaults={"text": told.text.strip() or None, "media": media})


def _changed(post: Post, by: Member, what: str) -> None:
    """Whoever has the post open in the composer must notice."""
    Post.objects.filter(pk=post.pk).update(changed_at=timezone.now())
    record(by, what, post)
    tell(post.workspace_id, f"publication:{post.pk}")
