"""An audience in words: who they are, and through the year the places where they are."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from scheduler.models import Audience
from scheduler.targeting import climates
from scheduler.targeting.places import country_name, language_name, listed

SOME = 6  # places that are named; the others are counted


@dataclass(frozen=True)
class Month:
    """A month of an audience with a climate: the countries where it is so."""

    name: str
    short: str
    countries: tuple[str, ...]
    is_now: bool

    @property
    def where(self) -> str:
        return named(self.countries) if self.countries else _("nowhere")


def year_of(audience: Audience, now: int) -> list[Month]:
    """Twelve months, for an audience with a climate; `now` is the number of this one. Empty for any climate."""
    if not audience.climate:
        return []
    days = [date(2024, number, 1) for number in range(1, 13)]
    return [
        Month(
            date_format(day, "F"),
            date_format(day, "M"),
            climates.having(audience.climate, day.month, audience.countries),
            day.month == now,
        )
        for day in days
    ]


def named(countries: tuple[str, ...] | list[str], most: int = SOME) -> str:
    """Countries by name, and how many more there are."""
    return listed((country_name(code) for code in countries), most)


def facts(audience: Audience) -> Iterator[str]:
    """Whom it is for, in short words: places, languages, ages, genders."""
    yield named(audience.countries) if audience.countries else _("all countries")
    if audience.regions or audience.cities:
        yield listed([*audience.regions, *audience.cities], SOME)
    if audience.languages:
        yield listed(language_name(tag) for tag in audience.languages)
    if audience.age_min or audience.age_max:
        yield ages(audience.age_min, audience.age_max)
    if len(audience.genders) == 1:
        yield _("women") if audience.genders == ["female"] else _("men")


def ages(youngest: int, oldest: int) -> str:
    """A range of ages; 0 is open."""
    if not oldest:
        return _("from %(age)d years") % {"age": youngest}
    if not youngest:
        return _("up to %(age)d years") % {"age": oldest}
    return _("%(from)d to %(to)d years") % {"from": youngest, "to": oldest}
