"""A CSV or XLSX file as rows of texts, whatever program wrote it: encodings, separators, cells with dates."""

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from typing import Any, NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from accounts.verbs import Problem

MOST_BYTES = 10_000_000
MOST_UNPACKED = 200_000_000  # of an XLSX: a small file can be blown up to fill the memory
MOST_ROWS = 5_000
MOST_COLUMNS = 100
LONGEST_CELL = 50_000
SEPARATORS = {",": ",", ";": ";", "\t": "tab"}
GUARDED = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run as a formula; see scheduler.bulk.writing

# Letters that Polish and its neighbours have inside words, where Western texts have signs that stand alone: ³ ¿ ¹ £
CENTRAL = re.compile(rb"[A-Za-z\x80-\xff][\xb3\xbf\x9f][A-Za-z\x80-\xff]|[A-Za-z]\xb9|\xa3[a-z]")


class Line(NamedTuple):
    """`number` as a spreadsheet shows it."""

    number: int
    cells: list[str]


@dataclass(frozen=True)
class Table:
    """A file's first line, the others that are not empty, and in words how it was read."""

    headers: list[str]
    lines: list[Line]
    read_as: str


def read(content: bytes, name: str) -> Table:
    """The table in a file. Raises Problem for what is none, is empty or too large."""
    if len(content) > MOST_BYTES:
        raise Problem(_("The file is larger than %(most)s MB: split it.") % {"most": MOST_BYTES // 1_000_000}, "file")
    if content[:4] == b"\xd0\xcf\x11\xe0":
        raise Problem(_("This is a workbook of the old kind (.xls): save it as .xlsx or CSV."), "file")
    rows, read_as = _from_xlsx(content) if content[:4] == b"PK\x03\x04" else _from_csv(content)
    lines = [Line(number, cells) for number, cells in enumerate(rows, 1) if any(cells)]
    if len(lines) < 2:
        raise Problem(_("There is nothing below the first line of %(name)s: write one post a line.") % {"name": name}, "file")
    if len(lines) - 1 > MOST_ROWS:
        raise Problem(_("The file has more than %(most)s lines: split it.") % {"most": MOST_ROWS}, "file")
    return Table(lines[0].cells, [_as_wide(line, len(lines[0].cells)) for line in lines[1:]], read_as)


def _as_wide(line: Line, width: int) -> Line:
    return Line(line.number, (line.cells + [""] * width)[:width])


def _limited(rows: Iterable[Iterable[Any]]) -> Iterator[list[str]]:
    """Rows of cleaned texts; one more than is allowed, so that somebody notices."""
    for row in islice(rows, MOST_ROWS * 2):
        cells = [_cleaned(cell) for cell in islice(row, MOST_COLUMNS)]
        while cells and not cells[-1]:
            cells.pop()
        yield cells


def _cleaned(cell: Any) -> str:
    """A cell as one would read it. PostgreSQL keeps no NUL; an apostrophe before a formula sign is only a guard."""
    text = _words(cell).replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip()[:LONGEST_CELL]
    return text[1:] if text.startswith("'") and text[1:].startswith(GUARDED) else text


# -- XLSX -----------------------------------------------------------------------------------------------------------------


def _from_xlsx(content: bytes) -> tuple[list[list[str]], str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise Problem(_("The workbook is too large: keep only the sheet with the posts."), "file")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        try:
            sheet = book.worksheets[0]
            found = list(_limited(sheet.iter_rows(values_only=True, max_row=MOST_ROWS * 2, max_col=MOST_COLUMNS)))
            return found, _("Excel workbook, sheet %(name)s") % {"name": sheet.title}
        finally:
            book.close()
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        KeyError,
        IndexError,
        ValueError,
        TypeError,
        SyntaxError,
        OSError,
    ) as error:
        raise Problem(_("This workbook cannot be read: open it, save it as .xlsx again, or save it as CSV."), "file") from error


def _words(cell: Any) -> str:
    match cell:
        case None:
            return ""
        case str():
            return cell
        case bool():
            return "yes" if cell else "no"
        case datetime():
            return cell.strftime("%Y-%m-%d") if cell.time() == time() else cell.strftime("%Y-%m-%d %H:%M")
        case date():
            return cell.isoformat()
        case time():
            return cell.strftime("%H:%M")
        case float() if cell.is_integer():
            return str(int(cell))
    return str(cell)


# -- CSV ------------------------------------------------------------------------------------------------------------------


def _from_csv(content: bytes) -> tuple[list[list[str]], str]:
    text, encoding = decoded(content)
    first, _newline, rest = text.partition("\n")
    if found := re.fullmatch(r"sep=(.)\r?", first.strip('"'), re.IGNORECASE):  # Excel's own hint
        separator, text = found[1], rest
    else:
        separator = ""
    csv.field_size_limit(LONGEST_CELL * 4)
    try:
        separator = separator or _separator(text)
        rows = list(_limited(csv.reader(io.StringIO(text, newline=""), delimiter=separator)))
    except csv.Error as error:
        raise Problem(_("The file cannot be read as CSV: save it again as CSV or as .xlsx."), "file") from error
    words = {"encoding": encoding, "separator": SEPARATORS.get(separator, separator)}
    return rows, _("CSV, %(encoding)s, separated by %(separator)s") % words


def decoded(content: bytes) -> tuple[str, str]:
    """(text, name of its encoding). Raises Problem for what is no text."""
    for mark, codec, name in ((codecs.BOM_UTF8, "utf-8", "UTF-8"), (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
                              (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16")):  # fmt: skip
        if content.startswith(mark):
            return _strict(content[len(mark) :], codec), name
    if b"\0" in content[:2000]:
        return _strict(content, "utf-16-be" if content[:1] == b"\0" else "utf-16-le"), "UTF-16"
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        central = CENTRAL.search(content) is not None or get_language() == "pl"
    name = "Windows-1250" if central else "Windows-1252"
    return content.decode("cp1250" if central else "cp1252", errors="replace"), name


def _strict(content: bytes, codec: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeDecodeError as error:
        raise Problem(_("This file is no text: save the table as CSV or as .xlsx."), "file") from error


def _separator(text: str) -> str:
    """The one with which the first lines have as many cells as the very first, and more than one."""
    return max(SEPARATORS, key=lambda separator: _regularity(text[:100_000], separator))


def _regularity(text: str, separator: str) -> tuple[bool, float, int]:
    rows = [row for row in islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator), 20) if row]
    width = len(rows[0]) if rows else 0
    return width > 1, sum(len(row) == width for row in rows) / max(len(rows), 1), width
