"""The cast of the Mastodon tests: an account on the practice server, its connector, files."""

import hashlib
import html
import json
import re
import subprocess
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import imageio_ffmpeg
import requests
from PIL import Image

from connectors.data import GIF, JPEG, MP4, PNG, Account, App, Media, Outgoing, Pause, Progress, Sent, Tokens, Uncertain
from connectors.errors import ConnectorError, Doubt
from connectors.http import Http
from connectors.mastodon import Mastodon
from connectors.oauth import new_verifier
from sandbox.tokens import PRACTICE_APP, PRACTICE_SECRET
from tests.sandbox.conftest import Practice

RETURN_TO = "http://testserver/connected/"


def now() -> datetime:
    return datetime.now(UTC)


class Killed(BaseException):
    """The worker dies."""


class Mortal(Progress):
    """Progress of a worker that dies when `fatal` is true of what it has just kept; `left` is what the next one finds."""

    def __init__(self, fatal: Callable[[dict[str, str]], bool]) -> None:
        self.left: dict[str, str] = {}
        self.fatal = fatal
        super().__init__(store=self._stored)

    def _stored(self, kept: dict[str, str]) -> None:
        self.left = dict(kept)
        if self.fatal(kept):
            raise Killed


class Scene:
    """One new account, and everything that a test does with it."""

    def __init__(self, practice: Practice, folder: Path, **details: Any) -> None:
        self.practice, self.folder = practice, folder
        self.account = practice.account("mastodon", "Polar Fizz Lab", **details)
        self.app = App(PRACTICE_APP, PRACTICE_SECRET, base_url=f"{practice.url}/mastodon")
        self.pauses: list[Pause] = []

    # -- the connector ---------------------------------------------------------------------------------------------

    def http(self, deadline: float = 10.0) -> Http:
        found = Mastodon.seam(self.app, self.pauses.append)
        found.deadline = deadline
        return found

    def connector(self, deadline: float = 10.0) -> Mastodon:
        tokens = Tokens(self.account["access_token"])
        account = Account(self.account["id"], "Polar Fizz Lab", self.account["username"], tokens)
        return Mastodon(account, self.app, self.http(deadline))

    def consents(self, app: App | None = None, answer: str = "allow") -> tuple[dict[str, str], str]:
        """Go through the consent page as a person does: what comes back to us, and the verifier."""
        verifier = new_verifier()
        browser = self.practice.http
        page = browser.get(Mastodon.authorize_url(app or self.app, RETURN_TO, "state-1", verifier), timeout=10)
        assert page.ok, page.text
        asked = re.findall(r'name="(ask|scope)" value="([^"]+)"', page.text)
        form = [(name, html.unescape(value)) for name, value in asked]
        form += [("account", self.account["id"]), ("answer", answer)]
        back = browser.post(f"{self.app.base_url}/_consent", data=form, allow_redirects=False, timeout=10)
        return dict(parse_qsl(urlsplit(back.headers["Location"]).query)), verifier

    def connects(self, app: App | None = None) -> Tokens:
        back, verifier = self.consents(app)
        assert back["state"] == "state-1"
        return Mastodon.exchange(app or self.app, self.http(), back["code"], RETURN_TO, verifier)

    # -- posts -----------------------------------------------------------------------------------------------------

    def post(
        self,
        text: str = "Ice cold in 40 °C.",
        *media: Media,
        key: str = "key-1",
        doubted: bool = False,
        parent: str = "",
        link: str = "",
        **options: Any,
    ) -> Outgoing:
        return Outgoing(key, text, media, link=link, options=options, parent=parent, doubted=doubted)

    def publishes(self, post: Outgoing, progress: Progress | None = None) -> Sent:
        progress = progress or Progress()
        mastodon = self.connector()
        if post.media:
            mastodon.prepare(post, progress)
        return mastodon.publish(post, progress)

    def doubts(self, post: Outgoing, progress: Progress, **fault: Any) -> Uncertain:
        """Publish into a fault that leaves us in doubt."""
        self.fault(**fault)
        since = now()
        try:
            self.connector(deadline=0.5).publish(post, progress)
        except Doubt:
            return Uncertain(since)
        raise AssertionError("this should have ended in doubt")

    def refusal(self, post: Outgoing, progress: Progress | None = None) -> ConnectorError:
        """How the server refuses a post."""
        try:
            self.publishes(post, progress)
        except ConnectorError as error:
            return error
        raise AssertionError("this should have been refused")

    # -- files -----------------------------------------------------------------------------------------------------

    def photo(self, name: str = "photo.png", alt: str = "", side: int = 8) -> Media:
        content = BytesIO()
        Image.new("RGB", (side, side), "skyblue").save(content, "PNG")
        return self._file(name, PNG, content.getvalue(), alt, side, side)

    def jpeg(self, width: int = 1200, height: int = 900) -> Media:
        content = BytesIO()
        Image.new("RGB", (width, height), "navy").save(content, "JPEG")
        return self._file("photo.jpg", JPEG, content.getvalue(), "", width, height)

    def gif(self, name: str = "fizz.gif") -> Media:
        content, frames = BytesIO(), [Image.new("RGB", (8, 8), color) for color in ("navy", "white")]
        frames[0].save(content, "GIF", save_all=True, append_images=frames[1:])
        return self._file(name, GIF, content.getvalue(), "", 8, 8)

    def video(self, name: str = "film.mp4", size: int = 1000, alt: str = "") -> Media:
        content = b"\0\0\0\x18ftypmp42" + bytes(size - 12)
        return self._file(name, MP4, content, alt, 1280, 720, 12.0)

    def film(self, width: int, height: int) -> Media:
        """Six real seconds of H.264."""
        path = self.folder / f"{width}x{height}.mp4"
        source = f"color=c=navy:s={width}x{height}:r=5:d=6"
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-v", "error", "-f", "lavfi", "-i", source]
        subprocess.run([*command, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-preset", "ultrafast", str(path)], check=True)
        return self._file(path.name, MP4, path.read_bytes(), "", width, height, 6.0)

    def _file(self, name: str, mime: str, content: bytes, alt: str, width: int, height: int, seconds: float = 0) -> Media:
        path = self.folder / name
        path.write_bytes(content)
        return Media(str(path), mime, len(content), name, alt, width, height, seconds, hashlib.sha256(content).hexdigest())

    # -- the practice server ---------------------------------------------------------------------------------------

    def public(self) -> list[dict[str, Any]]:
        """The account's posts as everybody sees them, oldest first."""
        return self.practice.posts("mastodon", self.account)

    def texts(self) -> list[str]:
        return [post["text"] for post in self.public()]

    def status(self, status_id: str) -> dict[str, Any]:
        """A post as its author sees it, past our connector."""
        headers = {"Authorization": f"Bearer {self.account['access_token']}"}
        answer = requests.get(f"{self.app.base_url}/api/v1/statuses/{status_id}", headers=headers, timeout=10)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def fault(self, kind: str, **details: Any) -> None:
        self.practice.fault(kind, self.account, network="mastodon", **details)

    def calls(self, method: str, path: str) -> list[dict[str, Any]]:
        """What the server was asked with the account's token, oldest first."""
        return self.practice.requests(network="mastodon", account=self.account["id"], method=method, path=path)

    def clock(self, **ahead: float) -> None:
        self.practice.control("POST", "clock", offset=timedelta(**ahead).total_seconds())


def answered(
    status: int, body: Any, headers: Mapping[str, str] | None = None, method: str = "POST", path: str = "/api/v1/statuses"
) -> requests.Response:
    """An answer that the practice server does not give, made by hand."""
    response = requests.Response()
    response.status_code = status
    response.url = f"https://mastodon.social{path}"
    response._content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    response.headers.update(headers or {})
    response.request = requests.Request(method, response.url).prepare()
    return response
