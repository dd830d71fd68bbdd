"""The practice Pinterest itself: what it is made of, who is on it, what its public sees."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox.front import post_page
from sandbox.network import PAGE, Network, Seen
from sandbox.pinterest import answers
from sandbox.pinterest.boards import Boards
from sandbox.pinterest.calls import Call, Endpoint, route
from sandbox.pinterest.limits import PER_MINUTE, Limits
from sandbox.pinterest.login import Login
from sandbox.pinterest.media import STORAGE, Media
from sandbox.pinterest.pins import Pins
from sandbox.store import Doc
from sandbox.tokens import basic_auth
from sandbox.views import PublicAccount, PublicPost

BIO = "Ice cold in 40 °C. Boards full of things to drink, places to drink them, and penguins."
BOARDS = ("Cold drinks", "Behind the scenes")


class Pinterest(Network):
    """Pinterest, API v5 (5.23.0), an app with standard access. An account made with `trial` belongs to an app on trial."""

    slug, name = "pinterest", "Pinterest"
    about = "Pins of pictures and videos on boards"
    fan_actions = ("comment", "like")
    scopes = {
        "user_accounts:read": "See your account",
        "boards:read": "See your public boards",
        "boards:write": "Create, change and delete your boards",
        "boards:read_secret": "See your secret boards",
        "boards:write_secret": "Create, change and delete your secret boards",
        "pins:read": "See your public Pins",
        "pins:write": "Create, change and delete your public Pins",
        "pins:read_secret": "See your secret Pins",
        "pins:write_secret": "Create, change and delete your secret Pins",
    }

    def __init__(self, *lent: Any) -> None:
        super().__init__(*lent)
        self.limits, self.login = Limits(), Login(self)
        self.boards, self.media, self.pins = Boards(self), Media(self), Pins(self)

    @cached_property
    def routes(self) -> list[BaseRoute]:
        """API, storage, log-in, permalinks. The most frequent call comes first: routes are tried one after the other."""
        account = Endpoint("GET", "/user_account", self.user_account, ("user_accounts:read",), ("ad_account_id",))
        endpoints = [*self.pins.endpoints(), *self.boards.endpoints(), *self.media.endpoints(), account]
        permalinks = [Route("/pin/{id}/", self.permalink_page), Route("/pin/{id}", self.permalink_page)]
        return [*(route(self, one) for one in endpoints), *self.media.routes(), *self.login.routes(), *permalinks]

    async def user_account(self, call: Call) -> tuple[int, Any]:
        """The caller."""
        me = call.me
        return 200, {
            "id": me.id,
            "username": me["username"],
            "account_type": me.get("account_type", "BUSINESS"),
            "profile_image": self.avatar_url(me),
            "website_url": "https://polarfizz.example",
            "business_name": me["name"],
            "board_count": self.docs.count("board", owner=me.id),
            "pin_count": self.docs.count("post", owner=me.id),
            "follower_count": 10,
            "following_count": 3,
            "monthly_views": 1000,
            "about": me.get("bio", ""),
        }

    def operation(self, seen: Seen) -> str:
        """The one irreversible call is POST /v5/pins."""
        if seen.path == STORAGE:
            return "prepare"
        if not seen.path.startswith("/v5/"):
            return PAGE
        if seen.path.startswith("/v5/oauth/"):
            return "token"
        if seen.path.startswith("/v5/media"):
            return "prepare"
        if seen.method == "POST" and seen.path == "/v5/pins":
            return "publish"
        return "read" if seen.method == "GET" else "other"

    def account_of(self, seen: Seen) -> str:
        """The token's owner; the refresh token tells at the token endpoint, the signed key at the storage."""
        if seen.path == STORAGE:
            return f"::{seen.params.get('key', '')}".split(":")[-2]
        if basic_auth(seen.headers.get("authorization", ""))[0]:
            token = self.tokens.get(str(seen.params.get("refresh_token") or ""))
            return token.owner if token else ""
        return super().account_of(seen)

    def too_many(self, seen: Seen, seconds: float) -> Response:
        """429 with a window that ends in `seconds`."""
        limit = PER_MINUTE["org_read" if seen.method == "GET" else "org_write"]
        reset = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(seconds))}
        return answers.too_many().response({"X-RateLimit-Limit": str(limit), **reset})

    def failure(self, seen: Seen) -> Response:
        """500."""
        return answers.broken().response()

    def duplicate(self, seen: Seen) -> Response:
        """Pinterest takes the same pin again; only a video upload can be used once."""
        return answers.invalid(answers.DUPLICATE_MEDIA).response()

    def grant(self, account: Doc, scopes: Iterable[str], app: str) -> dict[str, Any]:
        """What the token endpoint would have given."""
        return self.login.pair(account.id, list(scopes), app)

    def seed(self) -> None:
        """The demo's account, with a section on its first board."""
        account = self.create_account("Polar Fizz", "polarfizz", bio=BIO)
        board = self.docs.find("board", owner=account.id, oldest_first=True)[0]
        self.docs.put("section", {"name": "Recipes"}, owner=account.id, parent=board.id)

    def create_account(self, name: str, username: str = "", **details: Any) -> Doc:
        """With boards: `boards` is a list of names, by default two."""
        boards = details.pop("boards", BOARDS)
        account = super().create_account(name, username, **details)
        for board in boards:
            self.boards.make(account.id, board)
        return account

    def reset(self) -> None:
        """Also the counters."""
        self.limits.forget()
        super().reset()

    def clear(self, account: str) -> None:
        """Also uploads and counters; the boards stay."""
        self.docs.wipe(("upload",), owner=account)
        super().clear(account)
        self.limits.forget(account)

    # --- what the public sees -----------------------------------------------------------------------------------------

    def public_account(self, account: Doc) -> PublicAccount:
        """With the number of boards and pins."""
        shown = super().public_account(account)
        boards = self.docs.count("board", owner=account.id)
        shown.facts = [f"{boards} boards", f"{self.docs.count('post', owner=account.id)} Pins"]
        return shown

    def is_public(self, post: Doc) -> bool:
        """What an app on trial makes is for its creator's eyes only, and so are pins on boards that aren't public."""
        account, board = self.docs.get("account", post.owner), self.docs.get("board", post.key)
        return bool(account and not account.get("trial") and board and board["privacy"] == "PUBLIC")

    def public_post(self, post: Doc) -> PublicPost:
        """With its place."""
        shown = super().public_post(post)
        board, section = self.docs.get("board", post.key), self.docs.get("section", post["section"])
        place = [part["name"] for part in (board, section) if part]
        shown.labels = [" › ".join(place)]
        shown.details = {"board": place[0] if place else "", "section": section["name"] if section else ""}
        shown.details |= {name: str(post[name]) for name in ("alt", "cover", "color", "index", "slides") if name in post.data}
        return shown

    def permalink(self, post: Doc) -> str:
        """As on pinterest.com."""
        return f"{self.url}/pin/{post.id}/"

    async def permalink_page(self, request: Request) -> Response:
        """A pin for everybody."""
        return post_page(self, request.path_params["id"])

    def fan_comment(self, target: str, person: Doc, text: str) -> Doc:
        """A comment on a pin, or an answer to one. Apps never see them: the API has no comments."""
        answered = self.docs.get("comment", target)
        post = self.docs.get("post", answered.parent if answered else target)
        if post is None:
            raise KeyError(target)
        data = {"text": text, "author": person["name"], "ours": False, "hidden": False}
        return self.docs.put("comment", {**data, "answers": target if answered else ""}, owner=person.id, parent=post.id)
