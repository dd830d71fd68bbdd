"""Posts that did not go out: found by rows of whose end nobody was told, so that a lost or repeated look changes nothing."""

from collections import defaultdict

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from accounts.models import Notice
from accounts.noticing import notify
from scheduler.models import Publication, Status
from scheduler.models.promised import UNTOLD
from scheduler.watching.telling import about_posts

MOST = 500  # rows in one transaction

Fault = Publication.Fault
KINDS = {"failed": Notice.Kind.FAILED, "unsure": Notice.Kind.FAILED, "held": Notice.Kind.LATE, "dropped": Notice.Kind.LATE}
SENTENCES = {Fault.UNCONFIRMED: "unsure", Fault.MISSED: "held", Fault.PARENT: ""}


def tell() -> int:
    """Tell people of posts that have ended otherwise than planned; how many rows were looked at.

    That people are told and that they were is one transaction; rows that another look has in its hands are passed over.
    """
    with transaction.atomic():
        untold = Publication.objects.filter(UNTOLD).select_related("channel", "post", "workspace")
        rows = list(untold.select_for_update(of=("self",), skip_locked=True, no_key=True)[:MOST])
        Publication.objects.filter(pk__in=[one.pk for one in rows]).update(told_for=F("publish_at"))
        dropped = _dropped(rows)
        alike: dict[tuple[object, str], list[Publication]] = defaultdict(list)
        for one in rows:
            if sentence := _sentence(one, dropped):
                alike[one.channel_id, sentence].append(one)
        for (_channel, sentence), group in alike.items():
            _give(sentence, group)
    return len(rows)


def _dropped(rows: list[Publication]) -> set[object]:
    """Those of them that were too late and were cancelled for it; the others were cancelled by people."""
    cancelled = [one.pk for one in rows if one.status == Status.CANCELLED]
    late = Publication.objects.filter(pk__in=cancelled, attempts__step="late", attempts__outcome="dropped")
    return set(late.values_list("pk", flat=True)) if cancelled else set()


def _sentence(publication: Publication, dropped: set[object]) -> str:
    """What is said of it; empty: nothing, because the post that it follows is spoken of, or a person has cancelled it."""
    if publication.status == Status.CANCELLED:
        return "dropped" if publication.pk in dropped else ""
    return SENTENCES.get(Fault(publication.fault), "failed")


def _give(sentence: str, group: list[Publication]) -> None:
    several = f"{reverse('posts')}?show=failed" if sentence != "dropped" else reverse("posts")
    about = about_posts(sentence, group, several, {"why": group[0].why})
    notify(group[0].workspace, KINDS[sentence], about)
