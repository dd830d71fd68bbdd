"""Whom a Page's post is for: `targeting` hides it from everybody else, `feed_targeting` only prefers in the news feed.

https://developers.facebook.com/docs/graph-api/reference/page/feed
"""

from collections.abc import Iterator
from typing import Any

from connectors.data import Problem, Targeting
from connectors.words import _

AGES = (13, 15, 18, 21, 25)  # the only ones at which `targeting` can bar
YOUNGEST, OLDEST = 13, 65
GENDERS = {"male": 1, "female": 2}

# Keys of the search `type=adlocale`, which wants access to an ad account and so cannot be asked here. Unconfirmed: taken from
# published lists, where the keys above 1000 stand for all variants of a language.
LOCALES = {
    "ar": "28", "bn": "45", "de": "5", "en": "1001", "en-gb": "24", "en-us": "6", "es": "1002", "fil": "26", "fr": "1003",
    "hi": "46", "id": "25", "it": "10", "ja": "11", "ko": "12", "ms": "41", "nl": "14", "pl": "15", "pt": "1005", "ru": "17",
    "th": "35", "tr": "19", "vi": "27", "zh": "1004",
}  # fmt: skip


def targeting_fields(targeting: Targeting) -> dict[str, dict[str, Any]]:
    """The form fields `targeting` and `feed_targeting`; none for an empty audience. In a form each is sent as JSON.

    Ages above 25 can only be preferred: the bar is then 25. Genders and an upper age exist in `feed_targeting` alone.
    """
    shared = _without_empty(geo_locations=_places(targeting), locales=_locales(targeting))
    hard = shared | _without_empty(age_min=_bar(targeting.age_min))
    soft = shared | _without_empty(
        age_min=targeting.age_min,
        age_max=targeting.age_max,
        genders=[GENDERS[gender] for gender in targeting.genders if gender in GENDERS],
    )
    return _without_empty(targeting=hard, feed_targeting=soft)


def targeting_problems(targeting: Targeting) -> Iterator[Problem]:
    """What Facebook cannot express, or not as it is written."""
    if unknown := [language for language in targeting.languages if not _locale(language)]:
        yield Problem(
            "targeting",
            _("Facebook cannot aim at the language %(unknown)s: take it out of the audience.")
            % {"unknown": ", ".join(unknown)},
        )
    if named := [place for place in (*targeting.regions, *targeting.cities) if not place.isdigit()]:
        yield Problem(
            "targeting",
            _("Facebook knows places by number, not as \u201c%(named)s\u201d: enter its key.") % {"named": named[0]},
        )
    youngest, oldest = targeting.age_min, targeting.age_max
    if youngest and youngest < AGES[-1] and youngest not in AGES:
        yield Problem(
            "targeting", _("Facebook can bar younger people only at 13, 15, 18, 21 or 25 years: choose one of these.")
        )
    if oldest and not max(youngest, YOUNGEST) <= oldest <= OLDEST:
        yield Problem(
            "targeting",
            _("The highest age must lie between %(youngest)s and %(oldest)s: correct it.")
            % {"youngest": max(youngest, YOUNGEST), "oldest": OLDEST},
        )
    if youngest > OLDEST:
        yield Problem("targeting", _("The lowest age must not lie above %(oldest)s: correct it.") % {"oldest": OLDEST})


def _places(targeting: Targeting) -> dict[str, Any]:
    return _without_empty(
        countries=[country.upper() for country in targeting.countries],
        regions=[{"key": key} for key in targeting.regions],
        cities=[{"key": key} for key in targeting.cities],
    )


def _locales(targeting: Targeting) -> list[str]:
    return list(dict.fromkeys(key for language in targeting.languages if (key := _locale(language))))


def _locale(language: str) -> str:
    tag = language.lower().replace("_", "-")
    return LOCALES.get(tag) or LOCALES.get(tag.split("-")[0], "")


def _bar(age: int) -> int:
    return max((bar for bar in AGES if bar <= age), default=0)


def _without_empty(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}
