"""What the tests of the practice Facebook share: a Page with its token, files, a receiver of webhooks."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from PIL import Image

from tests.sandbox.conftest import Practice

APP, SECRET = "smo-practice", "smo-practice-secret"
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"


class Page:
    """A practice Page, and calls with its token. Every answer is (status, JSON)."""

    def __init__(self, practice: Practice, name: str = "Test Brand", **details: Any) -> None:
        self.practice, self.http = practice, practice.http
        self.made = practice.account("facebook", name, **details)
        self.id, self.token, self.user_token = self.made["id"], self.made["access_token"], self.made["user_token"]
        self.root = f"{practice.url}/facebook"
        self.graph = f"{self.root}/v26.0"

    def call(self, method: str, path: str, token: str = "", *, files: Any = None, **params: Any) -> tuple[int, Any]:
        """Parameters go to the query of a GET, else into the form."""
        reply = self.send(method, path, token, files=files, **params)
        return reply.status_code, reply.json()

    def send(self, method: str, path: str, token: str = "", *, files: Any = None, **params: Any) -> requests.Response:
        """The same, as the whole response."""
        given = {"access_token": token or self.token, **params}
        how: dict[str, Any] = {"params": given} if method == "GET" else {"data": given, "files": files}
        return self.http.request(method, f"{self.graph}/{path}", timeout=10, **how)

    def get(self, path: str, **params: Any) -> Any:
        """The JSON of a GET that must succeed."""
        status, found = self.call("GET", path, **params)
        assert status == 200, found
        return found

    def post(self, path: str, **params: Any) -> Any:
        """The JSON of a POST that must succeed."""
        status, found = self.call("POST", path, **params)
        assert status == 200, found
        return found

    def refused(self, method: str, path: str, token: str = "", **params: Any) -> tuple[int, int | None]:
        """(code, subcode) of a call that must be refused."""
        status, found = self.call(method, path, token, **params)
        assert status >= 400, found
        assert set(found["error"]) >= {"message", "type", "code", "fbtrace_id"}
        return found["error"]["code"], found["error"].get("error_subcode")

    def says(self, message: str, **params: Any) -> str:
        """A post on the Page; gives its id."""
        return str(self.post(f"{self.id}/feed", message=message, **params)["id"])

    def photo(self, colour: str = "red", **params: Any) -> Any:
        """A photo by multipart."""
        return self.post(f"{self.id}/photos", files={"source": ("a.png", png(colour), "image/png")}, **params)

    def fan(self, kind: str, target: str, text: str = "", name: str = "Ann") -> Any:
        """A fan acts on a post, comment or (message) on this Page."""
        return self.practice.control("POST", "fan", network="facebook", kind=kind, post=target, text=text, name=name)

    def public(self) -> list[dict[str, Any]]:
        """What the public sees, oldest first."""
        return self.practice.posts("facebook", self.made)

    def later(self, seconds: float) -> None:
        """Set the practice clock ahead."""
        self.practice.control("POST", "clock", offset=seconds)


def png(colour: str = "red") -> bytes:
    """A small picture."""
    kept = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(kept, "PNG")
    return kept.getvalue()


def mp4(size: int = 5_000, seconds: float = 0) -> bytes:
    """Bytes that begin like an mp4, with a movie header when a length is given."""
    header = (
        b"\x00\x00\x00\x6cmvhd" + bytes(12) + (1000).to_bytes(4, "big") + int(seconds * 1000).to_bytes(4, "big") + bytes(80)
    )
    head = MP4 + (header if seconds else b"")
    return head + bytes(size - len(head))


class Receiver:
    """Webhooks as an app receives them: bodies whose signature was right, and the word of the handshake."""

    def __init__(self, word: str = "") -> None:
        self.events: list[dict[str, Any]] = []
        self.word = word
        self.url = ""


@contextmanager
def receiving(word: str = "open sesame") -> Iterator[Receiver]:
    """A server that shakes hands when the verify token is `word`, and keeps what comes."""
    receiver = Receiver(word)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            right = asked.get("hub.mode") == "subscribe" and asked.get("hub.verify_token") == receiver.word
            self._answer(200 if right else 403, asked.get("hub.challenge", "").encode() if right else b"")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            expected = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
            if self.headers["X-Hub-Signature-256"] == expected:
                receiver.events.append(json.loads(body))
            self._answer(200, b"")

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hooks"
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
