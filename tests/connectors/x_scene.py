"""The cast of the X tests: an account on the practice network, its connector, files, a receiver of webhooks."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from PIL import Image

from connectors.data import GIF, MP4, PNG, App, Media, Outgoing, Tokens
from connectors.oauth import new_verifier
from connectors.talk import Hook, Incoming
from connectors.x import X
from tests.connectors.scenery import RETURN_TO, Scenery, now
from tests.sandbox.waiting import until


class Scene(Scenery[X]):
    """One new account, and everything that a test does with it."""

    kind = X

    # -- the connector ---------------------------------------------------------------------------------------------

    def renew(self) -> None:
        """Fresh tokens, after the practice clock was moved beyond the old ones."""
        self.account |= self.practice.control("POST", "accounts", network="x", account=self.account["id"])

    def consents(self, answer: str = "allow") -> tuple[dict[str, str], str]:
        """Go through the consent page as a person does: what comes back to us, and the verifier."""
        verifier = new_verifier()
        return self.answers_at(X.authorize_url(self.app, RETURN_TO, "state-1", verifier), answer), verifier

    def connects(self) -> Tokens:
        back, verifier = self.consents()
        assert back["state"] == "state-1"
        return X.exchange(self.app, self.http(), back["code"], RETURN_TO, verifier)

    # -- posts -----------------------------------------------------------------------------------------------------

    def post(
        self, text: str = "Ice cold in 40 °C.", *media: Media, doubted: bool = False, parent: str = "", **options: Any
    ) -> Outgoing:
        return Outgoing("key-1", text, media, options=options, parent=parent, doubted=doubted)

    # -- files -----------------------------------------------------------------------------------------------------

    def photo(self, name: str = "photo.png", alt: str = "", side: int = 8) -> Media:
        content = BytesIO()
        Image.new("RGB", (side, side), "skyblue").save(content, "PNG")
        return self._file(name, PNG, content.getvalue(), alt, side, side)

    def gif(self, name: str = "fizz.gif") -> Media:
        content, frames = BytesIO(), [Image.new("P", (8, 8), color) for color in (1, 2)]
        frames[0].save(content, "GIF", save_all=True, append_images=frames[1:])
        return self._file(name, GIF, content.getvalue(), "", 8, 8)

    def video(self, name: str = "film.mp4", size: int = 1000, alt: str = "") -> Media:
        content = b"\0\0\0\x18ftypmp42" + bytes(size - 12)
        return self._file(name, MP4, content, alt, 1280, 720, 12.0)

    # -- the practice network --------------------------------------------------------------------------------------

    def calls(self, method: str, path: str, by_app: bool = False) -> list[dict[str, Any]]:
        """What the network was asked with the account's token, or with the app's own, oldest first."""
        query = {"network": "x", "account": "" if by_app else self.account["id"], "method": method, "path": path}
        found: list[dict[str, Any]] = self.practice.http.get(
            f"{self.practice.url}/_control/requests", params=query, timeout=10
        ).json()["data"]
        return found

    def fan(self, kind: str, text: str, name: str = "Ann Thirsty", post: str = "") -> str:
        """A fan answers a post, names the account, or writes to it; the id of what they did."""
        target = {"post": post} if post else {"account": self.account["id"]}
        made = self.practice.control("POST", "fan", network="x", kind=kind, name=name, text=text, **target)
        return str(made["id"])

    def heard(self, post: str = "", since: timedelta = timedelta(minutes=1)) -> list[Incoming]:
        """What the inbox reads."""
        return list(self.connector().incoming(now() - since, [post] if post else []))


class Receiver:
    """Our web server, as far as X's webhooks see it."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.deliveries: list[tuple[Mapping[str, str], bytes]] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks/x"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                query = dict(parse_qsl(urlsplit(self.path).query))
                self._answer((X.handshake(receiver.app, query, "") or "").encode())

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.deliveries.append((dict(self.headers.items()), body))
                self._answer(b"")

            def _answer(self, body: bytes) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler

    def hooks(self, count: int) -> list[Hook]:
        """The first so many deliveries, verified and read."""
        until(lambda: len(self.deliveries) >= count)
        return [hook for headers, body in self.deliveries[:count] for hook in X.hooks(self.app, headers, body)]


@contextmanager
def receiver(app: App) -> Iterator[Receiver]:
    made = Receiver(app)
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.server.shutdown()
        made.server.server_close()


def answered(
    status: int, body: Any, headers: Mapping[str, str] | None = None, method: str = "POST", path: str = "/2/tweets"
) -> requests.Response:
    """An answer that the practice network does not give, made by hand."""
    response = requests.Response()
    response.status_code = status
    response.url = f"https://api.x.com{path}"
    response._content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    response.headers.update(headers or {})
    response.request = requests.Request(method, response.url).prepare()
    return response
