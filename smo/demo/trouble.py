"""What has changed since posts were scheduled, so that people are told of something: rights that end, a post that moved."""

from datetime import timedelta

from django.utils import timezone

from scheduler import planning
from scheduler.models import Asset, Publication
from scheduler.watching import ends, rechecks, states
from smo.demo import words
from smo.demo.workspace import Cast

MOVED_BY = timedelta(hours=1)
RIGHTS = {"dunes": -1, "flavours": 3}  # the last day on which a photo may be used, from today


def brew(cast: Cast) -> None:
    """The rights in two photos end, the owner moves a post of the marketer's, and people hear of it as they would."""
    today = timezone.now().astimezone(cast.workspace.zone).date()
    for name, days in RIGHTS.items():
        Asset.objects.filter(pk=cast.assets[name].pk).update(use_until=today + timedelta(days=days))
    for one in _promised(cast, words.MOVED):
        planning.reschedule(one, one.publish_at + MOVED_BY, cast.owner)
    rechecks.look()
    ends.tell()
    states.look_around()


def _promised(cast: Cast, text: str) -> list[Publication]:
    rows = cast.workspace.publications.filter(post__text__startswith=text, part=0)
    return list(rows.select_related("channel", "workspace", "post", "audience"))
