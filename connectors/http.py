"""The one HTTP seam of the connectors: hosts, total deadline, judging of answers, redaction, no retry of anything.

Connectors and the client libraries that they use all go through `Http.session`. It keeps three promises:

* A call ends within DEADLINE seconds as a whole, however slowly the other side dribbles: a watchdog shuts the socket.
* What leaves it as ConnectorError proves that nothing was created; every other exception is a doubt.
* It talks to the network's own hosts only (or to the base address that stands for them), so that no address in a
  user's text or in a network's answer can point it elsewhere.
"""

import copy
import logging
import os
import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.cookies import RequestsCookieJar
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from connectors.data import Pause
from connectors.errors import Blocked, Doubt, NotNow, Rejected, Unauthorized
from connectors.wire import Adapter, Call, Watchdog, here
from connectors.words import _

CONNECT_TIMEOUT = 5.0
READ_TIMEOUT = 20.0
DEADLINE = 30.0  # seconds for one call as a whole; less than the workers' time limit, which is less than the lease

log = logging.getLogger("smo.http")

SECRET = re.compile(
    r"((?:access_|refresh_|id_)?token|client_secret|appsecret_proof|code|code_verifier|password|assertion|input_token|fb_exchange_token)"
    r"(\"?\s*[=:]\s*\"?)[^\s\"&,;}]+",
    re.IGNORECASE,
)
BEARER = re.compile(r"(Bearer|OAuth|Basic)\s+[\w.~+/=|-]+")


def redact(text: str, most: int = 500) -> str:
    """`text` without anything that looks like a secret, and not longer than `most` characters."""
    return BEARER.sub(r"\1 ***", SECRET.sub(r"\1\2***", text))[:most]


@dataclass(frozen=True)
class Exchange:
    """One call as the timeline shows it: what was asked and what came back. `status` 0: no answer. No bodies, no secrets."""

    method: str
    address: str
    status: int
    milliseconds: int


# -- the seam --------------------------------------------------------------------------------------------------------------


_adapter = Adapter()
_watchdog = Watchdog()


class Session(requests.Session):
    """A requests session on the seam; the libraries are handed this one."""

    http: "Http"

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False  # a .netrc must not replace our tokens; proxies and CA bundles are read below
        self.params = self.proxies = None  # type: ignore[assignment]  # merging empty ones is a tenth of a call's CPU
        self.mount("https://", _adapter)
        self.mount("http://", _adapter)

    def on(self, http: "Http") -> "Session":
        """A session like this one for `http`, with no cookies of others. Copying costs a tenth of making one."""
        made = copy.copy(self)
        made.http, made.headers, made.cookies = http, CaseInsensitiveDict(self.headers), RequestsCookieJar()
        return made

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        return self.http.carry(str(method).upper(), str(url), lambda target: self._send(method, target, *args, **kwargs))

    def _send(self, method: str | bytes, url: str, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs["timeout"] = (CONNECT_TIMEOUT, READ_TIMEOUT)
        kwargs["proxies"] = dict(_proxies(urlsplit(url).netloc, urlsplit(url).scheme))
        kwargs["verify"] = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE") or True
        kwargs["allow_redirects"] = False
        return super().request(method, url, *args, **kwargs)


_blank = Session()


def _after_fork() -> None:
    """A child must not share its parent's connections, and has none of its threads."""
    global _adapter, _watchdog, _blank
    _adapter, _watchdog = Adapter(), Watchdog()
    _blank = Session()


os.register_at_fork(after_in_child=_after_fork)


@lru_cache(maxsize=256)
def _proxies(netloc: str, scheme: str) -> tuple[tuple[str, str], ...]:
    return tuple(requests.utils.get_environ_proxies(f"{scheme}://{netloc}/").items())


class Http:
    """HTTP for one connector.

    `hosts`: the network's own, as its documentation names them. `base_url` (the sandbox, an operator's server) stands
    for all of them when it is set: `https://api.example/2/x` becomes `<base_url>/2/x`. `judge` raises what an answer
    means; `pause` reads the allowance from its headers and `on_pause` is told. `guarded`: a user named the base address,
    so that calls end with Blocked where it does not lie on the public internet.
    """

    def __init__(
        self,
        hosts: Sequence[str],
        base_url: str = "",
        judge: Callable[[requests.Response], None] | None = None,
        pause: Callable[[requests.Response], Pause | None] | None = None,
        on_pause: Callable[[Pause], None] | None = None,
        deadline: float | None = None,
        guarded: bool = False,
    ) -> None:
        self.guarded = guarded
        self.hosts = frozenset(hosts)
        self.base_url = base_url.rstrip("/")
        self.judge, self.pause, self.on_pause = judge, pause, on_pause
        self.deadline = deadline or DEADLINE
        self.exchanges: list[Exchange] = []
        self.session = _blank.on(self)

    def get(self, url: str, **kwargs: Any) -> Any:
        """The JSON of the answer."""
        return _json(self.session.request("GET", url, **kwargs))

    def post(self, url: str, **kwargs: Any) -> Any:
        """The JSON of the answer, None when it has no body."""
        return _json(self.session.request("POST", url, **kwargs))

    def put(self, url: str, **kwargs: Any) -> Any:
        """The JSON of the answer, None when it has no body."""
        return _json(self.session.request("PUT", url, **kwargs))

    def delete(self, url: str, **kwargs: Any) -> Any:
        """The JSON of the answer, None when it has no body."""
        return _json(self.session.request("DELETE", url, **kwargs))

    def address(self, url: str) -> str:
        """Where a call to `url` really goes. Raises Blocked for a host that is not the network's."""
        if self.base_url and url.startswith(self.base_url + "/"):
            return url
        parts = urlsplit(url)
        if parts.hostname not in self.hosts:
            raise Blocked(_("%(hostname)s is not an address of this network.") % {"hostname": parts.hostname})
        if not self.base_url:
            return url
        return f"{self.base_url}{parts.path}{'?' + parts.query if parts.query else ''}"

    def carry(self, method: str, url: str, send: Callable[[str], requests.Response]) -> requests.Response:
        """One call from address to judged answer."""
        target = self.address(url)
        call = here.call = Call(self.deadline, self.guarded)
        _watchdog.watch(call)
        started = time.monotonic()
        response = None
        try:
            response = send(target)
        except requests.RequestException as error:
            raise _meaning(error, self.deadline if call.expired else 0) from error
        finally:
            call.finish()
            here.call = None
            self._note(method, url, response, started)
        if self.pause and self.on_pause and (found := self.pause(response)):
            self.on_pause(found)
        if self.judge:
            self.judge(response)
        return response

    def _note(self, method: str, url: str, response: requests.Response | None, started: float) -> None:
        parts = urlsplit(url)
        status = response.status_code if response is not None else 0
        exchange = Exchange(method, f"{parts.netloc}{parts.path}", status, round((time.monotonic() - started) * 1000))
        self.exchanges.append(exchange)
        del self.exchanges[:-50]
        log.info("call method=%s address=%s status=%s ms=%s", method, exchange.address, status, exchange.milliseconds)


def _json(response: requests.Response) -> Any:
    if not response.content:
        return None
    try:
        return response.json()
    except ValueError as error:
        raise Doubt(_("The network's answer cannot be read."), redact(response.text)) from error


NEVER_CONNECTED = (NewConnectionError, NameResolutionError, ConnectTimeoutError)


def _meaning(error: requests.RequestException, expired_after: float) -> Exception:
    """NotNow where no connection came about, so that nothing can have been created; otherwise a doubt."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, NEVER_CONNECTED):
            return NotNow(_("The network cannot be reached at the moment; SMO tries again."), type(cause).__name__)
        reason = getattr(cause, "reason", None)
        cause = reason if isinstance(reason, BaseException) else cause.__context__
    said = f"no answer within {expired_after:g} s" if expired_after else f"connection lost: {type(error).__name__}"
    return Doubt(_("The connection broke before the network answered."), said)


# -- what a status means, where the network's own codes say nothing ---------------------------------------------------------


def judge_status(name: str, response: requests.Response) -> None:
    """The general table: 401 Unauthorized, 429 NotNow, other 4xx Rejected, 408 and 5xx a doubt; the rest passes."""
    status = response.status_code
    if status < 400:
        return
    said = f"{status} {redact(response.text)}"
    if status == 401:
        raise Unauthorized(_("%(name)s no longer accepts the connection: connect the channel again.") % {"name": name}, said)
    if status == 429:
        raise NotNow(_("%(name)s asks to slow down; SMO tries again.") % {"name": name}, said, retry_after(response))
    if status == 408 or status >= 500:
        raise Doubt(_("%(name)s answered with an error of its own.") % {"name": name}, said)
    raise Rejected(_("%(name)s refused the post.") % {"name": name}, said)


def retry_after(response: requests.Response) -> timedelta | None:
    """The Retry-After header: seconds or an HTTP date; None without one."""
    value = response.headers.get("Retry-After", "")
    if value.isdigit():
        return timedelta(seconds=int(value))
    with suppress(ValueError, TypeError):
        return max(parsedate_to_datetime(value) - datetime.now(UTC), timedelta())
    return None
