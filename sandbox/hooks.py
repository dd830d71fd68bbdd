"""Delivers webhook events in the background: signed by the network, retried with a growing pause, every try recorded."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import requests

from sandbox import clock
from sandbox.faults import Faults
from sandbox.store import Store

PAUSES = (1.0, 5.0, 25.0, 120.0)  # seconds before the second, third, ... try
TIMEOUT = 10.0
AT_ONCE = 4


@dataclass(slots=True)
class Delivery:
    """One event on its way to one callback."""

    network: str
    account: str
    url: str
    body: bytes
    headers: dict[str, str]
    event: str


class Hooks:
    """`send()` from any network at any time; tries and their outcome are kept as `delivery` documents."""

    def __init__(self, store: Store, faults: Faults) -> None:
        self.store, self.faults = store, faults
        self.running: set[asyncio.Task[None]] = set()
        self.slots = asyncio.Semaphore(AT_ONCE)
        self.http = requests.Session()
        self.http.trust_env = False  # a proxy of the machine must not stand between two local servers

    def send(self, network: str, account: str, url: str, body: bytes, headers: dict[str, str], event: str) -> None:
        """Queue an event. `event` is a word for the record ("comment", "post.reply.create")."""
        delivery = Delivery(network, account, url, body, headers, event)
        task = asyncio.get_running_loop().create_task(self._deliver(delivery))
        self.running.add(task)
        task.add_done_callback(self.running.discard)

    async def fetch(self, url: str, params: dict[str, str]) -> tuple[int, str]:
        """GET a callback for its handshake (challenge, CRC): status and text, (0, reason) without an answer."""
        return await asyncio.to_thread(self._get, url, params)

    def cancel(self) -> None:
        """Give up everything that is still waiting."""
        for task in list(self.running):
            task.cancel()

    async def _deliver(self, delivery: Delivery) -> None:
        if self.faults.take("drop_webhooks", delivery.network, delivery.account):
            return self._record(delivery, 0, "dropped by a fault")
        for pause in (*PAUSES, None):
            async with self.slots:
                status, words = await asyncio.to_thread(self._post, delivery)
            self._record(delivery, status, words)
            if 200 <= status < 300 or pause is None:
                return None
            await asyncio.sleep(pause)
        return None

    def _post(self, delivery: Delivery) -> tuple[int, str]:
        try:
            reply = self.http.post(
                delivery.url, data=delivery.body, headers=delivery.headers, timeout=TIMEOUT, allow_redirects=False
            )
        except requests.RequestException as error:
            return 0, type(error).__name__
        return reply.status_code, reply.text[:500]

    def _get(self, url: str, params: dict[str, str]) -> tuple[int, str]:
        try:
            reply = self.http.get(url, params=params, timeout=TIMEOUT, allow_redirects=False)
        except requests.RequestException as error:
            return 0, type(error).__name__
        return reply.status_code, reply.text

    def _record(self, delivery: Delivery, status: int, words: str) -> None:
        data = {"url": delivery.url, "event": delivery.event, "status": status, "answer": words, "at": clock.now()}
        body = delivery.body.decode("utf-8", "replace")
        self.store.shelf(delivery.network).put("delivery", {**data, "body": body}, owner=delivery.account)
