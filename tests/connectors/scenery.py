"""What the scenes of all networks share: an account on the practice network, the way through its consent page, faults."""

import hashlib
import html
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar
from urllib.parse import parse_qsl, urlsplit

from connectors.base import Connector
from connectors.data import Accepted, Account, App, Media, Outgoing, Pause, Progress, Sent, Tokens, Uncertain
from connectors.errors import ConnectorError, Doubt
from connectors.http import Http
from sandbox.tokens import PRACTICE_APP, PRACTICE_SECRET
from tests.sandbox.conftest import Practice

NAME = "Polar Fizz Lab"
RETURN_TO = "http://testserver/connected/"
Kind = TypeVar("Kind", bound=Connector)


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


class Scenery(Generic[Kind]):
    """One new account on the practice network of `kind`."""

    kind: ClassVar[type[Connector]]
    called = "username"  # where the practice account's own name stands

    def __init__(self, practice: Practice, folder: Path, **details: Any) -> None:
        self.practice, self.folder = practice, folder
        self.account = practice.account(self.kind.slug, NAME, **details)
        self.app = App(PRACTICE_APP, PRACTICE_SECRET, base_url=f"{practice.url}/{self.kind.slug}")
        self.pauses: list[Pause] = []

    # -- the connector ---------------------------------------------------------------------------------------------

    def http(self, deadline: float = 10.0) -> Http:
        found = self.kind.seam(self.app, self.pauses.append)
        found.deadline = deadline
        return found

    def connector(self, deadline: float = 10.0) -> Kind:
        tokens = Tokens(self.account["access_token"], self.account.get("refresh_token", ""))
        account = Account(self.account["id"], NAME, self.account[self.called], tokens)
        made: Any = self.kind(account, self.app, self.http(deadline))
        bound: Kind = made
        return bound

    def answers_at(self, address: str, answer: str = "allow", without: Iterable[str] = ()) -> dict[str, str]:
        """Go through the consent page as a person does: what comes back to us."""
        page = self.practice.http.get(address, timeout=10)
        assert page.ok, page.text
        asked = re.findall(r'name="(ask|scope)" value="([^"]+)"', page.text)
        form = [(name, html.unescape(value)) for name, value in asked if value not in without]
        form += [("account", self.account["id"]), ("answer", answer)]
        back = self.practice.http.post(f"{self.app.base_url}/_consent", data=form, allow_redirects=False, timeout=10)
        return dict(parse_qsl(urlsplit(back.headers["Location"]).query))

    # -- posts -----------------------------------------------------------------------------------------------------

    def publishes(self, post: Outgoing, progress: Progress | None = None) -> Sent:
        progress, connector = progress or Progress(), self.connector()
        connector.prepare(post, progress)
        return sent(connector.publish(post, progress))

    def doubts(self, post: Outgoing, progress: Progress | None = None, **fault: Any) -> Uncertain:
        """Publish into a fault that leaves us in doubt."""
        self.fault(**fault)
        since = now()
        try:
            self.connector(deadline=0.5).publish(post, progress or Progress())
        except Doubt:
            return Uncertain(since)
        raise AssertionError("this should have ended in doubt")

    def refusal(self, post: Outgoing, progress: Progress | None = None) -> ConnectorError:
        """How the network refuses a post."""
        try:
            self.publishes(post, progress)
        except ConnectorError as error:
            return error
        raise AssertionError("this should have been refused")

    def _file(self, name: str, mime: str, content: bytes, alt: str, width: int, height: int, seconds: float = 0) -> Media:
        path = self.folder / name
        path.write_bytes(content)
        return Media(str(path), mime, len(content), name, alt, width, height, seconds, hashlib.sha256(content).hexdigest())

    # -- the network -----------------------------------------------------------------------------------------------

    def public(self) -> list[dict[str, Any]]:
        """The account's posts as everybody sees them, oldest first."""
        return self.practice.posts(self.kind.slug, self.account)

    def texts(self) -> list[str]:
        return [post["text"] for post in self.public()]

    def fault(self, kind: str, **details: Any) -> None:
        self.practice.fault(kind, self.account, network=self.kind.slug, **details)

    def calls(self, method: str, path: str) -> list[dict[str, Any]]:
        """What the network was asked for the account, oldest first."""
        return self.practice.requests(network=self.kind.slug, account=self.account["id"], method=method, path=path)

    def clock(self, **ahead: float) -> None:
        self.practice.control("POST", "clock", offset=timedelta(**ahead).total_seconds())


def sent(result: Sent | Accepted) -> Sent:
    """What publishing gave, where the network does not go on working."""
    assert isinstance(result, Sent)
    return result
