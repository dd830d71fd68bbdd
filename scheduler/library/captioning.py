"""The captions of a video: known by their bytes when they arrive, given to a network in the options that it has for them."""

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from accounts.verbs import Problem
from connectors import captions
from connectors.base import Connector
from scheduler.models import Asset

MOST_BYTES = 1_000_000  # captions of an hour have a tenth of it
PLACE = "-captions-"  # in the name of the field in which a video's captions are sent


def identified(file: File, name: str) -> str:  # type: ignore[type-arg]  # any file
    """The MIME type of a captions file; empty for anything else. Raises Problem for one that no network would read."""
    file.seek(0)
    head = file.read(4000)
    kind = captions.kind_of(head)
    if not kind and PurePath(name).suffix.lower() in (".srt", ".vtt") and b"\0" not in head:
        raise _broken(name, _("it has no captions in it"))
    if kind and file.size > MOST_BYTES:
        text = _("%(name)s is larger than %(most)s, too large for captions: choose the right file.")
        raise Problem(text % {"name": name, "most": filesizeformat(MOST_BYTES)}, "media")
    if kind:
        file.seek(0)
        try:
            captions.read(file.read())
        except captions.Broken as error:
            raise _broken(name, str(error)) from error
        file.seek(0)
    return kind


def _broken(name: str, why: str) -> Problem:
    text = _("The captions in %(name)s cannot be read: %(why)s. Mend the file and choose it again.")
    return Problem(text % {"name": name, "why": why}, "media")


def check_place(asset: Asset, field: str) -> None:
    """Raise Problem where a file is put into a field of the composer that is for others; empty: among the post's media."""
    if asset.is_captions and not field:
        text = _("%(name)s holds captions: choose it at its video, under Captions.")
        raise Problem(text % {"name": asset.name}, "media")
    if PLACE in field and not asset.is_captions:
        text = _("%(name)s is no captions file: choose one of the kind .srt or .vtt.")
        raise Problem(text % {"name": asset.name}, "media")


def captioned(network: type[Connector], options: dict[str, Any], media: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """The options with the captions of the post's video in them. Those that were set for the network itself stay."""
    given = next((one for one in media if one.get("captions")), None)
    if given is None or not captions.taken(network.options) or options.get(captions.FILE):
        return options
    return {**options, captions.FILE: given["captions"], captions.LANGUAGE: given.get("language", "")}
