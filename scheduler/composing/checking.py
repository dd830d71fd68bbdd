"""What the composer says while somebody types: does it fit, what is missing and where, how will it look.

Every number and sentence comes from the connectors, through `scheduler.compose`; a slot is the name of a place in the form.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Channel
from connectors import captions, connector
from connectors.data import GIF, H264, Limits, Problem
from connectors.problems import KINDS
from scheduler.compose import Need, Wording, file_ids, judged, wording
from scheduler.composing.forms import OPTION
from scheduler.library import covering
from scheduler.library.fitting.plan import Profile, crops, inner
from scheduler.models import Asset, Audience, Post
from scheduler.plans import utm

SHARED = ("link", "first_comment")
NEAR = 0.9  # from here on a count is shown as nearly full


Known = Mapping[Any, Asset] | None


@dataclass(frozen=True)
class Count:
    """How long a text is, as its network counts it."""

    length: int
    limit: int
    unit: str

    @property
    def left(self) -> int:
        return self.limit - self.length

    @property
    def tone(self) -> str:
        return "over" if self.left < 0 else "near" if self.length >= NEAR * self.limit else ""


@dataclass(frozen=True)
class Check:
    """One channel's verdict: the count of its text, its problems as pairs of slot and sentence, and the files that are
    brought into its limits: in sentences, and those whose shape changes by their ids."""

    channel: Channel
    audience: Audience | None
    wording: Wording
    count: Count
    problems: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()
    shaped: frozenset[UUID] = frozenset()
    profiles: Mapping[UUID, Profile] = field(default_factory=dict)

    @property
    def fits(self) -> bool:
        return not self.problems


def check(post: Post, channel: Channel, audience: Audience | None = None, known: Known = None) -> Check:
    """Everything that the connector has to say about `post` on `channel`. `known`: files that are at hand, see `files_of`."""
    said = wording(post, channel, audience)
    verdict = judged(post, channel, audience, known=known)
    return Check(
        channel,
        audience,
        said,
        count(channel.network, said.text, verdict.limits),
        problems=tuple((slot(post, channel.network, one), str(one)) for one in verdict.problems),
        notes=(*(note(channel.network, change) for change in verdict.changes), *_about_videos(channel.network, said)),
        shaped=frozenset(asset.pk for asset, profile in verdict.changes if profile.fit),
        profiles={asset.pk: profile for asset, profile in reversed(verdict.changes)},
    )


def files_of(post: Post, places: Iterable[tuple[Channel, Audience | None]]) -> dict[Any, Asset]:
    """Every file that the post has in these places, its covers and captions too: one query for all checks and previews."""
    own = {use.asset_id: use.asset for use in post.media.all()}
    wanted = set[UUID]()
    for channel, audience in places:
        said = wording(post, channel, audience)
        wanted |= set(file_ids(channel.network, {"media": said.media, "options": said.options}))
        wanted |= {UUID(one["cover"]) for one in said.media if covering.is_picture(one.get("cover", ""))}
    missing = wanted - own.keys()
    return own | (post.workspace.assets.in_bulk(missing) if missing else {})


def _about_videos(network: str, said: Wording) -> Iterator[str]:
    yield from _about_cover(network, said)
    yield from _about_captions(network, said)


def _about_cover(network: str, said: Wording) -> Iterator[str]:
    """Where the cover that was chosen is not taken."""
    found = connector(network)
    cover = said.media[0].get("cover", "") if len(said.media) == 1 else ""
    if not cover or covering.option_for(found, said.options, cover):
        return
    if covering.option_for(found, said.options, "-") and not covering.is_picture(cover):
        yield _("%(network)s takes a picture as cover, not a moment of the video: choose one to have it there too.") % {
            "network": found.name
        }
    elif covering.option_for(found, said.options, "0"):
        yield _("%(network)s takes a moment of the video as cover, not a picture.") % {"network": found.name}
    else:
        yield _("%(network)s chooses the cover of a video itself.") % {"network": found.name}


def _about_captions(network: str, said: Wording) -> Iterator[str]:
    """Where the captions that were chosen are not taken."""
    found = connector(network)
    if any(one.get("captions") for one in said.media) and not captions.taken(found.options):
        yield _("%(network)s takes no captions: the video goes there without them.") % {"network": found.name}


def note(network: str, change: Need) -> str:
    """What happens to a file before it goes to a network."""
    asset, _profile = change
    *first, last = _what_happens(change)
    what = _("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last} if first else last
    return _("%(name)s is %(what)s for %(network)s.") % {"name": asset.name, "what": what, "network": connector(network).name}


def _what_happens(change: Need) -> Iterator[str]:
    asset, profile = change
    recoded = profile.is_video and asset.codec not in ("", H264)
    drawn = inner(asset.width, asset.height, profile)[0] if asset.width and profile.width else asset.width
    if asset.mime_type == GIF:
        yield _("made a still picture")
    elif profile.mime_type != asset.mime_type:
        yield _("converted to %(format)s") % {"format": KINDS[profile.mime_type]}
    elif recoded:
        yield _("converted to H.264")
    if profile.fit:
        yield _("cropped") if crops(profile.fit) else _("given borders")
    if drawn > asset.width:
        yield _("enlarged")
    elif drawn < asset.width - 2 or asset.size > (profile.max_bytes or asset.size):
        yield _("made smaller")
    elif asset.mime_type == profile.mime_type and not recoded and not profile.fit:
        yield _("made anew")


def parts(network: str, thread: Iterable[str], values: utm.Values = MappingProxyType({})) -> tuple[Count, ...]:
    """The counts of a thread's parts as they will be sent, with the campaign's `values` in their links."""
    return tuple(count(network, utm.in_text(text, values)) for text in thread)


def count(network: str, text: str, limits: Limits | None = None) -> Count:
    """As the network counts it. `limits`: those of the post, where the network's kinds of posts differ."""
    found = connector(network)
    limits = limits or found.limits
    return Count(found.checker().length(text), limits.text, limits.unit)


def slot(post: Post, network: str, problem: Problem) -> str:
    """The place in the form at which a connector's problem belongs: the network's own text or media, else the post's."""
    if problem.field in SHARED:
        return problem.field
    if problem.field in ("text", "media"):
        own = any(one.network == network and getattr(one, problem.field) is not None for one in post.variants.all())
        return f"{network}-{problem.field}" if own else problem.field
    if problem.field == "thread":
        return f"{network}-thread"
    if any(option.name == problem.field for option in connector(network).options):
        return f"{network}-{OPTION}{problem.field}"
    return "channels"


def by_slot(checks: Sequence[Check]) -> dict[str, list[str]]:
    """All problems by their places, each sentence once."""
    found: dict[str, list[str]] = {}
    for one in checks:
        for place, sentence in one.problems:
            if sentence not in found.setdefault(place, []):
                found[place].append(sentence)
    return found


def is_blank(post: Post) -> bool:
    """Nobody has said anything yet: too early to complain."""
    return not (post.text.strip() or post.link or post.media.all() or any(one.text for one in post.variants.all()))
