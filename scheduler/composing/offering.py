"""What one click can do about a problem: each fix with the fields that it changes, found by asking the connector again.

Nothing here knows a network's numbers: a change is offered when the connector has less to say against its result.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Channel
from connectors import connector
from connectors.base import Connector
from connectors.data import Outgoing
from connectors.options import Text
from scheduler.compose import Wording, linked
from scheduler.composing import fixing
from scheduler.composing.forms import OPTION
from scheduler.models import Asset, Post, Variant


@dataclass(frozen=True)
class Fix:
    """A button at `slot`. `fields`: the form's fields with their new values. `files`: which files a list of media keeps."""

    slot: str
    label: str
    fields: Mapping[str, str | list[str]] = field(default_factory=dict)
    files: Mapping[str, Any] = field(default_factory=dict)

    @property
    def data(self) -> str:
        """For the page's script."""
        return json.dumps({"fields": dict(self.fields), "files": dict(self.files)}, ensure_ascii=False)


@dataclass(frozen=True)
class Case:
    """One network's view of a post. `alone`: no other network is chosen, so that the original may change for it."""

    post: Post
    channel: Channel
    said: Wording
    alone: bool

    @cached_property
    def network(self) -> Connector:
        return connector(self.channel.network).checker()

    @property
    def slug(self) -> str:
        return self.channel.network

    @cached_property
    def variant(self) -> Variant | None:
        return next((one for one in self.post.variants.all() if one.network == self.slug and not one.channel_id), None)

    @property
    def own(self) -> bool:
        return self.variant is not None and self.variant.text is not None

    @property
    def text(self) -> str:
        """What was typed for this network, without the link."""
        return str(self.variant.text) if self.variant and self.variant.text is not None else self.post.text

    @property
    def slot(self) -> str:
        return f"{self.slug}-text" if self.own else "text"

    def fits(self, text: str) -> bool:
        """Whether the network takes a text of this length, with the link."""
        return self.plain_fits(linked(self.slug, text, self.post.link))

    def plain_fits(self, text: str) -> bool:
        return self.network.length(text) <= self.network.limits.text

    def complaints(self, text: str) -> int:
        """How many things the connector has to say about a text, its length aside."""
        whole = linked(self.slug, text, self.post.link)
        found = self.network.problems(Outgoing(key="", text=whole, options=self._options))
        return sum(problem.field == "text" for problem in found) - (not self.plain_fits(whole))

    @property
    def _options(self) -> dict[str, Any]:
        return dict(self.said.options)

    def changed(self, text: str) -> dict[str, str | list[str]]:
        """The fields that make `text` what this network gets, and nobody else if others are there."""
        if self.alone and not self.own:
            return {"text": text}
        return {f"{self.slug}-own": "1", f"{self.slug}-text": text}


def offers(case: Case) -> Iterator[Fix]:
    """Everything that one click can mend for this network."""
    yield from _length(case)
    yield from _signs(case)
    yield from _thread(case)
    yield from _comment(case)
    yield from _options(case)
    yield from _files(case)


def _for(case: Case, label: str) -> str:
    """With the network's name, where several are chosen."""
    return label if case.alone or case.own else _("%(what)s for %(network)s") % {"what": label, "network": case.network.name}


def _shorten(limit: int) -> str:
    return _("Shorten to %(limit)s") % {"limit": limit}


def _length(case: Case) -> Iterator[Fix]:
    if case.fits(case.text):
        return
    limits = case.network.limits
    yield Fix(case.slot, _for(case, _shorten(limits.text)), case.changed(fixing.shorten(case.text, case.fits)))
    first, *rest = fixing.split(case.text, case.plain_fits, case.fits) or [""]
    thread = [*rest, *case.said.thread]
    if rest and len(thread) < limits.thread_parts and all(map(case.plain_fits, rest)):
        own: dict[str, str | list[str]] = {f"{case.slug}-own": "1", f"{case.slug}-text": first, f"{case.slug}-thread": thread}
        label = _("Split into a thread of %(count)s") % {"count": len(thread) + 1}
        yield Fix(case.slot, _for(case, label), own)


def _signs(case: Case) -> Iterator[Fix]:
    """Too many tags or mentions, or characters that nobody sees."""
    if not (before := case.complaints(case.text)):
        return
    clean = fixing.visible(case.text)
    if clean != case.text and case.complaints(clean) < before:
        yield Fix(case.slot, _for(case, _("Remove invisible characters")), case.changed(clean))
    for pattern, fewer, named in _KINDS:
        found = len(pattern.findall(case.text))
        if count := next((n for n in range(1, found + 1) if case.complaints(fewer(case.text, n)) < before), 0):
            yield Fix(case.slot, _for(case, named(count)), case.changed(fewer(case.text, count)))


def _tags(count: int) -> str:
    return ngettext("Remove %(n)s hashtag", "Remove %(n)s hashtags", count) % {"n": count}


def _mentions(count: int) -> str:
    return ngettext("Take the @ off %(n)s mention", "Take the @ off %(n)s mentions", count) % {"n": count}


def _cashtags(count: int) -> str:
    return ngettext("Take the $ off %(n)s cashtag", "Take the $ off %(n)s cashtags", count) % {"n": count}


Fewer = Callable[[str, int], str]
_KINDS: tuple[tuple[Any, Fewer, Callable[[int], str]], ...] = (
    (fixing.TAG, fixing.fewer_tags, _tags),
    (fixing.MENTION, fixing.fewer_mentions, _mentions),
    (fixing.CASHTAG, fixing.fewer_cashtags, _cashtags),
)


def _thread(case: Case) -> Iterator[Fix]:
    if all(map(case.plain_fits, case.said.thread)):
        return
    parts = [piece for part in case.said.thread for piece in fixing.split(part, case.plain_fits)]
    if len(parts) < case.network.limits.thread_parts:
        yield Fix(f"{case.slug}-thread", _("Split what is too long"), {f"{case.slug}-thread": parts})


def _comment(case: Case) -> Iterator[Fix]:
    comment = case.post.first_comment
    if not case.network.comments or case.plain_fits(comment):
        return
    shorter = fixing.shorten(comment, case.plain_fits)
    yield Fix("first_comment", _shorten(case.network.limits.text), {"first_comment": shorter})


def _options(case: Case) -> Iterator[Fix]:
    for option in case.network.options:
        value = case.said.options.get(option.name)
        if isinstance(option, Text) and option.max_length and isinstance(value, str) and len(value) > option.max_length:
            name = f"{case.slug}-{OPTION}{option.name}"
            yield Fix(name, _shorten(option.max_length), {name: fixing.shorten(value, _at_most(option.max_length))})


def _at_most(limit: int) -> fixing.Fits:
    return lambda text: len(text) <= limit


def _files(case: Case) -> Iterator[Fix]:
    """More pictures or videos than the network takes: the first ones stay."""
    limits = connector(case.slug).limits_for(Outgoing(key="", text="", options=case.said.options))
    wanted = [one["asset"] for one in case.said.media]
    assets = {str(asset.pk): asset for asset in _known(case, wanted)}
    room = {True: limits.videos, False: limits.images}
    kept = list[str]()
    for pk in wanted:
        if (asset := assets.get(pk)) and room[asset.is_video] > 0:
            room[asset.is_video] -= 1
            kept.append(pk)
    if not kept or len(kept) == len(wanted):
        return
    own = case.variant is not None and case.variant.media is not None
    source, target = (f"{case.slug}-media",) * 2 if own else ("media", "media" if case.alone else f"{case.slug}-media")
    label = ngettext("Keep the first file", "Keep the first %(n)s files", len(kept)) % {"n": len(kept)}
    what = label if case.alone or own else _("%(what)s for %(network)s") % {"what": label, "network": case.network.name}
    yield Fix(source, what, files={"from": source, "to": target, "keep": kept})


def _known(case: Case, wanted: list[str]) -> Iterator[Asset]:
    shared = {str(use.asset_id): use.asset for use in case.post.media.all()}
    yield from (shared[pk] for pk in wanted if pk in shared)
    if missing := [pk for pk in wanted if pk not in shared]:
        yield from case.post.workspace.assets.filter(pk__in=missing)


def without_twins(fixes: list[Fix]) -> list[Fix]:
    """Two channels of one network offer the same: once is enough."""
    found: dict[tuple[str, str], Fix] = {}
    for one in fixes:
        found.setdefault((one.slot, one.label), replace(one))
    return list(found.values())
