"""Holding outgoing posts while an incident goes on, by scope; and letting them go, each looked at by a person before.

The stops are the planner's own (of the workspace, a channel or a campaign), so that nothing else can pass them. A network is
its channels. What was stopped before the incident stays as it was.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Channel, Member, Workspace
from accounts.roles import Action
from accounts.verbs import Problem, must
from connectors import connector
from inbox.models import Hold, Incident, Milestone
from scheduler import planning
from scheduler.models import Campaign, Publication, Status

WAITING = (Status.SCHEDULED, Status.PREPARING, Status.READY)
MOST = 200  # posts that are looked at before they go on: more is not looked at, but said


@dataclass(frozen=True)
class Scope:
    """What a hold is about: `key` is what the form sends, `name` what people call it."""

    key: str
    name: str


def scopes(workspace: Workspace) -> list[Scope]:
    """Everything that can be held, from the widest to the narrowest."""
    channels = workspace.current_channels
    networks = sorted({channel.network for channel in channels})
    found = [Scope("all", _("Everything"))]
    found += [Scope(f"network:{slug}", _("All of %(network)s") % {"network": connector(slug).name}) for slug in networks]
    found += [Scope(f"channel:{one.pk}", f"{one.network_name} · {one.name}") for one in channels]
    campaigns = workspace.campaigns.filter(publications__status__in=WAITING).distinct()
    return found + [Scope(f"campaign:{one.pk}", _("Campaign “%(name)s”") % {"name": one.name}) for one in campaigns]


@transaction.atomic
def hold(incident: Incident, scope: str, by: Member) -> None:
    """Stop what goes out there. Raises Problem for a scope that is none, and where everything is stopped already."""
    must(by, Action.STOP)
    if not incident.is_open:
        raise Problem(_("The incident is closed: stop publishing with the button in the side bar."))
    found = next((one for one in scopes(by.workspace) if one.key == scope), None)
    if found is None:
        raise Problem(_("Choose what is to be held."), "scope")
    things = [one for one in _things(by.workspace, scope) if not one.held]
    if not things:
        raise Problem(_("That is stopped already."), "scope")
    for one in things:
        channel, campaign = _as_is(one)
        planning.hold(by, True, channel, campaign)
        incident.holds.create(by=by.user, channel=channel, campaign=campaign)
    incident.milestones.create(kind=Milestone.Kind.HELD, by=by.user, details={"what": found.name})


Thing = Workspace | Channel | Campaign


def _things(workspace: Workspace, scope: str) -> list[Thing]:
    kind, _colon, which = scope.partition(":")
    channels = workspace.channels.exclude(status=Channel.Status.REMOVED)
    found: dict[str, Iterable[Thing]] = {
        "all": [workspace],
        "network": channels.filter(network=which) if kind == "network" else [],
        "channel": channels.filter(pk=which) if kind == "channel" else [],
        "campaign": workspace.campaigns.filter(pk=which) if kind == "campaign" else [],
    }
    return list(found[kind])


def _as_is(thing: Thing) -> tuple[Channel | None, Campaign | None]:
    """The channel or campaign that it is; neither: the whole workspace."""
    return thing if isinstance(thing, Channel) else None, thing if isinstance(thing, Campaign) else None


def _thing(hold: Hold) -> Thing:
    return hold.channel or hold.campaign or hold.incident.workspace


def active(incident: Incident) -> list[Hold]:
    """The holds that still stop something: somebody may have let it go on elsewhere."""
    rows = incident.holds.filter(released_at=None).select_related("channel", "campaign", "incident__workspace", "by")
    return [one for one in rows if _thing(one).held]


# -- letting go -------------------------------------------------------------------------------------------------------------


def held_posts(incident: Incident, holds: Sequence[Hold]) -> QuerySet[Publication]:
    """The posts that wait behind these holds, in the order in which they would go out."""
    rows = incident.workspace.publications.filter(status__in=WAITING, part=0, parent=None)
    if all(one.channel_id or one.campaign_id for one in holds):
        channels, campaigns = [one.channel_id for one in holds], [one.campaign_id for one in holds]
        rows = rows.filter(Q(channel__in=filter(None, channels)) | Q(campaign__in=filter(None, campaigns)))
    return rows.select_related("channel", "post", "campaign", "audience").order_by("publish_at", "pk")


@dataclass(frozen=True)
class Decision:
    """What becomes of a held post: `move` to `when`, `cancel` it, or else it goes out."""

    way: str
    when: datetime | None = None


@transaction.atomic
def resume(incident: Incident, decisions: Mapping[UUID, Decision], by: Member) -> None:
    """Do with the held posts as was decided, then let the rest go on. All of it or, with a Problem, nothing."""
    must(by, Action.STOP)
    holds = active(incident)
    if not holds:
        raise Problem(_("Nothing is held by this incident."))
    done = {"moved": 0, "cancelled": 0}
    for publication in held_posts(incident, holds).filter(pk__in=decisions):
        decision = decisions[publication.pk]
        if decision.way == "cancel":
            planning.cancel(publication, by)
            done["cancelled"] += 1
        elif decision.way == "move":
            planning.reschedule(publication, _moment(decision), by)
            done["moved"] += 1
    for one in holds:
        planning.hold(by, False, one.channel, one.campaign)
    incident.holds.filter(released_at=None).update(released_at=timezone.now())
    incident.milestones.create(kind=Milestone.Kind.RELEASED, by=by.user, details=done)


def _moment(decision: Decision) -> datetime:
    if decision.when is None:
        raise Problem(_("Choose a date and a time for each post that is moved."))
    return decision.when
