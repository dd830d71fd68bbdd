"""A webhook receiver for tests: a small HTTP server that remembers what it is sent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

Handshake = Callable[[dict[str, str]], str]


@dataclass
class Callback:
    """`received` holds (headers with lower-case names, body) of every POST; `statuses` are answered first, then 200."""

    url: str = ""
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)


@contextmanager
def listening(handshake: Handshake) -> Iterator[Callback]:
    """A callback whose GET answers with `handshake(query)`."""
    callback = Callback()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(200, handshake(dict(parse_qsl(urlsplit(self.path).query))).encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            callback.received.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self._answer(callback.statuses.pop(0) if callback.statuses else 200, b"")

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    callback.url = f"http://127.0.0.1:{server.server_port}/hook"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield callback
    finally:
        server.shutdown()
        server.server_close()
