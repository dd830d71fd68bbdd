"""What the screens show of imports: how far they are, what is wrong in which row."""

from dataclasses import dataclass

from django.db.models import Count, Q

from accounts.models import Workspace
from scheduler.models import Import, ImportFile, ImportRow

Row = ImportRow.State


@dataclass(frozen=True)
class Progress:
    """How many rows of an import are in each state, and how many files are still to be fetched."""

    rows: dict[str, int]
    noted: int
    files: int
    files_left: int
    state: str

    @property
    def total(self) -> int:
        return sum(self.rows.values())

    @property
    def left(self) -> int:
        waiting = {Import.State.CHECKING: Row.WAITING, Import.State.IMPORTING: Row.GOOD, Import.State.UNDOING: Row.DONE}
        return self.rows[waiting[Import.State(self.state)]] if self.state in Import.WORKING else 0

    @property
    def whole(self) -> int:
        """How many rows are done and left of what is being done now."""
        done = {Import.State.IMPORTING: self.rows[Row.DONE], Import.State.UNDOING: self.rows[Row.UNDONE] + self.rows[Row.KEPT]}
        return self.left + done.get(Import.State(self.state), self.total - self.left)

    @property
    def percent(self) -> int:
        """Of what is being done now."""
        return round(100 * (self.whole - self.left) / self.whole) if self.whole else 100


def progress(source: Import) -> Progress:
    """In two queries."""
    counts = {str(state): Count("pk", filter=Q(state=state)) for state in Row.values}
    found = source.rows.aggregate(**counts, noted=Count("pk", filter=~Q(notes=[])))
    waiting = Count("pk", filter=Q(state=ImportFile.State.WAITING))
    files = source.files.aggregate(files=Count("pk"), files_left=waiting)
    return Progress({state: found[state] for state in Row.values}, found["noted"], state=source.state, **files)


def same_file(source: Import) -> Import | None:
    """An earlier import of the very same file that was not undone."""
    states = (Import.State.DONE, Import.State.IMPORTING)
    rows = source.workspace.imports.filter(sha256=source.sha256, state__in=states, created_at__lt=source.created_at)
    return rows.select_related("by").first()


def imports(workspace: Workspace, most: int) -> list[Import]:
    """The latest ones, each with the number of its rows and of what came of them."""
    counts = {
        "lines": Count("rows"),
        "made": Count("rows", filter=Q(rows__state=Row.DONE)),
        "bad": Count("rows", filter=Q(rows__state=Row.BAD)),
    }
    latest = workspace.imports.values("pk")[:most]
    return list(
        workspace.imports.filter(pk__in=list(latest.values_list("pk", flat=True))).select_related("by").annotate(**counts)
    )
