"""Beginning a post with a file of the library that was put on a day of the calendar."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Channel, Member
from accounts.verbs import Problem
from scheduler.composing import drafting
from scheduler.composing.drafting import Draft
from scheduler.composing.fields import Used
from scheduler.library.lapsing import lapsed
from scheduler.models import Asset, Campaign, Label, Post
from scheduler.plans import placing
from scheduler.plans.shifting import Aim, Done, Place, Step


def begin(
    asset: Asset,
    to: Aim,
    by: Member,
    channel: Channel | None = None,
    campaign: Campaign | None = None,
    label: Label | None = None,
) -> Done:
    """A draft with the file, at a wall time, or on a day at the channel's next free slot.

    Raises Problem when that is past, or when the file may not be used any more by then.
    """
    channels = (channel,) if channel else ()
    chosen = placing.on(by.workspace, to.day, channels) if to.day and not to.when else None
    when = chosen.at if chosen else to.moment(Place(Post(), None), by.workspace)
    _can_be_used(asset, when, by)
    draft = Draft(
        media=(Used(asset, asset.alt),),
        planned_for=when,
        channels=channels,
        campaign=campaign,
        labels=(label,) if label else (),
    )
    post = drafting.save(draft, by)
    return Done([Step("begun", post.pk, before=post.changed_at, after=when, why=chosen.said if chosen else "")])


def _can_be_used(asset: Asset, when: datetime, by: Member) -> None:
    if when < timezone.now() - timedelta(minutes=1):
        raise Problem(_("That time has passed: choose a later one."), "when")
    for problem in lapsed([asset], when, by.workspace.zone):
        raise Problem(str(problem), "when")
