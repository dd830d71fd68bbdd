"""Sessions by app password: short access tokens, refresh tokens that rotate, service tokens.
https://docs.bsky.app/docs/api/com-atproto-server-create-session"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from sandbox import clock
from sandbox.bluesky.calls import ACCESS, NOBODY, REFRESH, Call, Method, XrpcError, in_good_standing
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.bluesky.network import Bluesky

ACCESS_LIFE = 7200.0
REFRESH_LIFE = 90 * 86_400.0
GRACE = 7200.0  # how long a used refresh token still gives its successor
SERVICE_LIFE = 3600.0  # the most that a service token bound to a method may live
APP_PASSWORD, PRIVILEGED = "com.atproto.appPass", "com.atproto.appPassPrivileged"
WHOLE_ACCOUNT = "com.atproto.access"
REVOKED = "Token has been revoked"


class Sessions:
    """createSession, refreshSession, getSession, deleteSession, getServiceAuth."""

    def __init__(self, network: Bluesky) -> None:
        self.network = network

    def methods(self) -> list[Method]:
        """Rows of the API."""
        server = "com.atproto.server."
        return [
            Method("POST", f"{server}createSession", self.create, NOBODY),
            Method("POST", f"{server}refreshSession", self.refresh, REFRESH),
            Method("POST", f"{server}deleteSession", self.delete, REFRESH),
            Method("GET", f"{server}getSession", self.get),
            Method("GET", f"{server}getServiceAuth", self.service_auth),
            Method("GET", f"{server}describeServer", self.describe, NOBODY),
        ]

    async def create(self, call: Call) -> dict[str, Any]:
        """Log in with a handle, a DID or an e-mail address, and an app password."""
        body = await call.json("identifier", "password")
        account = self.network.actor(str(body["identifier"]))
        if account:
            self.network.limits.count("session", account.id, "", self.network.enforces_limits)
        scope = self._scope(account, str(body["password"])) if account else ""
        if account is None or not scope:
            raise XrpcError("AuthenticationRequired", "Invalid identifier or password", 401)
        if not body.get("allowTakendown"):
            in_good_standing(account)
        return self.pair(account, [scope])

    def _scope(self, account: Doc, password: str) -> str:
        """What a password opens, "" for a wrong one. `password` in an account's details is its own, all-powerful one."""
        if password == account["app_password"]:
            return PRIVILEGED if account.get("privileged") else APP_PASSWORD
        return WHOLE_ACCOUNT if password and password == account.get("password") else ""

    async def refresh(self, call: Call) -> dict[str, Any]:
        """The next pair. A used refresh token gives the same successor for two hours more."""
        token, tokens = call.token, self.network.tokens
        if token is None:
            raise XrpcError("AuthMissing", "Authentication Required", 401)
        if not token.get("next"):
            successor = self._refresh_token(token.owner, token["scopes"], token.key)
            ends = min(token["expires_at"], clock.now() + GRACE)
            token = self.network.docs.change("token", token.id, next=successor.id, expires_at=ends)
        after = tokens.alive(token["next"])
        if after is None:
            raise XrpcError("ExpiredToken", REVOKED)
        access = self._access_token(token.owner, token["scopes"], token.key)
        return self._session(call.account, access.id, after.id)

    async def delete(self, call: Call) -> Response:
        """Log out: the refresh tokens end, the access token lives on until it expires."""
        for token in self.network.docs.find("token", key=call.token.key if call.token else ""):
            if token["kind"] == REFRESH:
                self.network.tokens.kill(token)
        return Response(status_code=200)

    async def get(self, call: Call) -> dict[str, Any]:
        """Who one is."""
        return self._who(call.account)

    async def service_auth(self, call: Call) -> dict[str, Any]:
        """A token for one method of another service."""
        audience, method = call.parameter("aud"), call.query.get("lxm", "")
        latest = clock.now() + (SERVICE_LIFE if method else 60)
        ends = call.query.get("exp", str(int(clock.now() + 60)))
        if not ends.isdigit() or not clock.now() < int(ends) <= latest + 5:
            raise XrpcError("BadExpiration", "cannot request a token with an expiration more than an hour in the future")
        claims = {"iss": call.account.id, "aud": audience, "lxm": method, "exp": int(ends)}
        lifetime = int(ends) - clock.now()
        token = self.network.tokens.issue("service", call.account.id, [], lifetime=lifetime, value=jwt(claims))
        self.network.docs.change("token", token.id, aud=audience, lxm=method)
        return {"token": token.id}

    async def describe(self, call: Call) -> dict[str, Any]:
        """What the server takes."""
        known = {"did": self.network.did, "availableUserDomains": [".bsky.social"], "inviteCodeRequired": False}
        return {**known, "blobUploadLimit": self.network.repo.largest_blob}

    def pair(self, account: Doc, scopes: Iterable[str]) -> dict[str, Any]:
        """A new session."""
        access = self._access_token(account.id, scopes)
        refresh = self._refresh_token(account.id, scopes, access.key)
        return self._session(account, access.id, refresh.id)

    def _session(self, account: Doc, access: str, refresh: str) -> dict[str, Any]:
        return {"accessJwt": access, "refreshJwt": refresh, **self._who(account)}

    def _who(self, account: Doc) -> dict[str, Any]:
        confirmed = bool(account.get("email_confirmed", True))
        mail = {"email": f"{account['username']}@practice.example", "emailConfirmed": confirmed, "emailAuthFactor": False}
        state = {"active": False, "status": account["status"]} if account.get("status") else {"active": True}
        return {"did": account.id, "handle": account["handle"], "didDoc": self.did_document(account), **state, **mail}

    def did_document(self, account: Doc) -> dict[str, Any]:
        """Who this is and where its data lie."""
        home = {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": self.network.url}
        return {"id": account.id, "alsoKnownAs": [f"at://{account['handle']}"], "service": [home]}

    def _access_token(self, account: str, scopes: Iterable[str], grant: str = "") -> Doc:
        value = self._jwt(account, next(iter(scopes)), ACCESS_LIFE)
        return self.network.tokens.issue(ACCESS, account, scopes, lifetime=ACCESS_LIFE, grant=grant, value=value)

    def _refresh_token(self, account: str, scopes: Iterable[str], grant: str) -> Doc:
        value = self._jwt(account, "com.atproto.refresh", REFRESH_LIFE)
        return self.network.tokens.issue(REFRESH, account, scopes, lifetime=REFRESH_LIFE, grant=grant, value=value)

    def _jwt(self, account: str, scope: str, lifetime: float) -> str:
        now = int(clock.now())
        claims = {"scope": scope, "sub": account, "iat": now, "exp": now + int(lifetime), "aud": self.network.did}
        return jwt(claims)


def jwt(claims: dict[str, Any]) -> str:
    """A JSON Web Token whose signature is noise: only this server ever checks it, and it knows its tokens."""
    parts = [{"typ": "at+jwt", "alg": "ES256K"}, {**claims, "jti": secrets.token_hex(8)}]
    coded = [_coded(json.dumps(part).encode()) for part in parts]
    return ".".join([*coded, _coded(secrets.token_bytes(64))])


def _coded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
