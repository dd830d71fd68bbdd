"""The cast of the TikTok tests: an account on the practice network, its connector, real films and photos that it can fetch."""

import hashlib
import html
import re
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import imageio_ffmpeg
from PIL import Image

from connectors.data import JPEG, MP4, Accepted, Account, App, Media, Outgoing, Pause, Progress, Sent, Tokens, Uncertain
from connectors.errors import ConnectorError, Doubt
from connectors.http import Http
from connectors.oauth import new_verifier
from connectors.tiktok import TikTok
from sandbox.tokens import PRACTICE_APP, PRACTICE_SECRET
from tests.sandbox.conftest import Practice
from tests.sandbox.waiting import until

RETURN_TO = "http://testserver/connected/"
MEGABYTE = 1_000_000


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

    def __init__(self, practice: Practice, folder: Path, photos_at: str = "", **details: Any) -> None:
        self.practice, self.folder, self.photos_at = practice, folder, photos_at
        self.account = practice.account("tiktok", "Polar Fizz Lab", **details)
        self.app = App(PRACTICE_APP, PRACTICE_SECRET, base_url=f"{practice.url}/tiktok")
        self.pauses: list[Pause] = []

    # -- the connector ---------------------------------------------------------------------------------------------

    def http(self, deadline: float = 10.0) -> Http:
        found = TikTok.seam(self.app, self.pauses.append)
        found.deadline = deadline
        return found

    def connector(self, deadline: float = 10.0) -> TikTok:
        tokens = Tokens(self.account["access_token"], self.account["refresh_token"])
        account = Account(self.account["id"], "Polar Fizz Lab", self.account["username"], tokens)
        return TikTok(account, self.app, self.http(deadline))

    def consents(self, answer: str = "allow", without: tuple[str, ...] = ()) -> tuple[dict[str, str], str]:
        """Go through the consent page as a person does: what comes back to us, and the verifier."""
        verifier = new_verifier()
        browser = self.practice.http
        page = browser.get(TikTok.authorize_url(self.app, RETURN_TO, "state-1", verifier), timeout=10)
        assert page.ok, page.text
        asked = re.findall(r'name="(ask|scope)" value="([^"]+)"', page.text)
        form = [(name, html.unescape(value)) for name, value in asked if value not in without]
        form += [("account", self.account["id"]), ("answer", answer)]
        back = browser.post(f"{self.app.base_url}/_consent", data=form, allow_redirects=False, timeout=10)
        return dict(parse_qsl(urlsplit(back.headers["Location"]).query)), verifier

    def connects(self, without: tuple[str, ...] = ()) -> Tokens:
        back, verifier = self.consents(without=without)
        assert back["state"] == "state-1"
        return TikTok.exchange(self.app, self.http(), back["code"], RETURN_TO, verifier)

    # -- posts -----------------------------------------------------------------------------------------------------

    def post(self, text: str = "Ice cold in 40 °C.", *media: Media, doubted: bool = False, **options: Any) -> Outgoing:
        chosen = {"privacy": "PUBLIC_TO_EVERYONE"} | options
        return Outgoing("key-1", text, media or (self.video(),), options=chosen, doubted=doubted)

    def accepted(self, post: Outgoing, progress: Progress | None = None) -> Accepted:
        progress, tiktok = progress or Progress(), self.connector()
        tiktok.prepare(post, progress)
        return tiktok.publish(post, progress)

    def publishes(self, post: Outgoing, progress: Progress | None = None) -> Sent:
        """Until TikTok says that it is out."""
        progress = progress or Progress()
        since, handle = now(), self.accepted(post, progress).handle
        return self.confirmed(post, progress, Uncertain(since, handle))

    def confirmed(self, post: Outgoing, progress: Progress, doubt: Uncertain) -> Sent:
        tiktok = self.connector()

        def found() -> Sent | None:
            answer = tiktok.confirm(post, progress, doubt)
            assert answer is not None
            return answer if isinstance(answer, Sent) else None

        self.practice.control("POST", "limits", network="tiktok", enforced=False)  # a person waits longer between looks
        return until(found) or Sent("")

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
        """How TikTok refuses a post."""
        try:
            self.accepted(post)
        except ConnectorError as error:
            return error
        raise AssertionError("this should have been refused")

    # -- files -----------------------------------------------------------------------------------------------------

    def video(self, name: str = "film.mp4", size: int = 0) -> Media:
        """Six seconds, upright; filled up to `size` bytes with a box of nothing."""
        filling = max(size - len(film()), 0)
        content = film() + (struct.pack(">I4s", filling, b"free") + bytes(filling - 8) if filling else b"")
        return self._file(name, MP4, content, 720, 1280, 6.0)

    def photo(self, name: str = "photo.jpg", width: int = 1200, height: int = 900, kind: str = "JPEG") -> Media:
        path = self.folder / name
        Image.new("RGB", (width, height), "skyblue").save(path, kind)
        return self._file(name, JPEG, path.read_bytes(), width, height)

    def _file(self, name: str, mime: str, content: bytes, width: int, height: int, seconds: float = 0) -> Media:
        path = self.folder / name
        path.write_bytes(content)
        mark = hashlib.sha256(content).hexdigest()
        url = f"{self.photos_at}/{name}" if self.photos_at else ""
        return Media(str(path), mime, len(content), name, "", width, height, seconds, mark, url)

    # -- the practice network --------------------------------------------------------------------------------------

    def public(self) -> list[dict[str, Any]]:
        """The account's posts as everybody sees them, oldest first."""
        return self.practice.posts("tiktok", self.account)

    def texts(self) -> list[str]:
        return [post["text"] for post in self.public()]

    def fault(self, kind: str, **details: Any) -> None:
        self.practice.fault(kind, self.account, network="tiktok", **details)

    def calls(self, method: str, path: str) -> list[dict[str, Any]]:
        """What the network was asked for the account, oldest first."""
        found: list[dict[str, Any]] = self.practice.requests(
            network="tiktok", account=self.account["id"], method=method, path=path
        )
        return found

    def clock(self, **ahead: float) -> None:
        self.practice.control("POST", "clock", offset=timedelta(**ahead).total_seconds())


@contextmanager
def serving_files(folder: Path) -> Iterator[str]:
    """Our web server, where TikTok fetches photos; its address."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@cache
def film() -> bytes:
    """Six seconds of H.264, 720 x 1280."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        source = "color=c=skyblue:s=720x1280:r=25:d=6"
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", "-f", "lavfi", "-i", source]
        command += ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-movflags", "+faststart", str(path)]
        subprocess.run(command, check=True, timeout=60)
        return path.read_bytes()
