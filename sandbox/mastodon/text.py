"""How the server counts a text and turns it into HTML. https://docs.joinmastodon.org/user/posting/#text"""

from __future__ import annotations

import html
import re

import regex

LINK = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?'()\[\]]", re.IGNORECASE)
MENTION = re.compile(r"(?<![\w/=])@(\w+(?:[.-]+\w+)*)@\w+(?:[.-]+\w+)*")
PIECE = re.compile(
    rf"(?P<link>{LINK.pattern})|(?<![\w/=])@(?P<name>\w+(?:[.-]+\w+)*)(?P<server>@\w+(?:[.-]+\w+)*)?"
    r"|(?<![\w/&])#(?P<tag>\w*[^\W\d_]\w*)",
    re.IGNORECASE,
)
LINK_LENGTH = 23


def length(text: str) -> int:
    """Grapheme clusters; a link is 23, of `@user@server` only `@user` counts."""
    short = MENTION.sub(r"@\1", LINK.sub("x" * LINK_LENGTH, text))
    return len(regex.findall(r"\X", short))


def names(text: str, server: str) -> list[str]:
    """The usernames of those of `server` (its host) whom a text names."""
    found = [piece for piece in PIECE.finditer(text) if piece["name"]]
    here = ("", f"@{server.partition(':')[0]}")
    return [piece["name"] for piece in found if (piece["server"] or "") in here]


def to_html(text: str, server: str) -> str:
    """Paragraphs, line breaks, links with their hidden parts, mentions without their server, hashtags."""
    paragraphs = re.split(r"\n{2,}", text.strip())
    return "".join(f"<p>{_line(one, server).replace(chr(10), '<br />')}</p>" for one in paragraphs) if text.strip() else ""


def _line(text: str, server: str) -> str:
    made, last = [], 0
    for found in PIECE.finditer(text):
        made += [html.escape(text[last : found.start()], quote=True), _entity(found, server)]
        last = found.end()
    return "".join([*made, html.escape(text[last:], quote=True)])


def _entity(found: re.Match[str], server: str) -> str:
    if found["link"]:
        return _anchor(found["link"])
    if found["tag"]:
        tag = html.escape(found["tag"])
        return f'<a href="{server}/tags/{tag}" class="mention hashtag" rel="tag">#<span>{tag}</span></a>'
    name = html.escape(found["name"])
    return f'<span class="h-card"><a href="{server}/@{name}" class="u-url mention">@<span>{name}</span></a></span>'


def _anchor(link: str) -> str:
    """As the server shows links: scheme and the end beyond 30 characters are invisible, but there."""
    scheme = re.match(r"https?://(?:www\.)?", link, re.IGNORECASE)
    start = scheme.end() if scheme else 0
    shown, rest = link[start : start + 30], link[start + 30 :]
    cut = "ellipsis" if rest else ""
    parts = [(link[:start], "invisible"), (shown, cut), (rest, "invisible")]
    spans = "".join(f'<span class="{name}">{html.escape(part)}</span>' for part, name in parts)
    return f'<a href="{html.escape(link, quote=True)}" target="_blank" rel="nofollow noopener noreferrer">{spans}</a>'
