"""HTML pages from the templates in pages/; a network may bring its own `pages/<slug>/<name>.html` and `static/<slug>.css`."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup
from starlette.responses import HTMLResponse

from sandbox import clock

HERE = Path(__file__).parent
LINK = re.compile(r"https?://[^\s<]+[^\s<.,;:!?)\]'\"]")
TONES = ("#1971c2", "#0b7285", "#c2255c", "#5f3dc4", "#2b8a3e", "#d9480f")  # as .tone-N in sandbox.css
TAG = re.compile(r"(?<![\w&/])([#@]\w+)")


def linked(text: str) -> Markup:
    """Text as safe HTML with its links, hashtags and mentions coloured and its line breaks kept."""
    pieces, last = [], 0
    for match in LINK.finditer(text):
        pieces.append(_tagged(text[last : match.start()]))
        url = html.escape(match.group(), quote=True)
        pieces.append(f'<a href="{url}" rel="nofollow">{url}</a>')
        last = match.end()
    pieces.append(_tagged(text[last:]))
    return Markup("".join(pieces).replace("\n", "<br>"))  # noqa: S704 - every piece was escaped above


def _tagged(text: str) -> str:
    return TAG.sub(r'<span class="tag">\1</span>', html.escape(text, quote=False))


def ago(moment: float) -> str:
    """`now`, `5m`, `3h`, `12 Nov`"""
    seconds = clock.now() - moment
    if seconds < 60:
        return "now"
    if seconds < 3600:
        return f"{int(seconds // 60)}m"
    if seconds < 86400:
        return f"{int(seconds // 3600)}h"
    return clock.utc(moment).strftime("%-d %b")


def _exact(moment: float) -> str:
    return clock.utc(moment).strftime("%-d %b %Y, %H:%M UTC")


def tone(name: str) -> int:
    """Which of the six colours belongs to a name."""
    return sum(map(ord, name)) % 6


def avatar(name: str) -> str:
    """A round picture with the name's first letter, as SVG."""
    letter = html.escape(name[:1].upper() or "?")
    style = 'text-anchor="middle" font-family="system-ui, sans-serif" font-size="46" font-weight="700" fill="#fff"'
    circle = f'<circle cx="50" cy="50" r="50" fill="{TONES[tone(name)]}"/>'
    picture = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'
    return f'{picture}{circle}<text x="50" y="66" {style}>{letter}</text></svg>'


TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "pages"),
    autoescape=select_autoescape(),
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.filters.update(linked=linked, ago=ago, exact=_exact, tone=tone)


def page(name: str, status: int = 200, *, slug: str = "", **values: Any) -> HTMLResponse:
    """Render `pages/<slug>/<name>.html` if there is one, else `pages/<name>.html`."""
    template = TEMPLATES.select_template([f"{slug}/{name}.html", f"{name}.html"])
    themed = (HERE / "static" / f"{slug}.css").exists() if slug else False
    return HTMLResponse(template.render(slug=slug, themed=themed, **values), status)
