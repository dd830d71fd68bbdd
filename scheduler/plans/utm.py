"""Campaign values in links: utm_source and its kin, added to what goes out and never to what people typed.

https://support.google.com/analytics/answer/10917952. A link that says something itself keeps it.
"""

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote_plus

from django.utils.text import slugify

from accounts.models import Channel
from scheduler.models import Campaign

NAMES = ("source", "medium", "campaign", "content")
VARIABLES = ("network", "channel", "campaign")
VARIABLE = re.compile(r"\{(\w*)\}")
LINK = re.compile(r"\bhttps?://[^\s<>\"“”«»]+", re.IGNORECASE)
CLOSING = {")": "(", "]": "[", "}": "{"}
AFTER = ".,;:!?'’…。，、！？；：）」』】"  # what stands behind a link belongs to the sentence
Values = Mapping[str, str]


def unknown(template: str) -> list[str]:
    """The variables in a template that there are not."""
    return [name for name in VARIABLE.findall(template) if name not in VARIABLES]


def values(campaign: Campaign | None, channel: Channel) -> Values:
    """What a campaign adds to links on a channel, by the parameter's whole name; empty without a campaign."""
    if campaign is None:
        return {}
    known = {"network": channel.network, "channel": _plain(channel.username or channel.name), "campaign": _plain(campaign.name)}
    given = {f"utm_{name}": str(getattr(campaign, f"utm_{name}")).strip() for name in NAMES}
    return {
        name: VARIABLE.sub(lambda found: known.get(found[1], found[0]), template)
        for name, template in given.items()
        if template
    }


def _plain(name: str) -> str:
    return slugify(name, allow_unicode=True)


def in_text(text: str, found: Values) -> str:
    """`text` with the values in each of its http(s) links; the punctuation behind a link stays behind it."""
    return LINK.sub(lambda link: _in_sentence(link[0], found), text) if found else text


def _in_sentence(link: str, found: Values) -> str:
    end = len(link)
    while end and (link[end - 1] in AFTER or _closes(link[:end])):
        end -= 1
    return in_link(link[:end], found) + link[end:]


def _closes(link: str) -> bool:
    """Whether the last bracket was opened before the link."""
    opening = CLOSING.get(link[-1])
    return opening is not None and link.count(link[-1]) > link.count(opening)


def in_link(link: str, found: Values) -> str:
    """`link` with those values that its query does not have yet; what it has wins."""
    if not found or not link:
        return link
    address, sharp, fragment = link.partition("#")
    path, _mark, query = address.partition("?")
    there = {unquote_plus(pair.partition("=")[0]).lower() for pair in re.split("[&;]", query)}
    fresh = [f"{name}={quote(value, safe='')}" for name, value in found.items() if name not in there]
    if not fresh:
        return link
    if re.fullmatch(r"https?://[^/]+", path, re.IGNORECASE):
        path += "/"
    return f"{path}?{'&'.join([*filter(None, [query.rstrip('&')]), *fresh])}{sharp}{fragment}"
