"""Whom Polar Fizz speaks to, and one post that says something to each: ice cold here, warm as a summer day there."""

from dataclasses import dataclass
from datetime import date, time

from django.utils import timezone

from accounts.models import Workspace
from scheduler.composing.drafting import Draft, save
from scheduler.composing.fields import Used
from scheduler.models import Audience, Post
from scheduler.targeting import tailoring
from scheduler.targeting.tailoring import Told
from smo.demo import words
from smo.demo.words import COLD, COLD_ES, FACEBOOK, HOT, HOT_ES, POLAND, X
from smo.demo.workspace import Cast

BLUESKY, MASTODON = "bluesky", "mastodon"
MIDSUMMER = (6, 15)  # in the north; six months later the same matrix speaks to the other half of the world


@dataclass(frozen=True)
class People:
    """An audience; `own` is the network on which Polar Fizz has a channel for them alone."""

    countries: str
    languages: tuple[str, ...]
    climate: str
    zone: str
    own: str = ""


PEOPLE = {
    HOT: People("AE AU EG IN SG US ZA", ("en",), Audience.Climate.HOT, "Asia/Dubai"),
    COLD: People("CA GB IE IS NO NZ SE US", ("en",), Audience.Climate.COLD, "Europe/Oslo"),
    HOT_ES: People("AR CL CO ES MX", ("es",), Audience.Climate.HOT, "Europe/Madrid"),
    COLD_ES: People("AR CL ES", ("es",), Audience.Climate.COLD, "America/Santiago"),
    POLAND: People("PL", ("pl",), Audience.Climate.ANY, "Europe/Warsaw", own=MASTODON),
}


@dataclass(frozen=True)
class Line:
    """What an audience is told, with which picture, at what time on its clocks, on which networks."""

    text: str
    picture: str
    at: time
    on: tuple[str, ...] = (FACEBOOK,)


TEXT = "Two climates, one bottle: ice cold where it is hot, warm as a summer day where it is cold."
LINES = {
    HOT: Line("34 °C outside. 3 °C in the bottle. Ice cold, as long as it lasts. 🧊", "beach", time(9), (FACEBOOK, X)),
    COLD: Line(
        "Frost on the window, July in the glass: it warms like a summer day. 🔥", "fireside", time(9), (FACEBOOK, BLUESKY)
    ),
    HOT_ES: Line("34 grados fuera. 3 en la botella. Helada, mientras dure. 🧊", "beach", time(9), (FACEBOOK, X)),
    COLD_ES: Line("Escarcha en la ventana, enero en el vaso: calienta como un día de verano. 🔥", "snow-window", time(18, 30)),
    POLAND: Line(
        "Lodowata, kiedy praży. Grzeje jak letni dzień, kiedy mrozi. Jaka jest dziś u Ciebie? 🧊🔥",
        "hot-and-cold", time(7, 30), (FACEBOOK, MASTODON),
    ),
}  # fmt: skip


def found(cast: Cast) -> dict[str, Audience]:
    """The audiences, made."""
    return {name: _made(cast, cast.workspace, name, people) for name, people in PEOPLE.items()}


def _made(cast: Cast, workspace: Workspace, name: str, people: People) -> Audience:
    audience = Audience.objects.create(
        workspace=workspace,
        name=name,
        countries=people.countries.split(),
        languages=list(people.languages),
        climate=people.climate,
        time_zone=people.zone,
    )
    if people.own:
        audience.channels.add(cast.channels[people.own])
    return audience


def tailor(cast: Cast) -> Post:
    """The draft with its matrix, for the next midsummer's day; choose a day in December, and the hemispheres flip."""
    picture = cast.assets["hot-and-cold"]
    draft = Draft(text=TEXT, campaign=cast.campaigns[words.ICE_COLD], media=(Used(picture, picture.alt),))
    post, by = save(draft, cast.marketer), cast.marketer
    tailoring.choose_day(post, next_midsummer(timezone.now().date()), by)
    for name, line in LINES.items():
        told = Told(line.text, (cast.assets[line.picture],), line.at)
        tailoring.tell_audience(post, cast.audiences[name], [cast.channels[network] for network in line.on], told, by)
    return post


def next_midsummer(today: date) -> date:
    """The one to come."""
    this = date(today.year, *MIDSUMMER)
    return this if this > today else this.replace(year=today.year + 1)
