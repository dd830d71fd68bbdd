"""Log-in with Pinterest: authorization code without PKCE, the client in a Basic header, a refresh token of 60 days.
https://developers.pinterest.com/docs/getting-started/set-up-authentication-and-authorization/"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox import consent
from sandbox.network import Consent
from sandbox.pinterest import answers
from sandbox.pinterest.answers import Refusal
from sandbox.render import page
from sandbox.store import Doc
from sandbox.tokens import basic_auth

if TYPE_CHECKING:
    from sandbox.pinterest.network import Pinterest

CODE_LIFE = 600.0  # not documented
ACCESS_LIFE = 30 * 86_400
REFRESH_LIFE = 60 * 86_400


class Login:
    """The authorize page, the token endpoint, and revocation, which is not for the tokens of people."""

    def __init__(self, pinterest: Pinterest) -> None:
        self.pinterest = pinterest

    def routes(self) -> list[BaseRoute]:
        """Routes below /pinterest."""
        return [
            Route("/oauth/", self.authorize),
            Route("/oauth", self.authorize),
            Route("/v5/oauth/token", self.token, methods=["POST"]),
            Route("/v5/oauth/token/revoke", self.revoke, methods=["POST"]),
        ]

    async def authorize(self, request: Request) -> Response:
        """The consent page, or a page that names what is wrong."""
        query = dict(request.query_params)
        scopes = query.get("scope", "").replace(" ", ",").split(",")  # a space is taken too, though not documented
        if wrong := self._wrong_with(query, scopes):
            return page("message", 400, slug="pinterest", title="Sorry, this app can't be connected", text=f"Wrong: {wrong}.")
        ask = Consent(query["client_id"], query["redirect_uri"], scopes, query.get("state", ""))
        return consent.ask(self.pinterest, ask)

    def _wrong_with(self, query: dict[str, str], scopes: list[str]) -> str:
        app = self.pinterest.tokens.app(query.get("client_id", ""))
        if app is None:
            return "client_id"
        checks = {
            "response_type": query.get("response_type") == "code",
            "redirect_uri": consent.redirect_allowed(app, query.get("redirect_uri", "")),
            "scope": set(scopes) <= set(self.pinterest.scopes),
        }
        return ", ".join(name for name, fine in checks.items() if not fine)

    async def token(self, request: Request) -> Response:
        """A code or a refresh token against tokens. Only a form is understood, no JSON."""
        try:
            app = self._client(request)
            form = await _form(request)
            if form.get("grant_type") == "authorization_code":
                return JSONResponse(self._redeem(app, form))
            if form.get("grant_type") == "refresh_token":
                return JSONResponse(self._refresh(app, form))
            raise answers.invalid("grant_type must be authorization_code or refresh_token.")
        except Refusal as refusal:
            return refusal.response()

    async def revoke(self, request: Request) -> Response:
        """Documented for tokens of system users only; a person ends an app's access in the settings."""
        try:
            self._client(request)
            raise answers.not_permitted()
        except Refusal as refusal:
            return refusal.response()

    def pair(
        self, account: str, scopes: list[str], app: str, grant: str = "", how: str = "authorization_code"
    ) -> dict[str, Any]:
        """New tokens as the token endpoint gives them."""
        tokens = self.pinterest.tokens
        access_value, refresh_value = f"pina_{secrets.token_urlsafe(40)}", f"pinr.{secrets.token_urlsafe(40)}"
        access = tokens.issue("access", account, scopes, lifetime=ACCESS_LIFE, app=app, grant=grant, value=access_value)
        tokens.issue("refresh", account, scopes, lifetime=REFRESH_LIFE, app=app, grant=access.key, value=refresh_value)
        return {
            "access_token": access_value,
            "refresh_token": refresh_value,
            "response_type": how,
            "token_type": "bearer",
            "expires_in": ACCESS_LIFE,
            "refresh_token_expires_in": REFRESH_LIFE,
            "refresh_token_expires_at": int(self.pinterest.now()) + REFRESH_LIFE,
            "scope": ",".join(scopes),
        }

    def _client(self, request: Request) -> Doc:
        client_id, secret = basic_auth(request.headers.get("authorization", ""))
        app = self.pinterest.tokens.app(client_id)
        if app is None or not secrets.compare_digest(app["secret"], secret):
            raise answers.unauthenticated()
        return app

    def _redeem(self, app: Doc, form: dict[str, str]) -> dict[str, Any]:
        try:
            code = consent.redeem(self.pinterest, form.get("code", ""), app.id, form.get("redirect_uri", ""), CODE_LIFE)
        except consent.Refused as refused:
            raise answers.invalid(f"The authorization code is not valid ({refused.reason}).") from refused
        return self.pair(code["accounts"][0], code["scopes"], app.id)

    def _refresh(self, app: Doc, form: dict[str, str]) -> dict[str, Any]:
        """A new pair; the old refresh token stays good to its end, as nothing says that it works only once."""
        token = self.pinterest.tokens.alive(form.get("refresh_token", ""))
        if token is None or token["kind"] != "refresh" or token.parent != app.id:
            raise answers.unauthenticated()
        scopes = form["scope"].replace(" ", ",").split(",") if form.get("scope") else token["scopes"]
        if not set(scopes) <= set(token["scopes"]):
            raise answers.invalid("scope goes beyond what the person allowed.")
        return self.pair(token.owner, scopes, app.id, token.key, "refresh_token")


async def _form(request: Request) -> dict[str, str]:
    if "application/x-www-form-urlencoded" not in request.headers.get("content-type", ""):
        raise answers.invalid("The content type must be application/x-www-form-urlencoded.")
    return {name: str(value) for name, value in (await request.form()).items()}
