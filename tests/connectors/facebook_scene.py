"""The cast of the Facebook tests: a Page on the practice network, its connector, small photos and films, fans."""

import html
import re
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from PIL import Image

from connectors.data import MP4, PNG, Account, App, Media, Outgoing, Pause, Progress, Sent, Tokens, Uncertain
from connectors.facebook import Facebook
from connectors.http import Http
from sandbox.tokens import PRACTICE_APP, PRACTICE_SECRET
from tests.sandbox.conftest import Practice
from tests.sandbox.waiting import until

RETURN_TO = "http://testserver/connect/facebook/return"
MIB = 1024 * 1024


def now() -> datetime:
    return datetime.now(UTC)


class Scene:
    """One new Page, and everything that a test does with it."""

    def __init__(self, practice: Practice, folder: Path) -> None:
        self.practice, self.folder = practice, folder
        self.page = practice.account("facebook", "Polar Fizz")
        self.app = App(PRACTICE_APP, PRACTICE_SECRET, base_url=f"{practice.url}/facebook")
        self.pauses: list[Pause] = []

    # -- the connector ---------------------------------------------------------------------------------------------------

    def http(self, deadline: float = 10.0) -> Http:
        found = Facebook.seam(self.app, self.pauses.append)
        found.deadline = deadline
        return found

    def account(self) -> Account:
        return Account(self.page["id"], "Polar Fizz", tokens=Tokens(self.page["access_token"]))

    def connector(self, deadline: float = 10.0) -> Facebook:
        return Facebook(self.account(), self.app, self.http(deadline))

    # -- posts -----------------------------------------------------------------------------------------------------------

    def photo(self, colour: str = "blue", alt: str = "A can in the snow") -> Media:
        path = self.folder / f"{colour}.png"
        Image.new("RGB", (64, 64), colour).save(path)
        return Media(str(path), PNG, path.stat().st_size, path.name, alt, 64, 64)

    def film(self, seconds: int = 20, size: int = 2000, name: str = "film.mp4") -> Media:
        """An upright MP4 that says how long it is, filled up to about `size` bytes."""
        path = self.folder / name
        path.write_bytes(_mp4(seconds, size))
        return Media(str(path), MP4, path.stat().st_size, name, width=1080, height=1920, seconds=seconds)

    def post(self, text: str = "Ice cold!", **more: Any) -> Outgoing:
        return Outgoing("key-1", text, **more)

    def published(self, post: Outgoing, progress: Progress | None = None) -> Sent:
        """Prepared, published and, for videos, waited for."""
        facebook, progress = self.connector(), progress or Progress()
        facebook.prepare(post, progress)
        began = now()
        sent = facebook.publish(post, progress)
        if isinstance(sent, Sent):
            return sent
        return self.confirmed(post, progress, Uncertain(began, sent.handle))

    def confirmed(self, post: Outgoing, progress: Progress, doubt: Uncertain) -> Sent:
        """Ask until it is there."""
        facebook, looks = self.connector(), []

        def there() -> bool:
            looks.append(facebook.confirm(post, progress, doubt))
            return isinstance(looks[-1], Sent)

        until(there)
        assert isinstance(looks[-1], Sent)
        return looks[-1]

    # -- the practice network --------------------------------------------------------------------------------------------

    def shown(self) -> list[dict[str, Any]]:
        """What the public sees, oldest first."""
        return self.practice.posts("facebook", self.page)

    def texts(self) -> list[str]:
        return [post["text"] for post in self.shown()]

    def fault(self, kind: str, **details: Any) -> None:
        self.practice.fault(kind, self.page, network="facebook", **details)

    def graph(self, method: str, path: str, **params: Any) -> Any:
        """A call as the Page, past our connector (somebody at work on facebook.com)."""
        params["access_token"] = self.page["access_token"]
        answer = requests.request(method, f"{self.app.base_url}/v26.0/{path}", params=params, timeout=10)
        return answer.json()

    def calls(self, method: str = "POST", path: str = "") -> list[dict[str, Any]]:
        """What the network was asked for this Page, oldest first."""
        return self.practice.requests(network="facebook", account=self.page["id"], method=method, path=path)

    def comments(self, target: str, text: str, name: str = "Ann") -> str:
        """A fan comments on a post or answers a comment; the new comment's id."""
        made = self.practice.control("POST", "fan", network="facebook", kind="comment", post=target, name=name, text=text)
        return str(made["id"])

    def writes(self, text: str, name: str = "Ann") -> None:
        """A fan writes a message to the Page."""
        where = {"network": "facebook", "kind": "message", "account": self.page["id"]}
        self.practice.control("POST", "fan", name=name, text=text, **where)

    def later(self, by: timedelta) -> None:
        """Move the practice clock."""
        self.practice.control("POST", "clock", offset=by.total_seconds())

    def consents(self, untick: str = "", pages: tuple[str, ...] = ()) -> str:
        """Go through the consent page as a person does, leaving one box empty; gives the code."""
        browser = requests.Session()
        page = browser.get(Facebook.authorize_url(self.app, RETURN_TO, "state-1", ""), timeout=10)
        assert page.ok, page.text
        fields = re.findall(r'name="(ask|scope)" value="([^"]+)"', page.text)
        form = [(name, html.unescape(value)) for name, value in fields if not untick or value != untick]
        form += [*(("account", page) for page in pages or (self.page["id"],)), ("answer", "allow")]
        back = browser.post(f"{self.app.base_url}/_consent", data=form, allow_redirects=False, timeout=10)
        answer = parse_qs(urlsplit(back.headers["Location"]).query)
        assert answer["state"] == ["state-1"]
        return answer["code"][0]

    def connects(self, **how: Any) -> Tokens:
        return Facebook.exchange(self.app, self.http(), self.consents(**how), RETURN_TO, "")


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, name) + content


def _mp4(seconds: int, size: int) -> bytes:
    header = _box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, 1000, seconds * 1000) + bytes(80))
    return _box(b"ftyp", b"isom\x00\x00\x02\x00isommp41") + _box(b"moov", header) + _box(b"mdat", bytes(size))
