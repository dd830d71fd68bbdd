"""Imports at work, in the background: checking, importing, undoing, row by row.

A message to a worker is a doorbell. What is left to do is said by the rows: some are done and marked in one transaction, under
their locks, so that a killed worker's successor goes on where it was, and two workers at once do no row twice.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid5

import redis
from celery import current_app
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from kombu.exceptions import OperationalError

from accounts.models import Member
from accounts.roles import Action, may
from accounts.verbs import Problem
from scheduler.bulk.book import Book
from scheduler.bulk.fetching import fetch_some
from scheduler.bulk.lines import Reading, Said, understood
from scheduler.bulk.undoing import drop_unused, take_back
from scheduler.composing.drafting import Draft, promise, save
from scheduler.models import Import, ImportRow
from scheduler.plans import labels
from scheduler.watching.telling import finished, stopped

QUEUE = "rest"
TASK = "scheduler.tasks.run_import"
SLICE = 20.0  # seconds that one task works, so that others have their turn and a worker can stop
LEASE = timedelta(seconds=120)  # longer than one step can take
BATCH = 50
BUNDLE = 10  # rows in one transaction: so many are done anew after a kill, and for no more waits who presses Stop

log = logging.getLogger("smo.imports")
State, Row = Import.State, ImportRow.State

# What is done in each state, with rows in which state, and what the import is when there are none left.
AFTER = {State.CHECKING: State.CHECKED, State.IMPORTING: State.DONE, State.UNDOING: State.UNDONE}
LEFT = {State.CHECKING: Row.WAITING, State.IMPORTING: Row.GOOD, State.UNDOING: Row.DONE}


def call(pk: UUID) -> None:
    """Ring for a worker. A lost message costs a delay: `recall` sends another."""
    try:
        current_app.send_task(TASK, (str(pk),), queue=QUEUE, retry=False)
    except (OperationalError, redis.RedisError) as error:
        log.warning("message lost error=%s", type(error).__name__)


def recall() -> None:
    """Ring again for imports that nobody works on."""
    idle = Q(claimed_until=None) | Q(claimed_until__lt=timezone.now())
    for pk in Import.objects.filter(idle, state__in=Import.WORKING).values_list("pk", flat=True):
        call(pk)


def work(pk: UUID) -> None:
    """Go on with an import for SLICE seconds, unless somebody does; then ring for the rest of it."""
    if not _claim(pk):
        return
    source = Import.objects.select_related("workspace", "by").get(pk=pk)
    ends = time.monotonic() + SLICE
    with translation.override(source.language):
        going = True
        while going and time.monotonic() < ends:
            going = _step(source)
            Import.objects.filter(pk=pk, state=source.state).update(claimed_until=timezone.now() + LEASE)
    Import.objects.filter(pk=pk, state=source.state).update(claimed_until=None)
    begun = Import.objects.filter(pk=pk, state__in=Import.WORKING).exclude(state=source.state)
    if going or begun.exists():  # a person was quicker than this task's end, and the message found the import claimed
        call(pk)


def _claim(pk: UUID) -> bool:
    now = timezone.now()
    idle = Q(claimed_until=None) | Q(claimed_until__lt=now)
    return bool(Import.objects.filter(idle, pk=pk, state__in=Import.WORKING).update(claimed_until=now + LEASE))


def _step(source: Import) -> bool:
    """Some files or rows. False: nothing is left that is not in somebody else's hands."""
    if source.state == State.CHECKING:
        return fetch_some(source) or _check_some(source) or _finish(source)
    by = _member(source)
    if by is None:
        return _stop(source)
    rows = list(source.rows.filter(state=LEFT[State(source.state)])[:BATCH])
    if not rows:
        return _finish(source)
    book = Book(source, [row.cells for row in rows])
    do = _make if source.state == State.IMPORTING else _undo
    done = [_some(rows[start : start + BUNDLE], do, book, by) for start in range(0, len(rows), BUNDLE)]
    return any(done)


def _finish(source: Import) -> bool:
    """No row is left: the import is in its next state. Rows that another worker has under its lock are left still."""
    state = State(source.state)
    if not source.rows.filter(state=LEFT[state]).exists():
        if state == State.UNDOING:
            drop_unused(source)
        with transaction.atomic():
            if Import.objects.filter(pk=source.pk, state=state).update(state=AFTER[state], claimed_until=None):
                finished(source, state)
    return False


def _stop(source: Import) -> bool:
    """Who began it has left, or may no longer do it: what was imported stays, the rest is not."""
    why = translation.gettext("Who began it may no longer schedule posts here. Somebody else can go on with it.")
    back = State.CHECKED if source.state == State.IMPORTING else State.DONE
    with transaction.atomic():
        if Import.objects.filter(pk=source.pk, state=source.state).update(state=back, why=why, claimed_until=None):
            stopped(source, why)
    return False


def _member(source: Import) -> Member | None:
    found = source.workspace.members.select_related("workspace", "user").filter(user=source.by).first()
    able = found and may(found.role, Action.WRITE) and may(found.role, Action.SCHEDULE)
    return found if able else None


# -- checking -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def _check_some(source: Import) -> bool:
    rows = list(source.rows.select_for_update(skip_locked=True).filter(state=Row.WAITING)[:BATCH])
    book = Book(source, [row.cells for row in rows]) if rows else None
    new = {name.casefold(): name for name in source.new_labels}
    for row in rows:
        assert book is not None
        reading = understood(row.cells, book)
        row.problems, row.notes = _told(reading.problems, book), _told(reading.notes, book)
        row.state = Row.BAD if reading.problems else Row.GOOD
        for name in reading.new_labels if not reading.problems else ():
            new.setdefault(name.casefold(), name)
    source.new_labels = list(new.values())
    Import.objects.filter(pk=source.pk).update(new_labels=source.new_labels)
    ImportRow.objects.bulk_update(rows, ["state", "problems", "notes"])
    return bool(rows)


def _told(said: Said, book: Book) -> list[dict[str, str]]:
    return [{"column": book.header(key), "text": text} for key, text in dict.fromkeys(said)]


# -- importing and undoing ------------------------------------------------------------------------------------------------


def _some(rows: list[ImportRow], do: Callable[[ImportRow, Book, Member], None], book: Book, by: Member) -> bool:
    """Rows in one transaction. False: somebody else has them, or has done them, or the import is at something else by now."""
    source = book.source
    with transaction.atomic():
        if not Import.objects.select_for_update(no_key=True).filter(pk=source.pk, state=source.state).exists():
            return False
        left = source.rows.filter(pk__in=[row.pk for row in rows], state=rows[0].state)
        ours = list(left.select_for_update(skip_locked=True))
        for row in ours:
            do(row, book, by)
            row.save(update_fields=["state", "problems", "notes", "post", "made_at"])
    return bool(ours)


def _make(row: ImportRow, book: Book, by: Member) -> None:
    """The post of a row, with its promises. What has changed since the check (the time is past) is its problem now."""
    reading = understood(row.cells, book)
    row.problems, row.notes = _told(reading.problems, book), _told(reading.notes, book)
    if not reading.problems:
        # The id follows from the row: even if all else failed, PostgreSQL would not let it in twice.
        key = uuid5(row.source_id, str(row.number))
        try:
            with transaction.atomic():
                draft = _labelled(reading, book.source, by)
                row.post = promise(draft, by, draft.planned_for, key=key) if reading.scheduled else save(draft, by, key=key)
        except Problem as problem:
            row.problems = [{"column": "", "text": str(problem)}]
    row.state = Row.BAD if row.problems else Row.DONE
    row.made_at = row.post.changed_at if row.post and not row.problems else None


def _labelled(reading: Reading, source: Import, by: Member) -> Draft:
    """The draft with all of its labels. Those that are made for it are noted, so that an undo can take them back."""
    if not reading.new_labels:
        return reading.draft
    found = [labels.called(name, by) for name in reading.new_labels]
    source.labels.add(*(label for label, made in found if made))
    return replace(reading.draft, labels=(*(reading.draft.labels or ()), *(label for label, _made in found)))


def _undo(row: ImportRow, _book: Book, by: Member) -> None:
    kept = take_back(row, by)
    row.state = Row.KEPT if kept else Row.UNDONE
    row.notes = [{"column": "", "text": kept}] if kept else []
