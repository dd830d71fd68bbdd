"""Names of countries (ISO 3166, as the tz database lists them) and of languages (those that Django can name)."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from django.conf.locale import LANG_INFO
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

MORE = {"zh": gettext_lazy("Chinese"), "fil": gettext_lazy("Filipino")}  # what Django knows only with a script, or not
TAG = re.compile(r"([a-z]{2,3})(-[a-z]{4})?(-[a-z]{2}|-\d{3})?", re.IGNORECASE)


@cache
def countries() -> dict[str, str]:
    """Names by code (ISO 3166 alpha-2), in the order of the names."""
    lines = files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return dict(sorted(((code, name) for code, name in rows), key=lambda row: row[1]))


def country_name(code: str) -> str:
    """The country's name; its code when nobody knows it."""
    return countries().get(code.upper(), code)


def language_name(tag: str) -> str:
    """The language's name in the reader's own, with the region where the tag has one: Portuguese (BR)."""
    whole, (language, *more) = tag.lower(), tag.split("-", 1)
    if whole in LANG_INFO:
        return str(get_language_info(whole)["name_translated"])
    found = str(get_language_info(language)["name_translated"]) if language in LANG_INFO else str(MORE.get(language, tag))
    return f"{found} ({more[0]})" if more else found


def country(said: str) -> str:
    """The code of a country that somebody typed by name or code. Raises ValueError with a sentence."""
    code = said.strip().upper()
    if code in countries():
        return code
    names = {name.lower(): code for code, name in countries().items()}
    return _found(said, names, _("There is no country “%(said)s”."))


def language(said: str) -> str:
    """The BCP 47 tag of a language that somebody typed by name or tag. Raises ValueError with a sentence."""
    tag = TAG.fullmatch(said.strip().replace("_", "-"))
    if tag is None or tag[1].lower() not in _primary():
        tag = TAG.fullmatch(_found(said, _language_names(), _("There is no language “%(said)s”.")))
    assert tag
    return _tidy(*tag.groups())


def languages() -> list[tuple[str, str]]:
    """Pairs of tag and name of the languages that can be named, in the order of the alphabet."""
    codes = [code for code, about in LANG_INFO.items() if "name" in about and TAG.fullmatch(code)]
    return sorted(((code, language_name(code)) for code in codes), key=lambda pair: pair[1])


@cache
def _primary() -> frozenset[str]:
    return frozenset({code.split("-")[0] for code in LANG_INFO} | set(MORE))


def _tidy(language: str, script: str | None, region: str | None) -> str:
    """As BCP 47 writes it: zh-Hant-TW."""
    return language.lower() + (script or "").title() + (region or "").upper()


def _language_names() -> dict[str, str]:
    codes = [code for code, about in LANG_INFO.items() if "name" in about and TAG.fullmatch(code)]
    names = {str(get_language_info(code)[kind]).lower(): code for code in codes for kind in ("name", "name_local")}
    return names | {language_name(code).lower(): code for code in [*codes, *MORE]}


def _found(said: str, names: dict[str, str], unknown: str) -> str:
    wanted = said.strip().lower()
    if wanted in names:
        return names[wanted]
    near = get_close_matches(wanted, names, n=1, cutoff=0.75)
    hint = " " + _("Do you mean %(name)s?") % {"name": near[0].title()} if near else ""
    raise ValueError(unknown % {"said": said.strip()} + hint)


def listed(words: Iterable[str], most: int = 0) -> str:
    """Words with commas; beyond `most` only their number."""
    found = list(words)
    shown = ", ".join(found[:most] if most else found)
    more = len(found) - most
    return _("%(some)s and %(n)d more") % {"some": shown, "n": more} if most and more > 0 else shown
