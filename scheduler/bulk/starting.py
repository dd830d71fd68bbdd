"""What a person does with an import: bring a file, say what its columns are, import, undo, throw away."""

import hashlib
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Channel, Member
from accounts.roles import Action
from accounts.verbs import Problem, must, record
from scheduler.bulk import columns, working
from scheduler.bulk.book import ADDRESS, names_files, names_in
from scheduler.bulk.reading import Line, read
from scheduler.bulk.undoing import drop_unused
from scheduler.models import Import, ImportFile, ImportRow

Row = ImportRow.State


def networks(by: Member) -> list[str]:
    """The networks that the workspace has channels on."""
    rows = by.workspace.channels.exclude(status=Channel.Status.REMOVED).order_by("network")
    return list(rows.values_list("network", flat=True).distinct())


@transaction.atomic
def bring(content: bytes, name: str, by: Member, drafts_only: bool = False) -> Import:
    """Take a file in and begin to check it; nothing is imported yet. Raises Problem for what is no table of posts."""
    must(by, Action.WRITE)
    table = read(content, name)
    mapping = columns.guessed(table.headers, networks(by))
    lines = [line for line in table.lines if not _is_example(line, mapping)]
    if not lines:
        raise Problem(_("The file has only the template's example: write your posts below it."), "file")
    source = Import.objects.create(
        workspace=by.workspace,
        by=by.user,
        name=name[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        read_as=table.read_as,
        language=get_language() or "en",
        headers=[header[:200] for header in table.headers],
        mapping=mapping,
        drafts_only=drafts_only,
    )
    ImportRow.objects.bulk_create((ImportRow(source=source, number=one.number, cells=one.cells) for one in lines), 500)
    record(by, "brought in", source, rows=len(lines))
    _begin_check(source)
    return source


def _is_example(line: Line, mapping: list[str]) -> bool:
    return any(key == "status" and cell.casefold() == columns.EXAMPLE for key, cell in zip(mapping, line.cells, strict=True))


def remap(source: Import, mapping: Sequence[str], drafts_only: bool, by: Member) -> None:
    """Say which column each header is, and check again. Raises Problem when two are the same, or it is imported already."""
    must(by, Action.WRITE)
    known = {column.key for column in columns.columns(networks(by))}
    chosen = [key if key in known else "" for key in mapping]
    twice = {key for key in chosen if key and chosen.count(key) > 1}
    if twice:
        raise Problem(_("Two columns are called %(name)s: choose one of them.") % {"name": min(twice)}, "mapping")
    if len(chosen) != len(source.headers):
        raise Problem(_("Reload the page: it is not about this file."), "mapping")
    with transaction.atomic():
        _step(source, (Import.State.CHECKED,), Import.State.CHECKING, mapping=chosen, drafts_only=drafts_only, new_labels=[])
        source.mapping = chosen
        source.rows.filter(state__in=(Row.GOOD, Row.BAD)).update(state=Row.WAITING, problems=[], notes=[])
        _begin_check(source)


def _begin_check(source: Import) -> None:
    """Note the addresses of files that its rows name, then ring."""
    places = [place for place, key in enumerate(source.mapping) if names_files(key)]
    cells = source.rows.filter(state=Row.WAITING).values_list("cells", flat=True) if places else ()
    named = {name for row in cells for place in places for name in names_in(row[place])}
    addresses = sorted(name[:2000] for name in named if ADDRESS.fullmatch(name))
    ImportFile.objects.bulk_create((ImportFile(source=source, address=one) for one in addresses), ignore_conflicts=True)
    transaction.on_commit(lambda: working.call(source.pk))


def begin(source: Import, by: Member) -> None:
    """Import all rows that have no problem. Raises Problem when there is none, or it is not checked."""
    must(by, Action.WRITE)
    must(by, Action.SCHEDULE)
    if not source.rows.filter(state=Row.GOOD).exists():
        raise Problem(_("No line can be imported as it is: correct the file and bring it again."))
    with transaction.atomic():
        _step(source, (Import.State.CHECKED,), Import.State.IMPORTING, by=by.user)
        record(by, "imported", source)
        transaction.on_commit(lambda: working.call(source.pk))


def undo(source: Import, by: Member) -> None:
    """Cancel and throw away everything that it made and that is not out. Raises Problem when it is not imported."""
    must(by, Action.WRITE)
    must(by, Action.SCHEDULE)
    with transaction.atomic():
        _step(source, (Import.State.DONE, Import.State.IMPORTING, Import.State.CHECKED), Import.State.UNDOING, by=by.user)
        record(by, "undid", source)
        transaction.on_commit(lambda: working.call(source.pk))


def discard(source: Import, by: Member) -> None:
    """Throw away a file of which nothing was imported, with the media that it brought. Raises Problem."""
    must(by, Action.WRITE)
    with transaction.atomic():
        _step(source, (Import.State.CHECKED, Import.State.CHECKING, Import.State.UNDONE), Import.State.CHECKED)
        if source.rows.filter(state=Row.DONE).exists():
            raise Problem(_("Some of it is imported already: undo it first."))
        drop_unused(source)
        record(by, "threw away", source)
        source.delete()


def _step(source: Import, before: Sequence[Import.State], after: Import.State, **values: object) -> None:
    """From one of these states into another, if nobody was quicker."""
    moved = Import.objects.filter(pk=source.pk, state__in=before).update(state=after, why="", claimed_until=None, **values)
    if not moved:
        raise Problem(_("This import is at something else at the moment: wait until it is done."))
    source.state = after
