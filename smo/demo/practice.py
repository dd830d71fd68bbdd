"""What the demo asks of the practice networks besides what their APIs offer: accounts with tokens, fans, faults, the time."""

from datetime import datetime
from typing import Any

import requests
from django.utils import timezone


class Unreachable(Exception):
    """The practice networks do not answer."""


class Practice:
    """Their control API (see sandbox/control.py). A context manager: at its end no fault is left and the clock is right."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = requests.Session()
        self.http.trust_env = False  # it is on this machine: no proxy

    def call(self, method: str, path: str, /, **values: Any) -> dict[str, Any]:
        """One call. Raises Unreachable, or RuntimeError with the words of the refusal."""
        try:
            answer = self.http.request(method, f"{self.url}/_control/{path}", json=values, timeout=10)
        except requests.RequestException as error:
            raise Unreachable(f"The practice networks do not answer at {self.url or 'SMO_SANDBOX_URL (not set)'}.") from error
        found: dict[str, Any] = answer.json()
        if not answer.ok:
            raise RuntimeError(f"/_control/{path}: {found.get('error')}")
        return found

    def account(self, network: str, username: str) -> dict[str, Any]:
        """New tokens of an account that is there, with its id, name and username. What it published before is forgotten."""
        self.call("POST", "reset", network=network, account=username)
        return self.call("POST", "accounts", network=network, account=username)

    def fault(self, kind: str, network: str, **details: Any) -> None:
        """Let something go wrong there: kind, operation, times, ... as sandbox/faults.py has them."""
        self.call("POST", "faults", kind=kind, network=network, **details)

    def set_clock(self, moment: datetime | None = None) -> None:
        """Let the practice networks believe that it is this moment; None: the true time."""
        self.call("POST", "clock", offset=(moment - timezone.now()).total_seconds() if moment else 0)

    def fan(self, network: str, kind: str, name: str, text: str, **target: str) -> str:
        """Somebody comments on a `post` or writes to an `account`; the id of what they said."""
        return str(self.call("POST", "fan", network=network, kind=kind, name=name, text=text, **target)["id"])

    def __enter__(self) -> "Practice":
        return self

    def __exit__(self, *_: object) -> None:
        self.call("DELETE", "faults")
        self.set_clock()
