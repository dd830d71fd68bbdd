"""Misfortunes to practise: what shall go wrong, where, how often. The gate (gate.py) plays most of them at the door."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields
from typing import Any

from sandbox import clock
from sandbox.store import Shelf

KINDS = {
    "refuse": "Answer 429, too many requests (come back after so many seconds)",
    "fail": "Answer 500, nothing happens",
    "delay": "Answer so many seconds later",
    "timeout_before": "Never answer, nothing happens",
    "timeout_after": "Act, then never answer",
    "reset_before": "Reset the connection, nothing happens",
    "reset_after": "Act, then reset the connection",
    "expire_token": "Let the access token have run out",
    "revoke_token": "Revoke access, as if the person had removed the app",
    "duplicate": "Refuse as a duplicate",
    "slow_processing": "Process media for so many seconds",
    "fail_processing": "Media processing fails",
    "drop_webhooks": "Lose the next webhook deliveries",
}
LATER = {"slow_processing", "fail_processing", "drop_webhooks"}  # asked for by a network or the sender, not at the door
OPERATIONS = ("publish", "prepare", "read", "token", "other", "any")


@dataclass(slots=True)
class Fault:
    """One misfortune. Empty network or account means any; `times` None means until removed; `path` is a regular expression."""

    kind: str
    network: str = ""
    account: str = ""
    operation: str = ""
    path: str = ""
    seconds: float | None = None
    times: int | None = 1
    applied: int = 0
    id: str = ""

    def fits(self, network: str, account: str, operation: str, path: str) -> bool:
        """Whether this request is meant."""
        return (
            self.times != 0
            and self.network in ("", network)
            and self.account in ("", account)
            and self.operation in ("any", operation)
            and (not self.path or re.search(self.path, path) is not None)
        )


class Faults:
    """The list of faults, in memory for speed and in the store so that it outlives a restart."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.all = [Fault(**doc.data) for doc in shelf.find("fault", oldest_first=True)]

    def add(self, given: dict[str, Any]) -> Fault:
        """Add from JSON. ValueError names what is wrong."""
        known = {field.name for field in fields(Fault)} - {"id", "applied"}
        if unknown := set(given) - known:
            raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
        fault = Fault(**{name: value for name, value in given.items() if value is not None or name == "times"})
        if fault.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}")
        if fault.kind in LATER or not fault.operation:
            anywhere = fault.path or fault.kind in LATER | {"expire_token", "revoke_token"}
            fault.operation = "any" if anywhere else "publish"
        if fault.operation not in OPERATIONS:
            raise ValueError(f"operation must be one of {', '.join(OPERATIONS)}")
        re.compile(fault.path)
        fault.id = self.shelf.store.next_id()
        self.all.append(fault)
        self._save(fault)
        return fault

    def at_the_door(self, network: str, account: str, operation: str, path: str) -> Fault | None:
        """The first fault that hits this request; it counts as applied."""
        return self._take((f for f in self.all if f.kind not in LATER), network, account, operation, path)

    def take(self, kind: str, network: str, account: str = "") -> Fault | None:
        """For networks: is media of this account to be processed slowly, or to fail? Counts as applied."""
        return self._take((f for f in self.all if f.kind == kind), network, account, "any", "")

    def remove(self, fault_id: str = "") -> None:
        """Remove one, or all."""
        for fault in [fault for fault in self.all if not fault_id or fault.id == fault_id]:
            self.all.remove(fault)
            self.shelf.delete("fault", fault.id)

    def applications(self, limit: int = 200) -> list[dict[str, Any]]:
        """What was played, newest first: kind, fault, network, account, operation, path, at."""
        return [doc.data for doc in self.shelf.find("applied", limit=limit)]

    def _take(self, among: Any, network: str, account: str, operation: str, path: str) -> Fault | None:
        for fault in among:
            if fault.fits(network, account, operation, path):
                self._apply(fault, network, account, operation, path)
                return Fault(**asdict(fault))
        return None

    def _apply(self, fault: Fault, network: str, account: str, operation: str, path: str) -> None:
        fault.applied += 1
        if fault.times is not None:
            fault.times -= 1
        self._save(fault)
        record = {"fault": fault.id, "kind": fault.kind, "network": network, "account": account}
        self.shelf.put("applied", {**record, "operation": operation, "path": path, "at": clock.now()})

    def _save(self, fault: Fault) -> None:
        self.shelf.put("fault", asdict(fault), doc_id=fault.id)
