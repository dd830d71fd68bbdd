"""Files of posts as programs write them: encodings, separators, workbooks, the template; media that they name by address."""

import codecs
import csv
import http.server
import io
import threading
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Channel
from accounts.verbs import Problem
from scheduler.bulk.reading import read
from scheduler.models import Asset, Import, ImportFile, Post
from tests import cast
from tests.scheduler.desk import png
from tests.scheduler.tables import SOON, Bringer, noted, states, table, told, workbook

POLISH = "text;channels\nŻółw pił źródlaną, gęś też;Polar Fizz\n"
FRENCH = "text;channels\nÀ l'été, sœur: 3 m³, ¿qué?;Polar Fizz\n"


@pytest.fixture(autouse=True)
def messages(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker is moved by hand."""
    monkeypatch.setattr("scheduler.bulk.working.call", lambda pk: None)


@pytest.fixture
def bringer(marketer: cast.Person) -> Bringer:
    return Bringer(marketer)


@pytest.mark.parametrize(
    ("content", "text", "encoding"),
    [
        (POLISH.encode(), POLISH, "UTF-8"),
        (codecs.BOM_UTF8 + POLISH.encode(), POLISH, "UTF-8"),
        (POLISH.encode("utf-16"), POLISH, "UTF-16"),
        (codecs.BOM_UTF16_BE + POLISH.encode("utf-16-be"), POLISH, "UTF-16"),
        (POLISH.encode("utf-16-le"), POLISH, "UTF-16"),
        (POLISH.encode("cp1250"), POLISH, "Windows-1250"),
        (FRENCH.encode("cp1252"), FRENCH, "Windows-1252"),
    ],
)
def test_every_encoding_of_a_spreadsheet_is_read(content: bytes, text: str, encoding: str) -> None:
    found = read(content, "june.csv")

    assert found.lines[0].cells == text.splitlines()[1].split(";")
    assert found.read_as == f"CSV, {encoding}, separated by ;"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_every_separator_is_seen_even_if_texts_have_the_others(separator: str) -> None:
    content = table({"text, long": "a; b, c\td\nsecond line", "channels": "x"}, separator=separator)

    assert read(content.encode(), "june.csv").lines[0].cells == ["a; b, c\td\nsecond line", "x"]


def test_excels_own_hint_of_the_separator_is_followed() -> None:
    assert read(b"sep=;\ntext,a;b\n1,2;3\n", "june.csv").headers == ["text,a", "b"]


def test_rows_have_the_numbers_that_a_spreadsheet_shows() -> None:
    found = read(b'text\n"one\nof two lines"\n\n\nlast\n', "june.csv")

    assert [(line.number, line.cells[0]) for line in found.lines] == [(2, "one\nof two lines"), (5, "last")]


def test_a_workbook_gives_its_dates_numbers_and_times_as_one_would_type_them() -> None:
    content = workbook(
        ["text", "date", "time", "when", "a", "b"],
        [12.0, date(2031, 7, 1), time(9, 5), datetime(2031, 7, 1, 9, 5), True, None],
        [None, None],
    )

    found = read(content, "june.xlsx")

    assert [line.cells for line in found.lines] == [["12", "2031-07-01", "09:05", "2031-07-01 09:05", "yes", ""]]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "There is nothing below the first line"),
        (b"text\n", "There is nothing below the first line"),
        (b"PK\x03\x04 broken", "This workbook cannot be read"),
        (b"\xd0\xcf\x11\xe0 old", "save it as .xlsx or CSV"),
        (b"text\n" + b"x\n" * 5001, "more than 5000 lines"),
        (b"x" * 10_000_001, "larger than 10 MB"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8\x00", "This file is no text"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(content: bytes, says: str) -> None:
    with pytest.raises(Problem, match=says):
        read(content, "june.csv")


def test_a_refused_file_is_told_at_the_form(bringer: Bringer) -> None:
    answer = bringer.brings("text\n")

    assert answer.status_code == 422
    assert "There is nothing below the first line of june.csv" in answer.content.decode()
    assert not Import.objects.exists()


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_template_names_the_channels_and_can_be_filled_in(
    kind: str, bringer: Bringer, x_channel: Channel, tube: Channel
) -> None:
    content = bringer.client.get(reverse("import-template"), {"as": kind}).content
    found = read(content, f"posts.{kind}")
    filled = {"text": "Ice cold!", "channels": "X: Polar Fizz", "when": f"{SOON} 09:30"}

    example = dict(zip(found.headers, found.lines[0].cells, strict=True))
    assert example["channels"] == "X: Polar Fizz; YouTube: Polar Fizz"
    assert {"text:x", "text:youtube"} <= set(found.headers)
    bringer.brings(content, f"posts.{kind}")
    assert "only the template&#x27;s example" in bringer.answer.content.decode()
    rows = [found.headers, found.lines[0].cells, [filled.get(header, "") for header in found.headers]]
    bringer.brings(workbook(*rows), "posts.xlsx")
    assert states(bringer.waits()) == {"good": 1}


def test_the_workbooks_second_sheet_tells_what_every_column_takes(bringer: Bringer, tube: Channel) -> None:
    book = load_workbook(io.BytesIO(bringer.client.get(reverse("import-template")).content))

    help_of = dict(book.worksheets[1].iter_rows(values_only=True, max_col=2))
    assert "private" in str(help_of["youtube:privacy"])


def test_lines_to_correct_are_no_formulas(bringer: Bringer, x_channel: Channel) -> None:
    source = bringer.has_checked({"text": '=HYPERLINK("http://evil.example")', "channels": "Nobody", "when": f"{SOON} 10:00"})

    content = bringer.client.get(reverse("import-problems", args=[source.pk])).content.decode("utf-8-sig")

    cell = next(csv.DictReader(io.StringIO(content)))["text"]
    assert cell == '\'=HYPERLINK("http://evil.example")'
    bringer.brings(content)
    assert bringer.waits().rows.get().cells[0] == '=HYPERLINK("http://evil.example")'


# -- media by address -------------------------------------------------------------------------------------------------------


class Shelf(http.server.BaseHTTPRequestHandler):
    """A web server with some files; `asked` are the paths that were asked for."""

    files = {"/ice.png": png("#0af"), "/page.png": b"<html>no picture</html>", "/large.png": png("#fa0", 1200)}
    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/ice.png")
        elif self.path == "/round":
            self.send_response(302)
            self.send_header("Location", "/round")
        else:
            self.send_response(200 if self.path in self.files else 404)
        body = self.files.get(self.path, b"")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Silent."""


@pytest.fixture
def shelf(settings: Any) -> Iterator[str]:
    """The address of a web server on this machine, which may be asked here."""
    settings.PRIVATE_SERVERS = True
    Shelf.asked = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shelf) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def line(media: str, **more: str) -> dict[str, str]:
    return {"text": "Ice cold!", "channels": "x", "when": f"{SOON} 10:00", "media": media, **more}


def test_media_are_fetched_once_and_kept_in_the_library(bringer: Bringer, x_channel: Channel, shelf: str) -> None:
    source = bringer.has_checked(line(f"{shelf}/ice.png"), line(f"{shelf}/ice.png"), line(f"{shelf}/moved"))

    assert states(source) == {"good": 3}
    assert sorted(Shelf.asked) == ["/ice.png", "/ice.png", "/moved"]
    assert (Asset.objects.get().name, Asset.objects.get().mime_type) == ("ice.png", "image/png")
    bringer.presses("start")
    assert {post.media.get().asset for post in Post.objects.all()} == {Asset.objects.get()}


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/gone.png", "is not there (the server says 404)"),
        ("/page.png", "is no picture or video that SMO knows"),
        ("/round", "leads from one address to the next"),
        ("/large.png", "is larger than"),
    ],
)
def test_what_cannot_be_fetched_is_a_problem_of_its_rows(
    path: str, says: str, bringer: Bringer, x_channel: Channel, shelf: str, settings: Any
) -> None:
    settings.MAX_UPLOAD_BYTES = 3000

    source = bringer.has_checked(line(f"{shelf}{path}"), line(""))

    assert told(source)[0][0] == "media"
    assert says in told(source)[0][1]
    assert states(source) == {"bad": 1, "good": 1}
    assert not Asset.objects.exists()


def test_an_address_inside_of_this_network_is_not_asked(
    bringer: Bringer, x_channel: Channel, shelf: str, settings: Any
) -> None:
    settings.PRIVATE_SERVERS = False

    source = bringer.has_checked(line(f"{shelf}/ice.png"))

    assert "is not on the public internet" in told(source)[0][1]
    assert Shelf.asked == []


def test_a_file_that_takes_its_worker_down_is_left_after_some_tries(bringer: Bringer, x_channel: Channel, shelf: str) -> None:
    bringer.brings(table(line(f"{shelf}/ice.png")))
    ImportFile.objects.update(tries=3)

    source = bringer.waits()

    assert "could not be taken in" in told(source)[0][1]
    assert Shelf.asked == []


def test_an_import_that_is_thrown_away_takes_its_media_along(
    bringer: Bringer, x_channel: Channel, shelf: str, picture: Asset
) -> None:
    source = bringer.has_checked(line(f"{shelf}/ice.png"), line("bottle.png"))
    assert Asset.objects.count() == 2

    bringer.client.post(reverse("import-discard", args=[source.pk]))

    assert Asset.objects.get() == picture


def test_undo_leaves_media_that_somebody_uses(bringer: Bringer, marketer: cast.Person, x_channel: Channel, shelf: str) -> None:
    bringer.has_checked(line(f"{shelf}/ice.png"))
    bringer.presses("start")
    asset = Asset.objects.get()
    post = marketer.writes("Mine", on=x_channel, media=[asset])

    bringer.presses("undo")
    assert Asset.objects.get() == asset
    post.delete()
    bringer.has_checked(line(f"{shelf}/ice.png", link="https://example.com"))
    assert noted(bringer.presses("start")) == []


def test_several_files_of_one_name_are_asked_about(
    bringer: Bringer, marketer: cast.Person, x_channel: Channel, tube: Channel
) -> None:
    marketer.uploads(png("#111"), "one.png")
    marketer.uploads(png("#222"), "one.png")

    assert "Several files in the library are called one.png" in told(bringer.has_checked(line("one.png")))[0][1]


def test_a_text_without_any_separator_is_one_column() -> None:
    assert read(b"text\nIce, cold\n", "june.csv").headers == ["text"]
