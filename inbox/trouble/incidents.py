"""The life of an incident: opened with an alarm, grown, spread, calm, closed; each step a line of its timeline."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member, Notice, User, Workspace
from accounts.noticing import About, notify
from accounts.roles import Action
from accounts.verbs import Problem, must
from inbox.models import Incident, Message, Milestone, Mood
from inbox.trouble import holding
from inbox.trouble.judging import Heard, Signal, strongest

GROWN = 1.5  # times the highest so far: it is said again
CALM, OVER = timedelta(minutes=30), timedelta(hours=2)  # of quiet: it is called calm; it is closed by itself
HUSH = timedelta(hours=2)  # what a person has closed is not opened again for the same
ALL = ""  # the key of all channels together

Kind = Milestone.Kind
Recent = dict[str, Heard]  # what was just said, by channel
Found = Mapping[str, list[Signal]]


def begin(workspace_id: UUID, recent: Recent, found: Found, now: datetime) -> Incident | None:
    """Open an incident and sound the alarm. None for nothing, and where a person has just closed the same."""
    if not found:
        return None
    signal = _strongest(found)
    hushed = Incident.objects.filter(workspace=workspace_id, closed_at__gt=now - HUSH, closed_by__isnull=False)
    if any(signal.times < GROWN * one.peak for one in hushed):
        return None
    workspace = Workspace.objects.get(pk=workspace_id)
    started = now - timedelta(minutes=signal.minutes)
    incident = Incident.objects.create(workspace=workspace, began_at=started, opened_at=now, peak=signal.times)
    incident.channels.set(workspace.channels.filter(pk__in=_channels(recent, found)))
    incident.milestones.create(kind=Kind.OPENED, details=signal.as_json(), at=now)
    Workspace.objects.filter(pk=workspace.pk).update(alarm=True)
    alarm(incident, "trouble")
    return incident


def go_on(incident: Incident, recent: Recent, found: Found, now: datetime) -> None:
    """It is still unusual: it may have grown, spread or come back."""
    signal = _strongest(found)
    new = set(_channels(recent, found)) - set(incident.channels.values_list("pk", flat=True))
    last = incident.milestones.order_by("-at", "-pk").first()
    if new:
        channels = list(incident.workspace.channels.filter(pk__in=new))
        incident.channels.add(*channels)
        incident.milestones.create(kind=Kind.SPREAD, details={"channels": ", ".join(map(str, channels))}, at=now)
    if signal.times >= GROWN * incident.peak:
        incident.milestones.create(kind=Kind.ROSE, details=signal.as_json(), at=now)
        alarm(incident, "worse")
    elif last and last.kind == Kind.CALM:
        incident.milestones.create(kind=Kind.BACK, details=signal.as_json(), at=now)
    Incident.objects.filter(pk=incident.pk).update(peak=max(incident.peak, signal.times), calm_since=None)


def settle(incident: Incident, nearly: bool, now: datetime) -> None:
    """Nothing is unusual any more, or `nearly` so: after a while it is calm, later it is over, unless posts are held."""
    since = None if nearly else incident.calm_since or now
    if since != incident.calm_since:
        Incident.objects.filter(pk=incident.pk).update(calm_since=since)
    if since is None or now - since < CALM:
        return
    if not incident.milestones.filter(kind=Kind.CALM, at__gte=since).exists():
        incident.milestones.create(kind=Kind.CALM, at=now)
    elif now - since >= OVER and not holding.active(incident):
        end(incident, now)


def end(incident: Incident, now: datetime, by: User | None = None) -> None:
    """Close it, by a person or by itself."""
    Incident.objects.filter(pk=incident.pk, closed_at=None).update(closed_at=now, closed_by=by)
    incident.milestones.create(kind=Kind.CLOSED, by=by, at=now)
    Workspace.objects.filter(pk=incident.workspace_id).update(alarm=False)


def alarm(incident: Incident, sentence: str) -> None:
    """Those who answer people hear of it."""
    said = {"channels": ", ".join(incident.channels.values_list("name", flat=True))}
    about = About(sentence, str(incident.pk), reverse("incident", args=[incident.pk]), said)
    notify(incident.workspace, Notice.Kind.TROUBLE, about)


def _strongest(found: Found) -> Signal:
    return strongest([one for told in found.values() for one in told])


def _channels(recent: Recent, found: Found) -> list[UUID]:
    """Those that are unusual by themselves; where only all together are, those where something was said."""
    named: Iterable[str] = [key for key in found if key != ALL] or recent
    return [UUID(key) for key in named]


def items(incident: Incident, only_negative: bool = True) -> QuerySet[Message]:
    """What was said in it, the latest first."""
    rows = Message.objects.filter(channel__in=incident.channels.all(), mine=False, deleted=False)
    rows = rows.filter(sent_at__gte=incident.began_at)
    if incident.closed_at:
        rows = rows.filter(sent_at__lte=incident.closed_at)
    return (rows.filter(mood=Mood.NEGATIVE) if only_negative else rows).order_by("-sent_at", "-pk")


@transaction.atomic
def close(incident: Incident, by: Member) -> None:
    """A person says that it is over. Raises Problem while posts are held by it."""
    must(by, Action.REPLY)
    if holding.active(incident):
        raise Problem(_("Posts are still held: look at them and let them go on first."))
    if incident.is_open:
        end(incident, timezone.now(), by.user)
