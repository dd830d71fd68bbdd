"""What the composer offers beside its problems, place by place: fixes of one click, and hints."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scheduler.composing import hints, naming, offering
from scheduler.composing.checking import Check
from scheduler.composing.hints import Hint
from scheduler.composing.offering import Case, Fix
from scheduler.models import Asset, Post


@dataclass(frozen=True)
class Advice:
    """By the slots of the form."""

    fixes: Mapping[str, Sequence[Fix]] = field(default_factory=dict)
    hints: Mapping[str, Sequence[Hint]] = field(default_factory=dict)


def advise(post: Post, checks: Sequence[Check], known: Mapping[Any, Asset] | None = None) -> Advice:
    """What can be said and offered about a post on the channels that were checked. `known`: files that are at hand."""
    alone = len({check.channel.network for check in checks}) == 1
    cases = [Case(post, check.channel, check.wording, alone) for check in checks]
    unfit = [case for case, check in zip(cases, checks, strict=True) if not check.fits]
    fixes = offering.without_twins([fix for case in unfit for fix in offering.offers(case)])
    texts = [*_about_texts(post, cases), *naming.hints(cases)]
    said = [*texts, *_about_pictures(post, cases, known or {}), *_repeated(post, cases)]
    return Advice(_by_slot(fixes), _by_slot(said))


def _by_slot(found: Iterable[Any]) -> dict[str, list[Any]]:
    slots: dict[str, list[Any]] = {}
    for one in found:
        if one not in slots.setdefault(one.slot, []):
            slots[one.slot].append(one)
    return slots


def _about_texts(post: Post, cases: Sequence[Case]) -> Iterator[Hint]:
    names = [post.workspace.name, *(case.channel.name for case in cases)]
    words = [word for name in names for word in re.findall(r"[^\W\d_]+", name)]
    texts = {case.slot: case.text for case in cases} or {"text": post.text}
    for slot, text in texts.items():
        yield from hints.about_text(slot, text, words)


def _about_pictures(post: Post, cases: Sequence[Case], known: Mapping[Any, Asset]) -> Iterator[Hint]:
    own = {case.slug: case.variant.media for case in cases if case.variant and case.variant.media is not None}
    if not cases or any(case.slug not in own for case in cases):
        shared = [(use.asset.name, use.alt or use.asset.alt, use.asset.is_video) for use in post.media.all()]
        yield from hints.about_pictures("media", shared)
    assets = _assets(post, {one["asset"] for media in own.values() for one in media or ()}, known)
    for slug, media in own.items():
        files = [(assets[one["asset"]], one["alt"]) for one in media or () if one["asset"] in assets]
        yield from hints.about_pictures(f"{slug}-media", [(asset.name, alt, asset.is_video) for asset, alt in files])


def _assets(post: Post, wanted: set[str], known: Mapping[Any, Asset]) -> dict[str, Asset]:
    there = {str(pk): asset for pk, asset in known.items()}
    missing = wanted - there.keys()
    return there | ({str(one.pk): one for one in post.workspace.assets.filter(pk__in=missing)} if missing else {})


def _repeated(post: Post, cases: Sequence[Case]) -> Iterator[Hint]:
    texts = [(slot, text, channels) for (slot, text), channels in _together(cases).items()]
    yield from hints.repeated(post, texts, post.planned_for)


def _together(cases: Sequence[Case]) -> dict[tuple[str, str], list[Any]]:
    """The channels that get the same text."""
    found: dict[tuple[str, str], list[Any]] = {}
    for case in cases:
        found.setdefault((case.slot, case.said.text), []).append(case.channel)
    return found
