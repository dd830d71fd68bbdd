"""How the past is made: the publication machine runs here and now, the practice networks are told that it was then, and the
rows are dated back. Each waiting time of the machine is jumped over on all clocks.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from accounts.models import AuditEntry
from scheduler import planning, publishing
from scheduler.library import renditions
from scheduler.machine import ringing
from scheduler.models import Attempt, Post, Publication, Status
from smo.demo.practice import Practice
from smo.demo.workspace import Cast

MOST_RINGS = 200
THOUGHT_OF = timedelta(hours=20)  # so long before its time a post was written and scheduled


class Past:
    """One post at a time. `began` is the true moment at which its story began, `when` the moment that is told."""

    def __init__(self, cast: Cast, practice: Practice) -> None:
        self.cast, self.practice = cast, practice
        self.began = self.when = timezone.now()
        self.jumps: list[tuple[datetime, timedelta]] = []

    def publish(self, post: Post, when: datetime, late: timedelta = timedelta()) -> list[Publication]:
        """Publish for real, as if it were `when`, or `late` after it. Gives the final publications, dated back."""
        self.began, self.when, self.jumps = timezone.now(), when, []
        made = planning.publish_now(post, self.cast.marketer)
        for file in [file for publication in made for file in renditions.needed(publication)]:
            renditions.make(file.pk)
        ids = [publication.pk for publication in made]
        if late:
            Publication.objects.filter(pk__in=ids).update(publish_at=self.began - late)
            self.jumps.append((timezone.now(), late))
        self.practice.set_clock(self.told(timezone.now()))
        self._run(ids)
        rows = list(Publication.objects.filter(pk__in=ids))
        self._date_back(post, rows)
        return rows

    def told(self, moment: datetime) -> datetime:
        """A true moment of this story as it is told."""
        return self.when + (moment - self.began) + sum((span for at, span in self.jumps if at <= moment), timedelta())

    # -- the machine ------------------------------------------------------------------------------------------------------

    def _run(self, ids: Sequence[UUID]) -> None:
        """Ring and answer until all are final."""
        rows = Publication.objects.filter(pk__in=ids, due_at__isnull=False).order_by("due_at")
        for _ in range(MOST_RINGS):
            if not (left := list(rows.all())):
                return
            bells = [bell for bell in ringing.lease_due() if bell.id in ids]
            for bundle in ringing.bundles(bells, size=1):
                publishing.advance(bundle)
            if bells:
                self._date_doubts(ids)
            else:
                self._jump(left)
        raise RuntimeError(f"Not final after {MOST_RINGS} rings: {[(row.status, row.why) for row in rows.all()]}")

    def _jump(self, left: list[Publication]) -> None:
        """To the next moment at which somebody has to look. What is due already waits for another row."""
        now = timezone.now()
        later = [row for row in left if row.due_at and row.due_at > now]
        if not later:
            return
        span = min(row.due_at for row in later if row.due_at) - now + timedelta(milliseconds=1)
        self.jumps.append((now, span))
        self.practice.set_clock(self.told(timezone.now()))
        for row in later:
            Publication.objects.filter(pk=row.pk, due_at=row.due_at).update(
                due_at=F("due_at") - span, absent_at=F("absent_at") - span
            )

    def _date_doubts(self, ids: Sequence[UUID]) -> None:
        """A look asks for posts since the doubt, and the networks live in the time that is told. A handle needs no time."""
        doubtful = Publication.objects.filter(pk__in=ids, status=Status.CONFIRMING, handle="", doubt_since__gte=self.began)
        for row in doubtful:
            Publication.objects.filter(pk=row.pk).update(doubt_since=self.told(row.doubt_since or self.began))

    # -- the rows ---------------------------------------------------------------------------------------------------------

    def _date_back(self, post: Post, rows: list[Publication]) -> None:
        thought_of = self.when - THOUGHT_OF
        Post.objects.filter(pk=post.pk).update(planned_for=self.when, created_at=thought_of, changed_at=thought_of)
        AuditEntry.objects.filter(workspace=self.cast.workspace, at__gte=self.began).update(at=thought_of)
        for row in rows:
            row.publish_at, row.created_at = self.when, thought_of
            row.published_at = self.told(row.published_at) if row.published_at else None
            if row.doubt_since and row.doubt_since >= self.began:
                row.doubt_since = self.told(row.doubt_since)
            row.save(update_fields=["publish_at", "created_at", "published_at", "doubt_since"])
            self._tell_attempts(row)

    def _tell_attempts(self, row: Publication) -> None:
        """Attempts are written once (a trigger refuses changes), so they are written anew."""
        attempts = list(row.attempts.order_by("pk"))
        row.attempts.all().delete()
        for attempt in attempts:
            told = self.told(attempt.at)
            attempt.next_at = told + (attempt.next_at - attempt.at) if attempt.next_at else None
            attempt.pk, attempt.at = None, told
        Attempt.objects.bulk_create(attempts)
