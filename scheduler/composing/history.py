"""The versions of a post: what each said, who wrote it, what differs between two of them.

A content is a plain dict: text, link, first_comment, campaign (id or ''), planned_for (ISO or ''), channels and labels (ids),
media (see scheduler.compose.item), and `own` by network: text (None: the post's), thread, media (None: the post's), options.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.db.models import F
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from connectors import NETWORKS, connector
from scheduler.compose import item
from scheduler.models import Post, Revision

Content = Mapping[str, Any]
FIRST = 1  # the number of a post's first version
WORDS = re.compile(r"\s+|\w+|[^\w\s]")


def written(post: Post) -> dict[str, Any]:
    """What a post says now, read from its rows."""
    shared = [one for one in post.variants.all() if not one.channel_id and not one.audience_id]
    return {
        "text": post.text,
        "link": post.link,
        "first_comment": post.first_comment,
        "campaign": str(post.campaign_id or ""),
        "planned_for": post.planned_for.isoformat() if post.planned_for else "",
        "channels": list(dict.fromkeys(str(target.channel_id) for target in post.targets.all())),
        "labels": sorted(str(label.pk) for label in post.labels.all()),
        "media": [item(use.asset_id, use.alt, use.fit, use.cover, use.captions_id, use.language) for use in post.media.all()],
        "own": {
            one.network: {"text": one.text, "thread": one.thread, "media": one.media, "options": one.options} for one in shared
        },
    }


def begin(post: Post, by: User | None, content: Content) -> Revision:
    """Write down what a post says that was just made as version FIRST: nothing has to be read for it."""
    return Revision.objects.create(post=post, number=FIRST, by=by, content=content)


def note(post: Post, by: User | None) -> Revision:
    """Write down what a post says now as its newest version. Call it in the transaction that changed the post."""
    Post.objects.filter(pk=post.pk).update(version=F("version") + 1)
    post.refresh_from_db(fields=["version"])
    return Revision.objects.create(post=post, number=post.version, by=by, content=written(post))


def note_before(post: Post) -> None:
    """Write down what a post said before its first change, so that it is not lost."""
    if not post.version:
        first = note(post, post.author)
        Revision.objects.filter(pk=first.pk).update(at=post.changed_at)


# -- what differs -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stretch:
    """Part of a text that is in both versions ('same'), only in the old ('gone') or only in the new one ('new')."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    """One thing that two versions say differently."""

    label: str
    old: tuple[Stretch, ...]
    new: tuple[Stretch, ...]


def differences(old: Content, new: Content, workspace: Workspace) -> list[Change]:
    """What differs between two contents of a workspace."""
    return compare(old, new, Names(workspace, [old, new]))


def compare(old: Content, new: Content, names: "Names") -> list[Change]:
    """What differs between two contents, in the order of the composer."""
    before, after = (dict(_readable(content, names)) for content in (old, new))
    labels = [*before, *(label for label in after if label not in before)]
    return [
        _change(label, before.get(label, ""), after.get(label, ""))
        for label in labels
        if before.get(label, "") != after.get(label, "")
    ]


def _change(label: str, old: str, new: str) -> Change:
    first, second = WORDS.findall(old), WORDS.findall(new)
    gone, fresh = list[Stretch](), list[Stretch]()
    for kind, start, end, there, until in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        gone.append(Stretch("same" if kind == "equal" else "gone", "".join(first[start:end])))
        fresh.append(Stretch("same" if kind == "equal" else "new", "".join(second[there:until])))
    return Change(label, tuple(one for one in gone if one.text), tuple(one for one in fresh if one.text))


def _readable(content: Content, names: "Names") -> Iterator[tuple[str, str]]:
    """A content as pairs of label and text for people."""
    yield _("Text"), content["text"]
    yield _("Link"), content["link"]
    yield _("First comment"), content["first_comment"]
    yield _("Channels"), ", ".join(sorted(names.channels(content["channels"])))
    yield _("Media"), names.files(content["media"])
    for network, own in content["own"].items():
        if network in NETWORKS:
            yield from _readable_own(network, own, names)
    yield _("Date and time"), _moment(content["planned_for"])
    yield _("Campaign"), names.campaign(content["campaign"])
    yield _("Labels"), ", ".join(sorted(names.labels(content["labels"])))


def _readable_own(network: str, own: Content, names: "Names") -> Iterator[tuple[str, str]]:
    name = connector(network).name
    yield _("Text for %(network)s") % {"network": name}, own["text"] or ""
    yield _("Thread on %(network)s") % {"network": name}, "\n\n".join(own["thread"])
    yield _("Media for %(network)s") % {"network": name}, names.files(own["media"] or [])
    labels = {option.name: _(option.label) for option in connector(network).options}
    for option, value in own["options"].items():
        shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        yield f"{name}: {labels.get(option, option)}", shown


def _moment(iso: str) -> str:
    moment = parse_datetime(iso) if iso else None
    return date_format(localtime(moment), "j M Y, H:i") if moment else ""


class Names:
    """What the ids in some contents are called: four queries for any number. What is gone from the workspace is called so."""

    def __init__(self, workspace: Workspace, contents: Iterable[Content]) -> None:
        contents = list(contents)
        channels = workspace.channels.filter(pk__in={pk for one in contents for pk in one["channels"]})
        assets = workspace.assets.filter(pk__in={file["asset"] for one in contents for file in _all_files(one)})
        campaigns = workspace.campaigns.filter(pk__in={one["campaign"] for one in contents if one["campaign"]})
        labels = workspace.labels.filter(pk__in={pk for one in contents for pk in one["labels"]})
        self._labels = {str(pk): name for pk, name in labels.values_list("pk", "name")}
        self._channels = {str(one.pk): f"{one.name} ({one.network_name})" for one in channels}
        self._assets = {str(pk): name for pk, name in assets.values_list("pk", "name")}
        self._campaigns = {str(pk): name for pk, name in campaigns.values_list("pk", "name")}

    def channels(self, ids: Iterable[str]) -> list[str]:
        return [self._channels.get(pk, _("a channel that is gone")) for pk in ids]

    def labels(self, ids: Iterable[str]) -> list[str]:
        return [self._labels.get(pk, _("a label that is gone")) for pk in ids]

    def files(self, media: Iterable[Mapping[str, str]]) -> str:
        return "\n".join(self._file(one) for one in media)

    def _file(self, one: Mapping[str, str]) -> str:
        name = self._assets.get(one["asset"], _("a file that is gone"))
        spoken = _("captions: %(language)s") % {"language": one["language"]} if "captions" in one else ""
        return ": ".join(part for part in (name, one["alt"], spoken) if part)

    def campaign(self, pk: str) -> str:
        return self._campaigns.get(pk, _("a campaign that is gone")) if pk else ""


def _all_files(content: Content) -> Iterator[Mapping[str, str]]:
    yield from content["media"]
    for own in content["own"].values():
        yield from own["media"] or ()
