"""The practice server itself: what it is made of, who is on it, what its public sees."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.front import chat_page, missing, thread_page
from sandbox.mastodon import errors
from sandbox.mastodon.accounts import Accounts
from sandbox.mastodon.calls import route
from sandbox.mastodon.errors import Problem
from sandbox.mastodon.fans import Fans
from sandbox.mastodon.limits import BUDGETS, PER_TOKEN, STATUSES, Limits, told
from sandbox.mastodon.login import Login
from sandbox.mastodon.media import MediaUpload
from sandbox.mastodon.notices import Notices
from sandbox.mastodon.shapes import MOST, VERSION, Shapes
from sandbox.mastodon.statuses import Statuses
from sandbox.network import PAGE, Network, Seen
from sandbox.store import Doc
from sandbox.views import Chat, PublicAccount, PublicPost, Reply

API = re.compile(r"/api/|/oauth/(token|revoke)$")
BIO = "The soft drink that is colder than your weather. Or warmer, if you need it. #polarfizz"
VISIBILITY = {"unlisted": "Quiet public", "private": "Followers only", "direct": "Private mention"}


class Mastodon(Network):
    """One server with Mastodon 4.7 and its usual settings."""

    slug, name = "mastodon", "Mastodon"
    fan_actions = ("comment", "like", "mention", "message", "edit", "delete", "block")
    about = "Posts of 500 characters on a server of your own"
    scopes = {
        "profile": "See your name and picture",
        "read": "See all your account's data",
        "read:accounts": "See account information",
        "read:statuses": "See all posts",
        "read:search": "Search as you",
        "read:notifications": "See your notifications",
        "write": "Change all your account's data",
        "write:statuses": "Publish posts",
        "write:media": "Upload media files",
        "write:favourites": "Favourite posts",
        "write:blocks": "Block accounts",
        "write:conversations": "Mute and delete conversations",
        "write:notifications": "Clear your notifications",
    }

    def __init__(self, *lent: Any) -> None:
        super().__init__(*lent)
        self.limits, self.shapes, self.login = Limits(), Shapes(self), Login(self)
        self.statuses, self.accounts, self.media = Statuses(self), Accounts(self), MediaUpload(self)
        self.notices, self.fans = Notices(self), Fans(self)
        self.host = self.url.partition("://")[2].partition("/")[0]

    @cached_property
    def routes(self) -> list[BaseRoute]:
        """The API, log-in, permalinks."""
        endpoints = [*self.statuses.endpoints(), *self.accounts.endpoints(), *self.media.endpoints(), *self.notices.endpoints()]
        public = [
            Route("/api/v2/instance", self.instance),
            Route("/api/v1/instance", self.old_instance),
            Route("/statuses/{id}", self.permalink_page),
            Route("/@{username}/{id}", self.permalink_page),
            Route("/messages/{account}/{person}", self.chat_page),
        ]
        return [*(route(self, endpoint) for endpoint in endpoints), *self.login.routes(), *public]

    def operation(self, seen: Seen) -> str:
        """The one irreversible call is POST /api/v1/statuses."""
        if not API.match(seen.path):
            return PAGE
        if seen.path.startswith("/oauth/") or seen.path == "/api/v1/apps":
            return "token"
        if re.match(r"/api/v\d/media\b", seen.path):
            return "prepare"
        if seen.method == "POST" and seen.path == "/api/v1/statuses":
            return "publish"
        return "read" if seen.method == "GET" else "other"

    async def instance(self, request: Request) -> Response:
        """The server and its limits."""
        return JSONResponse(self.shapes.instance())

    async def old_instance(self, request: Request) -> Response:
        """The same for clients from before version 4."""
        whole = self.shapes.instance()
        old = {"uri": whole["domain"], "title": whole["title"], "version": VERSION, "max_toot_chars": MOST["characters"]}
        return JSONResponse({**old, "configuration": whole["configuration"]})

    # --- faults -------------------------------------------------------------------------------------------------------

    def too_many(self, seen: Seen, seconds: float) -> Response:
        """429 with a window that ends in `seconds`."""
        name = STATUSES if self.operation(seen) == "publish" else PER_TOKEN
        return Problem(429, errors.TOO_MANY).response(told(BUDGETS[name][0], 0, seconds))

    def failure(self, seen: Seen) -> Response:
        """500."""
        return Problem(500, errors.BROKEN).response()

    def duplicate(self, seen: Seen) -> Response:
        """A Mastodon server knows no duplicates but by key: a record that could not be saved."""
        return errors.invalid("Uri has already been taken").response()

    # --- people -------------------------------------------------------------------------------------------------------

    def grant(self, account: Doc, scopes: Iterable[str], app: str) -> dict[str, Any]:
        """What the token endpoint would have given."""
        return self.login.issued(account.id, list(scopes), app)

    def seed(self) -> None:
        """The demo's account, and another so that there is a choice."""
        self.create_account("Polar Fizz", "polarfizz", bio=BIO)
        self.create_account("Polar Fizz Careers", "polarfizzjobs", bio="Work where it is always the right temperature.")

    def reset(self) -> None:
        """Also the counters."""
        self.limits.forget()
        super().reset()

    def clear(self, account: str) -> None:
        """Also answers to the posts, remembered keys, the counters."""
        for post in self.docs.find("post", owner=account, limit=1_000_000):
            for other in self.docs.find("post", key=post.id, limit=1_000_000):
                self.docs.delete("post", other.id)
        super().clear(account)
        self.docs.wipe(("notice", "block"), owner=account)
        self.limits.forget(account)

    def user(self, user_id: str) -> Doc | None:
        """An account or a fan."""
        return self.docs.get("account", user_id) or self.docs.get("person", user_id) if user_id else None

    def by_username(self, username: str) -> Doc | None:
        """An account or a fan by name."""
        fans = (fan for fan in self.docs.find("person", limit=100_000) if fan["username"].lower() == username.lower())
        return self.account_by_name(username) or next(fans, None)

    def blocks(self, one: str, other: str) -> bool:
        """Whether the one has blocked the other."""
        return self.docs.get("block", f"{one}:{other}") is not None

    def apart(self, one: str, other: str) -> bool:
        """Whether a block, by whomever, keeps them from hearing each other."""
        return self.blocks(one, other) or self.blocks(other, one)

    def enclose(self, content: bytes, mime: str, alt: str = "", **details: Any) -> Doc:
        """Processed at once."""
        return super().enclose(content, mime, alt, ready_at=0.0, failed=False, **details)

    def fan_comment(self, target: str, person: Doc, text: str) -> Doc:
        """An answer to a post; with an account's id as target, a post that names the account."""
        return self.fans.comments(target, person, text)

    def fan_message(self, account: str, person: Doc, text: str) -> Doc:
        """A private mention."""
        return self.fans.writes(account, person, text)

    def fan_deed(self, action: str, target: str, person: Doc, text: str) -> Doc:
        """Name or quote, edit, delete, block."""
        return self.fans.does(action, target, person, text)

    def chats(self, account: Doc) -> list[Chat]:
        """Private mentions, by person."""
        return self.fans.chats(account)

    # --- what the public sees -----------------------------------------------------------------------------------------

    def public_account(self, account: Doc) -> PublicAccount:
        """With its full handle and the number of posts."""
        shown = super().public_account(account)
        shown.url = f"{self.url}/@{account['username']}"
        shown.handle = f"@{account['username']}@{self.host}"
        shown.facts = [f"{self.docs.count('post', owner=account.id)} posts"]
        return shown

    def is_public(self, post: Doc) -> bool:
        """Not those for followers or for the people named."""
        return post["visibility"] in ("public", "unlisted")

    def public_post(self, post: Doc) -> PublicPost:
        """With warning, poll and labels."""
        shown = super().public_post(post)
        poll = post.get("poll")
        shown.kind, shown.poll = ("poll", poll["options"]) if poll else (shown.kind, [])
        shown.title = post["spoiler_text"]
        sensitive = ["Sensitive"] if post["sensitive"] and post["media"] else []
        shown.labels = [*sensitive, *filter(None, [VISIBILITY.get(post["visibility"], "")])]
        names = ("spoiler_text", "visibility", "language", "quotes", "quote_policy")
        shown.details = {name: str(post[name]) for name in names}
        quoted = self.docs.get("post", post["quotes"]) if post["quotes"] else None
        shown.link = self.permalink(quoted) if quoted else ""
        return shown

    def permalink(self, post: Doc) -> str:
        """As on a real server: /@name/id."""
        author = self.user(post.owner)
        return f"{self.url}/@{author['username'] if author else 'nobody'}/{post.id}"

    def replies(self, post: Doc) -> list[Reply]:
        """What follows a post in its conversation, oldest first: own parts of a thread and people's answers."""
        below, found = {post.id}, []
        for answer in self.docs.find("post", key=post.key, oldest_first=True):
            if answer.parent in below and self.is_public(answer):
                below.add(answer.id)
                found.append(self._reply(answer, post))
        return found

    def _reply(self, answer: Doc, root: Doc) -> Reply:
        author = self.user(answer.owner)
        return Reply(
            id=answer.id,
            author=author["name"] if author else "Somebody",
            text=answer["text"],
            created_at=answer.created_at,
            parent=answer.parent,
            ours=answer.owner == root.owner,
            likes=self.docs.count("like", parent=answer.id),
            depth=0 if answer.parent == root.id else 1,
            media=self.pictures(answer["media"]),
        )

    async def permalink_page(self, request: Request) -> Response:
        """A post; an answer by a fan is shown where it hangs."""
        post = self.docs.get("post", request.path_params["id"])
        private = self.fans.chat_of(post) if post else None
        return RedirectResponse(private.url) if private else thread_page(self, post)

    async def chat_page(self, request: Request) -> Response:
        """Private mentions as a fan sees them."""
        person = self.docs.get("person", request.path_params["person"])
        return chat_page(self, self.fans.chat(request.path_params["account"], person)) if person else missing(self)
