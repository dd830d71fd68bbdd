"""What TikTok's two practice networks have in common: the consent page, and what the public sees of an account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox import consent
from sandbox.front import missing, post_page
from sandbox.network import Consent, Network
from sandbox.render import page
from sandbox.store import Doc
from sandbox.views import PublicAccount, PublicPost


class TikTokNetwork(Network):
    """A practice network whose posts stand on TikTok."""

    labels: ClassVar[Mapping[str, str]] = {}  # switches of a post -> what its viewers are told
    texts = ("title", "description", "caption")  # of a post; all else that was sent is shown beside it

    def clear(self, account: str) -> None:
        """Also what is on its way."""
        super().clear(account)
        self.docs.wipe(("publication",), owner=account)

    def refusal(self, ask: Consent) -> dict[str, str]:
        """The person pressed Cancel."""
        return {"error": "access_denied", "error_description": "User canceled the authorization."}

    def permalinks(self) -> list[BaseRoute]:
        """The pages of posts."""
        return [Route(f"/@{{username}}/{kind}/{{id}}", self.permalink_page) for kind in ("video", "photo")]

    def public_account(self, account: Doc) -> PublicAccount:
        """Profiles have an @ in their address; the sum of all likes stands on them."""
        shown = super().public_account(account)
        likes = sum(self.docs.count("like", parent=post.id) for post in self.docs.find("post", owner=account.id))
        shown.facts = [f"{likes} likes"]
        shown.url = f"{self.url}/@{account['username']}"
        return shown

    def public_post(self, post: Doc) -> PublicPost:
        """With labels and the settings that were sent."""
        shown = super().public_post(post)
        shown.labels = [label for name, label in self.labels.items() if post["info"].get(name)]
        shown.details = {name: str(value) for name, value in post["info"].items() if name not in self.texts}
        if post["kind"] == "photo":
            shown.details["photo_cover_index"] = str(post["cover"])
        return shown

    def permalink(self, post: Doc) -> str:
        """As on TikTok."""
        account = self.docs.get("account", post.owner)
        return f"{self.url}/@{account['username'] if account else ''}/{post['kind']}/{post.id}"

    async def permalink_page(self, request: Request) -> Response:
        """A video or photos; private ones are not there."""
        post = self.docs.get("post", request.path_params["id"])
        return post_page(self, post.id) if post else missing(self)


class ConsentPage:
    """The authorize page, to which apps of both APIs send people."""

    def __init__(self, network: TikTokNetwork) -> None:
        self.network = network

    def routes(self) -> list[BaseRoute]:
        """`/_consent` stands before the core's: TikTok also tells which scopes were granted."""
        return [Route("/v2/auth/authorize/", self.authorize), Route("/_consent", self.consented, methods=["POST"])]

    async def authorize(self, request: Request) -> Response:
        """The consent page, or a page that says what is wrong with the address."""
        query = dict(request.query_params)
        if wrong := self._wrong_with(query):
            text = f"We couldn't log in: {wrong}"
            return page("message", 400, slug=self.network.slug, title="Something went wrong", text=text)
        extra = {"code_challenge": query.get("code_challenge", "")}  # of PKCE, which one of the APIs knows
        asked = Consent(query["client_key"], query["redirect_uri"], query["scope"].split(","), query.get("state", ""), extra)
        return consent.ask(self.network, asked)

    def _wrong_with(self, query: dict[str, str]) -> str:
        app = self.network.tokens.app(query.get("client_key", ""))
        if app is None:
            return "client_key"
        return ", ".join(name for name, fine in self.checks(app, query).items() if not fine)

    def checks(self, app: Doc, query: dict[str, str]) -> dict[str, bool]:
        """By parameter, whether it is fine."""
        scopes = query.get("scope", "").split(",")
        return {
            "redirect_uri": consent.redirect_allowed(app, query.get("redirect_uri", "")),
            "response_type": query.get("response_type") == "code",
            "scope": set(scopes) <= set(self.network.scopes) and "user.info.basic" in scopes,
        }

    async def consented(self, request: Request) -> Response:
        """The person pressed a button; the way back also names the granted scopes."""
        answer = await consent.answer(self.network, request)
        back = answer.headers.get("location", "")
        code = parse_qs(urlsplit(back).query).get("code", [""])[0]
        if kept := self.network.docs.get("code", code):
            answer.headers["location"] = f"{back}&{urlencode({'scopes': ','.join(kept['scopes'])})}"
        return answer
