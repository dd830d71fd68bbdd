"""The consent page and the codes that it hands out. A network checks its own parameters, then calls `ask`; its token endpoint
calls `redeem`."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sandbox import clock
from sandbox.network import Consent, Network
from sandbox.render import page
from sandbox.store import Doc


class Refused(Exception):
    """A code that is no good; `reason` is one of unknown, used, expired, client, redirect_uri."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def redirect_allowed(app: Doc, redirect_uri: str) -> bool:
    """Exactly one of the app's registered addresses; an app without any (the practice one) takes every http(s) address."""
    registered = app["redirect_uris"]
    return redirect_uri in registered if registered else urlsplit(redirect_uri).scheme in ("http", "https")


def ask(network: Network, consent: Consent) -> Response:
    """The page where a person chooses accounts and scopes and presses Allow or Cancel."""
    kept = network.docs.put("ask", asdict(consent), doc_id=secrets.token_urlsafe(16))
    app = network.tokens.app(consent.client_id)
    accounts = [network.public_account(account) for account in network.docs.find("account", oldest_first=True, limit=50)]
    sentences = {scope: network.scopes.get(scope, scope) for scope in consent.scopes}
    host = urlsplit(consent.redirect_uri).netloc
    values: dict[str, Any] = {
        "ask": kept.id,
        "app": app["name"] if app else consent.client_id,
        "accounts": accounts,
        "host": host,
    }
    return page("consent", slug=network.slug, network=network, scopes=sentences, **values)


async def answer(network: Network, request: Request) -> Response:
    """The person pressed a button: back to the app with a code or the network's refusal."""
    form = await request.form()
    kept = network.docs.get("ask", str(form.get("ask", "")))
    if kept is None:
        return page(
            "message", 400, slug=network.slug, title="This request has been answered already", text="Start again from the app."
        )
    network.docs.delete("ask", kept.id)
    consent = Consent(**kept.data)
    accounts = [str(chosen) for chosen in form.getlist("account")]
    if form.get("answer") != "allow" or not accounts:
        return _back(consent, network.refusal(consent))
    scopes = [str(scope) for scope in form.getlist("scope")] if network.consent_untick else consent.scopes
    granted = [scope for scope in consent.scopes if scope in scopes]
    return _back(consent, {"code": new_code(network, consent, accounts, granted).id})


def new_code(network: Network, consent: Consent, accounts: list[str], scopes: list[str]) -> Doc:
    """A one-time code: kind `code`, data = the Consent's fields (scopes as granted) plus accounts and used."""
    data = {**asdict(consent), "scopes": scopes, "accounts": accounts, "used": False}
    return network.docs.put("code", data, doc_id=secrets.token_urlsafe(32), owner=accounts[0])


def redeem(network: Network, code: str, client_id: str, redirect_uri: str, lifetime: float) -> Doc:
    """The code's document, now used up. Raises Refused. `lifetime` in seconds (X: 30). Whether the PKCE verifier fits is the
    network's to check before it issues tokens."""
    doc = network.docs.get("code", code)
    if doc is None:
        raise Refused("unknown")
    if doc["used"]:
        raise Refused("used")
    network.docs.change("code", code, used=True)
    if doc.created_at + lifetime < clock.now():
        raise Refused("expired")
    if doc["client_id"] != client_id:
        raise Refused("client")
    if doc["redirect_uri"] != redirect_uri:
        raise Refused("redirect_uri")
    return doc


def _back(consent: Consent, params: dict[str, str]) -> Response:
    state = {"state": consent.state} if consent.state else {}
    glue = "&" if urlsplit(consent.redirect_uri).query else "?"
    return RedirectResponse(consent.redirect_uri + glue + urlencode({**params, **state}), 302)
