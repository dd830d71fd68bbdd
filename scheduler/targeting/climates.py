"""Where it is hot, mild or cold in a month. Data and their source: data/climates.csv here; bounds: thresholds.csv."""

import csv
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


def climate_of(country: str, month: int) -> str:
    """`hot`, `mild` or `cold`: a country (ISO 3166 alpha-2) in a month (1 to 12). Empty for a country without data."""
    degrees = temperatures().get(country.upper())
    return "" if degrees is None else next(name for name, least in thresholds() if degrees[month - 1] >= least)


def known(country: str) -> bool:
    """Whether there are data for the country."""
    return country.upper() in temperatures()


def having(climate: str, month: int, among: Iterable[str] = ()) -> tuple[str, ...]:
    """The countries that have the climate in the month: of `among`, or of all there are data for when that is empty."""
    return tuple(country for country in tuple(among) or temperatures() if climate_of(country, month) == climate)


@cache
def temperatures() -> dict[str, tuple[int, ...]]:
    """By country the mean temperatures from January to December, degrees C."""
    return {row["country"]: tuple(int(row[str(month)]) for month in range(1, 13)) for row in _rows("climates.csv")}


@cache
def thresholds() -> tuple[tuple[str, float], ...]:
    """(climate, the mean temperature from which on it is so), the hottest first."""
    found = [(row["climate"], float(row["from"] or "-inf")) for row in _rows("thresholds.csv")]
    return tuple(sorted(found, key=lambda one: -one[1]))


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(newline="") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))
