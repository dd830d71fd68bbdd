"""Log-in for the Accounts API: TikTok's consent page, then JSON instead of forms. Refresh tokens rotate.
https://business-api.tiktok.com/portal/docs"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox import consent
from sandbox.store import Doc
from sandbox.tiktok.shared import ConsentPage
from sandbox.tiktok_business.calls import TOKEN, Call, Endpoint, Problem, wrong

if TYPE_CHECKING:
    pass

CODE_LIFE = 3600.0  # one source says ten minutes
ACCESS_LIFE = 24 * 3600
REFRESH_LIFE = 365 * 24 * 3600
CLIENT = {"client_id": str, "client_secret": str}


class Login(ConsentPage):
    """The authorize page, and the calls of /tt_user/, which the app makes with its secret. That the way back has to end in a
    slash is not confirmed for new apps, so any is taken."""

    def endpoints(self) -> list[Endpoint]:
        """Rows of the API."""
        redeeming = {**CLIENT, "grant_type": str, "auth_code": str, "redirect_uri": str}
        refreshing = {**CLIENT, "grant_type": str, "refresh_token": str}
        revoking = {**CLIENT, "access_token": str}
        asking = {"app_id": str, "access_token": str}
        return [
            self._row("/tt_user/oauth2/token/", self.redeem, redeeming),
            self._row("/tt_user/oauth2/refresh_token/", self.refresh, refreshing),
            self._row("/tt_user/oauth2/revoke/", self.revoke, revoking),
            self._row("/tt_user/token_info/get/", self.token_info, asking),
        ]

    def _row(self, path: str, handler: Any, takes: Mapping[str, type]) -> Endpoint:
        return Endpoint("POST", path, handler, takes=takes, needs=list(takes), with_token=False)

    async def redeem(self, call: Call) -> dict[str, Any]:
        """A code against a pair of tokens."""
        app = self.app(call.text("client_id"), call.text("client_secret"))
        _grant_type(call, "authorization_code")
        try:
            code = consent.redeem(self.network, call.text("auth_code"), app.id, call.text("redirect_uri"), CODE_LIFE)
        except consent.Refused as refused:
            raise wrong(f"auth_code is invalid: {refused.reason}") from refused
        return self.pair(code["accounts"][0], code["scopes"], app.id)

    async def refresh(self, call: Call) -> dict[str, Any]:
        """A refresh token against a new pair; it is dead from then on."""
        app = self.app(call.text("client_id"), call.text("client_secret"))
        _grant_type(call, "refresh_token")
        token = self._alive(call.text("refresh_token"), "refresh", app)
        self.network.tokens.kill(token, "used")
        return self.pair(token.owner, token["scopes"], app.id, token.key)

    async def revoke(self, call: Call) -> dict[str, Any]:
        """The person's consent ends with its access token."""
        app = self.app(call.text("client_id"), call.text("client_secret"))
        self.network.tokens.kill_grant(self._alive(call.text("access_token"), "access", app).key)
        return {}

    async def token_info(self, call: Call) -> dict[str, Any]:
        """What an access token allows, without the app's secret."""
        app = self.network.tokens.app(call.text("app_id"))
        token = self._alive(call.text("access_token"), "access", app)
        return {"app_id": token.parent, "creator_id": token.owner, "scope": ",".join(token["scopes"])}

    def app(self, app_id: str, secret: str) -> Doc:
        """The developer app, if this is its secret."""
        app = self.network.tokens.app(app_id)
        if app is None or app["secret"] != secret:
            raise wrong("The app id or the app secret is incorrect.")
        return app

    def pair(self, account: str, scopes: list[str], app: str, grant: str = "") -> dict[str, Any]:
        """New tokens as the token endpoint gives them."""
        issue = self.network.tokens.issue
        value = f"act.{secrets.token_urlsafe(36)}"
        access = issue("access", account, scopes, lifetime=ACCESS_LIFE, app=app, grant=grant, value=value)
        value = f"rft.{secrets.token_urlsafe(36)}"
        refresh = issue("refresh", account, scopes, lifetime=REFRESH_LIFE, app=app, grant=access.key, value=value)
        return {
            "access_token": access.id,
            "refresh_token": refresh.id,
            "open_id": account,
            "scope": ",".join(scopes),
            "expires_in": ACCESS_LIFE,
            "refresh_token_expires_in": REFRESH_LIFE,
            "token_type": "Bearer",
        }

    def _alive(self, value: str, kind: str, app: Doc | None) -> Doc:
        token = self.network.tokens.alive(value)
        if token is None or token["kind"] != kind or app is None or token.parent != app.id:
            raise Problem(TOKEN, f"The {kind} token is invalid or has expired.")
        return token


def _grant_type(call: Call, wanted: str) -> None:
    if call.text("grant_type") != wanted:
        raise wrong(f"grant_type must be {wanted}")
