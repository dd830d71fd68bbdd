"""How a post will look: where a network folds a long text, a link's card, a poll, what stands behind a warning."""

import http.server
import io
import threading
from collections.abc import Iterator
from html import unescape
from typing import Any, ClassVar

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import Workspace
from scheduler.composing import cards
from scheduler.composing.previews import fold_at, pieces
from tests import cast
from tests.sandbox.conftest import Practice

PAGE = b"""<html><head><title>Plain &amp; simple</title>
<meta property="og:title" content="Ice cold"><meta property="og:image" content="/ice.jpg">
<meta name="description" content="Warm outside, cold inside."></head><body>%s</body></html>""" % (b"x" * 600_000)


def jpeg() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (1600, 800), "#0af").save(kept, "JPEG")
    return kept.getvalue()


class Site(http.server.BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        kind, body = {"/ice.jpg": ("image/jpeg", jpeg()), "/": ("text/html; charset=utf-8", PAGE)}.get(self.path, ("", b""))
        self.send_response(200 if kind else 302 if self.path == "/moved" else 404)
        self.send_header("Location", "/")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Silent."""


@pytest.fixture
def site(settings: Any) -> Iterator[str]:
    """The address of a web site on this machine, which may be asked here."""
    settings.PRIVATE_SERVERS = True
    Site.asked.clear()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def seen(client: Client, shop: Workspace, practice: Practice, networks: str, **typed: Any) -> str:
    channels = [str(cast.channel(shop, practice, slug).pk) for slug in networks.split()]
    answer = client.post(reverse("post-check"), {"text": "Ice cold", "channels": channels, **typed})
    return unescape(answer.content.decode())


def test_a_link_is_shown_as_the_card_that_networks_make_of_its_page(
    client: Client, shop: Workspace, practice: Practice, site: str
) -> None:
    found = seen(client, shop, practice, "facebook tiktok", link=site)
    assert found.count('hx-trigger="load') == 1, "asked for when the preview is there, and only where cards are shown"
    assert Site.asked == []

    shown = client.get(reverse("post-card"), {"address": site}).content.decode()
    assert "Ice cold" in shown
    assert "Warm outside, cold inside." in shown
    card = cards.known(site)
    assert card is not None
    picture = client.get(reverse("post-card"), {"picture": card.picture})
    assert Image.open(io.BytesIO(picture.content)).size == (600, 300)

    assert cards.card(site) == card
    assert cards.card(f"{site}moved").title == "Ice cold"
    assert Site.asked == ["/", "/ice.jpg", "/moved", "/", "/ice.jpg"], "kept, so that nobody is asked twice"
    again = seen(client, shop, practice, "x", text=f"Look: {site}")
    assert "Warm outside, cold inside." in again


def test_no_page_within_this_network_is_asked_and_one_that_is_gone_has_a_card_of_its_address(
    client: Client, shop: Workspace, site: str, settings: Any
) -> None:
    assert cards.card(f"{site}gone").title == ""
    assert client.get(reverse("post-card"), {"picture": "nobody"}).status_code == 404
    settings.PRIVATE_SERVERS = False
    for address in (f"{site}inside", "file:///etc/passwd", "http://", "nonsense"):
        assert cards.card(address) == cards.Card(address)
    assert Site.asked == ["/gone"]


def test_bluesky_shows_the_card_that_its_author_writes(client: Client, shop: Workspace, practice: Practice) -> None:
    own = {"bluesky-option_link_description": "Six flavours"}
    found = seen(client, shop, practice, "bluesky", link="https://polarfizz.example/cold/", **own)
    assert "polarfizz.example/cold</strong>" in found
    assert "Six flavours" in found
    assert 'hx-trigger="load' not in found


def test_polls_and_warnings_are_shown(
    client: Client, marketer: cast.Person, shop: Workspace, practice: Practice, picture: Any
) -> None:
    x = {"x-option_poll_options": "Ice\nMore ice", "x-option_poll_minutes": "1500"}
    found = seen(client, shop, practice, "x", text="How cold?", **x)
    assert '<li dir="auto">More ice</li>' in found
    assert "Runs for 1 day 1 hour" in found

    warned = {"bluesky-option_warning": "graphic-media", "media": str(picture.pk)}
    found = seen(client, shop, practice, "bluesky", **warned)
    assert '<span dir="auto">Graphic media</span>' in found
    assert "pv-veiled" in found


@pytest.mark.parametrize(
    ("network", "text", "shown"),
    [
        ("instagram", "ice " * 40, ("ice " * 32)[:-4].rstrip()),
        ("facebook", "ice\n" * 9, "ice\n" * 4 + "ice"),
        ("tiktok", "x" * 120, "x" * 100),
        ("instagram", "Short enough", "Short enough"),
        ("bluesky", "ice " * 70, "ice " * 70),
    ],
)
def test_a_long_text_folds_where_the_network_folds_it(network: str, text: str, shown: str) -> None:
    assert text[: fold_at(network, text)].rstrip() == shown.rstrip()
    found = list(pieces(network, text))
    assert "".join(piece.text for piece in found) == text
    assert "".join(piece.text for piece in found if not piece.folded).rstrip() == shown.rstrip()
    assert sum(piece.folds for piece in found) == (len(shown) < len(text.rstrip()))
