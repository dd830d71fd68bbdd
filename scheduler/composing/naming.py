"""Mentions that mean somebody on some of the networks that get the same text, and are plain words on the others."""

from collections.abc import Iterator, Sequence

import regex
from django.utils.translation import gettext as _

from connectors import connector
from scheduler.composing.hints import Hint
from scheduler.composing.offering import Case, Fix

NAMED = regex.compile(r"(?<![\w/@.])@[\w][\w.-]*(?:@[\w.-]+)?")


def hints(cases: Sequence[Case]) -> Iterator[Hint]:
    """For each mention in the text that several networks share: who knows it, and a click that keeps it for those."""
    sharing = {case.slug: case for case in cases if not case.own}
    if len(sharing) < 2:
        return
    text = next(iter(sharing.values())).text
    for mention in dict.fromkeys(one.rstrip(".-") for one in NAMED.findall(text)):
        knowing = [slug for slug in sharing if _is_somebody(slug, mention)]
        if knowing and len(knowing) < len(sharing):
            yield _hint(text, mention, knowing)


def _is_somebody(slug: str, mention: str) -> bool:
    pattern = connector(slug).mention
    return bool(pattern and regex.fullmatch(pattern, mention))


def _hint(text: str, mention: str, knowing: Sequence[str]) -> Hint:
    names = {"mention": mention, "networks": ", ".join(connector(slug).name for slug in knowing)}
    sentence = _("%(mention)s is somebody on %(networks)s only; elsewhere it is plain text.") % names
    label = _("Put it into the text for %(networks)s only") % names
    fields: dict[str, str | list[str]] = {"text": without(text, mention)}
    for slug in knowing:
        fields |= {f"{slug}-own": "1", f"{slug}-text": text}
    return Hint("text", sentence, Fix("text", label, fields))


def without(text: str, mention: str) -> str:
    """`text` with the name itself in place of a mention: @ann.ice.social is ann."""
    plain = regex.split(r"[.@]", mention.removeprefix("@"))[0]
    return str(regex.sub(rf"(?<![\w/@.]){regex.escape(mention)}(?![\w@-]|\.\w)", plain, text))
