"""The cast of the Instagram tests: a professional account on the practice network, its connector, photos that a web server
shows to the network, small films."""

import hashlib
import html
import re
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from PIL import Image

from connectors.data import JPEG, MP4, Account, App, Media, Outgoing, Pause, Progress, Sent, Tokens, Uncertain
from connectors.errors import Doubt
from connectors.http import Http
from connectors.instagram import Instagram
from sandbox.tokens import PRACTICE_APP, PRACTICE_SECRET
from tests.sandbox.conftest import Practice

RETURN_TO = "http://testserver/connect/instagram/return"


def now() -> datetime:
    return datetime.now(UTC)


class Scene:
    """One new account, and everything that a test does with it. `address`: where its folder can be read by the network."""

    def __init__(self, practice: Practice, folder: Path, address: str = "", **details: Any) -> None:
        self.practice, self.folder, self.address = practice, folder, address
        self.person = practice.account("instagram", "Polar Fizz", **details)
        self.app = App(PRACTICE_APP, PRACTICE_SECRET, base_url=f"{practice.url}/instagram")
        self.pauses: list[Pause] = []

    # -- the connector ---------------------------------------------------------------------------------------------------

    def http(self, deadline: float = 10.0) -> Http:
        found = Instagram.seam(self.app, self.pauses.append)
        found.deadline = deadline
        return found

    def account(self) -> Account:
        return Account(self.person["id"], "Polar Fizz", self.person["username"], Tokens(self.person["access_token"]))

    def connector(self, deadline: float = 10.0) -> Instagram:
        return Instagram(self.account(), self.app, self.http(deadline))

    def consents(self, untick: str = "", accounts: tuple[str, ...] = ()) -> str:
        """Go through the consent page as a person does, leaving one box empty; gives the code."""
        browser = requests.Session()
        page = browser.get(Instagram.authorize_url(self.app, RETURN_TO, "state-1", ""), timeout=10)
        assert page.ok, page.text
        fields = re.findall(r'name="(ask|scope)" value="([^"]+)"', page.text)
        form = [(name, html.unescape(value)) for name, value in fields if not untick or value != untick]
        form += [*(("account", one) for one in accounts or (self.person["id"],)), ("answer", "allow")]
        back = browser.post(f"{self.app.base_url}/_consent", data=form, allow_redirects=False, timeout=10)
        answer = parse_qs(urlsplit(back.headers["Location"]).query)
        assert answer["state"] == ["state-1"]
        return answer["code"][0]

    def connects(self, **how: Any) -> Tokens:
        return Instagram.exchange(self.app, self.http(), self.consents(**how), RETURN_TO, "")

    # -- posts -----------------------------------------------------------------------------------------------------------

    def photo(self, colour: str = "skyblue", alt: str = "", size: tuple[int, int] = (1200, 900), kind: str = "JPEG") -> Media:
        path = self.folder / f"{colour}-{size[0]}x{size[1]}.jpg"
        Image.new("RGB", size, colour).save(path, kind)
        return self._file(path, JPEG, alt, *size)

    def film(self, seconds: int = 6, size: int = 2_000, name: str = "film.mp4", width: int = 720, height: int = 1280) -> Media:
        """An MP4 that says how long and how large it is, filled up to about `size` bytes."""
        path = self.folder / name
        path.write_bytes(mp4(seconds, size, width, height))
        return self._file(path, MP4, "", width, height, seconds)

    def _file(self, path: Path, mime: str, alt: str, width: int, height: int, seconds: float = 0) -> Media:
        content, url = path.read_bytes(), f"{self.address}/{path.name}" if self.address else ""
        mark = hashlib.sha256(content).hexdigest()
        return Media(str(path), mime, len(content), path.name, alt, width, height, seconds, mark, url)

    def post(self, text: str = "Ice cold!", *media: Media, **options: Any) -> Outgoing:
        return Outgoing("key-1", text, media, options=options)

    def prepared(self, post: Outgoing) -> Progress:
        progress = Progress()
        self.connector().prepare(post, progress)
        return progress

    def published(self, post: Outgoing, progress: Progress | None = None) -> Sent:
        instagram, progress = self.connector(), progress or Progress()
        instagram.prepare(post, progress)
        began, sent = now(), instagram.publish(post, progress)
        if not isinstance(sent, Sent):
            found = instagram.confirm(post, progress, Uncertain(began, sent.handle))
            assert isinstance(found, Sent)
            return found
        return sent

    def doubts(self, post: Outgoing, progress: Progress, fault: str, **details: Any) -> Uncertain:
        """Publish into a fault that leaves us in doubt."""
        self.fault(fault, **details)
        since = now()
        try:
            self.connector(deadline=0.5).publish(post, progress)
        except Doubt:
            return Uncertain(since)
        raise AssertionError("this should have ended in doubt")

    # -- the practice network --------------------------------------------------------------------------------------------

    def shown(self) -> list[dict[str, Any]]:
        """What the public sees, oldest first."""
        return self.practice.posts("instagram", self.person)

    def texts(self) -> list[str]:
        return [post["text"] for post in self.shown()]

    def fault(self, kind: str, **details: Any) -> None:
        self.practice.fault(kind, self.person, network="instagram", **details)

    def graph(self, method: str, path: str, **params: Any) -> Any:
        """A call as the account, past our connector."""
        params["access_token"] = self.person["access_token"]
        return requests.request(method, f"{self.app.base_url}/v26.0/{path}", params=params, timeout=10).json()

    def calls(self, method: str = "POST", path: str = "") -> list[dict[str, Any]]:
        """What the network was asked for this account, oldest first."""
        return self.practice.requests(network="instagram", account=self.person["id"], method=method, path=path)

    def later(self, seconds: float) -> None:
        """Move the practice clock."""
        self.practice.control("POST", "clock", offset=seconds)


class Quiet(SimpleHTTPRequestHandler):
    """Files of a folder, without a word about it."""

    def log_message(self, *_: Any) -> None:
        """Silence."""


@contextmanager
def on_the_web(folder: Path) -> Iterator[str]:
    """The address at which the folder's files can be loaded, as ours would be by SMO_BASE_URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, name) + content


def mp4(seconds: float, size: int, width: int = 720, height: int = 1280) -> bytes:
    """The boxes that tell a film's length and picture, then nothing."""
    header = _box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, 1000, int(seconds * 1000)) + bytes(80))
    matrix = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    track = _box(b"trak", _box(b"tkhd", bytes(40) + matrix + struct.pack(">II", width << 16, height << 16)))
    return _box(b"ftyp", b"isom\x00\x00\x02\x00isommp41") + _box(b"moov", header + track) + _box(b"mdat", bytes(size))
