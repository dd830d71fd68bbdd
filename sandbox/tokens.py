"""Developer apps, access and refresh tokens, one-time codes: the part of OAuth that all networks share."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterable

from sandbox import clock
from sandbox.store import Doc, Shelf

PRACTICE_APP = "smo-practice"
PRACTICE_SECRET = "smo-practice-secret"  # noqa: S105 - published on purpose: it opens nothing but the practice networks


class Tokens:
    """Tokens of one network. A token is a Doc of kind `token`: id the value, owner the account, key the grant, parent the app;
    data: kind ("access", "refresh", or the network's own word), scopes, expires_at (unix seconds, or None), dead (reason).
    All tokens of one consent share a grant, so that a person's revocation ends them together."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def app(self, client_id: str) -> Doc | None:
        """The developer app: data secret, name, redirect_uris (an empty list allows any)."""
        return self.shelf.get("app", client_id)

    def put_app(self, client_id: str, secret: str, name: str, redirect_uris: Iterable[str] = ()) -> Doc:
        """Register a developer app."""
        return self.shelf.put("app", {"secret": secret, "name": name, "redirect_uris": list(redirect_uris)}, doc_id=client_id)

    def issue(
        self,
        kind: str,
        account: str,
        scopes: Iterable[str],
        *,
        lifetime: float | None = None,
        app: str = PRACTICE_APP,
        grant: str = "",
        value: str = "",
    ) -> Doc:
        """A new token; `lifetime` in seconds, None for ever. Its value is `doc.id`, its grant `doc.key`."""
        expires_at = None if lifetime is None else clock.now() + lifetime
        data = {"kind": kind, "scopes": list(scopes), "expires_at": expires_at, "dead": None}
        value = value or secrets.token_urlsafe(36)
        return self.shelf.put("token", data, doc_id=value, owner=account, parent=app, key=grant or secrets.token_hex(8))

    def get(self, value: str) -> Doc | None:
        """The token, dead or alive."""
        return self.shelf.get("token", value) if value else None

    def state(self, token: Doc | None) -> str:
        """`alive`, `unknown`, `expired`, or the reason it died of (`revoked`, `used`, the network's own word)."""
        if token is None:
            return "unknown"
        if token["dead"]:
            return str(token["dead"])
        expires_at = token["expires_at"]
        return "expired" if expires_at is not None and expires_at <= clock.now() else "alive"

    def alive(self, value: str) -> Doc | None:
        """The token if it may still be used."""
        token = self.get(value)
        return token if self.state(token) == "alive" else None

    def expire(self, token: Doc) -> None:
        """Let it have run out a second ago."""
        self.shelf.change("token", token.id, expires_at=clock.now() - 1)

    def kill(self, token: Doc, reason: str = "revoked") -> None:
        """End one token."""
        self.shelf.change("token", token.id, dead=reason)

    def kill_grant(self, grant: str, reason: str = "revoked") -> None:
        """End every living token of one consent."""
        for token in self.shelf.find("token", key=grant):
            if not token["dead"]:
                self.kill(token, reason)

    def of_account(self, account: str, kind: str = "") -> list[Doc]:
        """Tokens of an account, newest first."""
        return [token for token in self.shelf.find("token", owner=account) if not kind or token["kind"] == kind]


def pkce_matches(verifier: str, challenge: str, method: str = "S256") -> bool:
    """RFC 7636: is this the verifier whose challenge was sent to the authorize page?"""
    if method == "plain":
        return secrets.compare_digest(verifier, challenge)
    digest = hashlib.sha256(verifier.encode()).digest()
    return secrets.compare_digest(base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), challenge)


def basic_auth(header: str) -> tuple[str, str]:
    """(user, password) of an HTTP Basic header, ("", "") when it is none."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return user, password
