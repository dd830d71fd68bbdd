"""Log-in with X: authorization code with PKCE, refresh tokens that rotate and work once.
https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox import consent
from sandbox.network import Consent
from sandbox.render import page
from sandbox.store import Doc
from sandbox.tokens import basic_auth, pkce_matches

if TYPE_CHECKING:
    from sandbox.x.network import X

CODE_LIFE = 30.0
ACCESS_LIFE = 7200
REFRESH_LIFE = 180 * 24 * 3600.0
BAD_TOKEN = "Value passed for the token was invalid."  # noqa: S105
BAD_CODE = "Value passed for the authorization code was invalid."
BAD_REDIRECT = "Value passed for the redirect uri did not match the uri of the authorization code."
BAD_VERIFIER = "Value passed for the code verifier did not match the code challenge."


class Login:
    """The authorize page, the token endpoint, revocation."""

    def __init__(self, x: X) -> None:
        self.x = x

    def routes(self) -> list[BaseRoute]:
        """Routes below /x."""
        return [
            Route("/i/oauth2/authorize", self.authorize),
            Route("/2/oauth2/authorize", self.authorize),
            Route("/2/oauth2/token", self.token, methods=["POST"]),
            Route("/2/oauth2/revoke", self.revoke, methods=["POST"]),
            Route("/oauth2/token", self.app_token, methods=["POST"]),
        ]

    async def authorize(self, request: Request) -> Response:
        """The consent page, or X's page that says no more than that something went wrong."""
        query = dict(request.query_params)
        if wrong := self._wrong_with(query):
            text = f"You weren't able to give access to the App. Go back and try logging in again. ({wrong})"
            return page("message", 400, slug="x", title="Something went wrong", text=text)
        challenge = {name: query.get(name, "") for name in ("code_challenge", "code_challenge_method")}
        ask = Consent(query["client_id"], query["redirect_uri"], query["scope"].split(), query["state"], challenge)
        return consent.ask(self.x, ask)

    def _wrong_with(self, query: dict[str, str]) -> str:
        app = self.x.tokens.app(query.get("client_id", ""))
        if app is None:
            return "client_id"
        checks = {
            "response_type": query.get("response_type") == "code",
            "redirect_uri": consent.redirect_allowed(app, query.get("redirect_uri", "")),
            "scope": bool(query.get("scope")) and set(query.get("scope", "").split()) <= set(self.x.scopes),
            "state": 0 < len(query.get("state", "")) <= 500,
            "code_challenge": bool(query.get("code_challenge")),
            "code_challenge_method": query.get("code_challenge_method", "plain") in ("S256", "plain"),
        }
        return ", ".join(name for name, fine in checks.items() if not fine)

    async def token(self, request: Request) -> Response:
        """A code or a refresh token against a new pair."""
        form = {name: str(value) for name, value in (await request.form()).items()}
        app = self._client(request)
        if app is None:
            return _refused("unauthorized_client", "Missing valid authorization header", 401)
        if form.get("grant_type") == "authorization_code":
            return self._redeem(app, form)
        if form.get("grant_type") == "refresh_token":
            return self._refresh(app, form)
        return _refused("unsupported_grant_type", "Value passed for the grant type was invalid.")

    async def revoke(self, request: Request) -> Response:
        """End a token; with a refresh token the whole consent ends (RFC 7009, section 2.1)."""
        form = await request.form()
        if self._client(request) is None:
            return _refused("unauthorized_client", "Missing valid authorization header", 401)
        token = self.x.tokens.get(str(form.get("token", "")))
        if token is None:
            return _refused("invalid_request", BAD_TOKEN)
        if token["kind"] == "refresh":
            self.x.tokens.kill_grant(token.key)
        self.x.tokens.kill(token)
        return JSONResponse({"revoked": True})

    async def app_token(self, request: Request) -> Response:
        """The app-only bearer token, for webhooks and public reads."""
        app = self._client(request)
        form = await request.form()
        if app is None or form.get("grant_type") != "client_credentials":
            error = {"code": 99, "message": "Unable to verify your credentials", "label": "authenticity_token_error"}
            return JSONResponse({"errors": [error]}, 403)
        token = self.x.tokens.issue("app", "", [], app=app.id)
        return JSONResponse({"token_type": "bearer", "access_token": token.id})

    def pair(self, account: str, scopes: list[str], app: str, grant: str = "") -> dict[str, Any]:
        """New tokens as the token endpoint gives them."""
        access = self.x.tokens.issue("access", account, scopes, lifetime=ACCESS_LIFE, app=app, grant=grant)
        found = {"token_type": "bearer", "expires_in": ACCESS_LIFE, "access_token": access.id, "scope": " ".join(scopes)}
        if "offline.access" in scopes:
            refresh = self.x.tokens.issue("refresh", account, scopes, lifetime=REFRESH_LIFE, app=app, grant=access.key)
            found["refresh_token"] = refresh.id
        return found

    def _client(self, request: Request) -> Doc | None:
        """The confidential client behind the Basic header."""
        client_id, secret = basic_auth(request.headers.get("authorization", ""))
        app = self.x.tokens.app(client_id)
        return app if app and app["secret"] == secret else None

    def _redeem(self, app: Doc, form: dict[str, str]) -> Response:
        try:
            code = consent.redeem(self.x, form.get("code", ""), app.id, form.get("redirect_uri", ""), CODE_LIFE)
        except consent.Refused as refused:
            return _refused("invalid_request", BAD_REDIRECT if refused.reason == "redirect_uri" else BAD_CODE)
        challenge, method = code["extra"]["code_challenge"], code["extra"]["code_challenge_method"] or "plain"
        if not pkce_matches(form.get("code_verifier", ""), challenge, method):
            return _refused("invalid_request", BAD_VERIFIER)
        return JSONResponse(self.pair(code["accounts"][0], code["scopes"], app.id))

    def _refresh(self, app: Doc, form: dict[str, str]) -> Response:
        token = self.x.tokens.alive(form.get("refresh_token", ""))
        if token is None or token["kind"] != "refresh" or token.parent != app.id:
            return _refused("invalid_request", BAD_TOKEN)
        self.x.tokens.kill(token, "used")
        return JSONResponse(self.pair(token.owner, token["scopes"], app.id, token.key))


def _refused(error: str, description: str, status: int = 400) -> Response:
    return JSONResponse({"error": error, "error_description": description}, status)
