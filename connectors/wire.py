"""How a call travels: the connections of the whole process, their total deadline, and the guard of addresses that users name.

`here.call` is the call that the current thread is making; the connection that carries it reports there.
"""

import heapq
import itertools
import socket
import threading
import time
from contextlib import suppress
from ipaddress import ip_address
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from connectors.errors import Blocked
from connectors.words import _


class Watchdog:
    """Shuts the sockets of calls that pass their deadline. One thread for the process, started on first use."""

    def __init__(self) -> None:
        self._wake = threading.Condition()
        self._calls: list[tuple[float, int, Call]] = []
        self._numbers = itertools.count()
        self._thread: threading.Thread | None = None

    def watch(self, call: "Call") -> None:
        with self._wake:
            heapq.heappush(self._calls, (call.ends, next(self._numbers), call))
            if self._calls[0][2] is not call:
                return  # the thread wakes early enough
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="http-watchdog", daemon=True)
                self._thread.start()
            self._wake.notify()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._calls:
                    self._wake.wait()
                ends, _, call = self._calls[0]
                if (left := ends - time.monotonic()) > 0 and not call.done:
                    self._wake.wait(min(left, 1.0))
                    continue
                heapq.heappop(self._calls)
            call.expire()


class Call:
    """One HTTP call in flight; knows the connection that carries it, so that the watchdog can cut it."""

    def __init__(self, seconds: float, guarded: bool = False) -> None:
        self.ends = time.monotonic() + seconds
        self.guarded = guarded
        self.done = self.expired = False
        self.connection: HTTPConnection | None = None
        self._lock = threading.Lock()

    def finish(self) -> None:
        with self._lock:
            self.done = True
            self.connection = None

    def expire(self) -> None:
        with self._lock:
            if self.done:
                return
            self.expired = True
            if self.connection is not None and self.connection.sock is not None:
                with suppress(OSError):
                    self.connection.sock.shutdown(socket.SHUT_RDWR)


def is_public(address: str) -> bool:
    """Whether an IP address can be reached by everybody, and so is no way into this machine or its network."""
    found = ip_address(address.partition("%")[0])
    found = getattr(found, "ipv4_mapped", None) or found
    return found.is_global and not found.is_multicast


here = threading.local()


class _Watched:
    """Tells the current call which connection carries it, and keeps a guarded one away from private addresses.

    It is asked before each request, new connection or kept one: the other end of a socket cannot be faked by a name.
    """

    sock: socket.socket | None
    proxy: Any

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        self._guard()

    def request(self, *args: Any, **kwargs: Any) -> None:
        if (call := getattr(here, "call", None)) is not None:
            call.connection = self
        if self.sock is not None:
            self._guard()
        super().request(*args, **kwargs)  # type: ignore[misc]

    def _guard(self) -> None:
        call = getattr(here, "call", None)
        if call is None or not call.guarded or self.proxy or self.sock is None:
            return
        if not is_public(self.sock.getpeername()[0]):
            raise Blocked(_("This server's address is not on the public internet."))


class _WatchedHTTP(_Watched, HTTPConnection):
    pass


class _WatchedHTTPS(_Watched, HTTPSConnection):
    pass


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _WatchedHTTP


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedHTTPS


class Adapter(HTTPAdapter):
    """Keeps connections alive for the whole process; repeats nothing."""

    def __init__(self) -> None:
        super().__init__(pool_connections=32, pool_maxsize=128, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}
