"""OAuth 2 with PKCE from class constants. RFC 6749, RFC 7636, RFC 7009."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

from requests import Response

from connectors.data import App, Tokens
from connectors.errors import Rejected, Unauthorized
from connectors.http import Http, judge_status, redact
from connectors.words import _


def new_verifier() -> str:
    """A PKCE code verifier: 64 characters of the unreserved set."""
    return secrets.token_urlsafe(48)


def challenge(verifier: str) -> str:
    """The S256 challenge: base64url of the SHA-256, without padding."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


class OAuth2:
    """Mixed into a connector; gives authorize_url, exchange, refresh and revoke of `Connects`.

    `client_auth`: how the token endpoint knows us, 'basic' (Authorization header) or 'body' (form fields).
    """

    name: ClassVar[str]
    authorize_endpoint: ClassVar[str]
    token_endpoint: ClassVar[str]
    revoke_endpoint: ClassVar[str] = ""
    scopes: ClassVar[Mapping[str, str]]
    scope_separator: ClassVar[str] = " "
    client_auth: ClassVar[str] = "body"
    pkce: ClassVar[bool] = True
    authorize_extra: ClassVar[Mapping[str, str]] = {}

    @classmethod
    def authorize_url(cls, app: App, redirect_uri: str, state: str, verifier: str) -> str:
        """Where the browser is sent. With a base address set, its consent page stands for the network's."""
        query = {
            "response_type": "code",
            "client_id": app.client_id,
            "redirect_uri": redirect_uri,
            "state": state,
            "scope": cls.scope_separator.join(cls.scopes),
            **cls.authorize_extra,
        }
        if cls.pkce:
            query |= {"code_challenge": challenge(verifier), "code_challenge_method": "S256"}
        return f"{browser_address(cls.authorize_endpoint, app)}?{urlencode(query)}"

    @classmethod
    def exchange(cls, app: App, http: Http, code: str, redirect_uri: str, verifier: str) -> Tokens:
        """The code that came back for tokens. Raises Unauthorized when the code is stale or already used."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        if cls.pkce:
            form["code_verifier"] = verifier
        return cls.tokens(cls._token_call(app, http, form))

    @classmethod
    def refresh(cls, app: App, http: Http, tokens: Tokens) -> Tokens:
        """Fresh tokens, with the old refresh token where it does not rotate. Raises Unauthorized when it is dead."""
        answer = cls._token_call(app, http, {"grant_type": "refresh_token", "refresh_token": tokens.refresh})
        fresh = cls.tokens(answer)
        return Tokens(fresh.access, fresh.refresh or tokens.refresh, fresh.expires_at, fresh.scopes or tokens.scopes)

    @classmethod
    def revoke(cls, app: App, http: Http, tokens: Tokens) -> None:
        """Give the tokens back (RFC 7009). One that is already dead is no error."""
        try:
            cls._client_call(app, http, cls.revoke_endpoint, {"token": tokens.refresh or tokens.access})
        except (Rejected, Unauthorized):
            return

    @classmethod
    def tokens(cls, answer: Mapping[str, Any]) -> Tokens:
        """The token endpoint's JSON as Tokens."""
        seconds = answer.get("expires_in")
        return Tokens(
            access=str(answer["access_token"]),
            refresh=str(answer.get("refresh_token", "")),
            expires_at=datetime.now(UTC) + timedelta(seconds=int(seconds)) if seconds else None,
            scopes=tuple(str(answer.get("scope", "")).replace(",", " ").split()),
        )

    @classmethod
    def _token_call(cls, app: App, http: Http, form: dict[str, str]) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = cls._client_call(app, http, cls.token_endpoint, form)
        return answer

    @classmethod
    def _client_call(cls, app: App, http: Http, url: str, form: dict[str, str]) -> Any:
        if cls.client_auth == "basic":
            return http.post(url, data=form, auth=(app.client_id, app.client_secret))
        return http.post(url, data={**form, "client_id": app.client_id, "client_secret": app.client_secret})


def browser_address(url: str, app: App) -> str:
    """`url`, or the same path on the app's base address."""
    if not app.base_url:
        return url
    return app.base_url.rstrip("/") + "/" + url.split("://", 1)[1].split("/", 1)[1]


def judge_token(name: str, response: Response) -> None:
    """Judge a token endpoint's answer: invalid_grant and its like mean that a person must connect again (RFC 6749, 5.2)."""
    if response.status_code in (400, 401) and any(
        word in response.text for word in ("invalid_grant", "invalid_request", "invalid_token")
    ):
        raise Unauthorized(
            _("%(name)s no longer accepts the connection: connect the channel again.") % {"name": name}, redact(response.text)
        )
    judge_status(name, response)
