"""The control API under /_control: what tests, the bench and the demo need besides what the networks themselves offer.

Everything is JSON. A wrong request answers 400 `{"error": "..."}`.

    POST   /_control/reset      {"network"?, "account"?}          forget everything, one network, or one account's posts
    GET    /_control/accounts   ?network=
    POST   /_control/accounts   {"network", "name", "username"?, "scopes"?, "app"?, ...}   an account with ready tokens,
                                or {"network", "account"} for new tokens of that one
    POST   /_control/apps       {"network", "client_id", "secret", "name"?, "redirect_uris"?}
    POST   /_control/tokens     {"network", "account" or "token", "state": "expired" or "revoked"}
    GET    /_control/faults     the list, what was applied, the kinds
    POST   /_control/faults     {"kind", "network"?, "account"?, "operation"?, "path"?, "seconds"?, "times"?}
    DELETE /_control/faults[/id]
    GET    /_control/posts      ?network=&account=                everything public, oldest first
    GET    /_control/messages   ?network=&account=
    GET    /_control/requests   ?network=&account=&operation=&method=&path=<regex>&since_id=&limit=   oldest first, no secrets
    DELETE /_control/requests
    GET    /_control/deliveries ?network=                         webhook deliveries, oldest first
    POST   /_control/fan        {"network", "kind": "comment|like|message|...", "post" or "account", "name", "text",
                                 "file"?: base64, "mime"?, "alt"?}
    GET    /_control/clock      POST {"offset": seconds}
    POST   /_control/limits     {"network"?, "enforced": bool}    switch the networks' own rate limits off (bench) or on
    POST   /_control/calm       no faults, the machine's time, all limits; accounts and posts stay
    GET    /healthz
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox import clock
from sandbox.faults import KINDS, Faults
from sandbox.network import Network
from sandbox.store import Doc, Store
from sandbox.tokens import PRACTICE_APP

COLUMNS = [
    *("id", "at", "network", "account", "operation", "method", "path", "query"),
    *("headers", "body", "status", "answer", "ms", "fault"),
]
Handler = Callable[[Request], Awaitable[Any]]


class Wrong(Exception):
    """The control request can't be done; the text says why."""


class Control:
    """Handlers of the control API."""

    def __init__(self, store: Store, faults: Faults, networks: dict[str, Network]) -> None:
        self.store, self.faults, self.networks = store, faults, networks

    def routes(self) -> list[BaseRoute]:
        """Routes of /_control and /healthz."""
        table: list[tuple[str, str, Handler]] = [
            ("POST", "/_control/reset", self.reset),
            ("GET", "/_control/accounts", self.accounts),
            ("POST", "/_control/accounts", self.create_account),
            ("POST", "/_control/apps", self.create_app),
            ("POST", "/_control/tokens", self.change_tokens),
            ("GET", "/_control/faults", self.list_faults),
            ("POST", "/_control/faults", self.add_fault),
            ("DELETE", "/_control/faults", self.remove_fault),
            ("DELETE", "/_control/faults/{id}", self.remove_fault),
            ("GET", "/_control/posts", self.posts),
            ("GET", "/_control/messages", self.messages),
            ("GET", "/_control/requests", self.requests),
            ("DELETE", "/_control/requests", self.clear_requests),
            ("GET", "/_control/deliveries", self.deliveries),
            ("POST", "/_control/fan", self.fan),
            ("GET", "/_control/clock", self.clock),
            ("POST", "/_control/clock", self.clock),
            ("POST", "/_control/limits", self.limits),
            ("POST", "/_control/calm", self.calm),
            ("GET", "/healthz", self.health),
        ]
        return [Route(path, _json(handler), methods=[method]) for method, path, handler in table]

    async def health(self, request: Request) -> Any:
        """Alive, and which networks there are."""
        return {"ok": True, "networks": list(self.networks)}

    async def reset(self, request: Request) -> Any:
        """All, one network, or what one account published and received."""
        given = await _body(request)
        if given.get("account"):
            network = self._network(given)
            network.clear(self._account(network, given["account"]).id)
            return {"ok": True}
        for network in [self._network(given)] if given.get("network") else self.networks.values():
            network.reset()
            network.enforces_limits = True
        if not given.get("network"):
            self.faults.remove()
            self.store.shelf("").wipe()
            next(iter(self.networks.values())).hooks.cancel()
            clock.move(0)
            await self.clear_requests(request)
        return {"ok": True}

    async def accounts(self, request: Request) -> Any:
        """Accounts of one network or all."""
        return {"data": [asdict(network.public_account(doc)) for network, doc in self._accounts(request)]}

    async def create_account(self, request: Request) -> Any:
        """An account with tokens that work at once; with "account", fresh tokens for one that exists."""
        given = await _body(request)
        network = self._network(given)
        scopes, app = given.pop("scopes", None) or list(network.scopes), given.pop("app", PRACTICE_APP)
        details = {name: value for name, value in given.items() if name not in ("network", "name", "username", "account")}
        if given.get("account"):
            account = self._account(network, given["account"])
        else:
            account = network.create_account(given.get("name", "Test account"), given.get("username", ""), **details)
        return {"id": account.id, **account.data, **network.grant(account, scopes, app)}

    async def create_app(self, request: Request) -> Any:
        """A developer app."""
        given = await _body(request)
        network = self._network(given)
        name, uris = given.get("name", given["client_id"]), given.get("redirect_uris", [])
        app = network.tokens.put_app(given["client_id"], given["secret"], name, uris)
        return {"client_id": app.id, **app.data}

    async def change_tokens(self, request: Request) -> Any:
        """Expire or revoke tokens: one, or all of an account."""
        given = await _body(request)
        network = self._network(given)
        one = network.tokens.get(given.get("token", ""))
        tokens = [one] if one else network.tokens.of_account(self._account(network, given.get("account", "")).id)
        for token in tokens:
            if given.get("state") == "revoked":
                network.tokens.kill(token)
            elif one or token["kind"] != "refresh":  # an account's expiry is its access tokens': refresh tokens outlive them
                network.tokens.expire(token)
        return {"changed": len(tokens)}

    async def list_faults(self, request: Request) -> Any:
        """Faults set, faults played."""
        return {"data": [asdict(fault) for fault in self.faults.all], "applied": self.faults.applications(), "kinds": KINDS}

    async def add_fault(self, request: Request) -> Any:
        """Set a fault; an account may be given by id or username."""
        given = await _body(request)
        if given.get("account") and given.get("network"):
            given["account"] = self._account(self._network(given), given["account"]).id
        return asdict(self.faults.add(given))

    async def remove_fault(self, request: Request) -> Any:
        """One, or all."""
        self.faults.remove(request.path_params.get("id", ""))
        return {"ok": True}

    async def posts(self, request: Request) -> Any:
        """The ledger: what the public can see, oldest first."""
        found = [asdict(post) for network, doc in self._accounts(request) for post in network.public_posts(doc)]
        return {"data": sorted(found, key=lambda post: (post["created_at"], post["id"]))}

    async def messages(self, request: Request) -> Any:
        """Private messages, oldest first."""
        found = [doc for network, account in self._accounts(request) for doc in network.docs.find("message", owner=account.id)]
        return {"data": [_plain(doc) for doc in sorted(found, key=lambda doc: doc.created_at)]}

    async def requests(self, request: Request) -> Any:
        """The request log, oldest first."""
        query = request.query_params
        given = {name: query[name] for name in ("network", "account", "operation", "method") if name in query}
        re.compile(query.get("path", ""))
        where = " AND ".join(["id > ?", "path REGEXP ?", *(f"{name} = ?" for name in given)])
        values = [int(query.get("since_id", 0)), query.get("path", ""), *given.values(), int(query.get("limit", 500))]
        sql = f"SELECT {', '.join(COLUMNS)} FROM requests WHERE {where} ORDER BY id DESC LIMIT ?"  # noqa: S608 - names of our own
        rows = [dict(zip(COLUMNS, row, strict=True)) for row in self.store.rows(sql, values)]
        return {"data": [{**row, "headers": json.loads(row["headers"])} for row in reversed(rows)]}

    async def clear_requests(self, request: Request) -> Any:
        """Forget the request log."""
        self.store.rows("DELETE FROM requests")
        return {"ok": True}

    async def deliveries(self, request: Request) -> Any:
        """Every try to deliver a webhook."""
        slugs = [request.query_params["network"]] if "network" in request.query_params else list(self.networks)
        found = [doc for slug in slugs for doc in self.store.shelf(slug).find("delivery", oldest_first=True)]
        return {"data": [_plain(doc) for doc in found]}

    async def fan(self, request: Request) -> Any:
        """A fan comments, likes or writes."""
        given = await _body(request)
        network = self._network(given)
        action, target = given.get("kind", ""), given.get("post") or given.get("comment") or given.get("account", "")
        if action not in network.fan_actions:
            raise Wrong(f"kind must be one of {', '.join(network.fan_actions)}")
        if given.get("account") and not given.get("post"):
            target = self._account(network, target).id
        if given.get("file"):
            network.enclosed = network.enclose(b64decode(given["file"]), given.get("mime", "image/png"), given.get("alt", ""))
        network.sheds = given.get("file") == ""
        try:
            return _plain(network.fan(action, target, network.person(given.get("name", "")), given.get("text", "")))
        except KeyError as error:
            raise Wrong(f"nothing to {action}: {error}") from error
        finally:
            network.enclosed, network.sheds = None, False

    async def clock(self, request: Request) -> Any:
        """Read or set the practice clock."""
        if request.method == "POST":
            clock.move(float((await _body(request))["offset"]))
        return {"offset": clock.offset(), "now": clock.now()}

    async def limits(self, request: Request) -> Any:
        """Switch the rate limits of one network, or of all."""
        given = await _body(request)
        enforced = bool(given.get("enforced", True))
        for network in [self._network(given)] if given.get("network") else self.networks.values():
            network.enforces_limits = enforced
        return {"enforced": enforced}

    async def calm(self, request: Request) -> Any:
        """No faults, the machine's own time, every limit enforced; accounts and posts stay."""
        self.faults.remove()
        clock.move(0)
        for network in self.networks.values():
            network.enforces_limits = True
        return {"ok": True}

    def _network(self, given: dict[str, Any]) -> Network:
        if given.get("network") not in self.networks:
            raise Wrong(f"network must be one of {', '.join(self.networks)}")
        return self.networks[given["network"]]

    def _account(self, network: Network, name: str) -> Doc:
        account = network.docs.get("account", name) or network.account_by_name(name)
        if account is None:
            raise Wrong(f"{network.slug} has no account {name!r}")
        return account

    def _accounts(self, request: Request) -> list[tuple[Network, Doc]]:
        query = dict(request.query_params)
        networks = [self._network(query)] if query.get("network") else list(self.networks.values())
        if query.get("account"):
            return [(networks[0], self._account(networks[0], query["account"]))]
        return [(n, doc) for n in networks for doc in n.docs.find("account", oldest_first=True, limit=100_000)]


def _json(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return JSONResponse(await handler(request))
        except (Wrong, ValueError, KeyError) as problem:
            return JSONResponse({"error": str(problem)}, 400)

    return endpoint


async def _body(request: Request) -> dict[str, Any]:
    body = await request.body()
    found = json.loads(body) if body else {}
    if not isinstance(found, dict):
        raise Wrong("send a JSON object")
    return found


def _plain(doc: Doc) -> dict[str, Any]:
    return {**doc.data, "id": doc.id, "owner": doc.owner, "parent": doc.parent, "created_at": doc.created_at}
