"""Tables that people take away: the template of an import, the lines that could not be imported, posts and publications."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from accounts.models import Channel, Workspace
from scheduler.bulk.book import title
from scheduler.bulk.columns import EXAMPLE, OWN, Column, columns
from scheduler.bulk.reading import GUARDED
from scheduler.models import Import, ImportRow

MARK = "\ufeff"  # tells Excel that a CSV is UTF-8


def guarded(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula. Reading takes the apostrophe off again."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(GUARDED) else text


def line(cells: Iterable[object]) -> str:
    """One line of CSV."""
    buffer = io.StringIO()
    csv.writer(buffer).writerow([guarded(cell) for cell in cells])
    return buffer.getvalue()


# -- the template -----------------------------------------------------------------------------------------------------------


def template_columns(workspace: Workspace) -> tuple[list[Column], list[Column], Sequence[Channel]]:
    """(all columns, those that the template begins with, channels): what a network can have of its own is in the help only."""
    channels = workspace.current_channels
    every = columns(dict.fromkeys(channel.network for channel in channels))
    first = [column for column in every if ":" not in column.key or column.key.split(":")[0] in OWN[:1]]
    return every, [column for column in first if column.key not in ("date", "time")], channels


def _example(shown: Sequence[Column], channels: Sequence[Channel]) -> list[str]:
    said = {
        "text": _("An example: this line is left out. Write your posts below it."),
        "channels": "; ".join(title(channel) for channel in channels),
        "when": "2030-06-21 09:30",
        "status": EXAMPLE,
        "labels": _("Summer; Recipes"),
        "media": "bottle.png; https://example.com/ice.jpg",
        "alt text": _("A bottle on ice | Ice cubes"),
    }
    return [said.get(column.key, "") for column in shown]


def csv_template(workspace: Workspace) -> str:
    """The headers and an example that names all channels."""
    _every, shown, channels = template_columns(workspace)
    return MARK + line(column.name for column in shown) + line(_example(shown, channels))


def xlsx_template(workspace: Workspace) -> bytes:
    """The same as a workbook, with a second sheet that tells what each column takes and which channels there are."""
    every, shown, channels = template_columns(workspace)
    book = Workbook()
    sheet = book.active
    sheet.title = _("Posts")
    sheet.append([column.name for column in shown])
    sheet.append([guarded(cell) for cell in _example(shown, channels)])
    sheet.freeze_panes = "A2"
    for place, column in enumerate(shown, 1):
        sheet.cell(1, place).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = 60 if column.key == "text" else 24
        if column.key == "status":
            choice = DataValidation(type="list", formula1='"draft,scheduled"', allow_blank=True)
            sheet.add_data_validation(choice)
            choice.add(f"{get_column_letter(place)}3:{get_column_letter(place)}5000")
    _help(book, every, channels)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _help(book: Workbook, every: Iterable[Column], channels: Iterable[Channel]) -> None:
    sheet = book.create_sheet(_("Help"))
    sheet.append([_("Column"), _("What to write")])
    for column in every:
        sheet.append([guarded(column.name), guarded(column.help)])
    sheet.append([])
    sheet.append([_("Channels")])
    for channel in channels:
        sheet.append([guarded(title(channel))])
    for cell in (sheet["A1"], sheet["B1"]):
        cell.font = Font(bold=True)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 36, 90


# -- what could not be imported ------------------------------------------------------------------------------------------------


def bad_lines(source: Import) -> Iterator[str]:
    """The lines with problems as a file to correct and bring again, each with what is wrong with it."""
    yield MARK + line([*source.headers, _("problem")])
    rows = source.rows.filter(state=ImportRow.State.BAD).values_list("cells", "problems")
    for cells, problems in rows.iterator(500):
        yield line([*cells, " ".join(f"{one['column']}: {one['text']}" for one in problems)])
