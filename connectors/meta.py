"""What Facebook, Instagram and Threads share: the Graph client, the table of errors, the log-in, signatures of webhooks.

https://developers.facebook.com/docs/graph-api/overview
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

import facebook
from requests import Response

from connectors.base import Connector
from connectors.data import App, Pause, Tokens
from connectors.errors import Doubt, Rejected, Unauthorized
from connectors.http import Http
from connectors.meta_errors import judge_graph, minutes_blocked, usage
from connectors.oauth import OAuth2
from connectors.words import _

VERSION = "v26.0"  # of 29 Jul 2026; an expired version is not refused but served as the oldest one that still lives
GRAPH = f"https://graph.facebook.com/{VERSION}"
WEB = "https://www.facebook.com"
HOSTS = ("graph.facebook.com", "graph-video.facebook.com", "rupload.facebook.com")

STOP_AT = 95  # per cent of an allowance; calls made while blocked prolong the block, so we stop before it
BREATHER = timedelta(minutes=10)  # the windows slide and no header tells when there is room again

Node = dict[str, Any]  # a Graph object, or a page of an edge, as it came


def proof(secret: str, token: str) -> str:
    """The `appsecret_proof` of a token: without it a stolen token is of no use where the app's setting requires it.

    https://developers.facebook.com/docs/graph-api/guides/secure-requests
    """
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()


def moment(value: str) -> datetime:
    """The time of `2026-11-22T15:00:00+0000`."""
    return datetime.fromisoformat(value)


def encoded(values: Mapping[str, Any]) -> dict[str, str]:
    """Values for a form or a query: nested ones as JSON, booleans in lower case, empty ones left out.

    facebook-sdk hands them to requests as they are, which mangles lists of objects and writes booleans as `True`.
    """
    return {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, bool | dict | list | tuple) else str(value)
        for name, value in values.items()
        if value not in (None, "", {}, [], ())
    }


class Graph:
    """facebook-sdk's client on our HTTP seam, with what it lacks: a current version, the proof, JSON for nested values."""

    def __init__(self, http: Http, token: str, secret: str) -> None:
        self.api = sdk(http, token)
        self.proof = {"appsecret_proof": proof(secret, token)}

    def get(self, path: str, **query: Any) -> Node:
        """A node, or one page of an edge."""
        return self._call(path, args=encoded(query) | self.proof)

    def all(self, path: str, **query: Any) -> Iterator[Node]:
        """Every entry of an edge, over all its pages.

        facebook-sdk's get_all_connections breaks where `paging.next` carries no token, so the pages are turned here. Of
        `next` only the query is used: an address in an answer never decides where we call.
        """
        while True:
            page = self.get(path, **query)
            yield from page["data"]
            following = page.get("paging", {}).get("next")
            if not following:
                return
            query = dict(parse_qsl(urlsplit(following).query))
            query.pop("access_token", None)

    def post(self, path: str, read: str = "", files: Mapping[str, Any] | None = None, **form: Any) -> Node:
        """Create or change; `read` names fields of what was created that shall be answered at once."""
        return self._call(path, args=encoded({"fields": read}), post_args=encoded(form) | self.proof, files=files)

    def delete(self, path: str) -> Node:
        """Delete a node or an edge."""
        return self._call(path, args=dict(self.proof), method="DELETE")

    def _call(self, path: str, **how: Any) -> Node:
        try:
            answer = self.api.request(f"{VERSION}/{path}", **how)
        except (facebook.GraphAPIError, KeyError) as error:
            # The seam has judged the answer already; what is left is facebook-sdk stumbling over its Content-Type.
            raise Doubt(_("The network's answer cannot be read."), type(error).__name__) from error
        if not isinstance(answer, dict) or answer.get("success") is False:
            raise Doubt(_("The network answered without saying that it was done."), str(answer)[:200])
        return answer


def sdk(http: Http, token: str | None = None) -> Any:
    """facebook-sdk's own client on our session. Its constructor refuses versions after 3.1, the attribute does not."""
    api = facebook.GraphAPI(token, session=http.session)
    api.version = VERSION
    return api


class Meta(OAuth2, Connector):
    """A connector that logs in with Facebook and speaks Graph. https://developers.facebook.com/docs/facebook-login

    The tokens of its accounts: `access` belongs to the Page and has no end, `refresh` is the long-lived token of the person
    who connected (60 days), the same for all Pages of one log-in and needed to take the permission back.
    """

    authorize_endpoint = f"{WEB}/{VERSION}/dialog/oauth"
    token_endpoint = f"{GRAPH}/oauth/access_token"
    scope_separator = ","
    pkce = False
    authorize_extra = {"auth_type": "rerequest"}  # or a box that was unticked once would never be shown again
    needed: ClassVar[tuple[str, ...]]  # scopes without which no channel can work

    @property
    def graph(self) -> Graph:
        """Graph as this account."""
        return Graph(self.http, self.account.tokens.access, self.app.client_secret)

    # -- what responses mean --------------------------------------------------------------------------------------

    @classmethod
    def judge(cls, response: Response) -> None:
        """Graph's own codes first (connectors.meta_errors)."""
        judge_graph(cls.name, response)

    @classmethod
    def pause(cls, response: Response) -> Pause | None:
        """Stop at 95 % of what the app (X-App-Usage) or the Page (X-Business-Use-Case-Usage) may use.

        https://developers.facebook.com/docs/graph-api/overview/rate-limiting
        """
        whole_app, account = usage(response)
        wait = timedelta(minutes=minutes_blocked(response)) or BREATHER
        if whole_app >= STOP_AT:
            return Pause(wait, "app")
        return Pause(wait) if account >= STOP_AT else None

    # -- logging in -----------------------------------------------------------------------------------------------

    @classmethod
    def exchange(cls, app: App, http: Http, code: str, redirect_uri: str, verifier: str) -> Tokens:
        """The person's long-lived token (60 days) with the permissions that were really given."""
        try:
            first = sdk(http).get_access_token_from_code(code, redirect_uri, app.client_id, app.client_secret)
        except Rejected as error:
            raise Unauthorized(
                _("The log-in at %(name)s took too long or was used twice: start again.") % {"name": cls.name}, error.said
            ) from error
        except Doubt as error:
            if "client secret" not in error.said:
                raise
            # Graph says code 1, as for a fault of its own, when the operator's app secret is wrong.
            raise Rejected(
                _("%(name)s does not accept the app's secret: the operator must correct it.") % {"name": cls.name}, error.said
            ) from error
        return cls._long_lived(app, http, first["access_token"])

    @classmethod
    def refresh(cls, app: App, http: Http, tokens: Tokens) -> Tokens:
        """The person's token for another 60 days. A Page's own has no end: once refused, only a new log-in helps."""
        if tokens.refresh:
            raise Unauthorized(_("%(name)s no longer accepts the connection: connect the channel again.") % {"name": cls.name})
        return cls._long_lived(app, http, tokens.access)

    @classmethod
    def revoke(cls, app: App, http: Http, tokens: Tokens) -> None:
        """Take every permission back. It ends all Pages that the same person connected; what is dead already is no error."""
        with suppress(Rejected, Unauthorized):
            Graph(http, tokens.refresh or tokens.access, app.client_secret).delete("me/permissions")

    @classmethod
    def pages(cls, app: App, http: Http, tokens: Tokens, fields: str) -> list[Node]:
        """The Pages that the person may publish to. Raises Unauthorized when a needed permission was not given.

        https://developers.facebook.com/docs/graph-api/reference/user/accounts
        """
        if missing := [scope for scope in cls.needed if scope not in tokens.scopes]:
            why = "; ".join(_(cls.scopes[scope]).rstrip(".") for scope in missing)
            raise Unauthorized(
                _("%(name)s did not give SMO all it needs (%(why)s): connect again and leave every box ticked.")
                % {"name": cls.name, "why": why}
            )
        graph = Graph(http, tokens.access, app.client_secret)
        return [page for page in graph.all("me/accounts", fields=fields, limit=100) if _may_create(page)]

    @classmethod
    def _long_lived(cls, app: App, http: Http, token: str) -> Tokens:
        answer = cls.tokens(sdk(http, token).extend_access_token(app.client_id, app.client_secret))
        permissions = Graph(http, answer.access, app.client_secret).get("me/permissions")["data"]
        granted = tuple(str(given["permission"]) for given in permissions if given["status"] == "granted")
        return Tokens(answer.access, "", answer.expires_at, granted)

    # -- webhooks -------------------------------------------------------------------------------------------------

    @classmethod
    def handshake(cls, app: App, query: Mapping[str, str], secret: str) -> str | None:
        """The bare challenge, if it is our own secret that Meta repeats; else None, which is to be answered 403.

        https://developers.facebook.com/docs/graph-api/webhooks/getting-started
        """
        ours = hmac.compare_digest(query.get("hub.verify_token", "").encode(), secret.encode())
        return query.get("hub.challenge", "") if ours and query.get("hub.mode") == "subscribe" else None

    @classmethod
    def verified(cls, app: App, headers: Mapping[str, str], body: bytes) -> Node:
        """The JSON of a delivery. Raises Unauthorized when X-Hub-Signature-256 does not fit the raw bytes."""
        given = {name.lower(): value for name, value in headers.items()}.get("x-hub-signature-256", "")
        right = "sha256=" + hmac.new(app.client_secret.encode(), body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(given.encode(), right.encode()):
            raise Unauthorized(
                _("A delivery that claims to come from %(name)s has no valid signature: it was not read.") % {"name": cls.name}
            )
        delivered: Node = json.loads(body)
        return delivered


def _may_create(page: Node) -> bool:
    """Whether the person's tasks on the Page include publishing; Pages of the new kind write PROFILE_PLUS_CREATE_CONTENT."""
    tasks = page.get("tasks")
    return tasks is None or any(task.endswith(("CREATE_CONTENT", "MANAGE", "FULL_CONTROL")) for task in tasks)


def from_milliseconds(value: int) -> datetime:
    """The time of a Messenger event."""
    return datetime.fromtimestamp(value / 1000, UTC)


def from_seconds(value: int) -> datetime:
    """The time of a feed event."""
    return datetime.fromtimestamp(value, UTC)
