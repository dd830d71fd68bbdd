"""Registering apps, the authorize page, tokens that never run out, revocation. https://docs.joinmastodon.org/methods/oauth/"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox import consent
from sandbox.mastodon import errors
from sandbox.mastodon.calls import allows, parameters
from sandbox.mastodon.errors import Problem
from sandbox.network import Consent
from sandbox.render import page
from sandbox.store import Doc
from sandbox.tokens import basic_auth, pkce_matches

if TYPE_CHECKING:
    from sandbox.mastodon.network import Mastodon

CODE_LIFE = 600.0
BAD_GRANT = (
    "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the "
    "authorization request, or was issued to another client."
)
BAD_CLIENT = "Client authentication failed due to unknown client, no client authentication included, or unsupported method."


class Login:
    """Apps and their tokens. An `app` document also has `scopes` (those registered) and `website`."""

    def __init__(self, server: Mastodon) -> None:
        self.server = server

    def routes(self) -> list[BaseRoute]:
        """Routes below /mastodon."""
        return [
            Route("/api/v1/apps", self.register, methods=["POST"]),
            Route("/.well-known/oauth-authorization-server", self.discovery),
            Route("/oauth/authorize", self.authorize),
            Route("/oauth/token", self.token, methods=["POST"]),
            Route("/oauth/revoke", self.revoke, methods=["POST"]),
        ]

    async def register(self, request: Request) -> Response:
        """Anybody may register an app."""
        given = await parameters(request)
        uris = given.get("redirect_uris") or ""
        uris = uris.split() if isinstance(uris, str) else [str(uri) for uri in uris]
        scopes = str(given.get("scopes") or "read").split()
        try:
            self._check(given, uris, scopes)
        except Problem as problem:
            return problem.response()
        name, secret = str(given["client_name"]), secrets.token_urlsafe(32)
        app = self.server.tokens.put_app(secrets.token_urlsafe(32), secret, name, uris)
        self.server.docs.change("app", app.id, scopes=scopes, website=given.get("website"))
        return JSONResponse(self._shown(app, secret, scopes, given.get("website")))

    def _check(self, given: dict[str, Any], uris: list[str], scopes: list[str]) -> None:
        if not str(given.get("client_name") or "").strip():
            raise errors.invalid("Application name can't be blank")
        if not uris:
            raise errors.invalid("Redirect URI can't be blank")
        if any("://" not in uri and not uri.startswith("urn:") for uri in uris):
            raise errors.invalid("Redirect URI must be an absolute URI.")
        if not set(scopes) <= set(self.server.scopes):
            raise errors.invalid("Scopes doesn't match configured on the server.")

    def _shown(self, app: Doc, secret: str, scopes: list[str], website: Any) -> dict[str, Any]:
        return {
            "id": self.server.store.next_id(),
            "name": app["name"],
            "website": website,
            "scopes": scopes,
            "redirect_uris": app["redirect_uris"],
            "redirect_uri": "\n".join(app["redirect_uris"]),
            "client_id": app.id,
            "client_secret": secret,
            "client_secret_expires_at": 0,
            "vapid_key": "practice",
        }

    async def discovery(self, request: Request) -> Response:
        """RFC 8414, since 4.3."""
        url = self.server.url
        return JSONResponse({
            "issuer": f"{url}/",
            "authorization_endpoint": f"{url}/oauth/authorize",
            "token_endpoint": f"{url}/oauth/token",
            "revocation_endpoint": f"{url}/oauth/revoke",
            "app_registration_endpoint": f"{url}/api/v1/apps",
            "scopes_supported": list(self.server.scopes),
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        })  # fmt: skip

    async def authorize(self, request: Request) -> Response:
        """The consent page, or a page that says what is wrong."""
        query = dict(request.query_params)
        if wrong := self._wrong_with(query):
            return page("message", 400, slug="mastodon", title="An error has occurred", text=wrong)
        challenge = {name: query.get(name, "") for name in ("code_challenge", "code_challenge_method")}
        scopes = query.get("scope", "read").split()
        return consent.ask(
            self.server, Consent(query["client_id"], query["redirect_uri"], scopes, query.get("state", ""), challenge)
        )

    def _wrong_with(self, query: dict[str, str]) -> str:
        app = self.server.tokens.app(query.get("client_id", ""))
        if app is None:
            return f"invalid_client: {BAD_CLIENT}"
        if not consent.redirect_allowed(app, query.get("redirect_uri", "")):
            return "invalid_redirect_uri: The redirect uri included is not valid."
        if query.get("response_type") != "code":
            return "unsupported_response_type: The authorization server does not support this response type."
        registered = app.get("scopes") or list(self.server.scopes)  # the practice app registered them all
        wanted = query.get("scope", "read").split()
        if not wanted or not all(scope in self.server.scopes and allows(registered, scope) for scope in wanted):
            return "invalid_scope: The requested scope is invalid, unknown, or malformed."
        if query.get("code_challenge") and query.get("code_challenge_method") != "S256":
            return "invalid_code_challenge_method: The code challenge method must be S256."
        return ""

    async def token(self, request: Request) -> Response:
        """A code against a token. There are no refresh tokens, and no password grant since 4.4."""
        try:
            form = await parameters(request)
            app = self._client(request, form)
            if form.get("grant_type") != "authorization_code":
                raise errors.refused("unsupported_grant_type", "The grant type is not supported by the authorization server.")
            code = self._redeemed(app, form)
        except Problem as problem:
            return problem.response()
        return JSONResponse(self.issued(code["accounts"][0], code["scopes"], app.id))

    def _redeemed(self, app: Doc, form: dict[str, Any]) -> Doc:
        try:
            code = consent.redeem(self.server, str(form.get("code", "")), app.id, str(form.get("redirect_uri", "")), CODE_LIFE)
        except consent.Refused as refused:
            raise errors.refused("invalid_grant", BAD_GRANT) from refused
        challenge = code["extra"]["code_challenge"]
        if challenge and not pkce_matches(str(form.get("code_verifier", "")), challenge):
            raise errors.refused("invalid_grant", BAD_GRANT)
        return code

    async def revoke(self, request: Request) -> Response:
        """End a token of one's own app; one that is unknown is no error (RFC 7009)."""
        try:
            form = await parameters(request)
            app = self._client(request, form)
        except Problem as problem:
            return problem.response()
        token = self.server.tokens.get(str(form.get("token", "")))
        if token and token.parent != app.id:
            return errors.refused("unauthorized_client", "You are not authorized to revoke this token", 403).response()
        if token:
            self.server.tokens.kill(token)
        return JSONResponse({})

    def issued(self, account: str, scopes: list[str], app: str) -> dict[str, Any]:
        """A new token as the token endpoint gives it."""
        token = self.server.tokens.issue("access", account, scopes, app=app)
        created = int(self.server.now())
        return {"access_token": token.id, "token_type": "Bearer", "scope": " ".join(scopes), "created_at": created}

    def _client(self, request: Request, form: dict[str, Any]) -> Doc:
        """The app by its form fields or its Basic header."""
        basic = basic_auth(request.headers.get("authorization", ""))
        client_id, secret = str(form.get("client_id") or basic[0]), str(form.get("client_secret") or basic[1])
        app = self.server.tokens.app(client_id)
        if app is None or not secrets.compare_digest(app["secret"], secret):
            raise errors.refused("invalid_client", BAD_CLIENT, 401)
        return app
