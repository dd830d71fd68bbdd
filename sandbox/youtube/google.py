"""Google's own log-in: consent, tokens, revocation. https://developers.google.com/identity/protocols/oauth2/web-server"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox import consent
from sandbox.network import Consent, Network
from sandbox.render import page
from sandbox.store import Doc
from sandbox.tokens import basic_auth, pkce_matches
from sandbox.youtube.answers import words

PREFIX = "https://www.googleapis.com/auth/"
SCOPES = {
    PREFIX + "youtube": "Manage your YouTube account",
    PREFIX + "youtube.upload": "Manage your YouTube videos",
    PREFIX + "youtube.force-ssl": "See, edit, and permanently delete your YouTube videos, ratings, comments and captions",
    PREFIX + "youtube.readonly": "View your YouTube account",
    PREFIX + "yt-analytics.readonly": "View YouTube Analytics reports for your YouTube content",
    PREFIX
    + "yt-analytics-monetary.readonly": "View monetary and non-monetary YouTube Analytics reports for your YouTube content",
}
ASKED = words(
    "client_id redirect_uri response_type scope access_type state include_granted_scopes login_hint prompt hd nonce "
    "code_challenge code_challenge_method enable_granular_consent response_mode"
)
ACCESS_SECONDS = 3599
CODE_SECONDS = 600
REFRESH_SECONDS = 182 * 86400  # unused for six months, a refresh token dies
REFRESH_TOKENS = 100  # per account and client; the oldest is dropped silently


class Denied(Exception):
    """An error of the token endpoint: `{"error", "error_description"}`."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(f"{error}: {description}")
        self.error, self.description, self.status = error, description, status

    def response(self) -> Response:
        """As JSON, never cached."""
        content = {"error": self.error, "error_description": self.description}
        return JSONResponse(content, self.status, {"Cache-Control": "no-store"})


def authorize(net: Network, request: Request) -> Response:
    """The consent page, or Google's error page: with wrong parameters nobody is sent back to the app."""
    given = dict(request.query_params)
    try:
        app = _checked(net, given)
    except Denied as problem:
        title = f"Error {problem.status}: {problem.error}"
        return page("message", problem.status, slug=net.slug, title=title, text=problem.description)
    kept = ("code_challenge", "code_challenge_method", "access_type", "prompt", "include_granted_scopes")
    extra = {name: given[name] for name in kept if name in given}
    return consent.ask(net, Consent(app.id, given["redirect_uri"], given["scope"].split(), given.get("state", ""), extra))


def _checked(net: Network, given: dict[str, str]) -> Doc:
    for name in given:
        if name not in ASKED:
            raise Denied("invalid_request", f"Parameter not allowed for this message type: {name}")
    for name in ("client_id", "redirect_uri", "response_type", "scope"):
        if not given.get(name):
            raise Denied("invalid_request", f"Missing required parameter: {name}")
    app = net.tokens.app(given["client_id"])
    if app is None:
        raise Denied("invalid_client", "The OAuth client was not found.", 401)
    if not consent.redirect_allowed(app, given["redirect_uri"]):
        raise Denied("redirect_uri_mismatch", f"The redirect URI in the request, {given['redirect_uri']}, does not match.")
    _check_values(given)
    return app


def _check_values(given: dict[str, str]) -> None:
    if unknown := [
        scope for scope in given["scope"].split() if scope not in SCOPES and scope not in ("openid", "email", "profile")
    ]:
        raise Denied("invalid_scope", f"Some requested scopes were invalid: {unknown}")
    if given["response_type"] != "code":
        raise Denied("unsupported_response_type", f"Invalid response_type: {given['response_type']}")
    if given.get("access_type", "online") not in ("online", "offline"):
        raise Denied("invalid_request", f"Invalid access_type: {given['access_type']}")
    if set(given.get("prompt", "consent").split()) - {"none", "consent", "select_account"}:
        raise Denied("invalid_request", f"Invalid prompt: {given['prompt']}")
    if given.get("code_challenge_method", "plain") not in ("plain", "S256"):
        raise Denied("invalid_request", "Invalid code_challenge_method")
    if "code_challenge_method" in given and "code_challenge" not in given:
        raise Denied("invalid_request", "Missing required parameter: code_challenge")


async def token(net: Network, request: Request) -> Response:
    """`POST /token`: a code or a refresh token for an access token. Refresh tokens do not rotate."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    try:
        app = _client(net, form, request.headers.get("authorization", ""))
        kind = _need(form, "grant_type")
        if kind not in ("authorization_code", "refresh_token"):
            raise Denied("unsupported_grant_type", f"Invalid grant_type: {kind}")
        issued = _by_code(net, app, form) if kind == "authorization_code" else _by_refresh(net, app, form)
    except Denied as problem:
        return problem.response()
    return JSONResponse(issued, headers={"Cache-Control": "no-store"})


def _need(form: dict[str, str], name: str) -> str:
    if not form.get(name):
        raise Denied("invalid_request", f"Missing required parameter: {name}")
    return form[name]


def _client(net: Network, form: dict[str, str], header: str) -> Doc:
    user, password = (unquote(part) for part in basic_auth(header))
    client, secret = form.get("client_id") or user, form.get("client_secret") or password
    if not client:
        raise Denied("invalid_request", "Could not determine client ID from request.")
    app = net.tokens.app(client)
    if app is None:
        raise Denied("invalid_client", "The OAuth client was not found.", 401)
    if not secret:
        raise Denied("invalid_request", "client_secret is missing.")
    if not secrets.compare_digest(secret.encode(), str(app["secret"]).encode()):
        raise Denied("invalid_client", "Unauthorized", 401)
    return app


def _by_code(net: Network, app: Doc, form: dict[str, str]) -> dict[str, Any]:
    address = _need(form, "redirect_uri")
    try:
        code = consent.redeem(net, _need(form, "code"), app.id, address, CODE_SECONDS)
    except consent.Refused as refused:
        raise _bad_code(refused.reason) from refused
    extra = code["extra"]
    if challenge := extra.get("code_challenge"):
        verifier = form.get("code_verifier", "")
        if not verifier:
            raise Denied("invalid_grant", "Missing code verifier.")
        if not pkce_matches(verifier, challenge, extra.get("code_challenge_method", "plain")):
            raise Denied("invalid_grant", "Invalid code verifier.")
    account, scopes = code["accounts"][0], _with_earlier(net, app.id, code)
    first = not any(net.tokens.state(token) == "alive" for token in _refresh_tokens(net, account, app.id))
    offline = extra.get("access_type") == "offline" and (first or "consent" in extra.get("prompt", "").split())
    return issue(net, account, scopes, app.id, offline)


def _bad_code(reason: str) -> Denied:
    if reason == "redirect_uri":
        return Denied("redirect_uri_mismatch", "Bad Request")
    if reason == "client":
        return Denied("invalid_grant", "The authorization code was issued to another client.")
    return Denied("invalid_grant", "Malformed auth code." if reason == "unknown" else "Bad Request")


def _with_earlier(net: Network, app: str, code: Doc) -> list[str]:
    """`include_granted_scopes=true` adds what the same person allowed the same app before."""
    scopes = dict.fromkeys(code["scopes"])
    if code["extra"].get("include_granted_scopes") == "true":
        for token in _refresh_tokens(net, code["accounts"][0], app):
            if net.tokens.state(token) == "alive":
                scopes.update(dict.fromkeys(token["scopes"]))
    return list(scopes)


def _refresh_tokens(net: Network, account: str, app: str) -> list[Doc]:
    return [token for token in net.tokens.of_account(account, "refresh") if token.parent == app]


def issue(net: Network, account: str, scopes: Iterable[str], app: str, offline: bool) -> dict[str, Any]:
    """The token endpoint's answer to a code; with `offline` it has a refresh token."""
    scopes, grant = list(scopes), secrets.token_hex(8)
    value = f"ya29.{secrets.token_urlsafe(48)}"
    access = net.tokens.issue("access", account, scopes, lifetime=ACCESS_SECONDS, app=app, grant=grant, value=value)
    found: dict[str, Any] = {"access_token": access.id, "expires_in": ACCESS_SECONDS}
    if offline:
        value = f"1//0{secrets.token_urlsafe(48)}"
        refresh = net.tokens.issue("refresh", account, scopes, lifetime=REFRESH_SECONDS, app=app, grant=grant, value=value)
        found["refresh_token"] = refresh.id
        living = [token for token in _refresh_tokens(net, account, app) if net.tokens.state(token) == "alive"]
        for token in living[REFRESH_TOKENS:]:
            net.tokens.kill(token)
    return {**found, "scope": " ".join(scopes), "token_type": "Bearer"}


def _by_refresh(net: Network, app: Doc, form: dict[str, str]) -> dict[str, Any]:
    refresh = net.tokens.get(_need(form, "refresh_token"))
    if refresh is None or refresh["kind"] != "refresh":
        raise Denied("invalid_grant", "Bad Request")
    if refresh.parent != app.id:
        raise Denied("unauthorized_client", "Unauthorized", 401)
    if net.tokens.state(refresh) != "alive":
        raise Denied("invalid_grant", "Token has been expired or revoked.")
    scopes = form.get("scope", "").split() or refresh["scopes"]
    if set(scopes) - set(refresh["scopes"]):
        raise Denied("invalid_scope", "Some requested scopes were invalid or not granted.")
    net.docs.change("token", refresh.id, expires_at=net.now() + REFRESH_SECONDS)
    value = f"ya29.{secrets.token_urlsafe(48)}"
    lifetime, grant = ACCESS_SECONDS, refresh.key
    access = net.tokens.issue("access", refresh.owner, scopes, lifetime=lifetime, app=app.id, grant=grant, value=value)
    return {"access_token": access.id, "expires_in": lifetime, "scope": " ".join(scopes), "token_type": "Bearer"}


async def revoke(net: Network, request: Request) -> Response:
    """`POST /revoke` with an access or a refresh token: everything of that consent ends."""
    value = request.query_params.get("token") or (await request.form()).get("token")
    if not value:
        return Denied("invalid_request", "Missing required parameter: token").response()
    found = net.tokens.get(str(value))
    if found is None or net.tokens.state(found) != "alive":
        return Denied("invalid_token", "Token expired or revoked").response()
    net.tokens.kill_grant(found.key)
    return JSONResponse({})
