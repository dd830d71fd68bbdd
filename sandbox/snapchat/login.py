"""Log-in with Snapchat: authorization code, access tokens of an hour, refresh tokens without a known end.
https://developers.snap.com/api/marketing-api/Ads-API/authentication"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox import consent
from sandbox.network import Consent
from sandbox.render import page
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.snapchat.network import Snapchat

CODE_LIFE = 600.0  # ten minutes, as far as anybody knows
ACCESS_LIFE = 3600


class Login:
    """The authorize page and the token endpoint. No revocation is documented: people end access in their settings."""

    def __init__(self, snapchat: Snapchat) -> None:
        self.snapchat = snapchat

    def routes(self) -> list[BaseRoute]:
        """Routes below /snapchat, as on accounts.snapchat.com."""
        return [
            Route("/login/oauth2/authorize", self.authorize),
            Route("/login/oauth2/access_token", self.token, methods=["POST"]),
        ]

    async def authorize(self, request: Request) -> Response:
        """The consent page, or what is wrong with the address."""
        query = dict(request.query_params)
        if wrong := self._wrong_with(query):
            return page("message", 400, slug="snapchat", title="Something went wrong", text=f"Invalid request: {wrong}")
        ask = Consent(query["client_id"], query["redirect_uri"], query["scope"].split(), query.get("state", ""))
        return consent.ask(self.snapchat, ask)

    def _wrong_with(self, query: dict[str, str]) -> str:
        app = self.snapchat.tokens.app(query.get("client_id", ""))
        if app is None:
            return "client_id"
        checks = {
            "response_type": query.get("response_type") == "code",
            "redirect_uri": consent.redirect_allowed(app, query.get("redirect_uri", "")),
            "scope": bool(query.get("scope")) and set(query.get("scope", "").split()) <= set(self.snapchat.scopes),
        }
        return ", ".join(name for name, fine in checks.items() if not fine)

    async def token(self, request: Request) -> Response:
        """A code or a refresh token against an access token. The client names itself in the form."""
        form = {name: str(value) for name, value in (await request.form()).items()}
        app = self.snapchat.tokens.app(form.get("client_id", ""))
        if app is None or app["secret"] != form.get("client_secret"):
            return _refused("invalid_client", "Client authentication failed")
        if form.get("grant_type") == "authorization_code":
            return self._redeem(app, form)
        if form.get("grant_type") == "refresh_token":
            return self._refresh(app, form)
        return _refused("unsupported_grant_type", "grant_type is not supported")

    def pair(self, account: str, scopes: list[str], app: str, grant: str = "", refresh: str = "") -> dict[str, Any]:
        """Tokens as the endpoint gives them; with `refresh`, that one goes on."""
        tokens = self.snapchat.tokens
        access = tokens.issue("access", account, scopes, lifetime=ACCESS_LIFE, app=app, grant=grant)
        refresh = refresh or tokens.issue("refresh", account, scopes, app=app, grant=access.key).id
        found = {"access_token": access.id, "token_type": "Bearer", "expires_in": ACCESS_LIFE}
        return {**found, "scope": " ".join(scopes), "refresh_token": refresh}

    def _redeem(self, app: Doc, form: dict[str, str]) -> Response:
        try:
            code = consent.redeem(self.snapchat, form.get("code", ""), app.id, form.get("redirect_uri", ""), CODE_LIFE)
        except consent.Refused as refused:
            return _refused("invalid_grant", f"The authorization code is not valid: {refused.reason}")
        return JSONResponse(self.pair(code["accounts"][0], code["scopes"], app.id))

    def _refresh(self, app: Doc, form: dict[str, str]) -> Response:
        """The same refresh token goes on; accounts made with `rotates` get another, and the old one dies."""
        token = self.snapchat.tokens.alive(form.get("refresh_token", ""))
        if token is None or token["kind"] != "refresh" or token.parent != app.id:
            return _refused("invalid_grant", "The refresh token is not valid")
        account = self.snapchat.docs.get("account", token.owner)
        rotates = bool(account and account.get("rotates"))
        if rotates:
            self.snapchat.tokens.kill(token, "used")
        return JSONResponse(self.pair(token.owner, token["scopes"], app.id, token.key, "" if rotates else token.id))


def _refused(error: str, description: str) -> Response:
    return JSONResponse({"error": error, "error_description": description}, 400)
