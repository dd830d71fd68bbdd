"""The practice Bluesky itself: what it is made of, who is on it, what its public sees."""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox.bluesky import text
from sandbox.bluesky.appview import AppView
from sandbox.bluesky.calls import XrpcError, route
from sandbox.bluesky.chat import Messages
from sandbox.bluesky.fans import Fans
from sandbox.bluesky.lexicon import BLOCK, POST, THREADGATE
from sandbox.bluesky.limits import Limits
from sandbox.bluesky.notices import Notices
from sandbox.bluesky.repo import Repo
from sandbox.bluesky.sessions import APP_PASSWORD, PRIVILEGED, Sessions
from sandbox.bluesky.shown import embed_facts, facet_facts, reply_facts
from sandbox.bluesky.video import VideoService
from sandbox.front import account_page, chat_page, missing, thread_page
from sandbox.network import PAGE, Network, Seen
from sandbox.store import Doc
from sandbox.views import Chat, Picture, PublicAccount, PublicPost, Reply

BIO = "The soft drink that is colder than your weather. Or warmer, if you need it. #polarfizz"
WRITES = {"createRecord", "putRecord", "applyWrites"}
TOKEN = {"createSession", "refreshSession", "deleteSession", "getSession"}
PREPARES = {"uploadBlob", "getServiceAuth"}


class Bluesky(Network):
    """A data server of August 2026 with app passwords."""

    slug, name = "bluesky", "Bluesky"
    about = "Posts of 300 characters on the AT Protocol"
    fan_actions = ("comment", "like", "mention", "message", "react", "unreact", "delete", "block")
    scopes = {
        APP_PASSWORD: "Post, reply and delete for you",
        PRIVILEGED: "Also read and write your direct messages",
    }

    def __init__(self, *lent: Any) -> None:
        super().__init__(*lent)
        self.did = "did:web:" + quote(urlsplit(self.url).netloc, safe=".")
        self.limits, self.sessions, self.repo = Limits(), Sessions(self), Repo(self)
        self.appview, self.video = AppView(self), VideoService(self)
        self.notices, self.messages, self.fans = Notices(self), Messages(self), Fans(self)

    @cached_property
    def routes(self) -> list[BaseRoute]:
        """XRPC methods, permalinks."""
        parts = (self.repo, self.sessions, self.appview, self.video, self.notices, self.messages)
        methods = [route(self, method) for part in parts for method in part.methods()]
        pages = [
            Route("/profile/{actor}/post/{rkey}", self.post_page),
            Route("/profile/{actor}", self.profile_page),
            Route("/messages/{convo}", self.chat_page),
        ]
        return [*methods, *pages]

    def operation(self, seen: Seen) -> str:
        """Writing a record is the irreversible call."""
        if not seen.path.startswith("/xrpc/"):
            return PAGE
        method = seen.path.rpartition(".")[2]
        if method in WRITES:
            return "publish"
        if method in TOKEN:
            return "token"
        if method in PREPARES or "/app.bsky.video." in seen.path:
            return "prepare"
        return "read" if seen.method == "GET" else "other"

    def account_of(self, seen: Seen) -> str:
        """The token's owner; who logs in says so in the body, and public reads are of somebody's repo."""
        if owner := super().account_of(seen):
            return owner
        named = seen.params.get("identifier") if seen.path.endswith("createSession") else seen.params.get("repo")
        found = self.actor(str(named)) if named else None
        return found.id if found else ""

    def too_many(self, seen: Seen, seconds: float) -> Response:
        """429 with a window that ends in `seconds`."""
        told = {"RateLimit-Limit": "5000", "RateLimit-Remaining": "0", "RateLimit-Policy": "5000;w=3600"}
        told |= {"RateLimit-Reset": str(int(time.time() + seconds) + 1), "Retry-After": str(int(seconds) or 1)}
        return XrpcError("RateLimitExceeded", "Rate Limit Exceeded", 429).response(told)

    def failure(self, seen: Seen) -> Response:
        """500."""
        return XrpcError("InternalServerError", "Internal Server Error", 500).response()

    def duplicate(self, seen: Seen) -> Response:
        """A key that is taken is no more than a 500."""
        return self.failure(seen)

    def finish(self, seen: Seen, account: str, response_headers: list[tuple[bytes, bytes]]) -> None:
        """The rate limit's headers, unless a fault has told its own."""
        if any(name.lower() == b"ratelimit-limit" for name, _ in response_headers):
            return
        told = self.limits.headers(account)
        response_headers.extend((name.encode(), value.encode()) for name, value in told.items())

    def grant(self, account: Doc, scopes: Iterable[str], app: str) -> dict[str, Any]:
        """A session, under the usual names, and what a person types to begin one."""
        given = list(scopes)
        session = self.sessions.pair(account, [PRIVILEGED if PRIVILEGED in given else APP_PASSWORD])
        tokens = {"access_token": session["accessJwt"], "refresh_token": session["refreshJwt"]}
        return {**tokens, "identifier": account["handle"], "app_password": account["app_password"]}

    def seed(self) -> None:
        """The demo's account, and another so that there is a choice."""
        self.create_account("Polar Fizz", "polarfizz", bio=BIO, app_password="cold-fizz-cold-fizz", privileged=True)  # noqa: S106
        jobs = "Work where it is always the right temperature."
        self.create_account("Polar Fizz Careers", "polarfizzjobs", bio=jobs, app_password="jobs-fizz-jobs-fizz")  # noqa: S106

    def reset(self) -> None:
        """Also the counters."""
        self.limits.forget()
        super().reset()

    def clear(self, account: str) -> None:
        """Also answers to the posts, gates, uploads, and the counters."""
        for post in self.docs.find("post", owner=account, limit=1_000_000):
            for answer in self.docs.find("post", key=post.id, limit=1_000_000):
                self.docs.delete("post", answer.id)
        super().clear(account)
        self.docs.wipe(("record", "job", "upload", "convo", "notice"), owner=account)
        self.limits.forget(account)

    # --- people -------------------------------------------------------------------------------------------------------

    def create_account(self, name: str, username: str = "", **details: Any) -> Doc:
        """An account whose id is its DID; its handle is its username below the server's domain."""
        if username and self.username_taken(username):
            raise ValueError(f"{self.slug} has an account {username} already")
        username = (username or self.free_username(name)).lower()
        details.setdefault("app_password", text.new_app_password())
        return self._named("account", {"name": name, "username": username, "bio": "", **details}, username)

    def person(self, name: str) -> Doc:
        """A fan by name, with a DID and a handle too."""
        name = name.strip() or "Ann Example"
        known = self.docs.one("person", key=name.lower())
        return known or self._named("person", {"name": name, "username": self.free_username(name)}, name.lower())

    def _named(self, kind: str, data: dict[str, Any], key: str) -> Doc:
        data["handle"] = f"{data['username']}.bsky.social"
        made = self.docs.put(kind, data, doc_id=text.new_did(), key=key)
        self.docs.put("handle", {}, doc_id=data["handle"], parent=made.id)
        return made

    def username_taken(self, username: str) -> bool:
        """Accounts and fans share one list of handles."""
        return self.docs.get("handle", f"{username.lower()}.bsky.social") is not None

    def actor(self, named: str) -> Doc | None:
        """An account or a fan by DID, handle, or e-mail address."""
        named = named.strip().removesuffix("@practice.example")
        if not named.startswith("did:"):
            handle = self.docs.get("handle", named.lower()) or self.docs.get("handle", f"{named.lower()}.bsky.social")
            named = handle.parent if handle else ""
        return (self.docs.get("account", named) or self.docs.get("person", named)) if named else None

    # --- what the public sees -----------------------------------------------------------------------------------------

    def public_account(self, account: Doc) -> PublicAccount:
        """With what a person types into SMO to connect it."""
        shown = super().public_account(account)
        shown.handle = f"@{account['handle']}"
        count = self.docs.count("post", owner=account.id)
        shown.facts = [f"{count} posts", f"practice app password: {account['app_password']}"]
        return shown

    def public_post(self, post: Doc) -> PublicPost:
        """A post with its embed, labels, facets and who may answer it."""
        shown = super().public_post(post)
        record = post["record"]
        facts = embed_facts(record)
        shown.media = self._pictures(post.owner, facts.media)
        shown.kind, shown.link, shown.title = facts.kind, facts.link, facts.title
        shown.labels = [value["val"] for value in (record.get("labels") or {}).get("values", [])]
        shown.labels += [f"captions: {', '.join(facts.captions)}"] if facts.captions else []
        rules = self.repo.who_may_reply(post)
        found = {
            "facets": facet_facts(record),
            "quote": facts.quote,
            "description": facts.description,
            "thumb": facts.thumb,
            "presentation": facts.presentation,
            "captions": ",".join(facts.captions),
            "langs": ",".join(record.get("langs", [])),
            "tags": ",".join(record.get("tags", [])),
            "created_at": record["createdAt"],
            "who_may_reply": "everybody" if rules is None else ",".join(rules) or "nobody",
            "quotes": "allowed" if self.repo.may_be_quoted(post) else "closed",
            "thread": reply_facts(record, self.docs.many("post", [post.parent, post.key] if post.parent else [])),
        }
        shown.details = {name: value for name, value in found.items() if value}
        return shown

    def _pictures(self, owner: str, media: list[tuple[str, str]]) -> list[Picture]:
        found = [(self.docs.get("media", f"{link}-{owner[-8:]}"), alt) for link, alt in media]
        return [Picture(one.id, self.media_url(one.id), one["mime"], alt) for one, alt in found if one]

    def permalink(self, post: Doc) -> str:
        """As on bsky.app."""
        author = self.actor(post.owner)
        return f"{self.url}/profile/{author['handle'] if author else post.owner}/post/{post.id.rpartition('/')[2]}"

    def replies(self, post: Doc) -> list[Reply]:
        """What follows a post in its thread, oldest first: own parts and people's answers."""
        below, found = {post.id}, []
        for answer in self.docs.find("post", key=post.key, oldest_first=True):
            if answer.parent in below:
                below.add(answer.id)
                found.append(self._reply(answer, post))
        return found

    def _reply(self, answer: Doc, root: Doc) -> Reply:
        author = self.actor(answer.owner)
        return Reply(
            id=answer.id,
            author=author["name"] if author else "?",
            text=answer["text"],
            created_at=answer.created_at,
            parent=answer.parent,
            ours=answer.owner == root.owner,
            likes=self.docs.count("like", parent=answer.id),
            depth=0 if answer.parent == root.id or answer.owner == root.owner else 1,
            hidden=self._folded(answer),
            media=self._pictures(answer.owner, embed_facts(answer["record"]).media),
        )

    def _folded(self, answer: Doc) -> bool:
        """A stranger's answer where a gate allows none, or one that the author hid."""
        root = self.docs.get("post", answer.key)
        if root is None or root.owner == answer.owner:
            return False
        gate = self.repo.gate(root, THREADGATE) or {}
        return gate.get("allow") == [] or answer.id in gate.get("hiddenReplies", [])

    async def post_page(self, request: Request) -> Response:
        """A post; an answer by a fan is shown where it hangs."""
        author = self.actor(request.path_params["actor"])
        post = self.docs.get("post", f"at://{author.id}/{POST}/{request.path_params['rkey']}") if author else None
        return thread_page(self, post)

    async def profile_page(self, request: Request) -> Response:
        """An account by handle or DID."""
        found = self.actor(request.path_params["actor"])
        return account_page(self, found.id) if found else missing(self)

    async def chat_page(self, request: Request) -> Response:
        """A fan's chat with an account."""
        convo = self.docs.get("convo", request.path_params["convo"])
        return chat_page(self, self.messages.chat(convo)) if convo else missing(self)

    def chats(self, account: Doc) -> list[Chat]:
        """That with the latest message first."""
        found = self.docs.find("convo", owner=account.id, limit=100_000)
        return [self.messages.chat(convo) for convo in sorted(found, key=lambda convo: -convo["updated_at"])]

    # --- fans ---------------------------------------------------------------------------------------------------------

    def blocks(self, one: str, other: str) -> bool:
        """Whether the one has blocked the other."""
        return any(f"/{BLOCK}/" in record.id for record in self.docs.find("record", owner=one, parent=other))

    def apart(self, one: str, other: str) -> bool:
        """Whether a block, by whomever, keeps them from seeing each other."""
        return self.blocks(one, other) or self.blocks(other, one)

    def may_answer(self, who: str, post: Doc) -> bool:
        """Whether the gate of the thread's first post lets them."""
        root = self.docs.get("post", post.key) or post
        rules = self.repo.who_may_reply(root)
        facets = [feature.get("did") for facet in root["record"].get("facets", []) for feature in facet["features"]]
        return rules is None or who == root.owner or ("mentionRule" in rules and who in facets)

    def enclose(self, content: bytes, mime: str, alt: str = "", **details: Any) -> Doc:
        """Its bytes become a blob when it is posted."""
        return super().enclose(content, mime, alt, size=len(content), used=True, until=0.0, **details)

    def fan_comment(self, target: str, person: Doc, text: str) -> Doc:
        """An answer to a post."""
        return self.fans.comments(target, person, text)

    def fan_message(self, account: str, person: Doc, text: str) -> Doc:
        """Into the chat with the account."""
        return self.messages.heard(self.fans.reachable(account, person), person, text)

    def fan_deed(self, action: str, target: str, person: Doc, text: str) -> Doc:
        """React to a message, name or quote, delete, block."""
        if action in ("react", "unreact"):
            return self.messages.reacts(action, target, person, text)
        return self.fans.does(action, target, person, text)
