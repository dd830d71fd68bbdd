"""One account of one network on the practice server, and what SMO's workers do with it: the life of a post, by hand."""

import html
import re
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from connectors import connector
from connectors.base import Confirms, Connector, Connects, Registers, SignsIn
from connectors.data import Accepted, Account, App, Media, Outgoing, Progress, Sent, Tokens, Uncertain
from connectors.errors import Doubt, NotNow, Unauthorized
from connectors.http import Http
from connectors.oauth import new_verifier
from sandbox.tokens import PRACTICE_APP, PRACTICE_SECRET
from tests.contract.files import Files
from tests.contract.samples import CAPTIONS, CASTS, JPEG, Cast, Sample
from tests.sandbox.conftest import Practice
from tests.sandbox.waiting import PAUSE

T = TypeVar("T")
RETURN_TO = "http://testserver/connected/"
IMPATIENT = 0.5  # seconds for a call that is never answered
LOOKS, USUAL = 40, 8


@dataclass
class Life:
    """A post on its way: what was reached, when it was first doubtful, what it came to."""

    post: Outgoing
    progress: Progress
    began: datetime
    handle: str = ""


def breathe(number: int) -> None:
    """After as many looks as are usual: a network that fetches a file from us needs time of this machine as well."""
    if number > USUAL:
        PAUSE.wait(0.05)


class Stage:
    """An account with tokens that work, and its network."""

    def __init__(self, practice: Practice, files: Files, network: str) -> None:
        self.practice, self.files, self.network = practice, files, network
        self.kind: type[Connector] = connector(network)
        self.cast: Cast = CASTS[network]
        self.made = practice.account(network, "Polar Fizz Lab", **self.cast.account)
        self.app = App(PRACTICE_APP, PRACTICE_SECRET, base_url=f"{practice.url}/{network}")
        tokens = Tokens(self.made["access_token"], self.made.get("refresh_token", ""))
        self.account = Account(self.made["id"], "Polar Fizz Lab", self.made.get("username", ""), tokens)
        self.ahead = 0.0

    def http(self, deadline: float = 10.0) -> Http:
        found = self.kind.seam(self.app)
        found.deadline = deadline
        return found

    def connector(self, deadline: float = 10.0) -> Connector:
        return self.kind(self.account, self.app, self.http(deadline))

    # -- connecting ------------------------------------------------------------------------------------------------------

    def connects(self) -> list[Account]:
        """As a person does: through the consent page, or with what a form asks for."""
        if issubclass(self.kind, SignsIn):
            return self.kind.sign_in(self.app, self.http(), self._answers())
        assert issubclass(self.kind, Connects)
        if issubclass(self.kind, Registers):
            self.app = self.kind.register(self.http(), self.app.base_url, RETURN_TO)
        verifier = new_verifier()
        code = self._consents(self.kind.authorize_url(self.app, RETURN_TO, "state-1", verifier))
        tokens = self.kind.exchange(self.app, self.http(), code, RETURN_TO, verifier)
        return self.kind.accounts(self.app, self.http(), tokens)

    def _consents(self, address: str) -> str:
        page = self.practice.http.get(address, timeout=10)
        assert page.ok, page.text
        fields = re.findall(r'name="(ask|scope)" value="([^"]+)"', page.text)
        form = [*((name, html.unescape(value)) for name, value in fields), ("account", self.made["id"]), ("answer", "allow")]
        back = self.practice.http.post(f"{self.app.base_url}/_consent", data=form, allow_redirects=False, timeout=10)
        answer = dict(parse_qsl(urlsplit(back.headers["Location"]).query))
        assert answer["state"] == "state-1"
        return answer["code"]

    def _answers(self) -> Mapping[str, str]:
        return {"server": self.app.base_url, **self.cast.answers(self.made)}

    def refreshes(self) -> bool:
        """Whether a new access token is to be had without a person; then it is used from here on."""
        assert issubclass(self.kind, Connects | SignsIn)
        try:
            tokens = self.kind.refresh(self.app, self.http(), self.account.tokens)
        except Unauthorized:
            return False
        self.account = replace(self.account, tokens=tokens)
        return True

    # -- a post's life ---------------------------------------------------------------------------------------------------

    def post(self, sample: Sample, **more: Any) -> Outgoing:
        """A fresh post of the sample's type, with a key of its own."""
        media = tuple(self.files.media(name, sample.alt) for name in sample.files)
        options = {name: self._made(value) for name, value in sample.options.items()}
        told: dict[str, Any] = {
            "text": sample.text,
            "media": media,
            "link": sample.link,
            "options": options,
            "targeting": sample.targeting,
        }
        if sample.is_comment or sample.reply or sample.quotes:
            first = self.cast.samples[0]
            parent = self.published(self.post(replace(first, text="What the others hang on.")))
            if sample.quotes:
                options[sample.quotes] = parent.remote_id if "://" in parent.remote_id else parent.url
            else:
                told |= {"parent": parent.remote_id, "is_comment": sample.is_comment}
        return Outgoing(str(uuid.uuid4()), **told | more)

    def _made(self, value: Any) -> Any:
        """An option's value: a file where it is the name of one, something on the network where it is made there."""
        if value in (JPEG, CAPTIONS):
            return self.files.media(value)
        return value(self.api) if callable(value) else value

    def begins(self, post: Outgoing) -> Life:
        """Prepared, as far as to the moment of publishing."""
        life = Life(post, Progress(), datetime.now(UTC))
        if post.media or any(isinstance(value, Media) for value in post.options.values()):
            self.patiently(lambda: self.connector().prepare(post, life.progress))
            self.time_passes(5)  # some networks still work on the files then
        life.began = datetime.now(UTC)
        return life

    def publishes(self, life: Life, deadline: float = 10.0) -> Sent | None:
        """The one irreversible call. None: accepted, and the network works on it."""
        outcome = self.connector(deadline).publish(life.post, life.progress)
        if isinstance(outcome, Sent):
            return outcome
        life.handle = outcome.handle
        return None

    def looks(self, life: Life, taken: frozenset[str] = frozenset()) -> Sent | Accepted | None:
        """One look whether it is there."""
        asked = self.connector()
        assert isinstance(asked, Confirms)
        return asked.confirm(life.post, life.progress, Uncertain(life.began, life.handle, taken))

    def finds(self, life: Life) -> Sent | None:
        """Look until it is there, or is not."""
        for number in range(LOOKS):
            with suppress(Doubt):  # a look that proves nothing: again, later
                found = self.looks(life)
                if not isinstance(found, Accepted):
                    return found
                life.handle = found.handle or life.handle
                breathe(number)
            self.time_passes(1)
        if self.cast.unproven:
            return None
        raise AssertionError("the network never ends working on it")

    def ends(self, life: Life) -> Sent:
        """Published for good, with as much patience as it needs."""
        found = self.patiently(lambda: self.publishes(life)) or self.finds(life)
        assert found is not None
        return found

    def published(self, post: Outgoing) -> Sent:
        """A whole undisturbed life."""
        return self.ends(self.begins(post))

    def recovers(self, life: Life) -> Sent:
        """What SMO does after a doubt: look, and only where nothing is there send it once more."""
        if issubclass(self.kind, Confirms) and (found := self.finds(life)):
            return found
        life.post = replace(life.post, doubted=True)
        return self.ends(life)

    def doubts(self, life: Life, deadline: float = 10.0) -> None:
        """Publish into a fault that leaves us in doubt."""
        try:
            self.publishes(life, deadline)
        except Doubt:
            return
        raise AssertionError("this should have ended in doubt")

    def patiently(self, step: Callable[[], T]) -> T:
        """As a worker does: again after NotNow, when its time has come on the practice clock."""
        for number in range(LOOKS):
            try:
                return step()
            except NotNow as error:
                breathe(number)
                self.time_passes(error.retry_in.total_seconds() if error.retry_in else 1)
        raise AssertionError("it is never the time for it")

    # -- the practice network --------------------------------------------------------------------------------------------

    def time_passes(self, seconds: float) -> None:
        """On the practice clock."""
        self.ahead += min(seconds, 5)
        self.practice.control("POST", "clock", offset=self.ahead)

    def fault(self, kind: str, **details: Any) -> None:
        self.practice.fault(kind, self.made, network=self.network, **details)

    def api(self, method: str, path: str, body: Any) -> Any:
        """A call as the account, past our connector (somebody at work on the network's own pages)."""
        headers = {"Authorization": f"Bearer {self.account.tokens.access}"}
        answer = self.practice.http.request(method, f"{self.app.base_url}{path}", json=body, headers=headers, timeout=10)
        assert answer.ok, answer.text
        return answer.json()

    def fan(self, kind: str, text: str, post: str) -> None:
        """Somebody comments on the post, reacts to it, names the account or writes to it."""
        target = {"account": self.made["id"]} if kind in ("message", "mention") else {"post": post}
        self.practice.control("POST", "fan", network=self.network, kind=kind, name="Ann Thirsty", text=text, **target)

    def public(self, sample: Sample) -> int:
        """How many posts of its own it adds to what everybody sees; a comment hangs on another one's."""
        return 0 if sample.is_comment and not sample.reply else sample.shows

    def attempts(self) -> int:
        """How often the network was asked to publish."""
        return len(self.practice.requests(network=self.network, account=self.made["id"], operation="publish"))

    def shown(self) -> list[dict[str, Any]]:
        """What the public sees, oldest first."""
        return self.practice.posts(self.network, self.made)
