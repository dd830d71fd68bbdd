"""From the words of the demo to posts: written as a person would, then published in the past, scheduled or left as drafts."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import AuditEntry
from scheduler import planning
from scheduler.composing.drafting import Draft, Own, save
from scheduler.composing.fields import Used
from scheduler.models import Post, PostChannel, Publication, Variant
from smo.demo import words
from smo.demo.past import Past
from smo.demo.practice import Practice
from smo.demo.words import Said
from smo.demo.workspace import Cast

USUAL_HOURS = (time(7, 30), time(11), time(15), time(19, 30))
LATEST = "ABC"  # the latest usual hour that is past, the one before, the one before that
SOON = {"soon": timedelta(minutes=15), "next": timedelta(minutes=30)}
LATE = timedelta(hours=2, minutes=30)
HELD_FOR = timedelta(hours=2, minutes=40)
Told = dict[str, list[Publication]]  # what fans can talk about: the publications of a post by its name


def write(cast: Cast, said: Said) -> Post:
    """A draft, in the composer's way, and what the composer does not write yet: texts for an audience."""
    own = {network: _own(said, network) for network in said.on}
    files = [Used(cast.assets[name], cast.assets[name].alt) for name in (*said.pictures, *filter(None, [said.clip]))]
    draft = Draft(
        text=said.text,
        link=said.link,
        first_comment=said.comment,
        campaign=cast.campaigns.get(said.campaign),
        planned_for=moment(cast, said) if said.day is not None else None,
        channels=tuple(cast.channels[network] for network in said.on),
        media=tuple(files),
        own={network: one for network, one in own.items() if one},
    )
    post = save(draft, cast.marketer)
    if said.local:
        _say_locally(cast, post, said)
    return post


def _own(said: Said, network: str) -> Own:
    thread = said.thread if network == words.X else ()
    return Own(said.own.get(network), thread, None, said.options.get(network, {}))


def _say_locally(cast: Cast, post: Post, said: Said) -> None:
    """One publication per audience on the network that can aim; with one audience alone, the post itself stays too."""
    channel = cast.channels[words.FACEBOOK]
    if len(said.local) > 1:
        post.targets.filter(channel=channel).delete()
    for name, text in said.local.items():
        audience = cast.audiences[name]
        PostChannel.objects.create(post=post, channel=channel, audience=audience)
        Variant.objects.create(post=post, network=channel.network, audience=audience, text=text)


# -- when -----------------------------------------------------------------------------------------------------------------


def moment(cast: Cast, said: Said) -> datetime:
    """A post's time: day and hour in the workspace's zone, one of the latest usual hours, or soon."""
    now = timezone.now()
    if said.at in SOON:
        return now.replace(minute=now.minute // 5 * 5, second=0, microsecond=0) + SOON[said.at]
    if said.at in LATEST:
        return latest_usual_hours(cast.workspace.zone, now)[LATEST.index(said.at)]
    today = now.astimezone(cast.workspace.zone).date()
    wall = datetime.combine(today + timedelta(days=said.day or 0), time.fromisoformat(said.at))
    return planning.at(cast.workspace.zone, wall)


def latest_usual_hours(zone: ZoneInfo, now: datetime) -> list[datetime]:
    """The usual hours that were at least an hour ago, the latest first. The first three lie within one day, as the machine
    gives up doubts that are older; the third leaves it time for all its looks."""
    today = now.astimezone(zone).date()
    days = [today - timedelta(days=back) for back in range(3)]
    hours = [planning.at(zone, datetime.combine(day, hour)) for day in days for hour in USUAL_HOURS]
    return sorted((hour for hour in hours if hour < now - timedelta(hours=1)), reverse=True)


# -- the past -------------------------------------------------------------------------------------------------------------


def tell_past(cast: Cast, practice: Practice) -> Told:
    """All that was published or failed, in the order of time, as the networks want it."""
    past = Past(cast, practice)
    told: Told = {}
    for said in sorted((*words.PAST, *words.TROUBLED), key=lambda said: moment(cast, said)):
        fate = FATES.get(said.fate)
        rows = fate(past, said) if fate else past.publish(write(cast, said), moment(cast, said))
        if said.name:
            told[said.name] = rows
    return told


def _too_late(past: Past, said: Said) -> list[Publication]:
    """Somebody stopped the channel over the post's time; when it went on, the post was too late to be of use."""
    cast, when = past.cast, moment(past.cast, said)
    rows = past.publish(write(cast, said), when, late=LATE)
    for held, at in ((True, when - timedelta(minutes=10)), (False, when + LATE)):
        planning.hold(cast.owner, held, channel=cast.channels[said.on[0]])
        AuditEntry.objects.filter(pk=AuditEntry.objects.latest("pk").pk).update(at=at)
    return rows


def _with_fault(kind: str, operation: str = "publish") -> Callable[[Past, Said], list[Publication]]:
    def fate(past: Past, said: Said) -> list[Publication]:
        past.practice.fault(kind, said.on[0], operation=operation)
        return past.publish(write(past.cast, said), moment(past.cast, said))

    return fate


def _nobody_knows(past: Past, said: Said) -> list[Publication]:
    """The answer was lost, and the network did not let us look until the looks were used up. The post is there."""
    past.practice.fault("fail", said.on[0], operation="read", times=None)
    rows = _with_fault("reset_after")(past, said)
    past.practice.call("DELETE", "faults")
    return rows


FATES: dict[str, Callable[[Past, Said], list[Publication]]] = {
    "too-late": _too_late,
    "not-processed": _with_fault("fail_processing", "any"),
    "answer-lost": _with_fault("reset_after"),
    "server-error": _with_fault("fail"),
    "nobody-knows": _nobody_knows,
}


# -- the future -----------------------------------------------------------------------------------------------------------


def plan_future(cast: Cast) -> None:
    """What is scheduled, and what is not finished."""
    for said in words.FUTURE:
        planning.schedule(write(cast, said), moment(cast, said), cast.marketer)
    for said in words.DRAFTS:
        write(cast, said)
