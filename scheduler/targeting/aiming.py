"""Whom an audience stands for at a moment: where its climate is changes with the month, and hemispheres differ."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from connectors.data import Problem
from scheduler.models import Audience, Publication
from scheduler.targeting import climates


def targeting(audience: Audience | None, when: datetime | None = None) -> dict[str, Any]:
    """An audience as the fields of connectors.data.Targeting, as it is at `when` (default: now); empty without one."""
    if audience is None:
        return {}
    names = ("regions", "cities", "languages", "genders", "age_min", "age_max")
    found = {name: getattr(audience, name) for name in names} | {"countries": list(places(audience, when))}
    return {name: value for name, value in found.items() if value}


def places(audience: Audience, when: datetime | None = None) -> tuple[str, ...]:
    """The countries that an audience stands for at `when` (default: now). Empty without a climate: no limit."""
    if not audience.climate:
        return tuple(audience.countries)
    month = (when or timezone.now()).astimezone(audience.zone).month
    return climates.having(audience.climate, month, audience.countries)


def is_nobody(audience: Audience | None, when: datetime | None = None) -> bool:
    """Whether none of the audience's countries has its climate at `when`: what is sent then must not go to everybody."""
    return audience is not None and bool(audience.climate) and not places(audience, when)


def nobody(audience: Audience, when: datetime | None = None) -> Problem:
    """What to say then."""
    month = date_format((when or timezone.now()).astimezone(audience.zone), "F")
    values = {"month": month, "climate": audience.get_climate_display(), "name": audience.name}
    text = _("%(name)s: in %(month)s it is %(climate)s in none of its countries. Choose another day or take the audience out.")
    return Problem("targeting", text % values)


def aimed_anew(publication: Publication, when: datetime) -> dict[str, Any]:
    """The frozen content for another time: only the countries that have the audience's climate then may differ."""
    audience, content = publication.audience, dict(publication.content)
    if audience and audience.climate and content.get("targeting"):
        content["targeting"] = targeting(audience, when)
    return content
