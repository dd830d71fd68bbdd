"""Somebody who brings a table of posts, without a browser; the worker of imports moved by hand."""

import csv
import io
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from scheduler.bulk import working
from scheduler.models import Import, ImportRow
from tests import cast

SOON = f"{timezone.now() + timedelta(days=30):%Y-%m-%d}"


def table(*rows: dict[str, Any], separator: str = ",") -> str:
    """CSV of lines given by header."""
    headers = list(dict.fromkeys(name for row in rows for name in row))
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, headers, delimiter=separator, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def workbook(*rows: list[Any]) -> bytes:
    """XLSX with these cells."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


class Bringer:
    """A member at the import's screens."""

    def __init__(self, person: cast.Person) -> None:
        self.person = person
        self.client = Client()
        self.client.force_login(person.member.user)
        self.answer: Any = None

    def brings(self, content: str | bytes, name: str = "june.csv", **fields: Any) -> Any:
        """Upload a file."""
        data = content.encode() if isinstance(content, str) else content
        self.answer = self.client.post(reverse("import-new"), {"file": SimpleUploadedFile(name, data), **fields})
        return self.answer

    def has_checked(self, *rows: dict[str, Any], **fields: Any) -> Import:
        """The import of these lines, after its check."""
        self.brings(table(*rows), **fields)
        return self.waits()

    def waits(self) -> Import:
        """The latest import, when the workers are through with it."""
        source: Import = self.person.workspace.imports.select_related("workspace").get(pk=self.latest.pk)
        while source.is_working:
            working.work(source.pk)
            source.refresh_from_db()
        return source

    @property
    def latest(self) -> Import:
        found = self.person.workspace.imports.first()
        assert found is not None, self.answer.content.decode()
        return found

    def presses(self, what: str, source: Import | None = None) -> Import:
        """start, undo or discard; then the workers go on until it is done."""
        self.posts(what, source)
        return self.waits()

    def posts(self, what: str, source: Import | None = None) -> None:
        """The same, without waiting for the workers."""
        self.answer = self.client.post(reverse(f"import-{what}", args=[(source or self.latest).pk]), follow=True)


def told(source: Import, number: int = 2) -> list[tuple[str, str]]:
    """(column, sentence) of what is wrong in a line."""
    return [(one["column"], one["text"]) for one in source.rows.get(number=number).problems]


def noted(source: Import, number: int = 2) -> list[tuple[str, str]]:
    """(column, sentence) of what is worth knowing about a line."""
    return [(one["column"], one["text"]) for one in source.rows.get(number=number).notes]


def states(source: Import) -> dict[str, int]:
    """How many rows are in each state."""
    found: dict[str, int] = {}
    for state in ImportRow.objects.filter(source=source).values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found
