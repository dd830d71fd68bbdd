"""What a page says of itself where a network shows its link as a card: fetched through the guard, kept for a day.

https://ogp.me. Networks read the same tags; what is shown here is what they will find.
"""

import hashlib
import io
import logging
import re
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from django.core.cache import cache
from PIL import Image, ImageOps
from redis.exceptions import RedisError
from urllib3.exceptions import HTTPError

from connectors.errors import ConnectorError, Doubt
from scheduler.bulk.fetching import REDIRECT, REDIRECTS, asked

PATIENCE = 4.0  # seconds for page and picture together: whoever types does not wait longer
MOST_PAGE, MOST_PICTURE = 500_000, 5_000_000  # bytes; the tags stand in a page's head
MOST_PIXELS = 40_000_000
SIDE = 600  # of the picture that is kept
KEPT, KEPT_EMPTY = timedelta(days=1), timedelta(minutes=10)
CHARSET = re.compile(r"charset=[\"']?([\w-]+)", re.IGNORECASE)
TITLE, DESCRIPTION, PICTURE = ("og:title", "title"), ("og:description", "description"), ("og:image", "og:image:url")

log = logging.getLogger("smo.cards")


@dataclass(frozen=True)
class Card:
    """What stands on a link's card. `picture`: the key of `picture_of`, or a file's id; empty where there is none."""

    address: str
    title: str = ""
    description: str = ""
    picture: str = ""
    is_asked: bool = False  # nobody knows yet
    is_own: bool = False  # the author says what it shows; the picture is a file of the library

    @property
    def host(self) -> str:
        return urlsplit(self.address).netloc.removeprefix("www.")


def known(address: str) -> Card | None:
    """The card of an address that was asked for lately."""
    found = _cached(f"smo:card:{_key(address)}")
    return Card(**found) if found else None


def card(address: str) -> Card:
    """The card of an address: from the cache, else from the page. Where that cannot be read, only the address."""
    if found := known(address):
        return found
    ends = time.monotonic() + PATIENCE
    try:
        made = _read(address, ends)
    except (ConnectorError, Doubt, requests.RequestException, HTTPError, OSError, ValueError, LookupError) as error:
        log.info("no card address=%s error=%s", urlsplit(address).netloc, type(error).__name__)
        made = Card(address)
    _keep(f"smo:card:{_key(address)}", vars(made), KEPT if made.title else KEPT_EMPTY)
    return made


def picture_of(key: str) -> bytes | None:
    """The JPEG of a card."""
    found: bytes | None = _cached(f"smo:card-picture:{key}")
    return found


def _key(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()[:32]


def _cached(key: str) -> Any:
    with suppress(RedisError):  # without it a card is fetched anew
        return cache.get(key)
    return None


def _keep(key: str, value: Any, how_long: timedelta) -> None:
    with suppress(RedisError):
        cache.set(key, value, how_long.total_seconds())


# -- the page -----------------------------------------------------------------------------------------------------------------


class _Head(HTMLParser):
    """The tags of a page that speak of it."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[str, str] = {}
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._in_title = tag == "title"
        if tag == "meta" and (name := given.get("property") or given.get("name")):
            self.said.setdefault(name.lower(), given.get("content", "").strip())

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title and data.strip():
            self.said.setdefault("title", data.strip())

    def first(self, names: tuple[str, ...], most: int) -> str:
        return " ".join(next((self.said[name] for name in names if self.said.get(name)), "").split())[:most]


def _read(address: str, ends: float) -> Card:
    kind, content, final = _fetched(address, ends, MOST_PAGE)
    if "html" not in kind:
        return Card(address)
    head = _Head()
    head.feed(_text(kind, content))
    picture = head.first(PICTURE, 2000)
    kept = _picture(_key(address), urljoin(final, picture), ends) if picture else ""
    return Card(address, head.first(TITLE, 200), head.first(DESCRIPTION, 300), kept)


def _text(kind: str, content: bytes) -> str:
    found = CHARSET.search(kind) or CHARSET.search(content[:2000].decode("ascii", "replace"))
    return content.decode(found[1] if found else "utf-8", "replace")


def _picture(key: str, address: str, ends: float) -> str:
    """Keep the page's picture in a small size; its key, or nothing where there is none to be had."""
    try:
        _kind, content, _final = _fetched(address, ends, MOST_PICTURE)
        with Image.open(io.BytesIO(content)) as source:
            if source.width * source.height > MOST_PIXELS:
                return ""
            source.draft("RGB", (SIDE * 2, SIDE * 2))
            small = ImageOps.exif_transpose(source).convert("RGB")
    except (ConnectorError, Doubt, requests.RequestException, HTTPError, OSError, ValueError, SyntaxError):
        return ""
    small.thumbnail((SIDE, SIDE))
    kept = io.BytesIO()
    small.save(kept, "JPEG", quality=80)
    _keep(f"smo:card-picture:{key}", kept.getvalue(), KEPT)
    return key


def _fetched(address: str, ends: float, most: int) -> tuple[str, bytes, str]:
    """(content type, at most `most` bytes, final address). Raises ValueError for what is not there."""
    for _hop in range(REDIRECTS + 1):
        with asked(address, ends) as response:
            if response.status_code not in REDIRECT:
                if response.status_code >= 400:
                    raise ValueError(response.status_code)
                return response.headers.get("Content-Type", "").lower(), _body(response, ends, most), address
            address = urljoin(address, response.headers.get("Location", ""))
    raise ValueError("redirects")


def _body(response: requests.Response, ends: float, most: int) -> bytes:
    content = b""
    while len(content) < most and time.monotonic() < ends and (chunk := response.raw.read1(64 * 1024)):
        content += chunk
    return content[:most]
