"""The practice X itself: what it is made of, who is on it, what its public sees."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox.front import chat_page, missing, thread_page
from sandbox.network import PAGE, Network, Seen
from sandbox.store import Doc
from sandbox.tokens import basic_auth
from sandbox.views import Chat, PublicAccount, PublicPost, Reply
from sandbox.x import problems
from sandbox.x.activity import Activity
from sandbox.x.calls import route
from sandbox.x.limits import PER_USER, Limits
from sandbox.x.login import Login
from sandbox.x.media import MediaUpload
from sandbox.x.messages import Messages
from sandbox.x.posts import Posts
from sandbox.x.shapes import Shapes
from sandbox.x.timelines import Timelines

API = re.compile(r"/2/|/oauth2/")
BIO = "The soft drink that is colder than your weather. Or warmer, if you need it. #polarfizz"


class X(Network):
    """X, API v2, self-serve access as of November 2026."""

    slug, name = "x", "X"
    about = "Posts of 280 characters"
    fan_actions = ("comment", "like", "message")
    scopes = {
        "tweet.read": "See all the posts you can see",
        "tweet.write": "Post and delete posts for you",
        "tweet.moderate.write": "Hide and show replies to your posts",
        "users.read": "See accounts that you can see",
        "users.email": "See your e-mail address",
        "offline.access": "Stay connected to your account until you revoke access",
        "media.write": "Upload media",
        "dm.read": "Read your direct messages",
        "dm.write": "Send direct messages for you",
        "like.read": "See posts that you liked",
        "like.write": "Like posts for you",
        "timeline.read": "See your timeline",
        "follows.read": "See whom you follow",
        "follows.write": "Follow people for you",
    }

    def __init__(self, *lent: Any) -> None:
        super().__init__(*lent)
        self.limits, self.shapes = Limits(), Shapes(self)
        self.login, self.posts, self.timelines = Login(self), Posts(self), Timelines(self)
        self.media, self.activity, self.messages = MediaUpload(self), Activity(self), Messages(self)

    @cached_property
    def routes(self) -> list[BaseRoute]:
        """Log-in, API, permalinks. The most frequent call comes first: routes are tried one after the other."""
        parts = (self.posts, self.timelines, self.media, self.messages, self.activity)
        endpoints = [endpoint for part in parts for endpoint in part.endpoints()]
        permalinks = [Route(path, self.permalink_page) for path in PERMALINKS]
        permalinks.append(Route("/messages/{account}/{person}", self.chat_page))
        return [*(route(self, endpoint) for endpoint in endpoints), *self.login.routes(), *permalinks]

    def operation(self, seen: Seen) -> str:
        """The one irreversible call is POST /2/tweets; direct messages count as other."""
        if not API.match(seen.path) or seen.path.endswith("/oauth2/authorize"):
            return PAGE
        if "/oauth2/" in seen.path:
            return "token"
        if seen.path.startswith("/2/media/"):
            return "prepare"
        if seen.method == "POST" and seen.path == "/2/tweets":
            return "publish"
        return "read" if seen.method == "GET" else "other"

    def account_of(self, seen: Seen) -> str:
        """The token's owner; at the token endpoint the refresh token tells."""
        if basic_auth(seen.headers.get("authorization", ""))[0]:
            token = self.tokens.get(str(seen.params.get("refresh_token") or seen.params.get("token") or ""))
            return token.owner if token else ""
        return super().account_of(seen)

    def too_many(self, seen: Seen, seconds: float) -> Response:
        """429 with a window that ends in `seconds`."""
        name = "post" if self.operation(seen) == "publish" else "timeline"
        reset = {"x-rate-limit-reset": str(int(time.time() + seconds) + 1)}
        limit = {"x-rate-limit-limit": str(PER_USER[name]), "x-rate-limit-remaining": "0"}
        refused = problems.too_many()
        refused.headers = limit | reset
        return refused.response()

    def failure(self, seen: Seen) -> Response:
        """500."""
        return problems.problem(
            500, "Internal Server Error", "Something is broken. This is usually a temporary error."
        ).response()

    def duplicate(self, seen: Seen) -> Response:
        """403 with X's sentence."""
        return problems.forbidden(problems.DUPLICATE).response()

    def grant(self, account: Doc, scopes: Iterable[str], app: str) -> dict[str, Any]:
        """What the token endpoint would have given."""
        return self.login.pair(account.id, list(scopes), app)

    def seed(self) -> None:
        """The demo's account, and another so that there is a choice."""
        self.create_account("Polar Fizz", "polarfizz", bio=BIO)
        self.create_account("Polar Fizz Careers", "polarfizzjobs", bio="Work where it is always the right temperature.")

    def reset(self) -> None:
        """Also the counters."""
        self.limits.forget()
        super().reset()

    def clear(self, account: str) -> None:
        """Also what X remembers to know a duplicate, answers to the posts, and the counters."""
        for post in self.docs.find("post", owner=account, limit=1_000_000):
            for other in self.docs.find("post", key=post.id, limit=1_000_000):
                self.forget_post(other)
        super().clear(account)
        self.limits.forget(account)

    # --- people and their posts ---------------------------------------------------------------------------------------

    def create_account(self, name: str, username: str = "", **details: Any) -> Doc:
        """Also known by handle."""
        return self._named(super().create_account(name, username, **details))

    def person(self, name: str) -> Doc:
        """Also known by handle."""
        return self._named(super().person(name))

    def _named(self, user: Doc) -> Doc:
        handle = user["username"].lower()
        if not self.docs.get("handle", handle):
            self.docs.put("handle", {}, doc_id=handle, parent=user.id)
        return user

    def username_taken(self, username: str) -> bool:
        """Accounts and fans share one list of handles."""
        return self.docs.get("handle", username.lower()) is not None

    def user(self, user_id: str) -> Doc | None:
        """An account or a fan."""
        return self.docs.get("account", user_id) or self.docs.get("person", user_id) if user_id else None

    def by_username(self, username: str) -> Doc | None:
        """An account or a fan by handle."""
        handle = self.docs.get("handle", username.lower())
        return self.user(handle.parent) if handle else None

    def forget_post(self, post: Doc) -> None:
        """Delete a post and what hangs on it. Answers to it stay, as on X."""
        for mention in self.docs.find("mention", parent=post.id):
            self.docs.delete("mention", mention.id)
        self.docs.delete("post", post.id)

    # --- what the public sees -----------------------------------------------------------------------------------------

    def public_account(self, account: Doc) -> PublicAccount:
        """With the number of posts."""
        shown = super().public_account(account)
        shown.facts = [f"{self.docs.count('post', owner=account.id)} posts"]
        return shown

    def public_post(self, post: Doc) -> PublicPost:
        """With poll and labels."""
        shown = super().public_post(post)
        shown.kind = "poll" if post.get("poll") else shown.kind
        shown.poll = (post.get("poll") or {}).get("options", [])
        words = {"made_with_ai": "Made with AI", "paid_partnership": "Paid partnership"}
        shown.labels = [words[label] for label in post.get("labels", [])]
        languages = [
            code.lower() for media in self.docs.many("media", post.get("media") or []) for code in media.get("subtitles") or ()
        ]
        shown.labels += [f"captions: {', '.join(languages)}"] if languages else []
        shown.details = {"reply_settings": post.get("reply_settings") or "everyone", "conversation": post.key}
        return shown

    def permalink(self, post: Doc) -> str:
        """As on x.com."""
        author = self.user(post.owner)
        return f"{self.url}/{author['username'] if author else 'i'}/status/{post.id}"

    def replies(self, post: Doc) -> list[Reply]:
        """What follows a post in its conversation, oldest first: own parts of a thread and people's answers."""
        below, found = {post.id}, []
        for answer in self.docs.find("post", key=post.key, oldest_first=True):
            if answer.parent in below:
                below.add(answer.id)
                found.append(self._reply(answer, post))
        return found

    def _reply(self, answer: Doc, root: Doc) -> Reply:
        author = self.user(answer.owner)
        return Reply(
            id=answer.id,
            author=author["name"] if author else "?",
            text=answer["text"],
            created_at=answer.created_at,
            parent=answer.parent,
            ours=answer.owner == root.owner,
            likes=self.docs.count("like", parent=answer.id),
            depth=0 if answer.parent == root.id or answer.owner == root.owner == (answer.get("to_user") or "") else 1,
            hidden=answer.get("hidden", False),
            media=self.pictures(answer.get("media", [])),
        )

    async def permalink_page(self, request: Request) -> Response:
        """A post; an answer by a fan is shown where it hangs."""
        post = self.docs.get("post", request.path_params["id"])
        return thread_page(self, post)

    def chats(self, account: Doc) -> list[Chat]:
        """Direct messages, by person."""
        return self.messages.chats(account)

    async def chat_page(self, request: Request) -> Response:
        """A fan's side of the direct messages."""
        account = self.docs.get("account", request.path_params["account"])
        person = self.user(request.path_params["person"])
        return chat_page(self, self.messages.chat(account, person)) if account and person else missing(self)

    # --- fans ---------------------------------------------------------------------------------------------------------

    def fan(self, action: str, target: str, person: Doc, text: str) -> Doc:
        """A like also tells webhooks."""
        done = super().fan(action, target, person, text)
        post = self.docs.get("post", target) if action == "like" else None
        if post:
            self.activity.liked(post, person)
        return done

    def enclose(self, content: bytes, mime: str, alt: str = "", **details: Any) -> Doc:
        """Ready at once."""
        more = {"category": "tweet_image" if mime.startswith("image/") else "tweet_video", "state": "succeeded", **details}
        return super().enclose(content, mime, alt, size=len(content), parts=[], expires_at=self.now() + 86_400, **more)

    def fan_comment(self, target: str, person: Doc, text: str) -> Doc:
        """An answer to a post; with an account's id as target, a post that names the account."""
        parent = self.docs.get("post", target)
        if parent is None:
            account = self.docs.get("account", target)
            if account is None:
                raise KeyError(target)
            text = text if f"@{account['username']}" in text else f"@{account['username']} {text}"
        body = {"media": {"media_ids": [self.enclosed.id]}} if self.enclosed else {}
        return self.posts.write(person, text, parent, body)

    def fan_message(self, account: str, person: Doc, text: str) -> Doc:
        """A direct message."""
        found = self.docs.get("account", account)
        if found is None:
            raise KeyError(account)
        return self.messages.received(found, person, text, [self.enclosed.id] if self.enclosed else [])


PERMALINKS = ("/{username}/status/{id}", "/{username}/status/{id}/photo/{number}", "/{username}/status/{id}/video/{number}")
