"""The cast of the Pinterest tests: an account on the practice network, its connector, real pictures and films."""

import hashlib
import html
import json
import re
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import imageio_ffmpeg
import requests
from PIL import Image

from connectors.data import JPEG, MP4, PNG, Account, App, Media, Outgoing, Pause, Progress, Sent, Tokens, Uncertain
from connectors.errors import ConnectorError, Doubt
from connectors.http import Http
from connectors.pinterest import Pinterest
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


@cache
def film(seconds: int, width: int, height: int) -> bytes:
    """A real H.264 film."""
    source = f"testsrc=size={width}x{height}:rate=5:duration={seconds}"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", source, "-c:v", "libx264"]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        subprocess.run([*command, "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(path)], check=True, timeout=60)
        return path.read_bytes()


class Scene:
    """One new account, and everything that a test does with it."""

    def __init__(self, practice: Practice, folder: Path, **details: Any) -> None:
        self.practice, self.folder = practice, folder
        self.account = practice.account("pinterest", "Polar Fizz Lab", **details)
        self.app = App(PRACTICE_APP, PRACTICE_SECRET, base_url=f"{practice.url}/pinterest")
        self.pauses: list[Pause] = []

    # -- the connector ---------------------------------------------------------------------------------------------

    def http(self, deadline: float = 10.0) -> Http:
        found = Pinterest.seam(self.app, self.pauses.append)
        found.deadline = deadline
        return found

    def connector(self, deadline: float = 10.0) -> Pinterest:
        tokens = Tokens(self.account["access_token"], self.account["refresh_token"])
        account = Account(self.account["id"], "Polar Fizz Lab", self.account["username"], tokens)
        return Pinterest(account, self.app, self.http(deadline))

    def consents(self, answer: str = "allow") -> dict[str, str]:
        """Go through the consent page as a person does: what comes back to us."""
        browser = self.practice.http
        page = browser.get(Pinterest.authorize_url(self.app, RETURN_TO, "state-1", "unused"), timeout=10)
        assert page.ok, page.text
        asked = re.findall(r'name="(ask|scope)" value="([^"]+)"', page.text)
        form = [(name, html.unescape(value)) for name, value in asked]
        form += [("account", self.account["id"]), ("answer", answer)]
        back = browser.post(f"{self.app.base_url}/_consent", data=form, allow_redirects=False, timeout=10)
        return dict(parse_qsl(urlsplit(back.headers["Location"]).query))

    def connects(self) -> Tokens:
        back = self.consents()
        assert back["state"] == "state-1"
        return Pinterest.exchange(self.app, self.http(), back["code"], RETURN_TO, "unused")

    # -- posts -----------------------------------------------------------------------------------------------------

    def post(
        self, text: str = "Ice cold in 40 °C.", *media: Media, link: str = "", doubted: bool = False, **options: Any
    ) -> Outgoing:
        return Outgoing("key-1", text, media or (self.photo(),), link, options, doubted=doubted)

    def publishes(self, post: Outgoing, progress: Progress | None = None) -> Sent:
        progress = progress or Progress()
        pinterest = self.connector()
        pinterest.prepare(post, progress)
        return pinterest.publish(post, progress)

    def doubts(self, post: Outgoing, progress: Progress, **fault: Any) -> Uncertain:
        """Publish into a fault that leaves us in doubt."""
        self.fault(**fault)
        since = now()
        try:
            self.connector(deadline=0.5).publish(post, progress)
        except Doubt:
            return Uncertain(since)
        raise AssertionError("this should have ended in doubt")

    def refusal(self, post: Outgoing) -> ConnectorError:
        """How Pinterest refuses a post."""
        try:
            self.publishes(post)
        except ConnectorError as error:
            return error
        raise AssertionError("this should have been refused")

    # -- files -----------------------------------------------------------------------------------------------------

    def photo(self, name: str = "photo.jpg", alt: str = "", size: tuple[int, int] = (1200, 900), color: str = "navy") -> Media:
        content = BytesIO()
        mime = PNG if name.endswith(".png") else JPEG
        Image.new("RGB", size, color).save(content, "PNG" if mime == PNG else "JPEG")
        return self._file(name, mime, content.getvalue(), alt, *size)

    def film(self, seconds: int = 6, width: int = 720, height: int = 1280, alt: str = "", name: str = "film.mp4") -> Media:
        return self._file(name, MP4, film(seconds, width, height), alt, width, height, seconds)

    def junk(self) -> Media:
        return self._file("junk.mp4", MP4, b"not a film" * 100, "", 1280, 720, 6)

    def _file(self, name: str, mime: str, content: bytes, alt: str, width: int, height: int, seconds: float = 0) -> Media:
        path = self.folder / name
        path.write_bytes(content)
        return Media(str(path), mime, len(content), name, alt, width, height, seconds, hashlib.sha256(content).hexdigest())

    # -- the practice network --------------------------------------------------------------------------------------

    def public(self) -> list[dict[str, Any]]:
        """The account's pins as everybody sees them, oldest first."""
        return self.practice.posts("pinterest", self.account)

    def texts(self) -> list[str]:
        return [post["text"] for post in self.public()]

    def fault(self, kind: str, **details: Any) -> None:
        self.practice.fault(kind, self.account, network="pinterest", **details)

    def calls(self, method: str, path: str) -> list[dict[str, Any]]:
        """What the network was asked with the account's token, oldest first."""
        return self.practice.requests(network="pinterest", account=self.account["id"], method=method, path=path)

    def api(self, method: str, path: str, **how: Any) -> Any:
        """A call as the account, past our connector (somebody at work on pinterest.com)."""
        headers = {"Authorization": f"Bearer {self.account['access_token']}"}
        answer = self.practice.http.request(method, f"{self.app.base_url}/v5{path}", headers=headers, timeout=10, **how)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def board(self, name: str, *sections: str) -> str:
        """A new board; its id."""
        made = self.api("POST", "/boards", json={"name": name})
        for section in sections:
            self.api("POST", f"/boards/{made['id']}/sections", json={"name": section})
        return str(made["id"])

    def clock(self, **ahead: float) -> None:
        self.practice.control("POST", "clock", offset=timedelta(**ahead).total_seconds())


def answered(
    status: int, body: Any, headers: dict[str, str] | None = None, method: str = "POST", path: str = "/v5/pins"
) -> requests.Response:
    """An answer that the practice network does not give, made by hand."""
    response = requests.Response()
    response.status_code = status
    response.url = f"https://api.pinterest.com{path}"
    response._content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    response.headers.update(headers or {})
    response.request = requests.Request(method, response.url).prepare()
    return response
