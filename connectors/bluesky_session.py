"""Logging in to Bluesky with an app password. https://docs.bsky.app/docs/api/com-atproto-server-create-session"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from requests import Response

from connectors.base import Connector
from connectors.bluesky_answers import judge_bluesky, pause_bluesky
from connectors.data import Account, App, Pause, Tokens
from connectors.errors import ConnectorError, Doubt, Rejected, Unauthorized
from connectors.http import Http
from connectors.oauth import browser_address
from connectors.options import Secret, Text
from connectors.talk import Person
from connectors.words import _

HOME = "https://bsky.social"
FOUND = 8  # people that are offered at once
LIFE = timedelta(minutes=120)  # of an access token that does not say itself when it ends
WHOLE_ACCOUNT = "com.atproto.access"  # the scope of a session begun with the account's own password


class BlueskySession(Connector):
    """The part of the connector that logs in. All calls go to the account's server, or to bsky.social which passes them on."""

    home = HOME
    hosts = ("bsky.social", "video.bsky.app")
    sign_in_fields = (
        Text(name="identifier", label="Handle", help="Like yourname.bsky.social, without the @.", required=True),
        Secret(
            name="app_password",
            label="App password",
            help="Not the account's own password: create one in Bluesky under Settings, Privacy and security, App passwords."
            " Allow it access to your direct messages if SMO shall show and answer them.",
            required=True,
        ),
        Text(name="server", label="Server", help=f"Leave it empty unless your account lives elsewhere than {HOME}."),
    )

    @classmethod
    def seam(cls, app: App, on_pause: Callable[[Pause], None] | None = None) -> Http:
        """The usual server is no replacement for the network's hosts: its videos go to a host of their own."""
        at_home = app.base_url.rstrip("/") == HOME
        return super().seam(replace(app, base_url="", given=False) if at_home else app, on_pause)

    @classmethod
    def judge(cls, response: Response) -> None:
        """Bluesky's own error names first (connectors.bluesky_answers)."""
        judge_bluesky(cls.name, response)

    @classmethod
    def pause(cls, response: Response) -> Pause | None:
        """The rest of the tightest window, once it has no room for another post."""
        return pause_bluesky(response)

    # -- SignsIn ---------------------------------------------------------------------------------------------------

    @classmethod
    def sign_in(cls, app: App, http: Http, answers: Mapping[str, str]) -> list[Account]:
        """The one account that the app password belongs to. Its id is its DID, as handles change."""
        identifier = answers["identifier"].strip().removeprefix("@")
        login = {"identifier": identifier, "password": answers["app_password"].strip()}
        session = http.post(_method("com.atproto.server.createSession"), json=login)
        tokens = _tokens(session)
        if WHOLE_ACCOUNT in tokens.scopes:
            cls.revoke(app, http, tokens)
            raise Rejected(_("This is the account's own password: create an app password in Bluesky and use that."))
        did, handle = str(session["did"]), str(session["handle"])
        profile = _profile(http, tokens, did)
        name = str(profile.get("displayName") or handle)
        url = public_address(app, f"/profile/{handle}")
        return [Account(did, name, handle, tokens, str(profile.get("avatar") or ""), url)]

    @classmethod
    def refresh(cls, app: App, http: Http, tokens: Tokens) -> Tokens:
        """The next pair; the server gives the same one again for two hours, so repeating does no harm."""
        return _tokens(http.post(_method("com.atproto.server.refreshSession"), headers=bearer(tokens.refresh)))

    @classmethod
    def revoke(cls, app: App, http: Http, tokens: Tokens) -> None:
        """Log out. A session that is dead already is no error."""
        try:
            http.post(_method("com.atproto.server.deleteSession"), headers=bearer(tokens.refresh))
        except (Rejected, Unauthorized):
            return

    # -- FindsPeople -----------------------------------------------------------------------------------------------

    mention = r"@([A-Za-z0-9-]+\.)+[A-Za-z][A-Za-z0-9-]*"  # a handle is a domain; the record then holds the DID behind it

    def people(self, words: str) -> tuple[Person, ...]:
        """By the beginning of a handle or a name. https://docs.bsky.app/docs/api/app-bsky-actor-search-actors-typeahead"""
        found = self.ask("app.bsky.actor.searchActorsTypeahead", q=words, limit=FOUND)
        return tuple(self._person(actor) for actor in found.get("actors") or ())

    def _person(self, actor: Mapping[str, Any]) -> Person:
        handle = str(actor["handle"])
        address = public_address(self.app, f"/profile/{handle}")
        name, picture = str(actor.get("displayName") or handle), str(actor.get("avatar") or "")
        return Person(str(actor["did"]), name, handle, picture, address)

    # -- calling ---------------------------------------------------------------------------------------------------

    def ask(self, nsid: str, proxy: str = "", **query: Any) -> Any:
        """A query as this account. `proxy`: the service that the account's server shall pass it on to."""
        return self.http.get(_method(nsid), params=query, headers=self._headers(proxy))

    def tell(self, nsid: str, body: Mapping[str, Any], proxy: str = "") -> Any:
        """A procedure as this account."""
        return self.http.post(_method(nsid), json=body, headers=self._headers(proxy))

    def _headers(self, proxy: str) -> dict[str, str]:
        return bearer(self.account.tokens.access) | ({"atproto-proxy": proxy} if proxy else {})

    def granted(self) -> frozenset[str]:
        """What the session may do; empty where its token does not say so."""
        return frozenset(str(_claims(self.account.tokens.access).get("scope") or "").split())

    def send(self, nsid: str, content: bytes, mime_type: str) -> Any:
        """Bytes as this account."""
        headers = {**bearer(self.account.tokens.access), "Content-Type": mime_type}
        return self.http.post(_method(nsid), data=content, headers=headers)


def public_address(app: App, path: str) -> str:
    """Where people see it. A server without TLS (practice, development) is not seen on bsky.app: it shows its own pages."""
    address = f"https://bsky.app{path}"
    return browser_address(address, app) if app.base_url.startswith("http://") else address


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _method(nsid: str) -> str:
    return f"{HOME}/xrpc/{nsid}"


def _profile(http: Http, tokens: Tokens, did: str) -> Mapping[str, Any]:
    """Name and picture. The AppView may not know a new account yet; then the handle will do."""
    try:
        found: Mapping[str, Any] = http.get(
            _method("app.bsky.actor.getProfile"), params={"actor": did}, headers=bearer(tokens.access)
        )
    except (ConnectorError, Doubt):
        return {}
    return found


def _tokens(session: Mapping[str, Any]) -> Tokens:
    """Raises Unauthorized for an account that is not active."""
    if session.get("active") is False:
        status = session.get("status") or "inactive"
        raise Unauthorized(
            _("This account is %(status)s: settle it on bsky.app, then connect the channel again.") % {"status": status},
            str(status),
        )
    access = str(session["accessJwt"])
    claims = _claims(access)
    ends = datetime.fromtimestamp(claims["exp"], UTC) if isinstance(claims.get("exp"), int) else datetime.now(UTC) + LIFE
    return Tokens(access, str(session["refreshJwt"]), ends, tuple(str(claims.get("scope") or "").split()))


def _claims(token: str) -> Mapping[str, Any]:
    """What a JSON Web Token says, unverified: the server that made it is the one that reads it. Empty for another kind."""
    try:
        payload = token.split(".")[1]
        found = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
