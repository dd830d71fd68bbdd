"""The cast of the YouTube tests: a channel on the practice network, its connector, films of a few hundred bytes."""

import hashlib
import html
import re
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from connectors.data import JPEG, MP4, Account, App, Media, Outgoing, Progress, Sent, Tokens
from connectors.errors import NotNow
from connectors.http import Http
from connectors.oauth import new_verifier
from connectors.youtube import YouTube
from sandbox.tokens import PRACTICE_APP, PRACTICE_SECRET
from tests.sandbox.conftest import Practice
from tests.sandbox.waiting import until

RETURN_TO = "http://testserver/connect/youtube/return"
KIB = 1024


class Killed(BaseException):
    """The worker dies."""


class Watched(Progress):
    """A Progress at which something happens once, as soon as `name` is kept; `left` is what a next attempt finds."""

    def __init__(self, name: str, happens: Callable[[], object]) -> None:
        self.left: dict[str, str] = {}
        self.name, self.happens = name, happens
        super().__init__(store=self._stored)

    def _stored(self, kept: dict[str, str]) -> None:
        self.left = kept
        if self.name in kept:
            happens, self.happens = self.happens, lambda: None
            happens()


def dies() -> None:
    raise Killed


class Scene:
    """One new channel, and everything that a test does with it."""

    def __init__(self, practice: Practice, folder: Path) -> None:
        self.practice, self.folder = practice, folder
        self.channel = practice.account("youtube", "Polar Fizz Lab")
        self.app = App(PRACTICE_APP, PRACTICE_SECRET, base_url=f"{practice.url}/youtube")

    # -- the connector ---------------------------------------------------------------------------------------------------

    def http(self, deadline: float = 10.0) -> Http:
        found = YouTube.seam(self.app)
        found.deadline = deadline
        return found

    def connector(self, deadline: float = 10.0, chunk_size: int = YouTube.chunk_size) -> YouTube:
        account = Account(self.channel["id"], tokens=Tokens(self.channel["access_token"]))
        found = YouTube(account, self.app, self.http(deadline))
        found.chunk_size = chunk_size
        return found

    # -- posts -----------------------------------------------------------------------------------------------------------

    def film(self, seconds: int = 90, width: int = 1920, height: int = 1080, kib: int = 1, name: str = "film.mp4") -> Media:
        """An MP4 that says so much of itself, and then `kib` KiB of nothing."""
        path = self.folder / name
        path.write_bytes(_mp4(seconds, width, height) + _box(b"mdat", bytes(kib * KIB)))
        size, mark = path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest()
        return Media(str(path), MP4, size, name, "", width, height, seconds, mark)

    def upright_film(self) -> Media:
        return self.film(30, 1080, 1920, name="upright.mp4")

    def picture(self) -> Media:
        path = self.folder / "thumbnail.jpg"
        path.write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + bytes(64) + b"\xff\xd9")
        return Media(str(path), JPEG, path.stat().st_size, "thumbnail.jpg", sha256="thumb")

    def post(self, text: str = "Ice cold in 40 °C.", film: Media | None = None, **options: Any) -> Outgoing:
        return Outgoing("key-1", text, (film or self.film(),), options={"title": "How cold is it?"} | options)

    def published(self, **options: Any) -> Sent:
        """A video that is public and processed."""
        youtube, post, progress = self.connector(), self.post(**options), Progress()
        with suppress(NotNow):  # the thumbnail of a Short waits for its processing
            youtube.prepare(post, progress)
        self.processed(progress.get("video"))
        youtube.prepare(post, progress)
        sent = youtube.publish(post, progress)
        assert isinstance(sent, Sent)
        return sent

    # -- the practice network --------------------------------------------------------------------------------------------

    def api(self, method: str, path: str, **kwargs: Any) -> Any:
        """A call as the channel, past our connector (somebody at work in YouTube Studio)."""
        headers = {"Authorization": f"Bearer {self.channel['access_token']}"}
        answer = requests.request(method, f"{self.app.base_url}/youtube/v3/{path}", headers=headers, timeout=10, **kwargs)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def video(self, video_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.api("GET", f"videos?part=snippet,status,contentDetails&id={video_id}")["items"][0]
        return found

    def time_passes(self, seconds: int) -> None:
        """Since the beginning of the test, on the practice network's clock."""
        self.practice.control("POST", "clock", offset=seconds)

    def processed(self, video_id: str) -> None:
        """Processing ends, well or badly; it takes a second or two on the practice network."""
        self.time_passes(3)
        until(lambda: self.video(video_id)["status"]["uploadStatus"] != "uploaded")

    def use_own_app(self) -> None:
        """The channel in a developer app of its own, so that its daily allowance is nobody else's."""
        self.practice.control("POST", "apps", network="youtube", client_id="app-2", secret="s", name="Another app")
        self.channel = self.practice.account("youtube", "Polar Fizz Two", app="app-2")

    def start_upload(self) -> int:
        """Begin an upload that never sends a byte; the status of the answer."""
        url = f"{self.app.base_url}/upload/youtube/v3/videos?uploadType=resumable&part=snippet"
        headers = {"Authorization": f"Bearer {self.channel['access_token']}", "X-Upload-Content-Type": MP4}
        return requests.post(url, headers=headers, json={"snippet": {"title": "T"}}, timeout=10).status_code

    def uploads(self) -> list[str]:
        """Titles of everything on the channel, private videos too."""
        listed = self.api("GET", f"playlistItems?part=snippet&maxResults=50&playlistId=UU{self.channel['id'][2:]}")
        return [item["snippet"]["title"] for item in listed["items"]]

    def public(self) -> list[str]:
        return [post["title"] for post in self.practice.posts("youtube", self.channel)]

    def comments(self, target: str, text: str, name: str = "Ann") -> str:
        """A fan comments on a video or answers a comment; the new comment's id."""
        made = self.practice.control("POST", "fan", network="youtube", kind="comment", post=target, name=name, text=text)
        return str(made["id"])

    def calls(self, method: str, path: str) -> list[dict[str, Any]]:
        """What the network was asked, oldest first."""
        asked = {"network": "youtube", "account": self.channel["id"], "method": method, "path": path}
        found = self.practice.http.get(f"{self.practice.url}/_control/requests", params=asked, timeout=10).json()["data"]
        return [call for call in found if call["method"] == method]

    def fault(self, kind: str, **details: Any) -> None:
        self.practice.fault(kind, self.channel, **details)

    def consents(self, untick: str = "") -> tuple[str, str]:
        """Go through the consent page as a person does, leaving one box empty; gives the code and the verifier."""
        verifier = new_verifier()
        browser = requests.Session()
        page = browser.get(YouTube.authorize_url(self.app, RETURN_TO, "state-1", verifier), timeout=10)
        assert page.ok, page.text
        fields = re.findall(r'name="(ask|scope)" value="([^"]+)"', page.text)
        form = [(name, html.unescape(value)) for name, value in fields if not untick or not value.endswith(untick)]
        form += [("account", self.channel["id"]), ("answer", "allow")]
        back = browser.post(f"{self.app.base_url}/_consent", data=form, allow_redirects=False, timeout=10)
        answer = parse_qs(urlsplit(back.headers["Location"]).query)
        assert answer["state"] == ["state-1"]
        return answer["code"][0], verifier

    def connects(self) -> Tokens:
        code, verifier = self.consents()
        return YouTube.exchange(self.app, self.http(), code, RETURN_TO, verifier)


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, name) + content


def _mp4(seconds: int, width: int, height: int) -> bytes:
    header = _box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, 1000, seconds * 1000) + bytes(80))
    matrix = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    track = _box(b"trak", _box(b"tkhd", bytes(40) + matrix + struct.pack(">II", width << 16, height << 16)))
    return _box(b"ftyp", b"isom\x00\x00\x02\x00isommp41") + _box(b"moov", header + track)
