"""Log-in with TikTok: comma-separated scopes, client_key, refresh tokens that rotate. https://developers.tiktok.com/doc/login-kit-web"""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox import consent
from sandbox.store import Doc
from sandbox.tiktok.shared import ConsentPage

if TYPE_CHECKING:
    pass

CODE_LIFE = 600.0  # the pages name none
ACCESS_LIFE = 7200
REFRESH_LIFE = 180 * 24 * 3600
HEX_CHALLENGE = re.compile(r"[0-9a-f]{64}")


class Login(ConsentPage):
    """The authorize page, the token endpoint, revocation."""

    def routes(self) -> list[BaseRoute]:
        """Routes below /tiktok."""
        return [
            *super().routes(),
            Route("/v2/oauth/token/", self.token, methods=["POST"]),
            Route("/v2/oauth/revoke/", self.revoke, methods=["POST"]),
        ]

    def checks(self, app: Doc, query: dict[str, str]) -> dict[str, bool]:
        """Also of the state, which TikTok wants here, and of the challenge."""
        challenge = query.get("code_challenge", "")
        return super().checks(app, query) | {
            "state": bool(query.get("state")),
            "code_challenge": not challenge or HEX_CHALLENGE.fullmatch(challenge) is not None,
            "code_challenge_method": not challenge or query.get("code_challenge_method") == "S256",
        }

    async def token(self, request: Request) -> Response:
        """A code or a refresh token against a new pair."""
        form = {name: str(value) for name, value in (await request.form()).items()}
        app = self._client(form)
        if app is None:
            return _refused("invalid_client", "Client key or secret is incorrect.", 401)
        if form.get("grant_type") == "authorization_code":
            return self._redeem(app, form)
        if form.get("grant_type") == "refresh_token":
            return self._refresh(app, form)
        return _refused("unsupported_grant_type", "The grant type is not supported by the server.")

    async def revoke(self, request: Request) -> Response:
        """The person's consent ends with its access token."""
        form = {name: str(value) for name, value in (await request.form()).items()}
        if self._client(form) is None:
            return _refused("invalid_client", "Client key or secret is incorrect.", 401)
        token = self.network.tokens.alive(form.get("token", ""))
        if token is None or token["kind"] != "access":
            return _refused("invalid_request", "The access token is invalid.")
        self.network.tokens.kill_grant(token.key)
        return JSONResponse({})

    def pair(self, account: str, scopes: list[str], app: str, grant: str = "") -> dict[str, Any]:
        """New tokens as the token endpoint gives them."""
        issue = self.network.tokens.issue
        value = f"act.{secrets.token_urlsafe(36)}"
        access = issue("access", account, scopes, lifetime=ACCESS_LIFE, app=app, grant=grant, value=value)
        value = f"rft.{secrets.token_urlsafe(36)}"
        refresh = issue("refresh", account, scopes, lifetime=REFRESH_LIFE, app=app, grant=access.key, value=value)
        return {
            "access_token": access.id,
            "expires_in": ACCESS_LIFE,
            "open_id": account,
            "refresh_expires_in": REFRESH_LIFE,
            "refresh_token": refresh.id,
            "scope": ",".join(scopes),
            "token_type": "Bearer",
        }

    def _client(self, form: dict[str, str]) -> Doc | None:
        app = self.network.tokens.app(form.get("client_key", ""))
        return app if app and app["secret"] == form.get("client_secret") else None

    def _redeem(self, app: Doc, form: dict[str, str]) -> Response:
        try:
            code = consent.redeem(self.network, form.get("code", ""), app.id, form.get("redirect_uri", ""), CODE_LIFE)
        except consent.Refused as refused:
            if refused.reason == "redirect_uri":
                return _refused("invalid_request", "Redirect_uri is not matched with the uri when requesting code.")
            return _refused("invalid_grant", "Authorization code is expired.")
        challenge = code["extra"]["code_challenge"]
        if challenge and hashlib.sha256(form.get("code_verifier", "").encode()).hexdigest() != challenge:
            return _refused("invalid_grant", "Code verifier or code challenge is invalid.")
        return JSONResponse(self.pair(code["accounts"][0], code["scopes"], app.id))

    def _refresh(self, app: Doc, form: dict[str, str]) -> Response:
        token = self.network.tokens.alive(form.get("refresh_token", ""))
        if token is None or token["kind"] != "refresh" or token.parent != app.id:
            # TikTok says so with 200 or with 400; clients must look for `error` first.
            return _refused("invalid_grant", "Refresh token is invalid or expired.", 200)
        self.network.tokens.kill(token, "used")
        return JSONResponse(self.pair(token.owner, token["scopes"], app.id, token.key))


def _refused(error: str, description: str, status: int = 400) -> Response:
    return JSONResponse({"error": error, "error_description": description, "log_id": secrets.token_hex(16)}, status)
