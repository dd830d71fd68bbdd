"""One practice server for all tests here; each test works with accounts of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.sandbox.server import running_sandbox


class Practice:
    """The control API, as a test speaks to it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = requests.Session()
        self.http.trust_env = False

    def control(self, method: str, path: str, /, **values: Any) -> Any:
        """Call /_control/<path>; values go to the query of a GET, else into the JSON body."""
        how: dict[str, Any] = {"params": values} if method == "GET" else {"json": values}
        reply = self.http.request(method, f"{self.url}/_control/{path}", timeout=10, **how)
        assert reply.ok, reply.text
        return reply.json()

    def account(self, network: str, name: str = "Test Brand", **details: Any) -> dict[str, Any]:
        """A new account with tokens that work."""
        made: dict[str, Any] = self.control("POST", "accounts", network=network, name=name, **details)
        return made

    def fault(self, kind: str, account: dict[str, Any], **details: Any) -> None:
        """Let something go wrong for this account."""
        self.control("POST", "faults", kind=kind, account=account["id"], **details)

    def posts(self, network: str, account: dict[str, Any]) -> list[dict[str, Any]]:
        """What the public sees of the account, oldest first."""
        found: list[dict[str, Any]] = self.control("GET", "posts", network=network, account=account["id"])["data"]
        return found

    def requests(self, **tests: Any) -> list[dict[str, Any]]:
        """The request log."""
        found: list[dict[str, Any]] = self.control("GET", "requests", **tests)["data"]
        return found


@pytest.fixture(scope="session")
def sandbox_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base address of the practice server."""
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as url:
        yield url


@pytest.fixture
def practice(sandbox_url: str) -> Iterator[Practice]:
    """The control API; faults, the clock and switched-off limits are put right after the test."""
    practice = Practice(sandbox_url)
    yield practice
    practice.control("POST", "calm")
