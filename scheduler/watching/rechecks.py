"""One more look at what goes out within half an hour: what was fine when it was scheduled may be broken by now.

It changes no status. The machine decides by itself; here people get the time to mend something.
"""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.languages import speaking
from accounts.live import tell
from accounts.models import Channel, Notice
from accounts.noticing import notify
from connectors import connector
from connectors.data import Problem
from scheduler.compose import assets_of, file_ids, made_of, needs, to_outgoing
from scheduler.library.lapsing import lapsed
from scheduler.models import LIVE, Asset, Publication, Recheck, Rendition, Status
from scheduler.targeting.aiming import is_nobody, nobody
from scheduler.watching.telling import about_posts

AHEAD = timedelta(minutes=30)
AGAIN = timedelta(seconds=50)  # what had a problem is looked at with every beat: it may be mended
MOST = 200  # rows of one look
WAITING = (Status.SCHEDULED, Status.PREPARING, Status.READY)


def look() -> int:
    """Look at what is promised for the next half hour and was not looked at for this promise; how many there were."""
    rows = list(_unseen()[:MOST])
    for publication in rows:
        with speaking(publication.workspace):
            _note(publication, [str(one) for one in problems(publication)])
    return len(rows)


def _unseen() -> QuerySet[Publication]:
    """By the bell's own index: what waits is due at its promised time, or before it."""
    now = timezone.now()
    near = Publication.objects.filter(status__in=LIVE, due_at__lte=now + AHEAD, publish_at__gt=now, publish_at__lte=now + AHEAD)
    unseen = (
        Q(recheck=None) | ~Q(recheck__promise=F("publish_at")) | (~Q(recheck__problems=[]) & Q(recheck__at__lt=now - AGAIN))
    )
    rows = near.filter(unseen, status__in=WAITING).order_by(F("recheck__at").asc(nulls_first=True), "publish_at")
    return rows.select_related("channel", "workspace", "post", "audience", "recheck")


def _note(publication: Publication, found: list[str]) -> None:
    """Write down what was found. People hear of a problem that was not there at the look before."""
    with transaction.atomic():
        row, new = Recheck.objects.select_for_update().get_or_create(
            publication=publication, defaults={"promise": publication.publish_at, "problems": found}
        )
        known = not new and row.promise == publication.publish_at
        before = row.problems if known else []
        Recheck.objects.filter(pk=row.pk).update(promise=publication.publish_at, problems=found, at=timezone.now())
        if found and not before:
            about = about_posts("problem", [publication], reverse("calendar"), {"why": found[0]})
            notify(publication.workspace, Notice.Kind.PROBLEM, about)
        if bool(found) != bool(before):
            tell(publication.workspace_id, f"publication:{publication.pk}")


# -- the checks -------------------------------------------------------------------------------------------------------------


def problems(publication: Publication) -> list[Problem]:
    """Everything that would keep it from going out as it is frozen, in sentences for the user."""
    found = [*_of_channel(publication.channel), *_of_allowance(publication)]
    if publication.audience and is_nobody(publication.audience, publication.publish_at):
        found.append(nobody(publication.audience, publication.publish_at))
    assets = assets_of(publication)
    gone = _gone(publication, assets)
    return found + (gone or _of_content(publication, assets))


def _of_channel(channel: Channel) -> Iterator[Problem]:
    if not channel.is_connected:
        yield Problem("channel", _("%(channel)s is not connected: connect it again.") % {"channel": channel.name})


def _of_allowance(publication: Publication) -> Iterator[Problem]:
    """What the network takes from an account in a day is used up by posts that come before this one."""
    for quota in connector(publication.channel.network).quotas:
        if quota.scope != "channel" or quota.seconds < 3600:
            continue
        since = publication.publish_at - timedelta(seconds=quota.seconds)
        before = publication.channel.publications.filter(publish_at__gt=since, publish_at__lte=publication.publish_at)
        others = before.filter(status__in=(*LIVE, Status.PUBLISHED)).exclude(pk=publication.pk)
        if others.count() >= quota.calls:
            text = _("%(channel)s has used up what the network takes: %(calls)d in %(hours)d hours. Move this post to later.")
            said = {"channel": publication.channel.name, "calls": quota.calls, "hours": quota.seconds // 3600}
            yield Problem("channel", text % said)


def _gone(publication: Publication, assets: dict[UUID, Asset]) -> list[Problem]:
    """Files that are no longer in the library, or whose bytes are lost."""
    wanted = set(file_ids(publication.channel.network, publication.content))
    lost = [one.name for one in assets.values() if not default_storage.exists(str(one.file.name))]
    text = _("%(name)s is no longer there: choose another file.")
    unknown = [Problem("media", _("A file of this post is no longer in the library: choose another one."))]
    return unknown * bool(wanted - assets.keys()) + [Problem("media", text % {"name": name}) for name in lost]


def _of_content(publication: Publication, assets: dict[UUID, Asset]) -> list[Problem]:
    network, content = publication.channel.network, publication.content
    sent = to_outgoing(network, content, assets, parent="-" if publication.parent_id else "")
    needed = needs(network, content, assets)
    found = [*connector(network).checker().problems(sent)]
    found += lapsed(assets.values(), publication.publish_at, publication.workspace.zone)
    failed = [one for one in made_of(needed).values() if one.state == Rendition.State.FAILED]
    names = {asset.pk: asset.name for asset in assets.values()}
    text = _("%(name)s could not be brought into the form that %(network)s takes: use another file.")
    return found + [
        Problem("media", text % {"name": names[one.asset_id], "network": connector(network).name}) for one in failed
    ]


# -- what screens show ------------------------------------------------------------------------------------------------------


def warning() -> Subquery:
    """For rows of publications: the problems of the last look, if it was for what is promised now and still waits."""
    last = Recheck.objects.filter(publication=OuterRef("pk"), promise=OuterRef("publish_at"), publication__status__in=WAITING)
    return Subquery(last.exclude(problems=[]).values("problems")[:1])
