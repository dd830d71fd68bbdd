"""Log-in with TikTok and its calls: client_key for client_id, scopes with commas, a challenge in hex.
https://developers.tiktok.com/doc/login-kit-web, https://developers.tiktok.com/doc/oauth-user-access-token-management"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from requests import Response

from connectors.base import Connector
from connectors.data import Account, App, Pause, Tokens
from connectors.errors import Rejected, Unauthorized
from connectors.http import Http
from connectors.oauth import OAuth2, browser_address
from connectors.tiktok_answers import SCOPE, judge_tiktok, pause_tiktok

API = "https://open.tiktokapis.com/v2"
JSON = "application/json; charset=UTF-8"
BASIC_FIELDS = ("open_id", "avatar_url", "display_name")
PROFILE = "user.info.profile"


@dataclass(frozen=True)
class Api:
    """Calls with one access token."""

    http: Http
    token: str

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """The `data` of the answer."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": JSON}
        sent = json.dumps(body).encode() if body is not None else None
        answer = self.http.post(f"{API}{path}", data=sent, headers=headers)
        data: Mapping[str, Any] = answer["data"]
        return data

    def get(self, path: str, **query: str) -> Mapping[str, Any]:
        """The `data` of the answer."""
        answer = self.http.get(f"{API}{path}", params=query, headers={"Authorization": f"Bearer {self.token}"})
        data: Mapping[str, Any] = answer["data"]
        return data


class TikTokConsent(OAuth2, Connector):
    """What TikTok's two APIs share: the consent page, and that a token is given back alive."""

    authorize_endpoint = "https://www.tiktok.com/v2/auth/authorize/"
    scope_separator = ","

    @classmethod
    def authorize_url(cls, app: App, redirect_uri: str, state: str, verifier: str) -> str:
        """TikTok's challenge is the SHA-256 in hex, not in base64url as RFC 7636 has it."""
        query = {
            "client_key": app.client_id,
            "scope": cls.scope_separator.join(cls.scopes),
            "response_type": "code",
            "redirect_uri": redirect_uri,
            "state": state,
        }
        if cls.pkce:
            query |= {"code_challenge": hashlib.sha256(verifier.encode()).hexdigest(), "code_challenge_method": "S256"}
        return f"{browser_address(cls.authorize_endpoint, app)}?{urlencode(query)}"

    @classmethod
    def revoke(cls, app: App, http: Http, tokens: Tokens) -> None:
        """TikTok takes a living access token only, so one that has run out is renewed first. Dead ones are no error."""
        try:
            if tokens.refresh and tokens.expires_at and tokens.expires_at <= datetime.now(UTC):
                tokens = cls.refresh(app, http, tokens)
            cls._give_back(app, http, tokens.access)
        except (Rejected, Unauthorized):
            return

    @classmethod
    def _give_back(cls, app: App, http: Http, token: str) -> None:
        cls._client_call(app, http, cls.revoke_endpoint, {"token": token})

    @classmethod
    def profile(cls, app: App, username: str) -> str:
        """The address of a profile; empty without a username."""
        return browser_address(f"https://www.tiktok.com/@{username}", app) if username else ""


class TikTokLogin(TikTokConsent):
    """The part of the connector that logs in and says what answers mean."""

    hosts = ("open.tiktokapis.com", "open-upload.tiktokapis.com")
    token_endpoint = f"{API}/oauth/token/"
    revoke_endpoint = f"{API}/oauth/revoke/"

    scopes = {
        "user.info.basic": "Read your name and picture.",
        PROFILE: "Read your username, for links to your posts.",
        "user.info.stats": "Read how many followers and likes you have.",
        "video.list": "Find your public posts, to be sure that one arrived.",
        "video.publish": "Publish for you.",
        "video.upload": "Put drafts into the inbox of your TikTok app.",
    }

    @classmethod
    def accounts(cls, app: App, http: Http, tokens: Tokens) -> list[Account]:
        """The one profile. Raises Unauthorized when the person left out what publishing needs."""
        if tokens.scopes and not {"video.publish", "video.upload"} & set(tokens.scopes):
            raise Unauthorized(SCOPE, f"granted: {', '.join(tokens.scopes)}")
        fields = BASIC_FIELDS + (("username",) if PROFILE in tokens.scopes else ())
        api = Api(http, tokens.access)
        user = api.get("/user/info/", fields=",".join(fields))["user"]
        username = str(user.get("username") or "")
        if not username and "video.publish" in tokens.scopes:  # told to those as well who may publish
            username = str(api.post("/post/publish/creator_info/query/").get("creator_username") or "")
        return [
            Account(
                remote_id=str(user["open_id"]),
                name=str(user.get("display_name") or username),
                username=username,
                tokens=tokens,
                picture_url=str(user.get("avatar_url") or ""),
                url=cls.profile(app, username),
            )
        ]

    @classmethod
    def _client_call(cls, app: App, http: Http, url: str, form: dict[str, str]) -> Any:
        return http.post(url, data={**form, "client_key": app.client_id, "client_secret": app.client_secret})

    @classmethod
    def judge(cls, response: Response) -> None:
        judge_tiktok(cls.name, response)

    @classmethod
    def pause(cls, response: Response) -> Pause | None:
        return pause_tiktok(response)
