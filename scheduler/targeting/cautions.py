"""What to think about before a post for several audiences goes out: gaps, people reached twice, texts that contradict."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from connectors.data import Targeting
from scheduler.models import Audience
from scheduler.targeting.described import named
from scheduler.targeting.matrix import Cell, Matrix, Row
from scheduler.targeting.places import language_name, listed

OLD = 200


@dataclass(frozen=True)
class Caution:
    """A sentence for the user. `kind`: nobody, gap, untranslated, contradiction, several or twice."""

    kind: str
    text: str


def cautions(found: Matrix, audiences: Iterable[Audience]) -> list[Caution]:
    """Everything about a matrix that its author may have overlooked. `audiences`: all of the workspace."""
    if not found.rows:
        return []
    return [*_nobody(found), *_gaps(found, audiences), *_untranslated(found), *_on_one_page(found)]


# -- whom it does not reach -----------------------------------------------------------------------------------------------


def _nobody(found: Matrix) -> Iterator[Caution]:
    for row in found.rows:
        if row.audience and row.nobody:
            when = next((cell.moment.at for cell in row.filled if cell.moment.at), found.post.planned_for)
            month = date_format(when.astimezone(row.audience.zone), "F") if when else _("this month")
            values = {"name": row.audience.name, "month": month, "climate": row.audience.get_climate_display()}
            text = _("Nobody is reached with %(name)s: in %(month)s it is %(climate)s in none of its countries.")
            yield Caution("nobody", text % values)


def _gaps(found: Matrix, audiences: Iterable[Audience]) -> Iterator[Caution]:
    """Languages that some audience of the workspace reads and no text of the post is for."""
    told = {tag for row in found.rows if row.audience and not row.nobody for tag in row.audience.languages}
    missing: dict[str, list[str]] = {}
    for audience in audiences:
        for tag in audience.languages:
            if not any(_same_language(tag, one) for one in told):
                missing.setdefault(tag, []).append(audience.name)
    for tag, names in missing.items():
        text = _("Nobody is told in %(language)s: there is no text for %(names)s.")
        yield Caution("gap", text % {"language": language_name(tag), "names": listed(names, 3)})


def _untranslated(found: Matrix) -> Iterator[Caution]:
    """One text for people who read different languages."""
    readers: dict[str, dict[str, Row]] = {}
    for row in found.rows:
        for cell in row.filled:
            if row.audience and row.audience.languages:
                readers.setdefault(cell.text, {})[row.audience.name] = row
    for rows in readers.values():
        audiences = [row.audience for row in rows.values() if row.audience]
        if len(audiences) > 1 and not _common_language(audiences):
            text = _("%(names)s get the same text but read different languages.")
            yield Caution("untranslated", text % {"names": _and([one.name for one in audiences])})


def _common_language(audiences: list[Audience]) -> bool:
    first, *others = audiences
    return any(all(any(_same_language(tag, one) for one in other.languages) for other in others) for tag in first.languages)


# -- whom it reaches more than once ---------------------------------------------------------------------------------------


def _on_one_page(found: Matrix) -> Iterator[Caution]:
    for place in range(len(found.channels)):
        cells = [row.cells[place] for row in found.rows if not row.nobody]
        there = [cell for cell in cells if cell]
        public = [cell for cell in there if not cell.reach.hides]
        if len(public) > 1:
            yield _all_public(public)
        for one, other in combinations(there, 2):
            if (one.reach.hides or other.reach.hides) and (text := _twice(one, other)):
                yield Caution("twice", text)


def _all_public(cells: list[Cell]) -> Caution:
    """Several posts on one page that everybody sees."""
    values = {"channel": _place(cells[0]), "names": _and([_name(cell) for cell in cells])}
    if any(_contradict(one, other) for one, other in combinations(cells, 2)):
        text = _(
            "%(channel)s shows everything to everybody: the texts for %(names)s contradict each other there. "
            "Keep one, or use channels of their own."
        )
        return Caution("contradiction", text % values)
    if len({cell.text for cell in cells}) == 1:
        return Caution("twice", _("Whoever follows %(channel)s sees the same text %(n)d times.") % {**values, "n": len(cells)})
    text = _("Whoever follows %(channel)s sees all of the texts for %(names)s.")
    return Caution("several", text % values)


def _contradict(one: Cell, other: Cell) -> bool:
    """Different texts for different climates: `ice cold` and `warms` on one page."""
    climates = {cell.audience.climate for cell in (one, other) if cell.audience and cell.audience.climate}
    return len(climates) > 1 and one.text != other.text


def _twice(one: Cell, other: Cell) -> str:
    """What to say of people who belong to two audiences on a channel; empty when there are none."""
    if not overlap(one.reach.targeting, other.reach.targeting):
        return ""
    both = sorted(set(one.reach.targeting.countries) & set(other.reach.targeting.countries))
    values = {"channel": _place(one), "names": _and([_name(one), _name(other)]), "where": named(both, 3)}
    if both:
        return _("%(names)s overlap in %(where)s: people there are reached twice on %(channel)s.") % values
    return _("%(names)s overlap: some people are reached twice on %(channel)s.") % values


def overlap(one: Targeting, other: Targeting) -> bool:
    """Whether somebody can belong to both. Without limits in some respect, everybody does; what cannot be told, may be."""
    languages = [_same_language(tag, another) for tag in one.languages for another in other.languages]
    genders = [gender in other.genders for gender in one.genders if other.genders]
    of_an_age = max(one.age_min, other.age_min) <= min(one.age_max or OLD, other.age_max or OLD)
    return of_an_age and _meet_somewhere(one, other) and all(any(found) for found in (languages, genders) if found)


def _meet_somewhere(one: Targeting, other: Targeting) -> bool:
    kinds = [(one.countries, other.countries), (one.regions, other.regions), (one.cities, other.cities)]
    if not any(here for here, _there in kinds) or not any(there for _here, there in kinds):
        return True
    if any(set(here) & set(there) for here, there in kinds):
        return True
    return bool(one.countries and (other.regions or other.cities)) or bool(other.countries and (one.regions or one.cities))


def _same_language(one: str, other: str) -> bool:
    """A language without a region takes in all of its regions."""
    return one == other or one.startswith(f"{other}-") or other.startswith(f"{one}-")


def _name(cell: Cell) -> str:
    return cell.audience.name if cell.audience else _("Everybody")


def _place(cell: Cell) -> str:
    return f"{cell.channel.name} ({cell.channel.network_name})"


def _and(names: list[str]) -> str:
    *first, last = names
    return _("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last} if first else last
