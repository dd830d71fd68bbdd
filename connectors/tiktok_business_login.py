"""Log-in with TikTok's API for Business and its calls: the consent page is TikTok's usual one, all else is JSON in an envelope.

https://business-api.tiktok.com/portal/docs?id=1738083939371009
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from requests import Response

from connectors.data import Account, App, Media, Pause, Tokens
from connectors.errors import Rejected, Unauthorized
from connectors.http import Http
from connectors.tiktok_answers import SCOPE
from connectors.tiktok_business_answers import judge_business, pause_business
from connectors.tiktok_login import TikTokConsent

API = "https://business-api.tiktok.com/open_api/v1.3"
LISTING, PUBLISHING, READING, ANSWERING = "video.list", "video.publish", "comment.list", "comment.list.manage"
Node = Mapping[str, Any]


def ask(http: Http, path: str, body: Node, token: str = "") -> Node:
    """POST as JSON; the `data` of the answer. Without a token the body carries the app's secret."""
    answer = http.post(f"{API}{path}", json=body, headers={"Access-Token": token} if token else {})
    return answer.get("data") or {}


@dataclass(frozen=True)
class Business:
    """Calls for one account with its access token."""

    http: Http
    token: str
    id: str

    def post(self, path: str, **body: Any) -> Node:
        """The `data` of the answer."""
        return ask(self.http, path, {"business_id": self.id, **body}, self.token)

    def upload(self, path: str, name: str, file: Media) -> Node:
        """POST a file under this name; the `data` of the answer."""
        with open(file.path, "rb") as content:
            files, form = {name: (file.name, content, file.mime_type)}, {"business_id": self.id}
            answer = self.http.post(f"{API}{path}", files=files, data=form, headers={"Access-Token": self.token})
        return answer.get("data") or {}

    def get(self, path: str, **query: Any) -> Node:
        """The `data` of the answer. What is no text goes as JSON, lists above all."""
        told = {name: value if isinstance(value, str) else json.dumps(value) for name, value in query.items()}
        headers = {"Access-Token": self.token}
        answer = self.http.get(f"{API}{path}", params={"business_id": self.id, **told}, headers=headers)
        return answer.get("data") or {}


class TikTokBusinessLogin(TikTokConsent):
    """The part of the connector that logs in and says what answers mean."""

    hosts = ("business-api.tiktok.com",)
    pkce = False
    revoke_endpoint = "/tt_user/oauth2/revoke/"

    # [U]: the names are not in the public pages; the portal shows the set that was granted to the app.
    scopes = {
        "user.info.basic": "Read your name and picture.",
        "user.info.username": "Read your username, for links to your posts.",
        LISTING: "Find your public posts, to be sure that one arrived.",
        PUBLISHING: "Publish for you.",
        READING: "Read the comments on your posts.",
        ANSWERING: "Answer, hide, like and delete comments for you.",
    }

    @classmethod
    def accounts(cls, app: App, http: Http, tokens: Tokens) -> list[Account]:
        """The one account. Raises Unauthorized when neither publishing nor reading comments was allowed."""
        if tokens.scopes and not {PUBLISHING, READING} & set(tokens.scopes):
            raise Unauthorized(SCOPE, f"granted: {', '.join(tokens.scopes)}")
        info = ask(http, "/tt_user/token_info/get/", {"app_id": app.client_id, "access_token": tokens.access}, tokens.access)
        business = str(info.get("creator_id") or info["open_id"])  # [U] which of the two names it has
        user = Business(http, tokens.access, business).get(
            "/business/get/", fields=["username", "display_name", "profile_image"]
        )
        username = str(user.get("username") or "")
        return [
            Account(
                remote_id=business,
                name=str(user.get("display_name") or username),
                username=username,
                tokens=tokens,
                picture_url=str(user.get("profile_image") or ""),
                url=cls.profile(app, username),
            )
        ]

    @classmethod
    def _token_call(cls, app: App, http: Http, form: dict[str, str]) -> Node:
        """Exchange and refresh have an address each."""
        what = "refresh_token" if form["grant_type"] == "refresh_token" else "token"
        named = {"auth_code" if name == "code" else name: value for name, value in form.items()}
        return ask(http, f"/tt_user/oauth2/{what}/", {**_keys(app), **named})

    @classmethod
    def _give_back(cls, app: App, http: Http, token: str) -> None:
        ask(http, cls.revoke_endpoint, {**_keys(app), "access_token": token})

    @classmethod
    def judge(cls, response: Response) -> None:
        judge_business(cls.name, response)

    @classmethod
    def pause(cls, response: Response) -> Pause | None:
        return pause_business(response)

    # -- calls -----------------------------------------------------------------------------------------------------

    @property
    def api(self) -> Business:
        return Business(self.http, self.account.tokens.access, self.account.remote_id)

    def may(self, scope: str) -> bool:
        granted = self.account.tokens.scopes
        return not granted or scope in granted

    def must(self, scope: str) -> None:
        """TikTok would answer as if the connection were dead, but all else goes on without this permission."""
        if not self.may(scope):
            raise Rejected(SCOPE, f"granted: {', '.join(self.account.tokens.scopes)}")


def _keys(app: App) -> dict[str, str]:
    return {"client_id": app.client_id, "client_secret": app.client_secret}
