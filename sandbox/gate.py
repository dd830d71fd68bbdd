"""The door of every network: sees each request first, plays the faults, writes the request log."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import struct
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox import clock
from sandbox.faults import Fault
from sandbox.network import Network, Seen
from sandbox.store import Store

BUFFERED = 8 * 1024 * 1024  # larger bodies are streamed to the network and logged by their size only
HOLD = 120.0
LOGGED_BODY = 20_000
KEPT = 20_000
SECRET = re.compile(
    r"""(?ix)( ["']?(?:access_token|refresh_token|client_secret|code_verifier|code|token|fb_exchange_token|input_token
    |appsecret_proof|\bsecret)["']? \s*[=:]\s* ["']? ) [^&"'\s,}]+"""
)


class Recorder:
    """Stands before the server's `send`: remembers status and body, or swallows the answer."""

    def __init__(self, send: Send, network: Network, seen: Seen, account: str) -> None:
        self.send, self.network, self.seen, self.account = send, network, seen, account
        self.status, self.answer, self.silent = 0, b"", False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = list(message.get("headers", []))
            self.network.finish(self.seen, self.account, headers)
            message["headers"] = headers
        elif len(self.answer) < LOGGED_BODY:
            self.answer += message.get("body", b"")
        if not self.silent:
            await self.send(message)


class Gate:
    """Pure ASGI, so that it can hold an answer back and reach the socket."""

    def __init__(self, app: ASGIApp, store: Store, networks: Mapping[str, Network]) -> None:
        self.app, self.store, self.networks = app, store, networks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        network = self.networks.get(scope["path"].split("/", 2)[1]) if scope["type"] == "http" else None
        if network is None:
            return await self.app(scope, receive, send)
        receive, seen = await _see(scope, receive, network.slug)
        operation = network.operation(seen)
        if not operation:
            return await self.app(scope, receive, send)
        return await self._pass(scope, receive, Recorder(send, network, seen, network.account_of(seen)), operation)

    async def _pass(self, scope: Scope, receive: Receive, recorder: Recorder, operation: str) -> None:
        network, seen = recorder.network, recorder.seen
        began = time.perf_counter()
        fault = network.faults.at_the_door(network.slug, recorder.account, operation, seen.path)
        recorder.silent = fault is not None and fault.kind in ("timeout_after", "reset_after")
        try:
            with suppress(ClientDisconnect):
                await self._act(scope, receive, recorder, fault)
        finally:
            self._log(recorder, operation, fault, (time.perf_counter() - began) * 1000)
        if fault and fault.kind.startswith("timeout"):
            await _hold(receive, fault.seconds or HOLD)
        if fault and fault.kind.startswith(("timeout", "reset")):
            await _reset(recorder.send, receive)

    async def _act(self, scope: Scope, receive: Receive, recorder: Recorder, fault: Fault | None) -> None:
        network, seen, kind = recorder.network, recorder.seen, fault.kind if fault else ""
        if kind in ("timeout_before", "reset_before"):
            return
        if fault and kind == "delay":
            await asyncio.sleep(fault.seconds or 1.0)
        token = network.tokens.get(network.token_of(seen))
        if token and kind == "expire_token":
            network.tokens.expire(token)
        elif token and kind == "revoke_token":
            network.tokens.kill_grant(token.key)
        app: ASGIApp = self.app
        if kind == "refuse":
            app = network.too_many(seen, (fault.seconds if fault else None) or 60)
        elif kind == "fail":
            app = network.failure(seen)
        elif kind == "duplicate":
            app = network.duplicate(seen)
        await app(scope, receive, recorder)

    def _log(self, recorder: Recorder, operation: str, fault: Fault | None, ms: float) -> None:
        seen = recorder.seen
        values = (
            clock.now(),
            recorder.network.slug,
            recorder.account,
            operation,
            seen.method,
            seen.path,
            hide(seen.query_string),
            json.dumps(_shown(seen.headers)),
            _shown_body(seen),
            recorder.status,
            hide(recorder.answer[:LOGGED_BODY].decode("utf-8", "replace")),
            round(ms, 2),
            fault.kind if fault else "",
        )
        insert = "INSERT INTO requests VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id"
        row = self.store.rows(insert, values)[0][0]
        if row % 1000 == 0:
            self.store.rows("DELETE FROM requests WHERE id < ?", (row - KEPT,))


async def _see(scope: Scope, receive: Receive, slug: str) -> tuple[Receive, Seen]:
    """Read the body (up to BUFFERED) and give a `receive` that plays it again."""
    messages: list[Message] = []
    size, more = 0, True
    while more and size <= BUFFERED:
        message = await receive()
        messages.append(message)
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    body = b"" if more else b"".join(message.get("body", b"") for message in messages)
    replay = iter(messages)

    async def again() -> Message:
        return next(replay, None) or await receive()

    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    path = scope["path"].removeprefix(f"/{slug}") or "/"
    return again, Seen(scope["method"], path, scope["query_string"].decode("latin-1"), headers, body)


async def _hold(receive: Receive, seconds: float) -> None:
    """Say nothing until the caller leaves, or the seconds have passed."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass


async def _reset(send: Send, receive: Receive) -> None:
    """Cut the connection with a real TCP RST: uvicorn's `send` is a method of the object that holds the transport."""
    transport: Any = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise RuntimeError("The server's connection can't be reached to reset it: run the sandbox with uvicorn.")
    connection = transport.get_extra_info("socket")
    if connection is not None and not transport.is_closing():
        # Linger of zero seconds makes close() throw unsent data away and answer RST instead of FIN (socket(7)).
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    await _hold(receive, 5)  # uvicorn answers 500 by itself unless it has seen the disconnection before we return


def hide(text: str) -> str:
    """The text with every token and secret replaced by ***."""
    return SECRET.sub(r"\1***", text)


def _shown(headers: dict[str, str]) -> dict[str, str]:
    shown = dict(headers)
    if "authorization" in shown:
        shown["authorization"] = shown["authorization"].partition(" ")[0] + " ***"
    if "access-token" in shown:
        shown["access-token"] = "***"
    return shown


def _shown_body(seen: Seen) -> str:
    kind = seen.headers.get("content-type", "")
    if "multipart" in kind:
        return hide(json.dumps(seen.params))
    if seen.body and not any(word in kind for word in ("json", "urlencoded", "text", "xml")):
        return f"({len(seen.body)} bytes)"
    return hide(seen.body[:LOGGED_BODY].decode("utf-8", "replace"))
