"""Organic targeting of Page posts: `targeting` hides the post from others, `feed_targeting` is a preference of the news feed.
https://developers.facebook.com/docs/graph-api/reference/page/feed#targeting"""

from __future__ import annotations

import re
from typing import Any

from sandbox.facebook.call import Call
from sandbox.facebook.errors import GraphError, invalid

HARD = {"geo_locations", "locales", "age_min", "timezones"} | {
    f"excluded_{w}" for w in ("countries", "regions", "cities", "zipcodes")
}
SOFT = {
    *("geo_locations", "locales", "age_min", "age_max", "genders", "college_years", "education_statuses"),
    *("relationship_statuses", "interests"),
}
PLACES = {"countries", "regions", "cities", "zips"}
AGES = {13, 15, 18, 21, 25}
US_STATES = range(3843, 3894)  # the ad-geolocation keys from Alabama to Wyoming
COUNTRY = re.compile(r"[A-Z]{2}")


def read(call: Call) -> dict[str, Any]:
    """`targeting` and `feed_targeting` as they were given, checked; absent ones are left out."""
    found: dict[str, Any] = {}
    for name, keys in (("targeting", HARD), ("feed_targeting", SOFT)):
        given = call.object(name)
        if given:
            _check(name, given, keys)
            found[name] = given
    return found


def _check(name: str, given: dict[str, Any], keys: set[str]) -> None:
    if unknown := set(given) - keys:
        raise invalid(f"Param {name} contains fields that can't be used here: {', '.join(sorted(unknown))}")
    if "geo_locations" in given:
        _check_places(name, given["geo_locations"])
    if not isinstance(given.get("locales", []), list) or not all(str(key).isdigit() for key in given.get("locales", [])):
        raise invalid(f"Param {name}[locales] must be a list of locale keys")
    _check_people(name, given)


def _check_people(name: str, given: dict[str, Any]) -> None:
    age_min, age_max = (_age(name, given, key) for key in ("age_min", "age_max"))
    if name == "targeting" and age_min is not None and age_min not in AGES:
        raise invalid(f"Param targeting[age_min] must be one of {{{', '.join(map(str, sorted(AGES)))}}}")
    if (age_min or 13) < 13 or (age_max or 65) > 65 or (age_min or 13) > (age_max or 65):
        raise invalid(f"Param {name} must have ages between 13 and 65, the lower one first")
    genders = given.get("genders", [])
    if not isinstance(genders, list) or any(str(gender) not in ("1", "2") for gender in genders):
        raise invalid(f"Param {name}[genders] must be a list of 1 and 2")


def _age(name: str, given: dict[str, Any], key: str) -> int | None:
    value = given.get(key)
    if value is not None and not str(value).isdigit():
        raise invalid(f"Param {name}[{key}] must be an integer")
    return None if value is None else int(value)


def _check_places(name: str, places: Any) -> None:
    if not isinstance(places, dict) or set(places) - PLACES or not all(isinstance(list_, list) for list_ in places.values()):
        raise invalid(f"Param {name}[geo_locations] must be an object with lists of {', '.join(sorted(PLACES))}")
    countries = places.get("countries", [])
    if not all(isinstance(country, str) and COUNTRY.fullmatch(country) for country in countries):
        raise invalid(f"Param {name}[geo_locations][countries] must be ISO 3166 codes of two capital letters")
    for kind in PLACES - {"countries"}:
        for place in places.get(kind, []):
            _check_place(name, kind, place, countries)


def _check_place(name: str, kind: str, place: Any, countries: list[str]) -> None:
    if not isinstance(place, dict) or not place.get("key"):
        raise invalid(f"Param {name}[geo_locations][{kind}] must be a list of objects with a key")
    if _country(kind, place) in countries:
        raise GraphError(
            100,
            "(#100) Invalid parameter",
            title="Locations overlap",
            advice="Some of your locations overlap: a country can't be combined with a place inside it. Remove one of them.",
        )


def _country(kind: str, place: dict[str, Any]) -> str:
    """The country of a region, city or postcode as far as the key tells it."""
    key = str(place["key"])
    if kind == "zips":
        return key.partition(":")[0]
    if kind == "regions" and key.isdigit() and int(key) in US_STATES:
        return "US"
    return str(place.get("country", ""))
