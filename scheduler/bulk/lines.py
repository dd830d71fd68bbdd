"""One line of a table as a post: what it says, what is wrong with it and in which column, what is worth knowing."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.verbs import Problem
from connectors import connector
from connectors.options import Choice, File, Flag, Number, Option, Texts
from scheduler.bulk.book import Book, parts
from scheduler.bulk.columns import MEDIA, TEXT, THREAD
from scheduler.bulk.times import moment, parted, zone_of
from scheduler.composing import checking
from scheduler.composing.drafting import Draft, Files, Own, different, imagined
from scheduler.composing.fields import Used
from scheduler.composing.forms import OPTION
from scheduler.models import Asset, Label

Said = list[tuple[str, str]]  # pairs of column and sentence

DRAFT = ("draft", "szkic", "robocze")
SCHEDULED = ("scheduled", "schedule", "zaplanowany", "zaplanowane")
YES = ("yes", "y", "true", "1", "tak", "x")
NO = ("no", "n", "false", "0", "nie")
SLOTS = {"first_comment": "first comment"}  # where the checks call a place by another name than the table
BETWEEN_PARTS = re.compile(r"\s*^-{3,}$\s*", re.MULTILINE)
BETWEEN_ALTS = re.compile(r"\s*[|\n]\s*")


@dataclass
class Reading:
    """A line as a post. `scheduled`: it is to be promised for `draft.planned_for`. With `problems` it cannot be imported.

    `new_labels`: the names of labels that are to be made for it, beside those that the draft has.
    """

    draft: Draft = field(default_factory=Draft)
    scheduled: bool = False
    new_labels: tuple[str, ...] = ()
    problems: Said = field(default_factory=list)
    notes: Said = field(default_factory=list)


def understood(cells: list[str], book: Book) -> Reading:
    """A line, read and checked as the composer would check it."""
    reader = _Reader(book, book.given(cells))
    found = reader.reading()
    if not reader.problems:
        _check(found, book)
    return found


class _Reader:
    """Reads one line; what cannot be read becomes a problem of its column, and the rest is read on."""

    def __init__(self, book: Book, given: dict[str, str]) -> None:
        self.book, self.given = book, given
        self.problems: Said = []
        self.notes: Said = []

    @contextmanager
    def _at(self, key: str) -> Iterator[None]:
        try:
            yield
        except Problem as problem:
            self.problems.append((key, str(problem)))

    def reading(self) -> Reading:
        when = self._when()
        scheduled = self._scheduled(when)
        labels, new_labels = self._labels()
        draft = Draft(
            text=self.given.get("text", ""),
            link=self._link(),
            first_comment=self.given.get("first comment", ""),
            campaign=self._campaign(),
            labels=tuple(labels) or None,
            planned_for=when,
            channels=self._channels(scheduled),
            media=self._media(),
            own={network: self._own(network) for network in self.book.networks},
        )
        return Reading(draft, scheduled, tuple(new_labels), self.problems, self.notes)

    # -- when -------------------------------------------------------------------------------------------------------------

    def _when(self) -> datetime | None:
        key = "when" if "when" in self.given else "date"
        if key not in self.given:
            if "time" in self.given:
                self.problems.append(("date", _("There is a time without a day: write the day as 2026-11-24.")))
            return None
        day, clock, offset = parted(self.given[key])
        try:
            zone = zone_of(self.given["zone"]) if "zone" in self.given else self.book.zone
            found, note = moment(day, self.given.get("time", "") or clock, offset, zone)
        except Problem as problem:
            place = problem.field if problem.field in self.given else key
            self.problems.append((place, str(problem)))
            return None
        if note:
            self.notes.append((key, note))
        return found

    def _scheduled(self, when: datetime | None) -> bool:
        """Whether it is to go out by itself."""
        key = "when" if "date" not in self.given else "date"
        word = self.given.get("status", "").casefold()
        if word and word not in (*DRAFT, *SCHEDULED):
            text = _("%(word)s is no status: write draft or scheduled, or leave it empty.")
            self.problems.append(("status", text % {"word": self.given["status"]}))
        if self.book.source.drafts_only or word in DRAFT:
            return False
        if word in SCHEDULED and when is None and not self._told(key):
            self.problems.append((key, _("There is no time: write one, or make it a draft.")))
        if when and when < timezone.now() - timedelta(minutes=1):
            self.problems.append((key, _("That time has passed: choose a later one, or make it a draft.")))
        return when is not None

    def _told(self, key: str) -> bool:
        return any(key == told for told, _text in self.problems)

    # -- what -------------------------------------------------------------------------------------------------------------

    def _link(self) -> str:
        try:
            found: str = forms.URLField(required=False, max_length=2000, assume_scheme="https").clean(
                self.given.get("link", "")
            )
        except ValidationError:
            text = _("%(link)s is no address: write it as https://example.com/page.")
            self.problems.append(("link", text % {"link": self.given["link"][:100]}))
            return ""
        return found

    def _campaign(self) -> Any:
        if "campaign" in self.given:
            with self._at("campaign"):
                return self.book.campaign(self.given["campaign"])
        return None

    def _labels(self) -> tuple[list[Label], list[str]]:
        if "labels" not in self.given:
            return [], []
        with self._at("labels"):
            return self.book.labels_in(self.given["labels"])
        return [], []

    def _channels(self, scheduled: bool) -> tuple[Any, ...]:
        if "channels" in self.given:
            with self._at("channels"):
                return self.book.channels_in(self.given["channels"])
        elif scheduled:
            self.problems.append(("channels", _("No channel is named: write at least one, or make it a draft.")))
        return ()

    def _media(self) -> Files:
        alts = BETWEEN_ALTS.split(self.given.get("alt text", ""))
        found = self._assets(MEDIA)
        return tuple(Used(asset, alts[place] if place < len(alts) else "") for place, asset in enumerate(found))

    def _assets(self, key: str) -> list[Asset]:
        if key in self.given:
            with self._at(key):
                return self.book.assets_in(self.given[key])
        return []

    # -- what a network gets of its own -----------------------------------------------------------------------------------

    def _own(self, network: str) -> Own:
        files = self._assets(f"{MEDIA}:{network}")
        thread = BETWEEN_PARTS.split(self.given.get(f"{THREAD}:{network}", ""))
        return Own(
            text=self.given.get(f"{TEXT}:{network}"),
            thread=tuple(part.strip() for part in thread if part.strip()),
            media=tuple(map(Used, files)) if files else None,
            options=different(network, self._options(network)),
        )

    def _options(self, network: str) -> dict[str, Any]:
        found = {}
        for option in connector(network).options:
            key = f"{network}:{option.name}"
            if key in self.given:
                with self._at(key):
                    found[option.name] = self._value(option, self.given[key])
        return found

    def _value(self, option: Option, cell: str) -> Any:
        match option:
            case Choice():
                return _chosen(option, cell)
            case Flag():
                return _yes(option, cell)
            case Number():
                return _whole(option, cell)
            case Texts():
                return parts(cell)
            case File():
                return str(self.book.asset(cell).pk)
        return cell


def _chosen(option: Choice, cell: str) -> str:
    for value, label in option.values:
        if cell.casefold() in (value.casefold(), str(label).casefold()):
            return value
    known = ", ".join(value for value, _label in option.values if value)
    raise Problem(_("%(label)s: %(cell)s is not known, write one of %(known)s.") % _named(option, cell, known))


def _yes(option: Flag, cell: str) -> bool:
    if cell.casefold() in (*YES, *NO):
        return cell.casefold() in YES
    raise Problem(_("%(label)s: write yes or no, not %(cell)s.") % _named(option, cell))


def _whole(option: Number, cell: str) -> int:
    try:
        return int(cell)
    except ValueError as error:
        raise Problem(_("%(label)s: %(cell)s is no whole number.") % _named(option, cell)) from error


def _named(option: Option, cell: str, known: str = "") -> dict[str, str]:
    return {"label": _(option.label), "cell": cell[:100], "known": known}


# -- what the networks say ------------------------------------------------------------------------------------------------


def _check(found: Reading, book: Book) -> None:
    """As the composer checks: what keeps a scheduled post back is a problem, for a draft it is worth a note."""
    post = imagined(found.draft, book.workspace)
    if checking.is_blank(post):
        found.problems.append(("text", _("The line says nothing: write a text, or name a file.")))
        return
    checks = [checking.check(post, channel) for channel in found.draft.channels]
    said = [(_column(slot, book), text) for slot, texts in checking.by_slot(checks).items() for text in texts]
    (found.problems if found.scheduled else found.notes).extend(said)
    found.notes.extend((MEDIA, note) for note in dict.fromkeys(note for check in checks for note in check.notes))


def _column(slot: str, book: Book) -> str:
    """The column for a place in the composer's form."""
    network, hyphen, rest = slot.partition("-")
    if not hyphen or network not in book.networks:
        return SLOTS.get(slot, slot)
    return f"{network}:{rest.removeprefix(OPTION)}" if rest.startswith(OPTION) else f"{rest}:{network}"
