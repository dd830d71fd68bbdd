"""The cast of the Snapchat tests: a profile on the practice network, its connector, pictures and films."""

import hashlib
import html
import json
import re
import subprocess
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import imageio_ffmpeg
import requests
from PIL import Image

from connectors.data import JPEG, MP4, PNG, Account, App, Media, Outgoing, Pause, Progress, Sent, Tokens
from connectors.errors import ConnectorError, Doubt, NotNow
from connectors.http import Http
from connectors.oauth import new_verifier
from connectors.snapchat import Snapchat
from connectors.snapchat_answers import StillProcessing
from sandbox.tokens import PRACTICE_APP, PRACTICE_SECRET
from tests.sandbox.conftest import Practice
from tests.sandbox.waiting import PAUSE

RETURN_TO = "http://testserver/connected/"


class Killed(BaseException):
    """The worker dies."""


class Mortal(Progress):
    """Progress of a worker that dies when `fatal` is true of what it has just kept; `left` is what the next one finds."""

    def __init__(self, fatal: Callable[[dict[str, Any]], bool]) -> None:
        self.left: dict[str, str] = {}
        self.fatal = fatal
        super().__init__(store=self._stored)

    def _stored(self, kept: dict[str, str]) -> None:
        self.left = dict(kept)
        if self.fatal(json.loads(kept.get("upload", "{}"))):
            raise Killed


class Scene:
    """One new profile, and everything that a test does with it."""

    def __init__(self, practice: Practice, folder: Path, **details: Any) -> None:
        self.practice, self.folder = practice, folder
        self.profile = practice.account("snapchat", "Polar Fizz Lab", **details)
        self.app = App(PRACTICE_APP, PRACTICE_SECRET, base_url=f"{practice.url}/snapchat")
        self.pauses: list[Pause] = []

    # -- the connector ---------------------------------------------------------------------------------------------

    def http(self, deadline: float = 10.0) -> Http:
        found = Snapchat.seam(self.app, self.pauses.append)
        found.deadline = deadline
        return found

    def connector(self, deadline: float = 10.0) -> Snapchat:
        tokens = Tokens(self.profile["access_token"], self.profile["refresh_token"])
        account = Account(self.profile["id"], "Polar Fizz Lab", self.profile["username"], tokens)
        return Snapchat(account, self.app, self.http(deadline))

    def renew(self) -> None:
        """Fresh tokens, after the practice clock was moved beyond the old ones."""
        self.profile |= self.practice.control("POST", "accounts", network="snapchat", account=self.profile["id"])

    def consents(self, answer: str = "allow") -> dict[str, str]:
        """Go through the consent page as a person does: what comes back to us."""
        browser = self.practice.http
        page = browser.get(Snapchat.authorize_url(self.app, RETURN_TO, "state-1", new_verifier()), timeout=10)
        assert page.ok, page.text
        asked = re.findall(r'name="(ask|scope)" value="([^"]+)"', page.text)
        form = [(name, html.unescape(value)) for name, value in asked]
        form += [("account", self.profile["id"]), ("answer", answer)]
        back = browser.post(f"{self.app.base_url}/_consent", data=form, allow_redirects=False, timeout=10)
        return dict(parse_qsl(urlsplit(back.headers["Location"]).query))

    def connects(self) -> Tokens:
        back = self.consents()
        assert back["state"] == "state-1"
        return Snapchat.exchange(self.app, self.http(), back["code"], RETURN_TO, "")

    # -- posts -----------------------------------------------------------------------------------------------------

    def post(self, *media: Media, text: str = "Ice cold in 40 °C.", doubted: bool = False, **options: Any) -> Outgoing:
        return Outgoing("key-1", text, media, options=options, doubted=doubted)

    def publishes(self, post: Outgoing, progress: Progress | None = None) -> Sent:
        """As the worker does: prepare and publish, again while Snapchat processes the file."""
        progress = progress or Progress()
        snapchat = self.connector()
        for _ in range(50):
            snapchat.prepare(post, progress)
            try:
                return snapchat.publish(post, progress)
            except NotNow as error:
                if not isinstance(error.__cause__, StillProcessing):
                    raise
                PAUSE.wait(0.05)
        raise AssertionError("Snapchat never finished processing")

    def prepared(self, post: Outgoing) -> Progress:
        progress = Progress()
        self.connector().prepare(post, progress)
        return progress

    def refusal(self, post: Outgoing, progress: Progress | None = None) -> ConnectorError:
        """How Snapchat refuses a post."""
        try:
            self.publishes(post, progress)
        except ConnectorError as error:
            return error
        raise AssertionError("this should have been refused")

    def doubts(self, post: Outgoing, progress: Progress, kind: str) -> None:
        """Publish into a fault that leaves us in doubt."""
        self.fault(kind)
        try:
            self.connector(deadline=0.5).publish(post, progress)
        except Doubt:
            return
        raise AssertionError("this should have ended in doubt")

    # -- files -----------------------------------------------------------------------------------------------------

    def photo(self, width: int = 1080, height: int = 1920, name: str = "photo.jpg", color: str = "skyblue") -> Media:
        content = BytesIO()
        png = name.endswith("png")
        Image.new("RGB", (width, height), color).save(content, "PNG" if png else "JPEG")
        return self._file(name, PNG if png else JPEG, content.getvalue(), width, height)

    def film(self, width: int = 720, height: int = 1280, seconds: int = 6, padding: int = 0) -> Media:
        """A real film; `padding` bytes at its end belong to no frame."""
        content = encoded(width, height, seconds)
        if padding:
            content += (padding + 8).to_bytes(4, "big") + b"free" + bytes(padding)
        return self._file(f"film{seconds}.mp4", MP4, content, width, height, float(seconds))

    def file(self, content: bytes, mime: str, name: str = "file") -> Media:
        return self._file(name, mime, content, 1080, 1920)

    def _file(self, name: str, mime: str, content: bytes, width: int, height: int, seconds: float = 0) -> Media:
        path = self.folder / name
        path.write_bytes(content)
        return Media(str(path), mime, len(content), name, "", width, height, seconds, hashlib.sha256(content).hexdigest())

    # -- the practice network --------------------------------------------------------------------------------------

    def public(self) -> list[dict[str, Any]]:
        """The profile's posts as everybody sees them, oldest first."""
        return self.practice.posts("snapchat", self.profile)

    def kinds(self) -> list[str]:
        return [post["kind"] for post in self.public()]

    def fault(self, kind: str, **details: Any) -> None:
        self.practice.fault(kind, self.profile, network="snapchat", **details)

    def calls(self, path: str, method: str = "POST") -> list[dict[str, Any]]:
        """What the network was asked about this profile, oldest first."""
        query = {"network": "snapchat", "account": self.profile["id"], "method": method, "path": path}
        reply = self.practice.http.get(f"{self.practice.url}/_control/requests", params=query, timeout=10)
        found: list[dict[str, Any]] = reply.json()["data"]
        return found

    def clock(self, **ahead: float) -> None:
        self.practice.control("POST", "clock", offset=timedelta(**ahead).total_seconds())


@cache
def encoded(width: int, height: int, seconds: int) -> bytes:
    """H.264 in MP4, as small as it gets."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        source = f"color=c=navy:s={width}x{height}:r=5:d={seconds}"
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", source]
        command += ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-threads", "1", str(path)]
        subprocess.run(command, check=True, timeout=60)
        return path.read_bytes()


def answered(
    status: int, body: Any, path: str = "/v1/public_profiles/p/stories", headers: Mapping[str, str] | None = None
) -> requests.Response:
    """An answer that the practice network does not give, made by hand."""
    response = requests.Response()
    response.status_code = status
    response.url = f"https://businessapi.snapchat.com{path}"
    response._content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    response.headers.update(headers or {})
    response.request = requests.Request("POST", response.url).prepare()
    return response
